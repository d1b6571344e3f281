"""Passwords that are cheap to keep: what they cost is not what these tests are about."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from channelsync_web.areas.signin.passwords import Passwords
from tests.web.signin.house import door_of
from tests.web.site import Site


@pytest.fixture(autouse=True)
def cheap(request: pytest.FixtureRequest) -> None:
    """Spend no 64 MiB on each password, where a test has a site."""
    if "site" in request.fixturenames:
        site: Site = request.getfixturevalue("site")
        door_of(site, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)))
