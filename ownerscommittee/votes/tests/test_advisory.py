"""Rule 17: where the government's own system decides, the vote here is advice and says so."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from compounds.rules import DAY, Refused
from ownerscommittee.votes.actions.counting import count_meeting
from ownerscommittee.votes.actions.results import announce_result, post_result
from ownerscommittee.votes.models import OfficialTotals
from ownerscommittee.votes.terms import Item, Outcome
from ownerscommittee.votes.tests.hall import CLOSES

TOTALS = {"total_people": 4, "total_area": "360.00", "participated_people": 4}
PASSED = {"q1_agree_people": 3, "q1_agree_area": "270", "q1_against_people": 1}
AREAS = {"participated_area": "360", "q1_against_area": "90"}


@pytest.fixture
def meeting(hall):
    """Nobody votes here; everybody votes in the government's system."""
    draft = hall.draft(motions=(), is_advisory=True)
    hall.motion(draft, item=Item.PROPERTY_COMPANY, title="解聘物业", is_dismissal=True)
    return hall.closed(hall.open(draft))


def official(client, meeting, **typed):
    given = {"source": "市业主决策平台 2026-03-20 公告", **TOTALS, **PASSED, **AREAS, **typed}
    return client.post(reverse("votes:official", args=[meeting.code]), given)


def test_the_official_totals_stand_beside_the_advice_and_count(client, hall, meeting):
    client.force_login(hall.chair)
    with pytest.raises(Refused, match="先录入官方结果"):
        count_meeting(meeting, by=hall.chair, at=CLOSES + DAY)

    official(client, meeting)
    result = count_meeting(meeting, by=hall.chair, at=CLOSES + DAY)
    assert result.sheet["questions"][0]["outcome"] == Outcome.NO_QUORUM
    client.logout()
    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "以政府系统的结果为准。这里的计票只作参考" in page
    assert "和官方不同" in page
    assert "270.00" in page  # the official area
    assert "市业主决策平台" in page

    meeting = hall.again(meeting)
    post_result(meeting, by=hall.chair, at=CLOSES + DAY)
    meeting = hall.again(meeting)
    announce_result(meeting, by=hall.chair, at=meeting.objections_until)
    assert meeting.follow_ups.filter(name__contains="六十日").exists()


def test_what_does_not_add_up_in_the_official_notice_is_said(client, hall, meeting):
    client.force_login(hall.chair)
    official(client, meeting, q1_agree_people=4)
    count_meeting(meeting, by=hall.chair, at=CLOSES + DAY)

    assert "message--warning" in client.get(meeting.get_absolute_url()).content.decode()


def test_official_totals_are_entered_once(client, hall, meeting):
    client.force_login(hall.chair)

    assert "官方结果" in client.get(reverse("votes:official", args=[meeting.code])).content.decode()
    assert official(client, meeting).status_code == 302
    assert official(client, meeting).status_code == 409
    assert OfficialTotals.objects.count() == 1


def test_where_the_votes_here_decide_there_is_nothing_official(client, hall):
    meeting = hall.closed(hall.open())
    client.force_login(hall.chair)

    assert "不以政府系统为准" in official(client, meeting).content.decode()


def test_a_sheet_fills_the_form_and_is_looked_over_before_it_counts(client, hall, meeting):
    client.force_login(hall.chair)
    address = reverse("votes:official", args=[meeting.code])
    empty = client.get(f"{address}sheet.xlsx").content
    rows = list(load_workbook(io.BytesIO(empty)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[:3]] == ["项目", "来源", "全体业主人数"]
    text = '项目,数字\n来源,平台公告\n全体业主人数,4\n1. 同意面积（㎡）,"1,270.50"\n'

    page = client.post(address, {"sheet": SimpleUploadedFile("o.csv", text.encode())}).text

    assert "请逐项核对" in page
    assert 'value="1270.50"' in page
    assert 'value="平台公告"' in page
    assert not OfficialTotals.objects.exists()
    wrong = SimpleUploadedFile("o.csv", "项目,数字\n9. 同意人数,4\n".encode())
    assert "第 2 行的“9. 同意人数”不在这次表决里" in client.post(address, {"sheet": wrong}).text
