"""Signing a head, and remembering by which key it was done."""

from datetime import datetime

from evidence.access.keys import private_key
from evidence.models import PublicKey
from evidence.rules.notes import Head, public_key, signed_note


def sign(head: Head) -> str:
    return signed_note(head, private_key())


def remember_key(*, at: datetime) -> None:
    """The key stays checkable after another one follows it."""
    PublicKey.objects.bulk_create(
        [PublicKey(key=public_key(private_key()), since=at)], ignore_conflicts=True
    )
