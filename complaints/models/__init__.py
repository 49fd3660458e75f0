from complaints.models.concerns import Callback, Concern, Draft, Photo
from complaints.models.policies import Pairing, PolicyVersion
from complaints.models.tickets import Escalation, Ticket, TicketClock, TicketEvent, TicketSupport

__all__ = [
    "Callback",
    "Concern",
    "Draft",
    "Escalation",
    "Pairing",
    "Photo",
    "PolicyVersion",
    "Ticket",
    "TicketClock",
    "TicketEvent",
    "TicketSupport",
]
