"""查进度: a reporter follows their matter by number and code, by signed link, or signed in."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access.reading import pictures_of
from complaints.access.reporters import (
    callback_to_answer,
    concern_of,
    follow_by_code,
    follow_by_link,
    followed_by,
    grant,
    grant_following,
    merged_here,
    photo_to_track,
    reported_by,
    reveals_to,
    tapped,
    ticket_by_code,
    ticket_by_link,
    ticket_to_track,
    ticket_to_watch,
    told_with,
    tracking_path,
)
from complaints.actions.callback import answer_callback, reopen_ticket, withdraw_ticket
from complaints.actions.requests import is_running
from complaints.actions.staffing import urge_ticket
from complaints.actions.waiting import answer_question
from complaints.forms.report import AnswerForm, ReasonForm, TellForm, TrackForm, UrgeForm
from complaints.models import Ticket, TicketClock, TicketEvent
from complaints.models.tickets import TicketQuerySet
from complaints.rules.moves import may_follow, state_after
from complaints.terms import ClockKind, Outcome, Satisfaction, Solved, State, Verb, Visibility
from complaints.views.parcel import (
    RESIDENT_STATES,
    SHELVING_WORDS,
    is_asked,
    promise,
    spoken_role,
    steps_of,
    word_of,
)
from complaints.views.pictures import hung
from compounds.accounts.access import address_of
from compounds.accounts.actions import allow
from compounds.files.views import send_file
from compounds.rules import Conflict, Refused, local_day
from compounds.templatetags.words import day

REPORTER = "反映人"
TRIES, QUARTER_HOUR = 10, timedelta(minutes=15)


def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm(request.POST or None)
    if form.is_valid():
        number = form.cleaned_data["number"]
        who = f"{address_of(request)} {number}"
        if not allow("track", who, limit=TRIES, per=QUARTER_HOUR, at=timezone.now()):
            form.add_error(None, "试的次数太多了，请过 15 分钟再试，或拨打 12345。")
        elif ticket := ticket_by_code(number, form.cleaned_data["code"]):
            grant(request, ticket)
            return redirect("complaints:track-ticket", ticket.code)
        elif follow := follow_by_code(number, form.cleaned_data["code"]):
            return _follow_on(request, follow.ticket)
        else:
            form.add_error(None, "编号和查询码对不上。请照着短信或提交成功的页面再写一次。")
    return render(request, "complaints/track.html", {"form": form})


@require_safe
def track_link(request: HttpRequest, signed: str) -> HttpResponse:
    """The address in a message: it opens this one ticket in this browser."""
    ticket = ticket_by_link(signed)
    grant(request, ticket)
    return redirect("complaints:track-ticket", ticket.code)


@require_safe
def follow_link(request: HttpRequest, signed: str) -> HttpResponse:
    """The address in a follower's message."""
    return _follow_on(request, follow_by_link(signed).ticket)


def _follow_on(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """To the page of a ticket that this browser may follow; a merged one leads to its target."""
    ticket = ticket.merged_into or ticket
    grant_following(request, ticket)
    return redirect("complaints:track-ticket", ticket.code)


@login_required
@require_safe
def my_tickets(request: HttpRequest) -> HttpResponse:
    """我的问题: what I reported while signed in, and what I met as well."""
    context = {
        "rows": _rows(reported_by(request.user)),
        "followed": _rows(followed_by(request.user)),
    }
    return render(request, "complaints/my_tickets.html", context)


def _rows(tickets: TicketQuerySet) -> list[tuple[Ticket, str, str]]:
    newest = tickets.for_list().order_by("-filed_at")[:50]
    return [(ticket, *RESIDENT_STATES[ticket.state]) for ticket in newest]


@require_safe
def track_ticket(request: HttpRequest, code: str) -> HttpResponse:
    ticket, is_reporter = ticket_to_watch(request, code)
    if ticket.merged_into:
        return _follow_on(request, ticket)
    own = merged_here(request, ticket)
    at = timezone.now()
    clocks = list(ticket.clocks.all())
    mine = concern_of(request, ticket)
    events = _events(ticket, in_full=mine is not None)
    expected = promise(ticket, clocks)
    word, tone = word_of(ticket, clocks)
    request.helpline = ticket.compound.branch.telephone  # type: ignore[attr-defined]
    context = {
        "ticket": ticket,
        "text": mine.text if mine else ticket.text,
        "word": word,
        "tone": tone,
        "promise": expected,
        "is_late": expected is not None and expected[1] <= at,
        "steps": steps_of(ticket, events, clocks, at=at),
        "facts": _facts(ticket),
        "may_read": is_reporter or ticket.visibility != Visibility.SECRET,
        "photos": hung(pictures_of(ticket)),
        "own": own,
        "parts": [(one, *RESIDENT_STATES[one.state]) for one in told_with(request, ticket, own)],
        "data_of": [ticket] if is_reporter else own,
        "is_reporter": is_reporter,
        "seen": [
            (spoken_role(one), one)
            for one in reveals_to(ticket, own, events, is_reporter=is_reporter)
        ],
        "may": _may(ticket, events, clocks, at) if is_reporter else _may_follow(ticket),
        "question": _question(ticket, events, clocks) if is_reporter else "",
        "shelf": _shelf(ticket),
        "branch": ticket.compound.branch,
    }
    return render(request, "complaints/track_ticket.html", context)


def _events(ticket: Ticket, *, in_full: bool) -> list[TicketEvent]:
    """Its history; a telephone number that somebody wrote in it only for the reporter's eyes."""
    events = list(ticket.events.select_related("organization", "original"))
    for event in events:
        event.text = event.said if in_full else event.text
    return events


def _may(
    ticket: Ticket, events: list[TicketEvent], clocks: list[TicketClock], at: datetime
) -> dict[str, bool]:
    urged = [one.at for one in events if one.verb == Verb.URGED]
    was_urged_today = bool(urged) and local_day(urged[-1]) == local_day(at)
    return {
        "answer": ticket.state == State.CALLBACK,
        "reopen": ticket.state == State.CLOSED,
        "withdraw": may_follow(Verb.WITHDRAWN, ticket.state),
        "urge": may_follow(Verb.URGED, ticket.state)
        and not was_urged_today
        and not is_asked(ticket, clocks),
        "report_again": False,
    }


def _may_follow(ticket: Ticket) -> dict[str, bool]:
    """A follower reads: others' taps must not close a ticket, nor open one."""
    never = dict.fromkeys(["answer", "reopen", "withdraw", "urge"], False)
    return {**never, "report_again": ticket.state == State.CLOSED}


def _question(ticket: Ticket, events: list[TicketEvent], clocks: list[TicketClock]) -> str:
    """What the unit asks and still waits for."""
    asked = [one.text for one in events if one.verb == Verb.QUESTIONED]
    return asked[-1] if asked and is_asked(ticket, clocks) else ""


def _shelf(ticket: Ticket) -> list[tuple[str, str]]:
    """Why nothing can be done for now, what is planned, by whom, and when it is looked at again."""
    if ticket.state != State.SHELVED:
        return []
    granted = ticket.shelvings.filter(outcome=Outcome.GRANTED).select_related("keeper")
    shelving = granted.latest("decided_at")
    return [
        ("原因", SHELVING_WORDS[shelving.reason]),
        ("打算怎么办", shelving.text),
        ("谁负责", str(shelving.keeper)),
        ("再看一次", f"{day(shelving.review_on)}前"),
    ]


def _facts(ticket: Ticket) -> list[tuple[str, str]]:
    kind = f"{ticket.get_category_display()} · {ticket.get_kind_display()}"
    return [
        ("地点", ticket.where),
        ("类别", kind if ticket.category else "小区查看后填写"),
        ("公开程度", ticket.get_visibility_display()),
        ("也遇到的邻居", f"另有 {ticket.follower_count} 位" if ticket.follower_count else "没有"),
    ]


@require_safe
def track_photo(request: HttpRequest, code: str, token: str) -> FileResponse:
    return send_file(photo_to_track(request, code, token).file)


def track_answer(request: HttpRequest, code: str) -> HttpResponse:
    """回访: three questions, and the ticket closes or opens again."""
    ticket = callback_to_answer(request, code).ticket
    form = AnswerForm(request.POST or None)
    context = {"form": form, "title": "问题解决得怎么样？", "button": "提交评价"}
    return _deed(
        request,
        ticket,
        Verb.ANSWERED,
        form,
        context,
        lambda **answers: answer_callback(ticket, by=None, at=timezone.now(), **answers),
    )


def track_tap(request: HttpRequest, signed: str) -> HttpResponse:
    """From a message by one tap: the questions, half answered. Looking at them changes nothing."""
    ticket, asked_in, choice = tapped(signed)
    back = tracking_path(ticket)
    if asked_in != ticket.round or not may_follow(Verb.ANSWERED, ticket.state):
        over = {"reason": "这次评价已经结束，谢谢您。请看最新进展。", "back": back}
        return render(request, "409.html", over, status=409)
    initial: dict[str, str] = {"satisfaction": choice}
    if choice == Satisfaction.SATISFIED:
        initial["solved"] = Solved.YES
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST":
        grant(request, ticket)
    context: dict[str, Any] = {"form": form, "title": "请确认您的评价", "button": "提交评价"}
    context["tracking"] = back
    return _deed(
        request,
        ticket,
        Verb.ANSWERED,
        form,
        context,
        lambda **answers: answer_callback(ticket, by=None, at=timezone.now(), **answers),
    )


def track_reopen(request: HttpRequest, code: str) -> HttpResponse:
    ticket = ticket_to_track(request, code)
    form = ReasonForm(request.POST or None)
    context = {"form": form, "title": "没解决，要求重办", "button": "要求重办"}
    return _deed(
        request,
        ticket,
        Verb.REOPENED,
        form,
        context,
        lambda reason: reopen_ticket(
            ticket, reason=reason, by=None, role=REPORTER, at=timezone.now()
        ),
    )


def track_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    ticket = ticket_to_track(request, code)
    form = ReasonForm(request.POST or None)
    context = {"form": form, "title": "撤回这件事", "button": "确定撤回"}
    return _deed(
        request,
        ticket,
        Verb.WITHDRAWN,
        form,
        context,
        lambda reason: withdraw_ticket(ticket, reason=reason, by=None, at=timezone.now()),
    )


def track_tell(request: HttpRequest, code: str) -> HttpResponse:
    """回话 to the unit's question; what waited for it goes on."""
    ticket = ticket_to_track(request, code)
    form = TellForm(request.POST or None)
    context = {"form": form, "title": "回答问题", "button": "发给办事的人"}
    return _deed(
        request,
        ticket,
        Verb.TOLD,
        form,
        context,
        lambda text: answer_question(ticket, text=text, by=None, role=REPORTER, at=timezone.now()),
        clock=ClockKind.WAIT,
    )


def track_urge(request: HttpRequest, code: str) -> HttpResponse:
    """催办, once a day."""
    ticket = ticket_to_track(request, code)
    form = UrgeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "title": "催一催", "button": "催一催"}
    return _deed(
        request,
        ticket,
        Verb.URGED,
        form,
        context,
        lambda text: urge_ticket(ticket, text=text, by=None, at=timezone.now()),
    )


def _deed(
    request: HttpRequest,
    ticket: Ticket,
    verb: Verb,
    form: Any,
    context: dict[str, Any],
    act: Any,
    clock: ClockKind | None = None,
) -> HttpResponse:
    """What the deeds of a reporter share: form, deed, page; `clock` is what one waits on."""
    back = reverse("complaints:track-ticket", args=[ticket.code])
    try:
        state_after(verb, ticket.state)
        if clock and not is_running(ticket, clock):
            raise Conflict("这件事已经办过了，或者等的时间已经过了。")
        if form.is_valid():
            act(**form.cleaned_data)
            messages.success(request, "收到了，谢谢您。")
            return redirect(back)
    except Conflict as conflict:
        return render(request, "409.html", {"reason": str(conflict), "back": back}, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return render(request, "complaints/track_deed.html", {"ticket": ticket, **context})
