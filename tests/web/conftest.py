"""One site for each test."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.web.site import Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Generator[Site]:
    """A site with nobody and nothing in it yet."""
    with open_site(tmp_path) as opened:
        yield opened
