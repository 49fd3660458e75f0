"""A small vote as a bundle of files, written by the rules alone: no database, and not one line of verify.py."""

import json
import random
from base64 import b64encode
from hashlib import sha256

from evidence.rules.canonical import canonical
from evidence.rules.notes import Head, public_key, signed_note
from evidence.rules.trees import inclusion_path, leaf_hash, root_of

ORIGIN = "portal.example/votes/BS001-2026-1"
KEY, OTHER_KEY = b"a key that only the tests know..", b"and another, of somebody else..."
QUESTIONS = [
    {
        "id": "q1",
        "item": 4,
        "kind": "motion",
        "majority": "ordinary",
        "options": ["agree", "against", "abstain"],
        "seats": 1,
        "title": "解聘现物业服务企业",
    },
    {
        "id": "q2",
        "item": 8,
        "kind": "motion",
        "majority": "special",
        "options": ["agree", "against", "abstain"],
        "seats": 1,
        "title": "出租架空层",
    },
    {
        "id": "q3",
        "item": 3,
        "kind": "election",
        "majority": "ordinary",
        "options": ["c1", "c2", "c3", "against", "abstain"],
        "seats": 2,
        "title": "选举业主委员会",
    },
]
OPENS, DURING, CLOSES, AFTER = (f"2026-03-{day}T10:00Z" for day in ("02", "05", "17", "18"))


def digest(text):
    return sha256(text.encode()).hexdigest()


def commitment(nonce, choices):
    return digest(f"bizhan-ballot-v1\n{nonce}\n{canonical(choices)}")


def pair_hash(nonce, typed):
    return digest(f"bizhan-pair-v1\n{nonce}\n{canonical(typed)}")


class SmallVote:
    """Forty rights, thirty-two of which vote, one twice after a void. Change it, then `write` it."""

    def __init__(self, rights=40, ballots=32, published=(1, 20)):
        self.random = random.Random(7)
        self.roll = [{"right": f"{n:05}", "heads": 1, "area": 6000 + 37 * n} for n in range(rights)]
        self.secrets, self.published, self.key = {}, list(published), KEY
        self.bodies = [self.opening()]
        for right in self.roll[:ballots]:
            self.vote(right, "paper" if right["area"] % 5 == 0 else "web")
        self.correct(index=3)
        self.published.append(len(self.bodies))
        self.bodies.append(self.closing())
        self.bodies.append(self.objection())
        self.bodies.append(self.result("preliminary"))
        self.bodies.append(self.result("final"))
        self.published.append(len(self.bodies))

    def opening(self):
        questions = [
            {
                **asked,
                "options": [{"id": option, "label": f"“{option}”"} for option in asked["options"]],
                "text_sha256": digest(asked["title"]),
            }
            for asked in QUESTIONS
        ]
        return {
            "kind": "open",
            "at": OPENS,
            "origin": ORIGIN,
            "opens": OPENS,
            "closes": CLOSES,
            "roll_sha256": digest(self.roll_file()),
            **self.weight(self.roll),
            "conflict": "first",
            "secrecy": "hidden",
            "advisory": False,
            "invalid": "out",
            "follow_choice": False,
            "follow_delivered": False,
            "questions": questions,
            "rules": "278-2021",
            "software": "test",
        }

    def roll_file(self):
        return "".join(f"{canonical(line)}\n" for line in self.roll)

    def weight(self, lines):
        lines = list(lines)
        return {key: sum(line[key] for line in lines) for key in ("heads", "area")}

    def choices(self):
        pick = self.random.choices
        c = sorted(self.random.sample(["c1", "c2", "c3"], self.random.choice([1, 2, 2])))
        return {
            "q1": pick(["agree", "against", "abstain", "void"], [70, 20, 7, 3]),
            "q2": pick(["agree", "against", "abstain"], [85, 10, 5]),
            "q3": self.random.choices([c, ["against"], ["abstain"]], [90, 5, 5])[0],
        }

    def vote(self, right, channel, supersedes=None):
        nonce, choices = f"{self.random.getrandbits(256):064x}", self.choices()
        pair = [choices, choices] if channel == "paper" else None
        self.secrets[len(self.bodies)] = {"nonce": nonce, "choices": choices, "pair": pair}
        self.bodies.append(
            {
                "kind": "ballot",
                "at": DURING,
                "right": right["right"],
                "area": right["area"],
                "channel": channel,
                "commitment": commitment(nonce, choices),
                "supersedes": supersedes,
                "pair": pair and pair_hash(nonce, pair),
                "scan": digest(nonce) if pair else None,
            }
        )

    def correct(self, index):
        """更正: two scrutineers void a ballot, and the right votes again."""
        self.bodies.append(
            {"kind": "void", "at": DURING, "ballot": index, "reason": "录错", "by": ["S1", "S2"]}
        )
        right = next(one for one in self.roll if one["right"] == self.bodies[index]["right"])
        self.vote(right, "hall", supersedes=index)
        del self.secrets[index]

    def standing(self):
        return {self.bodies[index]["right"]: index for index in self.secrets}

    def weights_by(self, key):
        sums = {}
        area = {line["right"]: line for line in self.roll}
        for right, index in self.standing().items():
            for name in key(index):
                sums.setdefault(name, []).append(area[right])
        return {name: self.weight(lines) for name, lines in sums.items()}

    def closing(self):
        standing = self.standing()
        return {
            "kind": "close",
            "at": CLOSES,
            "ballots": len(standing),
            **self.weight(line for line in self.roll if line["right"] in standing),
            "channels": self.weights_by(lambda index: [self.bodies[index]["channel"]]),
            "delivered_sha256": None,
        }

    def objection(self):
        return {"kind": "objection", "at": AFTER, "number": 1, "sha256": digest("为什么")}

    def result(self, stage):
        standing = self.standing()
        turnout = self.weight(line for line in self.roll if line["right"] in standing)
        return {
            "kind": "result",
            "at": AFTER,
            "stage": stage,
            **turnout,
            "questions": [self.answer(asked, turnout) for asked in QUESTIONS],
        }

    def answer(self, asked, turnout):
        nothing = {"heads": 0, "area": 0}
        found = self.weights_by(lambda index: self.secrets[index]["choices"][asked["id"]])
        counts = {name: found.get(name, nothing) for name in [*asked["options"], "void"]}
        whole = self.weight(self.roll)
        counts["followed"] = nothing
        counts["unreturned"] = {key: whole[key] - turnout[key] for key in whole}
        part = {key: turnout[key] - counts["void"][key] for key in turnout}
        # Nothing rests on a knife's edge here: what the law makes of it stands in the tests of verify.
        needed = (3, 4) if asked["majority"] == "special" else (1, 2)
        able = [
            name
            for name in (["agree"] if asked["kind"] == "motion" else ["c1", "c2", "c3"])
            if all(needed[1] * counts[name][key] > needed[0] * part[key] for key in part)
        ]
        able.sort(key=lambda name: (-counts[name]["heads"], -counts[name]["area"]))
        outcome = "passed" if able else "no_decision"
        return {
            "id": asked["id"],
            "counts": counts,
            "participating": part,
            "strict": outcome,
            "outcome": outcome,
            "elected": able[: asked["seats"]] if asked["kind"] == "election" else [],
        }

    # --- as files ---

    @property
    def lines(self):
        return [canonical(body) for body in self.bodies]

    @property
    def leaves(self):
        return [leaf_hash(line.encode()) for line in self.lines]

    def note(self, size, key=None):
        return signed_note(Head(ORIGIN, size, root_of(self.leaves[:size])), key or self.key)

    def openings(self):
        return "".join(
            f"{canonical({'index': index, **secret})}\n"
            for index, secret in sorted(self.secrets.items())
        )

    def receipt(self, index):
        path = inclusion_path(self.leaves[: index + 1], index)
        secret = self.secrets[index]
        return {
            "format": "bizhan-receipt-v1",
            "origin": ORIGIN,
            "index": index,
            "size": index + 1,
            "root": root_of(self.leaves[: index + 1]).hex(),
            "path": [sibling.hex() for sibling in path],
            "line": self.lines[index],
            "note": self.note(index + 1),
            "nonce": secret["nonce"],
            "choices": secret["choices"],
        }

    def files(self, *, with_openings=True):
        keys = {"keys": [b64encode(public_key(self.key)).decode()]}
        files = {
            "log.jsonl": "".join(f"{line}\n" for line in self.lines),
            "roll.jsonl": self.roll_file(),
            "keys.json": json.dumps(keys),
        }
        for size in self.published:
            files[f"checkpoints/{size:09}.txt"] = self.note(size)
        if with_openings:
            files["openings.jsonl"] = self.openings()
        return files


def write(files, folder):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder)
