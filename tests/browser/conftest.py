"""One browser and one sample house for all tests that only look; whoever changes something opens their own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.browser.browsers import Look, Visit, chromium, visit
from tests.browser.house import House, open_house


@pytest.fixture(scope="package")
def browser() -> Generator[Browser]:
    """The browser: ended before tests elsewhere begin, because its loop would be in their way."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """A house with sample data, to look at and never to change."""
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


class Visits:
    """Opens windows, and closes them after the test."""

    def __init__(self, browser: Browser, stack: ExitStack) -> None:
        self._browser = browser
        self._stack = stack

    def __call__(self, house: House, look: Look, *, signed_in: bool = True, scripts: bool = True) -> Visit:
        """Open one."""
        return self._stack.enter_context(visit(self._browser, house, look, signed_in=signed_in, scripts=scripts))


@pytest.fixture
def visits(browser: Browser) -> Generator[Visits]:
    """What opens windows."""
    with ExitStack() as stack:
        yield Visits(browser, stack)
