"""Every address, and what each kind of person finds behind it, asking (GET) and doing (POST).

A row reads from left to right as WHO does. In a cell the left number answers GET, the right one
POST with an empty form: 200 also means a form that came back with its errors, 302 a way to the
sign-in or a deed done, 403 in scope without the right, 404 out of scope, 405 no such method,
409 not in this state.
"""

import uuid
from datetime import date
from http.cookies import SimpleCookie
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from complaints.access.reporters import FOLLOWS, LINKS, tap_links
from complaints.actions.desk import accept_ticket, blow_whistle, dispatch_ticket
from complaints.actions.entering import enter_concern
from complaints.actions.exporting import ask_export
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.importing import receive_tickets
from complaints.actions.viewing import save_view
from complaints.actions.wordings import keep_reply
from complaints.models import CatalogueVersion, Follow, Photo
from complaints.open311.actions import issue_key
from complaints.proposals.models import Proposal
from complaints.proposals.terms import Why
from complaints.terms import Category, Kind, Lane
from complaints.tests.test_report import picture
from compounds.announcements.actions import announce
from compounds.feeds.actions import make_feed
from compounds.feeds.terms import FeedKind
from compounds.files.actions import store_photo
from compounds.jobs.actions import run_next
from compounds.models import OwnedUnit, Ownership, Post, RegisterImport
from compounds.notices.actions import notify
from compounds.notices.models import Notice
from compounds.terms import OrganizationKind, Role
from compounds.webhooks.models import Webhook
from evidence.actions.logs import append, open_stream, origin_of
from evidence.actions.publishing import publish_checkpoint
from evidence.terms import Occasion
from ownerscommittee.votes.actions.roll_imports import receive_roll
from ownerscommittee.votes.actions.rolls import draw_up_roll, object_to_roll, post_roll
from ownerscommittee.votes.tests.open_vote import OPEN_TO_ALL as OF_THE_ASSEMBLY
from ownerscommittee.votes.tests.open_vote import OpenVote
from tests.doors import DOORS, WHO

OF_A_ROLL = ("votes:roll", "votes:right-", "votes:objection-reply")
NUMBER = "138-0000-0000"  # of sample C48, written wherever somebody may write
WORDS = f"四楼声控灯不亮，打{NUMBER}找我"


class House:
    """One of each thing in the cast's home compound, so that every address leads somewhere."""

    def __init__(self, cast):
        self.cast, at = cast, timezone.now()
        self.draft = begin_draft(at=at, compound=cast.home.code, text="四楼的声控灯不亮")
        self.filed = begin_draft(at=at, compound=cast.home.code, text=WORDS, place=NUMBER)
        self.ticket = file_concern(self.filed, reporter=cast.resident, address="::1", at=at)
        self.photo = store_photo(picture(), by=None, at=at)
        Photo.objects.create(file=self.photo, ticket=self.ticket)
        self.callback = self.ticket.callbacks.create(round=1, asked_at=at)
        given = {"category": Category.FIRE, "kind": Kind.REPORT, "lane": Lane.VITAL, "note": WORDS}
        accept_ticket(self.ticket, by=cast.secretary, at=at, **given)
        blow_whistle(self.ticket, reason=WORDS, needs_enforcement=True, by=cast.secretary, at=at)
        dispatch_ticket(self.ticket, to=cast.fire_brigade, note=WORDS, by=cast.dispatcher, at=at)
        given = {
            "compound": None,
            "hourly_limit": 9,
            "gives_token": False,
            "by": cast.administrator,
        }
        self.key, _ = issue_key(label="热线平台", submission_key=uuid.uuid4(), at=at, **given)
        self.webhook = Webhook.objects.create(
            label="平台", url="http://127.0.0.1/", events=[], by=cast.administrator, made_at=at
        )
        self.push = self.webhook.pushes.create(
            key="door", event="x", payload={}, created_at=at, next_try_at=at
        )
        made = [make_feed(kind, by=cast.secretary, at=at) for kind in FeedKind]
        self.feeds = {f"feed-{feed.kind}": feed for feed in made}
        self.follow = Follow.objects.create(
            ticket=self.ticket, who="door", at=at, submission_key=uuid.uuid4()
        )
        self.proposal = Proposal.objects.create(
            why=Why.FOLLOWED,
            compound=cast.home,
            category=Category.FIRE,
            ticket=self.ticket,
            proposed_at=at,
        )
        self.entrance = cast.home.buildings.first().entrances.get()
        notify(to=[cast.secretary], event="test", title="一", body="二", url="/", key="door", at=at)
        self.notice = Notice.objects.get(person=cast.secretary, event="test")
        self.upload = RegisterImport.objects.create(
            compound=cast.home, by=cast.secretary, at=at, submission_key=uuid.uuid4()
        )
        cast.person("楼长", cast.home.branch, Role.BUILDING_HEAD, building=self.entrance.building)
        self.post = Post.objects.get(role=Role.BUILDING_HEAD)
        self.log = open_stream(origin_of("votes/door"), title="表决", at=at)
        append(self.log, {"kind": "open"}, at=at)
        publish_checkpoint(self.log, at=at, occasion=Occasion.OPEN)
        self.entry = uuid.uuid4()
        enter_concern(
            key=self.entry,
            role="书记",
            by=cast.secretary,
            at=at,
            compound=cast.home.code,
            channel="phone",
            text=WORDS,
        )
        self.job = ask_export(
            query="",
            words="",
            form="csv",
            purpose=WORDS,
            key=uuid.uuid4(),
            by=cast.secretary,
            at=at,
        )
        run_next(at=at)
        self.sheet = receive_tickets([], by=cast.secretary, at=at, key=uuid.uuid4())
        self.view = save_view(name="灯", query="q=灯", by=cast.secretary, at=at)
        self.canned = keep_reply(
            organization=cast.fire_brigade,
            title="到场",
            category="",
            text="已到场。",
            submission_key=uuid.uuid4(),
            by=cast.liaison,
            at=at,
        )
        self.policy = self.ticket.policy_id
        self.announcement = announce(
            organization=cast.branch,
            scope=cast.branch,
            title="停水",
            body="周六上午停水。",
            starts_on=None,
            ends_on=None,
            submission_key=uuid.uuid4(),
            by=cast.secretary,
            at=at,
        )
        self.vote = OpenVote(cast, at)
        self.catalogue = CatalogueVersion.objects.create(
            in_force_at=at, written_at=at, submission_key=uuid.uuid4()
        )
        self.roll_upload = receive_roll(
            cast.home,
            [{"row": 2, "cells": [""] * 10, "line": None, "errors": [["业主", "没有填写。"]]}],
            by=cast.secretary,
            at=at,
            key=uuid.uuid4(),
            scope="compound",
            cut_off_on=at.date(),
        )
        self.roll, self.objection = posted_roll(self.entrance, by=cast.secretary, at=at)

    def arguments(self, name):
        """What the address of this name needs."""
        by_word = {
            "key": self.draft.key,
            "token": self.token_for(name),
            "suffix": "json",
            "ids": self.ticket.code,
            "rest": "nowhere.json",
            "signed": FOLLOWS.sign(str(self.follow.pk))
            if name == "complaints:follow-link"
            else LINKS.sign(self.ticket.code),
            "year": date.today().year,
            "number": self.notice.pk,
            "origin": self.log.origin,
            "size": 1,
            "code": self.ticket.code if name in TICKET_NAMES else self.cast.home.code,
            "pk": self.pk_for(name),
        }
        if name.startswith("votes:"):
            by_word["number"] = self.objection.pk if "objection" in name else 1
        if name == "complaints:report-done":
            by_word["key"] = self.filed.key
        if name == "complaints:entered":
            by_word["key"] = self.entry
        if name.startswith("feed-"):
            by_word["token"] = self.feeds[name].token
        if name == "webhooks:resend":
            by_word["number"] = self.push.pk
        if name == "proposals:proposal":
            by_word["pk"] = self.proposal.pk
        if name.startswith("board:line"):
            by_word["number"] = self.ticket.code
        if name == "feeds:make":
            by_word["kind"] = "news"
        if name == "complaints:track-tap":
            by_word["signed"] = tap_links(self.ticket)[0][1].split("/")[2]
        if name.startswith("votes:") and not name.startswith(OF_A_ROLL):
            by_word = self.vote.arguments(name.removeprefix("votes:"))
        by_word |= OF_THE_OPEN_DOOR.get(name, lambda house: {})(self)
        return {word: by_word[word] for word in words_of(name)}

    def token_for(self, name):
        if name.startswith("announcements:"):
            return self.announcement.token
        return self.photo.token if "photo" in name else self.entrance.token

    def pk_for(self, name):
        if name == "compounds:post-end":
            return self.post.pk
        if name.startswith("votes:roll-import"):
            return self.roll_upload.pk
        if name.startswith("votes:"):
            return self.roll.pk
        if name.startswith("jobs:"):
            return self.job.pk
        if name.startswith("complaints:import-"):
            return self.sheet.pk
        if name.startswith("complaints:view-"):
            return self.view.pk
        if name in OF_THE_DISTRICT:
            return self.policy if "policy" in name else self.catalogue.pk
        if name.startswith("open311:key"):
            return self.key.pk
        if name.startswith("complaints:canned"):
            return self.canned.pk
        if name.startswith("webhooks:"):
            return self.webhook.pk
        if name == "feeds:revoke":
            return self.feeds["feed-news"].pk
        if "register" in name:
            return self.upload.pk
        if name.startswith("accounts:"):
            return self.cast.company_staff.pk
        return self.cast.home.branch.pk


def posted_roll(entrance, *, by, at):
    """A roll with one line, the developer's, and an objection to it."""
    unit = OwnedUnit.objects.create(entrance=entrance, floor=1, room="商1", exclusive_area=8_000)
    Ownership.objects.create(unit=unit, developer="建设公司", from_on=at.date())
    roll = draw_up_roll(
        entrance.building.compound, cut_off_on=at.date(), by=by, at=at, key=uuid.uuid4()
    )
    roll = post_roll(roll, at=at)
    return roll, object_to_roll(roll, text="少一套", unit=None, by=by, at=at, key=uuid.uuid4())


def patterns(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.app_name}:" if pattern.app_name else namespace
            yield from patterns(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


ADDRESSES = dict(patterns(get_resolver()))
# Their own words, as they wrote them.
OF_THE_REPORTER = {
    "complaints:track-ticket",
    "complaints:track-data",
    "complaints:track-data-file",
    "my-data-file",
}
TICKET_NAMES = {
    name for name in ADDRESSES if name.startswith(("complaints:ticket", "complaints:track"))
}


OF_THE_OPEN_DOOR = {
    "open311:service": lambda house: {"code": Category.LIFT},
    "open311:media": lambda house: {"code": house.ticket.code, "token": house.photo.token},
    "open311:token": lambda house: {"token": house.ticket.code},
}


def words_of(name):
    return set(ADDRESSES[name].pattern.converters)


@pytest.fixture
def house(cast):
    return House(cast)


class Visitor:
    """One person's browser; whatever it does is undone, and it is signed in as before."""

    def __init__(self, house, who):
        self.house, self.client = house, Client()
        if who != "anonymous":
            self.client.force_login(getattr(house.cast, who))
        self.cookies = self.client.cookies.output()
        self.told = []  # the addresses that gave away what somebody wrote

    def finds(self, name):
        """The answers to GET and POST."""
        url = reverse(name, kwargs=self.house.arguments(name))
        asked, done = self.answer(self.client.get, url), self.answer(self.client.post, url)
        self.told += [name for _, content in (asked, done) if NUMBER.encode() in content]
        return f"{asked[0]}/{done[0]}"

    def answer(self, ask, url):
        self.client.cookies = SimpleCookie(self.cookies.replace("Set-Cookie: ", ""))
        with transaction.atomic():
            response = ask(url)
            content = response.getvalue()
            transaction.set_rollback(True)
        return response.status_code, unpacked(content)


def unpacked(content):
    """A sheet's cells lie in a zip; everything else says what it says."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as sheet:
        return b"".join(sheet.read(name) for name in sheet.namelist())


def test_no_address_is_missing_from_the_table():
    assert set(ADDRESSES) == set(DOORS)


@pytest.mark.parametrize("who", WHO)
def test_each_door_opens_for_the_right_people(house, who):
    visitor, column = Visitor(house, who), WHO.index(who)
    expected = {name: row.split()[column] for name, row in DOORS.items()}

    assert {name: visitor.finds(name) for name in DOORS} == expected
    assert {*visitor.told} <= (OF_THE_REPORTER if who == "resident" else set())


# Doors of the street: whoever reads the code on the wall, or holds the link, may come in.
OPEN_TO_ALL = {
    "complaints:report-in-compound",
    "complaints:report-at-entrance",
    "complaints:report-alike-photo",
    "complaints:report-photo-remove",
    "announcements:announcement",
    "announcements:of-compound",
    "board:board",  # without names, for everybody; complaints/board/tests ask what stands there
    "board:board-within",
    "board:statistics-of",
    "feed-calendar",  # private: the token is the key, and tests/test_feeds.py asks whose it is
    "feed-news",
    "votes:roll-posted",
    "votes:roll-object",
    *OF_THE_OPEN_DOOR,
    *OF_THE_ASSEMBLY,
}
# Undelivered letters and accounts are an office's, whosever they are.
OF_AN_OFFICE = {
    "notices:retry",
    "notices:drop",
    *(name for name in DOORS if name.startswith(("accounts:account", "open311:key", "webhooks:"))),
}
# The district's rules are the same for everybody who works by them.
OF_THE_DISTRICT = {"complaints:catalogue-version", "complaints:policy-version"}
OF_ONE_PLACE = {"code", "pk", "token", "number"}
TWINS = sorted(
    name
    for name in DOORS
    if words_of(name) & OF_ONE_PLACE and name not in OPEN_TO_ALL | OF_AN_OFFICE | OF_THE_DISTRICT
)


def test_the_secretary_of_the_twin_compound_finds_nothing(house):
    """Another compound's numbers are not there, asking or doing, for one with the same post."""
    visitor = Visitor(house, "stranger")
    found = {name: visitor.finds(name) for name in TWINS}

    assert {name: one for name, one in found.items() if set(one.split("/")) - {"404", "405"}} == {}


# The same posts, in places that this ticket never touched.
ELSEWHERE = {
    "far_community": Role.COMMUNITY_STAFF,
    "far_branch": Role.SOCIAL_WORKER,
    "far_street": Role.DISPATCHER,
    "far_company": Role.COMPANY_STAFF,
    "housing": Role.LIAISON,
}
OF_ONE_TICKET = sorted(name for name in TICKET_NAMES if "code" in words_of(name))


@pytest.mark.parametrize("place", ELSEWHERE)
def test_no_post_of_another_place_opens_a_ticket_or_its_files(house, place):
    cast = house.cast
    cast.far_street = cast.organization("另一街道", OrganizationKind.STREET, cast.district)
    cast.far_company = cast.organization(
        "另一物业", OrganizationKind.PROPERTY_COMPANY, cast.far_branch
    )
    cast.elsewhere_too = cast.person("别处的人", getattr(cast, place), ELSEWHERE[place])
    visitor = Visitor(house, "elsewhere_too")
    found = {name: visitor.finds(name) for name in OF_ONE_TICKET}

    assert {name: one for name, one in found.items() if set(one.split("/")) - {"404", "405"}} == {}
