"""常用答复: kept by a unit or for all, put into a reply by one tap, never sent with an open blank."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.actions.desk import sign_ticket
from complaints.actions.wordings import keep_reply
from complaints.models import CannedReply
from complaints.rules.wording import check_blanks, filled
from complaints.terms import Category, Resolution, State
from complaints.tests.test_lists import dispatched
from compounds.rules import Refused

LIST, NEW = reverse("complaints:canned-replies"), reverse("complaints:canned-reply-new")
TEXT = "{地点}的疏散通道已清理，{日期}起每天巡查一次，发现堆物当天清走。"


def kept(cast, *, unit="fire_brigade", title="通道已清理", category="", text=TEXT, key=None):
    return keep_reply(
        organization=unit and getattr(cast, unit),
        title=title,
        category=category,
        text=text,
        submission_key=key or uuid.uuid4(),
        by=cast.liaison,
        at=timezone.now(),
    )


@pytest.fixture
def signed(client, cast):
    client.force_login(cast.liaison)
    return sign_ticket(dispatched(cast, 0), by=cast.liaison, at=timezone.now())


def page(client, address, **said):
    answer = client.post(address, said) if said else client.get(address)
    return answer.content.decode()


def test_one_tap_fills_the_form_after_what_was_typed(client, cast, signed):
    reply = kept(cast)
    said = {"text": "您好。", "resolution": Resolution.SOLVED, "fill": reply.pk}
    form = page(client, signed.deed_url("reply"), **said)

    assert f"您好。\n{signed.where}的疏散通道已清理，{{日期}}起" in form
    assert re.search(r'value="solved"[^>]* checked', form)
    assert "还差一点" not in form
    signed.refresh_from_db()
    assert signed.state == State.IN_HAND


def test_a_reply_with_an_open_blank_is_kept_back(client, cast, signed):
    said = {"text": TEXT, "resolution": Resolution.SOLVED}
    form = page(client, signed.deed_url("reply"), **said)

    assert "还有没填的空：「地点」、「日期」" in form
    signed.refresh_from_db()
    assert signed.state == State.IN_HAND


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("三月五日起巡查", False),
        ("{日期}起巡查", True),
        ("｛日期｝起巡查", True),
        ("{ 日期 ｝起巡查", True),
        ("空的括号{}", False),
    ],
)
def test_a_blank_is_found_however_it_was_typed(text, is_open):
    try:
        check_blanks(text)
    except Refused:
        assert is_open
    else:
        assert not is_open
    assert filled("｛地点｝，{谁}", {"地点": "3栋"}) == "3栋，{谁}"


def test_offered_are_those_of_the_unit_and_the_district_for_the_category(client, cast, signed):
    kept(cast, title="本单位的")
    kept(cast, unit=None, title="全区的")
    kept(cast, title="同类的", category=signed.category)
    kept(cast, title="别类的", category=Category.DOGS)
    kept(cast, unit="housing", title="别家的")

    form = page(client, signed.deed_url("reply"))
    offered = set(CannedReply.objects.values_list("title", flat=True))
    assert {title for title in offered if title in form} == {"本单位的", "全区的", "同类的"}


def test_a_unit_keeps_its_own_and_reads_the_district_s(client, cast, signed):
    district = kept(cast, unit=None, title="全区的")
    said = {"organization": cast.fire_brigade.pk, "title": "到场", "text": "已到场查看。"}
    said["submission_key"] = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(NEW, said).status_code == 302

    own = CannedReply.objects.get(title="到场")
    assert "全区的" in page(client, LIST)
    assert client.get(district.get_absolute_url()).status_code == 403
    client.post(own.get_absolute_url(), {"title": "到场看过", "text": "已到场。"})
    assert CannedReply.objects.get(pk=own.pk).title == "到场看过"
    client.post(reverse("complaints:canned-reply-remove", args=[own.pk]))
    assert [one.title for one in CannedReply.objects.all()] == ["全区的"]


def test_the_administrator_keeps_the_district_s_alone(client, cast):
    unit, district = kept(cast), kept(cast, unit=None, title="全区的")
    client.force_login(cast.administrator)

    assert client.get(district.get_absolute_url()).status_code == 200
    assert client.get(unit.get_absolute_url()).status_code == 404


def test_two_of_a_unit_do_not_share_a_name(client, cast, signed):
    kept(cast)
    said = {"organization": cast.fire_brigade.pk, "title": "通道已清理", "text": "别的话"}
    form = page(client, NEW, **said, submission_key=str(uuid.uuid4()))

    assert "已经有一条叫「通道已清理」" in form
    assert "别的话" in form
    other = kept(cast, title="另一条")
    assert "已经有一条叫" in page(client, other.get_absolute_url(), title="通道已清理", text="话")


def test_the_list_costs_the_same_for_one_and_for_twenty(
    client, cast, signed, django_assert_max_num_queries
):
    for number in range(20):
        kept(cast, title=str(number))
    with django_assert_max_num_queries(8):
        page(client, LIST)
    with django_assert_max_num_queries(14):
        page(client, signed.deed_url("reply"))
