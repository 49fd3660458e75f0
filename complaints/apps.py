from django.apps import AppConfig

from complaints.terms import NOTICE_EVENTS


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "诉求与工单"
    notice_events = NOTICE_EVENTS
