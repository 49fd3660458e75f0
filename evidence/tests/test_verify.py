"""verify.py against bundles that were written without it: the sound one passes, each forgery is named."""

import json
import random
import subprocess
import sys
import zipfile
from base64 import b64encode
from copy import deepcopy
from pathlib import Path

import pytest

from evidence import verify
from evidence.rules.notes import public_key
from evidence.tests.votes import (
    CLOSES,
    KEY,
    OPENS,
    OTHER_KEY,
    SmallVote,
    commitment,
    digest,
    pair_hash,
    write,
)

SOUND = SmallVote()
OLD_NOTE, OLD_SIZE = SOUND.note(20), 20
RECEIPT = SOUND.receipt(5)


def codes(report):
    return {code for code, _ in report.failures}


def checked(folder, vote, *papers, **given):
    """The report on a vote, with papers that people kept: receipts, or texts around a checkpoint."""
    names = []
    for n, paper in enumerate(papers):
        names.append(folder / f"paper{n}")
        names[-1].write_text(paper if isinstance(paper, str) else json.dumps(paper))
    given.setdefault("papers", [str(name) for name in names])
    files = vote if isinstance(vote, dict) else vote.files()
    return verify.verify(write(files, folder / "bundle"), **given)


@pytest.fixture
def vote():
    return deepcopy(SOUND)


def test_a_sound_vote_passes_with_its_receipts_and_its_old_checkpoints(tmp_path):
    letter = f"您好：\r\n\r\n> {OLD_NOTE.replace(chr(10), chr(10) + '> ')}\r\n谢谢".replace(
        "\n", "\r\n"
    )

    report = checked(tmp_path, SOUND, RECEIPT, SOUND.receipt(32), OLD_NOTE, letter)

    assert report.failures == []
    assert any("逐票清点了 32 张" in fact for fact in report.facts)
    assert any("第 6 号在日志里，计入有效票" in fact for fact in report.facts)


def test_without_the_openings_turnout_and_arithmetic_are_still_checked(tmp_path):
    report = checked(tmp_path, SOUND.files(with_openings=False))

    assert report.failures == []
    assert any("没有逐票清点" in fact for fact in report.facts)


def test_the_command_answers_by_its_exit_code(tmp_path):
    folder = write(SOUND.files(), tmp_path / "bundle")
    packed = tmp_path / "bundle.zip"
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in SOUND.files().items():
            file.writestr(name, text)
    root = SOUND.note(20)

    def run(*words):
        command = [sys.executable, "-I", verify.__file__, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30)

    digits = verify.notes_in(root, "")[0].root.hex()
    spaced = " ".join(digits[at : at + 4] for at in range(0, 64, 4))
    good = run(str(packed), "--root", "20", spaced)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.rstrip().endswith("核验通过：全部相符。")
    bad = run(folder, "--root", "21", spaced)
    assert (bad.returncode, bad.stderr) == (1, "")
    assert "SPLIT VIEW" in bad.stdout


# --- Forgeries. Each gets the vote, changes it, and may sign it all again: the key is the forger's.


def roll_area(vote):
    vote.roll[4]["area"] += 100


def roll_area_with_a_new_opening(vote):
    vote.roll[4]["area"] += 100
    vote.bodies[0] |= {"roll_sha256": digest(vote.roll_file()), **vote.weight(vote.roll)}


def changed_commitment(vote):
    vote.bodies[6]["commitment"] = digest("another choice")


def dropped_ballot(vote):
    del vote.bodies[6]
    vote.published = [1, 19, len(vote.bodies)]
    vote.secrets = {i - (i > 6): secret for i, secret in vote.secrets.items() if i != 6}


def ghost_ballot(vote):
    vote.secrets[6]["choices"]["q1"] = ["agree"]
    ghost = {**vote.bodies[6], "right": "99999", "commitment": digest("ghost")}
    at = next(n for n, body in enumerate(vote.bodies) if body["kind"] == "close")
    vote.bodies.insert(at, ghost)
    vote.published = [1, len(vote.bodies)]


def second_ballot_of_a_right(vote):
    at = next(n for n, body in enumerate(vote.bodies) if body["kind"] == "close")
    vote.bodies.insert(at, {**vote.bodies[6], "commitment": digest("second")})
    vote.published = [1, len(vote.bodies)]


def swapped_openings(vote):
    one, other = vote.secrets[5], vote.secrets[7]
    vote.secrets[5], vote.secrets[7] = other, one


def flipped_opening(vote):
    secret = next(one for one in vote.secrets.values() if one["choices"]["q1"] == ["against"])
    secret["choices"]["q1"] = ["agree"]


def missing_opening(vote):
    del vote.secrets[5]


def other_result(vote):
    """Ten people moved from against to agree, so that everything still adds up."""
    for body in vote.bodies:
        if body["kind"] == "result":
            counts = body["questions"][0]["counts"]
            for key, moved in (("heads", 1), ("area", 6000)):
                counts["against"][key] -= moved
                counts["agree"][key] += moved


def other_outcome(vote):
    vote.bodies[-1]["questions"][1]["outcome"] = "rejected"


def invented_quorum(vote):
    for body in vote.bodies:
        if body["kind"] == "result":
            body["questions"][0]["participating"]["heads"] += 1


def majority_of_another_item(vote):
    vote.bodies[0]["questions"][1]["majority"] = "ordinary"


def loser_elected(vote):
    elected = vote.bodies[-1]["questions"][2]["elected"]
    counts = vote.bodies[-1]["questions"][2]["counts"]
    elected[0] = min(["c1", "c2", "c3"], key=lambda name: counts[name]["heads"])


def late_ballot(vote):
    vote.bodies[6]["at"] = CLOSES


def early_close(vote):
    body = next(body for body in vote.bodies if body["kind"] == "close")
    body["at"] = OPENS


def voided_by_one(vote):
    body = next(body for body in vote.bodies if body["kind"] == "void")
    body["by"] = ["S1", "S1"]


def not_canonical(vote):
    vote.files = lambda: {
        **SOUND.files(),
        "log.jsonl": SOUND.files()["log.jsonl"].replace(",", ", ", 1),
    }


def cut_log(vote):
    files = vote.files()
    kept = files["log.jsonl"].splitlines(keepends=True)[:-3]
    vote.files = lambda: {**files, "log.jsonl": "".join(kept)}


def bad_signature(vote):
    files = vote.files()
    name = "checkpoints/000000020.txt"
    files[name] = files[name][:-20] + ("A" if files[name][-20] != "A" else "B") + files[name][-19:]
    vote.files = lambda: files


def signed_by_another_key(vote):
    files = vote.files()
    files["checkpoints/000000020.txt"] = vote.note(20, OTHER_KEY)
    vote.files = lambda: files


def changed_after_publishing(vote):
    files = vote.files()
    vote.bodies[6]["area"] += 1
    vote.files = lambda: {**files, "log.jsonl": "".join(f"{line}\n" for line in vote.lines)}


FORGERIES = [
    (roll_area, "ROLL"),
    (roll_area_with_a_new_opening, "AREA"),
    (changed_commitment, "COMMITMENT"),
    (dropped_ballot, "TURNOUT"),
    (ghost_ballot, "RIGHT"),
    (second_ballot_of_a_right, "CONFLICT"),
    (swapped_openings, "COMMITMENT"),
    (flipped_opening, "COMMITMENT"),
    (missing_opening, "OPENING"),
    (other_result, "RESULT"),
    (other_outcome, "RESULT"),
    (invented_quorum, "QUORUM"),
    (majority_of_another_item, "RULE"),
    (loser_elected, "RESULT"),
    (late_ballot, "TIME"),
    (early_close, "TIME"),
    (voided_by_one, "CONFLICT"),
    (not_canonical, "CANONICAL"),
    (cut_log, "CUT"),
    (bad_signature, "SIGNATURE"),
    (signed_by_another_key, "SIGNATURE"),
    (changed_after_publishing, "ROOT"),
]


@pytest.mark.parametrize(("forge", "code"), FORGERIES, ids=lambda one: getattr(one, "__name__", ""))
def test_each_forgery_is_caught_even_if_everything_is_signed_again(tmp_path, vote, forge, code):
    forge(vote)

    assert code in codes(checked(tmp_path, vote))


def test_a_rewrite_signed_again_is_caught_by_one_old_checkpoint(tmp_path, vote):
    """The perfect forger: another choice, its commitment, the result and every signature fit."""
    secret = vote.secrets[5]
    secret["choices"]["q1"] = ["against"]
    vote.bodies[5]["commitment"] = commitment(secret["nonce"], secret["choices"])
    if secret["pair"]:
        secret["pair"] = [secret["choices"]] * 2
        vote.bodies[5]["pair"] = pair_hash(secret["nonce"], secret["pair"])
    vote.bodies[-2:] = [vote.result("preliminary"), vote.result("final")]
    assert vote.bodies != SOUND.bodies

    alone = checked(tmp_path, vote)
    assert alone.failures == []  # nobody can see it who has nothing of his own
    assert codes(checked(tmp_path, vote, OLD_NOTE)) == {"SPLIT VIEW"}
    assert {"SPLIT VIEW", "RECEIPT"} <= codes(checked(tmp_path, vote, RECEIPT))


def test_two_signed_roots_of_one_size_are_a_split_view(tmp_path, vote):
    shown = vote.note(20)
    vote.bodies[6]["commitment"] = digest("shown to others")

    assert "SPLIT VIEW" in codes(checked(tmp_path, SOUND, shown, vote.note(20)))


def test_a_key_that_was_named_by_hand_is_the_only_one_trusted(tmp_path):
    mine, other = (b64encode(public_key(key)).decode() for key in (KEY, OTHER_KEY))

    assert checked(tmp_path, SOUND, keys=[mine]).failures == []
    assert codes(checked(tmp_path, SOUND, keys=[other])) == {"SIGNATURE"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"line": RECEIPT["line"].replace("web", "hall")}, "RECEIPT"),
        ({"path": RECEIPT["path"][:-1]}, "RECEIPT"),
        ({"root": digest("")}, "RECEIPT"),
        ({"index": 4}, "RECEIPT"),
        ({"note": SOUND.note(7)}, "RECEIPT"),
        ({"note": SOUND.note(6, OTHER_KEY)}, "SIGNATURE"),
        ({"nonce": digest("")}, "COMMITMENT"),
        ({"choices": {**RECEIPT["choices"], "q2": ["void"]}}, "COMMITMENT"),
        ({"size": -1}, "RECEIPT"),
        ({"path": None}, "RECEIPT"),
    ],
)
def test_a_forged_receipt_is_caught(tmp_path, change, code):
    assert code in codes(checked(tmp_path, SOUND, {**RECEIPT, **change}))


def test_a_receipt_of_a_ballot_that_was_voided_says_so(tmp_path):
    vote = SmallVote()
    vote.secrets[3] = {"nonce": digest(""), "choices": {}}
    receipt = vote.receipt(3)
    del receipt["nonce"], receipt["choices"]

    report = checked(tmp_path, SOUND, receipt)
    assert report.failures == []
    assert any("第 4 号在日志里，但已作废" in fact for fact in report.facts)


def test_a_gap_that_the_log_confesses_is_a_warning_and_a_lost_receipt_is_not(tmp_path, vote):
    lost, receipt = vote.note(30), vote.receipt(29)
    root = verify.notes_in(lost, "")[0].root.hex()
    gap = {"kind": "gap", "at": OPENS, "size": 30, "root": root, "kept": 10, "reason": "恢复备份"}
    vote.bodies = [*vote.bodies[:10], gap]
    vote.published = [1, 11]
    files = vote.files(with_openings=False)

    honest = checked(tmp_path, files, lost)
    assert honest.failures == []
    assert any("恢复备份" in warning for warning in honest.warnings)
    assert codes(checked(tmp_path, files, lost, receipt)) == {"RECEIPT"}
    silent = {**files, "log.jsonl": "".join(files["log.jsonl"].splitlines(keepends=True)[:10])}
    assert "CUT" in codes(checked(tmp_path, silent, lost))


def test_whatever_is_broken_is_told_and_never_a_traceback(tmp_path):
    chance, sound = random.Random(4), SOUND.files()
    for _ in range(40):
        name = chance.choice([name for name in sound if name != "keys.json"])
        text = sound[name]
        at = chance.randrange(len(text) - 1)
        end = min(len(text), at + chance.choice([1, 1, 2, 40]))
        filler = chance.choice(["", "0", '"', "x", "{}", "null", "\n", "￥", "-1"])
        changed = text[:at] + filler + text[end:]
        if changed == text:
            continue
        report = checked(tmp_path, {**sound, name: changed})
        assert not report.is_good, (name, at, filler)


VALUES = [True, -1, 0, [[]], {"a": 1}]


def test_no_field_of_another_type_is_let_through(tmp_path, vote):
    """Every field of one line of each kind, with values that it must not have."""
    chance = random.Random(5)
    for index in {body["kind"]: n for n, body in enumerate(vote.bodies)}.values():
        for field in sorted(vote.bodies[index]):
            changed = deepcopy(vote)
            was = changed.bodies[index][field]
            others = [value for value in VALUES if type(value) is not type(was)]
            changed.bodies[index][field] = chance.choice(others)
            assert not checked(tmp_path, changed).is_good, (index, field)


def test_the_file_needs_the_standard_library_alone():
    source = Path(verify.__file__).read_text(encoding="utf-8")
    imported = {
        line.split()[1].split(".")[0]
        for line in source.splitlines()
        if line.startswith(("import ", "from "))
    }

    assert imported <= set(sys.stdlib_module_names)
