"""A vote of the cast's home compound with one of each thing, called by its community."""

from uuid import uuid4

from compounds.models import Entrance
from compounds.rules import DAY
from ownerscommittee.votes.actions.casting import cast_by_clerk
from ownerscommittee.votes.actions.drafting import name_scrutineer
from ownerscommittee.votes.actions.papers import print_forms, receive_paper
from ownerscommittee.votes.actions.petitions import begin_petition
from ownerscommittee.votes.actions.proxies import record_proxy
from ownerscommittee.votes.actions.scrutiny import ask_void
from ownerscommittee.votes.terms import Channel
from ownerscommittee.votes.tests.hall import Hall, photo

OF_THE_DRAFT = {"edit", "motion", "motion-new", "motion-remove", "notice"}
OF_THE_COMPOUND = {
    "of-compound",
    "draft",
    "petition-new",
    "bylaws",
    "bylaws-new",
    "bylaws-version",
}
# 公示: whoever comes by may read what is posted, and is told there why they cannot vote.
OPEN_TO_ALL = {
    f"votes:{name}"
    for name in (
        "of-compound",
        "meeting",
        "petition",
        "petition-new",
        "cast",
        "voted",
        "objection",
        "paper",
        "locality-version",
        "bylaws",
        "bylaws-version",
    )
}


class OpenVote(Hall):
    """The resident has right 1; 2 was cast at the hall, 3 came on paper, 4 by proxy's letter."""

    AREAS = (9000, 9000, 9000, 9000)

    def __init__(self, cast, at):
        self.cast, self.at, self.keys = cast, at - 21 * DAY, iter(range(1, 99))
        self.committee, self.chair, self.clerk = (
            cast.community,
            cast.community_staff,
            cast.secretary,
        )
        self.entrance = Entrance.objects.filter(building__compound=cast.home).first()
        voters = [cast.resident, *[None] * (len(self.AREAS) - 1)]
        self.roll = self.settled_roll(list(zip(voters, self.AREAS, strict=True)))
        self.rights = list(self.roll.rights.order_by("number"))
        self.bylaws = cast.home.bylaws.create(in_force_on=at.date(), at=at)
        self.drafted = self.draft()
        self.meeting = self.open()
        name_scrutineer(self.meeting, person=cast.auditor, by=self.chair, at=at)
        entered = {"channel": Channel.HALL, "choices": {"q1": ["agree"]}, "note": ""}
        (self.ballot,) = cast_by_clerk(
            self.meeting, self.rights[1], **entered, by=self.clerk, at=at
        )
        self.void = ask_void(self.ballot, reason="冒名", by=cast.dispatcher, at=at)
        (self.form,) = print_forms(self.meeting, self.rights[2:3], by=self.clerk, at=at)
        self.paper = receive_paper(self.form, scan=photo(), by=self.clerk, at=at, key=uuid4())
        self.proxy = record_proxy(
            self.meeting,
            self.rights[3],
            agent_name="代理",
            agent_phone="13900000000",
            questions=[],
            letter=photo(),
            by=self.clerk,
            at=at,
            key=uuid4(),
        )
        self.petition = begin_petition(
            cast.home, title="换物业", text="不保洁", by=cast.resident, at=at, key=uuid4()
        )

    def arguments(self, name):
        """What the address of this name needs, by the words in it."""
        code = self.cast.home.code if name in OF_THE_COMPOUND else self.meeting.code
        return {
            "code": self.drafted.code if name in OF_THE_DRAFT else code,
            "position": 1,
            "number": {"enter": 1, "proxy": 1, "contact": 1, "contact-reveal": 1}.get(name, 2),
            "token": self.form.token,
            "pk": {
                "petition": self.petition.pk,
                "proxy-end": self.proxy.pk,
                "forms": self.entrance.building_id,
                "void": self.void.pk,
                "locality-version": self.roll.profile_id,
                "bylaws-version": self.bylaws.pk,
            }.get(name, self.paper.pk),
        }
