"""The owners of every story, on a settled roll, and a meeting as far on its way as it must be."""

import io
from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from compounds.files.actions import store_photo
from compounds.models import Entrance, OwnedUnit
from compounds.rules import DAY
from compounds.terms import OrganizationKind, Role
from evidence.terms import WitnessRole
from ownerscommittee.models import LocalityProfile
from ownerscommittee.votes.actions.counting import count_meeting
from ownerscommittee.votes.actions.drafting import draft_meeting, put_motion
from ownerscommittee.votes.actions.meetings import name_witness, notice_meeting
from ownerscommittee.votes.actions.results import announce_result, post_result
from ownerscommittee.votes.actions.sweeping import sweep_meetings
from ownerscommittee.votes.models import AssemblyMeeting, Roll, VotingRight
from ownerscommittee.votes.terms import Item, Question
from tests.cast import MONDAY

NOTICED = MONDAY
OPENS = MONDAY + 20 * DAY
VOTING = OPENS + timedelta(hours=5)
CLOSES = OPENS + 10 * DAY
COUNTED = CLOSES + DAY
LATER = CLOSES + 60 * DAY


def photo(color="white"):
    content = io.BytesIO()
    Image.new("RGB", (60, 80), color).save(content, "JPEG")
    return SimpleUploadedFile("scan.jpg", content.getvalue(), "image/jpeg")


class Hall:
    """示范小区一 with an owners' committee. `owners` are accounts, each with a right of 90 ㎡."""

    def __init__(self, cast, *, owners=4, at=NOTICED):
        self.cast, self.at, self.keys = cast, at, count(1)
        self.committee = cast.organization(
            "业主委员会", OrganizationKind.OWNERS_COMMITTEE, cast.branch
        )
        self.chair = cast.person("主任", self.committee, Role.CHAIR)
        self.supervisor = cast.person("监督甲", self.committee, Role.SUPERVISOR)
        self.other_supervisor = cast.person("监督乙", self.committee, Role.SUPERVISOR)
        self.clerk = cast.person("社工", cast.branch, Role.SOCIAL_WORKER)
        self.other_clerk = cast.person("支委", cast.branch, Role.BRANCH_COMMITTEE_MEMBER)
        self.third_clerk = cast.person("网格员", cast.branch, Role.GRID_WORKER)
        self.entrance = Entrance.objects.filter(building__compound=cast.home).first()
        self.owners = [cast.person(f"业主{n}") for n in range(1, owners + 1)]
        self.roll = self.settled_roll([(owner, 9000) for owner in self.owners])
        self.rights = list(self.roll.rights.order_by("number"))

    def settled_roll(self, holdings, *, profile=None, bylaws=None, **more):
        """Posted and frozen: one right for each (person or None, area)."""
        at = self.at - 30 * DAY
        roll = Roll.objects.create(
            compound=self.cast.home,
            cut_off_on=at.date(),
            profile=profile or LocalityProfile.objects.in_force(self.at.date()),
            bylaws=bylaws,
            by=self.cast.secretary,
            at=at,
            posted_at=at,
            posted_until=(at + 15 * DAY).date(),
        )
        rights = VotingRight.objects.bulk_create(
            VotingRight(
                roll=roll,
                number=number,
                voter=owner,
                name=owner.name if owner else "业主",
                area=area,
                building=self.entrance.building,
                entrance=self.entrance,
                **more,
            )
            for number, (owner, area) in enumerate(holdings, start=1)
        )
        units = OwnedUnit.objects.bulk_create(
            OwnedUnit(
                entrance=self.entrance,
                floor=1,
                room=f"{next(self.keys):05}",
                exclusive_area=right.area,
            )
            for right in rights
        )
        roll.units.bulk_create(
            roll.units.model(
                roll=roll, right=right, unit=unit, area=right.area, area_basis=unit.area_basis
            )
            for right, unit in zip(rights, units, strict=True)
        )
        Roll.objects.filter(pk=roll.pk).update(
            frozen_at=at + 16 * DAY,
            sha256="0" * 64,
            heads=len(rights),
            area=sum(right.area for right in rights),
        )
        roll.refresh_from_db()
        return roll

    def draft(self, motions=((Item.OTHER, "装监控"),), **over):
        meeting = draft_meeting(
            self.cast.home,
            **{
                "convener": self.committee,
                "title": "2026 年业主大会",
                "kind": "regular",
                "opens_at": self.at + 20 * DAY,
                "closes_at": self.at + 30 * DAY,
                "roll": self.roll,
                "by": self.chair,
                "at": self.at,
                "key": uuid4(),
                **over,
            },
        )
        for item, title in motions:
            self.motion(meeting, item=item, title=title)
        return meeting

    def motion(self, meeting, **over):
        given = {
            "position": None,
            "item": Item.OTHER,
            "kind": Question.APPROVAL,
            "title": "装监控",
            "text": "在三个出入口各装一个摄像头，费用从公共收益支出。",
            "seats": 1,
            "is_dismissal": False,
            "labels": [],
        }
        return put_motion(meeting, **{**given, **over})

    def noticed(self, meeting=None, witnesses=3, **over):
        meeting = meeting or self.draft(**over)
        notice_meeting(meeting, by=self.chair, at=self.at)
        for number in range(witnesses):
            name_witness(
                meeting,
                name=f"见证人{number}",
                email=f"witness{number}@example.org",
                role=WitnessRole.COMMUNITY,
                by=self.chair,
                at=self.at,
            )
        return self.again(meeting)

    def open(self, meeting=None, **over):
        meeting = self.noticed(meeting, **over)
        sweep_meetings(at=meeting.opens_at)
        return self.again(meeting)

    def closed(self, meeting):
        sweep_meetings(at=meeting.closes_at)
        for name in ("甲", "乙"):
            meeting.count_witnesses.create(
                name=name,
                capacity="业主代表",
                signature=self.signature(),
                by=self.chair,
                at=meeting.closes_at,
            )
        return self.again(meeting)

    def signature(self):
        return store_photo(photo(), by=None, at=self.at)

    def counted(self, meeting):
        meeting = self.closed(meeting)
        count_meeting(meeting, by=self.chair, at=meeting.closes_at + DAY)
        return self.again(meeting)

    def posted(self, meeting):
        meeting = self.counted(meeting)
        post_result(meeting, by=self.chair, at=meeting.closes_at + DAY)
        return self.again(meeting)

    def announced(self, meeting):
        meeting = self.posted(meeting)
        announce_result(meeting, by=self.chair, at=meeting.objections_until)
        return self.again(meeting)

    def again(self, meeting):
        return AssemblyMeeting.objects.for_list().get(pk=meeting.pk)
