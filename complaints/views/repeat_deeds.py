"""The deeds about one matter told more than once, or several told as one."""

from complaints.actions import merging, splitting
from complaints.forms import repeats as forms
from complaints.terms import Verb
from complaints.views.deed import Deed

REPEAT_DEEDS = {
    "merge": Deed(
        Verb.MERGED,
        forms.MergeForm,
        merging.merge_ticket,
        "并单",
        "并到那一件",
        "已并单，原来的编号会转到这一件，反映人会收到通知。",
        is_aside=True,
    ),
    "split": Deed(
        Verb.SPLIT,
        forms.SplitForm,
        splitting.split_ticket,
        "拆分",
        "拆开，分别办理",
        "已拆开，各件分别办理，反映人会收到通知。",
        is_aside=True,
    ),
    "unmerge": Deed(
        Verb.UNMERGED,
        forms.UnmergeForm,
        merging.unmerge_ticket,
        "撤销并单",
        "分开单独办",
        "已分开，回到并单之前的状态。",
        is_danger=True,
    ),
}
