"""Committed rows and real threads: sweeps beside each other, deeds beside each other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from compounds.notices.actions import deliver_due
from compounds.notices.models import Delivery, Notice
from compounds.notices.terms import State
from tests.cast import MONDAY

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def together(deed, threads):
    """Run the deed in so many threads at once; what each returned."""
    start = Barrier(threads)

    def run(number):
        try:
            start.wait(timeout=30)
            return deed(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_overlapping_sweeps_send_every_letter_once(cast, tell, with_email, post_office):
    people = [with_email(cast.person(f"居民{n}")) for n in range(200)]
    tell(*people)

    sent = together(lambda _: deliver_due(at=MONDAY), threads=6)

    assert sum(sent) == 200
    assert sorted(post_office.receivers) == sorted(person.email for person in people)
    assert Delivery.objects.filter(state=State.SENT, attempts=1).count() == 200


def test_sweeps_that_overlap_a_failing_server_count_each_attempt_once(
    cast, tell, with_email, post_office
):
    post_office.close()
    tell(*[with_email(cast.person(f"居民{n}")) for n in range(60)])

    together(lambda _: deliver_due(at=MONDAY), threads=6)

    assert set(Delivery.objects.values_list("attempts", flat=True)) <= {0, 1}
    assert Delivery.objects.waiting().count() == 60


def test_the_same_news_told_by_many_at_once_is_one_notice_each(cast, tell):
    people = [cast.person(f"居民{n}") for n in range(30)]

    def told(number):
        tell(*people[number:], *people[:number])  # each in another order

    together(told, threads=16)

    assert Notice.objects.count() == 30
