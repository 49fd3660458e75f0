"""派单目录 and 期限规则: written as dated versions, tried out first, kept by what was dispatched."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.actions.desk import accept_ticket, blow_whistle, dispatch_ticket
from complaints.actions.filing import begin_draft, file_concern
from complaints.actions.policies import publish_catalogue, publish_policy, try_catalogue
from complaints.forms.policies import TERM_NAMES, WORDS, PolicyForm, leaves
from complaints.models import CatalogueVersion, PolicyVersion, Route
from complaints.rules.limits import DEFAULT_TERMS, Limit
from complaints.rules.routing import Line, line_for
from complaints.terms import Category, ClockKind, Kind, Lane, RouteLevel
from compounds.rules import Refused
from compounds.terms import OrganizationKind

STREET = RouteLevel.STREET


def whistled(cast, category=Category.FIRE, compound=None):
    at = timezone.now()
    draft = begin_draft(at=at, compound=(compound or cast.home).code, text="楼道堆满纸箱")
    ticket = file_concern(draft, reporter=None, address=str(uuid.uuid4()), at=at)
    accept_ticket(ticket, category=category, kind=Kind.COMPLAINT, by=cast.secretary, at=at)
    return blow_whistle(
        ticket, reason="要执法", needs_enforcement=True, by=cast.secretary, at=timezone.now()
    )


def publish(cast, *routes, **over):
    at = timezone.now()
    given = {"in_force_at": at, "note": "试行", "submission_key": uuid.uuid4(), "at": at}
    return publish_catalogue(list(routes), by=cast.administrator, **given | over)


def route(unit, category=Category.FIRE, place=None, level=STREET):
    return Route(category=category, level=level, unit=unit, place=place)


@pytest.mark.parametrize(
    ("path", "unit"),
    [("000100010001", 3), ("000100010002", 2), ("00010002", 1), ("0009", 1)],
)
def test_the_narrowest_place_decides(path, unit):
    lines = [
        Line("fire", "street", "", 1, ""),
        Line("fire", "street", "00010001", 2, ""),
        Line("fire", "street", "000100010001", 3, ""),
        Line("fire", "compound", "000100010001", 4, ""),
        Line("gas", "street", "000100010001", 5, ""),
    ]
    assert line_for(lines, category="fire", level="street", path=path).unit == unit


def test_a_category_that_nobody_wrote_down_has_no_line():
    assert line_for([], category="fire", level="street", path="0001") is None


def test_the_ticket_says_why_this_unit_and_keeps_the_version_of_its_dispatch(cast, client):
    version = publish(cast, route(cast.fire_brigade))
    ticket = whistled(cast)
    ticket = dispatch_ticket(ticket, to=cast.fire_brigade, by=cast.dispatcher, at=timezone.now())
    publish(cast, route(cast.housing))

    client.force_login(cast.secretary)
    page = client.get(ticket.get_absolute_url()).content.decode()

    ticket.refresh_from_db()
    assert ticket.catalogue == version
    assert f"派单目录（{version}）：「消防」由消防救援支队办。" in page
    assert "按<a" in page and "7 个工作日" in page


def test_another_unit_than_the_catalogue_names_is_said_to_be_so(cast):
    publish(cast, route(cast.housing))
    ticket = dispatch_ticket(
        whistled(cast), to=cast.fire_brigade, by=cast.dispatcher, at=timezone.now()
    )
    assert "派单人另定" in ticket.why_lead and "住房城乡建委" in ticket.why_lead


def test_the_dispatch_form_begins_with_the_unit_of_the_catalogue(cast, client):
    publish(cast, route(cast.fire_brigade), route(cast.housing, place=cast.far_branch))
    ticket = whistled(cast)
    client.force_login(cast.dispatcher)

    page = client.get(ticket.deed_url("dispatch"))

    assert page.context["form"].initial["to"] == cast.fire_brigade.pk
    assert "建议：消防救援支队" in page.content.decode()


def test_the_bodies_of_a_compound_are_found_by_their_kind(cast):
    version = publish(
        cast,
        Route(
            category=Category.CLEANING,
            level=RouteLevel.COMPOUND,
            unit_kind=OrganizationKind.PROPERTY_COMPANY,
        ),
        Route(
            category=Category.CLEANING,
            level=RouteLevel.COMMUNITY,
            unit_kind=OrganizationKind.COMMUNITY,
        ),
    )

    def unit(level):
        return version.unit_for(category="cleaning", level=level, branch=cast.branch)

    assert unit(RouteLevel.COMPOUND) == cast.company
    assert unit(RouteLevel.COMMUNITY) == cast.community
    assert unit(STREET) is None


def test_a_trial_counts_the_open_tickets_that_would_change_and_only_those(cast):
    publish(cast, route(cast.fire_brigade))
    changed, same = whistled(cast), whistled(cast, Category.GAS)
    sent = whistled(cast)
    dispatch_ticket(sent, to=cast.fire_brigade, by=cast.dispatcher, at=timezone.now())

    trial = try_catalogue([route(cast.housing).line], at=timezone.now())

    assert (trial.count, trial.kept) == (1, 1)
    assert [(one.ticket, one.before, one.after) for one in trial.changes] == [
        (changed, "消防救援支队", "住房城乡建委")
    ]
    assert same not in [one.ticket for one in trial.changes]


def test_lines_of_a_version_are_never_rewritten(cast):
    version = publish(cast, route(cast.fire_brigade))
    for change in (
        lambda: version.routes.update(unit=cast.housing),
        lambda: version.routes.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


@pytest.mark.parametrize("unit_kind", [OrganizationKind.BRANCH, ""])
def test_a_line_names_one_unit_and_not_two_or_none(cast, unit_kind):
    unit = cast.fire_brigade if unit_kind else None
    version = publish(cast)
    with pytest.raises(IntegrityError):
        Route.objects.create(
            version=version, category="fire", level=STREET, unit=unit, unit_kind=unit_kind
        )


def test_sent_twice_it_is_one_version(cast):
    key = uuid.uuid4()
    first = publish(cast, route(cast.fire_brigade), submission_key=key)
    assert publish(cast, route(cast.housing), submission_key=key) == first
    assert [one.unit for one in first.routes.all()] == [cast.fire_brigade]


def test_nothing_is_put_in_force_backwards(cast):
    with pytest.raises(Refused, match="不能早于现在"):
        publish(cast, in_force_at=timezone.now() - timedelta(days=1))


# --- The pages ------------------------------------------------------------------------------------


def test_an_administrator_types_a_catalogue_tries_it_and_confirms(cast, client):
    ticket = whistled(cast, Category.PARKING)
    client.force_login(cast.administrator)
    url = reverse("complaints:catalogue-new")
    typed = {
        "submission_key": uuid.uuid4(),
        "note": "渝璧〔2026〕1 号",
        "parking__street": str(cast.housing.pk),
        "parking__compound": "property_company",
        "exceptions": "停车 凤凰社区 消防救援支队",
    }

    tried = client.post(url, typed)
    assert "这 <b>1</b> 件在办工单会变" in tried.content.decode()
    assert not CatalogueVersion.objects.exists()

    done = client.post(url, {**typed, "confirm": "yes"})
    assert done.url == reverse("complaints:rules")
    version = CatalogueVersion.objects.get()
    assert version.note == "渝璧〔2026〕1 号"
    found = version.unit_for(category="parking", level=STREET, branch=ticket.compound.branch)
    assert found == cast.fire_brigade
    assert (
        version.unit_for(category="parking", level=STREET, branch=cast.far_branch) == cast.housing
    )
    again = client.get(url).content.decode()
    assert "停车 凤凰社区 消防救援支队" in again


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("停车 消防救援支队", "第 1 行：要写三样"),
        ("停车位 凤凰社区 消防救援支队", "没有「停车位」这个类别"),
        ("停车 某社区 消防救援支队", "对不上唯一的"),
        ("停车 示范 消防救援支队", "对不上唯一的"),
        ("停车 凤凰社区 天文台", "没有在用的部门叫「天文台」"),
        (
            "停车 凤凰社区 消防救援支队\n停车 凤凰社区 住房城乡建委",
            "第 2 行：「停车 凤凰社区」前面已经写过",
        ),
    ],
)
def test_a_bad_exception_is_named_and_nothing_typed_is_lost(cast, client, line, said):
    client.force_login(cast.administrator)
    typed = {"submission_key": uuid.uuid4(), "note": "试", "exceptions": line, "confirm": "yes"}

    page = client.post(reverse("complaints:catalogue-new"), typed).content.decode()

    assert said in page and line.splitlines()[0] in page
    assert not CatalogueVersion.objects.exists()


def as_typed(**over):
    form = PolicyForm(terms=DEFAULT_TERMS)
    typed = {name: form[name].initial for name in form.fields if form[name].initial is not None}
    return {**typed, "submission_key": uuid.uuid4(), "note": "按新文件", **over}


def test_limits_are_typed_in_words_tried_and_put_in_force_for_what_comes_after(cast, client):
    ticket = whistled(cast)
    client.force_login(cast.administrator)
    url = reverse("complaints:policy-new")
    typed = as_typed(
        limits__finish__U3__complaint="10 个工作日",
        ladder__working="0个工作日,2个工作日,4个工作日,6个工作日",
    )

    assert "这 <b>1</b> 件在办工单会变" in client.post(url, typed).content.decode()
    assert PolicyVersion.objects.count() == 1
    client.post(url, {**typed, "confirm": "yes"})

    version = PolicyVersion.objects.in_force(timezone.now())
    assert version.policy.limit(ClockKind.FINISH, Lane.GENERAL, Kind.COMPLAINT) == Limit(10, "wd")
    assert version.terms["ladder"]["working"] == ["0wd", "2wd", "4wd", "6wd"]
    ticket = dispatch_ticket(ticket, to=cast.fire_brigade, by=cast.dispatcher, at=timezone.now())
    assert ticket.policy == version
    shown = client.get(version.get_absolute_url()).content.decode()
    assert "10 个工作日" in shown and "期限 · 答复 · U3 一般事项 · 投诉" in shown


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"limits__finish__U4": "很快"}, "看不懂「很快」"),
        ({"ladder__natural": "1 小时"}, "这里要写 5 段"),
        ({"reply_letters": "二十"}, "请填一个整数"),
        ({"note": ""}, "请写一句为什么改"),
        ({"in_force_on": "2020-01-01"}, "不能早于现在"),
    ],
)
def test_limits_that_nobody_could_read_are_refused_in_words(cast, client, over, said):
    client.force_login(cast.administrator)

    page = client.post(reverse("complaints:policy-new"), {**as_typed(**over), "confirm": "yes"})

    assert said in page.content.decode()
    assert PolicyVersion.objects.count() == 1


def test_every_term_has_a_name_in_the_form():
    assert set(DEFAULT_TERMS) <= set(TERM_NAMES)
    assert {name for path, _ in leaves(DEFAULT_TERMS) for name in path} <= set(WORDS)


@pytest.mark.parametrize("written", ["15min", "3s", "24h", "7d", "1oh", "24wh", "5wd"])
def test_a_limit_is_read_as_it_is_shown(written):
    limit = Limit.parse(written)
    assert Limit.read(str(limit)) == limit
    assert limit.written == written


def test_a_category_brings_its_urgency_where_nobody_says_otherwise(cast):
    terms = {"lanes": {Category.CLEANING.value: Lane.VITAL.value}}
    at = timezone.now()
    publish_policy(
        terms,
        in_force_at=at,
        note="高温天",
        submission_key=uuid.uuid4(),
        by=cast.administrator,
        at=at,
    )
    assert whistled(cast, Category.CLEANING).lane == Lane.VITAL
    assert whistled(cast, Category.NOISE).lane == Lane.GENERAL


def test_a_danger_stays_one_whatever_its_category(cast):
    at = timezone.now()
    draft = begin_draft(at=at, compound=cast.home.code, text="电表箱在冒烟")
    ticket = file_concern(draft, reporter=None, address="1", at=at)
    accept_ticket(ticket, category=Category.NOISE, kind=Kind.REPORT, by=cast.secretary, at=at)
    ticket.refresh_from_db()
    assert ticket.lane == Lane.URGENT
