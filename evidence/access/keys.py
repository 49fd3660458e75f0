"""The key of the house, a secret of the environment, and every public key there ever was."""

from base64 import b64decode

from django.conf import settings

from evidence.models import PublicKey
from evidence.rules.notes import public_key


def private_key() -> bytes:
    """The seed of the Ed25519 key that signs now."""
    return b64decode(settings.EVIDENCE_KEY)


def known_keys() -> list[bytes]:
    """Every public key whose signature is ours: the one that signs now, then the older ones."""
    now = public_key(private_key())
    stored = PublicKey.objects.order_by("-pk").values_list("key", flat=True)
    return [now, *(bytes(key) for key in stored if bytes(key) != now)]
