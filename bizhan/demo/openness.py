"""What everybody may see: a board that is kept, and the months of the past half-year, frozen."""

from datetime import datetime, timedelta

from bizhan.demo.district import Site
from complaints.actions.months import draw_month, draw_months
from complaints.board.access import tickets_on_board
from complaints.board.actions import hide_line, word_line
from complaints.models import Ticket
from complaints.proposals.actions import decide_proposal, propose
from complaints.proposals.models import Proposal
from complaints.proposals.terms import Decision
from complaints.rules.months import bounds, month_after, month_before, month_of
from complaints.terms import Category
from compounds.models import Person

MONTHS = 6
MINUTE = timedelta(minutes=1)
DECIDED = [
    (Decision.ADOPTED, "同一处反复发生，请联席会议把主管部门一起叫来"),
    (Decision.DECLINED, "施工月底结束，结束后再看"),
]
WORDED = {
    Category.LIFT: "2 号电梯停了，维保单位在等配件",
    Category.PROPERTY_SERVICE: "门岗夜间没人，物业在调班",
    Category.CLEANING: "垃圾点有异味，已加一次清运",
}


def tell_openness(home: Site, secretary: Person, *, at: datetime) -> None:
    for number, (category, words) in enumerate(WORDED.items()):
        line = _line(home, category)
        if line:
            when = at - (200 - 30 * number) * MINUTE
            word_line(line, words=words, reason="说清楚办到哪一步", by=secretary, at=when)
    hidden = _line(home, Category.NEIGHBOURS)
    if hidden:
        hide_line(hidden, reason="邻里之间的事，看得出是哪一家", by=secretary, at=at - 90 * MINUTE)
    _propose(home, secretary, at)
    _count_months(at)


def _line(home: Site, category: str) -> Ticket | None:
    shown = tickets_on_board().filter(compound=home.compound, category=category)
    return shown.select_related("compound__branch").order_by("pk").last()


def _propose(home: Site, secretary: Person, at: datetime) -> None:
    """What the sweep found yesterday; two are decided on, the others wait."""
    propose(at=at - timedelta(days=1))
    mine = Proposal.objects.filter(compound=home.compound).select_related("compound__branch")
    for proposal, (decision, reason) in zip(mine.order_by("pk"), DECIDED, strict=False):
        decide_proposal(
            proposal, decision=decision, reason=reason, by=secretary, at=at - 70 * MINUTE
        )


def _count_months(at: datetime) -> None:
    """Each at its own end, as the sweep would have done it."""
    month = month_of(at)
    for _ in range(MONTHS):
        month = month_before(month)
    while month < month_of(at):
        draw_month(month, at=bounds(month)[1] + 10 * MINUTE)
        month = month_after(month)
    draw_months(at=at)
