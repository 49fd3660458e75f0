"""公示栏: everybody may read it, and it names nobody."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.actions.callback import answer_callback, ask_callback
from complaints.actions.desk import (
    accept_ticket,
    blow_whistle,
    dispatch_ticket,
    record_contact,
    reply_to_ticket,
    sign_ticket,
)
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.following import follow_ticket
from complaints.actions.merging import merge_ticket
from complaints.actions.months import draw_months
from complaints.board.actions import hide_line, word_line
from complaints.board.models import Entry, EntryEvent
from complaints.models import Ticket
from complaints.terms import Category, Kind, Lane, Resolution, Satisfaction, Solved, Visibility
from complaints.tests.test_lists import queries
from complaints.tests.test_plain_words import assert_plain
from compounds.announcements.models import Announcement
from tests.copies import copies

TEXT = "301室王某家漏水，打13800000000，我姓李。"
WHY = "去掉门牌号"
REPLY = "已更换楼上水管并试压，楼下当天不再漏水，一周后复查。"


def accepted(cast, *, text=TEXT, visibility=Visibility.NAMELESS, at=None, entrance=True):
    at = at or timezone.now()
    door = cast.home.buildings.first().entrances.get()
    draft = begin_draft(
        at=at,
        compound=cast.home.code,
        text=text,
        name="李女士",
        visibility=visibility,
        entrance=door.pk if entrance else "",
    )
    ticket = file_concern(draft, reporter=None, address=str(uuid.uuid4()), at=at)
    given = {"category": Category.HOUSING, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}
    accept_ticket(ticket, by=cast.secretary, at=at, **given)
    return ticket


def closed(cast, *, solved=Solved.YES, satisfaction=Satisfaction.SATISFIED, at=None):
    at = at or timezone.now()
    ticket = accepted(cast, at=at)
    blow_whistle(ticket, reason="没有资质", needs_enforcement=True, by=cast.secretary, at=at)
    dispatch_ticket(ticket, to=cast.fire_brigade, by=cast.dispatcher, at=at)
    sign_ticket(ticket, by=cast.liaison, at=at)
    record_contact(ticket, note="到过现场", by=cast.liaison, at=at)
    answer = {"text": REPLY, "resolution": Resolution.SOLVED, "by": cast.liaison}
    reply_to_ticket(ticket, at=at, **answer)
    ask_callback(ticket, by=cast.secretary, at=at)
    given = {"was_contacted": True, "solved": solved, "satisfaction": satisfaction}
    answer_callback(ticket, by=None, at=at, **given)
    return ticket


def board(cast):
    return reverse("board:board", args=[cast.home.code])


def keep(cast, ticket, name="line"):
    return reverse(f"board:{name}", args=[cast.home.code, ticket.code])


def whats(client, url, **asked):
    return [line.what for line in client.get(url, asked).context["lines"]]


def test_the_board_says_category_building_state_days_and_result_and_names_nobody(client, cast):
    accepted(cast, at=timezone.now() - timedelta(days=2))
    closed(cast)
    page = client.get(board(cast))

    first, second = page.context["lines"]
    assert (first.what, first.where, first.word) == ("房屋", "1栋", "已办结")
    assert (first.days, first.result) == ("当天办结", "已解决")
    assert (second.word, second.days, second.result) == ("小区已受理", "第 3 天", "")
    body = page.content.decode()
    for told in ("301", "王某", "漏水", "李", "138", "1单元", REPLY, "BS-"):
        assert told not in body
    assert_plain(page)


def test_what_nobody_has_looked_at_and_what_is_not_public_never_stands_there(client, cast):
    draft = begin_draft(at=timezone.now(), compound=cast.home.code, text="还没看过")
    file_concern(draft, reporter=None, address="1", at=timezone.now())
    accepted(cast, visibility=Visibility.SECRET)

    assert whats(client, board(cast)) == []
    assert_plain(client.get(board(cast)))
    client.force_login(cast.secretary)
    assert client.get(reverse("board:keep", args=[cast.home.code])).context["rows"] == []
    secret = Ticket.objects.get(visibility=Visibility.SECRET)
    assert client.get(keep(cast, secret)).status_code == 404


def test_a_branch_words_a_line_and_the_report_stays_as_it_was(client, cast):
    ticket = accepted(cast)
    client.force_login(cast.secretary)
    client.post(keep(cast, ticket), {"words": "水管老化漏水，正在联系维修", "reason": WHY})
    client.post(keep(cast, ticket), {"words": "水管已更换，等验收", "reason": WHY})

    assert whats(Client(), board(cast)) == ["房屋：水管已更换，等验收"]
    events = [(one.before, one.after) for one in ticket.board_events.all()]
    assert events == [
        ("", "水管老化漏水，正在联系维修"),
        ("水管老化漏水，正在联系维修", "水管已更换，等验收"),
    ]
    assert ticket.board_events.first().role == "示范小区一党支部 党支部书记"
    before = ticket.text
    ticket.refresh_from_db()
    assert ticket.text == before
    assert "漏水" in client.get(keep(cast, ticket)).content.decode()


@pytest.mark.parametrize(
    "words",
    ["找 138 0000 0000", "301室漏水", "1-1-301 漏水", "1单元301漏水", "李女士家漏水"],
)
def test_a_line_names_no_number_no_room_and_not_the_reporter(client, cast, words):
    ticket = accepted(cast)
    client.force_login(cast.secretary)
    back = client.post(keep(cast, ticket), {"words": words, "reason": WHY})

    assert "请去掉" in back.content.decode()
    assert words in back.content.decode()
    assert not EntryEvent.objects.exists()


def test_words_are_not_changed_without_a_reason(client, cast):
    ticket = accepted(cast)
    client.force_login(cast.secretary)
    back = client.post(keep(cast, ticket), {"words": "水管漏水"}).content.decode()

    assert "请写一句为什么这样写" in back
    assert "水管漏水" in back
    assert not EntryEvent.objects.exists()


def test_who_met_it_too_is_counted_and_not_named(client, cast):
    first, again = accepted(cast), accepted(cast)
    follow_ticket(
        first, by=None, phone="13900000000", key=uuid.uuid4(), address="1", at=timezone.now()
    )
    merge_ticket(again, into=first, by=cast.secretary, at=timezone.now())
    page = client.get(board(cast))

    (line,) = page.context["lines"]
    assert (line.others, line.joined) == (2, 1)
    assert "2 位邻居也遇到了" in page.content.decode()
    assert "139" not in page.content.decode()
    assert_plain(page)


def test_the_open_door_follows_the_board(client, cast):
    """Open311 says what the board says: the branch's words, and nothing of what is hidden."""
    ticket = accepted(cast)
    at = timezone.now()
    address = f"/open311/v2/requests/{ticket.code}.json"
    assert "138****00" in client.get(address).json()[0]["description"]

    word_line(ticket, words="楼上水管漏水", reason=WHY, by=cast.secretary, at=at)
    assert client.get(address).json()[0]["description"] == "楼上水管漏水"

    hide_line(ticket, reason="写到了孩子", by=cast.secretary, at=at)
    assert client.get(address).status_code == 404
    assert client.get("/open311/v2/requests.json").json() == []
    assert client.get("/open311/v2/servicerequestupdates.json").json() == []


def test_a_line_is_hidden_with_a_reason_counted_and_shown_again(client, cast):
    ticket = accepted(cast)
    client.force_login(cast.secretary)
    assert "请写一句为什么" in client.post(keep(cast, ticket, "line-hide")).content.decode()
    client.post(keep(cast, ticket, "line-hide"), {"reason": "写到了孩子，电话 13800000000"})

    page = Client().get(board(cast))
    assert page.context["lines"] == []
    assert "另有 1 件" in page.content.decode()
    assert_plain(page)
    assert Entry.objects.get().hidden_reason == "写到了孩子，电话 138****00"
    assert client.post(keep(cast, ticket, "line-hide"), {"reason": "再来"}).status_code == 409

    client.force_login(cast.community_staff)
    assert "写到了孩子" in client.get(keep(cast, ticket)).content.decode()
    client.post(keep(cast, ticket, "line-show"))
    assert whats(client, board(cast)) == ["房屋"]
    assert [one.verb for one in ticket.board_events.all()] == ["hidden", "shown"]


def test_the_history_of_the_board_cannot_be_rewritten(cast):
    ticket = accepted(cast)
    word_line(ticket, words="水管漏水", reason=WHY, by=cast.secretary, at=timezone.now())
    for change in ({"after": "别的"}, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            EntryEvent.objects.update(**change) if change else EntryEvent.objects.all().delete()


@pytest.mark.parametrize(
    ("who", "status"),
    [("liaison", 404), ("company_staff", 403), ("dispatcher", 403), ("stranger", 404)],
)
def test_only_the_branch_and_its_community_keep_the_board(client, cast, who, status):
    ticket = accepted(cast)
    client.force_login(getattr(cast, who))

    assert client.get(reverse("board:keep", args=[cast.home.code])).status_code == status
    assert client.post(keep(cast, ticket), {"words": "改"}).status_code == status
    with pytest.raises(PermissionDenied):
        hide_line(ticket, reason="不想", by=getattr(cast, who), at=timezone.now())


def test_another_compounds_number_is_not_found_under_the_own_board(client, cast):
    ticket = accepted(cast)
    client.force_login(cast.stranger)
    url = reverse("board:line", args=[cast.elsewhere.code, ticket.code])

    assert client.get(url).status_code == 404


def test_a_board_is_narrowed_by_state_category_and_month(client, cast):
    accepted(cast)
    closed(cast)
    month = f"{timezone.localtime():%Y-%m}"
    draw_months(at=timezone.now())

    assert len(whats(client, board(cast))) == 2
    assert len(whats(client, board(cast), progress="done")) == 1
    assert len(whats(client, board(cast), progress="running")) == 1
    assert len(whats(client, board(cast), month=month)) == 1
    assert whats(client, board(cast), month="2020-01") == []
    assert whats(client, board(cast), category="lift") == []
    assert whats(client, board(cast), month="nonsense") == []


def test_a_board_and_its_keeping_cost_the_same_however_long_they_are(client, cast):
    ticket = closed(cast)
    word_line(ticket, words="水管漏水", reason=WHY, by=cast.secretary, at=timezone.now())
    client.force_login(cast.secretary)
    addresses = [board(cast), reverse("board:keep", args=[cast.home.code])]
    for address in addresses:
        client.get(address)
    one = [len(queries(client, address)) for address in addresses]
    copies(ticket, 19)
    many = [len(queries(client, address)) for address in addresses]

    assert one == many
    assert max(many) <= 12


def test_a_long_board_is_leafed_by_key(client, cast):
    copies(closed(cast), 34)
    page = client.get(board(cast))
    rest = client.get(board(cast) + page.context["next_url"])

    assert (len(page.context["lines"]), len(rest.context["lines"])) == (30, 5)
    assert rest.context["next_url"] == ""


def test_announcements_stand_on_the_board(client, cast):
    Announcement.objects.create(
        token="abcdefghij",
        organization=cast.branch,
        scope=cast.branch,
        title="周六停水两小时",
        body="请提前储水。",
        starts_on=date.today() - timedelta(days=1),
        by=cast.secretary,
        published_at=timezone.now(),
        submission_key=uuid.uuid4(),
    )

    assert "周六停水两小时" in client.get(board(cast)).content.decode()
    assert (
        "周六停水两小时"
        not in client.get(reverse("board:board", args=[cast.elsewhere.code])).content.decode()
    )


def test_the_way_to_the_board_is_plain(client, cast):
    assert_plain(client.get(reverse("board:boards")))
    assert_plain(client.get(reverse("board:boards"), {"q": "没有的"}))
    assert client.get(reverse("board:board", args=["NOWHERE"])).status_code == 404
