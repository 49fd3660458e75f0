"""Coming in, going out, and how often something may be tried."""

from datetime import datetime, timedelta

from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest

from compounds.accounts.access import address_of, is_staff
from compounds.accounts.models import Attempt, SignIn, SignInCode
from compounds.accounts.rules import device_words, idle_limit
from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.models import Person, keyed_hash, sign_as

BACKEND = "compounds.accounts.backends.PhoneBackend"
SEEN = "seen"  # in a session: when it was last written, in seconds since 1970
KEPT = timedelta(days=2)  # how long attempts are kept; no limit looks further back


# --- How often --------------------------------------------------------------------------------


@transaction.atomic
def allow(kind: str, who: str, *, limit: int, per: timedelta, at: datetime) -> bool:
    """Whether `who` may do this once more; if so, it is counted.

    On PostgreSQL alone, so that it holds while Redis is down. One key at a time, by a lock.
    A try that must count even when the deed fails is counted outside the deed's transaction.
    """
    key = keyed_hash(f"{kind} {who}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(key[:16], 16) - 2**63])
    if Attempt.objects.filter(key=key, at__gt=at - per).count() >= limit:
        return False
    Attempt.objects.create(key=key, at=at)
    return True


def forget_attempts(*, at: datetime) -> int:
    """Remove what no limit looks at any more, and codes and sign-ins that are over."""
    SignInCode.objects.filter(expires_at__lte=at).delete()
    Session.objects.filter(expire_date__lte=at).delete()
    SignIn.objects.dead(at).delete()
    return Attempt.objects.filter(at__lte=at - KEPT).delete()[0]


# --- In and out -------------------------------------------------------------------------------


@transaction.atomic
def sign_in(request: HttpRequest, person: Person, *, at: datetime) -> None:
    """Give the browser a session of its own under a new id."""
    before = request.session.session_key
    login(request, person, backend=BACKEND)
    if request.session.session_key in (None, before):
        request.session.cycle_key()
    request.session.set_expiry(int(idle_limit(is_staff=is_staff(person, at)).total_seconds()))
    request.session[SEEN] = at.timestamp()
    address = address_of(request)
    SignIn.objects.create(
        session_key=str(request.session.session_key),
        person=person,
        at=at,
        device=device_words(request.headers.get("User-Agent", "")),
        address_hash=keyed_hash(address) if address else "",
    )
    record(person, Verb.SIGNED_IN, person, at=at, address=address)


def note_failure(request: HttpRequest, phone_key: str, *, at: datetime) -> None:
    """Log a wrong password; while the door stays locked, only the moment it was locked."""
    is_locked = getattr(request, "axes_locked_out", False)
    if is_locked and getattr(request, "axes_failures_since_start", None) is None:
        return
    person = Person.objects.filter(phone_key=phone_key).first()
    verb = Verb.LOCKED_OUT if is_locked else Verb.SIGN_IN_FAILED
    record(None, verb, person or "未登记的人", at=at, address=address_of(request))


def sign_out(request: HttpRequest, *, at: datetime) -> None:
    if isinstance(request.user, Person):
        record(request.user, Verb.SIGNED_OUT, request.user, at=at, address=address_of(request))
    SignIn.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


@transaction.atomic
def end_sessions(person: Person, *, by: Person, at: datetime, keep: str | None = None) -> int:
    """Sign the person out everywhere but in the session `keep`. Returns how many were ended."""
    others = SignIn.objects.filter(person=person).exclude(session_key=keep)
    keys = others.values("session_key")
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    others.delete()
    if ended:
        record(by, Verb.SESSIONS_ENDED, person, at=at)
    return ended


# --- My account -------------------------------------------------------------------------------


@transaction.atomic
def change_password(request: HttpRequest, person: Person, password: str, *, at: datetime) -> None:
    """A new password signs the person out everywhere but here."""
    sign_as(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    before = request.session.session_key
    end_sessions(person, by=person, at=at, keep=before)
    update_session_auth_hash(request, person)
    SignIn.objects.filter(session_key=before).update(session_key=request.session.session_key)


@transaction.atomic
def change_email(person: Person, email: str) -> None:
    sign_as(person)
    person.email = email
    person.save(update_fields=["email"])
