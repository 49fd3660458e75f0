"""The gateways out of the house. Each is made for a batch, sends message by message, is closed."""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, field
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from compounds.notices.terms import Channel
from compounds.rules import masked_phone

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What a gateway needs to know. `to` is an e-mail address, a telephone number or an openid."""

    to: str
    event: str
    title: str
    body: str
    link: str
    key: str
    links: list[tuple[str, str]] = field(default_factory=list)  # (word, address): one tap each


class Adapter(Protocol):
    """A gateway. `send` returns when the message is accepted and raises when it is not."""

    def send(self, message: Message) -> None: ...

    def close(self) -> None: ...


class Email:
    """By SMTP, one connection a batch; after an error the next message opens a new one."""

    def __init__(self) -> None:
        self.connection = get_connection()

    def send(self, message: Message) -> None:
        try:
            self.connection.open()
            self.written(message).send()
        except Exception:
            self.connection.close()
            raise

    def written(self, message: Message) -> EmailMessage:
        """The same notice has the same Message-ID: a mailbox shows a repetition once."""
        identity = hashlib.sha256(message.key.encode()).hexdigest()[:32]
        domain = settings.SITE_ADDRESS.split("//")[-1].split(":")[0]
        taps = "".join(f"\n{word}：{address}" for word, address in message.links)
        return EmailMessage(
            subject=" ".join(message.title.split()),
            body=f"{message.body}\n{taps}\n查看：{message.link}\n\n本邮件由系统发出，请不要直接回复。\n",
            to=[message.to],
            headers={"Message-ID": f"<{identity}@{domain}>", "Auto-Submitted": "auto-generated"},
            connection=self.connection,
        )

    def close(self) -> None:
        self.connection.close()


class FileGateway:
    """Stands in for a provider: one JSON line a message, whole in a file, masked in the log."""

    name = ""

    def send(self, message: Message) -> None:
        folder = settings.VAR_DIR / "outbox"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps(asdict(message), ensure_ascii=False)
        with (folder / f"{self.name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")  # one write, so that two sweeps do not mix their lines
        seen = {"gateway": self.name, "to": masked_phone(message.to), "event": message.event}
        logger.info(json.dumps(seen))

    def close(self) -> None:
        """Nothing is kept open."""


class SmsFile(FileGateway):
    name = "sms"


class WechatFile(FileGateway):
    name = "wechat"


def configured_channels() -> list[Channel]:
    """The ways out that this installation has; an empty path switches one off."""
    paths = {Channel.SMS: settings.SMS_ADAPTER, Channel.WECHAT: settings.WECHAT_ADAPTER}
    return [channel for channel in Channel if paths.get(channel, settings.EMAIL_BACKEND)]


def adapter_for(channel: str) -> Adapter:
    if channel == Channel.EMAIL:
        return Email()
    path = settings.SMS_ADAPTER if channel == Channel.SMS else settings.WECHAT_ADAPTER
    adapter: Adapter = import_string(path)()
    return adapter
