"""Hundreds of ballots at once: the lines, seals and rows that `votes.actions.casting` would write.

A ballot at a time costs a transaction each; here a half-day's ballots go into the log together.
Everything else of a meeting is done by the deeds themselves (bizhan/demo/assemblies.py).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from random import Random

from bizhan.demo.papers import photographed, signature
from compounds.files.actions import store_picture
from compounds.models import Person
from compounds.rules import DAY, SHANGHAI
from evidence.actions.logs import append_all
from evidence.actions.publishing import publish_checkpoint
from evidence.models import Entry
from evidence.terms import Occasion
from ownerscommittee.votes.actions.casting import Sheet, line_of
from ownerscommittee.votes.actions.papers import print_forms
from ownerscommittee.votes.models import (
    AssemblyMeeting,
    Ballot,
    BallotSecret,
    PaperBallot,
    PaperForm,
    PaperReading,
    Proxy,
    VotingRight,
)
from ownerscommittee.votes.rules.sealing import Choices
from ownerscommittee.votes.terms import Channel, Mark

MIDDAY, EVENING = time(14), time(20)  # when the sweep carries a half-day's news out
HOUR = timedelta(hours=1)
Odds = dict[str, dict[str, int]]  # question → option → how many in a hundred choose it


@dataclass
class Vote:
    """A right on its way to the box."""

    right: VotingRight
    at: datetime
    channel: Channel
    choices: Choices
    note: str = ""
    supersedes: int | None = None
    sheet: Sheet = field(init=False)


class Box:
    """The ballot box of one meeting, and the two clerks at it."""

    def __init__(
        self,
        rng: Random,
        meeting: AssemblyMeeting,
        *,
        paper: str,
        odds: Odds,
        clerks: list[Person],
        agents: list[Person],
    ) -> None:
        assert meeting.stream
        self.rng, self.meeting, self.stream = rng, meeting, meeting.stream
        self.paper, self.odds, self.clerks = paper, odds, clerks
        self.agents = agents  # neighbours whom others trust with their vote

    @cached_property
    def forms(self) -> dict[int, PaperForm]:
        """A numbered form for every right, printed before the vote opens."""
        assert self.meeting.noticed_at
        rights = VotingRight.objects.counted().filter(roll=self.meeting.roll)
        printed = self.meeting.noticed_at + 2 * DAY
        forms = print_forms(self.meeting, rights.only("pk"), by=self.clerks[0], at=printed)
        for form in forms:
            form.meeting = self.meeting
        return {form.right_id: form for form in forms}

    def choices(self, *, may_void: bool = False) -> Choices:
        return {question: self._mark(odds, may_void) for question, odds in self.odds.items()}

    def _mark(self, odds: dict[str, int], may_void: bool) -> list[str]:
        if may_void and self.rng.random() < 0.03:
            return [Mark.VOID.value]
        return self.rng.choices(list(odds), list(odds.values()))

    def fill(self, votes: Iterable[Vote]) -> list[Ballot]:
        """Every vote in its order, and a checkpoint after each half-day."""
        votes = sorted(votes, key=lambda vote: vote.at)
        for vote in votes:
            vote.sheet = self._sheet(vote)
        secrets = [self._sealed(vote) for vote in votes]
        entries = self._log(votes, secrets)
        ballots = Ballot.objects.bulk_create(
            Ballot(
                meeting=self.meeting,
                right=vote.right,
                channel=vote.channel,
                cast_at=vote.at,
                by_id=self._hand(vote),
                entry=entry,
                proxy=vote.sheet.proxy,
                paper=vote.sheet.paper,
                note=vote.note,
            )
            for vote, entry in zip(votes, entries, strict=True)
        )
        BallotSecret.objects.bulk_create(
            BallotSecret(ballot=ballot, sealed=json.dumps(secret))
            for ballot, secret in zip(ballots, secrets, strict=True)
        )
        return ballots

    def _sealed(self, vote: Vote) -> dict[str, object]:
        nonce = f"{self.rng.getrandbits(256):064x}"
        return {"nonce": nonce, "choices": vote.choices, "typed": vote.sheet.typed or None}

    def _log(self, votes: list[Vote], secrets: list[dict[str, object]]) -> list[Entry]:
        entries: list[Entry] = []
        pairs = zip(votes, secrets, strict=True)
        for carried_out, group in groupby(pairs, lambda pair: _next_round(pair[0].at)):
            lines = [
                line_of(vote.right, vote.sheet, secret, vote.supersedes, vote.at)
                for vote, secret in group
            ]
            entries += append_all(self.stream, lines, at=carried_out)
            if carried_out <= votes[-1].at:
                is_daily = carried_out.astimezone(SHANGHAI).time() == EVENING
                occasion = Occasion.DAILY if is_daily else Occasion.SIX_HOURS
                publish_checkpoint(self.stream, at=carried_out, occasion=occasion)
        return entries

    def _hand(self, vote: Vote) -> int:
        """Who pressed the button: the owner, or a clerk."""
        if vote.channel == Channel.WEB:
            assert vote.right.voter_id
            return vote.right.voter_id
        return self.clerks[vote.channel == Channel.PAPER].pk

    # --- What a channel asks for beside the choices -------------------------------------------

    def _sheet(self, vote: Vote) -> Sheet:
        if vote.channel == Channel.PROXY:
            agent, at = self.agents.pop(), self._before(vote.at, 48)
            proxy = self.entrust(vote.right, agent, at=at)
            return Sheet(vote.channel, vote.choices, proxy=proxy)
        if vote.channel == Channel.PAPER:
            typed = self._typed(vote.choices)
            received_at = self._before(vote.at, 5)
            paper = self.receive(vote.right, vote.choices, at=received_at, typed=typed)
            return Sheet(vote.channel, vote.choices, paper=paper, typed=typed)
        return Sheet(vote.channel, vote.choices)

    def _before(self, at: datetime, hours: int) -> datetime:
        assert self.meeting.opens_at
        return max(self.meeting.opens_at, at - self.rng.random() * hours * HOUR)

    def _typed(self, choices: Choices) -> list[Choices]:
        """What each clerk read; now and then the second one misread, and a third decided."""
        if self.rng.random() < 0.9:
            return [choices, choices]
        question = self.rng.choice(list(choices))
        return [choices, {**choices, question: [Mark.VOID.value]}, choices]

    def receive(
        self, right: VotingRight, choices: Choices, *, at: datetime, typed: list[Choices]
    ) -> PaperBallot:
        """A filled form that came back, with what was typed from it so far."""
        form = self.forms[right.pk]
        waits = len(typed) < 2 or typed[0] != typed[1]
        picture = photographed(self.paper, form, choices, self.rng, has_code=waits)
        scan = store_picture(picture, by=None, at=at)
        paper = PaperBallot.objects.create(
            form=form, scan=scan, received_by=self.clerks[0], received_at=at
        )
        PaperReading.objects.bulk_create(
            PaperReading(paper=paper, by=by, at=at + HOUR / 4, sealed=json.dumps(read))
            for by, read in zip(self.clerks, typed, strict=False)
        )
        return paper

    def entrust(self, right: VotingRight, agent: Person, *, at: datetime) -> Proxy:
        return Proxy.objects.create(
            meeting=self.meeting,
            right=right,
            agent_name=agent.name,
            agent_phone=agent.phone,
            agent_key=agent.phone_key,
            letter=store_picture(signature(self.rng), by=None, at=at),
            by=self.clerks[0],
            at=at,
        )


def _next_round(at: datetime) -> datetime:
    """The half-day that ends after this moment."""
    local = at.astimezone(SHANGHAI)
    for end in (MIDDAY, EVENING):
        if local.time() < end:
            return datetime.combine(local.date(), end, SHANGHAI)
    return datetime.combine(local.date() + DAY, MIDDAY, SHANGHAI)
