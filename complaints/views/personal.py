"""我的信息: what one report keeps of its reporter, to see, mend, take along and take away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from complaints.access.personal import concern_to_mend, data_of
from complaints.access.reporters import code_of, grant
from complaints.actions.privacy import ON_DEMAND, correct_contact, forget_reporter
from complaints.forms.personal import CorrectForm, ForgetForm
from complaints.models import Concern, PolicyVersion
from complaints.terms import ENDED, State, Verb
from complaints.views.parcel import spoken_role
from compounds.audit.actions import record
from compounds.audit.terms import Verb as AuditVerb
from compounds.rules import Refused

PRETTY = {"ensure_ascii": False, "indent": 2}


@never_cache
def track_data(request: HttpRequest, code: str) -> HttpResponse:
    concern = concern_to_mend(request, code)
    kept = {name: getattr(concern, name) for name in ("name", "phone", "visibility")}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        try:
            correct_contact(concern, **form.cleaned_data, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已经改好。")
            return redirect("complaints:track-data", code)
    seen = concern.ticket.events.filter(verb=Verb.REVEALED)
    context = {"ticket": concern.ticket, "concern": concern, "form": form, "kept": _kept(concern)}
    context["seen"] = [(spoken_role(event), event) for event in seen]
    return render(request, "complaints/track_data.html", context)


def _kept(concern: Concern) -> str:
    """How long it is kept."""
    policy = PolicyVersion.objects.in_force(timezone.now()).policy
    if concern.ticket.state == State.WITHDRAWN:
        return f"撤回满 {policy.number('keep_withdrawn_days')} 天"
    days = policy.number("keep_reporter_days")
    return f"{'结束' if concern.ticket.state in ENDED else '办完'}满 {days} 天"


@never_cache
@require_safe
def track_data_file(request: HttpRequest, code: str) -> JsonResponse:
    """The same to take along."""
    concern = concern_to_mend(request, code)
    record(None, AuditVerb.EXPORTED, concern.ticket, at=timezone.now(), reason="反映人本人下载")
    response = JsonResponse(data_of(concern), json_dumps_params=PRETTY)
    response["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return response


def track_forget(request: HttpRequest, code: str) -> HttpResponse:
    concern = concern_to_mend(request, code)
    form = ForgetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            forget_reporter(concern, reason=ON_DEMAND, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("complaints:track-data", code)
        grant(request, concern.ticket)
        messages.success(request, "已经抹去。记好编号和查询码，还能继续查进度。")
        return redirect("complaints:track-ticket", code)
    context = {"ticket": concern.ticket, "form": form, "code": code_of(concern.ticket)}
    return render(request, "complaints/track_forget.html", context)
