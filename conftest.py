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
