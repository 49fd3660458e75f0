"""A checkpoint leaves the house in time, reaches each witness once, and betrays an old backup."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management import call_command as run
from django.db import connection

from evidence import verify
from evidence.access.bundles import bundle_of
from evidence.actions import letters
from evidence.actions.gaps import confess_gaps
from evidence.actions.logs import append, append_all, open_stream, origin_of
from evidence.actions.publishing import add_witness, publish_checkpoint, publish_due
from evidence.checks import triggers_are_there
from evidence.models import Checkpoint, Letter
from evidence.rules.moments import LEASE, RETRIES, SHANGHAI, minute
from evidence.terms import Occasion, State, WitnessRole
from tests.cast import MONDAY

HOUR = timedelta(hours=1)


def moment(day, hour, minutes=0):
    return datetime(2026, 3, day, hour, minutes, tzinfo=SHANGHAI)


@pytest.fixture
def stream(db):
    stream = open_stream(origin_of("votes/BS001-2026-1"), title="示例表决", at=MONDAY)
    for name in ("community", "street", "scrutineer"):
        role = WitnessRole(name)
        add_witness(stream, name=role.label, email=f"{name}@b.cn", role=role, at=MONDAY)
    append(stream, {"kind": "open", "at": minute(MONDAY)}, at=MONDAY)
    return stream


@pytest.fixture
def opened(stream):
    publish_checkpoint(stream, at=MONDAY, occasion=Occasion.OPEN)
    return stream


@pytest.mark.parametrize(
    ("news_at", "swept_at", "occasion"),
    [
        (moment(2, 9), moment(2, 14, 59), None),
        (moment(2, 9), moment(2, 15, 1), Occasion.SIX_HOURS),
        (moment(2, 9), moment(2, 20, 0), Occasion.DAILY),
        (moment(2, 9), moment(5, 3, 0), Occasion.DAILY),  # the clock stood still for days
        (None, moment(5, 3, 0), None),
    ],
)
def test_news_is_carried_out_after_six_hours_and_at_eight_in_the_evening(
    opened, news_at, swept_at, occasion
):
    if news_at:
        append(opened, {"n": 1}, at=news_at)

    done = [publish_due(at=swept_at) for _ in range(3)]

    found = list(Checkpoint.objects.filter(size=2).values_list("occasion", flat=True))
    assert (done, found) == (([1, 0, 0], [occasion]) if occasion else ([0, 0, 0], []))


def test_a_log_that_fails_stops_no_other(opened, monkeypatch):
    other = open_stream(origin_of("votes/other"), title="另一份", at=MONDAY)
    for log in (opened, other):
        append(log, {"n": 1}, at=MONDAY)
    broken = publish_checkpoint

    def refuse(stream, **given):
        if stream.pk == opened.pk:
            raise RuntimeError("broken")
        return broken(stream, **given)

    monkeypatch.setattr("evidence.actions.publishing.publish_checkpoint", refuse)

    assert publish_due(at=moment(2, 20)) == 1
    assert other.checkpoints.count() == 1


def test_each_witness_gets_each_checkpoint_once_with_the_note(opened, mailoutbox):
    assert [letters.send_letters(at=MONDAY + n * LEASE) for n in range(3)] == [3, 0, 0]

    assert sorted(letter.to[0] for letter in mailoutbox) == [
        "community@b.cn",
        "scrutineer@b.cn",
        "street@b.cn",
    ]
    letter, note = mailoutbox[0], opened.checkpoints.get().note
    assert note in letter.body
    assert letter.attachments[0][:2] == ("checkpoint-000000001.txt", note)
    assert [found.size for found in verify.notes_in(letter.body, "")] == [1]
    assert len({letter.extra_headers["Message-ID"] for letter in mailoutbox}) == 3
    assert set(Letter.objects.values_list("state", "sent_at")) == {(State.SENT, MONDAY)}


def test_a_mail_server_that_is_down_is_tried_again_and_then_given_up(
    opened, monkeypatch, mailoutbox
):
    def down(*args, **given):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
        assert letters.send_letters(at=MONDAY) == 0
    assert letters.send_letters(at=MONDAY + RETRIES[0] - HOUR / 60) == 0
    assert letters.send_letters(at=MONDAY + RETRIES[0]) == 3

    append(opened, {"n": 1}, at=MONDAY)
    publish_checkpoint(opened, at=MONDAY, occasion=Occasion.CLOSE)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
    at = MONDAY
    for _ in range(len(RETRIES) + 1):
        letters.send_letters(at=at)
        at += max(RETRIES)
    found = Letter.objects.filter(checkpoint__size=2).values_list("state", "attempts", "error")
    assert set(found) == {(State.FAILED, len(RETRIES) + 1, "ConnectionRefusedError")}


def test_a_letter_in_the_hands_of_one_sweep_is_not_sent_by_another(opened):
    assert len(Letter.objects.claim(MONDAY, 20)) == 3
    assert Letter.objects.claim(MONDAY, 20) == []


# --- A backup that is too old ------------------------------------------------------------------


def rolled_back(stream, size):
    """As a restored backup has it: no trigger fires, the rows after the backup are not there."""
    bodies = list(stream.entries.order_by("index").values_list("body", flat=True)[:size])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("letter", "checkpoint", "entry"):
            cursor.execute(f"DELETE FROM evidence_{table}")
        cursor.execute(
            "UPDATE evidence_stream SET size = 0, peaks = '', root = '', published_size = 0"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    stream.refresh_from_db()
    append_all(stream, [verify.parsed(body) for body in bodies], at=MONDAY)


@pytest.mark.parametrize("regrown", [0, 9])
def test_a_restored_backup_confesses_what_it_lost_once(
    opened, regrown, tmp_path, django_capture_on_commit_callbacks
):
    append_all(opened, [{"n": n} for n in range(6)], at=MONDAY)
    with django_capture_on_commit_callbacks(execute=True):
        lost = publish_checkpoint(opened, at=MONDAY, occasion=Occasion.ASKED)
    assert confess_gaps(at=MONDAY) == []

    rolled_back(opened, 3)
    append_all(opened, [{"new": n} for n in range(regrown)], at=MONDAY)
    with django_capture_on_commit_callbacks(execute=True):
        [gap] = confess_gaps(at=MONDAY)
    assert confess_gaps(at=MONDAY) == []

    told = verify.parsed(gap.body)
    assert (told["size"], told["root"]) == (7, "".join(lost.groups))
    assert told["kept"] == (0 if regrown else 3)
    assert opened.checkpoints.get(size=gap.number).occasion == Occasion.GAP
    opened.refresh_from_db()
    for name, content in bundle_of(opened, check="").items():
        (tmp_path / "bundle" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bundle" / name).write_bytes(content)
    (tmp_path / "kept.txt").write_text(lost.note)
    report = verify.Report()
    bundle = verify.Bundle(str(tmp_path / "bundle"))
    verify.read_keys(bundle, [], report)
    notes = verify.notes_in(lost.note, "邮件")
    own = [n for n in bundle.files if n.startswith("checkpoints/")]
    for name in own:
        notes += verify.notes_in(bundle.text(name, report), name, is_own=True)
    verify.check_log(bundle, notes, [], report)
    assert report.failures == []
    assert any("恢复备份" in warning for warning in report.warnings)


def test_a_note_of_a_witness_does_the_same_by_command(opened, tmp_path):
    append(opened, {"n": 1}, at=MONDAY)
    file = tmp_path / "note.txt"
    file.write_text(publish_checkpoint(opened, at=MONDAY, occasion=Occasion.ASKED).note)
    rolled_back(opened, 1)
    told = StringIO()

    run("confess_gap", str(file), stdout=told)
    assert "1 logs are behind" in told.getvalue()
    file.write_text(file.read_text().replace("— ", "—"))
    with pytest.raises(CommandError, match="检查点"):
        run("confess_gap", str(file))


# --- The locks, and the bundle -----------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE evidence_entry DISABLE TRIGGER USER",
        "DROP TRIGGER {0} ON evidence_stream",
    ],
)
def test_the_system_check_misses_a_trigger_that_is_gone(db, statement):
    assert triggers_are_there(["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_stream_only%'")
        cursor.execute(statement.format(cursor.fetchone()[0]))

    [error] = triggers_are_there(["default"])
    assert error.id == "evidence.E001"


def test_the_exported_folder_passes_its_own_check(opened, tmp_path):
    append(opened, {"n": 1}, at=MONDAY)
    publish_checkpoint(opened, at=MONDAY, occasion=Occasion.ASKED)
    folder = tmp_path / "out"

    call_command("export_bundle", opened.origin, str(folder), stdout=StringIO())

    bundle, report = verify.Bundle(str(folder)), verify.Report()
    verify.read_keys(bundle, [], report)
    notes = [
        note
        for name in bundle.files
        if name.startswith("checkpoints/")
        for note in verify.notes_in(bundle.text(name, report), name, is_own=True)
    ]
    verify.check_log(bundle, notes, [], report)
    assert report.failures == []
    assert (len(notes), len(bundle.lines)) == (2, 2)
    assert (folder / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_bundle", opened.origin, str(folder))
    with pytest.raises(CommandError, match="no log"):
        call_command("export_bundle", "no/such", str(folder))
