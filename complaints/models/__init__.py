from complaints.models.catalogue import CatalogueVersion, Route
from complaints.models.concerns import Callback, Concern, Draft, Original, Photo
from complaints.models.policies import Pairing, PolicyVersion
from complaints.models.tickets import Escalation, Ticket, TicketClock, TicketEvent, TicketSupport

__all__ = [
    "Callback",
    "CatalogueVersion",
    "Concern",
    "Draft",
    "Escalation",
    "Original",
    "Pairing",
    "Photo",
    "PolicyVersion",
    "Route",
    "Ticket",
    "TicketClock",
    "TicketEvent",
    "TicketSupport",
]
