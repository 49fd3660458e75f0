"""The questions of a meeting as its ballot, its notice and its log name them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Prefetch

from evidence.rules.canonical import canonical
from evidence.rules.moments import minute
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.terms import BylawTerm, FollowMajority, LocalNumber
from ownerscommittee.votes.models.meetings import AssemblyMeeting, Motion, MotionOption
from ownerscommittee.votes.rules.decisions import majority_of
from ownerscommittee.votes.rules.sealing import Asked, labels_for
from ownerscommittee.votes.terms import Question

# How docs/evidence.md calls the three ways to ask.
LOGGED_KINDS = {
    Question.APPROVAL: "motion",
    Question.PICK: "choice",
    Question.ELECTION: "election",
}


def profile_of(meeting: AssemblyMeeting) -> LocalityProfile:
    """The locality's numbers by which the meeting runs: those that its roll was made by."""
    if meeting.roll is None:
        return LocalityProfile.objects.in_force(meeting.at.date())
    return meeting.roll.profile


def bylaws_of(meeting: AssemblyMeeting) -> Bylaws:
    """The compound's own terms, likewise; the usual ones where it has none."""
    own = meeting.roll.bylaws if meeting.roll else None
    return own or Bylaws(compound=meeting.compound, in_force_on=meeting.at.date(), terms={})


def follow_rule(meeting: AssemblyMeeting) -> str:
    """从众 as the bylaws have it, where the locality allows it at all (rule 12)."""
    if not profile_of(meeting).number(LocalNumber.FOLLOW_MAJORITY).value:
        return FollowMajority.OFF
    return str(bylaws_of(meeting).term(BylawTerm.FOLLOW_MAJORITY).value)


def motions_of(meeting: AssemblyMeeting) -> list[Motion]:
    """In the order of the ballot, with their options: two queries."""
    options = Prefetch("options", MotionOption.objects.order_by("position"))
    return list(meeting.motions.order_by("position").prefetch_related(options))


def asked_of(meeting: AssemblyMeeting, motions: list[Motion] | None = None) -> list[Asked]:
    may_follow = follow_rule(meeting) != FollowMajority.OFF
    return [_asked(motion, may_follow) for motion in motions or motions_of(meeting)]


def _asked(motion: Motion, may_follow: bool) -> Asked:
    options = [(option.ident, option.label) for option in motion.options.all()]
    follows = may_follow and motion.kind == Question.APPROVAL
    return Asked(
        ident=motion.ident,
        kind=motion.kind,
        item=motion.item,
        seats=motion.seats,
        title=motion.title,
        labels=labels_for(motion.kind, options, may_follow=follows),
    )


def logged_questions(motions: list[Motion], asked: list[Asked]) -> list[dict[str, Any]]:
    """The `questions` of the log's first entry."""
    return [
        {
            "id": one.ident,
            "item": motion.item,
            "kind": LOGGED_KINDS[Question(motion.kind)],
            "majority": majority_of(motion.item).value,
            "options": [{"id": ident, "label": label} for ident, label in one.labels.items()],
            "seats": motion.seats,
            "title": motion.title,
            "text_sha256": hashlib.sha256(motion.text.encode()).hexdigest(),
        }
        for motion, one in zip(motions, asked, strict=True)
    ]


def notice_sha256(meeting: AssemblyMeeting) -> str:
    """The hash of everything that the notice says, texts in full."""
    motions = motions_of(meeting)
    assert meeting.roll and meeting.opens_at and meeting.closes_at
    notice = {
        "code": meeting.code,
        "title": meeting.title,
        "kind": meeting.kind,
        "convener": meeting.convener.name,
        "roll_sha256": meeting.roll.sha256,
        "opens": minute(meeting.opens_at),
        "closes": minute(meeting.closes_at),
        "questions": logged_questions(motions, asked_of(meeting, motions)),
        "texts": [motion.text for motion in motions],
    }
    return hashlib.sha256(canonical(notice).encode()).hexdigest()
