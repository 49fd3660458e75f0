"""Every address of the portal begins here."""

from django.urls import include, path

from bizhan import views

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/<int:pk>/", views.dashboard, name="dashboard-of"),
    path("dashboard/<int:pk>/month/", views.dashboard_month, name="dashboard-month"),
    path("dashboard/<int:pk>/returns/", views.dashboard_returns, name="dashboard-returns"),
    path("feeds/<str:token>.ics", views.feed_calendar, name="feed-calendar"),
    path("feeds/<str:token>.atom", views.feed_news, name="feed-news"),
    path("healthz", views.healthz, name="healthz"),
    path("me/data/", views.my_data, name="my-data"),
    path("me/data.json", views.my_data_file, name="my-data-file"),
    path("me/data/leave/", views.my_data_leave, name="my-data-leave"),
    path("offline/", views.offline, name="offline"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("worker.js", views.worker, name="worker"),
    path("view/", views.switch_view, name="switch-view"),
    path("", include("compounds.accounts.urls")),
    path("", include("compounds.audit.urls")),
    path("", include("compounds.feeds.urls")),
    path("", include("compounds.notices.urls")),
    path("", include("compounds.announcements.urls")),
    path("", include("compounds.webhooks.urls")),
    path("", include("compounds.jobs.urls")),
    path("", include("compounds.urls")),
    path("", include("evidence.urls")),
    path("", include("ownerscommittee.votes.urls")),
    path("", include("complaints.board.urls")),
    path("", include("complaints.open311.urls")),
    path("", include("complaints.proposals.urls")),
    path("", include("complaints.urls")),
]

handler500 = "bizhan.views.server_error"
