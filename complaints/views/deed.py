"""What one deed at the desk is; the tables beside this module list them by subject."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime

from complaints.forms.deeds import DeedForm
from complaints.models import Ticket
from complaints.terms import ClockKind, Lane, Verb


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
    is_aside: bool = False  # not what most come for
    clock: ClockKind | None = None  # it answers what waits while this clock runs
    unless: ClockKind | None = None  # it asks for what this clock says was asked for already
    lanes: Container[str] = tuple(Lane)
    check: Callable[[Ticket, datetime], object] | None = None  # before anything is asked

    def is_for(self, ticket: Ticket, running: Container[str]) -> bool:
        """Whether it makes sense now; `running` are the clocks of the round that still run."""
        asked = self.clock is None or self.clock in running
        return asked and self.unless not in running and ticket.lane in self.lanes
