"""How often somebody may try, with a clock that we turn."""

from __future__ import annotations

import pytest
from litestar.exceptions import TooManyRequestsException

from channelsync_web.areas.signin.gates import Gates

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.{}"


class Ticks:
    """Seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return them."""
        return self.now


def refused(*tries) -> int:
    """Return how many of these tries were refused."""
    count = 0
    for one in tries:
        try:
            one()
        except TooManyRequestsException as error:
            count += int((error.headers or {})["retry-after"]) > 0
    return count


def test_guessing_from_everywhere_is_slow() -> None:
    """Tries at one account count together, whatever network they come from; after an hour there are some again."""
    clock = Ticks()
    gates = Gates(clock)
    tries = [lambda n=n: gates.try_password(f"10.{n}.0.1", "a@example.org") for n in range(100)]
    assert refused(*tries) == 90
    clock.now = 3600
    assert refused(*tries) == 90


def test_nobody_is_kept_out_by_guesses_beside_them() -> None:
    """Where an owner came in before they come in again, while others guess at their account."""
    gates = Gates(Ticks())
    gates.try_password(HOME, "a@example.org")
    gates.came_in(HOME, "A@example.org ")
    assert refused(*[lambda: gates.try_password("192.0.2.1", "a@example.org")] * 20) > 0
    assert refused(lambda: gates.try_password(HOME, "a@example.org")) == 0
    assert refused(*[lambda: gates.try_password(HOME, "a@example.org")] * 20) > 0


def test_a_network_has_its_measure() -> None:
    """Who tries one address after another is stopped by the network they come from, within /24."""
    gates = Gates(Ticks())
    tries = [lambda n=n: gates.try_password(ELSEWHERE.format(n), f"{n}@example.org") for n in range(50)]
    assert refused(*tries) == 20
    assert refused(lambda: gates.try_other(HOME)) == 0


def test_six_digits_are_hardly_guessed() -> None:
    """A whole day of guessing gets less than three hundred tries at a million codes."""
    clock = Ticks()
    gates = Gates(clock)
    tried = 0
    for minute in range(24 * 60):
        clock.now = minute * 60
        tried += 1 - refused(lambda: gates.try_digits(HOME, "owner"))
    assert tried < 300


def test_a_mailbox_is_not_filled() -> None:
    """An address gets a few mails an hour, however often somebody asks."""
    gates = Gates(Ticks())
    assert [gates.may_write("a@example.org") for _ in range(5)] == [True, True, True, False, False]
    assert gates.may_write("b@example.org")


@pytest.mark.parametrize("name", ["", "é" * 500, "\ud800"])
def test_any_name_will_do(name: str) -> None:
    """Whatever was typed as an address is counted."""
    Gates(Ticks()).try_password("not an address", name)
