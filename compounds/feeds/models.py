from __future__ import annotations

import pgtrigger
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.urls import reverse

from compounds.feeds.terms import ADDRESSES, FeedKind
from compounds.models import Person

TOKENS = Signer(salt="feed", sep=".")


class FeedQuerySet(models.QuerySet["Feed"]):
    def live(self) -> FeedQuerySet:
        return self.filter(revoked_at__isnull=True)

    def with_token(self, token: str) -> FeedQuerySet:
        """The one that the token was made for; none for a token of somebody's own making."""
        try:
            return self.filter(pk=int(TOKENS.unsign(token)))
        except (BadSignature, ValueError):
            return self.none()


class Feed(models.Model):
    """订阅: a private address from which a person's calendar or reader fetches what is theirs.

    The token is our signature of the row's number, so that it can be shown again and is nowhere
    in the database. Another address is another row.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="feeds")
    kind = models.CharField("种类", max_length=10, choices=FeedKind)
    made_at = models.DateTimeField("建立时间")
    read_at = models.DateTimeField("最近读取", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "订阅"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(revoked_at__isnull=True),
                name="feed_one_live_of_a_kind",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="feed_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse(ADDRESSES[FeedKind(self.kind)], args=[self.token])

    @property
    def token(self) -> str:
        return TOKENS.sign(str(self.pk))
