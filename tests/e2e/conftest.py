"""A database of its own for every test, and three platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.command import Command
from tests.e2e.platforms import FORMS, Form, serve


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """Open platforms in a form and the command on an empty database."""
    with ExitStack() as opened:

        def make(form: str | dict[str, Form] = "measured") -> Command:
            town = opened.enter_context(serve(FORMS[form] if isinstance(form, str) else form))
            return Command(tmp_path, town)

        yield make


@pytest.fixture
def command(start: Callable[..., Command]) -> Command:
    """The command with the platforms in their measured forms."""
    return start()
