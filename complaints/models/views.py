from django.conf import settings
from django.db import models
from django.urls import reverse


class SavedView(models.Model):
    """视图: the filters of a list, kept under a name of the person's own."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", db_index=False
    )
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=600)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "视图"
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('complaints:tickets')}?{self.query}"
