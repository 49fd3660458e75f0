from django.urls import path

from compounds.announcements import views

app_name = "announcements"
urlpatterns = [
    path("compounds/<str:code>/announcements/", views.of_compound, name="of-compound"),
    path("announcements/<slug:token>/", views.announcement, name="announcement"),
    path("manage/announcements/", views.announcements, name="announcements"),
    path("manage/announcements/by/<int:pk>/", views.announcement_new, name="announcement-new"),
    path(
        "manage/announcements/<slug:token>/withdraw/",
        views.announcement_withdraw,
        name="announcement-withdraw",
    ),
]
