"""Whom a list shows what: by reach, by what was asked, in which order, a page at a time."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.access.lists import page_to_read
from complaints.access.reading import visible_tickets
from complaints.models import PolicyVersion, Ticket, TicketEvent, TicketSupport
from complaints.terms import OPEN, Category, Kind, Lane, Order, State, Support, Verb, Visibility
from compounds.models import Person
from compounds.terms import Role

LIST = reverse("complaints:tickets")
HOUR = timedelta(hours=1)


def tickets(cast, *rows):
    """Rows as they stand, without the deeds that led there; each differs in what it names."""
    at, policy = timezone.now(), PolicyVersion.objects.latest("pk")
    plain = {
        "compound": cast.home,
        "text": "楼道灯不亮",
        "visibility": Visibility.NAMELESS,
        "category": Category.LIGHTING,
        "state": State.ACCEPTED,
        "policy": policy,
    }
    return Ticket.objects.bulk_create(
        Ticket(
            **{
                "code": f"BS-2026-{number:06}",
                "filed_at": at - number * HOUR,
                "due_at": at + number * HOUR if row.get("state", "accepted") in OPEN else None,
                "closed_at": at if row.get("state") == State.CLOSED else None,
                **plain,
                **row,
            }
        )
        for number, row in enumerate(rows, start=1)
    )


@pytest.fixture
def scattered(cast):
    """In both compounds, in every state, led and supported by this one and that one."""
    in_work = {"state": State.IN_HAND, "lead": cast.fire_brigade}
    rows = [
        {"compound": compound, **more, "entrance": compound.buildings.first().entrances.get()}
        for compound, more in product(
            [cast.home, cast.elsewhere],
            [
                {"state": State.FILED},
                {"state": State.TO_DISPATCH},
                {"state": State.CLOSED},
                {"state": State.IN_COMPOUND, "lead": cast.company},
                in_work,
                {**in_work, "lead": cast.far_community},
                {**in_work, "lead": cast.housing, "visibility": Visibility.SECRET},
                {"state": State.CLOSED, "lead": cast.fire_brigade},
            ],
        )
    ]
    made = tickets(cast, *rows)
    for ticket in made[4::3]:
        TicketSupport.objects.create(
            ticket=ticket, organization=cast.fire_brigade, kind=Support.COORDINATOR
        )
    return made


WHO = ["secretary", "stranger", "community_staff", "dispatcher", "district_supervisor", "liaison"]
WHO += ["company_staff", "resident", "administrator", "entrance_head"]


@pytest.mark.parametrize("order", Order)
def test_a_list_shows_whoever_looks_exactly_what_they_may_read(cast, scattered, order):
    cast.entrance_head = cast.person(
        "单元长",
        cast.home.branch,
        Role.ENTRANCE_HEAD,
        entrance=cast.home.buildings.first().entrances.get(),
        building=cast.home.buildings.first(),
    )
    for who in WHO:
        person = Person.objects.get(pk=getattr(cast, who).pk)
        seen = page_to_read(person, Ticket.objects.all(), order=order, count=50)

        assert {one.pk for one in seen} == {one.pk for one in visible_tickets(person)}, who
        assert seen == list(Ticket.objects.filter(pk__in=[t.pk for t in seen]).listed(order)), who


def codes(client, **asked):
    return sorted(int(ticket.code[-6:]) for ticket, *_ in client.get(LIST, asked).context["rows"])


def test_a_list_is_narrowed_by_what_the_address_asks(client, cast):
    day = timezone.now()
    made = tickets(
        cast,
        {"state": State.CLOSED, "kind": Kind.PRAISE},
        {"lane": Lane.URGENT, "level": 3},
        {"state": State.IN_HAND, "lead": cast.fire_brigade, "category": Category.FIRE},
        {"compound": cast.elsewhere},
        {"due_at": day - HOUR, "warn_at": day - HOUR},
        {"filed_at": day - timedelta(days=40)},
        {"state": State.FILED, "category": ""},
    )
    TicketEvent.objects.create(
        ticket=made[5],
        verb=Verb.ACCEPTED,
        by=cast.dispatcher,
        at=day,
        to_state=State.ACCEPTED,
        lane=Lane.GENERAL,
        kind=Kind.COMPLAINT,
    )
    client.force_login(cast.dispatcher)

    assert codes(client) == [1, 2, 3, 4, 5, 6, 7]
    assert codes(client, open="yes") == [2, 3, 4, 5, 6, 7]
    assert codes(client, state="closed") == [1]
    assert codes(client, kind="praise") == [1]
    assert codes(client, lane="U1") == codes(client, level="2") == [2]
    assert codes(client, category="fire") == codes(client, lead=cast.fire_brigade.pk) == [3]
    assert codes(client, compound=cast.elsewhere.code) == [4]
    assert codes(client, within=cast.far_community.pk) == [4]
    assert codes(client, light="red") == [5]
    assert codes(client, until=f"{day - timedelta(days=30):%Y-%m-%d}") == [6]
    assert codes(client, since=f"{day - timedelta(days=30):%Y-%m-%d}", kind="praise") == [1]
    assert codes(client, mine="done") == [6]
    client.force_login(cast.secretary)
    assert codes(client, mine="waiting") == [2, 5, 6, 7]


def test_what_makes_no_sense_is_nowhere_and_says_so(client, cast):
    tickets(cast, {})
    client.force_login(cast.dispatcher)

    page = client.get(LIST, {"compound": "BS999", "since": "昨天"})

    assert page.context["rows"] == []
    assert "错误" in page.text


def test_only_what_is_in_one_s_scope_is_offered(client, cast):
    client.force_login(cast.community_staff)
    page = client.get(LIST).text
    assert cast.home.name in page
    assert cast.elsewhere.name not in page
    assert cast.far_community.name not in page

    client.force_login(cast.secretary)
    assert 'name="compound"' not in client.get(LIST).text
    client.force_login(cast.liaison)
    assert cast.home.name not in client.get(LIST).text


SOUGHT = [
    ("消防栓", [1]),
    ("栓", [1]),
    ("消防", [1, 2]),
    ("消防 栓打", [1]),
    ("消防通道", [2]),
    ("恐龙", []),
    ("恐龙蛋", []),
    ("100%的", [3]),
    ("10_%的", []),
    ("bs2026 2", [2]),
    ("BS-2026-000009", []),
]


def test_words_and_numbers_are_found_in_one_s_own_scope(client, cast):
    tickets(
        cast,
        {"text": "消防栓打开没水"},
        {"text": "消防通道被占"},
        {"text": "100%的住户反对"},
        {"text": "消防栓没有水带", "compound": cast.elsewhere},
    )
    client.force_login(cast.secretary)

    assert [(words, codes(client, q=words)) for words, _ in SOUGHT] == SOUGHT


def test_open_matters_wait_by_their_term_and_all_stand_newest_first(client, cast, monkeypatch):
    monkeypatch.setattr("complaints.views.desk.A_PAGE", 2)
    tickets(cast, *[{} for _ in range(5)])
    client.force_login(cast.secretary)

    def leaf(url):
        seen = []
        while url:
            page = client.get(url).context
            seen += [int(ticket.code[-6:]) for ticket, *_ in page["rows"]]
            url = page["next_url"] and LIST + page["next_url"]
        return seen

    assert leaf(LIST) == [5, 4, 3, 2, 1]
    assert leaf(f"{LIST}?open=yes") == [1, 2, 3, 4, 5]


def test_the_desk_offers_what_its_reader_may_open(cast, client):
    for who in (cast.secretary, cast.liaison, cast.company_staff, cast.dispatcher):
        client.force_login(who)
        page = client.get("/desk/").content.decode()
        deeds = page.partition('<p class="deeds">')[2].partition("</p>")[0]
        offered = re.findall(r'href="([^"]+)"', deeds)
        assert len(offered) == len(set(offered))
        assert {client.get(url).status_code for url in offered} <= {200}, (who, offered)
