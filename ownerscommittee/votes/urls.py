"""Addresses of rolls and votes."""

from django.urls import path

from ownerscommittee.votes.views import check

app_name = "votes"
urlpatterns = [
    path("votes/check/", check.check, name="check"),
]
