"""The built site, served on loopback to a real browser that can reach nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import SITE, chromium
from inference_scaling.site.serving import served
from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups, which are what takes longest: no worker shall be left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse workers that share a group: each would print the book or start a JupyterLab of its own."""
    if item.config.getoption("loadgroup", False) and item.get_closest_marker("xdist_group"):
        assert "@" in item.nodeid, "pytest-xdist does not keep groups together with this pytest"


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    if not (SITE / "index.html").is_file():
        pytest.fail("the site is not built: run `make book` first")
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one
