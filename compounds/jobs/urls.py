from django.urls import path

from compounds.jobs import views

app_name = "jobs"
urlpatterns = [
    path("me/jobs/", views.jobs, name="jobs"),
    path("me/jobs/<int:pk>/", views.job, name="job"),
    path("me/jobs/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("me/jobs/<int:pk>/file/", views.result, name="result"),
]
