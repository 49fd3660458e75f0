from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table may hold millions by now: nobody waits while this is built."""

    atomic = False

    dependencies = [
        ('complaints', '0009_returns_extensions_shelving'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(
                condition=models.Q(('state', 'shelved')),
                fields=['compound', 'due_at'],
                name='ticket_shelved',
            ),
        ),
    ]
