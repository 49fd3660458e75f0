"""业主大会 of the home compound: one settled, one open, one in objections, one to be counted.

The meetings go their way by the house's own deeds, each at its moment of the past; only the
ballots are told as values (0018). What the deeds told hundreds of owners is kept for those alone
who can sign in (bizhan/demo/inbox.py).
"""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from bizhan.demo.ballots import HOUR, Box, Vote
from bizhan.demo.district import District
from bizhan.demo.papers import signature
from bizhan.demo.people import People
from bizhan.demo.rolls import Owners
from compounds.models import Person
from compounds.rules import DAY, local_day, midnight
from compounds.terms import Role
from evidence.actions.publishing import publish_checkpoint
from evidence.models import Letter
from evidence.terms import Occasion, State, WitnessRole
from ownerscommittee.votes.actions.counting import count_meeting, name_count_witness
from ownerscommittee.votes.actions.drafting import draft_meeting, put_motion
from ownerscommittee.votes.actions.meetings import (
    close_meeting,
    name_witness,
    notice_meeting,
    open_meeting,
)
from ownerscommittee.votes.actions.petitions import begin_petition
from ownerscommittee.votes.actions.results import (
    announce_result,
    do_follow_up,
    finalize_meeting,
    object_to_result,
    post_result,
    reply_to_objection,
)
from ownerscommittee.votes.actions.rolls import object_to_roll, post_roll
from ownerscommittee.votes.actions.scrutiny import ask_void, decide_void
from ownerscommittee.votes.actions.sweeping import remind
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    ContactNote,
    PetitionSignature,
    Roll,
    VotingRight,
)
from ownerscommittee.votes.terms import Channel, Contact, Scope

# Of a hundred that vote, how many come by each way.
WAYS = {Channel.WEB: 64, Channel.PAPER: 13, Channel.HALL: 12, Channel.PROXY: 6, Channel.PHONE: 5}
WITHOUT_PAPER = {Channel.WEB: 72, Channel.HALL: 28}
# 联系情况 of those who wait, in a hundred; nobody was at the doors of the rest.
KNOCKS = {
    Contact.DELIVERED.value: 22,
    Contact.PROMISED.value: 20,
    Contact.REFUSED.value: 6,
    Contact.AWAY.value: 9,
    Contact.VACANT.value: 5,
    "": 38,
}
WITNESSES = [
    ("双狮社区居委会", "community@example.org", WitnessRole.COMMUNITY),
    ("璧泉街道物业指导科", "street@example.org", WitnessRole.STREET),
    ("业主监票代表", "scrutineer@example.org", WitnessRole.SCRUTINEER),
]


def hold_assemblies(district: District, people: People, seed_text: str, *, at: datetime) -> None:
    """Where home has a register. Every moment is so many days before `at`, or after it."""
    assembly = Assembly(Random(f"{seed_text} assemblies"), district, people, at=at)
    assembly.adopt_bylaws()
    first = assembly.settle_roll(-130)
    assembly.hold_finished(first)
    assembly.hold_objections()
    assembly.hold_closed()
    second = assembly.settle_roll(-66)
    assembly.hold_open(second)
    assembly.prepare_next(second)
    letters = Letter.objects.filter(state=State.WAITING)
    letters.update(state=State.SENT, attempts=1, sent_at=F("next_try_at"))


class Assembly(Owners):
    """The meetings of these owners."""

    def draft(self, name: str, roll: Roll, *, days: int, opens: datetime, closes: datetime) -> Any:
        assert self.home.committee
        told = self.told["meetings"][name]
        meeting = draft_meeting(
            self.compound,
            convener=self.home.committee,
            title=told["title"],
            kind=told["kind"],
            opens_at=opens,
            closes_at=closes,
            roll=roll,
            by=self.chair,
            at=self.day(days, 10),
            key=self.key(),
        )
        assert self.home.company
        for motion in told["motions"]:
            put_motion(
                meeting,
                position=None,
                item=motion["item"],
                kind=motion["kind"],
                title=motion["title"],
                text=motion["text"].format(company=self.home.company.name),
                seats=motion.get("seats", 1),
                is_dismissal=motion.get("is_dismissal", False),
                labels=motion.get("labels", []),
            )
        return meeting

    def opened(
        self, name: str, roll: Roll, *, days: int, opens: datetime, closes: datetime
    ) -> AssemblyMeeting:
        """Drafted and posted `days` from today, with its witnesses, and opened on its day."""
        meeting = self.draft(name, roll, days=days - 2, opens=opens, closes=closes)
        notice_meeting(meeting, by=self.chair, at=self.day(days))
        for witness, email, role in WITNESSES:
            at = self.day(days + 1)
            name_witness(meeting, name=witness, email=email, role=role, by=self.chair, at=at)
        open_meeting(meeting.pk, at=opens)
        return self.again(meeting)

    def again(self, meeting: AssemblyMeeting) -> AssemblyMeeting:
        return AssemblyMeeting.objects.for_list().get(pk=meeting.pk)

    def box(self, name: str, meeting: AssemblyMeeting) -> Box:
        told = self.told["meetings"][name]["motions"]
        odds = {f"q{number}": motion["odds"] for number, motion in enumerate(told, start=1)}
        assert meeting.roll
        voters = [self.voter(right) for right in self.rights(meeting.roll) if right.voter_id]
        self.rng.shuffle(voters)
        return Box(self.rng, meeting, paper=name, odds=odds, clerks=self.clerks, agents=voters)

    def votes(
        self,
        box: Box,
        rights: Iterable[VotingRight],
        *,
        share: float,
        ways: dict[Channel, int],
        until: datetime,
        surely: Iterable[Person] = (),
        never: Iterable[Person] = (),
    ) -> list[Vote]:
        """So large a share of the rights, each by its way at some hour; these people on the web."""
        rights = list(rights)
        by_web = {person.pk for person in surely}
        left_out = {person.pk for person in never}
        first = [right for right in rights if right.voter_id in by_web]
        others = [
            right for right in rights if right.voter_id and right.voter_id not in by_web | left_out
        ]
        others = self.rng.sample(others, round(share * len(rights)) - len(first))
        drawn = self.rng.choices(list(ways), list(ways.values()), k=len(others))
        pairs = [*((right, Channel.WEB) for right in first), *zip(others, drawn, strict=True)]
        return [self.vote(box, right, channel, until) for right, channel in pairs]

    def vote(self, box: Box, right: VotingRight, channel: Channel, until: datetime) -> Vote:
        choices = box.choices(may_void=channel == Channel.PAPER)
        note = ""
        if channel == Channel.PHONE:
            number, tail = self.rng.randint(1, 99), self.rng.randint(0, 9999)
            note = f"来电尾号 {tail:04}，通话录音第 {number} 号"
        return Vote(right, self.some_hour(box.meeting, until), channel, choices, note)

    def some_hour(self, meeting: AssemblyMeeting, until: datetime) -> datetime:
        """Between the opening and `until`, at an hour when people are up."""
        assert meeting.opens_at
        days = (local_day(until) - local_day(meeting.opens_at)).days
        while True:
            start = midnight(local_day(meeting.opens_at)) + self.rng.randint(0, days) * DAY
            moment = start + self.rng.triangular(7.5, 22.5, 19) * HOUR
            if meeting.opens_at <= moment < until:
                return moment

    def close(self, meeting: AssemblyMeeting, *, witnesses: int, days: int) -> AssemblyMeeting:
        assert meeting.closes_at
        close_meeting(meeting.pk, at=meeting.closes_at)
        for capacity in self.told["count_witnesses"][:witnesses]:
            name = self.rng.choice(self.people.persons).name
            photo = SimpleUploadedFile("signed.jpg", signature(self.rng).content, "image/jpeg")
            given = {"name": name, "capacity": capacity, "signature": photo, "by": self.chair}
            name_count_witness(meeting, **given, at=self.day(days, 8.5), key=self.key())
        return self.again(meeting)

    def object(self, meeting: AssemblyMeeting, said: dict[str, Any], by: Person, days: int) -> None:
        """Said in the evening, answered in the afternoon after it where there is an answer."""
        papers = meeting.ballots.filter(channel=Channel.PAPER).count()
        given = {"text": said["text"].format(papers=papers), "by": by, "key": self.key()}
        objection = object_to_result(meeting, **given, at=self.day(days, 20.6))
        if "reply" in said:
            answer = {"text": said["reply"], "is_upheld": said["is_upheld"], "by": self.chair}
            reply_to_objection(objection, **answer, at=self.day(days + 1, 16.2))

    # --- The meetings ---------------------------------------------------------------------------

    def hold_finished(self, roll: Roll) -> None:
        opens, closes = self.day(-74), self.day(-60, 18)
        meeting = self.opened("finished", roll, days=-101, opens=opens, closes=closes)
        told, box = self.told["meetings"]["finished"], self.box("finished", meeting)
        votes = self.votes(
            box,
            self.rights(roll),
            share=0.81,
            ways=WAYS,
            until=closes,
            surely=[self.owner, self.resident],
        )
        self._fill_with_a_void(box, votes, told["void"])
        meeting = self.close(meeting, witnesses=3, days=-59)
        count_meeting(meeting, by=self.chair, at=self.day(-59, 10))
        post_result(meeting, by=self.chair, at=self.day(-59, 15))
        neighbours = self.rng.sample(votes, 2)
        for said, vote, days in zip(told["objections"], neighbours, (-57, -55), strict=True):
            self.object(meeting, said, self.voter(vote.right), days)
        announced_at = self._announce(meeting)
        follow_up = meeting.follow_ups.get()
        done = {"note": told["follow_up"], "by": self.chair, "at": announced_at + 2 * DAY}
        do_follow_up(follow_up, **done)

    def _announce(self, meeting: AssemblyMeeting) -> datetime:
        meeting = self.again(meeting)
        assert meeting.objections_until
        announced_at = meeting.objections_until + 10 * HOUR
        announce_result(meeting, by=self.chair, at=announced_at)
        meeting = self.again(meeting)
        assert meeting.final_due_at
        finalize_meeting(meeting.pk, at=meeting.final_due_at)
        return announced_at

    def _fill_with_a_void(self, box: Box, votes: list[Vote], reason: str) -> None:
        """A ballot by telephone that was not the owner's; the owner then votes in the hall."""
        midway = self.day(-66)
        early = [vote for vote in votes if vote.at < midway]
        ballots = box.fill(early)
        ballot = next(each for each in ballots if each.channel == Channel.PHONE)
        first, second = self.scrutineers
        asked = ask_void(ballot, reason=reason, by=first, at=midway)
        decide_void(asked, is_confirmed=True, by=second, at=midway + HOUR / 2)
        box.stream.refresh_from_db()
        again = Vote(ballot.right, midway + HOUR, Channel.HALL, box.choices())
        again.supersedes = ballot.entry.index
        box.fill([again, *(vote for vote in votes if vote.at >= midway + HOUR)])

    def hold_open(self, roll: Roll) -> None:
        """Short of two thirds; some papers wait for their second reader, and one for a third."""
        opens, closes = self.day(-9), self.day(6, 18)
        meeting = self.opened("open", roll, days=-38, opens=opens, closes=closes)
        box, rights = self.box("open", meeting), self.rights(roll)
        until = self.at - HOUR / 3
        votes = self.votes(
            box,
            rights,
            share=0.575,
            ways=WAYS,
            until=until,
            surely=[self.resident],
            never=[self.owner],
        )
        box.fill(votes)
        voted = {vote.right.pk for vote in votes}
        waiting = [
            right
            for right in rights
            if right.pk not in voted and right.voter_id not in (None, self.owner.pk)
        ]
        self._leave_papers(box, self.rng.sample(waiting, 7))
        self._knock(meeting, waiting)
        remind(meeting.pk, at=self.day(-1))

    def _knock(self, meeting: AssemblyMeeting, waiting: list[VotingRight]) -> None:
        """What the group leaders noted at the doors of those who have not voted."""
        groups = self.home.groups
        leaders = {
            building.pk: self.people.holder(groups[number // 2], Role.GROUP_LEADER)
            for number, building in enumerate(self.home.buildings)
        }
        states = self.rng.choices(list(KNOCKS), list(KNOCKS.values()), k=len(waiting))
        ContactNote.objects.bulk_create(
            ContactNote(
                meeting=meeting,
                right=right,
                state=state,
                note=self.rng.choice(self.told["knocks"].get(state, [""])),
                by=leaders[right.building_id or self.home.buildings[0].pk],
                at=self.day(-self.rng.randint(1, 6), self.rng.uniform(18, 21)),
            )
            for right, state in zip(waiting, states, strict=True)
            if state
        )

    def _leave_papers(self, box: Box, rights: list[VotingRight]) -> None:
        """To be typed: two by anybody, two by a second reader, one by a third; one letter of proxy."""
        *papers, principal, _ = rights
        for number, right in enumerate(papers):
            choices = box.choices()
            other = {**choices, "q1": ["abstain" if choices["q1"] != ["abstain"] else "agree"]}
            typed = [[], [], [choices], [choices], [choices, other]][number]
            box.receive(right, choices, at=self.at - (9 - number) * HOUR, typed=typed)
        box.entrust(principal, self.resident, at=self.at - 30 * HOUR)

    def hold_objections(self) -> None:
        roll = self.settle_roll(-84, scope=Scope.BUILDING, building=self.home.buildings[2])
        closes = self.day(-6, 18)
        opens = self.day(-20)
        meeting = self.opened("objections", roll, days=-52, opens=opens, closes=closes)
        box = self.box("objections", meeting)
        rights, surely = self.rights(roll), [self.resident]
        votes = self.votes(box, rights, share=0.79, ways=WITHOUT_PAPER, until=closes, surely=surely)
        box.fill(votes)
        meeting = self.close(meeting, witnesses=2, days=-5)
        count_meeting(meeting, by=self.chair, at=self.day(-5, 10))
        post_result(meeting, by=self.chair, at=self.day(-4, 9))
        told = self.told["meetings"]["objections"]["objections"]
        self.object(meeting, told[0], self.voter(votes[-1].right), -3)
        self.object(meeting, told[1], self.resident, -2)
        box.stream.refresh_from_db()
        publish_checkpoint(box.stream, at=self.day(-1, 2.7), occasion=Occasion.SIX_HOURS)

    def hold_closed(self) -> None:
        """Closed yesterday; the second witness of the count has not signed yet."""
        entrance = self.home.entrances[0][1]
        roll = self.settle_roll(-70, scope=Scope.ENTRANCE, entrance=entrance)
        opens, closes = self.day(-14), self.day(-1, 18)
        if closes > self.at:
            closes = self.day(-2, 18)
        meeting = self.opened("closed", roll, days=-41, opens=opens, closes=closes)
        box = self.box("closed", meeting)
        rights, surely = self.rights(roll), [self.owner]
        box.fill(
            self.votes(box, rights, share=0.77, ways=WITHOUT_PAPER, until=closes, surely=surely)
        )
        self.close(meeting, witnesses=1, days=0)

    def prepare_next(self, roll: Roll) -> None:
        """What comes: a draft, a roll that hangs on the wall, one that is being drawn, a petition."""
        self.draft("draft", roll, days=-2, opens=self.day(30), closes=self.day(45, 18))
        posted = self.draw_roll(-8, scope=Scope.BUILDING, building=self.home.buildings[4])
        post_roll(posted, at=self.day(-7))
        right = posted.rights.filter(voter__isnull=False)[3]
        text = self.told["waiting_roll_objection"]
        given = {"text": text, "unit": None, "by": self.voter(right), "key": self.key()}
        object_to_roll(posted, **given, at=self.day(-3, 19))
        self.draw_roll(-1, scope=Scope.ENTRANCE, entrance=self.home.entrances[3][0])
        told = self.told["petition"]
        petition = begin_petition(
            self.compound, **told, by=self.resident, at=self.day(-6, 20), key=self.key()
        )
        rights = [right for right in self.rights(roll) if right.voter_id]
        PetitionSignature.objects.bulk_create(
            [
                PetitionSignature(
                    petition=petition,
                    right=right,
                    by=self.voter(right),
                    at=self.day(-5, 9 + number / 12),
                )
                for number, right in enumerate(self.rng.sample(rights, 83))
            ],
            ignore_conflicts=True,
        )
