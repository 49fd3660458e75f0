from django.urls import path

from complaints.open311.views import keys, posting, reading

app_name = "open311"
urlpatterns = [
    path("open311/", keys.about, name="about"),
    path("open311/v2/discovery.<str:suffix>", reading.discovery, name="discovery"),
    path("open311/v2/services.<str:suffix>", reading.services, name="services"),
    path("open311/v2/services/<str:code>.<str:suffix>", reading.service, name="service"),
    path("open311/v2/requests.<str:suffix>", posting.requests, name="requests"),
    path("open311/v2/requests/<str:ids>.<str:suffix>", reading.request_one, name="request"),
    path("open311/v2/tokens/<str:token>.<str:suffix>", reading.token, name="token"),
    path("open311/v2/servicerequestupdates.<str:suffix>", posting.updates, name="updates"),
    path("open311/v2/media/<str:code>/<slug:token>.jpg", reading.media, name="media"),
    path("open311/v2/<path:rest>", reading.nowhere, name="nowhere"),
    path("manage/open311/", keys.keys, name="keys"),
    path("manage/open311/new/", keys.key_new, name="key-new"),
    path("manage/open311/<int:pk>/", keys.key, name="key"),
    path("manage/open311/<int:pk>/revoke/", keys.key_revoke, name="key-revoke"),
]
