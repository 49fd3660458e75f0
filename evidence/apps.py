from django.apps import AppConfig
from django.core.checks import Tags, register


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "存证"

    def ready(self) -> None:
        from evidence.checks import triggers_are_there

        register(Tags.database)(triggers_are_there)
