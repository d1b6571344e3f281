"""The command line as tests run it, in process, and calendars served over loopback HTTP for it to read."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from channelsync.cli import main

NOW = "2026-11-22T10:00:00Z"


@frozen
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str
    arguments: tuple[object, ...] = field(default=(), eq=False)

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: object) -> Answer:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(one) for one in arguments])
    return Answer(code, out.getvalue(), err.getvalue(), arguments)


def refused(answer: Answer, *words: str) -> None:
    """Hold that a command was not done for a reason outside the program, told in one line with these words.

    Words that are not in the French line must be in the English one: what was refused changed nothing, and is refused
    again.
    """
    assert answer.code == 2, answer
    assert answer.out == ""
    assert answer.err.startswith("channelsync: ")
    assert len(answer.err.splitlines()) == 1
    assert "Traceback" not in answer.err
    if not all(word in answer.err for word in words):
        english = run("--lang", "en", *answer.arguments)
        assert english.code == answer.code, english
        for word in words:
            assert word in english.err, (word, english.err)


def runs(nights: list[dict[str, str]]) -> list[str]:
    """Nights in JSON, as short texts."""
    return [f"{one['arrival']}/{one['departure']}" for one in nights]


def calendar(prodid: str, *events: tuple[str, str, str]) -> bytes:
    """A calendar of these events: stay, title, uid."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{prodid}"]
    for stay, title, uid in events:
        arrival, departure = (date.replace("-", "") for date in stay.split("/"))
        lines += ["BEGIN:VEVENT", "DTSTAMP:20261122T080000Z", f"DTSTART;VALUE=DATE:{arrival}"]
        lines += [f"DTEND;VALUE=DATE:{departure}", f"SUMMARY:{title}", f"UID:{uid}", "END:VEVENT"]
    return "".join(f"{line}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def airbnb(*stays: str, blocks: tuple[str, ...] = ()) -> bytes:
    """A calendar as Airbnb writes it: reservations, and blocks."""
    guests = [(stay, "Reserved", f"1418fb94e984-{stay.replace('/', '')}@airbnb.com") for stay in stays]
    closed = [(stay, "Airbnb (Not available)", f"7f662ec65913-{stay.replace('/', '')}@airbnb.com") for stay in blocks]
    return calendar("-//Airbnb Inc//Hosting Calendar 1.0//EN", *guests, *closed)


def booking(*stays: str) -> bytes:
    """A calendar as Booking.com writes it: closures, whatever they are."""
    events = [(stay, "CLOSED - Not available", f"{stay.replace('/', '')}@booking.com") for stay in stays]
    return calendar("-//admin.booking.com//NONSGML booking.com 1.0//EN", *events)


def greengo(*stays: str) -> bytes:
    """A calendar as GreenGo might write it."""
    return calendar("-//GreenGo//EN", *((stay, "GreenGo (Not Available)", f"g{stay}") for stay in stays))


@define
class Feeds:
    """Calendars on a loopback port: set what a path answers, then read it by its address."""

    address: str
    answers: dict[str, tuple[int, bytes]] = field(factory=dict)

    def put(self, name: str, body: bytes, status: int = 200) -> str:
        """Answer from now on; return the address."""
        self.answers[f"/{name}"] = (status, body)
        return f"{self.address}/{name}"


@contextmanager
def served() -> Iterator[Feeds]:
    """Serve calendars as long as the block lasts."""
    feeds = Feeds("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = feeds.answers.get(self.path.partition("?")[0], (404, b""))
            self.send_response(status)
            self.send_header("Content-Type", "text/calendar")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    feeds.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield feeds
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@define
class House:
    """A database with one lodging linked to three calendars, and a clock in the test's hand."""

    db: Path
    feeds: Feeds
    now: str = NOW

    def __call__(self, *arguments: object) -> Answer:
        """Run one command on this database, at this time."""
        return run("--db", self.db, "--now", self.now, "--allow-private-addresses", *arguments)

    def document(self, *arguments: object) -> Any:
        """Run one command with ``--json`` and return its answer."""
        answer = self(*arguments, "--json")
        assert answer.code in {0, 1}, answer.err
        return answer.document

    def linked(self) -> House:
        """Add the lodging and link it to Airbnb, Booking.com and GreenGo."""
        assert self("unit", "add", "Gîte du Lac").code == 0
        for channel, body in (
            ("airbnb", airbnb("2027-03-15/2027-03-18")),
            ("booking", booking("2027-04-10/2027-04-12")),
        ):
            assert (
                self("link", "gite-du-lac", channel, "--feed", self.feeds.put(f"{channel}.ics", body) + "?s=hush").code
                == 0
            )
        assert self("link", "gite-du-lac", "greengo", "--feed", self.feeds.put("greengo.ics", greengo())).code == 0
        return self
