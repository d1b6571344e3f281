"""Platforms on loopback: mutable calendars behind a real HTTP server, written by hand in the forms seen in the wild.

Nothing here uses the product or its simulators: a calendar is text, put together line by line as the platforms (or a
careless author) would write it, and what a published calendar closes is read back by plain text search.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import define, evolve, field, frozen

AIRBNB_STAY, AIRBNB_BLOCK = "1418fb94e984", "7f662ec65913"
SECRET = "5ecret0123456789abcdef0123456789"
"""What must never be seen outside of the sealed database."""

Night = date
Stay = tuple[str, str]


@frozen
class Event:
    """One entry of a calendar: dates as ``YYYY-MM-DD``, the departure not included."""

    arrival: str
    departure: str
    uid: str = ""
    summary: str = "Reserved"
    description: str = ""

    def to(self, arrival: str, departure: str) -> Event:
        """The same entry with other dates."""
        return evolve(self, arrival=arrival, departure=departure)


def _hex(*parts: str) -> str:
    return sha256("|".join(parts).encode()).hexdigest()[:32]


def airbnb(arrival: str, departure: str, guest: str = "a") -> Event:
    """A reservation as Airbnb writes it: its UID is the guest's for life, whatever the dates."""
    code = "HM" + _hex("code", guest)[:8].upper()
    page = f"https://www.airbnb.com/hosting/reservations/details/{code}"
    text = f"Reservation URL: {page}\\nPhone Number (Last 4 Digits): 1234"
    return Event(arrival, departure, f"{AIRBNB_STAY}-{_hex(guest)}@airbnb.com", "Reserved", text)


def airbnb_block(arrival: str, departure: str) -> Event:
    """A block as Airbnb writes it: its UID follows its dates."""
    return Event(arrival, departure, f"{AIRBNB_BLOCK}-{_hex(arrival, departure)}@airbnb.com", "Airbnb (Not available)")


def booking(arrival: str, departure: str) -> Event:
    """Dates as Booking.com writes them: the UID is made of the first day."""
    return Event(arrival, departure, f"{_hex('room', arrival)}@booking.com", "CLOSED - Not available")


def greengo(arrival: str, departure: str) -> Event:
    """Dates as GreenGo writes them."""
    return Event(arrival, departure, f"{_hex('gg', arrival)}@greengo.voyage", "GreenGo (Not Available)")


@frozen
class Form:
    """How a calendar is written: line ends, DTSTAMP (``request``, ``constant`` or ``none``), dates, header."""

    prodid: str = "-//test//EN"
    newline: str = "\r\n"
    stamp: str = "request"
    utc_midnights: bool = False
    organizer: bool = False
    duration: bool = False
    last_newline: bool = True

    def write(self, events: Iterable[Event], now: datetime) -> bytes:
        """The whole calendar."""
        lines = ["BEGIN:VCALENDAR", f"PRODID:{self.prodid}", "CALSCALE:GREGORIAN", "VERSION:2.0"]
        for event in events:
            lines += self._event(event, now)
        lines.append("END:VCALENDAR")
        text = self.newline.join(_folded(line, self.newline) for line in lines)
        return (text + (self.newline if self.last_newline else "")).encode()

    def _event(self, event: Event, now: datetime) -> Iterator[str]:
        yield "BEGIN:VEVENT"
        if self.stamp != "none":
            stamp = now if self.stamp == "request" else datetime(2026, 1, 1, tzinfo=UTC)
            yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        arrival, departure = event.arrival.replace("-", ""), event.departure.replace("-", "")
        if self.utc_midnights:
            yield f"DTSTART:{arrival}T000000Z"
            yield f"DTEND:{departure}T000000Z"
        else:
            yield f"DTSTART;VALUE=DATE:{arrival}"
            if self.duration:
                length = (date.fromisoformat(event.departure) - date.fromisoformat(event.arrival)).days
                yield f"DURATION:P{length}D"
            else:
                yield f"DTEND;VALUE=DATE:{departure}"
        yield f"SUMMARY:{event.summary}"
        yield f"UID:{event.uid or _hex(event.arrival, event.departure)}"
        if event.description:
            yield f"DESCRIPTION:{event.description}"
        if self.organizer:
            yield "ORGANIZER:mailto:noreply@booking.com"
        yield "END:VEVENT"


def _folded(line: str, newline: str) -> str:
    """The line folded after 75 characters (all of them ASCII here)."""
    return f"{newline} ".join(line[at : at + 74] for at in range(0, max(len(line), 1), 74))


MEASURED = {
    "airbnb": Form("-//Airbnb Inc//Hosting Calendar 1.0//EN", last_newline=False),
    "booking": Form(r"-//admin.booking.com\\\, b.v.//NONSGML v1.0//EN", organizer=True),
    "greengo": Form("-//GreenGo//EN", utc_midnights=True),
}
"""The forms the platforms write (GreenGo's header is a guess: nobody has published one)."""
CARELESS = dict.fromkeys(MEASURED, Form(newline="\n", stamp="none", last_newline=False))
"""One form for everybody, as somebody writes it who tests a program in a hurry."""
CONSTANT = dict.fromkeys(MEASURED, Form(stamp="constant"))
"""A calendar whose DTSTAMP never changes."""
FORMS = {"measured": MEASURED, "careless": CARELESS, "constant": CONSTANT}


@define
class Platform:
    """One listing's calendar as it stands: events in a form, or whatever ``body``, ``status`` or ``answer`` say."""

    form: Form
    events: list[Event] = field(factory=list)
    status: int = 200
    body: bytes | None = None
    location: str | None = None
    reads: int = 0
    read: threading.Event = field(factory=threading.Event)

    def show(self, *events: Event) -> None:
        """Show just these events, with no fault."""
        self.events, self.status, self.body, self.location = list(events), 200, None, None

    def fail(self, status: int = 200, body: bytes = b"", location: str | None = None) -> None:
        """Answer something else from now on."""
        self.status, self.body, self.location = status, body, location

    def content(self, now: datetime) -> bytes:
        """What a request gets."""
        return self.form.write(self.events, now) if self.body is None else self.body


@define
class Platforms:
    """The server: a calendar a channel, at the time of the rehearsal."""

    calendars: dict[str, Platform]
    now: datetime = datetime(2027, 3, 1, 9, tzinfo=UTC)
    port: int = 0
    on_read: Callable[[str], None] = lambda _name: None

    def __getitem__(self, name: str) -> Platform:
        return self.calendars[name]

    def url(self, name: str) -> str:
        """The private export link."""
        return f"http://127.0.0.1:{self.port}/{name}/{SECRET}.ics?s={SECRET}"


def _handler(town: Platforms) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or a second answer waits 40 ms

        def do_GET(self) -> None:
            name = self.path.split("/")[1]
            platform = town.calendars.get(name)
            town.on_read(name)
            body = platform.content(town.now) if platform else b"no such calendar"
            self.send_response(platform.status if platform else 404)
            if platform:
                platform.reads += 1
                platform.read.set()
                if platform.location:
                    self.send_header("Location", platform.location)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a reader that hung up: some are killed on purpose."""


@contextmanager
def serve(forms: dict[str, Form] | None = None) -> Iterator[Platforms]:
    """Open the three platforms on a free port."""
    town = Platforms({name: Platform(form) for name, form in (forms or MEASURED).items()})
    with _Server(("127.0.0.1", 0), _handler(town)) as server:
        town.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield town
        finally:
            server.shutdown()
            thread.join()


def nights(arrival: str, departure: str) -> set[str]:
    """The nights of a stay, as dates."""
    first, last = date.fromisoformat(arrival), date.fromisoformat(departure)
    return {(first + timedelta(days=at)).isoformat() for at in range((last - first).days)}


def closed(calendar: str) -> set[str]:
    """The nights that a published calendar closes, read by plain text search; it must be a tidy one."""
    assert calendar.startswith("BEGIN:VCALENDAR\r\n"), calendar[:80]
    assert calendar.endswith("END:VCALENDAR\r\n"), calendar[-80:]
    assert calendar.count("\n") == calendar.count("\r\n"), "a bare line feed"
    text = calendar.replace("\r\n ", "")
    starts = re.findall(r"^DTSTART;VALUE=DATE:(\d{8})\r$", text, re.MULTILINE)
    ends = re.findall(r"^DTEND;VALUE=DATE:(\d{8})\r$", text, re.MULTILINE)
    uids = re.findall(r"^UID:(.+)\r$", text, re.MULTILINE)
    assert len(starts) == len(ends) == len(uids) == len(set(uids)) == text.count("BEGIN:VEVENT")
    found: set[str] = set()
    for start, end in zip(starts, ends, strict=True):
        run = nights(_dashed(start), _dashed(end))
        assert run, "an event without a night"
        assert not run & found, "two events on one night"
        found |= run
    return found


def _dashed(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def spread(runs: list[dict[str, str]]) -> set[str]:
    """The nights of a list as the command answers it; it must be ordered and disjoint."""
    found: set[str] = set()
    assert runs == sorted(runs, key=lambda run: run["arrival"])
    for run in runs:
        one = nights(run["arrival"], run["departure"])
        assert one
        assert not one & found
        found |= one
    return found
