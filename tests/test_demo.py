"""The demonstration district: the same for the same seed, and true by the house's own rules."""

import io
import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Count

from bizhan.demo.exhibits import EXHIBITS
from bizhan.demo.people import PASSWORD
from bizhan.demo.planning import quotas, shares
from bizhan.demo.seeding import seed, write_sign_ins
from complaints.access.desk import tickets_waiting_for
from complaints.actions.callback import answer_callback, ask_callback
from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    dispatch_ticket,
    record_contact,
    reply_to_ticket,
    send_back,
    sign_ticket,
    take_by_compound,
)
from complaints.actions.entering import enter_concern
from complaints.actions.extensions import answer_extension, ask_extension
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.history import CLOCK_FIELDS, played, row_of
from complaints.actions.returns import answer_objection, object_to_ticket
from complaints.actions.shelving import answer_shelving, ask_shelving
from complaints.actions.staffing import urge_ticket
from complaints.actions.sweeping import reckon_again, sweep
from complaints.actions.waiting import answer_question, ask_resident
from complaints.models import (
    Callback,
    CannedReply,
    Concern,
    Ticket,
    TicketClock,
    TicketEvent,
)
from complaints.open311.models import Receipt
from complaints.rules.moves import MOVES
from complaints.terms import Channel, Lane, Satisfaction, State, Verb
from compounds.announcements.models import Announcement
from compounds.models import Compound, OwnedUnit, Ownership, Person, Post, working_calendar
from compounds.notices.models import Notice
from compounds.rules import SHANGHAI, local_day
from evidence import verify
from evidence.models import Letter
from ownerscommittee.votes.access.voters import rights_of, waiting_for
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.models import AssemblyMeeting
from ownerscommittee.votes.tests.bundles import openings_of

NOW = datetime(2026, 3, 11, 15, 0, tzinfo=SHANGHAI)
SMALL = {"tickets": 300, "compounds": 42, "registers": 0}
REACHABLE = {State.FILED, *[end for _, end in MOVES.values()]}
HISTORY = (
    "verb", "by", "role", "at", "from_state", "to_state", "organization", "lane", "kind", "text",
    "until_on", "due_before", "due_after",
)  # fmt: skip
CLOCK = ("round", "kind", "run", "level", *[name for name in CLOCK_FIELDS if name != "reckoned_at"])
ASKED = ("unit", "text", "by", "asked_at", "outcome", "decided_at", "decided_by", "answer")
LEVEL = ("round", "clock", "run", "level", "fell_due_at", "at", "is_told")


@pytest.fixture
def district(db):
    return seed(at=NOW, **SMALL).district


def outcome(**given):
    """What a seeding leaves, without leaving it."""
    with transaction.atomic():
        small = {"tickets": 90, "compounds": 9, "registers": 1, "assemblies": False}
        seed(at=NOW, **{**small, **given})
        tickets = Ticket.objects.order_by("code").values_list("code", "title", "state", "due_at")
        people = Person.objects.order_by("pk").values_list("name", "phone_key")
        found = [*tickets], [*people], TicketEvent.objects.count(), OwnedUnit.objects.count()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_and_moment_give_the_same_district(db):
    first = outcome()

    assert first == outcome()
    assert first != outcome(seed_text="另一个")


def test_twelve_in_a_hundred_compounds_make_nearly_half_of_the_complaints():
    asked = quotas(3000, 242)
    assert sum(asked) == 3000
    assert sum(asked[:29]) / 3000 == pytest.approx(0.47, abs=0.005)
    assert shares(242) == sorted(shares(242), reverse=True)


def test_a_few_compounds_are_busy_and_something_stands_in_every_state_at_every_level(district):
    counts = sorted(
        Compound.objects.annotate(made=Count("tickets")).values_list("made", flat=True),
        reverse=True,
    )
    # In so small a district the exhibits, all in one compound, weigh more than they do in 3000.
    assert 0.42 <= sum(counts[:5]) / SMALL["tickets"] <= 0.55

    assert {*Ticket.objects.values_list("state", flat=True)} == REACHABLE
    late = Ticket.objects.overdue(NOW)
    assert {1, 2, 3, 4} <= {*late.values_list("level", flat=True)}
    assert Ticket.objects.yellow(NOW).exists()
    urgent = Ticket.objects.open().filter(lane=Lane.URGENT)
    assert urgent.filter(filed_at__gte=NOW - timedelta(hours=1)).exists()
    assert Ticket.objects.filter(round=3).exists()
    assert {*Callback.objects.values_list("satisfaction", flat=True)} == {"", *Satisfaction}


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 2, 17, 3, 10, tzinfo=SHANGHAI),  # the night of a long holiday
        datetime(2026, 10, 8, 0, 0, 30, tzinfo=SHANGHAI),  # the first minute after another
        datetime(2027, 7, 4, 12, 0, tzinfo=SHANGHAI),  # beyond the known calendar
    ],
)
def test_the_district_is_alive_on_any_day(db, now):
    seed(at=now, tickets=60, compounds=9, registers=0)

    assert {*Ticket.objects.values_list("state", flat=True)} == REACHABLE
    late = {*Ticket.objects.overdue(now).values_list("level", flat=True)}
    assert {1, 2, 3, 4} <= late
    assert sweep(at=now) == 0


def test_a_late_ticket_climbs_before_the_visitors_eyes(district, caplog):
    assert sweep(at=NOW) == 0

    soon = NOW + timedelta(minutes=3, seconds=30)
    due = TicketClock.objects.due(soon).filter(ticket__compound=district.home.compound)
    assert due.count() >= 3
    assert sweep(at=soon) >= 3

    sweep(at=NOW + timedelta(days=60))
    assert not TicketClock.objects.due(NOW + timedelta(days=60)).exclude(kind="answer").exists()
    assert caplog.records == []


def assert_chained(tickets):
    """A history is one chain of deeds by those who hold the posts."""
    posts = {
        (post.person_id, f"{post.organization} {post.get_role_display()}")
        for post in Post.objects.select_related("organization")
    }
    for ticket in tickets:
        state, at = "", ticket.filed_at
        for event in ticket.events.all():
            assert event.from_state == state
            assert at <= event.at <= NOW
            state, at = event.to_state, event.at
            if event.by_id and event.role not in ("", "反映人"):
                assert (event.by_id, event.role) in posts
        assert state == ticket.state


def test_reading_the_clocks_off_the_history_again_changes_nothing(district):
    calendar = working_calendar()
    tickets = Ticket.objects.select_related("policy").prefetch_related("events", "clocks")
    assert_chained(tickets)
    for ticket in tickets:
        rows = {(row.round, row.kind, row.run): row for row in ticket.clocks.all()}
        clocks = played(ticket, calendar=calendar).clocks.values()
        assert len(clocks) == len(rows)
        for clock in clocks:
            row = rows[clock.key]
            again = row_of(ticket, clock, row.level, NOW)
            assert [getattr(row, name) for name in CLOCK] == [
                getattr(again, name) for name in CLOCK
            ]
        assert ticket.events.last().due_after == ticket.due_at

    before = [*Ticket.objects.order_by("pk").values_list("due_at", "warn_at", "level")]
    reckon_again(at=NOW)
    assert [*Ticket.objects.order_by("pk").values_list("due_at", "warn_at", "level")] == before
    assert not TicketEvent.objects.filter(verb=Verb.RECKONED).exists()


DEEDS = {
    Verb.ACCEPTED: lambda ticket, event, final, given: accept_ticket(
        ticket, category=final.category, kind=event.kind, lane=event.lane, note=event.text, **given
    ),
    Verb.TAKEN_BY_COMPOUND: lambda ticket, event, final, given: take_by_compound(
        ticket, handler=event.organization, note=event.text, **given
    ),
    Verb.WHISTLED: lambda ticket, event, final, given: blow_whistle(
        ticket, reason=event.text, needs_enforcement=True, **given
    ),
    Verb.DISPATCHED: lambda ticket, event, final, given: dispatch_ticket(
        ticket, to=event.organization, lane=event.lane, note=event.text, **given
    ),
    Verb.SIGNED: lambda ticket, event, final, given: sign_ticket(ticket, note=event.text, **given),
    Verb.CONTACTED: lambda ticket, event, final, given: record_contact(
        ticket, note=event.text, **given
    ),
    Verb.REPLIED: lambda ticket, event, final, given: reply_to_ticket(
        ticket, text=event.text, resolution="solved", **given
    ),
    Verb.SENT_BACK: lambda ticket, event, final, given: send_back(
        ticket, reason=event.text, **given
    ),
    Verb.CALLBACK_ASKED: lambda ticket, event, final, given: ask_callback(ticket, **given),
    Verb.OBJECTED: lambda ticket, event, final, given: objected_as_in(ticket, event, final, given),
    Verb.RULING_ASKED: lambda ticket, event, final, given: objected_as_in(
        ticket, event, final, given
    ),
    Verb.RETURNED: lambda ticket, event, final, given: answer_objection(
        ticket, grants=True, answer=event.text, **given
    ),
    Verb.OBJECTION_REFUSED: lambda ticket, event, final, given: answer_objection(
        ticket, grants=False, answer=event.text, **given
    ),
    Verb.EXTENSION_ASKED: lambda ticket, event, final, given: ask_extension(
        ticket, until_on=event.until_on, text=event.text, **given
    ),
    Verb.EXTENDED: lambda ticket, event, final, given: answer_extension(
        ticket, grants=True, answer=final.extensions.get(decided_at=event.at).answer, **given
    ),
    Verb.QUESTIONED: lambda ticket, event, final, given: ask_resident(
        ticket, question=event.text, **given
    ),
    Verb.SHELVING_ASKED: lambda ticket, event, final, given: shelving_asked_as_in(
        ticket, event, final, given
    ),
    Verb.SHELVED: lambda ticket, event, final, given: answer_shelving(
        ticket, grants=True, answer=final.shelvings.get(decided_at=event.at).answer, **given
    ),
}


def objected_as_in(ticket, event, final, given):
    said = final.objections.get(asked_at=event.at)
    more = {"reason": said.reason, "text": said.text, "suggested": said.suggested}
    object_to_ticket(ticket, **more, **given)


def shelving_asked_as_in(ticket, event, final, given):
    said = final.shelvings.get(asked_at=event.at)
    more = {"reason": said.reason, "plan": said.text, "keeper": said.keeper}
    ask_shelving(ticket, review_on=event.until_on, **more, **given)


def answer_as_in(ticket, event, final):
    asked = final.callbacks.get(answered_at=event.at)
    answer_callback(
        ticket,
        was_contacted=asked.was_contacted,
        solved=asked.solved,
        satisfaction=asked.satisfaction,
        comment=asked.comment,
        by=event.by,
        at=event.at,
    )


def filed_again(final):
    """The same report, through the house's own door, or written down by the same hand."""
    concern, at = final.concerns.get(), final.filed_at
    said = {
        "compound": final.compound.code,
        "entrance": final.entrance_id,
        "text": concern.text,
        "visibility": final.visibility,
    }
    if not concern.entered_by:
        draft = begin_draft(at=at, **said)
        return file_concern(draft, reporter=None, address=final.code, at=at)
    said |= final.numbers.values("platform", "number").first() or {}
    final.numbers.all().delete()  # one number is one ticket's
    role = final.events.first().role
    hand = {"role": role, "by": concern.entered_by, "at": at}
    return enter_concern(key=uuid4(), channel=concern.channel, **hand, **said)


def rows(queryset, names):
    return [*queryset.order_by("pk").values_list(*names)]


def relive(final):
    """Every deed of the history by the deed itself, every other line by a sweep at its moment."""
    ticket = filed_again(final)
    for event in final.events.all():
        if event.verb == Verb.ANSWERED:
            answer_as_in(ticket, event, final)
        elif event.verb == Verb.TOLD:
            answer_question(ticket, text=event.text, by=None, role=event.role, at=event.at)
        elif event.verb == Verb.URGED:
            urge_ticket(ticket, text=event.text, by=None, at=event.at)
        elif event.by and event.verb in DEEDS:
            DEEDS[event.verb](ticket, event, final, {"by": event.by, "at": event.at})
        elif not event.by and event.verb != Verb.FILED:
            sweep(at=event.at)
    ticket.refresh_from_db()
    return ticket


def test_the_deeds_themselves_would_have_written_the_same(db):
    seed(at=NOW, tickets=len(EXHIBITS), compounds=9, registers=0)
    shown = {exhibit.part for exhibit in EXHIBITS}
    retold = {
        "净化器",
        "看得见树叶",
        "快戳进三楼",
        "扣了钱",
        "单元门玻璃",
        "闻得到焦味",
        "掏下水口",
        "三楼露台",
        "流浪狗追人",
        "承重墙",
        "广场舞",
        "过道装了摄像头",
        "负二层灯",
    }
    assert retold <= shown

    for part in sorted(retold):
        final = Ticket.objects.get(text__contains=part)
        ticket = relive(final)
        assert rows(ticket.events, HISTORY) == rows(final.events, HISTORY)
        assert {*rows(ticket.clocks, CLOCK)} == {*rows(final.clocks, CLOCK)}
        assert {*rows(ticket.escalations, LEVEL)} == {*rows(final.escalations, LEVEL)}
        for asked in ("objections", "extensions", "shelvings"):
            again, told = getattr(ticket, asked), getattr(final, asked)
            assert rows(again, ASKED) == rows(told, ASKED)
        for name in (
            "state",
            "round",
            "level",
            "lead",
            "due_at",
            "warn_at",
            "closed_at",
            "title",
            "why_lead",
        ):
            assert getattr(ticket, name) == getattr(final, name)


def test_every_part_of_the_demonstration_can_sign_in_and_has_work_and_a_register(db, tmp_path):
    seeded = seed(at=NOW, tickets=60, compounds=9, registers=1, assemblies=False)
    write_sign_ins(seeded.people, tmp_path / "people.json")

    people = json.loads((tmp_path / "people.json").read_text(encoding="utf-8"))
    assert (tmp_path / "people.json").stat().st_mode & 0o077 == 0
    assert {*people} >= {"resident", "building_head", "security", "auditor", "department_leader"}
    assert {*people} >= {"owner", "chair", "scrutineer", "other_scrutineer", "clerk"}
    for entry in people.values():
        person = Person.objects.with_phone(entry["phone"])
        assert check_password(PASSWORD, person.password)
    for role in ("secretary", "company", "community", "dispatcher", "street", "department"):
        person = Person.objects.with_phone(people[role]["phone"])
        assert tickets_waiting_for(person, at=NOW).exists(), role
    for role in ("resident", "secretary", "dispatcher", "department", "company"):
        inbox = Person.objects.with_phone(people[role]["phone"]).notices.order_by("-pk")
        moments = [*inbox.values_list("created_at", flat=True)]
        assert moments == sorted(moments, reverse=True) and len(moments) >= 2, role
    resident = Person.objects.with_phone(people["resident"]["phone"])
    assert len({concern.ticket.state for concern in resident.concerns.all()}) >= 4
    assert (
        resident.ownerships.get().unit.entrance.building.compound == seeded.district.home.compound
    )
    liaison = Person.objects.with_phone(people["department"]["phone"])
    assert Ticket.objects.filter(state=State.DISPATCHED, lead__posts__person=liaison).count() >= 4

    home = seeded.district.home.compound
    heard = Announcement.objects.heard_in(home)
    assert heard.showing(local_day(NOW)).count() == 4 < heard.count()
    dwellings = OwnedUnit.objects.filter(entrance__building__compound=home, use="dwelling")
    assert dwellings.count() == home.households == 620
    voters = Ownership.objects.filter(unit__in=dwellings, is_voter=True)
    assert voters.values("unit").distinct().count() == 620


def test_the_command_refuses_a_database_that_is_in_use(cast):
    with pytest.raises(CommandError, match="空数据库"):
        call_command("seed_demo", tickets=10, verbosity=0)


def test_one_report_is_taken_apart_and_shows_a_place_before_and_after(district):
    ticket = Ticket.objects.get(parts__position=2)

    assert ticket.parts.count() == 2
    assert ticket.state == State.REPLIED
    assert [photo.event.verb for photo in ticket.photos.order_by("pk")] == ["contacted", "replied"]
    assert CannedReply.objects.fitting(ticket).count() >= 3


def test_other_systems_have_keys_and_what_they_filed_remembers_them(client, db):
    seeded = seed(at=NOW, tickets=120, compounds=9, registers=0)

    filed = Concern.objects.filter(channel=Channel.API)
    assert Receipt.objects.filter(ticket__concerns__in=filed).count() == filed.count() > 0
    sent = {"api_key": seeded.open311_key, "service_code": "lift", "description": "电梯停了"}
    (answer,) = client.post("/open311/v2/requests.json", sent).json()
    ticket = Ticket.objects.get(code=answer["service_request_id"])
    assert ticket.compound == seeded.district.home.compound


def test_the_votes_of_the_demonstration_stand_before_a_stranger(db, tmp_path):
    now = datetime(2026, 10, 8, 0, 0, 30, tzinfo=SHANGHAI)  # the first minute after a long holiday
    people = seed(at=now, tickets=0, compounds=9, registers=1).people.signed_in

    votes = {meeting.state: meeting for meeting in AssemblyMeeting.objects.for_list()}
    assert {*votes} == {"final", "open", "objections", "closed", "draft"}
    for meeting in [votes[state] for state in votes if state != "draft"]:
        folder = tmp_path / meeting.code
        call_command("export_bundle", meeting.stream.origin, str(folder), stdout=io.StringIO())
        (folder / "openings.jsonl").write_text(openings_of(meeting), encoding="utf-8")
        assert verify.verify(folder).failures == []
        assert not Letter.objects.filter(checkpoint__stream=meeting.stream).exclude(state="sent")
    assert sweep_meetings(at=now) == 0

    settled = votes["final"].results.latest().sheet
    decided = [(one["item"], one["outcome"]) for one in settled["questions"]]
    assert decided == [(4, "passed"), (9, "passed"), (8, "passed")]
    assert {*settled["channels"]} == {"web", "paper", "proxy", "hall", "phone"}
    heads, area = votes["open"].ballots.standing().turnout()
    roll = votes["open"].roll
    assert 3 * heads < 2 * roll.heads and 3 * area < 2 * roll.area
    assert {*votes["open"].contacts.values_list("state", flat=True)} == {
        "delivered", "promised", "refused", "away", "vacant",
    }  # fmt: skip
    answered = votes["objections"].objections.values_list("is_upheld", flat=True)
    assert [*answered] == [False, None]

    owner = people["owner"]
    assert owner.ownerships.count() == 3
    assert rights_of(owner, votes["open"]).count() == 2
    assert [*waiting_for(owner)] == [votes["open"]]
    assert {*owner.notices.values_list("event", flat=True)} >= {
        "meeting_opened", "meeting_reminder", "result_announced",
    }  # fmt: skip
    told = Notice.objects.filter(url__startswith="/votes/")
    assert not told.exclude(person__in=people.values()).exists()
