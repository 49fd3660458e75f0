from django.urls import path

from compounds.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="notices"),
    path("notices/<int:number>/", views.notice, name="notice"),
    path("notices/preferences/", views.preferences, name="preferences"),
    path("manage/notices/", views.stuck, name="stuck"),
    path("manage/notices/retry/", views.retry_everything, name="retry-everything"),
    path("manage/notices/<int:number>/drop/", views.drop, name="drop"),
    path("manage/notices/<int:number>/retry/", views.retry, name="retry"),
]
