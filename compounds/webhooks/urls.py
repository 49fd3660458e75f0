from django.urls import path

from compounds.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("manage/webhooks/", views.webhooks, name="webhooks"),
    path("manage/webhooks/new/", views.add, name="add"),
    path("manage/webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("manage/webhooks/<int:pk>/pause/", views.pause, {"is_paused": True}, name="pause"),
    path("manage/webhooks/<int:pk>/resume/", views.pause, {"is_paused": False}, name="resume"),
    path("manage/webhooks/<int:pk>/remove/", views.remove, name="remove"),
    path("manage/webhooks/pushes/<int:number>/", views.push_again, name="resend"),
]
