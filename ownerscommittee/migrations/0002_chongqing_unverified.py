"""重庆市 to begin with: every number still waits for an official to enter its article."""

from datetime import date, datetime, timezone

from django.db import migrations


def add_profile(apps, schema_editor):
    apps.get_model("ownerscommittee", "LocalityProfile").objects.create(
        region="重庆市",
        in_force_on=date(2021, 1, 1),
        note="国家规定与通行做法；地方条文待核。",
        at=datetime(2021, 1, 1, tzinfo=timezone.utc),
    )


class Migration(migrations.Migration):

    dependencies = [("ownerscommittee", "0001_initial")]

    operations = [migrations.RunPython(add_profile, migrations.RunPython.noop)]
