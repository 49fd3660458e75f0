"""What is done with a whole list of tickets: an export, and filters under a name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints.access.lists import my_views, scope_of, scope_to_export, view_to_change
from complaints.actions.exporting import ask_export
from complaints.actions.viewing import remove_view, rename_view, save_view
from complaints.forms.filters import TicketFilter
from complaints.forms.lists import ExportForm, ViewForm
from compounds.access import SignedInRequest
from compounds.rules import Refused


@login_required
def export(request: SignedInRequest) -> HttpResponse:
    """导出: the list of this address, as a job."""
    scope = scope_to_export(request.user)
    chosen = TicketFilter(request.GET, user=request.user, scope=scope)
    form = ExportForm(request.POST or None)
    if form.is_valid() and not chosen.errors:
        given = {**form.cleaned_data, "query": chosen.query, "words": chosen.words}
        key = given.pop("submission_key")
        try:
            return redirect(ask_export(**given, key=key, by=request.user, at=timezone.now()))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = {"form": form, "words": chosen.words, "back": _list_of(chosen)}
    return render(request, "complaints/export.html", page)


def _list_of(chosen: TicketFilter) -> str:
    return f"{reverse('complaints:tickets')}?{chosen.query}"


@login_required
@require_safe
def views(request: SignedInRequest) -> HttpResponse:
    """我的视图."""
    return render(request, "complaints/views.html", {"views": my_views(request.user)})


@login_required
def view_new(request: SignedInRequest) -> HttpResponse:
    chosen = TicketFilter(request.GET, user=request.user, scope=scope_of(request.user))
    form = ViewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            saved = save_view(
                **form.cleaned_data, query=chosen.query, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"已存为「{saved}」，在「全部事项」上面。")
            return redirect(saved)
    page = {"form": form, "words": chosen.words, "back": _list_of(chosen)}
    return render(request, "complaints/view_new.html", page)


@login_required
def view_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    view = view_to_change(request.user, pk)
    sent = request.POST if request.method == "POST" else None
    form = ViewForm(sent, initial={"name": view.name})
    if form.is_valid():
        try:
            rename_view(view, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("complaints:views")
    return render(request, "complaints/view_rename.html", {"form": form, "view": view})


@login_required
@require_POST
def view_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    view = view_to_change(request.user, pk)
    remove_view(view)
    messages.success(request, f"「{view}」已删除，事项都还在。")
    return redirect("complaints:views")
