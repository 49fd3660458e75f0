from complaints.models.catalogue import CatalogueVersion, Route
from complaints.models.clocks import Escalation, TicketClock
from complaints.models.concerns import Callback, Concern, Draft, Original, Photo
from complaints.models.external import ExternalNumber
from complaints.models.follows import Follow
from complaints.models.imports import ImportRow, TicketImport
from complaints.models.months import Adjustment, MonthRow, Snapshot
from complaints.models.parts import Part
from complaints.models.policies import Pairing, PolicyVersion
from complaints.models.requests import Extension, Objection, Shelving
from complaints.models.tickets import Ticket, TicketEvent, TicketSupport
from complaints.models.views import SavedView
from complaints.models.wordings import CannedReply

__all__ = [
    "Adjustment",
    "Callback",
    "CannedReply",
    "CatalogueVersion",
    "Concern",
    "Draft",
    "Escalation",
    "Extension",
    "ExternalNumber",
    "Follow",
    "ImportRow",
    "MonthRow",
    "Objection",
    "Original",
    "Pairing",
    "Part",
    "Photo",
    "PolicyVersion",
    "Route",
    "SavedView",
    "Shelving",
    "Snapshot",
    "Ticket",
    "TicketClock",
    "TicketEvent",
    "TicketImport",
    "TicketSupport",
]
