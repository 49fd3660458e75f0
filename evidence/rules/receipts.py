"""What is wrong with a receipt, held against the line that the log has at its place."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from evidence.rules.canonical import NotCanonical, canonical, parsed
from evidence.rules.notes import Head, NotANote, opened_note
from evidence.rules.trees import leaf_hash, root_by_inclusion

TEXTS, NUMBERS = ("origin", "root", "line", "note"), ("index", "size")


def read_receipt(text: str) -> dict[str, Any]:
    """The receipt in a text; ValueError when it is none, or not whole."""
    receipt = json.loads(text)
    if not isinstance(receipt, dict) or receipt.get("format") != "bizhan-receipt-v1":
        raise ValueError("no receipt")
    if not all(isinstance(receipt.get(name), str) for name in TEXTS):
        raise ValueError("a text is missing")
    if not all(type(receipt.get(name)) is int for name in NUMBERS):
        raise ValueError("a number is missing")
    [bytes.fromhex(sibling) for sibling in receipt["path"]]
    return receipt


def faults_of(receipt: Mapping[str, Any], line: str | None, keys: list[bytes]) -> list[str]:
    """Each in a sentence. `line` is what the log says at its place, None where it ends before."""
    number, found = f"第 {receipt['index'] + 1} 号", []
    if line is None:
        found.append(f"日志里没有{number}。")
    elif line != receipt["line"]:
        found.append(f"日志{number}的内容和回执上的不同。")
    path = [bytes.fromhex(sibling) for sibling in receipt["path"]]
    leaf = leaf_hash(receipt["line"].encode(errors="replace"))
    root = root_by_inclusion(leaf, receipt["index"], receipt["size"], path)
    if root is None or root.hex() != receipt["root"]:
        found.append("回执上的内容算不出它自己的根。")
    try:
        head = Head(receipt["origin"], receipt["size"], root or b"")
        if opened_note(receipt["note"], keys) != head:
            found.append("回执上的签名是给别的内容签的。")
    except NotANote:
        found.append("回执上的签名不是本站的。")
    if "nonce" in receipt and not _opens(receipt):
        found.append("回执上的选择和投票时封存的不符。")
    return found


def _opens(receipt: Mapping[str, Any]) -> bool:
    """Whether nonce and choices are what the ballot's commitment was made of."""
    try:
        told = canonical(receipt.get("choices"))
        promised = parsed(receipt["line"])["commitment"]
    except (NotCanonical, KeyError, TypeError):
        return False
    words = f"bizhan-ballot-v1\n{receipt['nonce']}\n{told}"
    return bool(sha256(words.encode(errors="replace")).hexdigest() == promised)
