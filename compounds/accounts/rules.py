"""Who is at the door, and for how long: values in, values out."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha1
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from compounds.rules import Refused

# Without a request for this long, one must sign in again.
IDLE_STAFF = timedelta(minutes=30)
IDLE_RESIDENT = timedelta(days=30)

NOWHERE = "0.0.0.0"
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5

# 动态口令: RFC 6238 as every authenticator app has it.
STEP_SECONDS = 30
SECOND_STEP_WITHIN = timedelta(minutes=10)

_SYSTEMS = [
    ("HarmonyOS", "鸿蒙"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
]
_BROWSERS = [
    ("MicroMessenger", "微信"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "Firefox 浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
]


def check_leaving(*, has_posts: bool, has_owned: bool, lives_somewhere: bool) -> None:
    """注销 is for whoever no record needs by name. Raises Refused with what to do instead."""
    if has_posts:
        raise Refused("您担任过职务，任职记录要长期保存，账号不能注销。要停用请找安全管理员。")
    if has_owned:
        raise Refused("您登记过房屋产权，产权和表决记录要依法保存，账号不能注销。")
    if lives_somewhere:
        raise Refused("您还登记住在小区里。请先到小区党支部办搬出登记，再来注销。")


def idle_limit(*, is_staff: bool) -> timedelta:
    return IDLE_STAFF if is_staff else IDLE_RESIDENT


def renewed_every(idle: timedelta) -> timedelta:
    """How often a session in use is written anew: a minute of 30 minutes, a day of 30 days."""
    return idle / 30


def device_words(agent: str) -> str:
    """What a browser says it is, as its owner would call it."""
    system = next((words for mark, words in _SYSTEMS if mark in agent), "其他设备")
    browser = next((words for mark, words in _BROWSERS if mark in agent), "")
    return f"{system}，{browser}" if browser else system


def client_address(remote: str, forwarded: str, trusted: list[str]) -> str:
    """The address a request comes from; of IPv6 the /64, which one household holds whole.

    `forwarded` is X-Forwarded-For, believed only from the right and only as far as each address
    that hands it on is one of `trusted` (addresses or networks). 0.0.0.0 where none can be read.
    """
    chain = [*(part.strip() for part in forwarded.split(",")), remote]
    networks = [ip_network(proxy) for proxy in trusted]
    nearest: IPv4Address | IPv6Address | None = None
    for text in reversed(chain):
        try:
            address = ip_address(text)
        except ValueError:
            break
        nearest = address
        if not any(address in network for network in networks):
            break
    return _household(nearest) if nearest else NOWHERE


def _household(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False).network_address)


def totp(secret: str, step: int) -> str:
    """The six digits of one half minute (RFC 6238, SHA-1); the secret is base32."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, step.to_bytes(8, "big"), sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The half minute the code belongs to: this one, the last or the next, for clocks differ."""
    now = int(at.timestamp()) // STEP_SECONDS
    near = (now, now - 1, now + 1)
    return next((step for step in near if hmac.compare_digest(totp(secret, step), code)), None)
