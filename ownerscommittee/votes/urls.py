"""Addresses of rolls and votes."""

from django.urls import path

from ownerscommittee.votes.views import check, corrections, rolls

app_name = "votes"
OF_A_ROLL = "compounds/<str:code>/rolls/<int:pk>/"
urlpatterns = [
    path("votes/check/", check.check, name="check"),
    path("compounds/<str:code>/rolls/", rolls.rolls, name="rolls"),
    path("compounds/<str:code>/rolls/new/", rolls.roll_new, name="roll-new"),
    path(OF_A_ROLL, rolls.roll, name="roll"),
    path(f"{OF_A_ROLL}posted/", rolls.roll_posted, name="roll-posted"),
    path(f"{OF_A_ROLL}object/", rolls.roll_object, name="roll-object"),
    path(f"{OF_A_ROLL}roll.xlsx", rolls.roll_sheet, name="roll-sheet"),
    path(f"{OF_A_ROLL}add/", corrections.roll_add, name="roll-add"),
    path(f"{OF_A_ROLL}post/", rolls.roll_post, name="roll-post"),
    path(f"{OF_A_ROLL}freeze/", rolls.roll_freeze, name="roll-freeze"),
    path(f"{OF_A_ROLL}objections/<int:number>/", rolls.objection_reply, name="objection-reply"),
    path(f"{OF_A_ROLL}<int:number>/area/", corrections.right_area, name="right-area"),
    path(f"{OF_A_ROLL}<int:number>/owner/", corrections.right_owner, name="right-owner"),
    path(f"{OF_A_ROLL}<int:number>/strike/", corrections.right_strike, name="right-strike"),
]
