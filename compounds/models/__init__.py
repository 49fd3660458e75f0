from compounds.models.acting import sign_as
from compounds.models.calendar import CalendarYear, WorkdayException, working_calendar
from compounds.models.fields import EncryptedTextField, keyed_hash
from compounds.models.organizations import STEP, Organization
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
    "keyed_hash",
    "new_token",
    "sign_as",
    "working_calendar",
]
