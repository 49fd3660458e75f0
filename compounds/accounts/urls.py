from django.urls import path

from compounds.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/second-step/", views.second_step, name="second-step"),
    path("sign-in/code/", views.code, name="code"),
    path("sign-in/code/check/", views.code_check, name="code-check"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("me/", views.me, name="me"),
    path("me/email/", views.email, name="email"),
    path("me/password/", views.password, name="password"),
    path("me/authenticator/", views.authenticator, name="authenticator"),
    path("me/sessions/end/", views.sessions_end, name="sessions-end"),
    path("manage/accounts/", views.accounts, name="accounts"),
    path("manage/accounts/<int:pk>/", views.account, name="account"),
    path("manage/accounts/<int:pk>/password/", views.account_password, name="account-password"),
    path(
        "manage/accounts/<int:pk>/authenticator/",
        views.account_authenticator,
        name="account-authenticator",
    ),
    path(
        "manage/accounts/<int:pk>/open/",
        views.account_open,
        {"is_open": True},
        name="account-open",
    ),
    path(
        "manage/accounts/<int:pk>/close/",
        views.account_open,
        {"is_open": False},
        name="account-close",
    ),
]
