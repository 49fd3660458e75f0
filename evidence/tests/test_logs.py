"""Lines are added, heads are published, and the database lets nobody take them back."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from evidence.access.keys import known_keys
from evidence.actions.logs import append, append_all, attach, open_stream, origin_of, receipt_of
from evidence.actions.publishing import add_witness, publish_checkpoint
from evidence.models import Checkpoint, Entry, Exhibit, Letter, PublicKey, Stream, Witness
from evidence.rules.canonical import NotCanonical
from evidence.rules.notes import Head, NotANote, opened_note
from evidence.rules.trees import leaf_hash, root_by_inclusion, root_of
from evidence.terms import Occasion, WitnessRole
from tests.cast import MONDAY

OTHER_KEY = b64encode(b"another seed of thirty-two bytes").decode()
TABLES = [Stream, Entry, Exhibit, Checkpoint, Witness, Letter, PublicKey]


@pytest.fixture
def stream(db):
    return open_stream(origin_of("votes/BS001-2026-1"), title="示例表决", at=MONDAY)


def filled(stream):
    """With one row in each table."""
    append(stream, {"n": 0}, at=MONDAY)
    attach(stream, "roll.jsonl", "{}\n", at=MONDAY)
    add_witness(stream, name="凤凰社区", email="a@b.cn", role=WitnessRole.COMMUNITY, at=MONDAY)
    return publish_checkpoint(stream, at=MONDAY, occasion=Occasion.OPEN)


def test_each_line_is_in_the_tree_that_ends_with_it(stream):
    for n in range(11):
        entry = append(stream, {"n": n}, at=MONDAY)
        leaves = [leaf_hash(b'{"n":%d}' % m) for m in range(n + 1)]
        proven = root_by_inclusion(bytes(entry.leaf), n, n + 1, entry.path_hashes)
        assert proven == root_of(leaves) == bytes(stream.root)
    stream.refresh_from_db()
    assert (stream.size, bytes(stream.root)) == (11, root_of(leaves))


def test_many_lines_at_once_are_the_same_log(stream):
    twin = open_stream(origin_of("votes/twin"), title="同一份", at=MONDAY)
    for n in range(13):
        append(stream, {"n": n}, at=MONDAY)

    append_all(twin, [{"n": n} for n in range(5)], at=MONDAY)
    append_all(twin, [{"n": n} for n in range(5, 13)], at=MONDAY)

    assert (twin.size, twin.peaks, twin.root) == (stream.size, stream.peaks, stream.root)
    paths = [list(one.entries.order_by("index").values_list("path")) for one in (twin, stream)]
    assert paths[0] == paths[1]


def test_a_receipt_stands_by_itself(stream):
    append_all(stream, [{"n": n} for n in range(6)], at=MONDAY)

    entry = stream.entries.select_related("stream").get(index=4)
    receipt = receipt_of(entry, nonce="00", choices={"q1": ["agree"]})

    head = opened_note(receipt["note"], known_keys())
    path = [bytes.fromhex(sibling) for sibling in receipt["path"]]
    leaf = leaf_hash(receipt["line"].encode())
    assert root_by_inclusion(leaf, receipt["index"], receipt["size"], path) == head.root
    assert head == Head(receipt["origin"], 5, bytes.fromhex(receipt["root"]))
    assert (receipt["nonce"], receipt["choices"]) == ("00", {"q1": ["agree"]})


def test_a_line_that_is_not_canonical_is_refused(stream):
    with pytest.raises(NotCanonical, match="area"):
        append(stream, {"area": 88.5}, at=MONDAY)
    assert not stream.entries.exists()


@pytest.mark.parametrize("name", ["", "votes", "Host/votes/1", "host/投票/1", "host//1", "h/../1"])
def test_a_log_has_a_name_that_fits_a_note(db, name):
    with pytest.raises(ValueError, match="no name"):
        open_stream(name, title="x", at=MONDAY)


def test_two_logs_never_have_one_name(stream):
    with pytest.raises(IntegrityError):
        open_stream(stream.origin, title="x", at=MONDAY)


def test_a_checkpoint_carries_out_size_and_root_signed(stream):
    append_all(stream, [{"n": n} for n in range(3)], at=MONDAY)

    checkpoint = publish_checkpoint(stream, at=MONDAY, occasion=Occasion.OPEN)

    assert opened_note(checkpoint.note, known_keys()) == Head(stream.origin, 3, bytes(stream.root))
    assert "".join(checkpoint.groups) == bytes(stream.root).hex()
    assert {len(group) for group in checkpoint.groups} == {4}


def test_without_news_there_is_no_second_checkpoint(stream):
    first = filled(stream)
    again = publish_checkpoint(stream, at=MONDAY + timedelta(hours=7), occasion=Occasion.DAILY)

    assert again == first
    assert Checkpoint.objects.count() == Letter.objects.count() == 1


def test_an_empty_log_has_nothing_to_publish(stream):
    with pytest.raises(ValueError, match="no entry"):
        publish_checkpoint(stream, at=MONDAY, occasion=Occasion.OPEN)


def test_the_note_of_an_older_key_stays_checkable(stream, settings):
    old = filled(stream)
    settings.EVIDENCE_KEY = OTHER_KEY
    append(stream, {"n": 1}, at=MONDAY)
    new = publish_checkpoint(stream, at=MONDAY, occasion=Occasion.CLOSE)

    assert [opened_note(one.note, known_keys()).size for one in (old, new)] == [1, 2]
    with pytest.raises(NotANote):
        opened_note(old.note, known_keys()[:1])


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n1\n", "\n2\n"),
        lambda note: note.replace("BS001", "BS002"),
        lambda note: note[:-4] + "A=\n" if note[-4] != "A" else note[:-4] + "B=\n",
        lambda note: note.rstrip("\n"),
        lambda note: note.replace("— ", "- "),
    ],
)
def test_a_note_that_was_touched_is_no_note(stream, change):
    note = filled(stream).note
    assert opened_note(note, known_keys()).size == 1

    with pytest.raises(NotANote):
        opened_note(change(note), known_keys())


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_no_row_is_deleted_and_no_table_emptied(stream, model):
    filled(stream)
    for statement in (
        f"DELETE FROM {model._meta.db_table}",
        f"TRUNCATE {model._meta.db_table} CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert model.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_entry SET body = '{}'",
        "UPDATE evidence_checkpoint SET note = ''",
        "UPDATE evidence_exhibit SET content = ''",
        "UPDATE evidence_witness SET email = 'x@y.cn'",
        "UPDATE evidence_publickey SET since = now()",
        "UPDATE evidence_stream SET origin = 'other/votes/1'",
        "UPDATE evidence_stream SET size = 0, published_size = 0",
        "UPDATE evidence_stream SET size = 2",
        "UPDATE evidence_stream SET root = ''",
        "INSERT INTO evidence_entry (stream_id, index, body, leaf, path)"
        " SELECT id, 1, '{}', sha256('{}'), '' FROM evidence_stream",
        "INSERT INTO evidence_entry (stream_id, index, body, leaf, path)"
        " SELECT stream_id, index, body, leaf, '' FROM evidence_entry",
    ],
)
def test_the_database_refuses_to_rewrite(stream, statement):
    filled(stream)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_line_needs_the_transaction_of_its_deed():
    stream = open_stream(origin_of("votes/alone"), title="x", at=MONDAY)
    with pytest.raises(TransactionManagementError):
        append(stream, {"n": 0}, at=MONDAY)
