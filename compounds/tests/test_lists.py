from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compounds.models import Compound, Organization
from compounds.terms import OrganizationKind, Role


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def grow(cast, number=20):
    """Twenty more of everything that a page could list."""
    building = cast.home.buildings.first()
    for n in range(number):
        cast.compound(f"BT{n:03}", f"又一小区{n}", cast.community)
        cast.person(f"楼栋长{n}", cast.home.branch, Role.BUILDING_HEAD, building=building)
        cast.organization(f"党小组{n}", OrganizationKind.GROUP, cast.home.branch)
        Compound.objects.get(code="BS001").buildings.create(name=f"新{n}栋")


def test_no_page_costs_more_because_there_is_more(client, cast):
    client.force_login(cast.administrator)
    home, branch = [cast.home.code], [cast.home.branch.pk]
    pages = [
        reverse("compounds:compounds"),
        reverse("compounds:compound", args=home),
        reverse("compounds:coverage", args=home),
        reverse("compounds:heads", args=home),
        reverse("compounds:posters", args=home),
        reverse("compounds:organizations"),
        reverse("compounds:organizations") + "?q=小区",
        reverse("compounds:organization", args=branch),
        reverse("compounds:calendar"),
    ]
    grow(cast, 1)
    few = {page: queries(client, page) for page in pages}

    grow_more = grow
    Organization.objects.filter(name="党小组0").update(name="第一党小组")
    Compound.objects.filter(code="BT000").update(code="BU000")
    cast.home.buildings.filter(name="新0栋").update(name="旧栋")
    grow_more(cast)

    assert {page: queries(client, page) for page in pages} == few
    assert max(few.values()) <= 14


def test_the_list_of_compounds_is_leafed_by_key(client, cast):
    for n in range(55):
        cast.compound(f"BT{n:03}", f"又一小区{n}", cast.community)
    client.force_login(cast.community_staff)

    first = client.get(reverse("compounds:compounds"))
    second = client.get(first.context["next_after"].join(["/compounds/?after=", ""]))

    codes = [each.code for page in (first, second) for each, _ in page.context["rows"]]
    assert len(codes) == len(set(codes)) == 56
    assert "/compounds/?after=BT048&amp;q=" in first.text
