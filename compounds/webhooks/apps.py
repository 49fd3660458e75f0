from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "compounds.webhooks"
    verbose_name = "推送"
