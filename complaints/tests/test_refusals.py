"""What is not listed is refused: each state × each deed, for whoever has the right and for the rest.

The suite asks the first who has the right; `make race` asks everybody, for every state and deed.
"""

import pytest
from django.urls import reverse

from complaints.access.reporters import tracking_path
from complaints.access.rights import RIGHTS
from complaints.actions.filing import begin_draft, file_concern
from complaints.models import Concern, PolicyVersion, Ticket
from complaints.rules.moves import may_follow
from complaints.terms import WITH_LEAD, Category, Channel, Standing, State, Verb, Visibility
from complaints.views.deeds import DEEDS
from tests.cast import MONDAY

PEOPLE = {
    Standing.BRANCH: "secretary",
    Standing.COMMUNITY: "community_staff",
    Standing.DISPATCHER: "dispatcher",
    Standing.LEAD: "liaison",
    Standing.STREET_LEADER: "street_leader",
    Standing.DISTRICT: "district_supervisor",
}
EVERYBODY = [*PEOPLE.values(), "resident", "stranger", "company_staff", "administrator", "auditor"]
LED = {*WITH_LEAD, State.REPLIED, State.CALLBACK, State.CLOSED}
OF_THE_REPORTER = {
    "answer": Verb.ANSWERED,
    "reopen": Verb.REOPENED,
    "tell": Verb.TOLD,
    "urge": Verb.URGED,
    "withdraw": Verb.WITHDRAWN,
}


@pytest.fixture
def in_state(cast):
    """A ticket in a state, as if it had come there."""

    def beside():
        """Another matter of the same compound, to be merged into."""
        draft = begin_draft(at=MONDAY, compound=cast.home.code, text="四楼五楼的灯都不亮")
        return file_concern(draft, reporter=None, address="::1", at=MONDAY)

    def put(state):
        ticket = Ticket(
            code=f"BS-2026-9{list(State).index(state):05}",
            compound=cast.home,
            title="四楼声控灯不亮",
            text="四楼声控灯不亮",
            visibility=Visibility.NAMELESS,
            category=Category.LIGHTING,
            state=state,
            lead=cast.fire_brigade if state in LED else None,
            policy=PolicyVersion.objects.in_force(MONDAY),
            filed_at=MONDAY,
            closed_at=MONDAY if state == State.CLOSED else None,
            decline_reason="court" if state == State.DECLINED else "",
            merged_into=beside() if state == State.MERGED else None,
        )
        (ticket,) = Ticket.objects.bulk_create([ticket])
        ticket.callbacks.create(round=1, asked_at=MONDAY)
        Concern.objects.create(
            ticket=ticket,
            text="灯不亮",
            channel=Channel.WEB,
            visibility=ticket.visibility,
            filed_at=MONDAY,
            submission_key=f"00000000-0000-0000-0000-{list(State).index(state):012}",
        )
        return ticket

    return put


def row(ticket):
    return Ticket.objects.filter(pk=ticket.pk).values().get(), ticket.events.count()


def first_with_the_right(verb, state):
    """A unit has the right only while it leads."""
    held = [one for one in PEOPLE if one in RIGHTS[verb] and (one != "lead" or state in LED)]
    return PEOPLE[held[0]] if held else None


@pytest.mark.parametrize("state", State)
def test_whoever_has_the_right_is_told_that_the_state_does_not_allow_it(
    client, cast, in_state, state
):
    ticket = in_state(state)
    before, answers = row(ticket), {}
    refused = [slug for slug, deed in DEEDS.items() if not may_follow(deed.verb, state)]
    rightful = {slug: first_with_the_right(DEEDS[slug].verb, state) for slug in refused}
    for who in PEOPLE.values():
        client.force_login(getattr(cast, who))
        for slug in [slug for slug in refused if rightful[slug] == who]:
            answers[slug] = client.post(ticket.deed_url(slug)).status_code

    assert answers
    assert {slug: code for slug, code in answers.items() if code != 409} == {}
    assert row(ticket) == before


@pytest.mark.parametrize("state", State)
def test_the_reporter_is_told_so_too(client, cast, in_state, state):
    ticket = in_state(state)
    client.get(tracking_path(ticket))
    before = row(ticket)
    for slug, verb in OF_THE_REPORTER.items():
        if not may_follow(verb, state):
            response = client.post(reverse(f"complaints:track-{slug}", args=[ticket.code]))
            assert response.status_code == 409, slug

    assert row(ticket) == before


@pytest.mark.race
@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_nobody_at_all_does_what_is_not_listed(client, cast, in_state, state):
    ticket = in_state(state)
    before = row(ticket)
    for who in EVERYBODY:
        client.force_login(getattr(cast, who))
        for slug, deed in DEEDS.items():
            if not may_follow(deed.verb, state):
                code = client.post(ticket.deed_url(slug)).status_code
                assert code in (403, 404, 409), (who, slug)
    assert row(ticket) == before
