"""Canonical JSON: one value, one line of bytes. RFC 8785 without numbers that need rounding.

Allowed are objects with ASCII keys, lists, strings, integers below 2^53, booleans and null. With
ASCII keys the order of RFC 8785 (UTF-16 units) is the order of Python, and without fractions its
writing of numbers is the writing of integers.
"""

import json
from typing import Any

LIMIT = 2**53


class NotCanonical(ValueError):
    """A value or a line outside of the rules; the message says where, from `$` for the whole."""


def canonical(value: Any) -> str:
    """The one line of a value, without its end of line."""
    _examine(value, "$")
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def parsed(line: str) -> Any:
    """The value of a line that is canonical already."""
    try:
        value = json.loads(line)
    except ValueError as error:
        raise NotCanonical(f"not JSON: {error}") from error
    if canonical(value) != line:
        raise NotCanonical("not the canonical form of its value")
    return value


def _examine(value: Any, where: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        _examine_integer(value, where)
    elif isinstance(value, str):
        _examine_text(value, where)
    elif isinstance(value, list):
        for n, part in enumerate(value):
            _examine(part, f"{where}[{n}]")
    elif isinstance(value, dict):
        for key, part in value.items():
            _examine_key(key, where)
            _examine(part, f"{where}.{key}")
    else:
        raise NotCanonical(f"{where}: {type(value).__name__} is not allowed")


def _examine_integer(value: int, where: str) -> None:
    if not -LIMIT < value < LIMIT:
        raise NotCanonical(f"{where}: {value} is not below 2^53")


def _examine_text(value: str, where: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"{where}: half a surrogate pair is not text") from error


def _examine_key(key: Any, where: str) -> None:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"{where}: the key {key!r} is not ASCII text")
