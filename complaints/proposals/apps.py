from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "complaints.proposals"
    verbose_name = "未诉先办"
