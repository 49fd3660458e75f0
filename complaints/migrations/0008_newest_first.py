from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables may hold millions by now: nobody waits while these are built."""

    atomic = False

    dependencies = [
        ('complaints', '0007_concern_email'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(fields=['-filed_at', '-id'], name='ticket_newest'),
        ),
        AddIndexConcurrently(
            model_name='ticketevent',
            index=models.Index(fields=['at'], name='ticket_event_at'),
        ),
    ]
