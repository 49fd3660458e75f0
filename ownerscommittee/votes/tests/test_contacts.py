"""联系名单 and 缺口: who sees which doors, what may be written of them, and what no page shows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compounds.audit.models import AuditEntry
from compounds.models import Building
from compounds.rules import DAY, Conflict
from compounds.terms import OrganizationKind, Role
from ownerscommittee.votes.actions.casting import cast_on_web
from ownerscommittee.votes.actions.contacts import note_contact
from ownerscommittee.votes.actions.papers import deliver_form, print_forms, receive_paper
from ownerscommittee.votes.models import ContactNote, VotingRight
from ownerscommittee.votes.models.contacts import rights_in
from ownerscommittee.votes.terms import Contact
from ownerscommittee.votes.tests.hall import CLOSES, VOTING, Hall, photo

KEY = "6a0f4c1e-7f43-4c0e-9d5c-1f3f0f0f0f0f"


@pytest.fixture
def now(cast):
    """A vote that is open as the clock has it; right 4 lies in building 2."""
    hall = Hall(cast, at=timezone.now() - 21 * DAY)
    other = cast.home.buildings.get(name="2栋")
    hall.roll = hall.settled_roll([(owner, 9000) for owner in hall.owners], phone="13912345678")
    hall.rights = list(hall.roll.rights.order_by("number"))
    hall.other = other
    return hall


def moved(hall, number, building):
    """The right as if its first unit lay in this building: told before the roll is used."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        VotingRight.objects.filter(pk=hall.rights[number - 1].pk).update(
            building=building, entrance=building.entrances.get()
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def page(name, meeting, *more):
    return reverse(f"votes:{name}", args=[meeting.code, *more])


def noted(hall, meeting, number, state, *, at=None, **over):
    given = {"note": "", "by": hall.clerk, "at": at or timezone.now(), "key": uuid4(), **over}
    return note_contact(meeting, hall.rights[number - 1], state=state, **given)


# --- What is written down -----------------------------------------------------------------------


def test_the_last_word_holds_and_the_first_ones_are_kept(hall):
    meeting = hall.open()
    noted(hall, meeting, 1, Contact.PROMISED, at=VOTING)
    noted(hall, meeting, 1, Contact.AWAY, at=VOTING + timedelta(hours=1))

    assert rights_in(meeting).get(number=1).contact == Contact.AWAY
    assert rights_in(meeting).get(number=2).contact == Contact.NOT_CONTACTED
    assert meeting.contacts.count() == 2
    for change in (meeting.contacts.update, lambda **_: meeting.contacts.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(note="别的")


def test_that_somebody_voted_is_read_off_the_ballots_and_never_written(hall):
    meeting = hall.open()
    cast_on_web(meeting, choices={"q1": ["agree"]}, by=hall.owners[0], at=VOTING)

    assert rights_in(meeting).get(number=1).has_voted
    with pytest.raises(Conflict, match="已经投票"):
        noted(hall, meeting, 1, Contact.PROMISED, at=VOTING)
    with pytest.raises(ValueError, match="voted"):
        noted(hall, meeting, 2, "voted", at=VOTING)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactNote.objects.create(
            meeting=meeting, right=hall.rights[1], state="voted", by=hall.clerk, at=VOTING
        )


def test_a_door_of_another_roll_and_a_closed_vote_are_refused(hall):
    meeting = hall.open()
    other = hall.settled_roll([(None, 5000)]).rights.get()
    with pytest.raises(IntegrityError, match="not on the roll"), transaction.atomic():
        ContactNote.objects.create(
            meeting=meeting, right=other, state=Contact.AWAY, by=hall.clerk, at=VOTING
        )
    with pytest.raises(Conflict, match="截止以前"):
        noted(hall, meeting, 1, Contact.AWAY, at=CLOSES)


def test_a_paper_delivered_with_its_proof_is_delivered_until_somebody_says_more(hall):
    meeting = hall.open()
    (form,) = print_forms(meeting, hall.rights[:1], by=hall.clerk, at=VOTING)
    deliver_form(form, note="本人签收", by=hall.clerk, at=VOTING)
    assert rights_in(meeting).get(number=1).contact == Contact.DELIVERED

    noted(hall, meeting, 1, Contact.REFUSED, at=VOTING)
    assert rights_in(meeting).get(number=1).contact == Contact.REFUSED


# --- The list -----------------------------------------------------------------------------------


def test_a_door_is_noted_on_its_page_once_however_often_it_is_sent(client, now):
    meeting = now.open()
    client.force_login(now.clerk)
    listed = client.get(page("contacts", meeting)).text
    assert page("contact", meeting, 1) in listed and "还有 4 户没投" in listed
    sent = {"state": "promised", "note": "周六在家 13912345678", "submission_key": KEY}
    for _ in range(2):
        answer = client.post(page("contact", meeting, 1), sent)
        assert answer.url == page("contacts", meeting)

    assert ContactNote.objects.get().by == now.clerk
    shown = client.get(page("contact", meeting, 1)).text
    assert "承诺" in shown and "周六在家" in shown and "13912345678" not in shown
    missing = client.post(page("contact", meeting, 2), {"note": "下周再来"}).text
    assert "请选联系情况" in missing and "下周再来" in missing


def test_the_list_is_narrowed_by_place_and_state_and_forgets_who_voted(client, now):
    moved(now, 4, now.other)
    meeting = now.open()
    noted(now, meeting, 2, Contact.AWAY)
    cast_on_web(meeting, choices={"q1": ["agree"]}, by=now.owners[0], at=timezone.now())
    client.force_login(now.chair)

    def numbers(**query):
        text = client.get(page("contacts", meeting), query).text
        return [n for n in (1, 2, 3, 4) if page("contact", meeting, n) in text]

    assert numbers() == [2, 3, 4]
    assert numbers(state="voted") == [1] and numbers(state="all") == [1, 2, 3, 4]
    assert numbers(state="away") == [2] and numbers(state="no such") == [2, 3, 4]
    assert numbers(building=now.other.pk) == [4]
    assert numbers(entrance=now.entrance.pk) == [2, 3]
    text = client.get(page("contacts", meeting), {"state": "all"}).text
    assert "同意" not in text and "已投" in text


HEADS = {
    Role.BUILDING_HEAD: lambda hall: {"building": hall.other},
    Role.ENTRANCE_HEAD: lambda hall: {"entrance": hall.other.entrances.get()},
    Role.FLOOR_HEAD: lambda hall: {"entrance": hall.other.entrances.get(), "floor": 1},
}


@pytest.mark.parametrize("role", [*HEADS, Role.GROUP_LEADER])
def test_a_head_sees_the_own_staircase_and_nothing_else(client, now, cast, role):
    moved(now, 4, now.other)
    if role == Role.GROUP_LEADER:
        group = cast.organization("第一党小组", OrganizationKind.GROUP, cast.branch)
        Building.objects.filter(pk=now.other.pk).update(group=group)
        head = cast.person("组长", group, role)
    else:
        head = cast.person("楼长", cast.branch, role, **HEADS[role](now))
    if role == Role.FLOOR_HEAD:
        now.rights[3].units.get().unit.__class__.objects.filter(
            pk=now.rights[3].units.get().unit_id
        ).update(entrance=now.other.entrances.get())
    meeting = now.open()
    client.force_login(head)

    listed = client.get(page("contacts", meeting)).text
    assert page("contact", meeting, 4) in listed and "还有 1 户没投" in listed
    assert page("contact", meeting, 1) not in listed
    assert client.get(page("contact", meeting, 4)).status_code == 200
    assert client.get(page("contact", meeting, 1)).status_code == 404
    assert client.get(page("gap", meeting)).status_code == 403
    assert page("contacts", meeting) in client.get(meeting.get_absolute_url()).text


def test_a_head_of_another_compound_finds_nothing(client, now, cast):
    meeting = now.open()
    building = cast.elsewhere.buildings.first()
    head = cast.person("别处楼长", cast.far_branch, Role.BUILDING_HEAD, building=building)
    client.force_login(head)

    assert client.get(page("contacts", meeting)).status_code == 404


def test_a_telephone_is_masked_until_somebody_says_why_and_the_log_keeps_it(client, now):
    meeting = now.open()
    client.force_login(now.clerk)
    door = page("contact", meeting, 1)
    assert "139****5678" in client.get(door).text
    assert "13912345678" not in client.get(door).text + client.get(page("contacts", meeting)).text
    refused = client.post(page("contact-reveal", meeting, 1), {}).text
    assert "13912345678" not in refused and not AuditEntry.objects.filter(verb="revealed").exists()

    shown = client.post(page("contact-reveal", meeting, 1), {"reason": "上门三次不在"}).text
    assert "13912345678" in shown
    line = AuditEntry.objects.get(verb="revealed")
    assert (line.by, line.reason, line.target_id) == (
        now.clerk,
        "上门三次不在",
        str(now.rights[0].pk),
    )


def test_the_sheet_for_the_staircase_is_logged_and_has_no_telephones(client, now):
    meeting = now.open()
    client.force_login(now.clerk)
    sheet = client.post(f"{page('contacts-sheet', meeting)}?state=all").text

    assert sheet.count("<tr>") == 5 and "业**" in sheet
    assert "139" not in sheet and "业主1" not in sheet
    assert AuditEntry.objects.get(verb="exported").reason == "打印联系名单 4 户"


def test_after_the_close_the_list_is_gone(client, cast):
    hall = Hall(cast, at=timezone.now() - 40 * DAY)
    meeting = hall.open()
    client.force_login(hall.clerk)
    for name in ("contacts", "gap"):
        assert client.get(page(name, meeting)).status_code == 409


# --- The gap ------------------------------------------------------------------------------------


def test_the_gap_names_both_measures_and_the_shortest_list_that_closes_it(client, cast):
    hall = Hall(cast, owners=6, at=timezone.now() - 21 * DAY)
    areas = [6000, 6000, 9000, 9000, 9000, 9000]
    hall.roll = hall.settled_roll(zip(hall.owners, areas, strict=True))
    hall.rights = list(hall.roll.rights.order_by("number"))
    meeting = hall.open()
    noted(hall, meeting, 6, Contact.REFUSED)
    noted(hall, meeting, 5, Contact.PROMISED)
    cast_on_web(meeting, choices={"q1": ["agree"]}, by=hall.owners[0], at=timezone.now())
    client.force_login(hall.chair)
    shown = client.get(page("gap", meeting)).text

    assert "还差 3 人、260.00 ㎡" in shown
    assert "最少 3 户" in shown and page("contact", meeting, 6) not in shown
    assert shown.index(page("contact", meeting, 5)) < shown.index(page("contact", meeting, 3))
    assert "1 / 6（16%）" in shown and "60.00 / 480.00（12%）" in shown
    assert "同意" not in shown and "反对" not in shown
    assert page("contacts", meeting) in shown and page("extend", meeting) in shown


def test_a_gap_that_only_refusals_could_close_says_so(client, now):
    meeting = now.open()
    for number in (2, 3, 4):
        noted(now, meeting, number, Contact.REFUSED)
    client.force_login(now.chair)
    shown = client.get(page("gap", meeting)).text

    assert "没有拒绝的户都投了，也还差 2 人、150.00 ㎡" in shown and "里面有拒绝过的" in shown


def test_a_paper_that_came_and_is_not_typed_counts_as_on_its_way(client, now):
    meeting = now.open()
    (form,) = print_forms(meeting, now.rights[:1], by=now.clerk, at=timezone.now())
    receive_paper(form, scan=photo(), by=now.clerk, at=timezone.now(), key=uuid4())
    client.force_login(now.chair)
    shown = client.get(page("gap", meeting)).text

    assert "还差 3 人" in shown and "最少 2 户" in shown
    assert "另有 1 张纸质票" in shown and "1 人、90.00 ㎡" in shown
    assert "纸质票已收" in client.get(page("contacts", meeting)).text


def test_when_two_thirds_are_there_nothing_is_missing(client, now):
    meeting = now.open()
    for owner in now.owners[:3]:
        cast_on_web(meeting, choices={"q1": ["agree"]}, by=owner, at=timezone.now())
    client.force_login(now.chair)
    shown = client.get(page("gap", meeting)).text

    assert "已经达到三分之二" in shown and "一投就够" not in shown


def test_pages_cost_the_same_for_four_doors_and_for_twenty(client, cast):
    hall = Hall(cast, owners=20, at=timezone.now() - 21 * DAY)

    def cost(doors):
        hall.roll = hall.settled_roll([(owner, 9000) for owner in hall.owners[:doors]])
        hall.rights = list(hall.roll.rights.order_by("number"))
        meeting = hall.open()
        for number in range(2, doors + 1):
            noted(hall, meeting, number, Contact.AWAY)
        client.force_login(hall.chair)
        found = []
        for name in ("contacts", "gap"):
            client.get(page(name, meeting))
            with CaptureQueriesContext(connection) as captured:
                client.get(page(name, meeting))
            found.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            client.post(page("contacts-sheet", meeting))
        return [*found, len(captured)]

    assert cost(4) == cost(20)
