"""An index for each list. The new ones first, so that no list is ever without."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0005_original"),
        ("compounds", "0004_register_import"),
    ]

    operations = [
        TrigramExtension(),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "filed",
                            "accepted",
                            "in_compound",
                            "to_dispatch",
                            "dispatched",
                            "in_hand",
                            "replied",
                            "callback",
                        ],
                    )
                ),
                fields=["due_at", "id"],
                name="ticket_open_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["compound", "-id"], name="ticket_compound_newest"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["lead", "-id"], name="ticket_lead_newest"),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["text"], name="ticket_text_trigrams", opclasses=["gin_trgm_ops"]
            ),
        ),
        AddIndexConcurrently(
            model_name="ticketsupport",
            index=models.Index(fields=["organization", "-ticket"], name="ticket_support_newest"),
        ),
        AddIndexConcurrently(
            model_name="ticketevent",
            index=models.Index(fields=["by", "-ticket"], name="ticket_event_newest_by"),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="compound",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to="compounds.compound",
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leads",
                to="compounds.organization",
                verbose_name="主办",
            ),
        ),
        migrations.AlterField(
            model_name="ticketsupport",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supports",
                to="compounds.organization",
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
