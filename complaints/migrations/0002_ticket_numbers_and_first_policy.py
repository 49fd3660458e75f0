"""The sequence of ticket numbers, and the first version of limits and ladder."""

from datetime import datetime, timezone

from django.db import migrations


def write_first_policy(apps, schema_editor):
    # Empty terms: the defaults of complaints.rules.limits in every point.
    apps.get_model("complaints", "PolicyVersion").objects.create(
        in_force_at=datetime(2019, 1, 1, tzinfo=timezone.utc), terms={}, note="全区默认"
    )


def remove_first_policy(apps, schema_editor):
    apps.get_model("complaints", "PolicyVersion").objects.filter(note="全区默认").delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE complaints_ticket_number", "DROP SEQUENCE complaints_ticket_number"
        ),
        migrations.RunPython(write_first_policy, remove_first_policy),
    ]
