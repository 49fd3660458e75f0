import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from compounds.access import active_posts, holds, scope_paths, visible_compounds
from compounds.models import Person, Post
from compounds.terms import Role


def again(person):
    """The same person in the next request."""
    return Person.objects.get(pk=person.pk)


def test_posts_are_read_once_a_request(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        [post] = active_posts(cast.secretary)
        assert active_posts(cast.secretary) == [post]
        assert post.organization == cast.home.branch


def test_nobody_holds_nothing(db):
    assert active_posts(AnonymousUser()) == []


def test_an_ended_post_gives_nothing_from_the_next_request_on(cast):
    assert holds(cast.secretary, Role.BRANCH_SECRETARY)

    Post.objects.filter(person=cast.secretary).update(ended_at=timezone.now())

    assert not holds(again(cast.secretary), Role.BRANCH_SECRETARY)


def test_a_role_reaches_down_and_never_up_or_aside(cast):
    held = {"organization": cast.home.branch}

    assert holds(cast.community_staff, Role.COMMUNITY_STAFF, **held)
    assert not holds(cast.community_staff, Role.BRANCH_SECRETARY, **held)
    assert not holds(cast.stranger, Role.BRANCH_SECRETARY, **held)
    assert not holds(cast.secretary, Role.BRANCH_SECRETARY, organization=cast.community)


def test_scope_is_a_subtree(cast):
    assert scope_paths(cast.dispatcher) == [cast.street.path]
    assert scope_paths(cast.dispatcher, Role.STREET_LEADER) == []


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("resident", []),
        ("secretary", ["BS001"]),
        ("company_staff", ["BS001"]),
        ("community_staff", ["BS001"]),
        ("stranger", ["BS002"]),
        ("dispatcher", ["BS001", "BS002"]),
        ("liaison", []),
        ("auditor", ["BS001", "BS002"]),
    ],
)
def test_each_sees_the_compounds_of_their_posts(cast, who, codes):
    seen = visible_compounds(getattr(cast, who)).for_list()

    assert [compound.code for compound in seen] == codes
