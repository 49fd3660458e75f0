from django.urls import path

from compounds.feeds import views

app_name = "feeds"
urlpatterns = [
    path("me/feeds/", views.feeds, name="feeds"),
    path("me/feeds/<str:kind>/make/", views.make, name="make"),
    path("me/feeds/<int:pk>/revoke/", views.revoke, name="revoke"),
]
