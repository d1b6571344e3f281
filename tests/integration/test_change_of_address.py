"""A change of name: by which name a platform read, as its fetches tell; and when the earlier name may end."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.manager import Asked, Manager
from channelsync.service.hooks import called_by, hook
from channelsync.service.inbox import Inbox
from channelsync.service.moving import Moved, calls, moves
from tests.contract.command import refused, run
from tests.integration.test_feeds_http import AGENT
from tests.integration.test_library import Town, town  # noqa: F401 - a fixture

OLD, NEW = "gites.example.org", "chalets.example.org"


@pytest.fixture
def manager(town: Town, tmp_path: Path):  # noqa: F811
    """A lodging on Booking.com."""
    place = str(tmp_path / "gite.db")
    with cs.open(place, now=town.now, allow_private_addresses=True, environ={}) as made:
        made.link(made.add_unit("Gîte du Lac"), "booking", feed=town.url("booking"))
        made.sync()
        yield made


def read(manager: Manager, host: str, client: str = AGENT["User-Agent"]) -> None:
    """Somebody reads the calendar by one of our names."""
    token = manager.feed_url("gite-du-lac", "booking").reveal().rpartition("/")[2].removesuffix(".ics")
    assert manager.serve(token, Asked(client=client, accept="text/calendar", host=host)).status == 200


def how(manager: Manager, at: datetime | None = None) -> Moved:
    """How far Booking.com has come."""
    (one,) = moves(manager, NEW, at or manager.time())
    return one.moved


def test_a_platform_has_moved_when_it_reads_by_the_new_name_alone(town: Town, manager: Manager) -> None:  # noqa: F811
    """Unknown until it reads; then by the earlier name; moved only once it has not come by that for two days."""
    assert how(manager) is Moved.UNKNOWN
    read(manager, OLD)
    assert how(manager) is Moved.NO
    town.time += timedelta(hours=3)
    read(manager, NEW)
    assert how(manager) is Moved.NO
    assert how(manager, manager.time() + timedelta(days=2)) is Moved.YES


def test_whoever_is_not_the_platform_moves_nothing(manager: Manager) -> None:
    """A person or a tool that reads by the new name says nothing of what is pasted there."""
    read(manager, OLD)
    read(manager, NEW, "curl/8.0")
    assert how(manager, manager.time() + timedelta(days=3)) is Moved.NO


def test_the_command_says_when_the_earlier_name_may_end(
    town: Town,  # noqa: F811
    manager: Manager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`address` ends with 1 while a platform may still need an earlier name, with 0 once none does."""
    monkeypatch.setenv("CHANNELSYNC_BASE_URL", f"https://{NEW}")
    monkeypatch.setenv("CHANNELSYNC_HOSTS", OLD)
    asked = ("--db", tmp_path / "gite.db", "--now")
    read(manager, OLD)
    early = run(*asked, manager.time().isoformat(), "--lang", "en", "address")
    assert (early.code, "Keep the earlier names" in early.out, OLD in early.out) == (1, True, True)
    read(manager, NEW)
    late = run(*asked, (manager.time() + timedelta(days=3)).isoformat(), "--json", "address")
    assert late.code == 0
    assert late.document["may_end"]
    assert {one["host"] for one in late.document["listings"][0]["by"]} == {OLD, NEW}
    refused(run("address", "--nonsense"), "--nonsense")


def call(manager: Manager, host: str) -> None:
    """A service hands on a mail by one of our names."""
    Inbox(manager).receive("mail/", "", {}, b"From: a@example.org", manager.time(), host)


def test_a_caller_has_moved_when_it_called_by_the_new_name_last(town: Town, manager: Manager) -> None:  # noqa: F811
    """Mails may be weeks apart, so the last call counts, however long ago; without any, nothing is known."""

    def far() -> Moved:
        (one,) = calls(manager, NEW)
        return one.moved

    assert calls(manager, NEW) == ()
    hook(manager, "mail", now=manager.time())
    assert far() is Moved.UNKNOWN
    call(manager, OLD)
    town.time += timedelta(days=40)
    assert far() is Moved.NO
    for host, moved in ((NEW, Moved.YES), (OLD, Moved.NO), (OLD, Moved.NO), (NEW, Moved.YES)):
        town.time += timedelta(minutes=1)
        call(manager, host)
        assert far() is moved


def test_few_names_are_kept(town: Town, manager: Manager) -> None:  # noqa: F811
    """Whoever calls by ever other names fills no database."""
    hook(manager, "mail", now=manager.time())
    for number in range(30):
        town.time += timedelta(minutes=1)
        call(manager, f"{number}.example.org")
    with manager.ledger.reading() as tx:
        assert list(called_by(tx, "mail/")) == [f"{number}.example.org" for number in range(29, 19, -1)]


def test_who_leaves_leaves_no_caller(manager: Manager) -> None:
    """What was noted of an owner's own address goes with the owner."""
    owner = manager.owners()[0].id
    hook(manager, "mail", owner, now=manager.time())
    Inbox(manager).receive(f"mail/{owner}", "", {}, b"From: a@example.org", manager.time(), OLD)
    manager.delete_owner(owner, calendars_removed=True)
    with manager.ledger.reading() as tx:
        assert called_by(tx, f"mail/{owner}") == {}


def test_the_command_waits_for_callers_too(
    town: Town,  # noqa: F811
    manager: Manager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An earlier name by which a service called last is kept; one of whose calls nothing is known keeps none."""
    monkeypatch.setenv("CHANNELSYNC_BASE_URL", f"https://{NEW}")
    monkeypatch.setenv("CHANNELSYNC_HOSTS", OLD)
    read(manager, NEW)
    hook(manager, "mail", now=manager.time())
    asked = ("--db", tmp_path / "gite.db", "--now", manager.time().isoformat())
    unknown = run(*asked, "--json", "address")
    assert (unknown.code, unknown.document["calls"][0]["state"]) == (0, "unread")
    call(manager, OLD)
    early = run(*asked, "address")
    assert (early.code, "a appelé par un ancien nom" in early.out, "e-mails transmis" in early.out) == (1, True, True)
    town.time += timedelta(minutes=1)
    call(manager, NEW)
    late = run(*asked, "--json", "address")
    assert (late.code, late.document["may_end"], late.document["calls"][0]["for"]) == (0, True, None)
