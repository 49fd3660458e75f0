"""Keys: who shows a live one, and who may hand them out."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from complaints.open311.models import ApiKey, ApiKeyQuerySet
from complaints.open311.rules import Trouble
from compounds.access import User, holds
from compounds.models import keyed_hash
from compounds.terms import Role

HEADERS = ("X-API-Key", "Api-Key")


def key_shown(request: HttpRequest) -> ApiKey:
    """The key that the request carries: a field of the form, or a header."""
    written = request.POST.get("api_key", "") or _in_headers(request)
    if not written:
        raise Trouble(403, "缺少 api_key。请向区里的系统管理员申请接口密钥。")
    key = ApiKey.objects.live().select_related("compound").filter(key_hash=keyed_hash(written))
    found = key.first()
    if found is None:
        raise Trouble(403, "api_key 不对，或者已经作废。")
    return found


def _in_headers(request: HttpRequest) -> str:
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    shown = [request.headers.get(name, "") for name in HEADERS]
    return next(filter(None, [*shown, bearer.strip() if kind.lower() == "bearer" else ""]), "")


def keys_to_manage(user: User) -> ApiKeyQuerySet:
    """For the administrator; 403 for everyone else."""
    if not holds(user, Role.ADMINISTRATOR):
        raise PermissionDenied
    return ApiKey.objects.for_list()


def key_to_manage(user: User, pk: int) -> ApiKey:
    key = keys_to_manage(user).filter(pk=pk).first()
    if key is None:
        raise Http404
    return key
