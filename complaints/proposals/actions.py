"""未诉先办: proposals come about by themselves, and people decide on them."""

from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count

from complaints.models import PolicyVersion, Ticket
from complaints.models.tickets import TicketQuerySet
from complaints.proposals.access import post_of_decider
from complaints.proposals.models import Proposal
from complaints.proposals.terms import Decision, Why
from complaints.rules.limits import Policy
from complaints.terms import Kind, State
from compounds.models import Person
from compounds.rules import Conflict, masked_text

NOT_COUNTED = [State.MERGED, State.DECLINED, State.WITHDRAWN]


@transaction.atomic
def propose(*, at: datetime) -> int:
    """What many met, and what comes back at one place. Twice is as good as once.

    Returns how many proposals are new.
    """
    policy = PolicyVersion.objects.in_force(at).policy
    return _propose_followed(policy, at) + _propose_repeated(policy, at)


def _propose_followed(policy: Policy, at: datetime) -> int:
    met = Ticket.objects.open().filter(follower_count__gte=policy.number("proposal_followers"))
    proposed = Proposal.objects.filter(why=Why.FOLLOWED).values("ticket")
    new = 0
    for ticket in met.exclude(category="").exclude(pk__in=proposed):
        proposal, is_new = Proposal.objects.get_or_create(
            why=Why.FOLLOWED,
            ticket=ticket,
            defaults={
                "compound_id": ticket.compound_id,
                "building_id": ticket.building_id,
                "category": ticket.category,
                "proposed_at": at,
            },
        )
        proposal.tickets.add(ticket)
        new += is_new
    return new


def _propose_repeated(policy: Policy, at: datetime) -> int:
    """What was decided on does not come up again by the same reports."""
    days, new = policy.number("proposal_days"), 0
    places = (
        _undecided(at - timedelta(days=days))
        .values("compound", "building", "category")
        .annotate(count=Count("pk"), reports=ArrayAgg("pk"))
        .filter(count__gte=policy.number("proposal_reports"))
        .order_by()
    )
    for place in places:
        proposal, is_new = Proposal.objects.get_or_create(
            why=Why.REPEATED,
            compound_id=place["compound"],
            building_id=place["building"],
            category=place["category"],
            decision=Decision.WAITING,
            defaults={"proposed_at": at, "days": days},
        )
        proposal.tickets.add(*place["reports"])
        new += is_new
    return new


def _undecided(since: datetime) -> TicketQuerySet:
    decided = Proposal.objects.filter(why=Why.REPEATED).exclude(decision=Decision.WAITING)
    found = Ticket.objects.filter(filed_at__gt=since).exclude(state__in=NOT_COUNTED)
    found = found.exclude(kind=Kind.PRAISE)
    return found.exclude(category="").exclude(pk__in=decided.values("tickets"))


@transaction.atomic
def decide_proposal(
    proposal: Proposal, *, decision: str, reason: str, by: Person, at: datetime
) -> None:
    """采纳 or 不采纳, with its reason, for good."""
    post = post_of_decider(by, proposal)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.decision != Decision.WAITING:
        raise Conflict("这一条已经有人决定了，请看最新情况。")
    locked.decision, locked.reason = decision, masked_text(reason)
    locked.decided_at, locked.decided_by = at, by
    locked.role = f"{post.organization} {post.get_role_display()}"
    locked.save(update_fields=["decision", "reason", "decided_at", "decided_by", "role"])
