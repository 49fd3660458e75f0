"""工作日历: a year is loaded or replaced as a whole."""

from datetime import datetime

from django.db import transaction

from compounds.models import CalendarYear, Person, WorkdayException, sign_as
from compounds.models.calendar import Entries
from compounds.rules import Refused


@transaction.atomic
def load_year(
    year: int, entries: Entries, *, source: str = "", by: Person, at: datetime
) -> CalendarYear:
    """Put the exceptions (day → is a workday, name) in the place of the year's earlier ones.

    `loaded_at` moves, by which whoever computed limits with the old days knows to do it again.
    """
    sign_as(by)
    if not entries:
        raise Refused("至少要有一行放假或调休。")
    if any(day.year != year for day in entries):
        raise Refused(f"有的日期不在 {year} 年。")
    CalendarYear.objects.get_or_create(year=year, defaults={"loaded_at": at})
    loaded = CalendarYear.objects.select_for_update().get(year=year)
    loaded.source, loaded.loaded_at = source, at
    loaded.save(update_fields=["source", "loaded_at"])
    loaded.exceptions.all().delete()
    WorkdayException.objects.bulk_create(
        WorkdayException(year=loaded, day=day, is_workday=is_workday, name=name)
        for day, (is_workday, name) in sorted(entries.items())
    )
    return loaded
