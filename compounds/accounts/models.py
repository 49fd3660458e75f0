from __future__ import annotations

import base64
import secrets
from datetime import datetime
from urllib.parse import quote

import pgtrigger
import segno
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models

from compounds.models import EncryptedTextField, Post


class SignInQuerySet(models.QuerySet["SignIn"]):
    def live(self, at: datetime) -> SignInQuerySet:
        """Those whose session can still be used."""
        sessions = Session.objects.filter(expire_date__gt=at)
        return self.filter(session_key__in=sessions.values("session_key"))

    def dead(self, at: datetime) -> SignInQuerySet:
        sessions = Session.objects.filter(expire_date__gt=at)
        return self.exclude(session_key__in=sessions.values("session_key"))


class SignIn(models.Model):
    """登录: whose session it is, since when and on what; the session itself is Django's row."""

    session_key = models.CharField("会话", max_length=40, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", verbose_name="人员"
    )
    at = models.DateTimeField("登录时间")
    device = models.CharField("设备", max_length=40)
    address_hash = models.CharField("来源地址索引", max_length=64, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.person} {self.device} {self.at:%m-%d %H:%M}"


class SignInCode(models.Model):
    """验证码: the last one sent to a phone, as a keyed hash; a new one takes its place."""

    phone_key = models.CharField("手机号索引", max_length=64, unique=True)
    code_hash = models.CharField("验证码索引", max_length=64)
    expires_at = models.DateTimeField("失效时间")
    tries = models.PositiveSmallIntegerField("已试次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "验证码"

    def __str__(self) -> str:
        return f"{self.expires_at:%m-%d %H:%M}"


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 asks."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


class Authenticator(models.Model):
    """动态口令: the app that shows a person six new digits each half minute, without a network."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticator", verbose_name="人员"
    )
    secret = EncryptedTextField("密钥")
    confirmed_at = models.DateTimeField("开启时间", null=True)
    last_step = models.BigIntegerField("上次用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"

    def __str__(self) -> str:
        return str(self.person)

    @property
    def uri(self) -> str:
        """What the app scans: whose it is shows with the phone masked."""
        issuer, label = quote("璧山小区治理"), quote(self.person.masked_phone)
        return f"otpauth://totp/{issuer}:{label}?secret={self.secret}&issuer={issuer}"

    @property
    def picture(self) -> str:
        """The same as a QR code, for the src of an image."""
        picture: str = segno.make(self.uri, error="m").svg_data_uri(scale=5, light="#fff")
        return picture

    @property
    def groups(self) -> list[str]:
        """The secret for typing, four letters at a time."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]


class Attempt(models.Model):
    """One use of something that is limited; the key hides by whom and of what."""

    key = models.CharField("索引", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "限次记录"
        indexes = [models.Index(fields=["key", "at"], name="attempt_key_at")]

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M}"


class PostThatEndsSessions(Post):
    """Whose posts change must sign in again: an old session never carries a new right."""

    class Meta:
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="post_ends_sessions",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    DELETE FROM django_session USING accounts_signin
                     WHERE django_session.session_key = accounts_signin.session_key
                       AND accounts_signin.person_id = NEW.person_id;
                    RETURN NULL;
                """,
            )
        ]
