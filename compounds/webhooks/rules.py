"""How a push is signed, and whom it may be sent to: values in, values out.

The signature is that of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in base64.
"""

import base64
import hashlib
import hmac
from ipaddress import IPv6Address, ip_address

SECRET_PREFIX = "whsec_"


def signature(secret: str, push_id: str, timestamp: int, body: bytes) -> str:
    """`v1,…` as the receiver computes it from the three headers and the body as it came."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{push_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def is_public(address: str) -> bool:
    """An address of the open internet: never our own machines, however it is written."""
    ip = ip_address(address.split("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
