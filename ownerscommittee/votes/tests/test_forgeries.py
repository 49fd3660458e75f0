"""A real vote, exported as anybody can export it, and then forged by somebody who holds the key."""

import json
from hashlib import sha256
from io import StringIO
from shutil import copytree

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from evidence.access.keys import private_key
from evidence.rules.canonical import canonical
from evidence.rules.notes import Head, signed_note
from evidence.rules.trees import leaf_hash, root_of
from evidence.verify import verify
from ownerscommittee.votes.tests.bundles import openings_of
from ownerscommittee.votes.tests.hall import Hall
from ownerscommittee.votes.tests.test_results import vote
from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Exported:
    """The folder of `export_bundle`, with the scrutineers' openings, to be changed and signed anew."""

    def __init__(self, folder, origin):
        self.folder, self.origin = folder, origin
        self.log, self.roll, self.openings = (
            [json.loads(line) for line in self.text(f"{name}.jsonl").splitlines()]
            for name in ("log", "roll", "openings")
        )
        self.ballots = [n for n, body in enumerate(self.log) if body["kind"] == "ballot"]

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def note(self, size):
        leaves = [leaf_hash(canonical(body).encode()) for body in self.log[:size]]
        return signed_note(Head(self.origin, size, root_of(leaves)), private_key())

    def last(self, kind):
        return [body for body in self.log if body["kind"] == kind][-1]

    def write(self, *, signed=True):
        """All of it again; `signed` gives each checkpoint the root that the log has now."""
        for name in ("log", "roll", "openings"):
            lines = "".join(f"{canonical(line)}\n" for line in getattr(self, name))
            (self.folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        for file in (self.folder / "checkpoints").iterdir() if signed else []:
            file.unlink()
        for size in {1, len(self.log)} if signed else []:
            (self.folder / f"checkpoints/{size:09}.txt").write_text(self.note(size))


@pytest.fixture(scope="module")
def original(django_db_setup, django_db_blocker, tmp_path_factory):
    """One vote for all forgers: its folder, and the name of its log."""
    media, folder = (tmp_path_factory.mktemp("vote") / name for name in ("media", "bundle"))
    with (
        override_settings(MEDIA_ROOT=media),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        hall = Hall(Cast(), owners=8)
        meeting = hall.open()
        vote(hall, meeting, *["agree"] * 5, "against", "against")
        meeting = hall.announced(meeting)
        call_command("export_bundle", meeting.stream.origin, str(folder), stdout=StringIO())
        (folder / "openings.jsonl").write_text(openings_of(meeting), encoding="utf-8")
        transaction.set_rollback(True)
    return folder, meeting.stream.origin


@pytest.fixture
def exported(original, tmp_path):
    folder, origin = original
    return Exported(copytree(folder, tmp_path / "bundle"), origin)


def found(exported, *papers):
    return {code for code, _ in verify(str(exported.folder), papers).failures}


def roll_area(one):
    one.roll[2]["area"] += 100
    one.log[0]["roll_sha256"] = sha256(
        "".join(f"{canonical(line)}\n" for line in one.roll).encode()
    ).hexdigest()
    one.log[0]["area"] += 100


def commitment(one):
    one.log[one.ballots[0]]["commitment"] = "0" * 64


def dropped(one):
    del one.log[one.ballots[-1]]
    one.openings = [line for line in one.openings if line["index"] != one.ballots[-1]]


def ghost(one):
    body = {**one.log[one.ballots[0]], "right": "ghost", "commitment": "1" * 64}
    one.log.insert(one.ballots[-1] + 1, body)


def swapped(one):
    first, other = one.openings[0], one.openings[-1]
    first["index"], other["index"] = other["index"], first["index"]


def flipped(one):
    chosen = one.openings[-1]["choices"]
    chosen.update(dict.fromkeys(chosen, ["agree"]))


def other_result(one):
    for body in one.log:
        if body["kind"] == "result":
            counts = body["questions"][0]["counts"]
            counts["agree"], counts["against"] = counts["against"], counts["agree"]


def swapped_ballots(one):
    """Two owners' sealed choices change places in the log."""
    first, last = (one.log[index] for index in (one.ballots[0], one.ballots[-1]))
    first["commitment"], last["commitment"] = last["commitment"], first["commitment"]


def cut(one):
    del one.log[-2:]


def late(one):
    one.log[one.ballots[0]]["at"] = one.last("close")["at"]


@pytest.mark.parametrize(
    ("forge", "signed", "code"),
    [
        (roll_area, True, "AREA"),
        (commitment, True, "COMMITMENT"),
        (commitment, False, "ROOT"),
        (dropped, True, "TURNOUT"),
        (ghost, True, "RIGHT"),
        (swapped, True, "COMMITMENT"),
        (swapped_ballots, True, "COMMITMENT"),
        (flipped, True, "COMMITMENT"),
        (other_result, True, "RESULT"),
        (cut, False, "CUT"),
        (late, True, "TIME"),
    ],
)
def test_each_forgery_of_a_real_vote_is_caught(exported, forge, signed, code):
    assert found(exported) == set()
    forge(exported)
    exported.write(signed=signed)

    assert code in found(exported)


def test_a_bad_signature_on_a_real_checkpoint_is_caught(exported):
    file = max((exported.folder / "checkpoints").iterdir())
    good = file.read_text()
    file.write_text(good[:-20] + ("B" if good[-20] == "A" else "A") + good[-19:])

    assert found(exported) == {"SIGNATURE"}


def test_a_rewrite_signed_anew_is_caught_by_one_old_checkpoint(exported, tmp_path):
    old = tmp_path / "letter.txt"
    old.write_text(exported.note(exported.ballots[-1] + 1))
    choices = {**exported.openings[0]["choices"]}
    opening = exported.openings[0]
    opening["nonce"] = "ab" * 32  # the same choice under another seal: all of it still adds up
    words = f"bizhan-ballot-v1\n{opening['nonce']}\n{canonical(choices)}"
    exported.log[opening["index"]]["commitment"] = sha256(words.encode()).hexdigest()
    exported.write()

    assert found(exported) == set()
    assert found(exported, str(old)) == {"SPLIT VIEW"}
