"""The one place that calls an address given by somebody else: checked, pinned, bounded."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

from compounds.rules import Refused
from compounds.webhooks.rules import is_public

SECONDS, LONGEST = 5, 15  # for one answer of the network, and for the whole call
ENOUGH = 1024  # bytes of an answer that nobody reads


class Unanswered(Exception):
    """It was not taken; the message says why."""


def check_address(url: str) -> tuple[str, int, str]:
    """(host, port, address to connect to). Raises Refused for what must not be called from here."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise Refused("地址要以 https:// 开头，写完整的域名，不带用户名。")
    if settings.PRODUCTION and parts.scheme != "https":
        raise Refused("正式环境只推送到 https:// 的地址。")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("找不到这个域名，请核对地址。") from error
    addresses = [str(one[4][0]) for one in found]
    if not settings.WEBHOOKS_MAY_BE_PRIVATE and not all(map(is_public, addresses)):
        raise Refused("这个地址在内部网络里，不能推送。请给一个公网地址。")
    return parts.hostname, port, addresses[0]


def call(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """POST, to the very address that was checked; redirects are not followed. Raises if not taken."""
    host, port, address = check_address(url)
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    connection.sock = _connected(address, port, host if parts.scheme == "https" else "")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    over = Timer(LONGEST, connection.sock.shutdown, [socket.SHUT_RDWR])
    over.start()
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(ENOUGH)
        if not 200 <= answer.status < 300:
            raise Unanswered(f"对方回答 {answer.status}")
    finally:
        over.cancel()
        connection.close()


def _connected(address: str, port: int, tls_name: str) -> socket.socket:
    plain = socket.create_connection((address, port), SECONDS)
    if not tls_name:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=tls_name)
