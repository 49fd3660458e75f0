from django.urls import path

from compounds.views import calendar, compounds, organizations, posters, posts, register

app_name = "compounds"

urlpatterns = [
    path("compounds/", compounds.compound_list, name="compounds"),
    path("compounds/<str:code>/", compounds.compound, name="compound"),
    path("compounds/<str:code>/coverage/", compounds.coverage, name="coverage"),
    path("compounds/<str:code>/heads/", compounds.heads, name="heads"),
    path("compounds/<str:code>/posters/", posters.posters, name="posters"),
    path("compounds/<str:code>/posters.pdf", posters.compound_posters, name="posters-pdf"),
    path("entrances/<str:token>/poster.pdf", posters.entrance_poster, name="entrance-poster"),
    path("manage/organizations/", organizations.organization_list, name="organizations"),
    path("manage/organizations/<int:pk>/", organizations.organization, name="organization"),
    path(
        "manage/organizations/<int:pk>/add/",
        organizations.organization_add,
        name="organization-add",
    ),
    path(
        "manage/organizations/<int:pk>/edit/",
        organizations.organization_edit,
        name="organization-edit",
    ),
    path(
        "manage/organizations/<int:pk>/compound/",
        organizations.organization_compound,
        name="organization-compound",
    ),
    path(
        "manage/organizations/<int:pk>/move/",
        organizations.organization_move,
        name="organization-move",
    ),
    path(
        "manage/organizations/<int:pk>/close/",
        organizations.organization_close,
        name="organization-close",
    ),
    path(
        "manage/organizations/<int:pk>/reopen/",
        organizations.organization_reopen,
        name="organization-reopen",
    ),
    path("manage/organizations/<int:pk>/appoint/", posts.post_appoint, name="post-appoint"),
    path("manage/posts/<int:pk>/end/", posts.post_end, name="post-end"),
    path("manage/calendar/", calendar.calendar, name="calendar"),
    path("manage/calendar/<int:year>/", calendar.calendar_year, name="calendar-year"),
    path("manage/compounds/<str:code>/register/", register.register, name="register"),
    path(
        "manage/compounds/<str:code>/register.xlsx", register.register_sheet, name="register-sheet"
    ),
    path(
        "manage/compounds/<str:code>/register/<int:pk>/",
        register.register_import,
        name="register-import",
    ),
    path(
        "manage/compounds/<str:code>/register/<int:pk>/errors.xlsx",
        register.register_errors,
        name="register-errors",
    ),
]
