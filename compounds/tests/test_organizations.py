from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from compounds.actions import (
    close_organization,
    end_post,
    found_organization,
    move_organization,
    record_compound,
)
from compounds.models import Compound, Organization, Post
from compounds.rules import Refused
from compounds.terms import OrganizationKind


def url(name, organization):
    return reverse(f"compounds:{name}", args=[organization.pk])


def fresh(organization):
    return Organization.objects.get(pk=organization.pk)


def found(parent, by, kind=OrganizationKind.COMMUNITY, name="新社区"):
    return found_organization(parent, kind=kind, name=name, telephone="", key=uuid4(), by=by)


def test_the_administrator_founds_a_community_once_however_often_it_is_sent(client, cast):
    client.force_login(cast.administrator)
    answer = {"kind": "community", "name": "新社区", "telephone": "", "submission_key": uuid4()}

    first = client.post(url("organization-add", cast.street), answer)
    second = client.post(url("organization-add", cast.street), answer)

    new = Organization.objects.get(name="新社区")
    assert first.url == second.url == new.get_absolute_url()
    assert new.path.startswith(cast.street.path)


def test_a_kind_that_does_not_fit_is_not_on_offer_and_refused(client, cast):
    client.force_login(cast.administrator)
    answer = {"kind": "branch", "name": "新支部", "submission_key": uuid4()}

    response = client.post(url("organization-add", cast.street), answer)

    assert response.status_code == 200
    assert "kind" in response.context["form"].errors
    with pytest.raises(Refused, match="不能设"):
        found(cast.street, cast.administrator, OrganizationKind.BRANCH)


def test_moving_a_community_takes_its_compounds_along_and_keeps_its_posts(client, cast):
    other = Organization.objects.add_child(
        cast.district, {"name": "另一街道", "kind": OrganizationKind.STREET}
    )
    client.force_login(cast.administrator)
    before = list(Post.objects.values_list("pk", "person", "organization"))

    response = client.post(url("organization-move", cast.community), {"to": other.pk})

    assert response.url == cast.community.get_absolute_url()
    assert fresh(cast.home.branch).path.startswith(fresh(other).path)
    assert fresh(cast.company).path.startswith(fresh(cast.home.branch).path)
    assert list(Post.objects.values_list("pk", "person", "organization")) == before


def test_a_street_leader_loses_sight_of_a_community_that_moved_away(client, cast):
    other = Organization.objects.add_child(
        cast.district, {"name": "另一街道", "kind": OrganizationKind.STREET}
    )
    client.force_login(cast.street_leader)
    assert client.get(cast.community.get_absolute_url()).status_code == 200

    move_organization(cast.community, to=other, by=cast.administrator)

    assert client.get(cast.community.get_absolute_url()).status_code == 404


def test_a_community_is_not_moved_under_a_community(cast):
    with pytest.raises(Refused, match="不能放在"):
        move_organization(cast.community, to=cast.far_community, by=cast.administrator)


def test_the_database_refuses_a_child_that_does_not_fit(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.add_child(cast.street, {"name": "x", "kind": OrganizationKind.BRANCH})
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_closing_waits_until_nobody_serves_there_and_nothing_stands_below(client, cast):
    at = timezone.now()
    with pytest.raises(Refused, match="下面还有 1 个"):
        close_organization(cast.community, by=cast.administrator, at=at)
    with pytest.raises(Refused, match="1 人在这里任职"):
        close_organization(cast.company, by=cast.administrator, at=at)
    end_post(cast.company_staff.posts.get(), by=cast.security, at=at)
    client.force_login(cast.administrator)

    client.post(url("organization-close", cast.company))
    assert not fresh(cast.company).is_active

    client.post(url("organization-reopen", cast.company))
    assert fresh(cast.company).is_active


def test_a_refusal_is_shown_on_the_page_that_asked(client, cast):
    client.force_login(cast.administrator)

    response = client.post(url("organization-close", cast.community))

    assert "下面还有 1 个在用的组织" in response.text


def test_a_name_and_a_telephone_are_mended(client, cast):
    client.force_login(cast.administrator)

    client.post(
        url("organization-edit", cast.street), {"name": "新名", "telephone": "023-41420000"}
    )

    street = fresh(cast.street)
    assert (street.name, street.telephone) == ("新名", "023-41420000")


def test_the_tree_shows_a_branch_to_its_community_and_finds_it_by_name(client, cast):
    client.force_login(cast.community_staff)

    tree = client.get(reverse("compounds:organizations"))
    found = client.get(reverse("compounds:organizations"), {"q": "小区一"})

    assert "示范小区一党支部" in tree.text
    assert "示范小区二党支部" not in tree.text
    assert cast.home.branch.get_absolute_url() in found.text


@pytest.mark.parametrize(
    ("who", "read", "manage"),
    [
        ("resident", 404, 404),
        ("company_staff", 404, 404),
        ("stranger", 404, 404),
        ("secretary", 200, 403),
        ("community_staff", 200, 403),
        ("street_leader", 200, 403),
        ("security", 200, 403),
        ("auditor", 200, 403),
        ("administrator", 200, 200),
    ],
)
def test_who_reads_and_who_manages_a_branch(client, cast, who, read, manage):
    client.force_login(getattr(cast, who))
    branch = cast.home.branch

    assert client.get(branch.get_absolute_url()).status_code == read
    for name in ("add", "edit", "compound", "move", "close", "reopen"):
        assert client.get(url(f"organization-{name}", branch)).status_code == manage


FACTS = {
    "code": "bs900",
    "name": "新小区",
    "address": "",
    "households": 300,
    "management": "self_managed",
}


def test_the_administrator_puts_down_the_compound_of_a_new_branch_once(client, cast):
    branch = found(cast.community, cast.administrator, OrganizationKind.BRANCH, "新小区党支部")
    client.force_login(cast.administrator)

    for _ in range(2):
        response = client.post(url("organization-compound", branch), FACTS)

    compound = Compound.objects.get(branch=branch)
    assert (compound.code, compound.households) == ("BS900", 300)
    assert response.url == compound.get_absolute_url()


def test_a_code_in_use_and_an_organisation_that_is_no_branch_are_refused(client, cast):
    client.force_login(cast.administrator)
    taken = FACTS | {"code": cast.elsewhere.code}

    response = client.post(url("organization-compound", cast.home.branch), taken)

    assert "已有小区在用" in response.text
    assert client.get(url("organization-compound", cast.community)).status_code == 404
    with pytest.raises(Refused, match="只有小区党支部"):
        record_compound(cast.community, by=cast.administrator, **FACTS)
