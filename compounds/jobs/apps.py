from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "compounds.jobs"
    verbose_name = "后台任务"
