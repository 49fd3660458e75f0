from compounds.models.acting import sign_as
from compounds.models.calendar import (
    CalendarYear,
    WorkdayException,
    calendar_runs_out,
    months_of,
    working_calendar,
)
from compounds.models.coverage import Coverage, Level, buildings_covered, coverage_of, heads_for
from compounds.models.fields import EncryptedTextField, keyed_hash
from compounds.models.organizations import STEP, Organization, tree_of
from compounds.models.people import Person, Post
from compounds.models.places import (
    Building,
    Compound,
    Entrance,
    OwnedUnit,
    Ownership,
    Residency,
    new_token,
)
from compounds.models.register import RegisterImport

__all__ = [
    "STEP",
    "Building",
    "CalendarYear",
    "Compound",
    "EncryptedTextField",
    "Entrance",
    "Organization",
    "OwnedUnit",
    "Ownership",
    "Person",
    "Post",
    "Residency",
    "WorkdayException",
    "Coverage",
    "Level",
    "RegisterImport",
    "buildings_covered",
    "calendar_runs_out",
    "coverage_of",
    "heads_for",
    "keyed_hash",
    "months_of",
    "tree_of",
    "new_token",
    "sign_as",
    "working_calendar",
]
