"""并单: one matter, several reports; the reporters go along, and come back when it was wrong."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.access.reporters import code_of, tracking_path
from complaints.actions.callback import withdraw_ticket
from complaints.actions.desk import accept_ticket, decline_ticket
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.merging import merge_ticket, unmerge_ticket
from complaints.actions.sweeping import sweep
from complaints.models import Ticket
from complaints.terms import Category, DeclineReason, Kind, Lane, State, Verb, Visibility
from compounds.notices.models import Notice
from compounds.rules import Refused
from tests.cast import MONDAY

HOUR = timedelta(hours=1)


def filed(cast, text="右边电梯停了快四十天", *, at=MONDAY, by=None, compound=None, **answers):
    place = (compound or cast.home).code
    draft = begin_draft(at=at, compound=place, text=text, **answers)
    return file_concern(draft, reporter=by, address=str(draft.key), at=at)


def accepted(cast, ticket, *, at=MONDAY):
    given = {"category": Category.LIFT, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}
    return accept_ticket(ticket, **given, by=cast.secretary, at=at)


@pytest.fixture
def pair(cast):
    """The first report, and the fourth one about the same lift."""
    first = filed(cast, phone="13900000001")
    again = filed(cast, "右边电梯还没修！第四次反映了", at=MONDAY + HOUR, phone="13900000002")
    return first, again


def merged(cast, pair, *, at=MONDAY + 2 * HOUR):
    first, again = pair
    merge_ticket(again, into=first, by=cast.secretary, at=at)
    for ticket in pair:
        ticket.refresh_from_db()
    return first, again


def told(phone):
    return [notice.event for notice in Notice.objects.order_by("pk") if notice.phone == phone]


def test_a_merged_ticket_stops_its_clocks_and_leaves_the_ladder(cast, pair):
    first, again = merged(cast, pair)

    assert (again.state, again.merged_into, again.level) == (State.MERGED, first, None)
    assert not again.clocks.running().exists()
    assert again.due_at is None
    assert [event.verb for event in first.events.all()] == [Verb.FILED, Verb.JOINED]
    sweep(at=MONDAY + timedelta(days=20))
    assert not again.escalations.exists()
    assert first.escalations.exists()


def test_its_reporter_follows_the_other_one(client, cast, pair):
    first, _ = merged(cast, pair)
    assert first.follower_count == 1

    accepted(cast, first)
    assert told("13900000002") == ["ticket_merged", "ticket_accepted"]
    assert told("13900000001") == ["ticket_accepted"]


def test_its_number_leads_to_the_other_for_ever(client, cast, pair):
    first, again = merged(cast, pair)
    track = reverse("complaints:track")

    page = client.post(track, {"number": again.code, "code": code_of(again)}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("complaints:track-ticket", args=[first.code])
    assert f"您报的 {again.code} 和这件是同一件事" in page.content.decode()
    client.cookies.clear()
    assert first.code in client.get(tracking_path(again), follow=True).content.decode()
    client.force_login(cast.secretary)
    assert client.get(again.get_absolute_url()).url == first.get_absolute_url()
    original = client.get(again.get_absolute_url(), {"original": 1}).content.decode()
    assert "下面是原来的记录" in original


def test_its_reporter_reads_and_does_not_answer_for_others(client, cast, pair):
    first, again = merged(cast, pair)
    client.get(tracking_path(again), follow=True)

    for deed in ("answer", "reopen", "withdraw"):
        url = reverse(f"complaints:track-{deed}", args=[first.code])
        assert client.post(url, {"reason": "不要了"}).status_code == 404
    page = client.get(reverse("complaints:track-ticket", args=[first.code])).content.decode()
    assert "撤回这件事" not in page


def test_undoing_it_restores_the_state_the_clocks_and_the_reporters(cast, pair):
    first, again = pair
    accepted(cast, again, at=MONDAY + HOUR)
    again.refresh_from_db()
    due = again.due_at
    first, again = merged(cast, pair)

    unmerge_ticket(again, reason="一个是左边的", by=cast.secretary, at=MONDAY + 3 * HOUR)
    for ticket in pair:
        ticket.refresh_from_db()

    assert (again.state, again.merged_into, again.due_at) == (State.ACCEPTED, None, due)
    assert again.clocks.running().exists()
    assert first.follower_count == 0
    accepted(cast, first)
    assert "ticket_accepted" not in told("13900000002")[2:]
    assert told("13900000002")[-1] == "ticket_unmerged"


def test_a_merge_undone_too_late_is_late(cast, pair):
    """The wait of the resident was the institutions' mistake."""
    first, again = merged(cast, pair)
    later = MONDAY + timedelta(days=10)

    unmerge_ticket(again, reason="不是一件事", by=cast.secretary, at=later)

    assert sweep(at=later) >= 1
    again.refresh_from_db()
    assert again.level is not None


REFUSED = [
    ("itself", "不能并到它自己"),
    ("elsewhere", "同一个小区"),
    ("declined", "不能再并进去"),
    ("secret", "不公开"),
    ("into_a_merged_one", "不能再并进去"),
    ("one_with_others_merged", "已有别的事并到这一件"),
]


def mistake(name, cast, pair):
    first, again = pair
    third = filed(cast, "电梯又停了", at=MONDAY + HOUR)
    if name == "itself":
        return first, first
    if name == "elsewhere":
        return first, filed(cast, compound=cast.elsewhere)
    if name == "declined":
        decline_ticket(
            again, reason=DeclineReason.COURT, channel="法院", by=cast.community_staff, at=MONDAY
        )
        return first, again
    if name == "secret":
        return first, filed(cast, visibility=Visibility.SECRET)
    merged(cast, pair)
    return (third, again) if name == "into_a_merged_one" else (first, third)


@pytest.mark.parametrize(("name", "words"), REFUSED)
def test_what_makes_no_sense_is_refused_in_words(cast, pair, name, words):
    ticket, into = mistake(name, cast, pair)

    with pytest.raises(Refused, match=words):
        merge_ticket(ticket, into=into, by=cast.secretary, at=MONDAY + 3 * HOUR)


def test_the_database_itself_refuses_a_chain_and_a_merge_with_oneself(cast, pair):
    first, again = merged(cast, pair)
    third = filed(cast, "电梯又停了", at=MONDAY + HOUR)
    far = filed(cast, compound=cast.elsewhere)
    rows = Ticket.objects
    for pk, into in [(first.pk, third), (third.pk, again), (third.pk, far)]:
        with pytest.raises(InternalError, match="no chain"), transaction.atomic():
            rows.filter(pk=pk).update(state=State.MERGED, merged_into=into)
    with pytest.raises(IntegrityError, match="into_itself"), transaction.atomic():
        rows.filter(pk=third.pk).update(state=State.MERGED, merged_into=third)
    with pytest.raises(IntegrityError, match="names_another"), transaction.atomic():
        rows.filter(pk=third.pk).update(state=State.MERGED)


def test_what_others_wait_for_is_not_withdrawn(cast, pair):
    first, _ = merged(cast, pair)

    with pytest.raises(Refused, match="还有 1 位邻居"):
        withdraw_ticket(first, reason="我好了", by=None, at=MONDAY + 3 * HOUR)


def test_one_person_who_reported_twice_waits_once(cast):
    first = filed(cast, by=cast.resident)
    again = filed(cast, "电梯还没修", by=cast.resident)

    first, again = merged(cast, (first, again))

    assert first.follower_count == 0
    accepted(cast, first)
    assert Notice.objects.filter(person=cast.resident, event="ticket_accepted").count() == 1


def test_a_secretary_is_shown_what_is_alike_and_merges_it_with_a_look(client, cast):
    first, again = (
        filed(cast, at=timezone.now()),
        filed(cast, "右边电梯还没修！第四次反映了", at=timezone.now()),
    )
    client.force_login(cast.secretary)

    page = client.get(again.get_absolute_url()).content.decode()
    assert "看看是不是同一件事" in page
    assert f"?into={first.code}" in page
    asked = client.get(again.deed_url("merge"), {"into": first.code})
    assert asked.context["form"]["into"].initial == first.code
    client.post(again.deed_url("merge"), {"into": first.code})
    again.refresh_from_db()
    assert again.merged_into == first

    client.post(again.deed_url("unmerge"), {"reason": "不是一台"})
    again.refresh_from_db()
    assert again.state == State.FILED
    client.post(again.deed_url("merge"), {"number": first.code[3:]})
    again.refresh_from_db()
    assert again.merged_into == first


def test_a_number_out_of_reach_is_not_found(client, cast):
    ticket, far = filed(cast), filed(cast, compound=cast.elsewhere)
    client.force_login(cast.secretary)

    page = client.post(ticket.deed_url("merge"), {"number": far.code}).content.decode()

    assert "没有这个编号" in page
    assert far.title not in page.replace(ticket.title, "")


def test_the_words_of_a_secret_report_stay_hidden_where_it_went(client, cast):
    first = filed(cast)
    secret = filed(cast, "电梯里有人天天抽烟", visibility=Visibility.SECRET)
    merge_ticket(secret, into=first, by=cast.secretary, at=MONDAY + HOUR)
    client.force_login(cast.secretary)

    page = client.get(first.get_absolute_url()).content.decode()

    assert "反映人选了不公开" in page
    assert "天天抽烟" not in page


def test_both_reporters_read_who_opened_their_contact(client, cast, pair):
    first, again = merged(cast, pair)
    client.force_login(cast.secretary)
    url = reverse("complaints:ticket-contact-details", args=[first.code])
    page = client.post(url, {"reason": "约时间"}).content.decode()
    assert "13900000001" in page
    assert "13900000002" in page
    client.logout()

    for ticket in pair:
        seen = client.get(tracking_path(ticket), follow=True).content.decode()
        assert "约时间" in seen
