"""What one deed at the desk is; the tables beside this module list them by subject."""

from collections.abc import Callable
from dataclasses import dataclass

from complaints.forms.deeds import DeedForm
from complaints.terms import Verb


@dataclass(frozen=True)
class Deed:
    """One deed: by which right, asked how, done by what, and what to say afterwards."""

    verb: Verb
    form: type[DeedForm]
    act: Callable[..., object]
    title: str
    button: str
    done: str
    is_danger: bool = False
