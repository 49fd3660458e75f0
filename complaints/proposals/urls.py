from django.urls import path

from complaints.proposals import views

app_name = "proposals"
urlpatterns = [
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<int:pk>/", views.proposal, name="proposal"),
]
