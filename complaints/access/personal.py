"""What is kept of a person in their reports, told to that person alone."""

from typing import Any

from django.http import Http404, HttpRequest

from complaints.access.reporters import concern_of, ticket_to_track
from complaints.models import Concern
from complaints.terms import Verb
from compounds.access import User


def concern_to_mend(request: HttpRequest, code: str) -> Concern:
    """The visitor's own report of a ticket that they may follow; else 404."""
    ticket = ticket_to_track(request, code)
    concern = concern_of(request, ticket)
    if concern is None:
        raise Http404
    concern.ticket = ticket
    return concern


def concerns_by(user: User) -> list[Concern]:
    """Everything that was reported with this account, the newest first."""
    if not user.is_authenticated:
        return []
    mine = Concern.objects.filter(reporter=user.pk).select_related("ticket__compound")
    return list(mine.order_by("-filed_at"))


def data_of(concern: Concern) -> dict[str, Any]:
    """One report as its reporter may take it along: words for the keys, text for the values."""
    ticket = concern.ticket
    events = list(ticket.events.select_related("original"))
    return {
        "编号": ticket.code,
        "小区": ticket.compound.name,
        "提交时间": concern.filed_at.isoformat(),
        "渠道": concern.get_channel_display(),
        "原话": concern.text,
        "具体位置": ticket.place,
        "称呼": concern.name,
        "手机号": concern.phone,
        "邮箱": concern.email,
        "公开程度": concern.get_visibility_display(),
        "照片": ticket.photos.count(),
        "抹去时间": concern.forgotten_at.isoformat() if concern.forgotten_at else None,
        "评价": [
            {
                "时间": answer.answered_at.isoformat(),
                "解决了吗": answer.get_solved_display(),
                "满意吗": answer.get_satisfaction_display(),
                "还想说": answer.comment,
            }
            for answer in ticket.callbacks.order_by("round")
            if answer.answered_at
        ],
        "谁看过联系方式": [
            {"时间": event.at.isoformat(), "谁": event.role, "理由": event.text}
            for event in events
            if event.verb == Verb.REVEALED
        ],
    }
