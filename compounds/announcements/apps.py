from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "compounds.announcements"
    verbose_name = "公告"
