"""Who stands at the door, and what is theirs to see on their own page."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest

from compounds.access import User, holds
from compounds.accounts.models import Authenticator, SignIn, SignInQuerySet
from compounds.accounts.rules import client_address
from compounds.models import OwnedUnit, Person, Post
from compounds.models.people import PostQuerySet
from compounds.terms import Role

WAITING = "second_step"  # in a session: who gave the right password, and until when that counts


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; a proxy is believed only if TRUSTED_PROXIES names it."""
    return client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        settings.TRUSTED_PROXIES,
    )


def signed_in(request: HttpRequest) -> Person:
    """Whoever is signed in; the page itself asks for the sign-in."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def may_manage_accounts(user: User) -> None:
    """Passwords and locks are the security administrator's; nobody else comes in."""
    if not holds(user, Role.SECURITY_ADMINISTRATOR):
        raise PermissionDenied


def person_to_manage(user: User, pk: int) -> Person:
    may_manage_accounts(user)
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def is_staff(person: Person, at: datetime) -> bool:
    """Whoever holds a post, or will."""
    return person.posts.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at)).exists()


def resident_with_phone_key(phone_key: str, at: datetime) -> Person | None:
    """Somebody who may sign in by a code alone; staff need their password."""
    held = Post.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    residents = Person.objects.filter(~Exists(held.filter(person=OuterRef("pk"))), is_active=True)
    return residents.filter(phone_key=phone_key).first()


def needs_second_step(person: Person, at: datetime) -> bool:
    """Whoever has 动态口令, and all staff where the settings ask for it."""
    if Authenticator.objects.filter(person=person, confirmed_at__isnull=False).exists():
        return True
    return settings.STAFF_NEED_AUTHENTICATOR and is_staff(person, at)


def person_at_second_step(request: HttpRequest, at: datetime) -> Person | None:
    """Whoever gave the right password in this browser a few minutes ago."""
    waiting = request.session.get(WAITING)
    if waiting is None or at.timestamp() > waiting["until"]:
        return None
    return Person.objects.filter(pk=waiting["person"], is_active=True).first()


def my_posts(person: Person) -> PostQuerySet:
    return person.posts.for_list().order_by("-started_at")


def my_homes(person: Person) -> list[OwnedUnit]:
    """The units I own or live in today."""
    mine = Q(ownerships__person=person, ownerships__to_on__isnull=True)
    mine |= Q(residencies__person=person, residencies__to_on__isnull=True)
    homes = OwnedUnit.objects.filter(mine).distinct()
    return list(homes.select_related("entrance__building__compound"))


def my_sign_ins(person: Person, at: datetime, *, here: str | None) -> SignInQuerySet:
    """Where I am signed in; `is_here` marks the session of this request."""
    return SignIn.objects.filter(person=person).live(at).annotate(is_here=Q(session_key=here))
