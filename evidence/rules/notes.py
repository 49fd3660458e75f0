"""Signed notes: a checkpoint as three lines of text that anybody can keep and check.

The format is C2SP's signed-note and tlog-checkpoint, so that tools of others read it too:

    origin
    57
    <base64 of the root>

    — origin <base64 of the key's 4 byte id and the Ed25519 signature>
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # the algorithm's byte in a key id
# The name of the log is a host and a path, as in "portal.example/votes/BS001-2026-1".
ORIGIN = re.compile(r"[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
NOTE = re.compile(
    r"(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n\n"
    r"— (?P<name>\S+) (?P<signature>[A-Za-z0-9+/]{91}=)\n"
)


class NotANote(ValueError):
    """The text is no note of ours, or no key of ours has signed it."""


@dataclass(frozen=True)
class Head:
    """What a note says: this log had so many entries, and this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def key_id(name: str, public: bytes) -> bytes:
    """By which a signature says whose it is: the first four bytes of a hash."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def public_key(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def signed_note(head: Head, private: bytes) -> str:
    """`private` is the seed of 32 bytes."""
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(head.text.encode())
    blob = b64encode(key_id(head.origin, public_key(private)) + signature).decode()
    return f"{head.text}\n— {head.origin} {blob}\n"


def opened_note(note: str, publics: list[bytes]) -> Head:
    """What the note says, once one of the keys is seen to have signed it."""
    found = NOTE.fullmatch(note)
    if found is None or found["name"] != found["origin"]:
        raise NotANote("这段文字不是完整的检查点。")
    head = Head(found["origin"], int(found["size"]), b64decode(found["root"]))
    blob = b64decode(found["signature"])
    for public in publics:
        if key_id(head.origin, public) == blob[:4] and _is_signed(head.text, blob[4:], public):
            return head
    raise NotANote("检查点上的签名不是本系统的。")


def _is_signed(text: str, signature: bytes, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def fingerprint(public: bytes) -> str:
    """How people compare a key, on paper and in the answer of verify.py: 612d 08cf 2d1e 1a9c."""
    digits = sha256(public).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))
