"""The key of the house: a secret of the environment, never a row."""

from base64 import b64decode
from datetime import datetime

from django.conf import settings

from evidence.models import PublicKey
from evidence.rules.notes import Head, public_key, signed_note


def sign(head: Head) -> str:
    return signed_note(head, private_key())


def private_key() -> bytes:
    """The seed of the Ed25519 key that signs now."""
    return b64decode(settings.EVIDENCE_KEY)


def known_keys() -> list[bytes]:
    """Every public key whose signature is ours: the one that signs now, then the older ones."""
    now = public_key(private_key())
    stored = PublicKey.objects.order_by("-pk").values_list("key", flat=True)
    return [now, *(bytes(key) for key in stored if bytes(key) != now)]


def remember_key(*, at: datetime) -> None:
    """The key stays checkable after another one follows it."""
    PublicKey.objects.bulk_create(
        [PublicKey(key=public_key(private_key()), since=at)], ignore_conflicts=True
    )
