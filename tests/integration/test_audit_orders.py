"""The audit trail of a whole installation: every order leaves a line, none of them a secret, and tampering shows."""

from __future__ import annotations

import inspect
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.cadence import HealthEvent
from channelsync.errors import UsageError
from channelsync.manager import Manager, open_manager
from tests.contract.command import House, airbnb, booking, greengo, run, served

UNIT = "gite-du-lac"
NOW = "2026-11-22T10:00:00Z"
AGAIN = greengo("2027-09-01/2027-09-02")

QUESTIONS = {
    *("account", "accounts", "audit_lines", "claims", "conflicts", "explain", "exposed", "feed", "feed_readers"),
    *("feed_url", "held_access", "keys", "links", "log", "next_due", "owner", "owners", "questions", "state"),
    *("status", "time", "unit", "units", "verify_audit", "consent_page", "doubts", "fields", "remote_listings"),
    "picture",
}
"""What changes nothing that anybody ordered."""
WORK = {"access_refused", "call", "close", "may_sell", "hint", "record_fetch", "serve", "step", "sync", "take"}
"""What the service does by itself, or a platform; its traces are in the log and among the fetches."""
ELSEWHERE = {"accept", "add_account", "connect", "grant", "reconnect"}
"""Orders that need a channel with accounts: their own tests hold that they are audited."""
RESTORE = {"bring_up", "put_back"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A lodging on three calendars, with a conflict and a question."""
    with served() as feeds:
        made = House(tmp_path / "gite.db", feeds).linked()
        feeds.put("booking.ics", booking("2027-03-16/2027-03-20", "2027-12-01/2028-05-22"))
        feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18", "2027-08-01/2027-08-04"))
        made("sync", "--all")
        yield made


@pytest.fixture
def manager(house: House) -> Iterator[Manager]:
    """The manager of that lodging."""
    now = datetime.fromisoformat(NOW)
    with open_manager(str(house.db), now=lambda: now, allow_private_addresses=True, environ={}) as made:
        yield made


def orders(manager: Manager, house: House) -> dict[str, Callable[[], object]]:
    """Each order of the manager, ready to be given; some build on those before."""
    made: dict[str, str] = {}

    def block() -> None:
        made["block"] = manager.block(UNIT, cs.Stay.parse("2027-05-01/2027-05-03"), note="hush note").id

    def reserve() -> None:
        stay = cs.Stay.parse("2027-06-01/2027-06-03")
        made["stay"] = manager.reserve(UNIT, stay, guest="hush guest", note="hush").id

    def add_owner() -> None:
        made["code"] = manager.add_owner("Anne").code

    def link() -> None:
        feed = house.feeds.put("other.ics", greengo("2027-09-01/2027-09-02")) + "?t=hush"
        manager.link(UNIT, "ical", feed=feed, options={"name": "abritel"})

    return {
        "add_unit": lambda: manager.add_unit("Chalet"),
        "block": block,
        "block_together": lambda: manager.block_together([manager.unit(UNIT)], cs.Stay.parse("2027-05-10/2027-05-12")),
        "change": lambda: manager.change(made["block"], cs.Stay.parse("2027-05-01/2027-05-04"), note="hush note"),
        "unblock": lambda: manager.unblock(made["block"]),
        "again": lambda: manager.again(UNIT, made["block"]),
        "reserve": reserve,
        "cancel": lambda: manager.cancel(made["stay"]),
        "link": link,
        "relink": lambda: manager.relink(UNIT, "ical:abritel", feed=house.feeds.put("again.ics", AGAIN) + "?t=hush"),
        "set_options": lambda: manager.set_options(UNIT, "ical:abritel", {"empty_is_normal": "yes"}),
        "unlink": lambda: manager.unlink(UNIT, "ical:abritel"),
        "link_removed": lambda: manager.link_removed(UNIT, "ical:abritel"),
        "confirm": lambda: manager.confirm(UNIT, "airbnb"),
        "dismiss": lambda: manager.dismiss(manager.conflicts()[0].id),
        "undismiss": lambda: manager.undismiss(manager.conflicts()[0].id),
        "answer": lambda: manager.answer(UNIT, "booking-opens", "2027-12-01"),
        "links_removed": lambda: manager.links_removed(UNIT),
        "rotate_feed_url": lambda: manager.rotate_feed_url(UNIT, "greengo"),
        "cut_feed_url": lambda: manager.cut_feed_url(UNIT, "greengo"),
        "teach_reader": lambda: manager.teach_reader(UNIT, "greengo", "Some Client/1", platform=True),
        "rotate_keys": manager.rotate_keys,
        "add_owner": add_owner,
        "redeem": lambda: manager.redeem(made["code"]),
        "reset_owner": lambda: manager.reset_owner("Anne"),
        "delete_owner": lambda: manager.delete_owner("Anne"),
        "change_unit": lambda: manager.change_unit("chalet", name="Chalet hush", turnover=1),
        "retire": lambda: manager.retire(UNIT),
    }


def test_every_order_leaves_a_line(manager: Manager, house: House) -> None:
    """Each order writes who and when; a method that is neither order nor question is one that nobody thought of."""
    public = {name for name, _ in inspect.getmembers(Manager, inspect.isfunction) if not name.startswith("_")}
    given = orders(manager, house)
    assert public == {*given, *QUESTIONS, *WORK, *ELSEWHERE, *RESTORE}
    for name, give in given.items():
        before = len(manager.audit_lines())
        give()
        lines = manager.audit_lines()
        assert len(lines) > before, f"{name} leaves no line"
        assert all(line.actor and line.at == manager._now() for line in lines[before:])
    assert manager.verify_audit() == len(manager.audit_lines())
    text = json.dumps([[line.what, line.actor, dict(line.details)] for line in manager.audit_lines()])
    assert "hush" not in text
    assert "://" not in text


def test_questions_leave_none(manager: Manager) -> None:
    """Asking leaves no line."""
    before = manager.audit_lines()
    manager.status()
    manager.links(UNIT)
    manager.hint(manager.links(UNIT)[0].id, HealthEvent.HINT)
    assert manager.audit_lines() == before


def test_tampering_shows(house: House) -> None:
    """A line changed by hand is found by its number: exit 1, and one document that says so."""
    assert house.document("audit", "verify")["ok"]
    with closing(sqlite3.connect(house.db)) as raw:
        raw.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 2")
        raw.commit()
    answer = house("audit", "verify", "--json")
    assert answer.code == 1
    assert answer.document["problem"] == "the audit trail does not add up: line 2 was changed"
    assert house("audit", "verify").code == 1


class TestOwners:
    """Owners, and codes to sign in with."""

    def test_a_code_serves_once_and_for_a_day(self, tmp_path: Path) -> None:
        """A code opens once, however it is typed, and not after a day; a new one ends the earlier ones."""
        time = [datetime.fromisoformat(NOW)]
        with open_manager(str(tmp_path / "gite.db"), now=lambda: time[0], environ={}) as manager:
            made = manager.add_owner("Anne", language="en")
            assert manager.redeem(f" {made.code.lower().replace('-', ' ')}\n") == made.owner
            second = manager.reset_owner("anne")
            third = manager.reset_owner(made.owner.id)
            time[0] += timedelta(hours=24)
            for code in (made.code, second.code, third.code, "", "AAAA-BBBB"):
                with pytest.raises(UsageError, match="does not open anything"):
                    manager.redeem(code)
            assert manager.redeem(manager.reset_owner("Anne").code) == made.owner
            with pytest.raises(UsageError, match="owner called ANNE already"):
                manager.add_owner("ANNE")
            assert manager.add_unit("Lac", owner="anne").owner == made.owner.id
        for path in tmp_path.glob("gite.db*"):
            assert made.code.encode() not in path.read_bytes()
        assert made.code not in repr(made)

    def test_unknown_owners_are_told(self, tmp_path: Path) -> None:
        """An owner that is not there is refused in one line, with those there are."""
        db = tmp_path / "gite.db"
        assert run("--db", db, "owner", "add", "Anne").code == 0
        answer = run("--db", db, "owner", "reset", "Marie")
        assert answer.code == 2
        assert "aucun propriétaire ne s’appelle « Marie »" in answer.err
        assert "Anne" in answer.err
        assert run("--db", db, "owner", "add", "Bob", "--email", "not an address").code == 2
        assert [one["name"] for one in run("--db", db, "owner", "list", "--json").document] == ["Anne"]
