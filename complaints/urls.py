from django.urls import path

from complaints.views import (
    deeds,
    desk,
    entering,
    lists,
    personal,
    policies,
    repeats,
    report,
    track,
    wordings,
)

app_name = "complaints"
urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/in/<str:code>/", report.report_in_compound, name="report-in-compound"),
    path("r/<slug:token>/", report.report_at_entrance, name="report-at-entrance"),
    path("report/<uuid:key>/what/", report.report_what, name="report-what"),
    path(
        "report/<uuid:key>/photos/<slug:token>/remove/",
        report.report_photo_remove,
        name="report-photo-remove",
    ),
    path("report/<uuid:key>/alike/", repeats.report_alike, name="report-alike"),
    path(
        "report/<uuid:key>/alike/photos/<slug:token>/",
        repeats.report_alike_photo,
        name="report-alike-photo",
    ),
    path("report/<uuid:key>/followed/", repeats.report_followed, name="report-followed"),
    path("report/<uuid:key>/contact/", report.report_contact, name="report-contact"),
    path("report/<uuid:key>/check/", report.report_check, name="report-check"),
    path("report/<uuid:key>/done/", report.report_done, name="report-done"),
    path("track/", track.track, name="track"),
    path("t/<str:signed>/", track.track_link, name="track-link"),
    path("a/<str:signed>/", track.track_tap, name="track-tap"),
    path("f/<str:signed>/", track.follow_link, name="follow-link"),
    path("track/<str:code>/", track.track_ticket, name="track-ticket"),
    path("track/<str:code>/photos/<slug:token>/", track.track_photo, name="track-photo"),
    path("track/<str:code>/answer/", track.track_answer, name="track-answer"),
    path("track/<str:code>/reopen/", track.track_reopen, name="track-reopen"),
    path("track/<str:code>/tell/", track.track_tell, name="track-tell"),
    path("track/<str:code>/urge/", track.track_urge, name="track-urge"),
    path("track/<str:code>/withdraw/", track.track_withdraw, name="track-withdraw"),
    path("track/<str:code>/data/", personal.track_data, name="track-data"),
    path("track/<str:code>/data.json", personal.track_data_file, name="track-data-file"),
    path("track/<str:code>/data/forget/", personal.track_forget, name="track-forget"),
    path("my/tickets/", track.my_tickets, name="my-tickets"),
    path("manage/rules/", policies.rules, name="rules"),
    path("manage/rules/routes/new/", policies.catalogue_new, name="catalogue-new"),
    path("manage/rules/routes/<int:pk>/", policies.catalogue_version, name="catalogue-version"),
    path("manage/rules/limits/new/", policies.policy_new, name="policy-new"),
    path("manage/rules/limits/<int:pk>/", policies.policy_version, name="policy-version"),
    path("replies/", wordings.canned_replies, name="canned-replies"),
    path("replies/new/", wordings.canned_reply_new, name="canned-reply-new"),
    path("replies/<int:pk>/", wordings.canned_reply, name="canned-reply"),
    path("replies/<int:pk>/remove/", wordings.canned_reply_remove, name="canned-reply-remove"),
    path("desk/", desk.desk, name="desk"),
    path("desk/enter/", entering.enter, name="enter"),
    path("desk/entered/<uuid:key>/", entering.entered, name="entered"),
    path("tickets/", desk.tickets, name="tickets"),
    path("tickets/export/", lists.export, name="export"),
    path("tickets/views/", lists.views, name="views"),
    path("tickets/views/new/", lists.view_new, name="view-new"),
    path("tickets/views/<int:pk>/", lists.view_rename, name="view-rename"),
    path("tickets/views/<int:pk>/remove/", lists.view_remove, name="view-remove"),
    path("tickets/<str:code>/", desk.ticket, name="ticket"),
    path("tickets/<str:code>/photos/<slug:token>/", desk.ticket_photo, name="ticket-photo"),
    path(
        "tickets/<str:code>/contact-details/",
        deeds.ticket_contact_details,
        name="ticket-contact-details",
    ),
    *[
        path(
            f"tickets/<str:code>/{deed}/", deeds.ticket_deed, {"deed": deed}, name=f"ticket-{deed}"
        )
        for deed in deeds.DEEDS
    ],
]
