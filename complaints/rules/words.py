"""What a report's own words tell: danger, a title, and numbers typed from paper."""

import hashlib
import hmac
import re
import unicodedata

FIRE = ("119", "火警和被困救援")
POLICE = ("110", "公安报警")
MEDICAL = ("120", "医疗急救")

DANGER_WORDS: dict[tuple[str, str], list[str]] = {
    FIRE: [
        "冒烟", "着火", "起火", "失火", "火星", "火花", "明火", "爆炸", "煤气味", "燃气味", "天然气味",
        "漏气", "煤气泄漏", "燃气泄漏", "被困", "困在", "坍塌", "倒塌", "触电", "漏电",
    ],
    POLICE: ["持刀", "打架", "砍人", "抢劫", "入室", "砸门", "跳楼", "轻生"],
    MEDICAL: ["昏迷", "晕倒", "流血", "没了呼吸", "中毒", "坠楼", "摔伤", "敲门没应", "敲门不应"],
}  # fmt: skip

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TITLE_LENGTH = 24
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def emergency_numbers(text: str) -> list[tuple[str, str]]:
    """(number, what it is for) to be called before anything else; empty without danger."""
    return [number for number, words in DANGER_WORDS.items() if any(word in text for word in words)]


def title_from(text: str) -> str:
    """The first sentence, cut to a line."""
    first = _SENTENCE_END.split(text.strip(), maxsplit=1)[0].strip(" ，,（(")
    first = first or text.strip()
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def code_for(number: str, key: str) -> str:
    """查询码: six letters and digits that follow from the number and our key alone."""
    digest = hmac.new(key.encode(), f"ticket code {number}".encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(6):
        value, place = divmod(value, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(letters)


def number_from(typed: str) -> str:
    """BS-2026-000173 from what a person types of it: `bs2026 173`, `2026-173`."""
    found = re.fullmatch(r"(?:BS)?[\s\-—]*(\d{4})[\s\-—]*0*(\d{1,9})", _plain(typed))
    return f"BS-{found[1]}-{int(found[2]):06}" if found else ""


def external_number(typed: str) -> str:
    """Another platform's number, written one way; empty where it can be none."""
    plain = re.sub(r"\s", "", _plain(typed))
    return plain if re.fullmatch(r"[A-Z0-9][A-Z0-9\-_/]{3,39}", plain) else ""


def code_from(typed: str) -> str:
    """The six letters as they were printed; O and I are nobody's letters here."""
    return re.sub(r"[^0-9A-Z]", "", _plain(typed))


def _plain(typed: str) -> str:
    """Without the full-width letters and digits of a Chinese keyboard."""
    return unicodedata.normalize("NFKC", typed).strip().upper()
