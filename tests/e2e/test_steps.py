"""The twelve steps that every peer was measured with, through the real command line: all twelve must pass.

Each step is played in several ways: with the platforms' own forms of calendar, with one careless form for everybody and
with a DTSTAMP that never changes; after a clean state was read and without; looking at everything and only at what is
due; with the platforms reading our calendars and without. What counts is the nights closed in the calendars published.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import define

from tests.e2e.command import Command
from tests.e2e.platforms import Event, Form, airbnb, airbnb_block, booking, greengo, nights, spread

CHANNELS = ("airbnb", "booking", "greengo")


@define
class Play:
    """One way to play a step."""

    command: Command
    everything: bool
    fetches: bool
    clean: bool

    def begin(self) -> None:
        """Link the three listings; where the clean state is read first, they are empty then."""
        self.command.linked()
        if self.clean:
            shown = {name: self[name].events for name in CHANNELS}
            for name in CHANNELS:
                self[name].show()
            self.look(times=2)
            for name in CHANNELS:
                self[name].show(*shown[name])
        self.look()

    def __getitem__(self, channel: str) -> Any:
        return self.command.town[channel]

    def look(self, times: int = 1, every: float = 15) -> Any:
        """Let time pass and look; a platform whose calendar changed reads it after that, where it reads at all."""
        report = None
        for _ in range(times):
            self.command.later(minutes=every)
            report = self.command.sync(everything=self.everything)
            changed = [one["channel"] for one in report["changes"]]
            if self.fetches and changed:
                self.command.fetch(*changed)
        return report

    def closed(self, channel: str) -> set[str]:
        """What is closed there."""
        return self.command.closed(channel)

    def until_open(self, some: set[str], *channels: str, hours: float, every: float = 30) -> float:
        """Look until these nights are open on these channels; return after how many hours."""
        for step in range(1, int(hours * 60 / every) + 1):
            self.look(every=every)
            if not any(some & self.closed(channel) for channel in channels):
                return step * every / 60
        pytest.fail(f"still closed after {hours} h: { {name: sorted(some & self.closed(name)) for name in channels} }")


WAYS = [
    ("measured", True, True, False),
    ("measured", False, False, True),
    ("careless", True, False, False),
    ("constant", False, True, True),
]
NAMES = [
    "-".join(
        [form, "all" if everything else "due", "fetched" if fetches else "unfetched", "clean" if clean else "first"]
    )
    for form, everything, fetches, clean in WAYS
]


@pytest.fixture(params=WAYS, ids=NAMES)
def play(request: pytest.FixtureRequest, start: Callable[..., Command]) -> Play:
    """Each way to play a step."""
    form, everything, fetches, clean = request.param
    return Play(start(form), everything, fetches, clean)


@pytest.fixture(params=[True, False], ids=["clean", "first"])
def read(request: pytest.FixtureRequest, command: Command) -> Play:
    """The platforms read us: the ways in which an echo can exist at all."""
    return Play(command, everything=True, fetches=True, clean=request.param)


def test_s1_three_calendars_are_merged(play: Play) -> None:
    """S1: each platform's calendar closes what the two others hold, and not its own."""
    play["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    play["booking"].show(booking("2027-06-20", "2027-06-23"))
    play["greengo"].show(greengo("2027-07-01", "2027-07-03"))
    play.begin()
    a, b, g = nights("2027-06-10", "2027-06-13"), nights("2027-06-20", "2027-06-23"), nights("2027-07-01", "2027-07-03")
    assert play.closed("airbnb") == b | g
    assert play.closed("booking") == a | g
    assert play.closed("greengo") == a | b
    assert play.command.json("conflicts") == []


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "in two"])
def test_s2_airbnb_echoes_our_block(read: Play, *, whole: bool) -> None:
    """S2: our own closing, come back from Airbnb as a block, closes nothing and alarms nobody."""
    stay = nights("2027-06-20", "2027-06-23")
    read["booking"].show(booking("2027-06-20", "2027-06-23"))
    read.begin()
    halves = [airbnb_block("2027-06-20", "2027-06-21"), airbnb_block("2027-06-21", "2027-06-23")]
    read["airbnb"].show(*([airbnb_block("2027-06-20", "2027-06-23")] if whole else halves))
    read.look(times=3)
    assert read.closed("airbnb") == read.closed("greengo") == stay
    assert read.closed("booking") == set()
    assert read.command.json("conflicts") == []


def test_s2_without_a_recorded_fetch_nothing_is_lost_and_nobody_alarmed(start: Callable[..., Command]) -> None:
    """S2: a block on nights closed there, though no fetch is on record: the nights stay closed, with no alarm."""
    command = start()
    command.town["booking"].show(booking("2027-06-20", "2027-06-23"))
    command.linked().sync()
    command.town["airbnb"].show(airbnb_block("2027-06-20", "2027-06-23"))
    command.steps(60)
    assert command.closed("airbnb") == command.closed("greengo") == nights("2027-06-20", "2027-06-23")
    assert [one for one in command.json("conflicts") if one["certainty"] != "possible"] == []


@pytest.mark.parametrize("others", [True, False], ids=["others", "alone"])
def test_s3_cancelled_while_airbnb_still_shows_the_echo(read: Play, *, others: bool) -> None:
    """S3: the booking is cancelled; the echo in Airbnb keeps nothing closed, and the nights open in due time."""
    stay = nights("2027-06-20", "2027-06-23")
    rest = [booking("2027-08-01", "2027-08-08"), booking("2027-09-01", "2027-09-08")] if others else []
    read["booking"].show(booking("2027-06-20", "2027-06-23"), *rest)
    read.begin()
    echo = [airbnb_block("2027-06-20", "2027-06-23"), *(airbnb_block(one.arrival, one.departure) for one in rest)]
    read["airbnb"].show(*echo)
    read.look(times=4)
    read["booking"].show(*rest)
    read.look()
    assert stay <= read.closed("greengo"), "one look opens nothing"
    took = read.until_open(
        stay, "greengo", "booking", "airbnb", hours=30 if not others else 2, every=15 if others else 120
    )
    assert took >= 0.5
    read["airbnb"].show(*echo[1:])
    read.look(times=2)
    assert not stay & (read.closed("airbnb") | read.closed("booking") | read.closed("greengo"))
    assert read.command.json("conflicts") == []


@pytest.mark.parametrize("echoing", ["booking", "greengo"])
def test_s3_cancelled_on_airbnb_while_a_nameless_closure_echoes_it(read: Play, echoing: str) -> None:
    """S3: an echo that could be a guest holds the others closed until its platform shows the night open."""
    make = {"booking": booking, "greengo": greengo}[echoing]
    third = "greengo" if echoing == "booking" else "booking"
    stay = nights("2027-06-20", "2027-06-23")
    rest = [airbnb("2027-08-01", "2027-08-08", "b"), airbnb("2027-09-01", "2027-09-08", "c")]
    read["airbnb"].show(airbnb("2027-06-20", "2027-06-23"), *rest)
    read.begin()
    read[echoing].show(make("2027-06-20", "2027-06-23"), *(make(one.arrival, one.departure) for one in rest))
    read.look(times=4)
    assert stay <= read.closed(echoing) & read.closed(third)
    assert not read.closed("airbnb")
    read["airbnb"].show(*rest)
    read.look()
    read.until_open(stay, echoing, hours=2, every=15)
    assert stay <= read.closed(third), "it may hide a guest"
    read[echoing].show(*(make(one.arrival, one.departure) for one in rest))
    read.until_open(stay, *CHANNELS, hours=2, every=15)
    assert read.command.json("conflicts") == []


def test_s4_a_guest_moves(play: Play) -> None:
    """S4: 10-13 becomes 09-12 under one UID: the new night closes at once, the left one opens at the next look."""
    guest = airbnb("2027-06-10", "2027-06-13")
    play["airbnb"].show(guest, airbnb("2027-07-10", "2027-07-20", "b"))
    play.begin()
    play["airbnb"].show(guest.to("2027-06-09", "2027-06-12"), airbnb("2027-07-10", "2027-07-20", "b"))
    play.look()
    for channel in ("booking", "greengo"):
        assert nights("2027-06-09", "2027-06-12") <= play.closed(channel)
    play.look(times=2)
    for channel in ("booking", "greengo"):
        assert play.closed(channel) == nights("2027-06-09", "2027-06-12") | nights("2027-07-10", "2027-07-20")
    assert play.command.json("conflicts") == []


def test_s4_a_guest_moves_on_booking(play: Play) -> None:
    """S4 where the UID says nothing: the new night closes at once, the left one is a night that vanished."""
    far = booking("2027-08-10", "2027-08-20")
    play["booking"].show(booking("2027-06-10", "2027-06-13"), far)
    play.begin()
    play["booking"].show(booking("2027-06-10", "2027-06-13").to("2027-06-09", "2027-06-12"), far)
    play.look()
    for channel in ("airbnb", "greengo"):
        assert play.closed(channel) == nights("2027-06-09", "2027-06-13") | nights("2027-08-10", "2027-08-20")
    play.until_open({"2027-06-12"}, "airbnb", "greengo", hours=2, every=15)
    for channel in ("airbnb", "greengo"):
        assert play.closed(channel) == nights("2027-06-09", "2027-06-12") | nights("2027-08-10", "2027-08-20")


def test_s5_one_night_before_another_stay(play: Play) -> None:
    """S5: a stay of one night that ends where another begins is a stay."""
    play["booking"].show(booking("2027-06-13", "2027-06-16"))
    play.begin()
    play["booking"].show(booking("2027-06-12", "2027-06-13"), booking("2027-06-13", "2027-06-16"))
    play.look()
    assert play.closed("airbnb") == play.closed("greengo") == nights("2027-06-12", "2027-06-16")


def full(play: Play) -> dict[str, set[str]]:
    """Three calendars with stays in them, read; and what is closed where."""
    play["airbnb"].show(airbnb("2027-06-10", "2027-06-13"), airbnb("2027-06-13", "2027-06-20", "b"))
    play["booking"].show(booking("2027-06-20", "2027-06-23"), booking("2027-08-01", "2027-08-15"))
    play["greengo"].show(greengo("2027-07-01", "2027-07-03"))
    play.begin()
    play.look(times=2)
    return {channel: play.closed(channel) for channel in CHANNELS}


BROKEN = {
    "s6 empty": {"body": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nEND:VCALENDAR\r\n"},
    "s6 empty airbnb": {
        "body": b"BEGIN:VCALENDAR\r\nPRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN\r\nCALSCALE:GREGORIAN\r\n"
        b"VERSION:2.0\r\nEND:VCALENDAR"
    },
    "s7 500": {"status": 500, "body": b"Internal Server Error"},
    "s7 503": {"status": 503},
    "s7 404": {"status": 404},
    "s7 403": {"status": 403, "body": b"no"},
    "s7 429": {"status": 429},
    "s9 login": {"body": b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>"},
    "s9 json": {"body": b'{"code":500,"message":"There was an error processing your request."}'},
    "nothing at all": {"body": b""},
}
CAN_BE_TRUE = "s6"
"""An empty calendar is read; the others cannot be."""


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("fault", ["s6 empty", "s7 500", "s9 login"])
def test_s6_s7_s9_a_bad_answer_opens_nothing(command: Command, channel: str, fault: str) -> None:
    """S6, S7, S9: whatever comes instead of the calendar, for three hours, no night opens; then all is as before."""
    play = Play(command, everything=True, fetches=False, clean=False)
    before = full(play)
    shown = play[channel].events
    play[channel].fail(**BROKEN[fault])
    for _ in range(3):
        report = play.look(every=60)
        assert report["changes"] == []
        seen = next(one for one in report["looks"] if one["channel"] == channel)
        if fault.startswith(CAN_BE_TRUE):
            assert seen["observation"] in {"suspect", "complete"}
        else:
            assert seen["observation"] == "unusable"
            assert seen["problems"]
    assert {name: play.closed(name) for name in CHANNELS} == before
    play[channel].show(*shown)
    play.look(times=3)
    assert {name: play.closed(name) for name in CHANNELS} == before


def test_s6_to_s9_every_way(play: Play) -> None:
    """S6 to S9 in every way of playing, one after the other on one database: nothing opens, ever."""
    before = full(play)
    for channel in ("airbnb", "booking"):
        shown = play[channel].events
        written = play[channel].content(play.command.now)
        cut = [written[: len(written) // 2], written.replace(b"END:VCALENDAR", b"").rstrip(), written[:-3]]
        for fault in [*BROKEN.values(), *({"body": body} for body in cut)]:
            play[channel].fail(**fault)
            assert play.look()["changes"] == [], fault
        play[channel].show(*shown)
        assert play.look()["changes"] == []
    assert {name: play.closed(name) for name in CHANNELS} == before


@pytest.mark.parametrize("channel, form", [("airbnb", "measured"), ("booking", "careless"), ("greengo", "measured")])
def test_s8_truncated_anywhere(start: Callable[..., Command], channel: str, form: str) -> None:
    """S8: a calendar cut off anywhere opens nothing; its rest is never taken for the whole."""
    play = Play(start(form), everything=True, fetches=False, clean=False)
    before = full(play)
    shown = play[channel].events
    body = play[channel].content(play.command.now)
    for end in range(7, len(body) - 2, max(1, len(body) // 9)):
        play[channel].fail(body=body[:end])
        report = play.look()
        assert report["changes"] == [], body[:end]
        assert next(one for one in report["looks"] if one["channel"] == channel)["observation"] == "unusable"
    play[channel].show(*shown)
    play.look()
    assert {name: play.closed(name) for name in CHANNELS} == before


def test_s10_uids_are_issued_anew(play: Play) -> None:
    """S10: the same dates under other UIDs are the same nights: nothing opens, collides or is published."""
    before = full(play)
    for round_ in range(3):
        for channel in CHANNELS:
            fresh = [
                Event(one.arrival, one.departure, f"{round_}-{at}@new", one.summary)
                for at, one in enumerate(play[channel].events)
            ]
            play[channel].show(*fresh)
        assert play.look()["changes"] == []
    play.look(times=4)
    assert {name: play.closed(name) for name in CHANNELS} == before
    assert play.command.json("conflicts") == []


def test_s10_airbnb_gives_a_stay_another_uid_of_its_own(play: Play) -> None:
    """S10: the same dates sold anew on Airbnb (another UID, another code) stay closed; it is no double booking."""
    before = full(play)
    play["airbnb"].show(airbnb("2027-06-10", "2027-06-13", "new"), airbnb("2027-06-13", "2027-06-20", "b"))
    for _ in range(6):
        report = play.look()
        assert report["changes"] == []
        assert report["conflicts"] == []
    assert {name: play.closed(name) for name in CHANNELS} == before


def test_s11_duration_in_place_of_an_end(start: Callable[..., Command]) -> None:
    """S11: DTSTART with a DURATION is as good as an end."""
    command = start(dict.fromkeys(CHANNELS, Form(duration=True)))
    command.town["booking"].show(booking("2027-06-10", "2027-06-13"))
    command.linked().sync()
    assert command.closed("airbnb") == command.closed("greengo") == nights("2027-06-10", "2027-06-13")


def test_s12_a_double_booking_stays_blocked(play: Play) -> None:
    """S12: two platforms sold one night: it stays closed on every listing, and the conflict is told."""
    if play.clean:
        play.begin()
    play["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    play["booking"].show(booking("2027-06-11", "2027-06-14"))
    if not play.clean:
        play.begin()
    for _ in range(3):
        report = play.look()
        assert play.closed("greengo") == nights("2027-06-10", "2027-06-14")
        assert play.closed("booking") == nights("2027-06-10", "2027-06-13")
        assert play.closed("airbnb") == nights("2027-06-11", "2027-06-14")
        assert [spread(one["nights"]) for one in report["conflicts"]] == [nights("2027-06-11", "2027-06-13")]
        assert {one["channel"] for one in report["conflicts"][0]["claims"]} == {"airbnb", "booking"}


@pytest.mark.parametrize("read_before", [True, False])
def test_s12_one_after_the_other(command: Command, *, read_before: bool) -> None:
    """S12: the second sale is seen after the first was published, and even after the second platform had read it."""
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.linked().sync()
    if read_before:
        command.fetch()
    command.town["booking"].show(booking("2027-06-11", "2027-06-14"))
    for report in command.steps(60):
        assert [spread(one["nights"]) for one in report["conflicts"]] == [nights("2027-06-11", "2027-06-13")]
    assert command.closed("greengo") == nights("2027-06-10", "2027-06-14")
    assert command.closed("booking") == nights("2027-06-10", "2027-06-13")
    assert "2027-06-13" in command.closed("airbnb")
    assert command.closed("airbnb") | nights("2027-06-10", "2027-06-13") == nights("2027-06-10", "2027-06-14")
