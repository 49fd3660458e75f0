from compounds.actions.calendar import load_year
from compounds.actions.organizations import (
    close_organization,
    edit_organization,
    found_organization,
    move_organization,
    record_compound,
    reopen_organization,
)
from compounds.actions.posts import appoint, end_post, initial_password, person_with
from compounds.actions.register import apply_import, compare_register, receive_register

__all__ = [
    "apply_import",
    "appoint",
    "close_organization",
    "compare_register",
    "edit_organization",
    "end_post",
    "found_organization",
    "initial_password",
    "load_year",
    "move_organization",
    "person_with",
    "receive_register",
    "record_compound",
    "reopen_organization",
]
