"""Reading and writing feeds beside four iCalendar libraries doing the same.

The libraries remember nothing: for them an answer that was seen before costs what the first one cost, so each stands
once beside all our ways of reading. What they read is asserted equal to ours, and what they write is read by ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from benchmarks import calendars
from benchmarks.calendars import NAME, STAMP, ZONE, Event3, entries, feed, stay_of
from benchmarks.timing import Figure, Part, Row, Subject, figures
from channelsync.ical import Entry, Reading, read, render

SIZES: Final = (50, 500, 5000)
GOAL_UNCHANGED: Final = 30
GOAL_ONE_CHANGED: Final = 10
GOAL_FIRST: Final = 1 / 1.1
GOAL_REPUBLISHED: Final = 500
SAME: Final = "same bytes"
RESTAMPED: Final = "new DTSTAMPs only"
ONE: Final = "one event changed"
ALL: Final = "all events new"
FIRST_TIME: Final = "first reading"
NOTES: Final = (
    (
        "The promises are held against `icalendar`, on which the product stands; the goal for a changed event "
        "was set for 50 events."
    ),
    (
        "A run longer than 2.5 s is made once, so that minimum and median are one figure: `ics` with "
        f"{SIZES[-1]} events."
    ),
)


def measured() -> Part:
    """Measure reading and writing."""
    rows = [row for size in SIZES for row in (*reading(size), *writing(size))]
    return Part("feeds", "Reading and writing calendars", rows, notes=NOTES)


def reading(size: int) -> list[Row]:
    """Measure the ways of reading an answer, from the cheapest to the first, beside the libraries."""
    before, changed = feed(size), feed(size, changed=7)
    restamped = feed(size, stamp=STAMP + timedelta(minutes=15))
    anew = feed(size, first=date(2027, 1, 3))
    known = read(before, timezone=ZONE)
    ours: dict[str, Subject] = {
        SAME: lambda: read(before, timezone=ZONE, previous=known),
        RESTAMPED: lambda: read(restamped, timezone=ZONE, previous=known),
        ONE: lambda: read(changed, timezone=ZONE, previous=known),
        ALL: lambda: read(anew, timezone=ZONE, previous=known),
        FIRST_TIME: lambda: read(before, timezone=ZONE),
    }
    bodies = {SAME: before, RESTAMPED: restamped, ONE: changed, ALL: anew, FIRST_TIME: before}
    theirs: dict[str, Subject] = {
        name: lambda reader=reader: reader(before) for name, reader in calendars.READERS.items()
    }

    def check(answers: Mapping[str, Any]) -> None:
        for name, body in bodies.items():
            assert answers[name] == read(body, timezone=ZONE), name
        for name in theirs:
            assert answers[name] == nights(answers[FIRST_TIME]), name
        assert nights(answers[ONE])[7][2] == stay_of(7, longer=True).departure

    times = figures({**ours, **theirs}, check=check)
    goals = {RESTAMPED: GOAL_UNCHANGED, ONE: GOAL_ONE_CHANGED, FIRST_TIME: GOAL_FIRST}
    return _beside("reading", size, times, list(ours), list(theirs), goals)


def writing(size: int) -> list[Row]:
    """Measure publishing the same again, the same made anew, one closure changed, and all of them."""
    same = entries(size)
    later = iter(range(1, 10**9))

    def changed() -> bytes:
        return render([Entry(same[0].stay, same[0].uid, STAMP + timedelta(seconds=next(later))), *same[1:]], name=NAME)

    def every() -> bytes:
        return render(entries(size, STAMP + timedelta(seconds=next(later))), name=NAME)

    ours: dict[str, Subject] = {
        "unchanged": lambda: render(same, name=NAME),
        "unchanged, made anew": lambda: render(entries(size), name=NAME),
        ONE: changed,
        ALL: every,
    }
    theirs: dict[str, Subject] = {
        name: lambda writer=writer: writer(same) for name, writer in calendars.WRITERS.items()
    }

    def check(answers: Mapping[str, Any]) -> None:
        assert answers["icalendar"] == answers["unchanged"] == answers["unchanged, made anew"]
        for name, body in answers.items():
            found = sorted(nights(read(body, timezone=ZONE)), key=lambda one: one[1])
            assert found == [(one.uid, one.stay.arrival, one.stay.departure) for one in same], name

    times = figures({**ours, **theirs}, check=check)
    return _beside("writing", size, times, list(ours), list(theirs), {"unchanged": GOAL_REPUBLISHED})


def nights(found: Reading) -> list[Event3]:
    """Return what matters of a reading."""
    return [(each.uid, each.stay.arrival, each.stay.departure) for each in found.events]


def _beside(
    group: str,
    size: int,
    times: Mapping[str, Figure],
    ours: list[str],
    theirs: list[str],
    goals: Mapping[str, float],
) -> list[Row]:
    """Set each of ours beside each library; the goals are held against icalendar."""
    return [
        Row(
            f"{group} {size:,} events",
            name,
            peer,
            times[name],
            times[peer],
            goals.get(name) if peer == "icalendar" and (name != ONE or size == SIZES[0]) else None,
        )
        for name in ours
        for peer in theirs
    ]
