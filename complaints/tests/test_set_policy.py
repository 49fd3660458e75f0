import json
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from complaints.models import PolicyVersion
from complaints.rules.limits import DEFAULT_TERMS
from complaints.terms import ClockKind, Kind, Lane

pytestmark = pytest.mark.django_db


@pytest.fixture
def set_policy(tmp_path):
    def call(terms, **options):
        file = tmp_path / "terms.json"
        file.write_text(terms if isinstance(terms, str) else json.dumps(terms))
        call_command("set_policy", str(file), verbosity=0, **options)
        return PolicyVersion.objects.in_force(timezone.now())

    return call


def changed(**more):
    return {**deepcopy(DEFAULT_TERMS), **more}


def test_new_terms_are_in_force_at_once(set_policy):
    terms = changed()
    terms["limits"]["accept"]["U1"] = "3s"

    version = set_policy(terms, note="试行")

    assert version.note == "试行"
    limit = version.policy.limit("accept", "U1", "complaint")
    assert (limit.amount, limit.unit) == (3, "s")


def test_what_is_left_unsaid_stays_as_it_is_by_default(set_policy):
    policy = set_policy({"reopen_days": 30}).policy

    assert policy.number("reopen_days") == 30
    assert policy.terms["ladder"] == DEFAULT_TERMS["ladder"]


@pytest.mark.parametrize(
    "terms",
    [
        "not json",
        [],
        {"limits": {**DEFAULT_TERMS["limits"], "accept": "soon"}},
        {"limits": {**DEFAULT_TERMS["limits"], "finish": {"U1": "2h"}}},
        {"ladder": {"natural": ["0min"], "working": ["0wd", "1wd", "3wd", "5wd"]}},
        {"ladder": {"natural": ["0min", "1h", "2h", "3h", "4 hours"]}},
        {"answer_closes": 7},
        {"reply_letters": "many"},
        {"limit": {}},
    ],
)
def test_terms_that_a_clock_could_not_read_are_refused(set_policy, terms):
    before = PolicyVersion.objects.count()

    with pytest.raises(CommandError):
        set_policy(terms)
    assert PolicyVersion.objects.count() == before
    assert PolicyVersion.objects.in_force(timezone.now() + timedelta(days=1)).terms == {}


def test_a_limit_that_is_left_unsaid_is_the_default(set_policy):
    set_policy({"limits": {"accept": "1h"}})

    policy = PolicyVersion.objects.in_force(timezone.now()).policy
    assert str(policy.limit(ClockKind.ACCEPT, Lane.GENERAL, Kind.REPORT)) == "1 小时"
    assert str(policy.limit(ClockKind.WAIT, Lane.GENERAL, Kind.REPORT)) == "3 个工作日"
