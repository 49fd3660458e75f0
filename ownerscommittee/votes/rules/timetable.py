"""Notice, window, petition and what follows a result, in days as the Civil Code counts them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compounds.rules import DAY, Calendar, Refused, local_day, midnight
from ownerscommittee.votes.rules.weights import Threshold, Weight
from ownerscommittee.votes.terms import Item, Measure, Reminding


def last_day(start: date, days: int, calendar: Calendar) -> date:
    """The first day is not counted (art. 201); a last day that is a day off moves to the next
    working day (art. 203)."""
    day = start + days * DAY
    while not calendar.is_workday(day):
        day += DAY
    return day


def ends_at(start: datetime, days: int, calendar: Calendar) -> datetime:
    """24:00 of the last of so many full days after the day of `start`."""
    return midnight(last_day(local_day(start), days, calendar) + DAY)


def earliest_opening(noticed_at: datetime, days: int, calendar: Calendar) -> datetime:
    """物业管理条例 art. 14: the meeting is announced fifteen days before; here, full days."""
    return ends_at(noticed_at, days, calendar)


def check_notice(
    noticed_at: datetime, opens_at: datetime, days: int, calendar: Calendar
) -> datetime:
    """Refused when the vote would open before the notice has stood long enough (rule 13)."""
    earliest = earliest_opening(noticed_at, days, calendar)
    if opens_at < earliest:
        raise Refused(
            f"公告要满 {days} 天（当天不算，末日遇休息日顺延），最早 {_words(earliest)} 开始表决。"
        )
    return earliest


def check_window(opens_at: datetime, closes_at: datetime, *, least: int, most: int) -> None:
    """Rule 14: a window within the locality's bounds, in days."""
    length = closes_at - opens_at
    if length < least * DAY:
        raise Refused(
            f"表决期至少 {least} 天，请把截止时间改到 {_words(opens_at + least * DAY)} 或以后。"
        )
    if length > most * DAY:
        raise Refused(
            f"表决期最多 {most} 天，请把截止时间改到 {_words(opens_at + most * DAY)} 或以前。"
        )


@dataclass(frozen=True)
class Extension:
    """延长: from one close to a later one, with its reason, while the vote is still open."""

    at: datetime
    closes_at: datetime
    new_closes_at: datetime
    reason: str


def check_extension(
    extension: Extension, *, opens_at: datetime, earlier: int, allowed: int, most: int
) -> None:
    """Only before the close, with a reason, so many times, and within the longest window."""
    if extension.at >= extension.closes_at:
        raise Refused("表决已经截止，不能再延长。")
    if not extension.reason.strip():
        raise Refused("请写明为什么延长，业主会在公告里看到。")
    if earlier >= allowed:
        raise Refused(f"最多延长 {allowed} 次，已经用完。" if allowed else "本地规定不允许延长。")
    if extension.new_closes_at <= extension.closes_at:
        raise Refused(f"新的截止时间要晚于 {_words(extension.closes_at)}。")
    latest = opens_at + most * DAY
    if extension.new_closes_at > latest:
        raise Refused(f"表决期连同延长最多 {most} 天，截止时间最晚 {_words(latest)}。")


EXTRA_DAYS = [3, 5, 7, 10, 15, 20, 30]


def extension_offers(opens_at: datetime, closes_at: datetime, *, most: int) -> list[datetime]:
    """The later closes that rule 14 leaves room for: some round spans, and the latest of all."""
    latest = opens_at + most * DAY
    offers = [closes_at + days * DAY for days in EXTRA_DAYS]
    return [*(each for each in offers if each < latest), *([latest] if latest > closes_at else [])]


def why_no_extension(
    opens_at: datetime,
    closes_at: datetime,
    *,
    earlier: int,
    allowed: int,
    most: int,
    at: datetime,
) -> str:
    """In words, why nobody can extend this vote any more; empty while one can."""
    offers = extension_offers(opens_at, closes_at, most=most)
    latest = offers[-1] if offers else closes_at
    try:
        check_extension(
            Extension(at, closes_at, latest, "—"),
            opens_at=opens_at,
            earlier=earlier,
            allowed=allowed,
            most=most,
        )
    except Refused as refusal:
        return str(refusal) if offers else f"表决期已经是最长的 {most} 天，不能再延长。"
    return ""


# --- 提醒 (owners.md, Getting to two thirds) ---------------------------------------------------

BEFORE_CLOSE = {
    Reminding.TWO_DAYS: timedelta(hours=48),
    Reminding.SIX_HOURS: timedelta(hours=6),
}


def reminder_moments(opens_at: datetime, closes_at: datetime) -> dict[Reminding, datetime]:
    """When those who have not voted are told again; in a short vote some of them do not fit."""
    moments = {Reminding.MIDWAY: opens_at + (closes_at - opens_at) / 2}
    moments |= {occasion: closes_at - span for occasion, span in BEFORE_CLOSE.items()}
    return {occasion: moment for occasion, moment in moments.items() if moment > opens_at}


def petition_stands(
    supporters: Weight, everyone: Weight, *, percent: int, counts_area: bool
) -> bool:
    """物业管理条例 art. 13: 20% of the owners call a temporary meeting, counted as heads are
    (rule 7); some localities ask for as much of the area too."""
    enough = Threshold(percent, 100, True, "", "")
    asked = [Measure.HEADS, Measure.AREA] if counts_area else [Measure.HEADS]
    return all(enough.met(supporters.by(each), everyone.by(each)) for each in asked)


def check_petition(
    supporters: Weight, everyone: Weight, *, percent: int, counts_area: bool
) -> None:
    if not petition_stands(supporters, everyone, percent=percent, counts_area=counts_area):
        needed = -(-percent * everyone.heads // 100)
        area = "，面积也要达到同样的比例" if counts_area else ""
        raise Refused(
            f"联名要达到业主总数的 {percent}%，即 {needed} 人{area}；现在 {supporters.heads} 人。"
        )


def check_reposting(until: date | None, opens_at: datetime) -> None:
    """Rule 6: what was corrected after the freeze hangs its days out before anybody votes by it."""
    if until and local_day(opens_at) <= until:
        raise Refused(
            f"名册有更正，重新公示到{_words(midnight(until + DAY))}，到那时才能开始表决。"
        )


# --- After the close (rules 22, 24) ------------------------------------------------------------

FILING_DAYS = 30  # 业主大会和业主委员会指导规则 art. 33
FIRST_COMMITTEE_MEETING_DAYS = 7  # the same, art. 31
DISMISSAL_NOTICE_DAYS = 60  # art. 946: the company is told sixty days ahead
REVOCATION = timedelta(days=365)  # arts. 152, 280: a court may still set the decision aside


@dataclass(frozen=True)
class Duty:
    """Something that must be done, and by when."""

    name: str
    due_at: datetime
    article: str


def duties_after(
    announced_at: datetime, items: set[int], calendar: Calendar, *, dismisses: bool = False
) -> list[Duty]:
    """What an announced result obliges the owners' committee to do."""
    due = []
    if Item.COMMITTEE in items:
        first = ends_at(announced_at, FIRST_COMMITTEE_MEETING_DAYS, calendar)
        due.append(Duty("新一届业委会召开第一次会议", first, "指导规则第三十一条"))
        filing = ends_at(announced_at, FILING_DAYS, calendar)
        due.append(Duty("到街道备案", filing, "指导规则第三十三条"))
    if dismisses:
        told = ends_at(announced_at, DISMISSAL_NOTICE_DAYS, calendar)
        due.append(Duty("提前六十日书面通知物业服务人", told, "民法典第九百四十六条"))
    return due


def at_risk_until(announced_at: datetime) -> date:
    """An owner may ask a court to revoke the decision within a year (arts. 152 and 280)."""
    return local_day(announced_at + REVOCATION)


def _words(moment: datetime) -> str:
    day = local_day(moment)
    clock = moment.astimezone(midnight(day).tzinfo)
    return f"{day.year}年{day.month}月{day.day}日 {clock:%H:%M}"
