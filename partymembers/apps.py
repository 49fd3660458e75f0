from django.apps import AppConfig


class PartymembersConfig(AppConfig):
    name = "partymembers"
    verbose_name = "党员"
