"""The calendar of every lodging as one table: rows of nights, with a bar for each stay, from one moment's states.

A bar begins in the middle of the arrival's column and ends in the middle of the departure's, so that a turnover shows
two bars that touch. Bars over the same nights lie in lanes below one another. What a platform sends back of ours, and
what it sets aside at the end of its calendar, is no stay and has no bar.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final, final

from attrs import frozen

from channelsync.claims import Claim, Standing
from channelsync.conflicts import Conflict, conflicts
from channelsync.inventory import Unit
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.state import UnitState
from channelsync_web.areas.calendar import labels
from channelsync_web.areas.calendar.proofs import Platforms, Proof
from channelsync_web.speech import Say

__all__ = ["Alarm", "Bar", "Day", "Grid", "Lodging", "grid"]

_ONE_DAY: Final = timedelta(days=1)
_MOST_LANES: Final = 3


@final
@frozen
class Day:
    """One column: its number, the short and the long name of the day, and ``today`` or empty."""

    number: int
    short: str
    long: str
    mark: str


@final
@frozen
class Bar:
    """One stay in a row: the column it begins in, its classes, where it leads, and what it says.

    ``rest`` is what follows for those who do not see the bar. ``href`` is empty for what is over.
    """

    column: int
    classes: str
    href: str
    name: str
    kind: str
    rest: str
    proofs: tuple[Proof, ...] = ()


@final
@frozen
class Lodging:
    """One row: its lodging, what marks its cells by column, its bars by column, and how many lanes they take."""

    unit: Unit
    marks: dict[int, str]
    bars: dict[int, tuple[Bar, ...]]
    lanes: int


@final
@frozen
class Alarm:
    """A double booking that stands: where, when, and the page that explains its first night."""

    text: str
    href: str


@final
@frozen
class Grid:
    """The whole table; ``months`` are names with their numbers of columns, ``weekday`` is that of the first column."""

    window: Stay
    weekday: int
    months: tuple[tuple[str, int], ...]
    days: tuple[Day, ...]
    rows: tuple[Lodging, ...]
    alarms: tuple[Alarm, ...]


@final
@frozen
class _Placed:
    """A stay with its lane, and the double bookings it is part of."""

    claim: Claim
    lane: int
    against: tuple[Conflict, ...]


def grid(
    states: Sequence[UnitState],
    over: Sequence[Sequence[Claim]],
    window: Stay,
    say: Say,
    dismissed: Collection[str] = frozenset(),
) -> Grid:
    """Return the table for a window of nights.

    Args:
        states: each lodging, in the order of the rows.
        over: for each of them, what took nights and is over.
        window: the nights to show, one column each.
        say: the reader's language and the time.
        dismissed: the conflicts that the owner knows of.
    """
    rows: list[Lodging] = []
    alarms: list[Alarm] = []
    for state, past in zip(states, over, strict=True):
        today = state.unit.today(say.now)
        found = [one for one in conflicts(state, today) if one.id not in dismissed]
        rows.append(_row(state, past, window, Platforms.of(state, today, say), found))
        alarms += [_alarm(state, one, say) for one in found if one.alarming]
    today = states[0].unit.today(say.now) if states else window.arrival
    days = tuple(_day(day, today, say) for day in window)
    spans = tuple((month, len(list(those))) for month, those in groupby(window, key=say.month))
    return Grid(window, window.arrival.weekday(), spans, days, tuple(rows), tuple(alarms))


def _day(day: date, today: date, say: Say) -> Day:
    weekday = say.weekday(day)
    return Day(day.day, weekday[:2], say.day(day, weekday=True, year=True), "today" if day == today else "")


def _alarm(state: UnitState, conflict: Conflict, say: Say) -> Alarm:
    sure = conflict.certainty.value == "certain"
    text = "{unit}: double booking {nights}" if sure else "{unit}: double booking likely {nights}"
    first = conflict.nights.first or date.min
    said = say(text, unit=state.unit.name, nights=say.nights(conflict.nights))
    return Alarm(str(said), f"/calendrier/nuit/{state.unit.id}/{first}")


def _row(
    state: UnitState, past: Sequence[Claim], window: Stay, platforms: Platforms, found: Sequence[Conflict]
) -> Lodging:
    shown = [one for one in (*state.claims, *past) if _touches(one.stay, window) and not _is_copy(state, one)]
    placed = _placed(shown, found)
    bars = [_bar(state, one, window, platforms) for one in placed]
    by_column = groupby(sorted(bars, key=lambda bar: bar.column), key=lambda bar: bar.column)
    taken = Nights.union(one.nights for one in shown)
    lanes = max([one.lane for one in placed], default=0) + 1
    return Lodging(
        state.unit,
        _marks(state, window, platforms, taken),
        {column: tuple(those) for column, those in by_column},
        lanes,
    )


def _touches(stay: Stay, window: Stay) -> bool:
    """Whether a stay shows in the window, be it only by its morning of departure."""
    return stay.arrival < window.departure and stay.departure >= window.arrival


def _is_copy(state: UnitState, claim: Claim) -> bool:
    """Whether another claim shows the same nights already: a copy of it that a platform imported is no second stay."""
    if claim.standing is not Standing.MIRRORED:
        return False
    originals = Nights.union(one.nights for one in state.claims if one.listing == claim.credited)
    return claim.nights <= originals


def _placed(claims: Iterable[Claim], found: Sequence[Conflict]) -> list[_Placed]:
    """Give each stay the first lane that is free; where there is no more room it lies over the last."""
    placed: list[_Placed] = []
    free = [date.min] * _MOST_LANES
    for claim in sorted(claims, key=lambda one: (one.stay, one.first_seen, one.id)):
        lane = next((index for index, until in enumerate(free) if until <= claim.stay.arrival), _MOST_LANES - 1)
        free[lane] = max(free[lane], claim.stay.departure)
        against = tuple(one for one in found if one.alarming and any(side.id == claim.id for side in one.claims))
        placed.append(_Placed(claim, lane, against))
    return placed


def _bar(state: UnitState, placed: _Placed, window: Stay, platforms: Platforms) -> Bar:
    claim, say = placed.claim, platforms.say
    first, last = max(claim.stay.arrival, window.arrival), min(claim.stay.departure, window.departure)
    over = claim.stay.departure <= platforms.today
    proofs = platforms.proofs(claim, placed.against)
    doubt = str(say(labels.doubt(claim))) if labels.doubt(claim) else ""
    classes = (
        "bar",
        f"b-{labels.colour(state, claim)}",
        f"n{(last - first).days}",
        "from" if claim.stay.arrival < window.arrival else "",
        "on" if claim.stay.departure > window.departure else "",
        f"lane{placed.lane}" if placed.lane else "",
        "double" if placed.against else "",
        "kept" if claim.missing else "unsure" if doubt else "",
        "over" if over else "",
    )
    return Bar(
        (first - window.arrival).days,
        " ".join(filter(None, classes)),
        "" if over else f"/calendrier/occupation/{claim.id}",
        labels.where(state, claim, say) if labels.source(state, claim) else "",
        labels.kind_of(state, claim, say),
        ". ".join(filter(None, (say.stay(claim.stay), doubt, *(one.text for one in proofs)))),
        proofs,
    )


def _marks(state: UnitState, window: Stay, platforms: Platforms, taken: Nights) -> dict[int, str]:
    """Return what marks the cells: exposed nights, turnover nights, nights kept closed that nobody claims, the past."""
    guests = Nights.union(one.nights for one in state.claims if one.may_be_guest)
    closed = platforms.closed.since(platforms.today) - taken
    around = guests.widened(state.unit.turnover) & closed if state.unit.turnover else NO_NIGHTS
    sets = (
        ("p", NO_NIGHTS.gaps(Stay(window.arrival, platforms.today)) if window.arrival < platforms.today else NO_NIGHTS),
        ("x", platforms.exposed),
        ("t", around),
        ("k", closed - around),
        ("today", Nights.of(platforms.today)),
    )
    marks: dict[int, str] = {}
    for mark, nights in sets:
        for night in nights.within(window):
            column = (night - window.arrival).days
            marks[column] = f"{marks[column]} {mark}" if column in marks else mark
    return marks
