from django.apps import AppConfig


class BizhanConfig(AppConfig):
    name = "bizhan"
    verbose_name = "首页与总览"
