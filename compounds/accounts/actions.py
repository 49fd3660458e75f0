"""Coming in, going out, and how often something may be tried."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse

from compounds.access import running
from compounds.accounts.access import WAITING, address_of, is_staff, resident_with_phone_key
from compounds.accounts.models import Attempt, Authenticator, SignIn, SignInCode, new_secret
from compounds.accounts.rules import (
    CODE_LIFE,
    CODE_TRIES,
    SECOND_STEP_WITHIN,
    check_leaving,
    device_words,
    idle_limit,
    step_of,
)
from compounds.audit.actions import record
from compounds.audit.terms import Verb
from compounds.models import Person, keyed_hash, sign_as
from compounds.notices.actions import notify, notify_phone
from compounds.notices.models import Notice, Preference, WechatAccount
from compounds.rules import Refused, local_day

BACKEND = "compounds.accounts.backends.PhoneBackend"
READABLE = "23456789abcdefghjkmnpqrstuvwxyz"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SEEN = "seen"  # in a session: when it was last written, in seconds since 1970
LEFT = "已注销"
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
    request.session.pop(WAITING, None)
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
    verb = Verb.LOCKED_OUT if is_locked else Verb.SIGN_IN_FAILED
    _record_failure(verb, phone_key, address_of(request), at)


def _record_failure(verb: Verb, phone_key: str, address: str, at: datetime) -> None:
    person = Person.objects.filter(phone_key=phone_key).first()
    record(None, verb, person or "未登记的人", at=at, address=address)


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


# --- A code by SMS, for residents --------------------------------------------------------------


def send_code(phone: str, *, address: str, at: datetime) -> None:
    """Send a code, if the phone is a resident's; the answer and the work are the same if not."""
    key = keyed_hash(phone)
    if not allow("code in a minute", key, limit=1, per=MINUTE, at=at):
        raise Refused("验证码刚刚发过，请 1 分钟后再试。")
    if not allow("codes in an hour", key, limit=5, per=HOUR, at=at):
        raise Refused("这个号码一小时内已发 5 次，请过一会儿再试，或用密码登录。")
    if not allow("codes to an address", address, limit=20, per=HOUR, at=at):
        raise Refused("这里发出的验证码太多，请过一小时再试，或用密码登录。")
    _write_code(phone, key, at)


@transaction.atomic
def _write_code(phone: str, key: str, at: datetime) -> None:
    code = f"{secrets.randbelow(10**6):06}"
    person = resident_with_phone_key(key, at)
    SignInCode.objects.bulk_create(
        [SignInCode(phone_key=key, code_hash=_code_hash(key, code), expires_at=at + CODE_LIFE)],
        update_conflicts=True,
        unique_fields=["phone_key"],
        update_fields=["code_hash", "expires_at", "tries"],
    )
    with transaction.atomic():
        notify_phone(
            phone=phone,
            event="sign_in_code",
            title="登录验证码",
            body=f"验证码 {code}，10 分钟内有效。不要告诉任何人，我们也不会问您要。",
            url=reverse("accounts:code-check"),
            key=f"sign-in-code:{key[:16]}:{at.timestamp()}",
            at=at,
            is_urgent=True,
        )
        if person is None:
            transaction.set_rollback(True)  # written and taken back: it takes the same time


def check_code(phone_key: str, code: str, *, address: str, at: datetime) -> Person:
    """The resident whose code this is. A code is good once, for five tries and ten minutes."""
    if not allow("code tries", f"{phone_key} {address}", limit=10, per=15 * MINUTE, at=at):
        raise Refused("输错的次数太多，请 15 分钟后再试。")
    person = _redeemed(phone_key, code, at)
    if person is None:
        _record_failure(Verb.SIGN_IN_FAILED, phone_key, address, at)
        raise Refused("验证码不对或已过期，请核对短信，或重新获取。")
    return person


@transaction.atomic
def _redeemed(phone_key: str, code: str, at: datetime) -> Person | None:
    live = SignInCode.objects.filter(phone_key=phone_key, expires_at__gt=at)
    counted = live.filter(tries__lt=CODE_TRIES).update(tries=F("tries") + 1)
    used, _ = live.filter(code_hash=_code_hash(phone_key, code)).delete() if counted else (0, {})
    return resident_with_phone_key(phone_key, at) if used else None


def _code_hash(phone_key: str, code: str) -> str:
    return keyed_hash(f"{phone_key} {code}")


# --- 动态口令, for staff --------------------------------------------------------------------------


def await_second_step(request: HttpRequest, person: Person, *, at: datetime) -> None:
    """The password was right; the session remembers it for ten minutes and gives no right yet."""
    until = (at + SECOND_STEP_WITHIN).timestamp()
    request.session[WAITING] = {"person": person.pk, "until": until}


def authenticator_of(person: Person) -> Authenticator:
    """The person's own, made at the first asking; it counts once its first code is given."""
    fresh = {"secret": new_secret()}
    return Authenticator.objects.get_or_create(person=person, defaults=fresh)[0]


def check_second_step(person: Person, code: str, *, address: str, at: datetime) -> None:
    """Accept the six digits once. The first ones accepted switch 动态口令 on."""
    if not allow("authenticator", str(person.pk), limit=5, per=15 * MINUTE, at=at):
        raise Refused("输错的次数太多，请 15 分钟后再试。")
    with transaction.atomic():
        mine = Authenticator.objects.select_for_update().get(person=person)
        step = step_of(mine.secret, code, at)
        if step is not None and step > mine.last_step:
            _accept(mine, step, at)
            return
    _record_failure(Verb.SIGN_IN_FAILED, person.phone_key, address, at)
    raise Refused("口令不对或刚刚用过，请等验证器换一组数字再输。")


def _accept(mine: Authenticator, step: int, at: datetime) -> None:
    if mine.confirmed_at is None:
        mine.confirmed_at = at
        record(mine.person, Verb.AUTHENTICATOR_SET, mine.person, at=at)
    mine.last_step = step
    mine.save(update_fields=["last_step", "confirmed_at"])


@transaction.atomic
def remove_authenticator(person: Person, *, by: Person, at: datetime) -> None:
    """Forget the secret, when a phone is lost or the person wants no 动态口令 any more."""
    removed, _ = Authenticator.objects.filter(person=person).delete()
    if removed:
        record(by, Verb.AUTHENTICATOR_REMOVED, person, at=at)


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


@transaction.atomic
def leave(person: Person, *, at: datetime) -> None:
    """注销: whatever names the person goes; refused where the law keeps the name."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    check_leaving(
        has_posts=person.posts.exists(),
        has_owned=person.ownerships.exists(),
        lives_somewhere=person.residencies.filter(running(local_day(at))).exists(),
    )
    for model in (Notice, Preference, WechatAccount, Authenticator):
        model.objects.filter(person=person).delete()
    SignInCode.objects.filter(phone_key=person.phone_key).delete()
    end_sessions(person, by=person, at=at)
    nobody = (
        f"{LEFT} {secrets.token_hex(8)}"  # no telephone: nobody signs in by it, none is sent to
    )
    person.name, person.phone, person.phone_key = LEFT, nobody, keyed_hash(nobody)
    person.email, person.id_number, person.is_active = "", "", False
    person.set_unusable_password()
    person.save()
    record(None, Verb.FORGOTTEN, person, at=at, reason="本人注销账号")


# --- Somebody else's account, by the security administrator ---------------------------------------


def new_password() -> str:
    """Twelve letters and digits that are easy to read out, about 59 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


@transaction.atomic
def reset_password(person: Person, *, by: Person, at: datetime) -> str:
    """A new password, told once. Its owner hears of it, so that nobody is impersonated unseen."""
    _refuse_oneself(person, by)
    sign_as(by)
    password = new_password()
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person, by=by, at=at)
    _tell_owner(person, "密码", by, at)
    return password


@transaction.atomic
def reset_authenticator(person: Person, *, by: Person, at: datetime) -> None:
    """For a lost phone: 动态口令 is set up anew at the next sign-in."""
    _refuse_oneself(person, by)
    remove_authenticator(person, by=by, at=at)
    end_sessions(person, by=by, at=at)
    _tell_owner(person, "动态口令", by, at)


@transaction.atomic
def open_account(person: Person, *, is_open: bool, by: Person, at: datetime) -> None:
    """停用 or 恢复; a closed account is out at its next request."""
    _refuse_oneself(person, by)
    sign_as(by)
    person.is_active = is_open
    person.save(update_fields=["is_active"])
    end_sessions(person, by=by, at=at)


def _refuse_oneself(person: Person, by: Person) -> None:
    if person == by:
        raise Refused("自己的账号请在「我的账号」里改，不能在这里办。")


def _tell_owner(person: Person, what: str, by: Person, at: datetime) -> None:
    notify(
        to=[person],
        event="account_reset",
        title=f"您的{what}已重设",
        body=f"安全管理员{by}重设了您的{what}。如果不是您要求的，请马上找审计员或街道。",
        url=reverse("accounts:me"),
        key=f"account-reset:{what}:{at.timestamp()}",
        at=at,
        is_urgent=True,
    )
