"""What keeping and comparing a password costs, and that this cost cannot be turned against us."""

from __future__ import annotations

import re
import threading

import pytest
from argon2 import PasswordHasher
from litestar.exceptions import TooManyRequestsException

from channelsync_web.areas.signin.passwords import Passwords
from tests.web.signin.house import MAIL, WORDS, door_of, enter, moved_in
from tests.web.site import Site

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Held(PasswordHasher):
    """Holds every comparison until it is let go."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.going = threading.Event()
        self.running, self.most = 0, 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - argon2's name
        """Compare, once it is let go."""
        self.running += 1
        self.most = max(self.most, self.running)
        self.going.wait(10)
        self.running -= 1
        return super().verify(hash, password)


def test_what_is_kept() -> None:
    """The usual measure is 64 MiB; a password is kept differently each time, and fits none but itself."""
    usual = Passwords().hashed("quatre mots")
    assert "$argon2id$v=19$m=65536,t=3," in usual
    cheap = Passwords(CHEAP)
    first, second = cheap.hashed("quatre mots"), cheap.hashed("quatre mots")
    assert first != second
    assert (cheap.fits(first, "quatre mots"), cheap.fits(first, "quatre mots ")) == (True, False)
    assert (cheap.fits("nonsense", "quatre mots"), cheap.fits(None, ""), cheap.fits(first, "x" * 10**6)) == (False,) * 3


def test_nobodys_password_costs_as_much() -> None:
    """What is compared for an unknown address has the same measure as what is kept, and is no password's."""
    seen = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - argon2's name
            seen.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(Watched(time_cost=1, memory_cost=64, parallelism=1))
    kept = passwords.hashed(WORDS)
    assert passwords.fits(None, WORDS) is False
    assert passwords.fits(kept, WORDS) is True
    measures = [re.sub(r"[^$]", "x", one.split("$", 4)[4]) for one in seen]
    assert seen[0].split("$")[:4] == seen[1].split("$")[:4]
    assert measures[0] == measures[1]


def test_few_at_once() -> None:
    """Two are compared at a time, a few wait, and whoever comes then is sent away at once."""
    hasher = Held()
    passwords = Passwords(hasher)
    kept = CHEAP.hash(WORDS)
    threads = [threading.Thread(target=passwords.fits, args=(kept, WORDS)) for _ in range(8)]
    for one in threads:
        one.start()
    try:
        while passwords._line.acquire(timeout=0.01):  # until all eight have come
            passwords._line.release()
        with pytest.raises(TooManyRequestsException):
            passwords.fits(kept, WORDS)
    finally:
        hasher.going.set()
        for one in threads:
            one.join()
    assert hasher.most == 2
    assert passwords.fits(kept, WORDS)


def test_an_old_measure_is_renewed(site: Site) -> None:
    """A password that was kept more cheaply than we do today is kept anew when it is next used."""
    moved_in(site)
    door_of(site, passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)))
    assert enter(site.browser(None)).status_code == 303
    person = site.app.state.people.by_email(MAIL)
    assert "m=128,t=2" in person.password
    assert enter(site.browser(None)).status_code == 303
