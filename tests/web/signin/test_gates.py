"""How often somebody may try, with a clock that we turn: in one process, and in several over one database."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from litestar.exceptions import TooManyRequestsException
from litestar.testing import TestClient

import channelsync as cs
from channelsync_web.areas.signin.gates import Gates
from channelsync_web.asgi import create_app
from tests.web.signin.house import enter, moved_in
from tests.web.site import ADDRESS, Browser, Site

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.{}"


class House:
    """A ledger with gates before it; ``now`` is everybody's clock, in seconds."""

    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.manager = cs.open(str(folder / "gates.db"), now=self.time, environ={})
        self.gates = self.another()

    def time(self) -> datetime:
        """Return the time of the ledger."""
        return datetime(2027, 3, 1, tzinfo=UTC) + timedelta(seconds=self.now)

    def another(self) -> Gates:
        """Return the gates of another process."""
        return Gates(self.manager.ledger, self.manager.vault, self.time, lambda: self.now)


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    """A ledger in which nothing was tried yet."""
    made = House(tmp_path)
    with made.manager:
        yield made


def refused(*tries) -> int:
    """Return how many of these tries were refused."""
    count = 0
    for one in tries:
        try:
            one()
        except TooManyRequestsException as error:
            count += int((error.headers or {})["retry-after"]) > 0
    return count


def test_guessing_from_everywhere_is_slow(house: House) -> None:
    """Tries at one account count together, whatever network they come from; after an hour there are some again."""
    gates = house.gates
    tries = [lambda n=n: gates.try_password(f"10.{n}.0.1", "a@example.org") for n in range(100)]
    assert refused(*tries) == 90
    house.now = 3600
    assert refused(*tries) == 90


def test_nobody_is_kept_out_by_guesses_beside_them(house: House) -> None:
    """Where an owner came in before they come in again, while others guess at their account."""
    gates = house.gates
    gates.try_password(HOME, "a@example.org")
    gates.came_in(HOME, "A@example.org ")
    assert refused(*[lambda: gates.try_password("192.0.2.1", "a@example.org")] * 20) > 0
    assert refused(lambda: gates.try_password(HOME, "a@example.org")) == 0
    assert refused(*[lambda: gates.try_password(HOME, "a@example.org")] * 20) > 0


def test_a_network_has_its_measure(house: House) -> None:
    """Who tries one address after another is stopped by the network they come from, within /24."""
    gates = house.gates
    tries = [lambda n=n: gates.try_password(ELSEWHERE.format(n), f"{n}@example.org") for n in range(50)]
    assert refused(*tries) == 20
    assert refused(lambda: gates.try_other(HOME)) == 0


def test_six_digits_are_hardly_guessed(house: House) -> None:
    """A whole day of guessing gets less than three hundred tries at a million codes."""
    tried = 0
    for minute in range(0, 24 * 60, 3):
        house.now = minute * 60
        tried += 1 - refused(lambda: house.gates.try_digits(HOME, "owner"))
    assert 200 < tried < 300


def test_a_mailbox_is_not_filled(house: House) -> None:
    """An address gets a few mails an hour, however often somebody asks."""
    gates = house.gates
    assert [gates.may_write("a@example.org") for _ in range(5)] == [True, True, True, False, False]
    assert gates.may_write("b@example.org")


@pytest.mark.parametrize("name", ["", "é" * 500, "\ud800"])
def test_any_name_will_do(house: House, name: str) -> None:
    """Whatever was typed as an address is counted."""
    house.gates.try_password("not an address", name)


def test_processes_count_together(house: House) -> None:
    """Whoever asks now one process and now another gets no more tries at an account, a code or a mailbox by that."""
    several = [house.another() for _ in range(3)]
    tries = [lambda n=n: several[n % 3].try_password(f"10.{n}.0.1", "a@example.org") for n in range(30)]
    assert refused(*tries) == 20
    assert refused(*[lambda one=one: one.try_digits(HOME, "owner") for one in several * 3]) == 4
    assert [one.may_write("b@example.org") for one in several * 2] == [True] * 3 + [False] * 3


def test_every_process_knows_where_an_owner_came_in(house: House) -> None:
    """The network that an account was opened from is known to the other processes, and to this one after a restart."""
    house.gates.came_in(HOME, "a@example.org")
    house.gates.came_in(HOME, "a@example.org")
    others = [house.another(), house.another()]
    assert refused(*[lambda n=n: others[0].try_password(f"10.{n}.0.1", "a@example.org") for n in range(20)]) == 10
    assert refused(lambda: others[1].try_password(HOME, "a@example.org")) == 0


def test_a_clock_that_was_wrong_keeps_nobody_out(house: House) -> None:
    """What was counted at a time that has not come yet is forgotten."""
    house.now = 10**8
    assert refused(*[lambda: house.gates.try_digits(HOME, "owner")] * 9) == 4
    house.now = 0
    assert refused(lambda: house.another().try_digits(HOME, "owner")) == 0


def test_nothing_typed_is_kept(house: House) -> None:
    """What stands in the ledger of a try names neither an address nor a network, and goes once it counts no more."""
    house.gates.try_password("10.9.8.7", "somebody@example.org")
    with house.manager.ledger.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM tries").all()
    assert len(rows) == 1
    assert all(len(row.key) == 64 and set(row.key) <= set("0123456789abcdef") for row in rows)
    house.now = 3600
    house.gates.try_digits(HOME, "owner")
    with house.manager.ledger.reading() as tx:
        assert rows[0].key not in {row.key for row in tx.connection.exec_driver_sql("SELECT key FROM tries")}


def test_two_apps_over_one_database(site: Site) -> None:
    """Where several web processes serve one installation, a password is guessed at no faster than where one does."""
    moved_in(site)
    other = create_app(site.manager, environ={})
    with TestClient(other, base_url=ADDRESS):
        browsers = [Browser(one) for one in (site.app, other)]
        answers = [enter(browsers[number % 2], password="wrong words, all of them") for number in range(14)]
    assert [one.status_code for one in answers].count(422) <= 10
    assert answers[-1].status_code == answers[-2].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
