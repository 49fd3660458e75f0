from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compounds", "0002_calendar_2019_to_2026")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="submission_key",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="post",
            name="submission_key",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
    ]
