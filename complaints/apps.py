from django.apps import AppConfig

from complaints.terms import NOTICE_EVENTS, PUSHED


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "诉求与工单"
    notice_events = NOTICE_EVENTS
    job_kinds = {
        "tickets-export": "complaints.tasks.export_tickets",
        "tickets-import": "complaints.tasks.import_tickets",
    }
    pushed_events = {f"ticket.{verb}": f"工单{verb.label}" for verb in PUSHED}
