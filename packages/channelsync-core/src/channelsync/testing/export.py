"""A simulated platform's calendar on its way out: events, lines, bytes, and what goes wrong with them.

Three steps: what is shown (kept for some days after departure, clipped, merged, in the platform's order, with its
UIDs); how it is written (`Form`); and the answer to one reading, which faults may spoil at any of these steps. DTSTAMP
is the time of the request, as measured on Airbnb (0 to 21 s before the recording) and Booking.com (0 to 12 s), unless
the platform gives a cached copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final, Protocol, final

from attrs import define, field, frozen

from channelsync.evolving import evolve
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing.calendars import months_after, written
from channelsync.testing.faults import BODIES, FAILED, SLOW_BY, Fault, Trouble, cut, glued, thinned
from channelsync.testing.values import Answer, Event, Form, Habits, hex_of

__all__ = ["Export", "Shown", "arranged", "horizon", "rolling"]

_CALENDAR: Final = (("Content-Type", "text/calendar; charset=utf-8"),)
_INSTEAD: Final = FAILED | BODIES
_STAMP: Final = "00000000T000000Z"
_RESHAPED: Final = frozenset({Fault.EMPTY, Fault.PARTIAL, Fault.REGROUPED, Fault.REISSUED_UIDS})


class Shown(Protocol):
    """What an export is made from."""

    @property
    def form(self) -> Form:
        """How it is written."""
        ...

    @property
    def habits(self) -> Habits:
        """What it shows."""
        ...

    def edition(self, now: datetime) -> tuple[int, date]:
        """Return a value that is equal only while guests and readers meet the same."""
        ...

    def issue(self, now: datetime) -> tuple[int, date]:
        """Return a value that is equal only while `events` are."""
        ...

    def events(self, now: datetime, *, regrouped: bool = False, salt: str = "") -> tuple[Event, ...]:
        """Return the events in the order they are written."""
        ...


def horizon(habits: Habits, today: date) -> date:
    """Return the first night that the calendar no longer reaches."""
    return months_after(today, habits.horizon_months) + timedelta(days=habits.horizon_nights)


def rolling(habits: Habits, today: date) -> dict[str, Nights]:
    """Return the closures that follow the date, by reason."""
    end = horizon(habits, today)
    window = end if habits.window_days is None else today + timedelta(days=habits.window_days)
    unopened = end if habits.opened_until is None else max(today, habits.opened_until)
    edges = {
        "advance notice": (today, today + timedelta(days=habits.notice_nights)),
        "beyond the booking window": (window, end),
        "not opened yet": (unopened, end),
    }
    return {why: Stay(*edge).nights if edge[0] < edge[1] else NO_NIGHTS for why, edge in edges.items()}


def arranged(events: Iterable[Event], form: Form, habits: Habits, today: date, *, regrouped: bool) -> list[Event]:
    """Return the events as the platform shows them today, in its order; ``regrouped`` turns its merging round."""
    kept = timedelta(days=habits.retention)
    shown = [event for event in events if event.stay.departure + kept > today]
    if habits.clips:
        shown = [evolve(each, stay=Stay(max(today, each.stay.arrival), each.stay.departure)) for each in shown]
    if habits.merges is not regrouped:
        shown = list(glued(shown, typed=habits.typed))
    return sorted(shown, key=lambda each: (form.guests_first and each.guest is None, each.stay))


@final
@frozen
class _Copy:
    """A written export: when, from what edition, and its text with a mark in the place of DTSTAMP's value."""

    at: datetime
    edition: tuple[int, date]
    page: str

    @property
    def body(self) -> bytes:
        """Its bytes: most copies are only asked for their edition, so these are made for who reads them."""
        return _dated(self.page, self.at)


@final
@define(repr=False, eq=False)
class Export:
    """The answers to whoever reads a platform's calendar, with the faults that are on."""

    of: Shown
    rng: Random
    faults: dict[Fault, Trouble] = field(factory=dict[Fault, Trouble])
    _copy: _Copy | None = None
    _stale: _Copy | None = None
    _page: tuple[tuple[int, date], str] = field(default=((-1, date.min), ""))
    _pieces: dict[tuple[str, Stay, bool], str] = field(factory=dict[tuple[str, Stay, bool], str])
    """The events of the last calendar written, each as it was written there: by UID, nights, and whether a guest's."""

    def current(self, now: datetime) -> bytes:
        """Return the calendar as it is given when nothing is wrong."""
        return self._current(now).body

    def version(self, now: datetime) -> tuple[object, ...]:
        """Return a value that is equal only while the answers are, but for their DTSTAMP."""
        copy = self._stale if Fault.STALE in self.faults else None
        if copy is None and self.of.habits.export_cache:
            copy = self._current(now)
        edition = copy.edition if copy else self.of.edition(now)
        return (edition, *((trouble.fault.value, trouble.seed) for trouble in self.faults.values()))

    def lasting(self, now: datetime) -> datetime:
        """Return when the copy that readers get now is written anew, far away where none is kept."""
        cache = self.of.habits.export_cache
        return self._current(now).at + cache if cache else datetime.max.replace(tzinfo=UTC)

    def page(self, now: datetime) -> str:
        """Return the calendar with a mark in the place of DTSTAMP's value."""
        issue = self.of.issue(now)
        if self._page[0] != issue:
            self._page = (issue, self._written(self.of.events(now)))
        return self._page[1]

    def stamped(self, now: datetime) -> datetime:
        """Return the DTSTAMP of the copy that readers get now."""
        at = self._current(now).at if self.of.habits.export_cache else now
        return at.replace(microsecond=0)

    def fail(self, fault: Fault, now: datetime, *, times: int | None) -> None:
        """Switch a fault on."""
        if fault is Fault.STALE:
            self._stale = self._current(now)
        self.faults[fault] = Trouble(fault, self.rng.getrandbits(32), None if fault is Fault.DEAF else times)

    def answer(self, now: datetime, *, etag: str = "") -> Answer:
        """Return what one reading is answered."""
        on = self._used()
        failed = next((answer for fault, answer in _INSTEAD.items() if fault in on), None) if on else None
        answer = failed or self._calendar(now, on, etag)
        if Fault.SLOW not in on:
            return answer
        told = ("X-Sandbox-Delay", f"{SLOW_BY.total_seconds():.0f}")
        return evolve(answer, delay=SLOW_BY, headers=(*answer.headers, told))

    def _used(self) -> dict[Fault, Trouble]:
        """Return the faults that shape this answer; each is one answer nearer to its end."""
        on: dict[Fault, Trouble] = {fault: trouble for fault, trouble in self.faults.items() if fault is not Fault.DEAF}
        for fault, trouble in on.items():
            if (left := trouble.used()) is None:
                del self.faults[fault]
            else:
                self.faults[fault] = left
        return on

    def _calendar(self, now: datetime, on: dict[Fault, Trouble], etag: str) -> Answer:
        """Return a calendar, however wrong."""
        body = self._body(now, on)
        if not self.of.habits.not_modified:
            return Answer(200, _CALENDAR, body)
        known = ("ETag", f'W/"{_fingerprint(body)}"')
        return Answer(304, (known,), b"") if etag == known[1] else Answer(200, (*_CALENDAR, known), body)

    def _body(self, now: datetime, on: dict[Fault, Trouble]) -> bytes:
        """Return a calendar's bytes; a stale copy is spoilt no further than by cutting it."""
        if Fault.STALE in on and self._stale:
            body = self._stale.body
        elif on.keys() & _RESHAPED:
            body = _dated(self._written(self._reshaped(now, on)), now)
        else:
            body = self.current(now)
        return cut(body, on[Fault.TRUNCATED].seed) if Fault.TRUNCATED in on else body

    def _reshaped(self, now: datetime, on: dict[Fault, Trouble]) -> tuple[Event, ...]:
        """Return the events that faults leave."""
        if Fault.EMPTY in on:
            return ()
        salt = f"~{on[Fault.REISSUED_UIDS].seed}" if Fault.REISSUED_UIDS in on else ""
        events = self.of.events(now, regrouped=Fault.REGROUPED in on, salt=salt)
        return thinned(events, on[Fault.PARTIAL].seed) if Fault.PARTIAL in on else events

    def _current(self, now: datetime) -> _Copy:
        """Return the copy that readers get now."""
        cache = self.of.habits.export_cache
        if self._copy is None or not cache or now - self._copy.at >= cache:
            self._copy = _Copy(now, self.of.edition(now), self.page(now))
        return self._copy

    def _written(self, events: tuple[Event, ...]) -> str:
        """Return the calendar with a place to put DTSTAMP's value in."""
        head = written(["BEGIN:VCALENDAR", *self.of.form.header, ""], "")
        known, self._pieces = self._pieces, {}
        pieces: list[str] = []
        for event in events:
            key = (event.uid, event.stay, event.guest is None)
            self._pieces[key] = known.get(key) or self._piece(event)
            pieces.append(self._pieces[key])
        return "".join([head, *pieces, "END:VCALENDAR", self.of.form.ending])

    def _piece(self, event: Event) -> str:
        """Return one event as it is written."""
        return written(["BEGIN:VEVENT", *self.of.form.lines(event, _STAMP), "END:VEVENT", ""], "")


def _dated(page: str, now: datetime) -> bytes:
    """Return a calendar with its DTSTAMP."""
    return page.replace(_STAMP, f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}").encode()


def _fingerprint(body: bytes) -> str:
    """Return the hash of a calendar without its DTSTAMP lines: a request's time makes no new calendar."""
    return hex_of(*(line for line in body.split(b"\r\n") if not line.startswith(b"DTSTAMP:")))
