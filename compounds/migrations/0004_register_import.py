import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("compounds", "0003_submission_key")]

    operations = [
        migrations.CreateModel(
            name="RegisterImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                ("rows", models.JSONField(default=list, verbose_name="各行")),
                ("errors_count", models.PositiveIntegerField(default=0, verbose_name="错误行数")),
                ("submission_key", models.UUIDField(editable=False, unique=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="写入时间")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("compound", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="register_imports", to="compounds.compound")),
            ],
            options={
                "verbose_name": "房屋登记导入",
                "verbose_name_plural": "房屋登记导入",
                "ordering": ["-at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("applied_at__isnull", True), ("errors_count", 0), _connector="OR"),
                        name="register_import_applied_without_errors",
                    )
                ],
            },
        ),
    ]
