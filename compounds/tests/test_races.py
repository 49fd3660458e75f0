"""Threads against a real database: what is sent many times at once happens once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from compounds.actions import apply_import, appoint, found_organization, receive_register
from compounds.models import Organization, OwnedUnit, Person, Post
from compounds.rules import Conflict
from compounds.terms import OrganizationKind, Role

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 16


@pytest.fixture
def cast(transactional_db):
    from tests.cast import Cast

    return Cast()


def at_once(deed):
    """What each of sixteen threads got: a value, or the Conflict it was told."""

    def one(_):
        try:
            return deed()
        except Conflict as told:
            return told
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_one_organisation_is_founded_however_often_it_is_sent(cast):
    answer = {"kind": OrganizationKind.COMMUNITY, "name": "新社区", "telephone": ""}
    key = uuid4()

    founded = at_once(
        lambda: found_organization(cast.street, **answer, key=key, by=cast.administrator)
    )

    assert len(set(founded)) == 1
    assert Organization.objects.filter(name="新社区").count() == 1


def test_organisations_founded_at_once_all_find_their_place(cast):
    answer = {"kind": OrganizationKind.COMMUNITY, "name": "新社区", "telephone": ""}

    at_once(lambda: found_organization(cast.street, **answer, key=uuid4(), by=cast.administrator))

    street = Organization.objects.get(pk=cast.street.pk)
    children = Organization.objects.get_children(street)
    assert len({child.path for child in children}) == street.numchild == 2 + THREADS


def test_one_person_and_one_post_come_of_one_form(cast):
    key, at = uuid4(), timezone.now()

    answers = at_once(
        lambda: appoint(
            cast.community,
            name="新人",
            phone="13912345678",
            role=Role.COMMUNITY_STAFF,
            by=cast.security,
            at=at,
            key=key,
        )
    )

    person = Person.objects.with_phone("13912345678")
    assert Post.objects.filter(person=person).count() == 1
    assert {person.check_password(password) for _, password in answers} == {True}


def test_a_sheet_is_written_by_one_of_many(cast):
    unit = ["9栋", "1单元", 1, "101", "dwelling", 9000, "register"]
    rows = [{"row": 2, "cells": [], "unit": unit, "errors": []}]
    at = timezone.now()
    received = receive_register(cast.home, rows, by=cast.secretary, at=at, key=uuid4())

    results = at_once(lambda: apply_import(received, by=cast.secretary, at=at))

    assert sum(isinstance(result, Conflict) for result in results) == THREADS - 1
    assert OwnedUnit.objects.count() == 1
