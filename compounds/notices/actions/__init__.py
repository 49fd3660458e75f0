from compounds.notices.actions.mending import (
    choose_manners,
    give_up,
    retry_all,
    retry_delivery,
)
from compounds.notices.actions.sending import deliver_due
from compounds.notices.actions.writing import (
    forget_notices,
    mark_read,
    notify,
    notify_phone,
    notify_phones,
    warn_of_calendar,
)

__all__ = [
    "choose_manners",
    "deliver_due",
    "forget_notices",
    "give_up",
    "mark_read",
    "notify",
    "notify_phone",
    "notify_phones",
    "retry_all",
    "retry_delivery",
    "warn_of_calendar",
]
