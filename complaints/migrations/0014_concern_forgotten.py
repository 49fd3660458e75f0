from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0013_climbed_and_lead_category")]

    operations = [
        migrations.AddField(
            model_name="concern",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="抹去时间"),
        ),
        AddIndexConcurrently(
            model_name="concern",
            index=models.Index(
                condition=models.Q(("forgotten_at__isnull", True)),
                fields=["filed_at"],
                name="concern_not_forgotten",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("forgotten_at__isnull", True),
                    models.Q(("email", ""), ("name", ""), ("phone", ""), ("reporter", None)),
                    _connector="OR",
                ),
                name="concern_forgotten_names_nobody",
            ),
        ),
    ]
