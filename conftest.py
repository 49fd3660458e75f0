"""The servers under the tests. Workers of xdist use those of the process that started them."""

from contextlib import ExitStack

import pytest

from bizhan.embedded import servers

running = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        running.enter_context(servers())


def pytest_unconfigure() -> None:
    running.close()


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    """A quick password hasher, files of one test's own, and no manifest of static files."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "media", tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def cast(db):
    from tests.cast import Cast

    return Cast()
