"""What anybody can fetch of a vote, as files for verify.py; and what the scrutineers add to it."""

import json
from base64 import b64encode

from evidence.access.keys import known_keys
from evidence.rules.canonical import canonical
from ownerscommittee.votes.actions.scrutiny import receipt_for_voter, secret_of


def bundle_of(meeting, folder, *, opened=False):
    stream = meeting.stream
    files = {
        "log.jsonl": "".join(f"{one.body}\n" for one in stream.entries.order_by("index")),
        "keys.json": canonical({"keys": [b64encode(key).decode() for key in known_keys()]}),
        **{exhibit.name: exhibit.content for exhibit in stream.exhibits.all()},
    }
    for one in stream.checkpoints.all():
        files[f"checkpoints/{one.size:09}.txt"] = one.note
    if opened:
        files["openings.jsonl"] = openings_of(meeting)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def openings_of(meeting):
    lines = []
    for ballot in meeting.ballots.standing().order_by("entry__index"):
        secret = secret_of(ballot)
        lines.append(
            canonical(
                {
                    "index": ballot.entry.index,
                    "nonce": secret["nonce"],
                    "choices": secret["choices"],
                    "pair": secret["typed"],
                }
            )
        )
    return "".join(f"{line}\n" for line in lines)


def receipt_file(ballot, path):
    path.write_text(json.dumps(receipt_for_voter(ballot)), encoding="utf-8")
    return str(path)
