"""One log and many writers: no line is lost, no number given twice, no letter sent twice."""

import pytest
from django.core import mail
from django.db import transaction

from evidence.actions.letters import send_letters
from evidence.actions.logs import append, open_stream, origin_of
from evidence.actions.publishing import add_witness, publish_due
from evidence.models import Checkpoint, Letter, Stream
from evidence.rules.moments import EVERY
from evidence.rules.trees import leaf_hash, root_of
from evidence.terms import State, WitnessRole
from tests.cast import MONDAY
from tests.races.threads import THREADS, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LATER = MONDAY + EVERY + EVERY
LINES = 40


@pytest.fixture
def stream():
    stream = open_stream(origin_of("votes/race"), title="表决", at=MONDAY)
    for n in range(3):
        add_witness(stream, name=f"{n}", email=f"{n}@b.cn", role=WitnessRole.OWNER, at=MONDAY)
    return stream


def appended(key):
    def deed(number, line):
        with transaction.atomic():
            return append(Stream(pk=key), {"by": number, "n": line}, at=MONDAY).index

    return deed


def test_every_line_has_its_own_number_and_its_place_in_the_tree(stream):
    got = together(appended(stream.pk), range(LINES))

    numbers = [number for lot in got for number in lot]
    assert sorted(numbers) == list(range(LINES * THREADS))
    stream.refresh_from_db()
    bodies = stream.entries.order_by("index").values_list("body", flat=True)
    assert bytes(stream.root) == root_of([leaf_hash(body.encode()) for body in bodies])


def test_sweeps_beside_each_other_publish_once_and_write_to_each_witness_once(stream):
    appended(stream.pk)(0, 0)

    together(lambda number, _: publish_due(at=LATER), range(5))
    together(lambda number, _: send_letters(at=LATER), range(5))

    assert Checkpoint.objects.count() == 1
    assert set(Letter.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    assert sorted(letter.to[0] for letter in mail.outbox) == ["0@b.cn", "1@b.cn", "2@b.cn"]
