"""拆分 (sample C47): one report of several matters, a ticket for each, and one page for who told it."""

import uuid
from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from complaints.access.reporters import code_of, tracking_path
from complaints.actions.desk import accept_ticket, blow_whistle
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.following import follow_ticket
from complaints.actions.merging import merge_ticket
from complaints.actions.splitting import split_ticket
from complaints.actions.sweeping import sweep
from complaints.models import Follow, Part, Photo, Ticket
from complaints.rules.repeats import Matter
from complaints.terms import Category, ClockKind, Kind, Lane, State, Verb
from complaints.tests.test_report import picture
from compounds.files.actions import store_photo
from compounds.notices.models import Notice
from compounds.rules import Refused
from tests.cast import MONDAY

C47 = "路灯不亮、门口占道卖菜、物业不接电话，三件事一起说。"
HOUR = timedelta(hours=1)


def told(phone):
    return [notice.event for notice in Notice.objects.order_by("pk") if notice.phone == phone]


MATTERS = [
    Matter("路灯不亮", Category.LIGHTING, Lane.GENERAL),
    Matter("门口占道卖菜", Category.OTHER, Lane.GENERAL),
    Matter("物业不接电话，打13900000009也没人接", Category.PROPERTY_SERVICE, Lane.VITAL),
]


def filed(cast, *, text=C47, by=None, phone="13900000001"):
    draft = begin_draft(at=MONDAY, compound=cast.home.code, text=text, phone=phone)
    return file_concern(draft, reporter=by, address=str(draft.key), at=MONDAY)


def accepted(cast, ticket):
    given = {"category": Category.OTHER, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}
    return accept_ticket(ticket, **given, by=cast.secretary, at=MONDAY + HOUR)


def split(cast, ticket, *, by="secretary", at=MONDAY + 5 * HOUR, key=None, matters=MATTERS):
    key = key or uuid.uuid4()
    split_ticket(ticket, matters=matters, submission_key=key, by=getattr(cast, by), at=at)
    ticket.refresh_from_db()
    return [part.ticket for part in Part.objects.order_by("pk").select_related("ticket__compound")]


def test_c47_becomes_three_tickets_of_which_the_first_keeps_number_and_history(cast):
    ticket = filed(cast)
    parts = split(cast, ticket)

    assert Ticket.objects.count() == 3
    assert (ticket.title, ticket.text, ticket.category) == ("路灯不亮", C47, Category.LIGHTING)
    assert [event.verb for event in ticket.events.all()] == [Verb.FILED, Verb.SPLIT]
    assert [(one.title[:4], one.category, one.lane) for one in parts] == [
        ("门口占道", Category.OTHER, Lane.GENERAL),
        ("物业不接", Category.PROPERTY_SERVICE, Lane.VITAL),
    ]
    assert {one.part.whole for one in parts} == {ticket}
    assert "13900000009" not in parts[1].text
    assert parts[1].concerns.get().text == MATTERS[2].text


@pytest.mark.parametrize("lead_on", [lambda cast, one: one, accepted])
def test_a_part_stands_where_the_whole_stands_and_gains_no_time(cast, lead_on):
    ticket = lead_on(cast, filed(cast))
    clock = ticket.clocks.running().get()
    (part, urgent) = split(cast, ticket)

    assert {part.state, urgent.state} == {ticket.state}
    assert part.clocks.running().get().due_at == clock.due_at
    assert part.filed_at == MONDAY


def test_of_a_whistle_each_part_waits_for_a_unit_since_the_whistle(cast):
    ticket = accepted(cast, filed(cast))
    given = {"reason": "没有执法权", "needs_enforcement": True, "by": cast.secretary}
    blow_whistle(ticket, **given, at=MONDAY + 2 * HOUR)
    part, _ = split(cast, ticket, by="dispatcher")

    assert part.state == State.TO_DISPATCH
    assert part.clocks.get(kind=ClockKind.DISPATCH).started_at == MONDAY + 2 * HOUR
    whistled = part.events.get(verb=Verb.WHISTLED)
    assert (whistled.by, whistled.text) == (cast.secretary, "没有执法权")


def test_parts_of_a_late_report_are_late_and_climb(cast):
    ticket = filed(cast)
    part, _ = split(cast, ticket, at=MONDAY + timedelta(days=9))
    sweep(at=MONDAY + timedelta(days=9, hours=1))

    assert part.escalations.exists()


def test_the_same_code_opens_all_and_the_page_shows_the_parts(client, cast):
    ticket = filed(cast)
    parts = split(cast, ticket)
    assert {code_of(one) for one in [ticket, *parts]} == {code_of(ticket)}

    found = client.post(
        reverse("complaints:track"), {"number": parts[0].code, "code": code_of(ticket)}
    )
    assert found.url.endswith(f"/{parts[0].code}/")
    page = client.get(reverse("complaints:track-ticket", args=[ticket.code])).content.decode()
    for part in parts:
        address = reverse("complaints:track-ticket", args=[part.code])
        assert address in page
        assert client.get(address).status_code == 200


def test_a_link_to_one_opens_all_and_a_stranger_finds_none(client, cast):
    ticket = filed(cast)
    parts = split(cast, ticket)
    addresses = [reverse("complaints:track-ticket", args=[one.code]) for one in [ticket, *parts]]
    assert {client.get(one).status_code for one in addresses} == {404}

    client.get(tracking_path(parts[1]))
    assert {client.get(one).status_code for one in addresses} == {200}


def test_who_reported_signed_in_has_all_of_them(client, cast):
    ticket = filed(cast, by=cast.resident)
    parts = split(cast, ticket)
    client.force_login(cast.resident)

    page = client.get(reverse("complaints:my-tickets")).content.decode()
    assert all(one.code in page for one in [ticket, *parts])
    seen = client.get(reverse("complaints:track-ticket", args=[parts[0].code])).content.decode()
    assert ticket.code in seen


def test_the_reporter_is_told_once_and_then_of_each_part(cast):
    ticket = filed(cast)
    part, _ = split(cast, ticket)
    accepted(cast, part)

    assert told("13900000001") == ["ticket_split", "ticket_accepted"]


def test_no_follower_is_lost(client, cast):
    ticket, again = filed(cast), filed(cast, text="我也说三件事", phone="13900000002")
    follow_ticket(ticket, by=None, phone="13900000003", key=uuid.uuid4(), address="::9", at=MONDAY)
    merge_ticket(again, into=ticket, by=cast.secretary, at=MONDAY)
    part, _ = split(cast, ticket)

    assert part.follower_count == 2
    accepted(cast, part)
    assert told("13900000002")[-1] == told("13900000003")[-1] == "ticket_accepted"
    client.get(tracking_path(again), follow=True)
    page = client.get(reverse("complaints:track-ticket", args=[ticket.code])).content.decode()
    assert part.code in page


def test_one_who_follows_a_part_alone_is_not_shown_the_whole(client, cast):
    ticket = filed(cast)
    part, _ = split(cast, ticket)
    Follow.objects.create(
        ticket=part, person=cast.security, who="x", at=MONDAY, submission_key=uuid.uuid4()
    )
    client.force_login(cast.security)

    page = client.get(reverse("complaints:track-ticket", args=[part.code])).content.decode()
    assert ticket.code not in page
    assert client.get(reverse("complaints:track-ticket", args=[ticket.code])).status_code == 404


def test_each_part_has_the_pictures_of_the_report(cast):
    ticket = filed(cast)
    Photo.objects.create(ticket=ticket, file=store_photo(picture(), by=None, at=MONDAY))
    parts = split(cast, ticket)

    assert [one.photos.count() for one in parts] == [1, 1]


def test_a_part_of_a_part_belongs_to_the_whole(cast):
    ticket = filed(cast)
    part, *_ = split(cast, ticket)
    split(cast, part, matters=MATTERS[:2])

    assert {one.whole for one in Part.objects.all()} == {ticket}
    with pytest.raises(InternalError, match="no chain"), transaction.atomic():
        Part.objects.create(
            ticket=filed(cast), whole=part, at=MONDAY, submission_key=uuid.uuid4(), position=2
        )
    with pytest.raises(InternalError), transaction.atomic():
        Part.objects.all().delete()


def test_sent_twice_it_is_split_once(cast):
    ticket, key = filed(cast), uuid.uuid4()

    assert len(split(cast, ticket, key=key)) == len(split(cast, ticket, key=key)) == 2


@pytest.mark.parametrize("count", [1, 6])
def test_fewer_than_two_and_more_than_five_are_refused(cast, count):
    with pytest.raises(Refused, match="2 到 5"):
        split(cast, filed(cast), matters=MATTERS[:1] * count)


def test_at_the_desk_a_form_asks_and_keeps_what_was_typed(client, cast):
    ticket = filed(cast)
    client.force_login(cast.community_staff)
    address = ticket.deed_url("split")
    assert "第 5 件" in client.get(address).content.decode()

    said = {"text_1": "路灯不亮", "category_1": Category.LIGHTING, "text_2": "门口占道卖菜"}
    said |= {"submission_key": str(uuid.uuid4()), "text_3": "物业不接电话"}
    page = client.post(address, said).content.decode()
    assert "请选第 2 件的类别" in page
    assert "请选第 3 件的类别" in page
    assert "门口占道卖菜</textarea>" in page

    said |= {"category_2": Category.OTHER, "category_3": Category.PROPERTY_SERVICE}
    assert client.post(address, said).status_code == 302
    assert Part.objects.count() == 2

    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "分开办的" in page
    assert all(part.ticket.get_absolute_url() in page for part in Part.objects.all())


def test_a_unit_reads_of_the_other_parts_the_numbers_alone(client, cast):
    ticket = filed(cast)
    part, other = split(cast, ticket)
    Ticket.objects.filter(pk=part.pk).update(lead=cast.fire_brigade)
    client.force_login(cast.liaison)

    page = client.get(part.get_absolute_url()).content.decode()
    assert ticket.code in page
    assert other.code in page
    assert "物业不接" not in page
