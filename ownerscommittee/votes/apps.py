from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "ownerscommittee.votes"
    verbose_name = "业主表决"
