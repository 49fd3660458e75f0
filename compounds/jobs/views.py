from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compounds.jobs.access import job_to_look_at, my_jobs, result_to_read
from compounds.jobs.actions import cancel_job
from compounds.jobs.rules import KEPT_FOR
from compounds.notices.forms import LeafForm

PAGE = 30
REFRESH = "3"  # seconds


@login_required
@never_cache
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """我的下载: what I asked for, and what came of it."""
    found, next_url = LeafForm(request.GET).leaf(my_jobs(request.user), PAGE)
    page = {"jobs": found, "next_url": next_url, "days": KEPT_FOR.days}
    return render(request, "jobs/jobs.html", page)


@login_required
@never_cache
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; until it is finished the page comes anew by itself, without a script."""
    found = job_to_look_at(request.user, pk)
    response = render(request, "jobs/job.html", {"job": found})
    if found.is_unfinished:
        response["Refresh"] = REFRESH
    return response


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = job_to_look_at(request.user, pk)
    if cancel_job(found, at=timezone.now()):
        messages.success(request, "已取消。")
    return redirect(found)


@login_required
@never_cache
@require_safe
def result(request: HttpRequest, pk: int) -> FileResponse:
    found = result_to_read(request.user, pk)
    try:
        content = default_storage.open(found.stored_as(found.attempts))
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=found.file_name,
        content_type=found.media_type,
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
