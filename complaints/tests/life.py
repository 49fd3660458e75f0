"""Every deed that a ticket's life is made of, done by whoever may do it; `test_life` plays them.

A new deed is a line in `PLAYS`: it is given the life and a way to draw a value, and does the deed
at `life.at`. What the rules refuse it may raise as `Refused`; the row must then be as it was.
"""

import uuid
from datetime import timedelta

from hypothesis import strategies as st

from complaints.actions.callback import (
    answer_callback,
    ask_callback,
    call_unreasonable,
    find_unreasonable,
    reopen_ticket,
    withdraw_ticket,
)
from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    decline_ticket,
    dispatch_ticket,
    record_contact,
    refuse_whistle,
    reply_to_ticket,
    reveal_contact,
    send_back,
    sign_ticket,
    take_by_compound,
)
from complaints.actions.entering import add_number
from complaints.actions.extensions import answer_extension, ask_extension
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.merging import merge_ticket, unmerge_ticket
from complaints.actions.notes import add_note, answer_as_support
from complaints.actions.returns import answer_objection, object_to_ticket, rule_on_ticket
from complaints.actions.shelving import (
    answer_shelving,
    ask_shelving,
    review_shelf,
    unshelve_ticket,
)
from complaints.actions.splitting import split_ticket
from complaints.actions.staffing import assign_ticket, take_ticket, urge_ticket
from complaints.actions.waiting import add_words, answer_question, ask_resident
from complaints.models import PolicyVersion
from complaints.rules.repeats import Matter
from complaints.terms import (
    Category,
    DeclineReason,
    Kind,
    Lane,
    ObjectionReason,
    Platform,
    Resolution,
    Satisfaction,
    ShelvingReason,
    Solved,
    Verb,
)
from compounds.models import working_calendar
from compounds.rules import local_day
from compounds.terms import Role
from tests.cast import MONDAY

REPORTER = "反映人"
REPLY = "已更换声控灯五盏，并检查了全部楼层的线路，今后每月巡查一次。"
WHY = "因为如此"


class Life:
    """One ticket, the moment at which it stands, and the people of the units it may go to."""

    def __init__(self, cast, text):
        self.cast, self.at = cast, MONDAY
        draft = begin_draft(at=self.at, compound=cast.home.code, text=text, phone="13900000001")
        self.ticket = file_concern(draft, reporter=cast.resident, address="::1", at=self.at)
        same = begin_draft(at=self.at, compound=cast.home.code, text=f"又是：{text}")
        self.other = file_concern(same, reporter=None, address="::2", at=self.at)
        self.units = [cast.fire_brigade, cast.housing, cast.community]

    def pass_time(self, **length):
        self.at += timedelta(**length)

    @property
    def given(self):
        return {"at": self.at}

    def by(self, name):
        return {"by": getattr(self.cast, name), "at": self.at}

    @property
    def by_lead(self):
        """Somebody of the unit that leads."""
        hands = {
            self.cast.company.pk: self.cast.company_staff,
            self.cast.branch.pk: self.cast.secretary,
            self.cast.community.pk: self.cast.community_staff,
            self.cast.housing.pk: self.cast.of_housing,
        }
        return {"by": hands.get(self.ticket.lead_id, self.cast.liaison), "at": self.at}

    def days_on(self, count):
        return working_calendar().workday_after(local_day(self.at), count)


def hire(cast):
    """The cast has nobody in the second department; and a ruling should come soon."""
    cast.of_housing = cast.person("住建联络员", cast.housing, Role.LIAISON)
    PolicyVersion.objects.create(in_force_at=MONDAY, terms={"returns": 1})
    return cast


def accepted(life, draw):
    lane = draw(st.sampled_from([Lane.GENERAL] * 3 + [Lane.VITAL, Lane.URGENT]))
    kind = draw(st.sampled_from([Kind.COMPLAINT] * 3 + [Kind.ENQUIRY, Kind.PRAISE]))
    accept_ticket(life.ticket, category=Category.FIRE, kind=kind, lane=lane, **life.by("secretary"))


def dispatched(life, draw):
    to, *others = draw(st.permutations(life.units))
    lane = draw(st.sampled_from([life.ticket.lane] * 3 + [Lane.COMPLEX]))
    who = life.by("dispatcher")
    dispatch_ticket(life.ticket, to=to, co_units=others[:1], lane=lane, note=WHY, **who)


def answered(life, draw):
    solved, satisfied = draw(st.sampled_from(Solved)), draw(st.sampled_from(Satisfaction))
    more = {"solved": solved, "satisfaction": satisfied}
    answer_callback(life.ticket, was_contacted=True, **more, by=None, **life.given)


def objected(life, draw):
    said = {"reason": ObjectionReason.DUTY, "text": WHY, "suggested": life.cast.housing}
    object_to_ticket(life.ticket, **said, **life.by_lead)


def ruled(life, draw):
    to = draw(st.sampled_from(life.units))
    rule_on_ticket(life.ticket, to=to, text=WHY, **life.by("street_leader"))


def extension_asked(life, draw):
    until_on = life.days_on(draw(st.integers(1, 12)))
    ask_extension(life.ticket, until_on=until_on, text=WHY, **life.by_lead)


def shelving_asked(life, draw):
    said = {"reason": ShelvingReason.MONEY, "plan": WHY, "keeper": life.cast.housing}
    ask_shelving(life.ticket, **said, review_on=life.days_on(20), **life.by_lead)


def decided(answer, who):
    """Somebody answers what a unit asked for, and says yes or no."""

    def play(life, draw):
        answer(life.ticket, grants=draw(st.booleans()), answer=WHY, **life.by(who))

    return play


def replied(life, draw):
    reply_to_ticket(life.ticket, text=REPLY, resolution=Resolution.SOLVED, **life.by_lead)


def assigned(life, draw):
    assign_ticket(life.ticket, to=life.by_lead["by"], **life.by_lead)


def split(life, draw):
    lanes = draw(
        st.lists(st.sampled_from([Lane.GENERAL, Lane.VITAL, Lane.URGENT]), min_size=1, max_size=6)
    )
    matters = [Matter(REPLY, Category.FIRE, lane) for lane in lanes]
    split_ticket(life.ticket, matters=matters, submission_key=uuid.uuid4(), **life.by("secretary"))


PLAYS = {
    Verb.ACCEPTED: accepted,
    Verb.DECLINED: lambda life, draw: decline_ticket(
        life.ticket, reason=DeclineReason.COURT, channel=WHY, **life.by("community_staff")
    ),
    Verb.TAKEN_BY_COMPOUND: lambda life, draw: take_by_compound(
        life.ticket, handler=life.cast.company, note=WHY, **life.by("secretary")
    ),
    Verb.WHISTLED: lambda life, draw: blow_whistle(
        life.ticket, reason=WHY, needs_enforcement=True, **life.by("secretary")
    ),
    Verb.WHISTLE_REFUSED: lambda life, draw: refuse_whistle(
        life.ticket, reason=WHY, **life.by("dispatcher")
    ),
    Verb.DISPATCHED: dispatched,
    Verb.SIGNED: lambda life, draw: sign_ticket(life.ticket, **life.by_lead),
    Verb.CONTACTED: lambda life, draw: record_contact(life.ticket, note=WHY, **life.by_lead),
    Verb.REPLIED: replied,
    Verb.SENT_BACK: lambda life, draw: send_back(life.ticket, reason=WHY, **life.by("dispatcher")),
    Verb.CALLBACK_ASKED: lambda life, draw: ask_callback(life.ticket, **life.by("dispatcher")),
    Verb.ANSWERED: answered,
    Verb.REOPENED: lambda life, draw: reopen_ticket(
        life.ticket, reason=WHY, by=None, role=REPORTER, **life.given
    ),
    Verb.WITHDRAWN: lambda life, draw: withdraw_ticket(
        life.ticket, reason=WHY, by=None, **life.given
    ),
    Verb.REVEALED: lambda life, draw: reveal_contact(
        life.ticket, reason=WHY, **life.by("secretary")
    ),
    Verb.OBJECTED: objected,
    Verb.RETURNED: decided(answer_objection, "dispatcher"),
    Verb.RULED: ruled,
    Verb.EXTENSION_ASKED: extension_asked,
    Verb.EXTENDED: decided(answer_extension, "dispatcher"),
    Verb.QUESTIONED: lambda life, draw: ask_resident(life.ticket, question=WHY, **life.by_lead),
    Verb.TOLD: lambda life, draw: answer_question(
        life.ticket, text=WHY, by=None, role=REPORTER, **life.given
    ),
    Verb.ADDED: lambda life, draw: add_words(life.ticket, text=WHY, role=REPORTER, at=life.at),
    Verb.SHELVING_ASKED: shelving_asked,
    Verb.SHELVED: decided(answer_shelving, "street_leader"),
    Verb.SHELF_REVIEWED: lambda life, draw: review_shelf(
        life.ticket, review_on=life.days_on(10), note=WHY, **life.by("street_leader")
    ),
    Verb.UNSHELVED: lambda life, draw: unshelve_ticket(
        life.ticket, note=WHY, **life.by("street_leader")
    ),
    Verb.URGED: lambda life, draw: urge_ticket(life.ticket, by=None, **life.given),
    Verb.TAKEN: lambda life, draw: take_ticket(life.ticket, **life.by_lead),
    Verb.ASSIGNED: assigned,
    Verb.MERGED: lambda life, draw: merge_ticket(
        life.ticket, into=life.other, **life.by("secretary")
    ),
    Verb.UNMERGED: lambda life, draw: unmerge_ticket(
        life.ticket, reason=WHY, **life.by("secretary")
    ),
    Verb.NUMBERED: lambda life, draw: add_number(
        life.ticket, platform=Platform.HOTLINE, number="CQ-0001", **life.by("secretary")
    ),
    Verb.SPLIT: split,
    Verb.NOTED: lambda life, draw: add_note(life.ticket, note=WHY, **life.by("secretary")),
    Verb.CO_ANSWERED: lambda life, draw: answer_as_support(
        life.ticket, text=REPLY, **life.by("liaison")
    ),
    Verb.CALLED_UNREASONABLE: lambda life, draw: call_unreasonable(
        life.ticket, reason=WHY, **life.by("dispatcher")
    ),
    Verb.FOUND_UNREASONABLE: lambda life, draw: find_unreasonable(
        life.ticket, reason=WHY, **life.by("community_staff")
    ),
}
