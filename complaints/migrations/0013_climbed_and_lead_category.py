from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0012_likeness")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("level__gte", 3),
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
                    ),
                ),
                fields=["level"],
                name="ticket_open_climbed",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["lead", "category", "-id"], name="ticket_lead_category_newest"
            ),
        ),
    ]
