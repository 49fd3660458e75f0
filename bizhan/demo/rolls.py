"""The home compound's bylaws and rolls: drawn up, posted, objected to, frozen by the deeds."""

import uuid
from datetime import date, datetime
from random import Random
from typing import Any

from bizhan.demo.ballots import HOUR
from bizhan.demo.district import District
from bizhan.demo.people import People
from bizhan.demo.texts import read
from compounds.models import Person
from compounds.rules import DAY, local_day, midnight
from compounds.terms import Role
from ownerscommittee.models import Bylaws
from ownerscommittee.votes.actions.corrections import correct_owner
from ownerscommittee.votes.actions.rolls import (
    answer_objection,
    draw_up_roll,
    freeze_roll,
    object_to_roll,
    post_roll,
)
from ownerscommittee.votes.models import Roll, VotingRight

SETTLING = 27  # days from the drawing of a roll to its freeze, holidays and all


class Owners:
    """Who acts in the compound, by which day, and the rolls on which they stand."""

    def __init__(self, rng: Random, district: District, people: People, *, at: datetime) -> None:
        self.rng, self.people, self.at = rng, people, at
        self.home = district.home
        self.compound = district.home.compound
        self.told: dict[str, Any] = read("assemblies.json")
        signed_in = people.signed_in
        self.chair, self.secretary = signed_in["chair"], signed_in["secretary"]
        self.owner, self.resident = signed_in["owner"], signed_in["resident"]
        self.scrutineers = [signed_in["scrutineer"], signed_in["other_scrutineer"]]
        third = people.holder(self.home.branch, Role.BRANCH_COMMITTEE_MEMBER)
        self.clerks = [signed_in["clerk"], self.secretary, third]
        self.known: dict[int, list[VotingRight]] = {}
        self.persons = {person.pk: person for person in people.persons}

    def day(self, days: int, hour: float = 9) -> datetime:
        """So many days from today, at this hour in Shanghai."""
        return midnight(local_day(self.at)) + days * DAY + hour * HOUR

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def adopt_bylaws(self) -> None:
        Bylaws.objects.create(
            compound=self.compound,
            in_force_on=date(2023, 5, 20),
            terms=self.told["bylaws"],
            note="第三次业主大会会议通过",
            by=self.chair,
            at=self.day(-400),
        )

    def draw_roll(self, days: int, **scope: Any) -> Roll:
        at = self.day(days)
        return draw_up_roll(
            self.compound,
            cut_off_on=local_day(at),
            by=self.secretary,
            at=at,
            key=self.key(),
            **scope,
        )

    def settle_roll(self, days: int, **scope: Any) -> Roll:
        """Drawn up, posted, objected to, answered, frozen."""
        roll = post_roll(self.draw_roll(days, **scope), at=self.day(days + 1))
        if not scope:
            self._object_to_roll(roll, days + 4)
        return freeze_roll(roll, at=self.day(days + SETTLING))

    def _object_to_roll(self, roll: Roll, days: int) -> None:
        rights = self.rng.sample(list(roll.rights.filter(voter__isnull=False)), 2)
        for said, right in zip(self.told["roll_objections"], rights, strict=True):
            by = self.voter(right)
            given = {"text": said["text"], "unit": None, "by": by, "key": self.key()}
            objection = object_to_roll(roll, **given, at=self.day(days))
            answer = {"reply": said["reply"], "is_upheld": said["is_upheld"], "by": self.secretary}
            answer_objection(objection, **answer, at=self.day(days + 1))
            if said["is_upheld"]:
                correct_owner(
                    right,
                    name=right.name,
                    phone=right.phone,
                    reason="异议成立：" + said["text"],
                    by=self.secretary,
                    at=self.day(days + 2),
                    key=self.key(),
                )

    def rights(self, roll: Roll) -> list[VotingRight]:
        """Read once for all the meetings on a roll; nobody here needs the encrypted columns."""
        if roll.pk not in self.known:
            rights = roll.rights.counted().defer("name", "phone").order_by("number")
            self.known[roll.pk] = list(rights)
        return self.known[roll.pk]

    def voter(self, right: VotingRight) -> Person:
        assert right.voter_id
        return self.persons[right.voter_id]
