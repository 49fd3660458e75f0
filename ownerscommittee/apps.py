from django.apps import AppConfig


class OwnerscommitteeConfig(AppConfig):
    name = "ownerscommittee"
    verbose_name = "业主委员会"
