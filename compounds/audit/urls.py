from django.urls import path

from compounds.audit import views

app_name = "audit"
urlpatterns = [
    path("manage/audit/", views.entry_list, name="entries"),
]
