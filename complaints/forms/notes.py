"""What 内部备注 and 协办答复 ask."""

from complaints.forms.deeds import DeedForm, long_text


class NoteForm(DeedForm):
    note = long_text(
        "备注",
        missing="请写备注的内容。",
        hint="居民看不到；能看到这件事的工作人员，包括主办、协办，都看得到。写了不能改。",
    )


class CoAnswerForm(DeedForm):
    text = long_text(
        "本单位的答复",
        missing="请写本单位做了什么、结果怎样。",
        hint="居民会看到，附在主办单位的答复后面。",
        rows=5,
    )
