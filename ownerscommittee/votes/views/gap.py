"""缺口: what is missing to two thirds, where it is missing, and which doors close it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from compounds.access import SignedInRequest
from compounds.rules import Conflict
from ownerscommittee.votes.access.contacts import doors_for_list
from ownerscommittee.votes.access.meetings import may_convene, meeting_to_plan
from ownerscommittee.votes.actions.extending import why_not_extended
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.models.contacts import rights_in
from ownerscommittee.votes.models.reminders import Delivered, deliveries_of
from ownerscommittee.votes.rules.gap import Waiting, closing_set, is_within_reach, missing, needed
from ownerscommittee.votes.rules.timetable import reminder_moments
from ownerscommittee.votes.rules.weights import NOTHING, Weight, amount, percent, total
from ownerscommittee.votes.terms import Contact, Measure, MeetingState, Reminding
from ownerscommittee.votes.views.contacts import check_now, doors_of
from ownerscommittee.votes.views.entry import conflict_page

FIRST, SHOWN = 12, 60  # doors of the shortest list that stand open, and that stand there at all
NO_PLACE = "没有登记房屋的"


@dataclass(frozen=True)
class Standing:
    """One right as the plan needs it: where it is, what it weighs, whether its ballot came."""

    pk: int
    weight: Weight
    building: str
    entrance: str
    has_voted: bool
    has_paper: bool
    contact: str
    is_reachable: bool


def standings_of(meeting: AssemblyMeeting) -> list[Standing]:
    """Every right of the roll, in one query; names and telephones stay where they are."""
    names = ["pk", "heads", "area", "building__name", "entrance__name"]
    states = ["has_voted", "has_paper", "contact", "voter", "phone_key"]
    order = ["building__position", "building__name", "entrance__position", "number"]
    rows = rights_in(meeting).order_by(*order).values_list(*names, *states)
    return [
        Standing(
            pk,
            Weight(area, heads),
            building or NO_PLACE,
            f"{building}{entrance}" if entrance else building or NO_PLACE,
            voted,
            paper,
            contact,
            bool(voter or phone_key),
        )
        for pk, heads, area, building, entrance, voted, paper, contact, voter, phone_key in rows
    ]


@dataclass
class Place:
    """A building or an entrance: how many of its people and m² have voted."""

    name: str
    whole: Weight = NOTHING
    voted: Weight = NOTHING
    entrances: dict[str, "Place"] = field(default_factory=dict)

    def add(self, one: Standing) -> None:
        self.whole += one.weight
        if one.has_voted:
            self.voted += one.weight

    @property
    def rows(self) -> list["Place"]:
        """Itself, and its entrances where there are several."""
        return [self, *(self.entrances.values() if len(self.entrances) > 1 else [])]

    @property
    def parts(self) -> list[tuple[int, str, str]]:
        left = self.whole.heads - self.voted.heads
        return [(self.voted.heads, "ok", "已投（人）"), (left, "quiet", "未投（人）")]

    @property
    def heads(self) -> str:
        return self._share_of(Measure.HEADS)

    @property
    def area(self) -> str:
        return self._share_of(Measure.AREA)

    def _share_of(self, each: Measure) -> str:
        voted, whole = self.voted.by(each), self.whole.by(each)
        return f"{amount(voted, each)} / {amount(whole, each)}（{percent(voted, whole, 0)}）"

    @property
    def total(self) -> int:
        return max(self.whole.heads, 1)


def places_of(standings: Sequence[Standing]) -> list[Place]:
    buildings: dict[str, Place] = {}
    for one in standings:
        building = buildings.setdefault(one.building, Place(one.building))
        building.add(one)
        building.entrances.setdefault(one.entrance, Place(one.entrance)).add(one)
    return [row for building in buildings.values() for row in building.rows]


@dataclass(frozen=True)
class Plan:
    """What is missing, and the shortest list that closes it."""

    whole: Weight
    voted: Weight
    on_paper: Weight
    papers: int
    gap: Weight
    left: Weight  # after the papers that have come are typed
    doors: list[int]
    needs_refusals: bool
    willing_leave: Weight  # what would be missing if all who did not refuse voted
    without_telephone: int
    waiting: int


def plan_of(standings: Sequence[Standing]) -> Plan:
    whole = total([one.weight for one in standings])
    voted = total([one.weight for one in standings if one.has_voted])
    papers = [one.weight for one in standings if one.has_paper and not one.has_voted]
    open_doors = [one for one in standings if not one.has_voted and not one.has_paper]
    waiting = [Waiting(one.pk, one.weight, one.building, one.contact) for one in open_doors]
    sure = voted + total(papers)
    left = missing(sure, whole)
    willing = [one.weight for one in waiting if one.contact != Contact.REFUSED]
    return Plan(
        whole=whole,
        voted=voted,
        on_paper=total(papers),
        papers=len(papers),
        gap=missing(voted, whole),
        left=left,
        doors=[int(str(one.key)) for one in closing_set(left, waiting)],
        needs_refusals=not is_within_reach(left, waiting),
        willing_leave=missing(sure + total(willing), whole),
        without_telephone=sum(not one.is_reachable for one in open_doors),
        waiting=len(waiting),
    )


@dataclass(frozen=True)
class ReminderShown:
    """One reminder, sent or still to come, and what became of its notices."""

    occasion: str
    at: datetime
    told: int | None = None
    delivered: Delivered = Delivered()

    @property
    def unknown(self) -> int:
        """Of notices that were cleared away since."""
        return max((self.told or 0) - self.delivered.total, 0)


def reminders_of(meeting: AssemblyMeeting, at: datetime) -> list[ReminderShown]:
    """Those that went out, then those that come before the close; two queries."""
    ends, sent = deliveries_of(meeting), list(meeting.reminders.order_by("due_at"))
    shown = [
        ReminderShown(one.get_occasion_display(), one.at, one.told, ends.get(one.at, Delivered()))
        for one in sent
    ]
    if meeting.opens_at is None or meeting.closes_at is None:
        return shown
    to_come = reminder_moments(meeting.opens_at, meeting.closes_at)
    if meeting.state == MeetingState.NOTICED:
        to_come = {Reminding.OPENING: meeting.opens_at, **to_come}
    return shown + [
        ReminderShown(occasion.label, moment)
        for occasion, moment in sorted(to_come.items(), key=lambda pair: pair[1])
        if moment > at
    ]


def words(weight: Weight) -> str:
    """37 人、4120.00 ㎡: of what is missing, the measures that are."""
    heads = f"{weight.heads} 人" if weight.heads else ""
    area = f"{amount(weight.area, Measure.AREA)} ㎡" if weight.area else ""
    return "、".join(part for part in (heads, area) if part)


@login_required
@never_cache
@require_safe
def gap(request: SignedInRequest, code: str) -> HttpResponse:
    """Turnout alone: no ballot is opened for it, and nobody sees a choice."""
    meeting, at = meeting_to_plan(request.user, code), timezone.now()
    try:
        check_now(meeting, at)
    except Conflict as conflict:
        return conflict_page(request, conflict, meeting.get_absolute_url())
    standings = standings_of(meeting)
    plan = plan_of(standings)
    page = {
        "meeting": meeting,
        "is_convener": may_convene(request.user, meeting),
        "why_not": why_not_extended(meeting, at=at),
        "places": places_of(standings),
        "reminders": reminders_of(meeting, at),
        **_missing(plan),
        **_closing(meeting, plan),
    }
    return render(request, "votes/gap.html", page)


def _missing(plan: Plan) -> dict[str, Any]:
    least = needed(plan.whole)
    return {
        "plan": plan,
        "missing": words(plan.gap),
        "on_paper": words(plan.on_paper),
        "measures": [
            (
                label,
                amount(plan.voted.by(each), each),
                amount(least.by(each), each),
                amount(plan.gap.by(each), each),
                percent(plan.voted.by(each), plan.whole.by(each)),
                [
                    (plan.voted.by(each), "ok", "已投"),
                    (plan.gap.by(each), "soon", "还差"),
                    (_rest(plan, each), "quiet", "其余"),
                ],
                max(plan.whole.by(each), 1),
            )
            for label, each in (("人数（人）", Measure.HEADS), ("面积（㎡）", Measure.AREA))
        ],
    }


def _rest(plan: Plan, each: Measure) -> int:
    return plan.whole.by(each) - plan.voted.by(each) - plan.gap.by(each)


def _closing(meeting: AssemblyMeeting, plan: Plan) -> dict[str, Any]:
    """The shortest list with its rooms, the likeliest first, and how far it would bring."""
    shown = plan.doors[:SHOWN]
    place = {pk: position for position, pk in enumerate(shown)}
    found = doors_of(doors_for_list(rights_in(meeting).of_keys(shown), meeting))
    found.sort(key=lambda door: place[door.right.pk])
    return {
        "closing": found[:FIRST],
        "rest": found[FIRST:],
        "more": len(plan.doors) - len(shown),
        "willing_leave": words(plan.willing_leave),
    }
