import uuid
from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compounds.announcements.actions import announce
from compounds.announcements.models import Announcement
from compounds.rules import local_day
from compounds.terms import Role

TODAY = local_day(timezone.now())


def said(cast, title="周六停水", by="branch", scope=None, **over):
    given = {
        "organization": getattr(cast, by),
        "scope": getattr(cast, scope or by),
        "title": title,
        "body": "上午九点到十一点。",
        "starts_on": None,
        "ends_on": None,
        "submission_key": uuid.uuid4(),
        "by": cast.secretary,
        "at": timezone.now(),
    }
    return announce(**given | over)


def heard(client, compound):
    url = reverse("announcements:of-compound", args=[compound.code])
    return [one.title for one in client.get(url).context["announcements"]]


def typed(cast, **over):
    given = {"submission_key": uuid.uuid4(), "title": "义诊", "body": "周日上午。"}
    return {**given, "scope": cast.branch.pk, **over}


def test_a_compound_hears_its_branch_its_community_and_its_street_and_no_neighbour(cast, client):
    said(cast, "支部")
    said(cast, "社区", by="community")
    said(cast, "街道", by="street")
    said(cast, "街道只对那边", by="street", scope="far_community")
    said(cast, "隔壁", by="far_branch")

    assert heard(client, cast.home) == ["街道", "社区", "支部"]
    assert heard(client, cast.elsewhere) == ["隔壁", "街道只对那边", "街道"]


@pytest.mark.parametrize(
    ("days", "shown"),
    [((0, None), True), ((0, 0), True), ((1, None), False), ((-9, -1), False), ((-9, 0), True)],
)
def test_it_is_shown_from_its_first_day_to_its_last(cast, client, days, shown):
    first, last = (None if one is None else TODAY + timedelta(days=one) for one in days)
    one = said(cast)
    with connection.cursor() as cursor:  # the past cannot be announced, only come
        cursor.execute("SET LOCAL session_replication_role = replica")
        Announcement.objects.filter(pk=one.pk).update(starts_on=first, ends_on=last)
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert bool(heard(client, cast.home)) is shown


def test_a_secretary_announces_and_the_residents_find_it_on_their_front_page(cast, client):
    unit = (
        cast.home.buildings.first()
        .entrances.get()
        .units.create(floor=1, room="1-1", exclusive_area=9000)
    )
    unit.residencies.create(person=cast.resident, from_on=TODAY)
    client.force_login(cast.secretary)
    url = reverse("announcements:announcement-new", args=[cast.branch.pk])

    response = client.post(url, typed(cast))

    client.force_login(cast.resident)
    assert "义诊" in client.get("/").content.decode()
    assert "周日上午" in client.get(response.url).content.decode()


def test_sent_twice_it_is_one(cast, client):
    client.force_login(cast.secretary)
    url, sent = reverse("announcements:announcement-new", args=[cast.branch.pk]), typed(cast)

    assert client.post(url, sent).url == client.post(url, sent).url
    assert Announcement.objects.count() == 1


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"title": ""}, "请写标题"),
        ({"body": ""}, "请写内容"),
        ({"ends_on": "2020-01-01"}, "截止日期不能早于今天"),
        ({"scope": "far"}, "请在列表里选一个范围"),
    ],
)
def test_what_cannot_be_announced_comes_back_in_words(cast, client, over, words):
    if over.get("scope"):
        over = {"scope": cast.far_branch.pk}
    client.force_login(cast.secretary)
    url = reverse("announcements:announcement-new", args=[cast.branch.pk])

    page = client.post(url, typed(cast, **over)).content.decode()

    assert words in page
    assert not Announcement.objects.exists()


def test_a_committee_speaks_to_its_own_compound(cast, client):
    committee = cast.organization("一期业委会", "owners_committee", cast.branch)
    chair = cast.person("主任", committee, Role.CHAIR)
    client.force_login(chair)

    client.post(reverse("announcements:announcement-new", args=[committee.pk]), typed(cast))

    assert heard(client, cast.home) == ["义诊"]


def test_readers_are_counted_once_and_written_down_nowhere(cast, client):
    one = said(cast)
    for _ in range(3):
        client.get(one.get_absolute_url())
    client.force_login(cast.resident)
    for _ in range(2):
        page = client.get(one.get_absolute_url()).content.decode()

    assert "2 人看过" in page
    assert all(len(row.reader) == 64 for row in one.readings.all())


def test_what_was_said_is_never_rewritten_or_deleted(cast):
    one = said(cast)
    for change in (
        lambda: Announcement.objects.filter(pk=one.pk).update(body="没说过"),
        lambda: Announcement.objects.filter(pk=one.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_withdrawn_it_leaves_the_lists_and_says_why_to_whoever_has_the_address(cast, client):
    one = said(cast)
    client.force_login(cast.secretary)
    url = reverse("announcements:announcement-withdraw", args=[one.token])

    assert "请写一句为什么撤下" in client.post(url, {"reason": ""}).content.decode()
    client.post(url, {"reason": "时间改了"})

    assert heard(client, cast.home) == []
    assert "原因：时间改了" in client.get(one.get_absolute_url()).content.decode()
    assert client.post(url, {"reason": "再撤"}).status_code == 409


def test_the_lists_cost_the_same_however_much_is_said(cast, client):
    urls = [
        reverse("announcements:of-compound", args=[cast.home.code]),
        reverse("announcements:announcements"),
    ]
    client.force_login(cast.secretary)

    def queries():
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            found.append(len(captured))
        return found

    said(cast)
    one = queries()
    for number in range(19):
        said(cast, f"第 {number} 条")

    assert queries() == one and max(one) <= 8
