"""The deed about what other platforms call a matter."""

from complaints.actions.entering import add_number
from complaints.forms.entering import NumberForm
from complaints.terms import Verb
from complaints.views.deed import Deed

NUMBER_DEEDS = {
    "number": Deed(
        Verb.NUMBERED,
        NumberForm,
        add_number,
        "登记外部编号",
        "登记",
        "已登记，可以按这个编号查到。",
        is_aside=True,
    ),
}
