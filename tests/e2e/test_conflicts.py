"""Two platforms sold one night, or only seem to have: the five cases of the peers, and their variants.

Each is played with one look at everything, with two looks (the second sale comes later) and without a database, through
`check`. The nights of a conflict are told exactly, and nobody is alarmed where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command import Command, Ran, here
from tests.e2e.platforms import FORMS, Event, airbnb, airbnb_block, booking, greengo, nights, spread

Shown = dict[str, list[Event]]

DOUBLE: dict[str, tuple[Shown, set[str], set[str]]] = {
    "c1 airbnb and booking": (
        {"airbnb": [airbnb("2027-06-10", "2027-06-13")], "booking": [booking("2027-06-11", "2027-06-14")]},
        nights("2027-06-11", "2027-06-13"),
        {"airbnb", "booking"},
    ),
    "c2 booking and greengo": (
        {"booking": [booking("2027-06-10", "2027-06-13")], "greengo": [greengo("2027-06-11", "2027-06-14")]},
        nights("2027-06-11", "2027-06-13"),
        {"booking", "greengo"},
    ),
    "airbnb and greengo": (
        {"airbnb": [airbnb("2027-06-10", "2027-06-13")], "greengo": [greengo("2027-06-12", "2027-06-20")]},
        nights("2027-06-12", "2027-06-13"),
        {"airbnb", "greengo"},
    ),
    "c5 two stays on airbnb": (
        {"airbnb": [airbnb("2027-06-10", "2027-06-13", "a"), airbnb("2027-06-12", "2027-06-15", "b")]},
        {"2027-06-12"},
        {"airbnb"},
    ),
    "identical dates": (
        {"airbnb": [airbnb("2027-06-10", "2027-06-13")], "booking": [booking("2027-06-10", "2027-06-13")]},
        nights("2027-06-10", "2027-06-13"),
        {"airbnb", "booking"},
    ),
}
QUIET: dict[str, Shown] = {
    "c4 turnover": {"airbnb": [airbnb("2027-06-10", "2027-06-13")], "booking": [booking("2027-06-13", "2027-06-16")]},
    "turnover on one platform": {
        "airbnb": [airbnb("2027-06-10", "2027-06-13"), airbnb("2027-06-13", "2027-06-16", "b")]
    },
    "a block beside a stay": {"airbnb": [airbnb("2027-06-10", "2027-06-13"), airbnb_block("2027-06-13", "2027-06-14")]},
    "a block over a stay elsewhere": {
        "airbnb": [airbnb_block("2027-06-09", "2027-06-20")],
        "booking": [booking("2027-06-10", "2027-06-13")],
    },
    "a stay is over": {
        "airbnb": [airbnb("2027-02-20", "2027-03-01")],
        "booking": [booking("2027-02-21", "2027-03-01")],
    },
}


@pytest.fixture(params=["measured", "careless", "constant"])
def form(request: pytest.FixtureRequest) -> str:
    """Each way to write a calendar."""
    return request.param


def checked(folder: Path, command: Command, shown: Shown, *more: str) -> Ran:
    """Check these calendars as files, without a database."""
    sources = []
    for channel, events in shown.items():
        path = folder / f"{channel}.ics"
        path.write_bytes(command.town[channel].form.write(events, command.now))
        sources.append(f"{channel}={path}")
    return here(["--json", "--now", command.now.isoformat(), "check", *sources, *more])


def told(found: Any) -> list[tuple[set[str], set[str]]]:
    """The nights and the channels of the conflicts."""
    return [(spread(one["nights"]), {side["channel"] for side in one["claims"]}) for one in found]


@pytest.mark.parametrize("case", DOUBLE)
def test_check_tells_a_double_booking(start: Callable[..., Command], tmp_path: Path, form: str, case: str) -> None:
    """`check` tells each double booking once, with exactly the nights taken twice."""
    shown, expected, channels = DOUBLE[case]
    ran = checked(tmp_path, start(form), shown).done(0, 1)
    assert told(ran.json["conflicts"]) == [(expected, channels)]
    assert ran.code == (0 if ran.json["conflicts"][0]["certainty"] == "possible" else 1)
    if case.startswith("c"):
        assert ran.code == 1


@pytest.mark.parametrize("case", QUIET)
def test_check_raises_no_false_alarm(start: Callable[..., Command], tmp_path: Path, form: str, case: str) -> None:
    """What is no double booking is not told as one."""
    ran = checked(tmp_path, start(form), QUIET[case]).done(0)
    assert ran.json["conflicts"] == []


@pytest.mark.parametrize("case", DOUBLE)
@pytest.mark.parametrize("form, looks", [("measured", 1), ("measured", 2), ("careless", 1), ("constant", 2)])
def test_sync_tells_a_double_booking(start: Callable[..., Command], form: str, case: str, looks: int) -> None:
    """`sync` and `conflicts` tell it: both sold before the first look, or the second sale after it."""
    shown, expected, channels = DOUBLE[case]
    command = start(form)
    order = [(channel, event) for channel, events in shown.items() for event in events]
    (first, event), *later = order
    if looks == 1:
        for channel, events in shown.items():
            command.town[channel].show(*events)
        command.linked()
    else:
        command.linked()
        command.town[first].show(event)
        command.sync()
        for channel, another in later:
            command.town[channel].show(*command.town[channel].events, another)
    report = command.steps(30)[-1]
    assert told(report["conflicts"]) == [(expected, channels)]
    listed = command.run("--json", "conflicts")
    assert told(listed.json) == [(expected, channels)]
    assert all(one["id"] and one["unit"] == "Gîte du Lac" for one in listed.json)
    certainty = listed.json[0]["certainty"]
    assert listed.code == (0 if certainty == "possible" else 1)
    if case == "c5 two stays on airbnb" and form == "measured":
        assert certainty == "certain"
    assert command.closed("greengo") >= expected or "greengo" in channels


@pytest.mark.parametrize("case", QUIET)
def test_sync_raises_no_false_alarm(command: Command, case: str) -> None:
    """No look, and no second one after the platforms have read us, alarms anybody."""
    for channel, events in QUIET[case].items():
        command.town[channel].show(*events)
    command.linked()
    command.sync()
    command.fetch()
    for report in command.steps(45):
        assert report["conflicts"] == []


def test_c3_an_echo_is_no_conflict(command: Command) -> None:
    """C3: a stay on Booking.com and its echo on Airbnb, told by a block of the same dates, alarm nobody."""
    command.town["booking"].show(booking("2027-06-20", "2027-06-23"))
    command.linked().sync()
    command.fetch()
    command.town["airbnb"].show(airbnb_block("2027-06-20", "2027-06-23"))
    for report in command.steps(60):
        assert report["conflicts"] == []
    command.later(days=3)
    assert command.sync()["conflicts"] == []
    assert command.closed("booking") == set()


@pytest.mark.parametrize("echoing", ["booking", "greengo"])
def test_c3_an_echo_that_looks_like_a_guest_is_no_conflict(command: Command, echoing: str) -> None:
    """C3: a stay on Airbnb and its echo as a nameless closure alarm nobody once our closing was read there."""
    command.town["airbnb"].show(airbnb("2027-06-20", "2027-06-23"))
    command.linked().sync()
    command.fetch()
    command.town[echoing].show({"booking": booking, "greengo": greengo}[echoing]("2027-06-20", "2027-06-23"))
    for report in command.steps(60):
        assert report["conflicts"] == []


def test_three_platforms_on_one_night(command: Command) -> None:
    """Three sales of one night are three pairs, each with its own nights."""
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.town["booking"].show(booking("2027-06-12", "2027-06-15"))
    command.town["greengo"].show(greengo("2027-06-11", "2027-06-14"))
    command.linked()
    found = command.sync()["conflicts"]
    pairs = {frozenset(side["channel"] for side in one["claims"]): spread(one["nights"]) for one in found}
    assert len(found) == 3
    assert pairs == {
        frozenset({"airbnb", "booking"}): {"2027-06-12"},
        frozenset({"booking", "greengo"}): {"2027-06-12", "2027-06-13"},
        frozenset({"airbnb", "greengo"}): {"2027-06-11", "2027-06-12"},
    }


def test_a_conflict_ends_when_one_side_is_gone(command: Command) -> None:
    """Once one sale has vanished for as long as it takes, nothing is left of the conflict."""
    far = [airbnb("2027-08-01", "2027-08-08", "far"), airbnb("2027-09-01", "2027-09-08", "further")]
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"), *far)
    command.town["booking"].show(booking("2027-06-11", "2027-06-14"))
    command.linked().sync()
    command.town["airbnb"].show(*far)
    command.steps(60)
    assert command.json("conflicts") == []
    assert nights("2027-06-11", "2027-06-14") <= command.closed("airbnb")
    assert command.closed("booking") == nights("2027-08-01", "2027-08-08") | nights("2027-09-01", "2027-09-08")


@pytest.mark.parametrize("channel", [None, "airbnb", "booking"])
def test_a_reservation_typed_in(command: Command, channel: str | None) -> None:
    """With its channel, the stay seen there later is the same one; without, or from another channel, it is another."""
    command.linked().sync()
    named = ["--channel", channel] if channel else []
    command.run("reserve", command.unit, "2027-06-10/2027-06-13", *named, "--guest", "Mme Durand").done()
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    report = command.steps(30)[-1]
    expected = [] if channel == "airbnb" else [nights("2027-06-10", "2027-06-13")]
    assert [spread(one["nights"]) for one in report["conflicts"]] == expected
    assert [one["certainty"] for one in report["conflicts"]] == ["certain"] * len(expected)
    assert command.closed("greengo") == nights("2027-06-10", "2027-06-13")
    assert "Durand" not in command.run("feed", command.unit, "greengo").out


def test_own_block_over_a_reservation(command: Command) -> None:
    """A block of one's own where a guest is: refused unless insisted on, and never called a double booking."""
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.linked().sync()
    command.run("block", command.unit, "2027-06-12/2027-06-14").refused("2027-06-10")
    command.run("block", command.unit, "2027-06-12/2027-06-14", "--insist").done()
    assert command.sync()["conflicts"] == []
    assert command.closed("airbnb") >= {"2027-06-13"}


def test_dismissed_conflicts_stay_quiet(command: Command) -> None:
    """A conflict said to be known is still listed, and alarms no more until it changes."""
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.town["booking"].show(booking("2027-06-11", "2027-06-14"))
    command.linked().sync()
    ran = command.run("--json", "conflicts")
    assert ran.code == 1
    command.run("dismiss", ran.json[0]["id"]).done()
    again = command.run("--json", "conflicts")
    assert again.code == 0
    assert again.json[0]["dismissed"]
    command.run("dismiss", "nonsense").refused()


def test_files_and_addresses_are_checked_alike(command: Command, tmp_path: Path) -> None:
    """`check` reads an address as it reads a file, and `--out` writes what to publish."""
    shown = DOUBLE["c1 airbnb and booking"][0]
    for channel, events in shown.items():
        command.town[channel].show(*events)
    sources = [f"{channel}={command.town.url(channel)}" for channel in shown]
    here(["check", *sources]).refused("address")
    out = tmp_path / "out"
    ran = here(
        ["--json", "--now", command.now.isoformat(), "--allow-private-addresses", "check", *sources, "--out", str(out)]
    )
    files = checked(tmp_path, command, shown)
    assert json.loads(ran.out) == json.loads(files.out)
    assert ran.code == files.code == 1
    assert sorted(path.name for path in out.iterdir()) == ["for-airbnb.ics", "for-booking.ics"]


assert set(FORMS) == {"measured", "careless", "constant"}
