from django.apps import AppConfig

from compounds.notices.terms import Event


class NoticesConfig(AppConfig):
    name = "compounds.notices"
    verbose_name = "通知"
    notice_events = {"calendar_runs_out": Event("工作日历快用完了", is_for_staff=True)}
