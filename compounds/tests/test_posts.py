import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from compounds.access import active_posts, holds
from compounds.actions import appoint, end_post
from compounds.models import Entrance, OwnedUnit, Person, Post
from compounds.rules import Refused
from compounds.terms import OrganizationKind, Role

NEW_PHONE = "13912345678"


def appoint_url(organization):
    return reverse("compounds:post-appoint", args=[organization.pk])


def answer(**more):
    return {
        "name": "新人",
        "phone": NEW_PHONE,
        "started_at": "2026-01-01T09:00",
        "submission_key": uuid4(),
        **more,
    }


def entrance_of(compound):
    return Entrance.objects.of_compound(compound).first()


def appointed(cast, person, organization, role, by=None):
    post, _ = appoint(
        organization,
        name=person.name,
        phone=person.phone,
        role=role,
        by=by or cast.security,
        at=timezone.now(),
        key=uuid4(),
    )
    return post


def test_a_new_person_is_appointed_and_the_password_on_the_page_works(client, cast):
    client.force_login(cast.security)

    response = client.post(appoint_url(cast.community), answer(role=Role.COMMUNITY_SECRETARY))

    [password] = re.findall(r'class="figure">([a-z2-7-]{14})<', response.text)
    person = Person.objects.with_phone(NEW_PHONE)
    assert person.check_password(password)
    assert NEW_PHONE not in response.text
    assert holds(person, Role.COMMUNITY_SECRETARY, organization=cast.home.branch)


def test_sent_twice_it_is_one_person_one_post_and_the_same_password(client, cast):
    client.force_login(cast.security)
    same = answer(role=Role.COMMUNITY_SECRETARY)

    first = client.post(appoint_url(cast.community), same)
    second = client.post(appoint_url(cast.community), same)

    [password] = re.findall(r'class="figure">([a-z2-7-]{14})<', first.text)
    assert password in second.text
    assert Person.objects.with_phone(NEW_PHONE).posts.count() == 1


def test_a_password_that_was_changed_is_shown_no_more(client, cast):
    client.force_login(cast.security)
    same = answer(role=Role.COMMUNITY_SECRETARY)
    client.post(appoint_url(cast.community), same)
    person = Person.objects.with_phone(NEW_PHONE)
    person.set_password("mine alone")
    person.save(update_fields=["password"])

    response = client.post(appoint_url(cast.community), same)

    assert response.url == cast.community.get_absolute_url()


def test_an_existing_person_keeps_the_password_and_the_right_acts_on_the_next_request(client, cast):
    client.force_login(cast.resident)
    assert client.get(reverse("compounds:compounds")).status_code == 403

    appointed(cast, cast.resident, cast.home.branch, Role.SOCIAL_WORKER)

    assert client.get(reverse("compounds:compounds")).status_code == 200
    assert Person.objects.get(pk=cast.resident.pk).check_password("correct horse")


def test_a_phone_under_another_name_is_refused_without_naming_its_owner(client, cast):
    client.force_login(cast.security)

    response = client.post(
        appoint_url(cast.community),
        answer(phone=cast.resident.phone, name="别人", role=Role.COMMUNITY_STAFF),
    )

    assert "已用另一个姓名登记" in response.text
    assert not cast.resident.posts.exists()


def test_an_ended_post_takes_the_right_at_once(client, cast):
    client.force_login(cast.secretary)
    assert client.get(cast.home.get_absolute_url()).status_code == 200
    post = cast.secretary.posts.get()

    end_post(post, by=cast.security, at=timezone.now())

    assert client.get(cast.home.get_absolute_url()).status_code == 404
    with pytest.raises(Refused, match="已经办过离任"):
        end_post(post, by=cast.security, at=timezone.now())


def test_nobody_appoints_themselves(client, cast):
    client.force_login(cast.security)

    response = client.post(
        appoint_url(cast.street),
        answer(name=cast.security.name, phone=cast.security.phone, role=Role.DISPATCHER),
    )

    assert "不能任命自己" in response.text
    assert cast.security.posts.count() == 1


def test_the_three_offices_stay_apart(cast):
    with pytest.raises(Refused, match="不能由一人兼任"):
        appointed(cast, cast.administrator, cast.district, Role.AUDITOR)


def test_the_last_security_administrator_stays(cast):
    with pytest.raises(Refused, match="至少要有一名安全管理员"):
        end_post(cast.security.posts.get(), by=cast.security, at=timezone.now())


@pytest.mark.parametrize("role", [Role.BRANCH_SECRETARY, Role.DISPATCHER])
def test_a_role_that_does_not_fit_is_refused(cast, role):
    with pytest.raises(Refused, match="没有"):
        appointed(cast, cast.resident, cast.community, role)


def test_a_post_held_already_is_not_given_again(cast):
    with pytest.raises(Refused, match="已经担任"):
        appointed(cast, cast.secretary, cast.home.branch, Role.BRANCH_SECRETARY)


def test_a_secretary_appoints_a_floor_head_in_the_own_compound_only(client, cast):
    client.force_login(cast.secretary)
    home, away = entrance_of(cast.home), entrance_of(cast.elsewhere)
    OwnedUnit.objects.create(entrance=home, floor=3, room="301", exclusive_area=1)
    head = {"role": Role.FLOOR_HEAD, "floor": 3}

    elsewhere = client.post(appoint_url(cast.home.branch), answer(**head, entrance=away.pk))
    nowhere = client.post(
        appoint_url(cast.home.branch), answer(**head | {"floor": 4}, entrance=home.pk)
    )
    assert "entrance" in elsewhere.context["form"].errors
    assert "没有 4 层" in nowhere.text
    assert not Person.objects.with_phone(NEW_PHONE)

    client.post(appoint_url(cast.home.branch), answer(**head, entrance=home.pk))
    post = Post.objects.get(role=Role.FLOOR_HEAD)
    assert (post.entrance, post.floor, post.place) == (home, 3, "1栋1单元3层")


@pytest.mark.parametrize("role", [Role.BUILDING_HEAD, Role.ENTRANCE_HEAD, Role.FLOOR_HEAD])
def test_a_head_needs_a_place(client, cast, role):
    client.force_login(cast.secretary)

    response = client.post(appoint_url(cast.home.branch), answer(role=role))

    assert response.status_code == 200
    assert response.context["form"].errors.keys() <= {"building", "entrance", "floor"}
    assert response.context["form"].errors


def test_a_secretary_may_not_appoint_another_secretary(client, cast):
    client.force_login(cast.secretary)

    response = client.post(appoint_url(cast.home.branch), answer(role=Role.BRANCH_SECRETARY))

    assert "role" in response.context["form"].errors


def test_a_secretary_ends_a_head_s_post_but_not_the_police_s(client, cast):
    building = cast.home.buildings.first()
    head = cast.person("楼栋长", cast.home.branch, Role.BUILDING_HEAD, building=building)
    police = cast.person("民警", cast.home.branch, Role.POLICE)
    client.force_login(cast.secretary)

    ended = client.post(reverse("compounds:post-end", args=[head.posts.get().pk]))
    refused = client.post(reverse("compounds:post-end", args=[police.posts.get().pk]))

    assert (ended.url, refused.status_code) == (cast.home.branch.get_absolute_url(), 403)
    assert (len(active_posts(head)), len(active_posts(police))) == (0, 1)


@pytest.mark.parametrize(
    ("who", "branch", "community"),
    [
        ("resident", 404, 404),
        ("stranger", 404, 404),
        ("secretary", 200, 404),
        ("community_staff", 403, 403),
        ("administrator", 403, 403),
        ("auditor", 403, 403),
        ("security", 200, 200),
    ],
)
def test_who_appoints_where(client, cast, who, branch, community):
    client.force_login(getattr(cast, who))

    assert client.get(appoint_url(cast.home.branch)).status_code == branch
    assert client.get(appoint_url(cast.community)).status_code == community


def test_a_seat_in_both_bodies_is_a_cross_appointment(cast):
    committee = cast.organization("业委会", OrganizationKind.OWNERS_COMMITTEE, cast.home.branch)
    away = cast.organization("别处业委会", OrganizationKind.OWNERS_COMMITTEE, cast.elsewhere.branch)
    at = timezone.now()
    seat = appointed(cast, cast.secretary, committee, Role.CHAIR)
    appointed(cast, cast.secretary, away, Role.COMMITTEE_MEMBER)

    [post] = Post.objects.cross_appointments(timezone.now())
    assert post == cast.secretary.posts.get(role=Role.BRANCH_SECRETARY)

    end_post(seat, by=cast.security, at=at)
    assert not Post.objects.cross_appointments(timezone.now()).exists()


def test_places_are_dropped_for_roles_that_have_none(client, cast):
    client.force_login(cast.security)
    building = cast.home.buildings.first()

    client.post(
        appoint_url(cast.home.branch), answer(role=Role.POLICE, building=building.pk, floor=2)
    )

    assert Post.objects.get(role=Role.POLICE).place == ""
