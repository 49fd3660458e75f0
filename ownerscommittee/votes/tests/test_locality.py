"""地方规定 and 议事规则: dated versions that only grow, and 待核 wherever a number has no article."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compounds.rules import Refused
from ownerscommittee.actions.locality import publish_bylaws, publish_profile
from ownerscommittee.forms.locality import BylawsForm, LocalityForm
from ownerscommittee.models import Bylaws, LocalityProfile
from ownerscommittee.terms import LocalNumber
from ownerscommittee.votes.actions.rolls import post_roll
from ownerscommittee.votes.tests.test_rolls import drawn, estate
from tests.cast import LONG_AGO, MONDAY

__all__ = ["estate"]

ARTICLE = "《重庆市物业管理条例》第三十一条"
WORDS = "业主名册应当公示不少于二十日。"
NEW = "votes:locality-new"


def typed(form, **over):
    """The form as it comes from its page, with what somebody changed."""
    given = {name: form[name].value() for name in form.fields}
    given |= {"in_force_on": "2026-01-01", "note": "渝人大 2024", "submission_key": uuid.uuid4()}
    return {name: "" if value is None else value for name, value in {**given, **over}.items()}


def newest():
    return LocalityProfile.objects.order_by("pk").last()


def locality(client, **over):
    return client.post(reverse(NEW), typed(LocalityForm(current=newest()), **over))


SOURCED = {
    "roll_posting_days": 20,
    "roll_posting_days_article": ARTICLE,
    "roll_posting_days_text": WORDS,
}


def test_chongqing_comes_unverified_and_says_so_wherever_a_number_is_used(client, estate, hall):
    profile = newest()
    assert profile.region == "重庆市"
    assert profile.unverified == list(LocalNumber)
    posted = post_roll(drawn(estate), at=MONDAY).posted_url
    meeting = hall.noticed()

    for address in (reverse("votes:locality"), posted, meeting.get_absolute_url()):
        assert "待核" in client.get(address).text

    client.force_login(hall.chair)
    assert "待核" in client.get(reverse("votes:draft", args=[estate.home.code])).text
    assert "截止后 7 天内（待核）" in client.get(meeting.get_absolute_url()).text


def test_the_result_page_says_it_too(client, hall):
    page = client.get(hall.posted(hall.open()).get_absolute_url()).text

    assert "结果异议期：7 天" in page
    assert "待核" in page


def test_an_official_enters_the_article_and_new_rolls_go_by_it(client, estate):
    old = post_roll(drawn(estate), at=MONDAY)
    client.force_login(estate.administrator)
    assert "没有条文" in client.get(reverse(NEW)).text

    locality(client, **SOURCED)

    profile = newest()
    assert profile.numbers == {
        "roll_posting_days": {"value": 20, "article": ARTICLE, "text": WORDS}
    }
    assert LocalNumber.ROLL_POSTING_DAYS not in profile.unverified
    page = client.get(reverse("votes:locality")).text
    assert f"“{WORDS}”" in page
    new = post_roll(drawn(estate), at=MONDAY)
    assert (new.posted_until - old.posted_until).days >= 5
    assert "业主名册公示期：20 天" in client.get(new.posted_url).text
    assert "业主名册公示期：15 天" in client.get(old.posted_url).text


@pytest.mark.parametrize(
    ("over", "field", "why"),
    [
        ({"notice_days": 10, "notice_days_article": "一"}, "notice_days", "应在 15 到 90"),
        ({"objection_days": 9}, "objection_days_article", "请写是哪一条"),
        ({"objection_days_article": "第十条"}, "objection_days_text", "请把原文也抄上"),
        ({"term_years": ""}, "term_years", "请填一个数"),
        ({"note": ""}, "note", ""),
    ],
)
def test_what_the_nation_settles_or_nobody_can_look_up_is_refused(client, estate, over, field, why):
    client.force_login(estate.administrator)

    form = locality(client, **over).context["form"]

    assert why in str(form.errors[field])
    assert LocalityProfile.objects.count() == 1


def given_to(cast, **over):
    given = {"note": "x", "in_force_on": MONDAY.date(), "by": cast.secretary, "at": MONDAY}
    return {**given, "key": uuid.uuid4(), **over}


def test_two_who_write_at_once_do_not_undo_each_other(cast):
    profile, key = newest(), uuid.uuid4()
    given = {"region": "重庆市", "numbers": {}, "based_on": profile.pk}

    first = publish_profile(**given, **given_to(cast, key=key))
    assert publish_profile(**given, **given_to(cast, key=key)) == first
    with pytest.raises(Refused, match="有人写入了新版本"):
        publish_profile(**given, **given_to(cast))
    with pytest.raises(Refused, match="应在 15 到 90"):
        numbers = {"notice_days": {"value": 3, "article": "一", "text": "二"}}
        publish_profile(**{**given, "based_on": first.pk, "numbers": numbers}, **given_to(cast))


def test_versions_only_grow_and_the_database_sees_to_it(cast):
    made = publish_bylaws(cast.home, terms={}, based_on=0, **given_to(cast))

    for row in (made, newest()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(note="改了")
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


def test_conveners_enter_clauses_and_everybody_reads_them(client, hall, cast):
    address = reverse("votes:bylaws-new", args=[cast.home.code])
    public = reverse("votes:bylaws", args=[cast.home.code])
    assert "没有约定，按通行办法" in client.get(public).text
    client.force_login(hall.chair)
    current = Bylaws(compound=cast.home, terms={})

    def send(**over):
        return client.post(address, typed(BylawsForm(current=current), **over))

    assert "请写是哪一条" in send(count_parking=1).text
    clause = {"count_parking_article": "议事规则第九条", "count_parking_text": "车位计入。"}
    send(count_parking=1, **clause)

    made = cast.home.bylaws.get()
    assert made.counted_uses == ["parking"]
    assert "有人写入了新版本" in send(count_parking=1, **clause).text
    client.logout()
    page = client.get(public).text
    assert "议事规则第九条" in page
    assert "“车位计入。”" in page
    assert client.get(made.get_absolute_url()).status_code == 200
    elsewhere = reverse("votes:bylaws-version", args=[cast.elsewhere.code, made.pk])
    assert client.get(elsewhere).status_code == 404


def test_a_meeting_keeps_the_version_it_was_noticed_under(client, hall, cast):
    terms = {"invalid_ballots": {"value": "in", "article": "第十二条", "text": "计入"}}
    since = {"in_force_on": LONG_AGO.date(), "at": LONG_AGO}
    old = cast.home.bylaws.create(terms=terms, **since)
    roll = hall.settled_roll([(owner, 9000) for owner in hall.owners], bylaws=old)
    meeting = hall.open(hall.draft(roll=roll))
    publish_bylaws(cast.home, terms={}, based_on=old.pk, **given_to(cast))

    assert old.get_absolute_url() in client.get(meeting.get_absolute_url()).text
    assert hall.counted(meeting).results.latest().sheet["invalid"] == "in"


def test_the_pages_cost_the_same_for_one_version_and_for_twenty(client, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            for name in (reverse("votes:locality"), reverse("votes:bylaws", args=[cast.home.code])):
                assert client.get(name).status_code == 200
        return len(captured)

    cast.home.bylaws.create(in_force_on=MONDAY.date(), by=cast.secretary, at=MONDAY)
    few = queries()
    for _ in range(19):
        cast.home.bylaws.create(in_force_on=MONDAY.date(), by=cast.secretary, at=MONDAY)
        LocalityProfile.objects.create(region="重庆市", in_force_on=MONDAY.date(), at=MONDAY)

    assert queries() == few
