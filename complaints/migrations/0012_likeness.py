"""pg_trgm, and the function that makes words of a Chinese sentence for it."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

LETTER_PAIRS = """
CREATE FUNCTION complaints_letter_pairs(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(pair, ' '), written)
    FROM (
        SELECT substr(left(written, 120), place, 2) AS pair
        FROM generate_series(1, least(length(written), 120) - 1) AS place
    ) AS pairs
    WHERE pair ~ '^[[:alnum:]]{2}$'
$$
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_follows_and_merges")]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(LETTER_PAIRS, "DROP FUNCTION complaints_letter_pairs(text)"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["compound", "closed_at"],
                name="ticket_compound_closed",
            ),
        ),
    ]
