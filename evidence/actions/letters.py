"""Checkpoints to the mailboxes of the witnesses: a sweep, safe to run late, twice, or beside itself."""

import hashlib
import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from evidence.models import Letter
from evidence.rules.moments import retry_at
from evidence.terms import State

logger = logging.getLogger(__name__)
AT_ONCE = 20  # times the mail server's timeout, this must stay well within the lease
BODY = """您好，您是「{title}」的见证人。

这是该日志的一个检查点，请保存这封邮件，不要删除：
日志有多少条、全部内容的指纹是什么，都写在里面，并有签名。以后谁要是改动或删去其中任何一条，用这封邮件就能查出来。

缘由：{occasion}
条数：{size}
根（请与海报、网页上的核对）：
{groups}

网页：{link}
怎样核对：{check}

签名文本（连同空行原样保存）：

{note}"""


def send_letters(*, at: datetime) -> int:
    """How many went out. Not inside a transaction: a claim is committed before its letter is sent."""
    sent, connection = 0, get_connection()
    try:
        while batch := _claim(at):
            done = sum([_send(letter, connection, at) for letter in batch])
            sent += done
            if not done:  # the mail server is down: the next sweep tries again
                break
    finally:
        connection.close()
    return sent


@transaction.atomic
def _claim(at: datetime) -> list[Letter]:
    return Letter.objects.claim(at, AT_ONCE)


def _send(letter: Letter, connection: BaseEmailBackend, at: datetime) -> bool:
    mine = Letter.objects.waiting().filter(pk=letter.pk)
    try:
        connection.open()
        _written(letter, connection).send()
    except Exception as error:
        connection.close()
        logger.warning("letter %s failed: %s", letter.pk, type(error).__name__)
        mine.filter(attempts=letter.attempts).update(**_failure(letter, error, at))
        return False
    return bool(mine.update(state=State.SENT, sent_at=at, error=""))


def _failure(letter: Letter, error: Exception, at: datetime) -> dict[str, Any]:
    again = retry_at(letter.attempts, at)
    return {
        "state": State.WAITING if again else State.FAILED,
        "next_try_at": again or at,
        "error": type(error).__name__,  # the page is public, what servers say may name people
    }


def _written(letter: Letter, connection: BaseEmailBackend) -> EmailMessage:
    """The same letter has the same Message-ID: a mailbox shows a repetition once."""
    checkpoint = letter.checkpoint
    identity = hashlib.sha256(f"{checkpoint.note}{letter.witness_id}".encode()).hexdigest()[:32]
    words = EmailMessage(
        subject=f"检查点 {checkpoint.size} 条：{checkpoint.stream.title}",
        body=_body(letter),
        to=[letter.witness.email],
        headers={
            "Message-ID": f"<{identity}@{settings.EVIDENCE_HOUSE}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    words.attach(f"checkpoint-{checkpoint.size:09}.txt", checkpoint.note, "text/plain")
    return words


def _body(letter: Letter) -> str:
    checkpoint = letter.checkpoint
    rows = [checkpoint.groups[at : at + 4] for at in range(0, 16, 4)]
    return BODY.format(
        title=checkpoint.stream.title,
        occasion=checkpoint.occasion_words,
        size=checkpoint.size,
        groups="\n".join(" ".join(row) for row in rows),
        link=f"{settings.SITE_ADDRESS}{checkpoint.get_absolute_url()}",
        check=f"{settings.SITE_ADDRESS}/evidence/check/",
        note=checkpoint.note,
    )
