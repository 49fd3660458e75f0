import pytest


@pytest.fixture
def hall(cast):
    from ownerscommittee.votes.tests.hall import Hall

    return Hall(cast)
