from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "complaints.board"
    verbose_name = "公示"
