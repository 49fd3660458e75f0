"""Two officers appoint the same person, or end the same post, in the same second."""

from uuid import uuid4

import pytest

from compounds.actions.posts import appoint, end_post
from compounds.models import Person, Post
from compounds.terms import Role
from tests.cast import LONG_AGO, MONDAY
from tests.races.threads import THREADS, TRIALS, kinds, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PHONES = [f"139{number:08}" for number in range(TRIALS)]


def appointment(cast, phone, key):
    who = {"name": "新人", "phone": phone, "role": Role.SOCIAL_WORKER}
    return appoint(cast.home.branch, **who, by=cast.security, at=MONDAY, key=key)


def test_a_person_is_appointed_to_a_post_once(cast):
    def together_appointed(number, phone):
        return appointment(cast, phone, uuid4())

    for phone, got in zip(PHONES, together(together_appointed, PHONES), strict=True):
        assert kinds(got) == {"tuple": 1, "Conflict": THREADS - 1}
        assert Post.objects.filter(person=Person.objects.with_phone(phone)).count() == 1


def test_an_appointment_sent_sixteen_times_is_one_with_one_password(cast):
    things = [(phone, uuid4()) for phone in PHONES[: TRIALS // 10]]

    for got in together(lambda _, thing: appointment(cast, *thing), things):
        assert len(set(got)) == 1
        post, password = got[0]
        assert post.person.check_password(password)
    assert Post.objects.filter(role=Role.SOCIAL_WORKER).count() == len(things)


def test_a_post_is_ended_once(cast):
    people = [Person.objects.create_person(phone=phone, name="旧人") for phone in PHONES]
    place = {"organization": cast.home.branch, "role": Role.SOCIAL_WORKER}
    posts = [Post(person=person, started_at=LONG_AGO, **place) for person in people]
    Post.objects.bulk_create(posts)

    for got in together(lambda _, post: end_post(post, by=cast.security, at=MONDAY), posts):
        assert kinds(got) == {"Post": 1, "Conflict": THREADS - 1}
