from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "compounds.files"
    verbose_name = "文件"
