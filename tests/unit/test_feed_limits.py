"""How often a published calendar may be asked for."""

from __future__ import annotations

import logging

import pytest

from channelsync_web.feeds import hide_tokens
from channelsync_web.limits import Buckets, Limits, network


def test_a_bucket_empties_and_fills() -> None:
    """So many at once, then one each so many seconds; what is refused takes nothing."""
    buckets = Buckets(size=3, every=10)
    assert [buckets.take(b"a", 0) for _ in range(4)] == [0, 0, 0, 10]
    assert buckets.take(b"b", 0) == 0
    assert buckets.take(b"a", 5) == 5
    assert buckets.take(b"a", 10) == 0
    assert buckets.take(b"a", 1000) == 0
    assert buckets.wait(b"a", 1000) == 0


def test_buckets_are_bounded() -> None:
    """Whoever asks under ever new names fills no memory; who was asked for lately stays."""
    buckets = Buckets(size=1, every=10, most=100)
    for number in range(1000):
        buckets.take(b"kept", 0)
        buckets.take(str(number).encode(), 0)
    assert len(buckets._left) <= 100
    assert buckets.knows(b"kept")
    assert not buckets.knows(b"0")


def test_a_platforms_rhythm_never_trips() -> None:
    """Every five minutes for a week, the owner pressing the button too; a thousand calendars at once."""
    limits = Limits()
    for tick in range(0, 7 * 86400, 300):
        for _ in range(11 if tick % 86400 == 0 else 1):
            assert limits.asked("one", "203.0.113.7", tick) == 0
            limits.answered("one", "203.0.113.7", tick, known=True)
    for number in range(1000):
        assert limits.asked(f"c{number}", "203.0.113.8", 10**6) == 0
        limits.answered(f"c{number}", "203.0.113.8", 10**6, known=True)


def test_guessing_shuts_nobody_else_out() -> None:
    """A network that guesses is refused further guesses; calendars that were found before are answered there still."""
    limits = Limits()
    limits.answered("good", "203.0.113.7", 0, known=True)
    for number in range(500):
        if limits.asked(f"x{number}", "203.0.113.9", 1) == 0:
            limits.answered(f"x{number}", "203.0.113.9", 1, known=False)
    assert limits.asked("y", "203.0.113.200", 1) > 0
    assert limits.asked("y", "203.0.114.9", 1) == 0
    assert limits.asked("good", "203.0.113.7", 1) == 0


@pytest.mark.parametrize(
    "client, same, other",
    [
        ("192.0.2.1", "192.0.2.254", "192.0.3.1"),
        ("2001:db8:1::1", "2001:db8:1:ffff::2", "2001:db8:2::1"),
        ("::ffff:192.0.2.1", "192.0.2.9", "192.0.9.2"),
        ("", "a socket", "192.0.2.1"),
    ],
)
def test_networks(client: str, same: str, other: str) -> None:
    """A client is its /24 or /48: no single address is kept."""
    assert network(client) == network(same) != network(other)


def test_no_log_shows_a_path() -> None:
    """Access lines keep their form and lose what is secret; twice is once; other paths stay."""
    hide_tokens()
    hide_tokens()
    logger = logging.getLogger("uvicorn.access")
    args = ("127.0.0.1:1", "GET", "/c/s3cret.ics?x=s3cret", "1.1", 200)
    record = logger.makeRecord(logger.name, logging.INFO, "f", 1, '%s - "%s %s HTTP/%s" %d', args, None)
    assert logger.filter(record)
    assert record.getMessage() == '127.0.0.1:1 - "GET /c/… HTTP/1.1" 200'
    plain = logger.makeRecord(logger.name, logging.INFO, "f", 1, "GET /hooks/booking/s3cret", None, None)
    assert logger.filter(plain)
    assert plain.getMessage() == "GET /hooks/…"
    token = "Zq3_-" * 6
    for args in (("1.1.1.1:1", "GET", f"/x/{token}.ics", "1.1", 404), ("1.1.1.1:1", "GET", f"/C/{token}", "1.1", 404)):
        wrong = logger.makeRecord(logger.name, logging.INFO, "f", 1, '%s - "%s %s HTTP/%s" %d', args, None)
        assert logger.filter(wrong)
        assert token not in wrong.getMessage()
    scope = {"type": "http", "path": f"/hooks/mail/{token}", "raw_path": f"/x/{token}".encode()}
    traced = logger.makeRecord(logger.name, 5, "f", 1, "%s [%d] Started scope=%s", ("", 3, scope), None)
    assert logger.filter(traced)
    assert token not in traced.getMessage()
    other = logger.makeRecord(logger.name, logging.INFO, "f", 1, "GET %s", ("/health",), None)
    assert logger.filter(other)
    assert other.getMessage() == "GET /health"
