from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from compounds.accounts import actions
from compounds.accounts.access import (
    address_of,
    may_manage_accounts,
    my_homes,
    my_posts,
    my_sign_ins,
    needs_second_step,
    person_at_second_step,
    person_to_manage,
    signed_in,
)
from compounds.accounts.forms import (
    WRONG,
    AskCodeForm,
    CodeForm,
    EmailForm,
    FindForm,
    PasswordForm,
    SecondStepForm,
    SignInForm,
)
from compounds.models import Person, keyed_hash
from compounds.rules import Refused

CODE_FOR = "code_for"  # in a session: the key of the phone a code was sent to, never the phone


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """By phone and password. A locked door is answered by axes, whatever this page says."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        phone_key = keyed_hash(form.cleaned_data["phone"])
        person = authenticate(request, username=phone_key, password=form.cleaned_data["password"])
        if person:
            return _let_in(request, person)
        actions.note_failure(request, phone_key, at=timezone.now())
        form.add_error(None, WRONG)
    return render(request, "accounts/sign_in.html", {"form": form})


def _let_in(request: HttpRequest, person: Person) -> HttpResponse:
    at = timezone.now()
    if needs_second_step(person, at):
        actions.await_second_step(request, person, at=at)
        return redirect(reverse("accounts:second-step", query=request.GET))
    actions.sign_in(request, person, at=at)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    wanted = request.GET.get("next", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=secure):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@never_cache
@sensitive_post_parameters("code")
def second_step(request: HttpRequest) -> HttpResponse:
    """动态口令 after the password; whoever must have it and has none yet sets it up here."""
    at = timezone.now()
    person = person_at_second_step(request, at)
    if person is None:
        return redirect(reverse("accounts:sign-in", query=request.GET))
    form = SecondStepForm(request.POST or None)
    if form.is_valid() and _is_accepted(request, person, form):
        actions.sign_in(request, person, at=at)
        return redirect(_next(request))
    context = {"form": form, "authenticator": actions.authenticator_of(person)}
    return render(request, "accounts/second_step.html", context)


def _is_accepted(request: HttpRequest, person: Person, form: SecondStepForm) -> bool:
    code, address = form.cleaned_data["code"], address_of(request)
    try:
        actions.check_second_step(person, code, address=address, at=timezone.now())
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return False
    return True


@login_required
@never_cache
@sensitive_post_parameters("code")
def authenticator(request: HttpRequest) -> HttpResponse:
    """Set 动态口令 up of one's own accord, or switch it off with one last code."""
    person = signed_in(request)
    mine, form = actions.authenticator_of(person), SecondStepForm(request.POST or None)
    if form.is_valid() and _is_accepted(request, person, form):
        if mine.confirmed_at:
            actions.remove_authenticator(person, by=person, at=timezone.now())
        messages.success(request, "动态口令已关闭。" if mine.confirmed_at else "动态口令已开启。")
        return redirect("accounts:me")
    return render(request, "accounts/authenticator.html", {"form": form, "authenticator": mine})


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code by SMS. Whether the phone is known is not to be learnt here."""
    form = AskCodeForm(request.POST or None)
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            actions.send_code(phone, address=address_of(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[CODE_FOR] = keyed_hash(phone)
            return redirect(reverse("accounts:code-check", query=request.GET))
    return render(request, "accounts/code.html", {"form": form})


@never_cache
@sensitive_post_parameters("code")
def code_check(request: HttpRequest) -> HttpResponse:
    phone_key = request.session.get(CODE_FOR)
    if phone_key is None:
        return redirect(reverse("accounts:code", query=request.GET))
    form, at = CodeForm(request.POST or None), timezone.now()
    if form.is_valid():
        code, address = form.cleaned_data["code"], address_of(request)
        try:
            person = actions.check_code(phone_key, code, address=address, at=at)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[CODE_FOR]
            actions.sign_in(request, person, at=at)
            return redirect(_next(request))
    return render(request, "accounts/code_check.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actions.sign_out(request, at=timezone.now())
    messages.success(request, "您已退出。")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_required
@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    context = {
        "posts": my_posts(person),
        "homes": my_homes(person),
        "sign_ins": my_sign_ins(person, timezone.now(), here=request.session.session_key),
    }
    return render(request, "accounts/me.html", context)


@login_required
@never_cache
@sensitive_post_parameters("old", "new", "again")
def password(request: HttpRequest) -> HttpResponse:
    person, at = signed_in(request), timezone.now()
    if request.method == "POST" and not actions.allow(
        "password", str(person.pk), limit=5, per=timedelta(minutes=15), at=at
    ):
        return render(request, "accounts/locked.html", status=429)
    form = PasswordForm(person, request.POST or None)
    if form.is_valid():
        actions.change_password(request, person, form.cleaned_data["new"], at=at)
        messages.success(request, "密码已改好，其他设备上的登录已退出。")
        return redirect("accounts:me")
    return render(request, "accounts/password.html", {"form": form})


@login_required
def email(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = EmailForm(request.POST or None, initial={"email": person.email})
    if form.is_valid():
        actions.change_email(person, form.cleaned_data["email"])
        messages.success(request, "邮箱已改好。")
        return redirect("accounts:me")
    return render(request, "accounts/email.html", {"form": form})


@login_required
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    person, here = signed_in(request), request.session.session_key
    actions.end_sessions(person, by=person, at=timezone.now(), keep=here)
    messages.success(request, "其他设备上的登录已全部退出。")
    return redirect("accounts:me")


# --- Somebody else's account -------------------------------------------------------------------


@login_required
@never_cache
def accounts(request: HttpRequest) -> HttpResponse:
    may_manage_accounts(request.user)
    form = FindForm(request.POST or None)
    if form.is_valid():
        return redirect("accounts:account", form.cleaned_data["phone"].pk)
    return render(request, "accounts/accounts.html", {"form": form})


@login_required
@never_cache
@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_to_manage(request.user, pk)
    context = {"person": person, "posts": my_posts(person)}
    return render(request, "accounts/account.html", context)


@login_required
@never_cache
@require_POST
def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    person, by = person_to_manage(request.user, pk), signed_in(request)
    try:
        password = actions.reset_password(person, by=by, at=timezone.now())
    except Refused as refusal:
        return _refused(request, person, refusal)
    return render(
        request, "accounts/account_password.html", {"person": person, "password": password}
    )


@login_required
@require_POST
def account_authenticator(request: HttpRequest, pk: int) -> HttpResponse:
    person, by = person_to_manage(request.user, pk), signed_in(request)
    try:
        actions.reset_authenticator(person, by=by, at=timezone.now())
    except Refused as refusal:
        return _refused(request, person, refusal)
    messages.success(request, "动态口令已清除，本人下次登录时重新设置。")
    return redirect("accounts:account", person.pk)


@login_required
@require_POST
def account_open(request: HttpRequest, pk: int, *, is_open: bool) -> HttpResponse:
    person, by = person_to_manage(request.user, pk), signed_in(request)
    try:
        actions.open_account(person, is_open=is_open, by=by, at=timezone.now())
    except Refused as refusal:
        return _refused(request, person, refusal)
    messages.success(request, "账号已恢复。" if is_open else "账号已停用，马上生效。")
    return redirect("accounts:account", person.pk)


def _refused(request: HttpRequest, person: Person, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("accounts:account", person.pk)
