from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from compounds.accounts.access import signed_in
from compounds.feeds.access import feed_to_revoke, my_feeds
from compounds.feeds.actions import make_feed, revoke_feed
from compounds.feeds.terms import FeedKind


@login_required
@never_cache
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """我的订阅: the addresses there are, and what may be made."""
    mine = {feed.kind: feed for feed in my_feeds(request.user)}
    rows = [
        (kind, mine.get(kind), request.build_absolute_uri(mine[kind].get_absolute_url()))
        if kind in mine
        else (kind, None, "")
        for kind in FeedKind
    ]
    return render(request, "feeds/feeds.html", {"rows": rows})


@login_required
@require_POST
def make(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in FeedKind.values:
        raise Http404
    make_feed(FeedKind(kind), by=signed_in(request), at=timezone.now())
    messages.success(request, "地址建好了，只给自己用，不要转给别人。")
    return redirect("feeds:feeds")


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feed = feed_to_revoke(request.user, pk)
    revoke_feed(feed, by=signed_in(request), at=timezone.now())
    messages.success(request, "已停用，原来的地址马上失效。")
    return redirect("feeds:feeds")
