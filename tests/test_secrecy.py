"""Nothing tells how a vote stands before its close, and nothing ever tells who chose what."""

import logging
import re
from html import unescape

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from compounds.audit.models import AuditEntry
from compounds.feeds.actions import make_feed
from compounds.feeds.terms import FeedKind
from compounds.rules import DAY
from ownerscommittee.votes.models import BallotSecret, PaperReading
from ownerscommittee.votes.tests.lopsided_vote import TALLIES, LopsidedVote
from tests.doors import DOORS
from tests.test_doors import unpacked, words_of

# An owner, a clerk, a scrutineer, a convener, and those with no right over the vote.
READERS = [
    *("anonymous", "resident", "secretary", "auditor"),
    *("community_staff", "stranger", "administrator"),
]
PAGES = [
    *(name for name in DOORS if name.startswith(("votes:", "notices:", "audit:"))),
    *("home", "dashboard", "dashboard-of", "feed-news", "feed-calendar", "my-data", "my-data-file"),
    *("complaints:desk", "compounds:compound", "accounts:me", "webhooks:webhooks"),
]
# The same whoever asks.
OF_EVERYBODY = [
    *(name for name in DOORS if name.startswith("evidence:")),
    *("announcements:of-compound", "open311:requests", "healthz"),
]
CHOICES = re.compile(r"q1\W+(?:agree|against|void)\b")  # however it is written down
SEALED = [BallotSecret, PaperReading]


class Reader:
    """Somebody who asks for every page of the portal that a vote could show through."""

    def __init__(self, vote, who):
        self.vote, self.client, self.is_known = vote, Client(), who is not None
        if who:
            self.client.force_login(who)
            self.feeds = {f"feed-{one}": make_feed(one, by=who, at=vote.at) for one in FeedKind}

    def arguments(self, name):
        """Of the vote; what an address of another matter needs is not here, and no such page is."""
        vote = self.vote
        by_word = {
            "suffix": "json",
            "origin": vote.meeting.stream.origin,
            "size": vote.meeting.stream.checkpoints.last().size,
            **vote.arguments(name.removeprefix("votes:")),
        }
        if name.startswith(("votes:roll", "votes:right-")):
            by_word |= {"code": vote.cast.home.code, "pk": vote.roll.pk}
        if name.startswith("feed-"):
            by_word["token"] = self.feeds[name].token
        if not name.startswith("votes:"):
            by_word |= {"code": vote.cast.home.code, "pk": vote.cast.home.branch.pk}
        return {word: by_word.get(word, 1) for word in words_of(name)}

    def pages(self):
        """name: what was read there, as far as the door opened."""
        read = {}
        for name in PAGES if self.is_known else PAGES + OF_EVERYBODY:
            try:
                url = reverse(name, kwargs=self.arguments(name))
            except (NoReverseMatch, AttributeError):
                continue  # a feed of nobody, a notice that does not exist
            response = self.client.get(url)
            if response.status_code == 200:
                read[name] = unescape(unpacked(response.getvalue()).decode(errors="replace"))
        return read


@pytest.fixture
def vote(cast):
    return LopsidedVote(cast, timezone.now())


def sealed_shut(vote):
    """Nobody could open a seal any more, not even the portal; but for the resident's own."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE votes_paperreading SET sealed = 'lost'")
        lost = "UPDATE votes_ballotsecret SET sealed = 'lost' WHERE ballot_id <> %s"
        cursor.execute(lost, [vote.own.pk])
        cursor.execute("SET session_replication_role = origin")


def told_in(page, *words):
    return [word for word in words if word in page] + CHOICES.findall(page)


def told_to(readers, vote, *words):
    """(who, name of the page): what of the words stood there."""
    return {
        (who, name): told_in(page, *words)
        for who in readers
        for name, page in Reader(vote, getattr(vote.cast, who, None)).pages().items()
    }


OWN = {("resident", "votes:receipt")}


def test_no_page_tells_how_an_open_vote_stands(vote):
    sealed_shut(vote)  # a page that looked into one would fail
    told = told_to(READERS, vote, *TALLIES, *vote.nonces)

    assert {where for where, words in told.items() if words} == OWN
    met = {name for _, name in told}
    assert {"home", "votes:meeting", "votes:ballots", "evidence:bundle", "votes:voted"} <= met


def test_when_all_is_announced_still_no_page_tells_who_chose_what(cast):
    vote = LopsidedVote(cast, timezone.now() - 40 * DAY)
    vote.meeting = vote.announced(vote.meeting)
    sealed_shut(vote)
    told = told_to(READERS[:4], vote, *vote.nonces, TALLIES[0])

    assert ("anonymous", "votes:meeting") in {where for where, words in told.items() if words}
    assert {where for where, words in told.items() if {*words} - {TALLIES[0]}} == OWN


def test_each_look_of_a_scrutineer_at_a_ballot_or_its_picture_is_a_line_of_the_log(client, cast):
    vote = LopsidedVote(cast, timezone.now() - 40 * DAY)
    ballot = next(one for one in vote.ballots if one.paper)
    address = {
        "ballot": reverse("votes:ballot", args=[vote.meeting.code, ballot.number]),
        "scan": reverse("votes:scan", args=[vote.meeting.code, ballot.paper_id]),
    }
    opening = {"open": "1", "look-reason": "核对第七号"}
    client.force_login(cast.auditor)
    assert client.get(address["scan"]).status_code == 403
    assert "截止以前，谁也不能看" in client.post(address["ballot"], opening).text
    assert not AuditEntry.objects.filter(verb="ballot_opened").exists()

    vote.meeting = vote.announced(vote.meeting)
    for _ in range(2):
        assert "同意" in client.post(address["ballot"], opening).text
        picture = client.get(address["scan"])
        assert picture.getvalue() and "no-store" in picture.headers["Cache-Control"]
    looks = AuditEntry.objects.filter(verb="ballot_opened").order_by("pk")
    assert [one.reason for one in looks] == ["核对第七号", "看扫描件"] * 2
    assert {one.by for one in looks} == {cast.auditor}
    client.force_login(cast.secretary)  # who typed it while the vote was open
    assert client.get(address["scan"]).status_code == 403


def test_choices_and_nonces_lie_sealed_in_their_own_tables_and_nowhere_else(cast, caplog):
    caplog.set_level(logging.DEBUG)
    vote = LopsidedVote(cast, timezone.now())
    found = {table: rows_with(table, [*vote.nonces, *WRITTEN]) for table in tables()}

    assert {table for table, rows in found.items() if rows} == set()
    for model in SEALED:
        sealed = [model._meta.db_table, "sealed"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT {1} FROM {0}".format(*sealed))
            assert {row[0][:5] for row in cursor.fetchall()} == {"gAAAA"}
    assert told_in(caplog.text, *vote.nonces) == []


WRITTEN = ['"q1": ["agree"]', '"q1":["agree"]', '"q1": ["against"]', '"q1":["against"]']


def tables():
    return {model._meta.db_table for model in apps.get_models() if model._meta.managed}


def rows_with(table, words):
    wanted = " OR ".join(["strpos(whole::text, %s) > 0"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} whole WHERE {wanted}", words)
        return cursor.fetchone()[0]
