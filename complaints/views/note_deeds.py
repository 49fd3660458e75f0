"""The deeds that only write: a note to colleagues, a supporting unit's own answer."""

from complaints.actions import notes
from complaints.forms.notes import CoAnswerForm, NoteForm
from complaints.terms import Verb
from complaints.views.deed import Deed

NOTE_DEEDS = {
    "co-answer": Deed(
        Verb.CO_ANSWERED,
        CoAnswerForm,
        notes.answer_as_support,
        "写协办答复",
        "提交协办答复",
        "已提交，会附在主办单位的答复后面。",
    ),
    "note": Deed(
        Verb.NOTED,
        NoteForm,
        notes.add_note,
        "内部备注",
        "记下",
        "已记下，居民看不到。",
        is_aside=True,
    ),
}
