from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "compounds.accounts"
    verbose_name = "登录"
