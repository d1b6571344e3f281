"""A simulated platform: one lodging as its guests, its owner and its calendar's readers meet it.

A `Platform` decides without doing: no clock (every method is told ``now``, an aware datetime), no sockets, and chance
only from the generator it is given, so that the same seed and the same calls give the same bytes. It knows the truth
(`sold`, `closed`, `bookable`), shows of it what the real platform shows (`export`), in the real form, and reads the
calendars linked to it in its own rhythm (`imports`). Which platform it is, is data: a `Form` and `Habits`, given by the
plugins' ``sandbox.platform`` from the recorded facts, never from the plugins' readers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Final, final
from zoneinfo import ZoneInfo

import httpx
from attrs import define, field

from channelsync.errors import UsageError
from channelsync.evolving import evolve
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing.control import control
from channelsync.testing.export import Export, arranged, horizon, rolling
from channelsync.testing.faults import Fault
from channelsync.testing.links import Link, Links
from channelsync.testing.values import Answer, Event, Form, Habits, Moment, Refusal, Reservation, hex_of

__all__ = ["Platform"]

_GUESTS: Final = ("Camille", "Noé", "Inès", "Zoë", "Maël", "Jeanne", "Loïc", "Aurélie")
_NO_ANSWER: Final = 599


@final
@define(repr=False, eq=False)
class Platform:
    """One lodging on one simulated platform."""

    form: Form
    room: str
    rng: Random
    habits: Habits
    history: list[Moment] = field(init=False, factory=list[Moment])
    """What guests met, one entry a change."""
    edits: int = field(init=False, default=0)
    """How often anything has changed that guests or readers may meet."""
    shown: int = field(init=False, default=0)
    """How often anything has changed that the export may show."""
    fixed: dict[str, Nights] = field(init=False)
    """The closures that stay where they are, by reason, as of the last change; those that follow the date left out."""
    links: Links = field(init=False)
    _secret: str = field(init=False)
    _export: Export = field(init=False)
    _reservations: dict[str, Reservation] = field(init=False, factory=dict[str, Reservation])
    _sorted: tuple[Reservation, ...] = field(init=False, default=())
    _sold: Nights = field(init=False, default=NO_NIGHTS)
    _own: Nights = field(init=False, default=NO_NIGHTS)
    _written: Nights = field(init=False, default=NO_NIGHTS)
    _booked: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Draw the secret of the export's address."""
        self._secret = f"{self.rng.getrandbits(128):032x}"
        self._export = Export(self, self.rng)
        self.links = Links(self.form.agent, self.rng)
        self.fixed = self._fixed()

    def __repr__(self) -> str:
        """Return the label: no address, no guests."""
        return f"Platform({self.label})"

    @property
    def label(self) -> str:
        """A name for this lodging on this platform."""
        return f"{self.form.channel}-{self.room}"

    @property
    def urls(self) -> tuple[str, ...]:
        """The secret addresses of its export, in the platform's own shapes, the one it shows the owner first."""
        return self.form.urls(self.room, self._secret)

    # -- guests ------------------------------------------------------------------------------------------------------

    def book(self, stay: Stay, now: datetime, *, force: bool = False, code: str = "") -> Reservation | Refusal:
        """Let a guest book; refused where the platform itself shows a night closed, unless forced.

        A forced booking stands for the race in which the platform sells a night it is about to close. ``code`` is one
        that was told before the booking was made, as an API may have to; otherwise one is drawn.
        """
        self._settle(now)
        if not force and (why := self._obstacles(stay.nights, now)):
            return Refusal(stay, why)
        self._booked += 1
        reservation = Reservation(
            id=f"{self.label}-{self._booked}",
            key=f"{self.rng.getrandbits(128):032x}",
            code=code or self.form.code(self.rng),
            phone=f"{self.rng.randrange(10_000):04}",
            guest=self.rng.choice(_GUESTS),
            stay=stay,
            booked_at=now,
        )
        self._reserve(now, reservation)
        return reservation

    def cancel(self, reservation_id: str, now: datetime) -> Reservation:
        """Take a reservation away.

        Raises:
            UsageError: there is no such reservation, or not any more.
        """
        self._settle(now)
        gone = self._reservation(reservation_id)
        self._reserve(now, without=gone)
        return gone

    def change(self, reservation_id: str, stay: Stay, now: datetime, *, force: bool = False) -> Reservation | Refusal:
        """Move a reservation to other dates; its key and code stay. New nights are refused like a booking's.

        Raises:
            UsageError: there is no such reservation.
        """
        self._settle(now)
        before = self._reservation(reservation_id)
        if not force and (why := self._obstacles(stay.nights - before.stay.nights, now, leaving=before)):
            return Refusal(stay, why)
        after = evolve(before, stay=stay)
        self._reserve(now, after)
        return after

    def reservations(self) -> tuple[Reservation, ...]:
        """Return the reservations that stand, past ones too, in order of arrival."""
        return self._sorted

    # -- the owner ---------------------------------------------------------------------------------------------------

    def close(self, stay: Stay, now: datetime) -> None:
        """Let the owner close nights on this platform."""
        self._settle(now)
        self._own |= stay.nights
        self._changed(now)

    def open(self, stay: Stay, now: datetime) -> None:
        """Let the owner open nights that the owner closed here; imported closures stay."""
        self._settle(now)
        self._own -= stay.nights
        self._changed(now)

    def write(self, closing: Nights, opening: Nights, now: datetime) -> None:
        """Let a connected software close nights, and open nights that such a software or the owner closed here.

        Its closings stand in the export like the owner's own.
        """
        self._settle(now)
        self._written = (self._written | closing) - opening
        self._own -= opening
        self._changed(now)

    def adopt(self, habits: Habits, now: datetime) -> None:
        """Change settings and habits: ``platform.adopt(evolve(platform.habits, echo=True), now)``."""
        self._settle(now)
        self.habits = habits
        self._changed(now)

    def link(self, url: str, now: datetime, *, name: str = "channelsync", every: timedelta | None = None) -> Link:
        """Let the owner link a calendar for the platform to read: ours, or another platform's.

        Raises:
            UsageError: a calendar of that name is linked already.
        """
        return self.links.add(name, url, every or self.habits.import_every, now)

    def unlink(self, name: str, now: datetime) -> None:
        """Let the owner remove a link; its closures go.

        Raises:
            UsageError: no link has that name.
        """
        self._settle(now)
        self.links.remove(name)
        self._changed(now)

    # -- reading linked calendars --------------------------------------------------------------------------------------

    def due_imports(self, now: datetime) -> tuple[str, ...]:
        """Return the names of the links that the platform reads now."""
        return () if Fault.DEAF in self.faults else self.links.due(now)

    def due_import(self, now: datetime) -> bool:
        """Whether the platform reads a linked calendar now."""
        return bool(self.due_imports(now))

    def import_request(self, name: str, now: datetime) -> httpx.Request:
        """Return the request by which it reads a link; the next reading is planned by this.

        Raises:
            UsageError: no link has that name.
        """
        return self.links.request(name, self.habits, now)

    def imported(self, name: str, response: httpx.Response, now: datetime) -> None:
        """Take in the answer to an `import_request`; what it closes or opens is in force after the lag."""
        self._settle(now)
        self.links.answered(name, response, self.habits, now)
        self._settle(now)

    def imported_as(self, name: str, status: int, body: bytes, now: datetime) -> None:
        """Read a link whose answer is known beforehand: the same as a request and its answer, but cheaper.

        Raises:
            UsageError: no link has that name.
        """
        self._settle(now)
        self.links.answered_as(name, status, body, self.habits, now)
        self._settle(now)

    def imported_again(self, name: str, now: datetime) -> None:
        """Read a link that answers just as it did the last time: the same as a request and its answer, but cheaper.

        Raises:
            UsageError: no link has that name, or its last reading failed.
        """
        self.links.again(name, self.habits, now)

    def imports(self, now: datetime) -> Generator[httpx.Request, httpx.Response, None]:
        """Read every link that is due: yields requests and is sent responses.

        Throw an ``httpx.TransportError`` into it where no answer came.
        """
        for name in self.due_imports(now):
            if name not in self.links.by_name:  # unlinked while another was being read
                continue
            try:
                response = yield self.import_request(name, now)
            except httpx.TransportError:
                response = httpx.Response(_NO_ANSWER)
            self.imported(name, response, now)

    # -- the truth -----------------------------------------------------------------------------------------------------

    def today(self, now: datetime) -> date:
        """Return the platform's date."""
        return now.astimezone(ZoneInfo(self.habits.zone)).date()

    def sold(self, now: datetime) -> Nights:
        """Return the nights that guests have here, past ones too."""
        self._settle(now)
        return self._sold

    def reasons(self, now: datetime) -> dict[str, Nights]:
        """Return, by reason, the nights that guests cannot book here other than those sold."""
        self._settle(now)
        return self.fixed | rolling(self.habits, self.today(now))

    @property
    def hands(self) -> tuple[Nights, Nights]:
        """The nights that its owner closed here, and those that a connected software did; some may be both's."""
        return self._own, self._written

    def closed(self, now: datetime) -> Nights:
        """Return the nights that guests cannot book here for another reason than a guest."""
        return Nights.union(self.reasons(now).values()) - self._sold

    def bookable(self, now: datetime, stay: Stay) -> bool:
        """Whether a guest can book that stay here now."""
        self._settle(now)
        return not self._obstacles(stay.nights, now)

    def _midnight(self, now: datetime) -> datetime:
        """Return when the platform's next day begins."""
        tomorrow = self.today(now) + timedelta(days=1)
        return datetime.combine(tomorrow, time(), ZoneInfo(self.habits.zone)).astimezone(UTC)

    # -- the export ----------------------------------------------------------------------------------------------------

    def edition(self, now: datetime) -> tuple[int, date]:
        """Return a value that is equal only while guests and readers meet the same."""
        self._settle(now)
        return (self.edits, self.today(now))

    def issue(self, now: datetime) -> tuple[int, date]:
        """Return a value that is equal only while `events` are: what the export does not echo changes none of them."""
        self._settle(now)
        return (self.shown, self.today(now))

    def events(self, now: datetime, *, regrouped: bool = False, salt: str = "") -> tuple[Event, ...]:
        """Return the events of the export in the order they are written; the two switches are faults."""
        self._settle(now)
        shown = arranged(self._taken(now), self.form, self.habits, self.today(now), regrouped=regrouped)
        uid, room = self.form.uid, self.room + salt
        return tuple([Event(each.stay, each.guest, uid(_salted(each, salt), room)) for each in shown])

    def export(self, now: datetime) -> bytes:
        """Return the calendar in the platform's exact form, as given when nothing is wrong."""
        return self._export.current(now)

    def lasting(self, now: datetime) -> datetime:
        """Return until when `edition` stays as it is while nobody acts and no link is read anew."""
        self._settle(now)
        coming = [link.coming[0][0] for link in self.links.by_name.values() if link.coming]
        return min((*coming, self._midnight(now)))

    def renewed(self, now: datetime) -> datetime:
        """Return when the copy that readers get now is written anew, far away where none is kept."""
        return self._export.lasting(now)

    def version(self, now: datetime) -> tuple[object, ...]:
        """Return a value that is equal only while `answer` is, but for DTSTAMP: cheaper than to write and compare."""
        return self._export.version(now)

    def page(self, now: datetime) -> str:
        """Return the calendar as it is written now when nothing is wrong, with a mark in the place of DTSTAMP."""
        return self._export.page(now)

    def stamped(self, now: datetime) -> datetime:
        """Return the DTSTAMP of an `answer` now: the time of the request, or that of the copy everybody is given."""
        return self._export.stamped(now)

    def answer(self, now: datetime, *, etag: str = "") -> Answer:
        """Return what one reading of the export is answered, faults and all; ``etag`` is the reader's If-None-Match."""
        return self._export.answer(now, etag=etag)

    @property
    def faults(self) -> frozenset[Fault]:
        """The faults that are on."""
        return frozenset(self._export.faults)

    @property
    def failing(self) -> bool:
        """Whether any fault is on."""
        return bool(self._export.faults)

    def fail(self, fault: Fault, now: datetime, *, times: int | None = 1) -> None:
        """Switch a fault on for so many answers, or until healed when ``times`` is None; `Fault.DEAF` always lasts."""
        self._export.fail(fault, now, times=times)

    def heal(self, fault: Fault | None = None) -> None:
        """Switch a fault off, or all of them."""
        for each in [fault] if fault else self.faults:
            self._export.faults.pop(each, None)

    # -- the server ----------------------------------------------------------------------------------------------------

    def knows(self, url: httpx.URL) -> bool:
        """Whether an address is this platform's: one of its export's forms, or below its control path."""
        return self._exports(url) or url.path.startswith(f"/_sandbox/{self.label}/")

    def handle(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """Answer a request as the platform's server: the export, or the control API (`channelsync.testing.control`)."""
        ours = self._exports(request.url)
        if not ours and request.url.path.startswith(f"/_sandbox/{self.label}/"):
            return control(self, request, now)
        if not ours:
            return httpx.Response(404, text="Not Found")
        if request.method not in {"GET", "HEAD"}:
            return httpx.Response(405, text="Method Not Allowed", headers={"Allow": "GET, HEAD"})
        if self.habits.needs_agent and not request.headers.get("User-Agent"):
            return httpx.Response(403, text="Forbidden")
        answer = self.answer(now, etag=request.headers.get("If-None-Match", ""))
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _exports(self, url: httpx.URL) -> bool:
        """Whether an address is one of the export's; what follows its secret query does not matter."""
        asked = url.raw_path
        return any(asked == each or (b"?" in each and asked.startswith(each + b"&")) for each in self._paths)

    @cached_property
    def _paths(self) -> tuple[bytes, ...]:
        """The paths of its addresses, as requests have them."""
        return tuple(httpx.URL(each).raw_path for each in self.urls)

    def _reservation(self, reservation_id: str) -> Reservation:
        """Return a reservation that stands."""
        try:
            return self._reservations[reservation_id]
        except KeyError:
            msg = f"no reservation {reservation_id!r} stands on {self.label}"
            raise UsageError(msg) from None

    def _reserve(self, now: datetime, new: Reservation | None = None, without: Reservation | None = None) -> None:
        """Put a reservation in, or take one out."""
        if without:
            del self._reservations[without.id]
        if new:
            self._reservations[new.id] = new
        every = sorted(self._reservations.values(), key=lambda one: (one.stay.arrival, one.stay.departure, one.id))
        self._sorted = tuple(every)
        self._sold = Nights.of(*(each.stay for each in every))
        self._changed(now)

    def _fixed(self, sold: Nights | None = None) -> dict[str, Nights]:
        """Return the closures that stay where they are, by reason."""
        sold = self._sold if sold is None else sold
        made = {
            "closed by the owner": self._own | self._written,
            "preparation": sold.widened(self.habits.preparation) - sold,
        }
        return made | {f"imported from {link.name}": link.nights for link in self.links.by_name.values()}

    def _obstacles(self, wanted: Nights, now: datetime, leaving: Reservation | None = None) -> tuple[str, ...]:
        """Say why nights cannot be had, as if one reservation were gone already."""
        today = self.today(now)
        sold = Nights.of(*(each.stay for each in self._reservations.values() if each is not leaving))
        reasons = {"sold": sold, **self._fixed(sold), **rolling(self.habits, today)}
        reasons |= {"over": wanted.before(today), "beyond the horizon": wanted.since(horizon(self.habits, today))}
        met = {why: nights & wanted for why, nights in reasons.items()}
        return tuple(f"{why}: {', '.join(map(str, nights.runs()))}" for why, nights in met.items() if nights)

    def _taken(self, now: datetime) -> Iterator[Event]:
        """Yield all there is to show, before any of it is left out, clipped or merged."""
        for each in self._reservations.values():
            yield Event(each.stay, each if self.habits.typed else None)
        linked = self.links.by_name.values() if self.habits.echo else ()
        own = self._own | self._written | self.fixed["preparation"]
        parts = [own, Nights.union(rolling(self.habits, self.today(now)).values())]
        apart = [stay for nights in parts for stay in nights.runs()] + [stay for each in linked for stay in each.stays]
        yield from map(Event, apart if self.habits.overlaps else (Nights.of(*apart) - self._sold).runs())

    def _settle(self, now: datetime) -> None:
        """Let what was imported take force, at its own time."""
        for at in self.links.settle(now) if self.links.waiting else ():
            self._changed(at, shown=self.habits.echo)

    def _changed(self, at: datetime, *, shown: bool = True) -> None:
        """Remember what guests meet from now on; ``shown`` where the export may show it."""
        self.edits += 1
        self.shown += shown
        self.fixed = self._fixed()
        moment = Moment(at, self._sold, Nights.union(self.fixed.values()) - self._sold)
        if not self.history or (self.history[-1].sold, self.history[-1].closed) != (moment.sold, moment.closed):
            self.history.append(moment)


def _salted(event: Event, salt: str) -> Event:
    """Return the event of a guest whose key is another."""
    if not salt or event.guest is None:
        return event
    return evolve(event, guest=evolve(event.guest, key=hex_of(event.guest.key, salt)))
