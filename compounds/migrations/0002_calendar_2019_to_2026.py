"""工作日历 2019–2026: the State Council's yearly notices on public holidays, both ways."""

from datetime import date, timedelta

from django.db import migrations

# year: (days off, days worked instead), each "month-day[~month-day]=name"
YEARS = {
    2019: (
        "01-01=元旦 02-04~02-10=春节 04-05~04-07=清明节 05-01~05-04=劳动节 06-07~06-09=端午节 09-13~09-15=中秋节 10-01~10-07=国庆节",
        "02-02=春节 02-03=春节 04-28=劳动节 05-05=劳动节 09-29=国庆节 10-12=国庆节",
    ),
    2020: (
        "01-01=元旦 01-24~02-02=春节 04-04~04-06=清明节 05-01~05-05=劳动节 06-25~06-27=端午节 10-01~10-08=国庆节",
        "01-19=春节 04-26=劳动节 05-09=劳动节 06-28=端午节 09-27=国庆节 10-10=国庆节",
    ),
    2021: (
        "01-01~01-03=元旦 02-11~02-17=春节 04-03~04-05=清明节 05-01~05-05=劳动节 06-12~06-14=端午节 09-19~09-21=中秋节 10-01~10-07=国庆节",
        "02-07=春节 02-20=春节 04-25=劳动节 05-08=劳动节 09-18=中秋节 09-26=国庆节 10-09=国庆节",
    ),
    2022: (
        "01-01~01-03=元旦 01-31~02-06=春节 04-03~04-05=清明节 04-30~05-04=劳动节 06-03~06-05=端午节 09-10~09-12=中秋节 10-01~10-07=国庆节 12-31=元旦",
        "01-29=春节 01-30=春节 04-02=清明节 04-24=劳动节 05-07=劳动节 10-08=国庆节 10-09=国庆节",
    ),
    2023: (
        "01-01~01-02=元旦 01-21~01-27=春节 04-05=清明节 04-29~05-03=劳动节 06-22~06-24=端午节 09-29=中秋节 09-30~10-06=国庆节 12-30~12-31=元旦",
        "01-28=春节 01-29=春节 04-23=劳动节 05-06=劳动节 06-25=端午节 10-07=国庆节 10-08=国庆节",
    ),
    2024: (
        "01-01=元旦 02-10~02-17=春节 04-04~04-06=清明节 05-01~05-05=劳动节 06-10=端午节 09-15~09-17=中秋节 10-01~10-07=国庆节",
        "02-04=春节 02-18=春节 04-07=清明节 04-28=劳动节 05-11=劳动节 09-14=中秋节 09-29=国庆节 10-12=国庆节",
    ),
    2025: (
        "01-01=元旦 01-28~02-04=春节 04-04~04-06=清明节 05-01~05-05=劳动节 05-31~06-02=端午节 10-01~10-05=国庆节 10-06=中秋节 10-07~10-08=国庆节",
        "01-26=春节 02-08=春节 04-27=劳动节 09-28=国庆节 10-11=国庆节",
    ),
    2026: (
        "01-01~01-03=元旦 02-15~02-23=春节 04-04~04-06=清明节 05-01~05-05=劳动节 06-19~06-21=端午节 09-25~09-27=中秋节 10-01~10-07=国庆节",
        "01-04=元旦 02-14=春节 02-28=春节 05-09=劳动节 09-20=国庆节 10-10=国庆节",
    ),
}


def days(year, text):
    for part in text.split():
        span, name = part.split("=")
        first, _, last = span.partition("~")
        day = date.fromisoformat(f"{year}-{first}")
        until = date.fromisoformat(f"{year}-{last or first}")
        while day <= until:
            yield day, name
            day += timedelta(days=1)


def load(apps, schema_editor):
    CalendarYear = apps.get_model("compounds", "CalendarYear")
    WorkdayException = apps.get_model("compounds", "WorkdayException")
    for year, (off, on) in YEARS.items():
        CalendarYear.objects.create(year=year, source="国务院办公厅关于部分节假日安排的通知")
        WorkdayException.objects.bulk_create(
            WorkdayException(year_id=year, day=day, name=name, is_workday=is_workday)
            for text, is_workday in ((off, False), (on, True))
            for day, name in days(year, text)
        )


def unload(apps, schema_editor):
    apps.get_model("compounds", "WorkdayException").objects.filter(year__in=YEARS).delete()
    apps.get_model("compounds", "CalendarYear").objects.filter(year__in=YEARS).delete()


class Migration(migrations.Migration):
    dependencies = [("compounds", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
