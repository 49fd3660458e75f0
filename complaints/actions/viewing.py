"""视图: filters under a name, for the person alone."""

from datetime import datetime

from django.db import IntegrityError, transaction

from complaints.models import SavedView
from compounds.models import Person
from compounds.rules import Refused

MOST_VIEWS = 12
TAKEN = "您已有一个视图叫「{}」，请换个名称。"


@transaction.atomic
def save_view(*, name: str, query: str, by: Person, at: datetime) -> SavedView:
    """保存; the same filters under the same name are saved once."""
    Person.objects.select_for_update().get(pk=by.pk)
    if same := by.saved_views.filter(name=name).first():
        if same.query != query:
            raise Refused(TAKEN.format(name))
        return same
    if by.saved_views.count() >= MOST_VIEWS:
        raise Refused(f"最多存 {MOST_VIEWS} 个视图，请先删掉一个。")
    return SavedView.objects.create(person=by, name=name, query=query, saved_at=at)


def rename_view(view: SavedView, *, name: str) -> None:
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(name=name)
    except IntegrityError as error:
        raise Refused(TAKEN.format(name)) from error


def remove_view(view: SavedView) -> None:
    SavedView.objects.filter(pk=view.pk).delete()
