from django.apps import AppConfig

from compounds.notices.terms import Event


class AccountsConfig(AppConfig):
    name = "compounds.accounts"
    verbose_name = "登录"
    notice_events = {"account_reset": Event("账号被重设", is_compulsory=True)}
