"""A real SMTP server on a loopback port: what arrived, and whom it refuses."""

import email
import socket
from email.policy import default

from aiosmtpd.controller import Controller


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostOffice:
    """Opened and closed by the test; its port stays the same."""

    def __init__(self):
        self.port = free_port()
        self.letters = []
        self.refused = set()
        self.controller = None

    def open(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def close(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=default)
        self.letters.append((envelope.rcpt_tos[0], letter))
        return "250 OK"

    @property
    def subjects(self):
        return [letter["Subject"] for _, letter in self.letters]

    @property
    def receivers(self):
        return [receiver for receiver, _ in self.letters]
