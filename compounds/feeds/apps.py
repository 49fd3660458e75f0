from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "compounds.feeds"
    verbose_name = "订阅"
