"""Addresses of rolls and votes."""

from django.urls import path

from ownerscommittee.votes.views import (
    check,
    corrections,
    deeds,
    entry,
    locality,
    meetings,
    petitions,
    roll_imports,
    rolls,
    scrutiny,
    voter,
)

app_name = "votes"
MEETING = "votes/<str:code>/"
OF_A_ROLL = "compounds/<str:code>/rolls/<int:pk>/"
OF_AN_IMPORT = "compounds/<str:code>/rolls/imports/<int:pk>/"
urlpatterns = [
    path("votes/", voter.mine, name="mine"),
    path("votes/check/", check.check, name="check"),
    path("locality/", locality.locality, name="locality"),
    path("locality/new/", locality.locality_new, name="locality-new"),
    path("locality/<int:pk>/", locality.locality, name="locality-version"),
    path("compounds/<str:code>/bylaws/", locality.bylaws, name="bylaws"),
    path("compounds/<str:code>/bylaws/new/", locality.bylaws_new, name="bylaws-new"),
    path("compounds/<str:code>/bylaws/<int:pk>/", locality.bylaws, name="bylaws-version"),
    path("compounds/<str:code>/rolls/", rolls.rolls, name="rolls"),
    path("compounds/<str:code>/rolls/new/", rolls.roll_new, name="roll-new"),
    path("compounds/<str:code>/rolls/import/", roll_imports.roll_import, name="roll-import"),
    path(
        "compounds/<str:code>/rolls/import/owners.xlsx",
        roll_imports.owners_sheet,
        name="roll-owners-sheet",
    ),
    path(OF_AN_IMPORT, roll_imports.roll_import_check, name="roll-import-check"),
    path(f"{OF_AN_IMPORT}errors.xlsx", roll_imports.roll_errors, name="roll-import-errors"),
    path(OF_A_ROLL, rolls.roll, name="roll"),
    path(f"{OF_A_ROLL}posted/", rolls.roll_posted, name="roll-posted"),
    path(f"{OF_A_ROLL}object/", rolls.roll_object, name="roll-object"),
    path(f"{OF_A_ROLL}roll.xlsx", rolls.roll_sheet, name="roll-sheet"),
    path(f"{OF_A_ROLL}roll.csv", rolls.roll_csv, name="roll-csv"),
    path(f"{OF_A_ROLL}add/", corrections.roll_add, name="roll-add"),
    path(f"{OF_A_ROLL}post/", rolls.roll_post, name="roll-post"),
    path(f"{OF_A_ROLL}freeze/", rolls.roll_freeze, name="roll-freeze"),
    path(f"{OF_A_ROLL}objections/<int:number>/", rolls.objection_reply, name="objection-reply"),
    path(f"{OF_A_ROLL}<int:number>/area/", corrections.right_area, name="right-area"),
    path(f"{OF_A_ROLL}<int:number>/owner/", corrections.right_owner, name="right-owner"),
    path(f"{OF_A_ROLL}<int:number>/strike/", corrections.right_strike, name="right-strike"),
    path("compounds/<str:code>/votes/", meetings.of_compound, name="of-compound"),
    path("compounds/<str:code>/votes/new/", meetings.draft, name="draft"),
    path("compounds/<str:code>/petitions/new/", petitions.petition_new, name="petition-new"),
    path("petitions/<int:pk>/", petitions.petition, name="petition"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}edit/", meetings.edit, name="edit"),
    path(f"{MEETING}motions/new/", meetings.motion, name="motion-new"),
    path(f"{MEETING}motions/<int:position>/", meetings.motion, name="motion"),
    path(f"{MEETING}motions/<int:position>/remove/", meetings.motion_remove, name="motion-remove"),
    *[path(f"{MEETING}{deed}/", deeds.deed, {"deed": deed}, name=deed) for deed in deeds.DEEDS],
    path(f"{MEETING}official/sheet.xlsx", deeds.official_sheet, name="official-sheet"),
    path(f"{MEETING}objections/<int:number>/reply/", deeds.reply, name="reply"),
    path(f"{MEETING}follow-ups/<int:pk>/", deeds.follow_up, name="follow-up"),
    # What an owner does.
    path(f"{MEETING}cast/", voter.cast, name="cast"),
    path(f"{MEETING}cast/<int:number>/", voter.cast_for, name="cast-for"),
    path(f"{MEETING}voted/", voter.voted, name="voted"),
    path(f"{MEETING}receipts/<int:number>.json", voter.receipt, name="receipt"),
    path(f"{MEETING}objection/", voter.objection, name="objection"),
    # The clerks' desk.
    path(f"{MEETING}desk/", entry.desk, name="desk"),
    path(f"{MEETING}rights/<int:number>/", entry.enter, name="enter"),
    path(f"{MEETING}rights/<int:number>/proxy/", entry.proxy, name="proxy"),
    path(f"{MEETING}proxies/<int:pk>/end/", entry.proxy_end, name="proxy-end"),
    path(f"{MEETING}forms/<int:pk>/", entry.papers, name="forms"),
    path(f"{MEETING}papers/<slug:token>/", entry.paper, name="paper"),
    path(f"{MEETING}papers/<slug:token>/delivered/", entry.delivered, name="delivered"),
    path(f"{MEETING}typing/", entry.typing, name="typing"),
    path(f"{MEETING}typing/<int:pk>/", entry.read, name="read"),
    path(f"{MEETING}typing/<int:pk>/return/", entry.send_back, name="send-back"),
    path(f"{MEETING}scans/<int:pk>/", scrutiny.scan, name="scan"),
    # The scrutineers'.
    path(f"{MEETING}ballots/", scrutiny.ballots, name="ballots"),
    path(f"{MEETING}ballots/<int:number>/", scrutiny.ballot, name="ballot"),
    path(f"{MEETING}voids/<int:pk>/", scrutiny.void, name="void"),
]
