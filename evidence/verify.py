#!/usr/bin/env python3
"""核验一份存证：日志、签名、表决和回执。只需要 Python 3.9 以上，不用安装任何东西，也不用联网。

    python3 verify.py 目录或压缩包 [回执.json 或 检查点.txt ……] [--key 公钥] [--root 条数 根]

全部相符时最后一行是“核验通过”，退出码 0；有一处不符就逐条说明，退出码 1。
海报、邮件和您手上的旧检查点越多，越能证明日志没有被改写：请把它们一起核对。

The rules are those of docs/evidence.md. This file shares no line with the program that writes the
log, so that a mistake of the one is not repeated by the other.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Body = dict[str, Any]


class Weight(NamedTuple):
    """People, and area in 0.01 m²: the law weighs both."""

    heads: int = 0
    area: int = 0

    def plus(self, other: Weight) -> Weight:
        return Weight(self.heads + other.heads, self.area + other.area)

    def minus(self, other: Weight) -> Weight:
        return Weight(self.heads - other.heads, self.area - other.area)

    def reaches(self, part: int, whole: Weight, of: int) -> bool:
        """part/of of the whole, on both measures, the number itself included (以上)."""
        return of * self.heads >= part * whole.heads and of * self.area >= part * whole.area

    def over_half(self, whole: Weight) -> bool:
        return 2 * self.heads > whole.heads and 2 * self.area > whole.area

    def leads(self, other: Weight) -> bool:
        return self.heads > other.heads and self.area > other.area

    def __str__(self) -> str:
        return f"{self.heads} 人、{self.area // 100}.{self.area % 100:02} 平方米"


class Report:
    """What was found. `failures` are pairs of a code in capitals and a sentence."""

    def __init__(self) -> None:
        self.facts: list[str] = []
        self.warnings: list[str] = []
        self.failures: list[tuple[str, str]] = []

    @property
    def is_good(self) -> bool:
        return not self.failures

    def fail(self, code: str, words: str) -> None:
        self.failures.append((code, words))

    def lines(self) -> Iterable[str]:
        yield from (f"  {fact}" for fact in self.facts)
        yield from (f"! {warning}" for warning in self.warnings)
        yield from (f"✗ {code}：{words}" for code, words in self.failures[:50])
        if len(self.failures) > 50:
            yield f"✗ 还有 {len(self.failures) - 50} 处不符。"
        yield (
            "核验通过：全部相符。" if self.is_good else f"核验不通过：{len(self.failures)} 处不符。"
        )


# --- Ed25519 (RFC 8032), verification only ----------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def added(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point(data: bytes) -> Point | None:
    """Decoded from 32 bytes; None when they are no point of the curve."""
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


class Multiples:
    """A point times any number: sums of ready multiples, one for each four bits of the number."""

    def __init__(self, base: Point) -> None:
        self.rows: list[list[Point]] = []
        for _ in range(64):
            row = [NEUTRAL]
            for _ in range(15):
                row.append(added(row[-1], base))
            self.rows.append(row)
            base = added(row[-1], base)

    def times(self, number: int) -> Point:
        total = NEUTRAL
        for row in self.rows:
            if number & 15:
                total = added(total, row[number & 15])
            number >>= 4
        return total


class Key:
    """A public key. The first signature costs some milliseconds, every further one less than one."""

    base: Multiples | None = None

    def __init__(self, public: bytes) -> None:
        self.public, self.point = public, point(public) if len(public) == 32 else None
        self.multiples: Multiples | None = None

    def signed(self, message: bytes, signature: bytes) -> bool:
        if self.point is None or len(signature) != 64:
            return False
        r, s = point(signature[:32]), int.from_bytes(signature[32:], "little")
        if r is None or s >= ORDER:
            return False
        digest = hashlib.sha512(signature[:32] + self.public + message).digest()
        challenge = int.from_bytes(digest, "little") % ORDER
        self.multiples = self.multiples or Multiples(self.point)
        Key.base = Key.base or Multiples(BASE)
        return same(Key.base.times(s), added(r, self.multiples.times(challenge)))

    def id_for(self, name: str) -> bytes:
        return hashlib.sha256(name.encode() + b"\n\x01" + self.public).digest()[:4]


_base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
assert _base is not None
BASE: Point = _base


# --- Canonical lines, the tree, signed notes --------------------------------------------------


def _no_fraction(text: str) -> None:
    raise ValueError(f"{text} is no integer")


def _integer(text: str) -> int:
    if len(text) > 15 and abs(int(text)) >= 2**53:
        raise ValueError(f"{text} is too large")
    return int(text)


def _ascii_keys(found: Body) -> Body:
    if not all(map(str.isascii, found)):
        raise ValueError("a key is not ASCII")
    return found


_decode = json.JSONDecoder(
    object_hook=_ascii_keys,
    parse_float=_no_fraction,
    parse_int=_integer,
    parse_constant=_no_fraction,
).decode
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def parsed(line: str) -> Any:
    """The value of a canonical line; ValueError for any other line."""
    value = _decode(line)
    if canonical(value) != line:
        raise ValueError("not canonical")
    return value


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_hash(line: bytes) -> bytes:
    return sha256(b"\x00" + line)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def roots(leaves: Iterable[bytes], wanted: Iterable[int]) -> dict[int, bytes]:
    """The root of the tree (RFC 6962) at each of the sizes that it reaches."""
    asked, found = set(wanted), {0: sha256(b"")}
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves, start=1):
        bits = size - 1
        while bits & 1:
            leaf, bits = node_hash(peaks.pop(), leaf), bits >> 1
        peaks.append(leaf)
        if size in asked:
            root = peaks[-1]
            for peak in peaks[-2::-1]:
                root = node_hash(peak, root)
            found[size] = root
    return found


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Where an inclusion path leads (RFC 9162, 2.1.3.2); None if its length is wrong."""
    if index >= size:
        return None
    place, last, top = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            top = node_hash(sibling, top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = node_hash(top, sibling)
        place, last = place >> 1, last >> 1
    return top if last == 0 else None


NOTE = re.compile(
    r"^(?P<origin>[!-~]+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n\n"
    r"— (?P<name>[!-~]+) (?P<blob>[A-Za-z0-9+/]{91}=)$",
    re.MULTILINE,
)


class Note(NamedTuple):
    """A checkpoint. `where` says in words from where it came; `is_own` means from the bundle."""

    where: str
    is_own: bool
    origin: str
    size: int
    root: bytes
    blob: bytes

    def is_signed(self, keys: Sequence[Key]) -> bool:
        text = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()
        return any(
            key.id_for(self.origin) == self.blob[:4] and key.signed(text, self.blob[4:])
            for key in keys
        )


def notes_in(text: str, where: str, is_own: bool = False) -> list[Note]:
    """Every checkpoint in a text, which may be a letter around it."""
    plain = re.sub(r"^(?:> ?)+", "", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return [
        Note(
            where,
            is_own,
            found["origin"],
            int(found["size"]),
            base64.b64decode(found["root"]),
            base64.b64decode(found["blob"]),
        )
        for found in NOTE.finditer(plain)
        if found["name"] == found["origin"]
    ]


# --- The folder -------------------------------------------------------------------------------


class Bundle:
    """A folder or a ZIP file: its texts by name, and what stands in the log."""

    def __init__(self, where: str) -> None:
        self.files = _files(Path(where))
        self.bodies: list[Body] = []
        self.lines: list[bytes] = []
        self.sizes: dict[int, bytes] = {}
        self.keys: list[Key] = []
        self.origin = ""
        self.gaps: list[Body] = []

    def is_lost(self, size: int) -> bool:
        """Whether the log itself says that entries up to this size were lost in a restored backup."""
        return any(gap["kept"] < size <= gap["size"] for gap in self.gaps)

    def text(self, name: str, report: Report) -> str:
        try:
            return self.files.get(name, b"").decode()
        except UnicodeDecodeError:
            report.fail("CANONICAL", f"文件 {name} 不是 UTF-8 文字。")
            return ""

    def values(self, name: str, report: Report) -> list[Any]:
        """The values of a file of canonical lines."""
        text, values = self.text(name, report), []
        if text and not text.endswith("\n"):
            report.fail("CANONICAL", f"文件 {name} 的最后一行不完整。")
        for number, line in enumerate(text.split("\n")[:-1], start=1):
            try:
                values.append(parsed(line))
            except ValueError:
                report.fail("CANONICAL", f"{name} 第 {number} 行不是规范写法。")
                values.append({})
        return values


def _files(where: Path) -> dict[str, bytes]:
    if where.is_file():
        with zipfile.ZipFile(where) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    found = [path for path in where.rglob("*") if path.is_file()]
    return {path.relative_to(where).as_posix(): path.read_bytes() for path in found}


def read_keys(bundle: Bundle, trusted: Sequence[str], report: Report) -> None:
    """The keys that were named by hand, else those in the bundle."""
    listed = list(trusted)
    if not listed:
        try:
            listed = json.loads(bundle.text("keys.json", report))["keys"]
        except (ValueError, KeyError, TypeError):
            report.fail("SIGNATURE", "目录里没有可用的 keys.json。")
    bundle.keys = [Key(base64.b64decode(key)) for key in listed]
    for key in bundle.keys:
        digits = sha256(key.public).hex()[:16]
        report.facts.append(f"公钥指纹 {' '.join(re.findall('....', digits))}，请与海报上的核对。")


def check_log(bundle: Bundle, notes: list[Note], receipts: list[Body], report: Report) -> None:
    """Canonical lines, every root that was ever published, and every signature."""
    bundle.bodies = bundle.values("log.jsonl", report)
    bundle.lines = bundle.files.get("log.jsonl", b"").split(b"\n")[:-1]
    bundle.gaps = [body for body in bundle.bodies if is_gap(body)]
    report.warnings += [
        f"日志写明：恢复备份时缺失 {gap['size'] - gap['kept']} 条。" for gap in bundle.gaps
    ]
    own = [note for note in notes if note.is_own]
    if not own:
        report.fail("CUT", "目录里没有检查点。")
        return
    bundle.origin = own[0].origin
    wanted = [note.size for note in notes] + [receipt["size"] for receipt in receipts]
    bundle.sizes = roots(map(leaf_hash, bundle.lines), wanted)
    for note in notes:
        check_note(bundle, note, report)
    report.facts.append(f"日志 {bundle.origin}：{len(bundle.lines)} 条，检查点 {len(own)} 个。")
    if (last := max(note.size for note in own)) < len(bundle.lines):
        report.warnings.append(f"最后 {len(bundle.lines) - last} 条还没有检查点。")


def check_note(bundle: Bundle, note: Note, report: Report) -> None:
    if note.origin != bundle.origin:
        report.fail("ORIGIN", f"{note.where} 属于另一份日志 {note.origin}。")
    elif not note.is_signed(bundle.keys):
        report.fail("SIGNATURE", f"{note.where} 的签名与公钥不符。")
    elif bundle.sizes.get(note.size) == note.root:
        return
    elif bundle.is_lost(note.size):
        report.warnings.append(
            f"{note.where} 的 {note.size} 条中有一部分因恢复备份而缺失，日志里已写明。"
        )
    elif note.size > len(bundle.lines):
        report.fail(
            "CUT", f"{note.where} 有 {note.size} 条，日志只有 {len(bundle.lines)} 条：被截短了。"
        )
    elif note.is_own:
        report.fail("ROOT", f"前 {note.size} 条重算的根与 {note.where} 不同：日志被改过。")
    else:
        report.fail(
            "SPLIT VIEW", f"{note.where} 与日志在 {note.size} 条处的根不同：同一份日志有两种说法。"
        )


def check_twins(bundle: Bundle, notes: list[Note], report: Report) -> None:
    """Two signed roots of one size: whoever signed showed different logs to different people."""
    seen: dict[tuple[str, int], Note] = {}
    for note in notes:
        first = seen.setdefault((note.origin, note.size), note)
        if first.root == note.root or bundle.is_lost(note.size):
            continue
        if first.is_signed(bundle.keys) and note.is_signed(bundle.keys):
            report.fail("SPLIT VIEW", f"{first.where} 和 {note.where} 都有签名，条数相同而根不同。")


def check_root(bundle: Bundle, size: int, digits: str, report: Report) -> None:
    """A root that was read from a poster or a signed protocol."""
    leaves = map(leaf_hash, bundle.lines)
    if roots(leaves, [size]).get(size, b"").hex() != "".join(digits.split()).lower():
        report.fail("SPLIT VIEW", f"海报上 {size} 条的根与日志不同。")


# --- What a line must hold --------------------------------------------------------------------

is_hash = re.compile(r"[0-9a-f]{64}").fullmatch
is_minute = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ").fullmatch
is_right = re.compile(r"[A-Za-z0-9-]{1,20}").fullmatch
CHANNELS = {"web", "paper", "proxy", "hall", "phone"}
SPECIAL_ITEMS = {6, 7, 8}  # 民法典第二百七十八条
RESERVED = {"agree", "against", "abstain", "follow"}


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def text(value: Any) -> bool:
    return isinstance(value, str)


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def digest(value: Any) -> bool:
    return isinstance(value, str) and is_hash(value) is not None


def moment(value: Any) -> bool:
    return isinstance(value, str) and is_minute(value) is not None


def perhaps(test: Any) -> Any:
    return lambda value: value is None or test(value)


def among(*words: str) -> Any:
    return lambda value: isinstance(value, str) and value in words


def many(test: Any) -> Any:
    return lambda value: isinstance(value, list) and all(map(test, value))


def fits(shape: dict[str, Any]) -> Any:
    """A test for an object with exactly these fields."""

    def test(value: Any) -> bool:
        if not isinstance(value, dict) or value.keys() != shape.keys():
            return False
        return all(check(value[name]) for name, check in shape.items())

    return test


def named(test: Any) -> Any:
    """A test for an object whose every value passes."""
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


weight = fits({"heads": whole, "area": whole})
question = fits(
    {
        "id": text,
        "item": lambda value: whole(value) and 1 <= value <= 9,
        "kind": among("motion", "choice", "election"),
        "majority": among("ordinary", "special"),
        "options": many(fits({"id": text, "label": text})),
        "seats": whole,
        "title": text,
        "text_sha256": digest,
    }
)
answered = fits(
    {
        "id": text,
        "counts": named(weight),
        "participating": weight,
        "strict": text,
        "outcome": text,
        "elected": many(text),
    }
)
SHAPES: dict[str, dict[str, Any]] = {
    "open": {
        "origin": text,
        "opens": moment,
        "closes": moment,
        "roll_sha256": digest,
        "heads": whole,
        "area": whole,
        "conflict": among("first"),
        "secrecy": among("hidden", "named"),
        "advisory": flag,
        "invalid": among("in", "out"),
        "follow_choice": flag,
        "follow_delivered": flag,
        "questions": many(question),
        "rules": text,
        "software": text,
    },
    "ballot": {
        "right": text,
        "area": whole,
        "channel": among(*CHANNELS),
        "commitment": digest,
        "supersedes": perhaps(whole),
        "pair": perhaps(digest),
        "scan": perhaps(digest),
    },
    "void": {"ballot": whole, "reason": text, "by": many(text)},
    "extend": {"closes": moment, "reason": text},
    "close": {
        "ballots": whole,
        "heads": whole,
        "area": whole,
        "channels": named(weight),
        "delivered_sha256": perhaps(digest),
    },
    "objection": {"number": whole, "sha256": digest},
    "reply": {"objection": whole, "sha256": digest},
    "result": {
        "stage": among("preliminary", "final"),
        "heads": whole,
        "area": whole,
        "questions": many(answered),
    },
    "cancel": {"reason": text},
    "gap": {"size": whole, "root": digest, "kept": whole, "reason": text},
}
TESTS = {kind: fits({"kind": text, "at": moment, **shape}) for kind, shape in SHAPES.items()}


def is_gap(body: Any) -> bool:
    return bool(TESTS["gap"](body)) and body["kind"] == "gap"


def weighed(value: Body) -> Weight:
    return Weight(value["heads"], value["area"])


def total(weights: Iterable[Weight]) -> Weight:
    heads, area = 0, 0
    for one in weights:
        heads, area = heads + one.heads, area + one.area
    return Weight(heads, area)


# --- A vote, replayed line by line ------------------------------------------------------------


class Vote:
    """The state of a vote after each line. What a line may not do is a failure with its number."""

    def __init__(self, bundle: Bundle, report: Report) -> None:
        self.bundle, self.report = bundle, report
        self.opening: Body = {}
        self.closes = ""
        self.roll: dict[str, Weight] = {}
        self.ballots: dict[int, Body] = {}
        self.standing: dict[str, int] = {}  # right: index of its ballot that counts
        self.replaced: dict[str, int] = {}  # right: index of its last ballot that was voided
        self.commitments: set[str] = set()
        self.objections: set[int] = set()
        self.delivered: set[str] = set()
        self.is_closed = self.is_over = False
        self.results: list[tuple[int, Body, Weight, int]] = []  # with turnout and ballots then

    def fail(self, index: int, code: str, words: str) -> None:
        self.report.fail(code, f"第 {index + 1} 号：{words}")

    def replay(self) -> None:
        for index, body in enumerate(self.bundle.bodies):
            kind = body.get("kind") if isinstance(body, dict) else None
            if not isinstance(kind, str) or kind not in TESTS or not TESTS[kind](body):
                self.fail(index, "FORM", f"内容的写法不合规则（{kind}）。")
            elif not self.opening and index:
                continue  # without its beginning nothing else can be judged
            elif kind == "gap":
                continue
            elif (kind == "open") != (index == 0):
                self.fail(index, "ORDER", "开始记录必须是第 1 号，而且只有一条。")
            elif self.is_over:
                self.fail(index, "ORDER", "表决已有最终结果或者已取消，之后还有记录。")
            else:
                getattr(self, f"on_{kind}")(index, body)
        if not self.is_closed and self.results:
            self.report.fail("ORDER", "还没有截止就公布了结果。")

    @property
    def turnout(self) -> Weight:
        return total(self.roll[right] for right in self.standing)

    def on_open(self, index: int, body: Body) -> None:
        self.opening, self.closes = body, body["closes"]
        if body["origin"] != self.bundle.origin:
            self.fail(index, "ORIGIN", "开始记录写的是另一份日志。")
        if not body["opens"] < body["closes"] or not body["questions"]:
            self.fail(index, "FORM", "没有议题，或者截止不晚于开始。")
        for asked in body["questions"]:
            self.examine_question(index, asked)
        self.read_roll(index, body)

    def examine_question(self, index: int, asked: Body) -> None:
        special = asked["item"] in SPECIAL_ITEMS
        if special != (asked["majority"] == "special"):
            self.fail(index, "RULE", f"议题 {asked['id']} 的多数与法条第 {asked['item']} 项不符。")
        options = [option["id"] for option in asked["options"]]
        needed = (
            {"agree", "against", "abstain"} if asked["kind"] == "motion" else {"against", "abstain"}
        )
        if len(set(options)) != len(options) or not needed <= set(options) or asked["seats"] < 1:
            self.fail(index, "RULE", f"议题 {asked['id']} 的选项重复，或者缺少反对、弃权。")
        if asked["kind"] == "motion" and set(options) - RESERVED:
            self.fail(index, "RULE", f"议题 {asked['id']} 多了选项。")

    def read_roll(self, index: int, body: Body) -> None:
        raw = self.bundle.files.get("roll.jsonl", b"")
        if sha256(raw).hex() != body["roll_sha256"]:
            self.fail(index, "ROLL", "名册文件与开始时公布的摘要不同。")
        line = fits({"right": text, "heads": whole, "area": whole})
        for number, one in enumerate(self.bundle.values("roll.jsonl", self.report), start=1):
            good = line(one) and is_right(one["right"]) and one["heads"] <= 1 and one["area"] > 0
            if not good or one["right"] in self.roll:
                self.report.fail("ROLL", f"名册第 {number} 行写法不对，或者表决权重复。")
            else:
                self.roll[one["right"]] = weighed(one)
        found = total(self.roll.values())
        if found != weighed(body):
            self.fail(index, "ROLL", f"名册合计是 {found}，开始时公布的是 {weighed(body)}。")
        self.report.facts.append(f"名册：{len(self.roll)} 个表决权，{found}。")

    def on_ballot(self, index: int, body: Body) -> None:
        right = body["right"]
        if self.is_closed or not self.opening["opens"] <= body["at"] < self.closes:
            self.fail(index, "TIME", f"这张票记于 {body['at']}，不在表决时间内。")
        if right not in self.roll:
            self.fail(index, "RIGHT", f"名册上没有表决权 {right}。")
            return
        if body["area"] != self.roll[right].area:
            self.fail(index, "AREA", f"票上的面积与名册不同（{right}）。")
        if right in self.standing:
            first = self.standing[right] + 1
            self.fail(index, "CONFLICT", f"表决权 {right} 已有第 {first} 号票，先投的有效。")
        if body["supersedes"] != self.replaced.get(right):
            self.fail(index, "CONFLICT", "票上写的“代替哪一张”与作废记录不符。")
        if body["commitment"] in self.commitments:
            self.fail(index, "COMMITMENT", "承诺值与另一张票相同。")
        if (body["channel"] == "paper") != (body["pair"] is not None):
            self.fail(index, "FORM", "纸质票须有两次录入的摘要，别的票没有。")
        self.commitments.add(body["commitment"])
        self.ballots[index] = body
        self.standing.setdefault(right, index)

    def on_void(self, index: int, body: Body) -> None:
        voided = self.ballots.get(body["ballot"], {"right": ""})
        if self.standing.get(voided["right"]) != body["ballot"]:
            self.fail(index, "CONFLICT", f"第 {body['ballot'] + 1} 号不是有效的票，不能作废。")
            return
        if len(set(body["by"])) < 2 or not body["reason"]:
            self.fail(index, "CONFLICT", "作废须由两名监票人写明理由。")
        self.replaced[voided["right"]] = self.standing.pop(voided["right"])

    def on_extend(self, index: int, body: Body) -> None:
        if self.is_closed or not body["at"] < self.closes < body["closes"]:
            self.fail(index, "TIME", "延期须在截止前，而且只能往后延。")
        self.closes = body["closes"]

    def on_close(self, index: int, body: Body) -> None:
        if self.is_closed or body["at"] < self.closes:
            self.fail(index, "TIME", f"截止时间是 {self.closes}，这条截止记录记于 {body['at']}。")
        self.is_closed = True
        channels: dict[str, Weight] = {}
        for right, ballot in self.standing.items():
            channel = self.ballots[ballot]["channel"]
            channels[channel] = channels.get(channel, Weight()).plus(self.roll[right])
        if (body["ballots"], weighed(body)) != (len(self.standing), self.turnout):
            self.fail(index, "TURNOUT", f"截止时有效票 {len(self.standing)} 张，{self.turnout}。")
        if {name: weighed(one) for name, one in body["channels"].items()} != channels:
            self.fail(index, "TURNOUT", "各渠道的票数与日志不符。")
        self.report.facts.append(f"截止：有效票 {len(self.standing)} 张，{self.turnout}。")
        self.read_delivered(index, body["delivered_sha256"])

    def read_delivered(self, index: int, published: str | None) -> None:
        """Rights that follow the majority because delivery to them is proven (从众)."""
        if not self.opening["follow_delivered"]:
            if published is not None:
                self.fail(index, "RULE", "本次表决没有“送达未投随多数”的规则。")
            return
        raw = self.bundle.files.get("delivered.json", b"")
        if sha256(raw).hex() != published:
            self.fail(index, "ROLL", "送达名单与公布的摘要不同。")
            return
        listed = [
            right for line in self.bundle.values("delivered.json", self.report) for right in line
        ]
        self.delivered = {right for right in listed if right in self.roll}
        if len(self.delivered) != len(listed) or self.delivered & self.standing.keys():
            self.fail(index, "ROLL", "送达名单里有名册以外的、重复的或者已经投票的表决权。")

    def on_objection(self, index: int, body: Body) -> None:
        self.objections.add(index)
        if not self.is_closed or body["number"] != len(self.objections):
            self.fail(index, "ORDER", "异议在截止之前，或者编号不连续。")

    def on_reply(self, index: int, body: Body) -> None:
        if body["objection"] not in self.objections:
            self.fail(index, "ORDER", "答复没有对应的异议。")

    def on_result(self, index: int, body: Body) -> None:
        if not self.is_closed:
            self.fail(index, "ORDER", "还没有截止就公布了结果。")
        self.is_over = body["stage"] == "final"
        self.results.append((index, body, self.turnout, len(self.replaced)))
        if weighed(body) != self.turnout:
            self.fail(index, "TURNOUT", f"结果写的参与数与日志不符，应为 {self.turnout}。")

    def on_cancel(self, index: int, body: Body) -> None:
        self.is_over = True
        self.report.facts.append(f"表决已取消：{body['reason']}")


# --- The result, by arithmetic alone ----------------------------------------------------------


def judged(asked: Body, counts: dict[str, Weight], part: Weight, roll: Weight) -> str:
    """The outcome; the quorum first, and always on both measures."""
    if not part.reaches(2, roll, of=3):
        return "no_quorum"
    if any(reaches_majority(asked, counts[pick], part) for pick in picks(asked)):
        return "passed"
    return "rejected" if counts["against"].over_half(part) else "no_decision"


def reaches_majority(asked: Body, ayes: Weight, part: Weight) -> bool:
    special = asked["majority"] == "special"
    return ayes.reaches(3, part, of=4) if special else ayes.over_half(part)


def picks(asked: Body) -> list[str]:
    """The options that can win."""
    if asked["kind"] == "motion":
        return ["agree"]
    return [one["id"] for one in asked["options"] if one["id"] not in RESERVED]


def with_followers(counts: dict[str, Weight], part: Weight) -> tuple[dict[str, Weight], Weight]:
    """从众: those who follow join the side that leads in people and in area, if one does.

    Where most abstain, there is no majority for anything, and nobody is followed.
    """
    if "agree" not in counts:
        return counts, part  # plans or candidates: nobody follows there
    followed, abstain = counts["followed"], counts["abstain"]
    for side, other in (("agree", "against"), ("against", "agree")):
        if counts[side].leads(counts[other]) and counts[side].leads(abstain):
            return {**counts, side: counts[side].plus(followed)}, part.plus(followed)
    return counts, part


class Result:
    """One published result, examined question by question."""

    def __init__(self, vote: Vote, index: int, body: Body, turnout: Weight) -> None:
        self.vote, self.index, self.body, self.turnout = vote, index, body, turnout
        self.roll = total(vote.roll.values())
        self.delivered = total(vote.roll[right] for right in vote.delivered)

    def examine(self, recounted: list[dict[str, Weight]] | None) -> None:
        questions = self.vote.opening["questions"]
        if [one["id"] for one in self.body["questions"]] != [one["id"] for one in questions]:
            self.vote.fail(self.index, "RESULT", "结果里的议题与开始时不同。")
            return
        for n, asked in enumerate(questions):
            told = self.body["questions"][n]
            counts = {name: weighed(one) for name, one in told["counts"].items()}
            names = {one["id"] for one in asked["options"]} - {"follow"}
            if counts.keys() != names | {"void", "followed", "unreturned"}:
                self.fail(asked, "各项计数不齐。")
                continue
            self.add_up(asked, counts)
            self.judge(asked, told, counts)
            if recounted is not None:
                self.compare(asked, counts, recounted[n])

    def fail(self, asked: Body, words: str, code: str = "RESULT") -> None:
        self.vote.fail(self.index, code, f"议题 {asked['id']}：{words}")

    def valid(self, counts: dict[str, Weight]) -> Weight:
        """Ballots with a valid mark for the question, other than 随多数."""
        choosing = counts["followed"].minus(self.delivered)
        return self.turnout.minus(counts["void"]).minus(choosing)

    def add_up(self, asked: Body, counts: dict[str, Weight]) -> None:
        rest = self.roll.minus(self.turnout).minus(self.delivered)
        if counts["unreturned"] != rest:
            self.fail(asked, f"未投的应为 {rest}。", "TURNOUT")
        choosing, valid = counts["followed"].minus(self.delivered), self.valid(counts)
        if min(choosing) < 0 or (max(choosing) > 0 and not self.vote.opening["follow_choice"]):
            self.fail(asked, "随多数的数字与规则不符。")
        chosen = [
            one for name, one in counts.items() if name not in ("void", "followed", "unreturned")
        ]
        if asked["kind"] != "election" and total(chosen) != valid:
            self.fail(asked, "同意、反对、弃权、无效、随多数和未投加起来不等于名册。")
        if any(one.heads > valid.heads or one.area > valid.area for one in chosen):
            self.fail(asked, "有一项的计数多于有效票。")

    def judge(self, asked: Body, told: Body, counts: dict[str, Weight]) -> None:
        part = self.valid(counts)
        if self.vote.opening["invalid"] == "in":
            part = part.plus(counts["void"])
        strict = judged(asked, counts, part, self.roll)
        counts, part = with_followers(counts, part)
        outcome = judged(asked, counts, part, self.roll)
        if weighed(told["participating"]) != part:
            self.fail(asked, f"参与的应为 {part}。", "QUORUM")
        if told["strict"] != strict or not self.is_outcome(asked, told, outcome):
            self.fail(asked, f"按公布的数字，结论应为 {outcome}（不计随多数：{strict}）。")
        self.examine_elected(asked, told, counts, part)

    def is_outcome(self, asked: Body, told: Body, outcome: str) -> bool:
        """An election with winners may still seat nobody: fewer than the bylaws ask for."""
        if asked["kind"] == "election" and outcome == "passed" and not told["elected"]:
            return bool(told["outcome"] == "no_decision")
        return bool(told["outcome"] == outcome)

    def examine_elected(
        self, asked: Body, told: Body, counts: dict[str, Weight], part: Weight
    ) -> None:
        elected = told["elected"]
        if asked["kind"] == "motion" or told["outcome"] != "passed":
            if elected:
                self.fail(asked, "没有通过，却写了当选。")
            return
        able = {pick for pick in picks(asked) if reaches_majority(asked, counts[pick], part)}
        if not set(elected) <= able or len(set(elected)) != len(elected) or not elected:
            self.fail(asked, "当选的没有过半数，或者重复。")
        elif len(elected) > asked["seats"]:
            self.fail(asked, "当选的多于席位。")
        elif any(counts[left] > counts[taken] for left in able - set(elected) for taken in elected):
            self.fail(asked, "当选的票数少于落选的。")

    def compare(self, asked: Body, counts: dict[str, Weight], found: dict[str, Weight]) -> None:
        found = {**found, "followed": found.get("followed", Weight()).plus(self.delivered)}
        for name, one in counts.items():
            if name != "unreturned" and found.get(name, Weight()) != one:
                self.fail(asked, f"“{name}”公布 {one}，逐票清点是 {found.get(name, Weight())}。")


# --- Openings: every choice against its commitment, and the count again -----------------------


def commitment(nonce: str, choices: Any) -> str:
    return sha256(f"bizhan-ballot-v1\n{nonce}\n{canonical(choices)}".encode()).hex()


def pair_hash(nonce: str, typed: Any) -> str:
    return sha256(f"bizhan-pair-v1\n{nonce}\n{canonical(typed)}".encode()).hex()


def is_choice(asked: Body, chosen: Any, with_follow: bool) -> bool:
    if not isinstance(chosen, list) or not chosen:
        return False
    options = [one["id"] for one in asked["options"]]
    if len(chosen) == 1:
        alone = chosen[0]
        return alone == "void" or alone in options and (alone != "follow" or with_follow)
    able = [one for one in options if one not in RESERVED]
    return (
        asked["kind"] == "election"
        and len(chosen) <= asked["seats"]
        and chosen == [one for one in able if one in chosen]
    )


class Openings:
    """The file that the scrutineers have, or that a named vote publishes."""

    def __init__(self, vote: Vote) -> None:
        self.vote, self.report = vote, vote.report
        self.questions = vote.opening["questions"]
        self.sums: list[dict[tuple[str, ...], Weight]] = [{} for _ in self.questions]

    def recount(self) -> list[dict[str, Weight]]:
        """For each question what every option got; "void" and "followed" beside them."""
        left = set(self.vote.standing.values())
        line = fits(
            {
                "index": whole,
                "nonce": digest,
                "choices": named(many(text)),
                "pair": perhaps(many(named(many(text)))),
            }
        )
        for number, one in enumerate(
            self.vote.bundle.values("openings.jsonl", self.report), start=1
        ):
            if not line(one) or one["index"] not in left:
                self.report.fail(
                    "OPENING", f"openings.jsonl 第 {number} 行不对应有效的票，或者重复。"
                )
            else:
                left.discard(one["index"])
                self.open(one, self.vote.ballots[one["index"]])
        if left:
            self.report.fail(
                "OPENING", f"有 {len(left)} 张有效票没有开启，如第 {min(left) + 1} 号。"
            )
        return [self.spread(sums) for sums in self.sums]

    def open(self, one: Body, ballot: Body) -> None:
        index, choices = one["index"], one["choices"]
        if commitment(one["nonce"], choices) != ballot["commitment"]:
            self.vote.fail(index, "COMMITMENT", "开启的选择与投票时的承诺不符。")
        typed = one["pair"]
        if (pair_hash(one["nonce"], typed) if typed is not None else None) != ballot["pair"]:
            self.vote.fail(index, "COMMITMENT", "两次录入的内容与记录时的摘要不符。")
        if choices.keys() != {asked["id"] for asked in self.questions}:
            self.vote.fail(index, "OPENING", "选择里的议题不齐。")
            return
        weight = self.vote.roll[ballot["right"]]
        for n, asked in enumerate(self.questions):
            chosen = choices[asked["id"]]
            if not is_choice(asked, chosen, self.vote.opening["follow_choice"]):
                self.vote.fail(index, "OPENING", f"议题 {asked['id']} 的选择不在选项之内。")
            key = tuple(chosen)
            self.sums[n][key] = self.sums[n].get(key, Weight()).plus(weight)

    def spread(self, sums: dict[tuple[str, ...], Weight]) -> dict[str, Weight]:
        found: dict[str, Weight] = {}
        for chosen, weight in sums.items():
            for name in chosen:
                name = "followed" if name == "follow" else name
                found[name] = found.get(name, Weight()).plus(weight)
        return found


def check_vote(bundle: Bundle, report: Report) -> Vote:
    vote = Vote(bundle, report)
    vote.replay()
    if not vote.opening:
        report.fail("ORDER", "日志里没有开始记录。")
        return vote
    recounted = None
    if "openings.jsonl" in bundle.files:
        recounted = Openings(vote).recount()
        report.facts.append(f"逐票清点了 {len(vote.standing)} 张有效票。")
    elif vote.opening["secrecy"] == "named" and vote.results:
        report.fail("OPENING", "实名公开的表决没有附上 openings.jsonl。")
    else:
        report.facts.append("没有开启文件：核对了名册、参与和算术，没有逐票清点选择。")
    for index, body, turnout, voided in vote.results:
        is_of_now = voided == len(vote.replaced)  # no ballot was voided after it
        Result(vote, index, body, turnout).examine(recounted if is_of_now else None)
    if vote.results:
        tell_result(vote, vote.results[-1][1], report)
    return vote


OUTCOMES = {
    "passed": "通过",
    "rejected": "否决",
    "no_decision": "未形成决定",
    "no_quorum": "参与不足三分之二，表决无效",
}


def tell_result(vote: Vote, body: Body, report: Report) -> None:
    titles = {asked["id"]: asked["title"] for asked in vote.opening["questions"]}
    for told in body["questions"]:
        outcome = OUTCOMES.get(told["outcome"], told["outcome"])
        ayes = told["counts"].get("agree")
        more = f"，同意 {weighed(ayes)}" if ayes else ""
        more += f"，当选 {'、'.join(told['elected'])}" if told["elected"] else ""
        title = titles.get(told["id"], told["id"])
        report.facts.append(f"{title}：{outcome}；参与 {weighed(told['participating'])}{more}。")


# --- Receipts ---------------------------------------------------------------------------------

RECEIPT = {
    "format": among("bizhan-receipt-v1"),
    "origin": text,
    "index": whole,
    "size": whole,
    "root": digest,
    "path": many(digest),
    "line": text,
    "note": text,
}
is_public_receipt = fits(RECEIPT)
is_own_receipt = fits({**RECEIPT, "nonce": digest, "choices": named(many(text))})


def is_receipt(value: Any) -> bool:
    return bool(is_public_receipt(value) or is_own_receipt(value))


def check_receipt(bundle: Bundle, vote: Vote | None, receipt: Body, report: Report) -> None:
    """In the log at its place, proven by its own path, signed, and opened to what was chosen."""
    index, where = receipt["index"], receipt["where"]
    line = receipt["line"].encode(errors="replace")
    path = [bytes.fromhex(sibling) for sibling in receipt["path"]]
    proven = root_by_path(leaf_hash(line), index, receipt["size"], path)
    heads = [(one.origin, one.size, one.root.hex()) for one in notes_in(receipt["note"], where)]
    if proven is None or proven.hex() != receipt["root"]:
        report.fail("RECEIPT", f"{where} 的路径算不出它自己的根。")
    if heads != [(receipt["origin"], receipt["size"], receipt["root"])]:
        report.fail("RECEIPT", f"{where} 的签名文本与回执内容不符。")
    if index < len(bundle.lines) and bundle.lines[index] == line:
        if "nonce" in receipt:
            told = bundle.bodies[index].get("commitment")
            if commitment(receipt["nonce"], receipt["choices"]) != told:
                report.fail("COMMITMENT", f"{where} 的选择与投票时的承诺不符。")
        report.facts.append(f"{where}：第 {index + 1} 号在日志里{counted(vote, index)}。")
    elif bundle.is_lost(index + 1):
        report.fail("RECEIPT", f"{where}（第 {index + 1} 号）因恢复备份而丢失，请找监票人补记。")
    else:
        report.fail("RECEIPT", f"{where}（第 {index + 1} 号）不在日志里，或者内容不同。")


def counted(vote: Vote | None, index: int) -> str:
    if vote is None or index not in vote.ballots:
        return ""
    is_counted = index in vote.standing.values()
    return "，计入有效票" if is_counted else "，但已作废，不计入"


def read_papers(names: Iterable[str], report: Report) -> tuple[list[Body], list[Note]]:
    """Receipts and checkpoints that people kept."""
    receipts, notes = [], []
    for name in names:
        content = Path(name).read_text(encoding="utf-8", errors="replace")
        where = Path(name).name
        try:
            receipt = json.loads(content)
        except ValueError:
            receipt = None
        if is_receipt(receipt):
            receipts.append({**receipt, "where": where})
            notes += notes_in(receipt["note"], where)
            continue
        found = notes_in(content, where)
        if not found:
            report.fail("RECEIPT", f"{where} 里找不到回执，也找不到检查点。")
        notes += found
    return receipts, notes


# --- The command ------------------------------------------------------------------------------


def verify(
    where: str,
    papers: Sequence[str] = (),
    keys: Sequence[str] = (),
    root: tuple[int, str] | None = None,
) -> Report:
    """Check a bundle, with what people kept. `keys` are public keys in base64 that are trusted."""
    report = Report()
    bundle = Bundle(where)
    read_keys(bundle, keys, report)
    receipts, notes = read_papers(papers, report)
    own = [name for name in sorted(bundle.files) if name.startswith("checkpoints/")]
    for name in own:
        found = notes_in(bundle.text(name, report), name, is_own=True)
        if len(found) != 1:
            report.fail("SIGNATURE", f"{name} 不是完整的检查点。")
        notes += found
    check_log(bundle, notes, receipts, report)
    check_twins(bundle, notes, report)
    if root:
        check_root(bundle, *root, report)
    vote = None
    if bundle.origin.split("/")[1:2] == ["votes"]:
        vote = check_vote(bundle, report)
    for receipt in receipts:
        check_receipt(bundle, vote, receipt, report)
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("bundle", help="存证目录或 ZIP")
    options.add_argument("papers", nargs="*", help="回执 JSON，或者含检查点的文字（邮件也行）")
    options.add_argument("--key", action="append", default=[], help="只信任这把公钥（base64）")
    options.add_argument("--root", nargs=2, metavar=("条数", "根"), help="海报上的条数和根")
    given = options.parse_args(arguments)
    root = (int(given.root[0]), given.root[1]) if given.root else None
    report = verify(given.bundle, given.papers, given.key, root)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(report.lines()))
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
