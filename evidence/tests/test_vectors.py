"""What ships as vectors is what the rules write, and what verify.py reads: two programs, one answer."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence import verify
from evidence.rules.canonical import canonical
from evidence.rules.notes import Head, opened_note, public_key, signed_note
from evidence.rules.trees import leaf_hash, root_by_inclusion, root_of
from evidence.tests.votes import commitment, pair_hash

FOLDER = Path(__file__).parents[1] / "vectors"


def vectors(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


VOTES, CANONICAL = vectors("votes"), vectors("canonical")


@pytest.mark.parametrize("case", vectors("ed25519")["signatures"])
def test_signatures_are_those_of_the_standard(case):
    private, public, message, signature = (
        bytes.fromhex(case[name]) for name in ("private", "public", "message", "signature")
    )
    assert public_key(private) == public
    assert Ed25519PrivateKey.from_private_bytes(private).sign(message) == signature
    key = verify.Key(public)
    assert key.signed(message, signature)
    assert not key.signed(message + b"x", signature)
    for place in (0, 31, 32, 63):
        forged = bytearray(signature)
        forged[place] ^= 1
        assert not key.signed(message, bytes(forged))
    beyond = (
        int.from_bytes(signature[32:], "little") + verify.ORDER
    )  # the same point, written twice
    assert not key.signed(message, signature[:32] + beyond.to_bytes(32, "little"))


@pytest.mark.parametrize("public", [b"", b"\x00" * 31, b"\xff" * 32, bytes([2]) + bytes(31)])
def test_what_is_no_point_of_the_curve_signs_nothing(public):
    assert not verify.Key(public).signed(b"", bytes(64))


@pytest.mark.parametrize("case", CANONICAL["lines"], ids=lambda case: case["line"][:20])
def test_verify_reads_the_same_lines(case):
    assert verify.parsed(case["line"]) == case["value"]
    assert verify.canonical(case["value"]) == case["line"]


@pytest.mark.parametrize("line", CANONICAL["refused_lines"])
def test_verify_refuses_the_same_lines(line):
    with pytest.raises(ValueError):
        verify.parsed(line)


def test_verify_grows_the_same_trees():
    tree = vectors("rfc6962")
    leaves = [verify.leaf_hash(bytes.fromhex(line)) for line in tree["lines"]]
    found = verify.roots(leaves, range(9))

    assert [found[size].hex() for size in range(1, 9)] == tree["roots"]
    assert found[0].hex() == tree["empty"]
    for case in tree["inclusion"]:
        path = [bytes.fromhex(one) for one in case["path"]]
        proven = verify.root_by_path(leaves[case["index"]], case["index"], case["size"], path)
        assert proven == found[case["size"]]
        assert verify.root_by_path(leaves[0], case["size"], case["size"], path) is None


def test_a_receipt_of_a_ballot_is_written_and_read_as_shown():
    receipt, leaves = VOTES["receipt"], [leaf_hash(line.encode()) for line in VOTES["lines"]]
    seed, public = bytes.fromhex(VOTES["seed"]), b64decode(VOTES["public_base64"])
    head = Head(receipt["origin"], 2, root_of(leaves))

    assert [leaf.hex() for leaf in leaves] == VOTES["leaves"]
    assert canonical(VOTES["choices"]) == VOTES["choices_line"]
    assert commitment(VOTES["nonce"], VOTES["choices"]) == VOTES["commitment"]
    assert verify.commitment(VOTES["nonce"], VOTES["choices"]) == VOTES["commitment"]
    assert pair_hash(VOTES["nonce"], [VOTES["choices"]] * 2) == VOTES["pair"]
    assert verify.pair_hash(VOTES["nonce"], [VOTES["choices"]] * 2) == VOTES["pair"]
    assert signed_note(head, seed) == receipt["note"]
    assert opened_note(receipt["note"], [public]) == head
    assert root_by_inclusion(leaves[1], 1, 2, [leaves[0]]).hex() == receipt["root"]
    [note] = verify.notes_in(receipt["note"], "")
    assert (note.size, note.root) == (2, head.root)
    assert note.is_signed([verify.Key(public)])
    assert verify.is_receipt(receipt)
