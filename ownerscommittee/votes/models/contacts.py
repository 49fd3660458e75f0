from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from ownerscommittee.votes.models.ballots import Ballot, PaperBallot, PaperForm
from ownerscommittee.votes.models.meetings import AssemblyMeeting
from ownerscommittee.votes.models.rolls import VotingRight, VotingRightQuerySet
from ownerscommittee.votes.terms import Contact

# Of the rights as `rights_in` annotates them.
VOTED, UNVOTED = Q(has_voted=True), Q(has_voted=False)
WAITS = Q(has_voted=False, has_paper=False)


class ContactNote(models.Model):
    """联系记录: how far somebody came with the owner of a right, who says so and when.

    The last one holds. Written once; that a right has voted is never written here.
    """

    meeting = models.ForeignKey(
        AssemblyMeeting, models.PROTECT, related_name="contacts", db_index=False
    )
    right = models.ForeignKey(VotingRight, models.PROTECT, related_name="contacts")
    state = models.CharField("联系情况", max_length=16, choices=Contact)
    note = models.CharField("说明", max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "联系记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=Contact.values), name="contact_has_a_known_state"
            )
        ]
        indexes = [
            models.Index(fields=["meeting", "right", "-at", "-id"], name="contact_last_of_right")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="contact_is_of_its_roll",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF (SELECT roll_id FROM votes_votingright WHERE id = NEW.right_id)
                       IS DISTINCT FROM
                       (SELECT roll_id FROM votes_assemblymeeting WHERE id = NEW.meeting_id) THEN
                        RAISE EXCEPTION 'the right is not on the roll'
                              USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_on_the_roll';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="contact_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right_id} {self.get_state_display()}"


def rights_in(meeting: AssemblyMeeting) -> VotingRightQuerySet:
    """The rights of a vote with `has_voted`, `has_paper` (received, not yet typed) and `contact`.

    Whose paper was delivered with its proof is 已送达 until somebody says otherwise.
    """
    here = {"meeting": meeting, "right": OuterRef("pk")}
    papers = PaperBallot.objects.waiting().filter(form__meeting=meeting, form__right=OuterRef("pk"))
    delivered = PaperForm.objects.filter(**here, delivered_at__isnull=False)
    said = ContactNote.objects.filter(**here).order_by("-at", "-pk").values("state")[:1]
    return (
        VotingRight.objects.counted()
        .filter(roll=meeting.roll_id)
        .annotate(
            has_voted=Exists(Ballot.objects.standing().filter(**here)),
            has_paper=Exists(papers),
            contact=Coalesce(
                Subquery(said),
                Case(
                    When(Exists(delivered), then=Value(Contact.DELIVERED.value)),
                    default=Value(Contact.NOT_CONTACTED.value),
                ),
            ),
        )
    )


def waiting_in(meeting: AssemblyMeeting) -> VotingRightQuerySet:
    """Of these, those from whom no ballot came, neither typed nor on paper."""
    return rights_in(meeting).filter(WAITS)
