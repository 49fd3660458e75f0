from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "compounds.notices"
    verbose_name = "通知"
