from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "compounds.audit"
    verbose_name = "审计日志"
