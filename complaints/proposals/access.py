"""Whose proposals a person reads, and who decides on them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from complaints.access.posts import TREE_STANDINGS
from complaints.proposals.models import Proposal, ProposalQuerySet
from compounds.access import User, holds, post_over, scope_paths
from compounds.models import Post
from compounds.terms import Role

DECIDERS = [
    Role.BRANCH_SECRETARY,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_STAFF,
    Role.DISPATCHER,
    Role.STREET_LEADER,
]


def visible_proposals(user: User) -> ProposalQuerySet:
    """Of the compounds in the trees of one's posts."""
    within = Q(pk__in=[])
    for path in scope_paths(user, *TREE_STANDINGS):
        within |= Q(compound__branch__path__startswith=path)
    return Proposal.objects.filter(within)


def proposals_to_read(user: User) -> ProposalQuerySet:
    if not holds(user, *TREE_STANDINGS):
        raise PermissionDenied
    return visible_proposals(user).for_list()


def proposal_to_read(user: User, pk: int) -> Proposal:
    proposal = visible_proposals(user).for_list().filter(pk=pk).first()
    if proposal is None:
        raise Http404
    return proposal


def may_decide(user: User, proposal: Proposal) -> bool:
    return holds(user, *DECIDERS, organization=proposal.compound.branch)


def proposal_to_decide(user: User, pk: int) -> Proposal:
    proposal = proposal_to_read(user, pk)
    if not may_decide(user, proposal):
        raise PermissionDenied
    return proposal


def post_of_decider(user: User, proposal: Proposal) -> Post:
    """By which post it is decided."""
    return post_over(user, proposal.compound.branch, *DECIDERS)
