"""Recorded calendars through the command line: `check` reads each to the right nights, `replay` opens none wrongly.

The recordings stay outside the tree; without them these tests are skipped. What to expect is worked out here from the
recorded lines alone. Recordings with faults injected are made here, with the truth known.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command import here
from tests.e2e.platforms import nights, spread
from tests.support import ROOT

SHARED = ROOT.parent / "shared"
TRACES = sorted((SHARED / "traces").glob("*.jsonl.gz"))
FEEDS = sorted((SHARED / "feeds").glob("*.ics"))
HOUR = 3600
Line = tuple[int, list[list[str]] | None]
"""When, and what was shown; None for a fetch that gave nothing usable."""


# --- single answers ---------------------------------------------------------------------------------------------------
CHANNEL_OF = {"airbnb": "airbnb", "booking": "booking", "greengo": "greengo"}
REFUSED = {"airbnb-18-error-body": "JSON", "airbnb-4-odd": "before it starts"}
LONG_AGO = "2015-06-01T12:00:00Z"
"""Before every stay on record: nothing is over, and no run ends at a horizon."""


@pytest.mark.parametrize("path", FEEDS or [None], ids=lambda path: path.stem if path else "none")
def test_check_reads_each_feed(path: Path | None) -> None:
    """Every recorded answer is read to its nights, or refused for the stated reason; another channel closes them."""
    if path is None:
        pytest.skip(f"no recorded feeds at {SHARED}")
    channel = CHANNEL_OF.get(path.stem.split("-")[0], "ical")
    other = "greengo" if channel != "greengo" else "booking"
    empty = FEEDS[0].parent / "morningcroissant-1-empty.ics"
    ran = here(["--json", "--now", LONG_AGO, "check", f"{channel}={path}", f"{other}={empty}"])
    source = ran.json["sources"][0]
    if path.stem in REFUSED:
        assert ran.code == 1
        assert source["observation"] == "unusable"
        assert REFUSED[path.stem] in " ".join(source["problems"])
        assert ran.json["close"][other] == []
        return
    assert source["observation"] == "complete", source
    expected = _plainly(path.read_bytes())
    claimed: set[str] = set()
    for one in source["claims"]:
        claimed |= nights(one["arrival"], one["departure"])
    assert claimed == expected
    assert spread(ran.json["close"][other]) == expected
    assert spread(ran.json["close"][channel]) == set()


def _plainly(body: bytes) -> set[str]:
    """The nights of a tidy calendar, by plain text search: every recorded one writes its dates first."""
    found: set[str] = set()
    for block in body.decode().replace("\r", "").split("BEGIN:VEVENT")[1:]:
        ends = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            if name.split(";")[0] in {"DTSTART", "DTEND"}:
                ends[name.split(";")[0]] = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
        found |= nights(ends["DTSTART"], ends["DTEND"])
    return found


# --- whole recordings -------------------------------------------------------------------------------------------------
@cache
def lines(path: Path) -> list[Line]:
    """The recording."""
    with gzip.open(path, "rt") as file:
        entries = [json.loads(line) for line in file]
    return [(one["t"], one.get("events")) for one in entries]


@cache
def played(path: Path, every: int = 15) -> list[dict[str, Any]]:
    """What `replay` says of it, without the summary."""
    ran = here(["--json", "replay", f"{channel(path)}={path}", "--every", str(every)]).done()
    *found, last = ran.lines
    assert last["summary"]["looks"] > 0
    for did, key in (("claim", "claims"), ("release", "releases"), ("keep", "keeps")):
        assert last["summary"][key] == sum(one["did"] == did for one in found)
    return found


def channel(path: Path) -> str:
    """The channel that a recording is of."""
    return path.name.split("-")[0]


def shown(events: Iterable[list[str]]) -> set[str]:
    """The nights of an answer."""
    found: set[str] = set()
    for event in events:
        found |= nights(_dashed(event[0]), _dashed(event[1]))
    return found


def _dashed(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def day_of(at: int) -> date:
    """The date in UTC; a unit's own may be the next one already."""
    return datetime.fromtimestamp(at, UTC).date()


def recording() -> pytest.MarkDecorator:
    """Each recording; none where they are not there."""
    return pytest.mark.parametrize("path", TRACES or [None], ids=lambda path: path.name if path else "none")


@recording()
def test_replay_opens_nothing_that_is_shown(path: Path | None) -> None:
    """A night is released only when it has not been shown for half an hour, and never because one answer was odd."""
    if path is None:
        pytest.skip(f"no recordings at {SHARED}")
    answers = lines(path)
    times = [at for at, _ in answers]
    odd = _odd(answers)
    for one in played(path):
        if one["did"] != "release":
            continue
        freed = spread(one["nights"])
        since = one["at"] - (0 if "has left" in one["why"] else HOUR // 2)
        first, last = bisect_right(times, since) - 1, bisect_right(times, one["at"]) - 1
        for _, events in answers[first : last + 1]:
            assert events is not None, "released while the fetches failed"
            assert not freed & shown(events), f"told as released, and still taken: {one}"
        for start, end, gone in odd:
            assert not (start <= one["at"] <= end and freed & gone), f"released by an odd answer: {one}"


def _odd(answers: list[Line]) -> list[tuple[int, int, set[str]]]:
    """Answers that lost nights which an answer within six hours shows again in the very same events."""
    found: list[tuple[int, int, set[str]]] = []
    known = [(at, events) for at, events in answers if events is not None]
    for index in range(1, len(known)):
        (_, before), (at, events) = known[index - 1], known[index]
        lost = [event for event in before if event not in events and date.fromisoformat(_dashed(event[1])) > day_of(at)]
        for then, later in known[index + 1 :]:
            if then > at + 6 * HOUR:
                break
            back = [event for event in lost if event in later]
            if back:
                found.append((at, then, shown(back) - shown(events)))
    return found


@recording()
def test_replay_claims_no_rolling_closure(path: Path | None) -> None:
    """What is only not opened yet (a run up to today + 18 months, a block up to today + 1 year) is never claimed."""
    if path is None:
        pytest.skip(f"no recordings at {SHARED}")
    answers = [(at, events) for at, events in lines(path) if events is not None]
    times = [at for at, _ in answers]
    kind, months = ("closed", 18) if channel(path) == "booking" else ("not_available", 12)
    claims = [one for one in played(path) if one["did"] == "claim"]
    assert claims
    for one in claims:
        index = bisect_right(times, one["at"]) - 1
        rolling = _rolling(answers[index], kind, months)
        if rolling is None:
            continue
        before = _rolling(answers[index - 1], kind, months) if index else rolling
        edge = min(date.fromisoformat(before[0]), date.max) if before else date.fromisoformat(rolling[0])
        wrong = {night for night in spread(one["nights"]) & nights(*rolling) if date.fromisoformat(night) >= edge}
        assert not wrong, (one, rolling)


def _rolling(answer: Line, kind: str, months: int) -> tuple[str, str] | None:
    """The run that ends where the platform's calendar does, give or take three days."""
    at, events = answer
    day = day_of(at)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    horizon = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    for event in events or []:
        if event[2] == kind and abs((date.fromisoformat(_dashed(event[1])) - horizon).days) <= 3:
            return _dashed(event[0]), _dashed(event[1])
    return None


@recording()
def test_replay_releases_every_cancellation_in_time(path: Path | None) -> None:
    """An Airbnb reservation that vanishes for good before its departure is released: not at once, and not late."""
    if path is None:
        pytest.skip(f"no recordings at {SHARED}")
    if channel(path) != "airbnb":
        pytest.skip("only Airbnb's calendar names its reservations")
    answers = [(at, events) for at, events in lines(path) if events is not None]
    end = answers[-1][0]
    releases = [(one["at"], spread(one["nights"])) for one in played(path) if one["did"] == "release"]
    gone, missed = _cancelled(answers), _missed(answers)
    assert gone
    for vanished, stay in gone:
        future = {night for night in stay if date.fromisoformat(night) > day_of(vanished) + timedelta(days=1)}
        alone = sum(vanished - 53 * HOUR <= at <= vanished + 28 * HOUR for at in missed) == 1
        longest = HOUR if alone else 28.25 * HOUR
        for at, events in answers:  # what was sold again meanwhile is not released
            future -= shown(events) if vanished <= at <= vanished + longest else set()
        if not future or vanished + longest > end:
            continue
        when = [at for at, freed in releases if vanished <= at <= vanished + longest and future <= freed]
        assert when, f"not released within {longest / HOUR} h: {sorted(stay)}, gone at {vanished}"
        assert min(when) - vanished >= HOUR // 2


def _cancelled(answers: list[Line]) -> list[tuple[int, set[str]]]:
    """When each reservation vanished for good before its departure, and its nights."""
    last: dict[str, tuple[int, list[str]]] = {}
    for index, (_, events) in enumerate(answers):
        for event in events or []:
            if event[2] == "reserved":
                last[event[3]] = (index, event)
    found: list[tuple[int, set[str]]] = []
    for index, event in last.values():
        if index + 1 < len(answers):
            at = answers[index + 1][0]
            if date.fromisoformat(_dashed(event[1])) > day_of(at) + timedelta(days=1):
                found.append((at, shown([event])))
    return found


def _missed(answers: list[Line]) -> list[int]:
    """When an event was not shown any more, for good or for a while; it counts until a day after its release."""
    found: list[int] = []
    for (_, before), (at, events) in pairwise(answers):
        there = {event[3] for event in events or []}
        found += [
            at for event in before or [] if event[3] not in there and date.fromisoformat(_dashed(event[1])) > day_of(at)
        ]
    return found


@recording()
def test_replay_says_the_same_however_often_it_looks(path: Path | None) -> None:
    """A look every hour claims the same nights as one every quarter of an hour."""
    if path is None:
        pytest.skip(f"no recordings at {SHARED}")
    claimed: list[set[str]] = []
    for findings in (played(path), played(path, 60)):
        claimed.append(set())
        for one in findings:
            claimed[-1] |= spread(one["nights"]) if one["did"] == "claim" else set()
    assert claimed[0] == claimed[1]


def test_replay_plays_several_recordings_as_one_unit(tmp_path: Path) -> None:
    """Two platforms are played together, and a night sold on both is told."""
    write(tmp_path / "a.jsonl", [(START, [event("2027-06-10", "2027-06-13", "reserved", "a")])])
    write(
        tmp_path / "b.jsonl",
        [(START, []), (START + 5 * HOUR, [event("2027-06-11", "2027-06-14", "closed", "b")]), (START + 9 * HOUR, [])],
    )
    ran = here(["--json", "replay", f"airbnb={tmp_path}/a.jsonl", f"booking={tmp_path}/b.jsonl"]).done()
    told = [one for one in ran.lines[:-1] if one["did"] == "conflict"]
    assert [spread(one["nights"]) for one in told] == [nights("2027-06-11", "2027-06-13")]


# --- recordings made here, with the truth known -----------------------------------------------------------------------
START = int(datetime(2027, 3, 1, 9, tzinfo=UTC).timestamp())
DAYS = 5
STAYS = [
    ("2027-03-02", "2027-03-08"),
    ("2027-03-10", "2027-03-13"),
    ("2027-03-13", "2027-03-20"),
    ("2027-04-01", "2027-04-04"),
    ("2027-04-10", "2027-04-17"),
    ("2027-05-01", "2027-05-02"),
    ("2027-06-01", "2027-06-22"),
    ("2027-07-01", "2027-07-08"),
]
KIND = {"airbnb": "reserved", "booking": "closed", "greengo": "closed"}
Fault = Callable[[float, list[list[str]]], list[list[str]] | None]


def event(arrival: str, departure: str, kind: str, uid: str) -> list[str]:
    """One recorded event."""
    return [arrival.replace("-", ""), departure.replace("-", ""), kind, uid]


def write(path: Path, entries: Iterable[Line]) -> None:
    """Write a recording."""
    written = [
        {"t": at, "fetch_failed": True} if events is None else {"t": at, "events": events} for at, events in entries
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in written))


def truth(name: str, at: int, *, clip: bool = False, merge: bool = False) -> list[list[str]]:
    """What the platform shows then, with no fault: stays that are not over."""
    today = day_of(at).isoformat()
    stays = [list(one) for one in STAYS if one[1] > today]
    if clip:
        stays = [[max(arrival, today), departure] for arrival, departure in stays]
    if merge:
        joined: list[list[str]] = []
        for stay in stays:
            if joined and joined[-1][1] == stay[0]:
                joined[-1][1] = stay[1]
            else:
                joined.append(stay)
        stays = joined
    kind = KIND[name]
    return [
        event(arrival, departure, kind, f"{kind}-{departure if kind == 'reserved' else arrival}")
        for arrival, departure in stays
    ]


def between(first: float, last: float, fault: Fault) -> Fault:
    """A fault from one hour to another, counted from the start."""
    return lambda hour, events: fault(hour, events) if first <= hour < last else events


def renamed(hour: int, events: list[list[str]]) -> list[list[str]]:
    """The same dates under UIDs of that hour."""
    return [[arrival, departure, kind, f"{uid}-{hour}"] for arrival, departure, kind, uid in events]


FAULTS: dict[str, Fault] = {
    "none": lambda _, events: events,
    "an empty answer once": between(30, 31, lambda _, _events: []),
    "an empty answer for three hours": between(30, 33, lambda _, _events: []),
    "an empty answer once a day": lambda hour, events: [] if hour % 24 == 5 else events,
    "every other answer empty": lambda hour, events: [] if hour % 2 else events,
    "half of the events for three hours": between(30, 33, lambda _, events: events[::2]),
    "the first event only, for twenty hours": between(30, 50, lambda _, events: events[:1]),
    "the last three events missing for three hours": between(30, 33, lambda _, events: events[:-3]),
    "no fetch for a day": between(30, 54, lambda _, _events: None),
    "no fetch, an empty answer, no fetch": between(30, 54, lambda hour, _events: [] if hour in {36, 44} else None),
    "no fetch for two days, then empty for three hours": between(
        30, 81, lambda hour, _events: [] if hour >= 78 else None
    ),
    "empty at midnight": lambda hour, events: [] if hour % 24 in {14, 15} else events,
    "one event missing for twenty minutes": between(30, 30.3, lambda _, events: events[:2] + events[3:]),
    "one event missing for twenty minutes, then all of them": between(
        30, 33, lambda hour, events: events[:2] + events[3:] if hour < 30.3 else []
    ),
    "UIDs issued anew every six hours": lambda hour, events: renamed(int(hour // 6), events),
}


@pytest.mark.parametrize("name", ["airbnb", "booking", "greengo"])
@pytest.mark.parametrize("fault", FAULTS)
def test_replay_of_odd_answers_opens_nothing(tmp_path: Path, name: str, fault: str) -> None:
    """Whatever comes in place of the true answer for a while, no night of a stay that stands is released."""
    shapes = [(False, False), (True, False), (True, True)] if name != "airbnb" else [(False, False)]
    for clip, merge in shapes:
        entries = []
        for hour in (*range(31), 30 + 1 / 3, *range(31, DAYS * 24)):
            at = START + round(hour * HOUR)
            shown_then = truth(name, at, clip=clip, merge=merge)
            entries.append(
                (
                    at,
                    shown_then
                    if hour == 30 + 1 / 3 and fault.endswith("twenty minutes")
                    else FAULTS[fault](hour, shown_then),
                )
            )
        _opens_nothing(tmp_path, name, entries, moved=fault.startswith("UIDs"))


@pytest.mark.parametrize("name", ["booking", "greengo"])
def test_replay_of_events_merged_and_split_opens_nothing(tmp_path: Path, name: str) -> None:
    """Grouping is no contract: the same nights in other events are the same nights."""
    entries = []
    for hour in range(DAYS * 24):
        at = START + hour * HOUR
        entries.append((at, truth(name, at, clip=bool(hour % 3), merge=bool(hour % 2))))
    _opens_nothing(tmp_path, name, entries)


def _opens_nothing(folder: Path, name: str, entries: list[Line], *, moved: bool = False) -> None:
    write(folder / "odd.jsonl", entries)
    ran = here(["--json", "replay", f"{name}={folder}/odd.jsonl"]).done()
    free: set[str] = set()
    held: set[str] = set()
    for one in ran.lines[:-1]:
        if one["did"] == "claim":
            held |= spread(one["nights"])
        elif one["did"] == "release" and not moved:
            free |= {night for night in spread(one["nights"]) if night >= day_of(one["at"]).isoformat()}
    assert free == set()
    everything: set[str] = set()
    for stay in STAYS:
        everything |= nights(*stay)
    assert held == everything


@pytest.mark.parametrize("name", ["airbnb", "booking"])
@pytest.mark.parametrize("count, least, most", [(1, 0.5, 1), (2, 4, 5), (3, 24, 25), (8, 24, 25)])
def test_replay_of_true_cancellations(tmp_path: Path, name: str, count: int, least: float, most: float) -> None:
    """One, two, three and all stays cancelled at once are released after the time of each case, and not before."""
    far = [(f"2027-{month:02}-{day:02}", f"2027-{month:02}-{day + 3:02}") for month in (8, 9, 10) for day in (1, 11)]
    stays = [*far, ("2027-11-01", "2027-11-04"), ("2027-11-11", "2027-11-14")]
    kind = KIND[name]

    def answer(hour: int) -> list[list[str]]:
        kept = stays[:-count] if hour >= 30 else stays
        return [event(arrival, departure, kind, f"{kind}-{arrival}") for arrival, departure in kept]

    write(tmp_path / "true.jsonl", [(START + hour * HOUR, answer(hour)) for hour in range(72)])
    ran = here(["--json", "replay", f"{name}={tmp_path}/true.jsonl"]).done()
    opened = {
        night: (one["at"] - START) / HOUR - 30
        for one in ran.lines[:-1]
        if one["did"] == "release"
        for night in spread(one["nights"])
    }
    expected: set[str] = set()
    for stay in stays[-count:]:
        expected |= nights(*stay)
    assert set(opened) == expected
    assert least <= min(opened.values()) <= max(opened.values()) <= most
