"""From a hint to the other listing written, both by the simulated APIs, beside bare httpx in the same rounds.

A lodging stands on Airbnb and on Booking.com. A guest books on Airbnb, and the hint says so. Ours looks (reservations,
changes of dates, the calendar by years), stores what it is about to write, asks Booking.com which of those nights are
closed already, and closes the others. Bare httpx sends the very same requests, as the stand-in saw them: what followed
an answer follows it, what was under way together is one `gather`. It decides and stores nothing.

The stand-in is a process of its own, as in `server`, that answers after a while; its clock is a file's.

    python -m benchmarks.apis FOLDER SECONDS-BEFORE-AN-ANSWER CERTIFICATE KEY
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
from attrs import define, field, frozen

import channelsync
from benchmarks.calendars import ZONE
from benchmarks.server import LONGEST, certified
from benchmarks.timing import Figure, Row
from channelsync.ids import ListingId
from channelsync.manager import Manager
from channelsync.nights import Stay
from channelsync.service.queue_embedded import EmbeddedQueue
from channelsync.service.work import Work
from channelsync.testing.partner import Partner
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking

ANSWER: Final = 0.05
"""Seconds after which the simulators answer."""
ROUNDS: Final = 10
WARM: Final = 3
GOAL: Final = 0.5
FEW: Final = 15
"""Reservations on Airbnb to begin with: one comes in each round."""
_PAUSE: Final = 0.3
_BARE: Final = "x-bare"
_REDIRECT: Final = "https://channelsync.invalid/accounts/airbnb"
_APART: Final = timedelta(days=7)
_FIRST: Final = date(2027, 2, 1)
_TOGETHER: Final = ANSWER / 2
"""Requests that come within so many seconds of each other were sent together."""


@define
class Clock:
    """The real time, moved on by hand; who stands in reads by how much from a file."""

    file: Path
    ahead: float = 0.0

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead += seconds
        self.file.write_text(str(self.ahead), encoding="ascii")


@frozen
class Seen:
    """A request as the stand-in saw it: when it came and when it was answered, on the monotonic clock."""

    came: float
    answered: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    """In base 64."""

    @property
    def writes(self) -> bool:
        """Whether it changes what can be booked."""
        return self.path.endswith("/availability")


def measured() -> Row:
    """Measure both in turn."""
    with TemporaryDirectory(prefix="channelsync-bench-") as name, standing_in(Path(name)) as stand:
        before = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(Path(name) / "certificate.pem")
        try:
            database = str(Path(name) / "gite.db")
            with channelsync.open(database, now=stand.clock, allow_private_addresses=True) as manager:
                ours, theirs = _in_turn(manager, stand, _linked(manager, stand.fields))
        finally:
            os.environ.pop("SSL_CERT_FILE")
            if before is not None:
                os.environ["SSL_CERT_FILE"] = before
    return Row("hint, APIs", "the other one written", "bare httpx, the same rounds", ours, theirs, GOAL)


def _linked(manager: Manager, fields: Mapping[str, Mapping[str, str]]) -> ListingId:
    """Link a lodging through both accounts; return the listing that will be hinted."""
    unit = manager.add_unit("Lac", timezone=ZONE)
    for channel, held in fields.items():
        account = manager.add_account(channel, held)
        if account.state == "waiting":
            _consented(manager, account.id)
        (theirs,) = manager.remote_listings(account.id)
        manager.connect(unit, account.id, theirs.id)
    manager.sync(everything=True)
    return manager.links(unit)[0].id


def _consented(manager: Manager, account: str) -> None:
    """Agree as the owner does on the platform's page."""
    page = manager.consent_page(account, _REDIRECT, "state").reveal()
    tls = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    with httpx.Client(verify=tls) as client:
        back = client.post(page, data={"decision": "approve"})
    manager.grant(account, parse_qs(urlsplit(back.headers["Location"]).query)["code"][0], _REDIRECT)


def _in_turn(manager: Manager, stand: Stand, listing: ListingId) -> tuple[Figure, Figure]:
    ours: list[float] = []
    theirs: list[float] = []
    heard = threading.Event()
    work = Work(manager, stand.clock, told=lambda report: heard.set() if report.changes else None)
    queue, stop = EmbeddedQueue(work), threading.Event()
    manager.wake = queue.submit
    thread = threading.Thread(target=queue.run, args=(stop,))
    thread.start()
    try:
        with asyncio.Runner() as runner:
            tls = ssl.create_default_context(cafile=str(stand.folder / "certificate.pem"))
            client = httpx.AsyncClient(verify=tls, base_url=stand.url)
            for number in range(ROUNDS + WARM):
                stand.clock.move(30)
                stand.book(FEW + number)
                queue.sweep()
                seen, spent = _round(manager, stand, listing, heard)
                rounds = _rounds(seen)
                ours.append(spent - _own(rounds))
                stand.quiet()
                spent = runner.run(_bare(client, rounds))
                theirs.append(spent - _own(_rounds([one for one in stand.seen() if _BARE in one.headers])))
            runner.run(client.aclose())
    finally:
        stop.set()
        thread.join()
        work.close()
    return Figure.of(ours[WARM:]), Figure.of(theirs[WARM:])


def _round(manager: Manager, stand: Stand, listing: ListingId, heard: threading.Event) -> tuple[list[Seen], float]:
    """Hint, and return what was asked until the write was answered, and how long that took."""
    stand.quiet()
    heard.clear()
    begun = time.monotonic()
    assert manager.hint(listing)
    assert heard.wait(30), "the hint came to nothing"
    seen = stand.seen()
    end = min(one.answered for one in seen if one.writes)
    return [one for one in seen if one.came < end], end - begun


def _rounds(seen: list[Seen]) -> list[list[Seen]]:
    """Return the requests by rounds: what was sent together."""
    found: list[list[Seen]] = []
    for one in sorted(seen, key=lambda one: one.came):
        if found and one.came - found[-1][0].came < _TOGETHER:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _own(rounds: list[list[Seen]]) -> float:
    """Return how long the stand-in itself was at it."""
    return sum(max(one.answered for one in each) - min(one.came for one in each) for each in rounds)


async def _bare(client: httpx.AsyncClient, rounds: list[list[Seen]]) -> float:
    begun = time.monotonic()
    for together in rounds:
        answers = await asyncio.gather(
            *(
                client.request(
                    one.method, one.path, headers={**one.headers, _BARE: "1"}, content=base64.b64decode(one.body)
                )
                for one in together
            )
        )
        assert all(one.is_success for one in answers), answers
    return time.monotonic() - begun


# The stand-in ---------------------------------------------------------------------------------------------------------
@define
class Stand:
    """The process that stands in for both platforms, seen from outside."""

    url: str
    fields: Mapping[str, Mapping[str, str]]
    folder: Path
    clock: Clock
    process: subprocess.Popen[str]

    def book(self, number: int) -> None:
        """Let a guest book on Airbnb, each time later in the calendar."""
        assert self._told("book", str(number)) == "Reservation"

    def seen(self) -> list[Seen]:
        """Return what was asked since this was asked for the last time."""
        found: list[dict[str, Any]] = json.loads(self._told("seen"))
        return [Seen(**one) for one in found]

    def quiet(self) -> None:
        """Wait until nothing is asked any more."""
        time.sleep(_PAUSE)
        while self.seen():
            time.sleep(_PAUSE)

    def _told(self, *words: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(*words, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()


@contextmanager
def standing_in(folder: Path) -> Generator[Stand]:
    """Run the stand-in while the block runs; its certificate is ``folder / "certificate.pem"``."""
    clock = Clock(folder / "ahead")
    clock.move(0)
    command = [sys.executable, "-m", "benchmarks.apis", str(folder), str(ANSWER), *certified(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            yield Stand(told["url"], told["fields"], folder, clock, process)
        finally:
            process.stdin.close()


@define
class Simulated:
    """Both platforms, and what was asked of them."""

    clock: Clock
    wait: float
    partners: dict[str, Partner]
    lock: threading.Lock = field(factory=threading.Lock)
    seen: list[dict[str, object]] = field(factory=list[dict[str, object]])

    def now(self) -> datetime:
        """Return the time: the file says how far it was moved."""
        self.clock.ahead = float(self.clock.file.read_text(encoding="ascii") or self.clock.ahead)
        return self.clock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the platform does that knows the address, after a while."""
        came = time.monotonic()
        time.sleep(self.wait)
        with self.lock:
            now = self.now()
            host = next((one for one in self.partners.values() if one.knows(request.url)), None)
            response = httpx.Response(404) if host is None else host.handle(request, now)
            body = base64.b64encode(request.content).decode()
            path, headers = request.url.raw_path.decode(), dict(request.headers)
            told: dict[str, object] = {"method": request.method, "path": path, "headers": headers, "body": body}
            self.seen.append({**told, "came": came, "answered": time.monotonic()})
        return response

    def book(self, number: int) -> str:
        """Let a guest book on Airbnb."""
        arrival = _FIRST + number * _APART
        account = self.partners["airbnb"]
        with self.lock:
            asking = account.book(
                next(iter(account.lodgings)), Stay(arrival, arrival + _APART / 2), self.now(), force=True
            )
            try:
                next(asking)
            except StopIteration as made:
                return type(made.value).__name__
        return "a question"

    def told(self) -> str:
        """Return what was asked since the last time."""
        with self.lock:
            found, self.seen = self.seen, []
        return json.dumps(found)


def main() -> int:
    """Stand in until told to stop."""
    folder, wait, *pair = Path(sys.argv[1]), *sys.argv[2:]
    rng = Random(7)
    partners: dict[str, Partner] = {
        "airbnb": airbnb.partner(rng=rng, rooms=("lac",), connected=False),
        "booking": booking.partner(rng=rng, rooms=("801",)),
    }
    stand = Simulated(Clock(folder / "ahead"), float(wait), partners)
    for number in range(FEW):
        assert stand.book(number) == "Reservation"
    with ThreadingHTTPServer(("127.0.0.1", 0), _answering(stand)) as server:
        server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        threading.Timer(LONGEST, os._exit, (1,)).start()
        url = f"https://127.0.0.1:{server.server_port}"
        print(json.dumps({"url": url, "fields": {name: _here(one, url) for name, one in partners.items()}}), flush=True)
        for line in sys.stdin:
            order, _, rest = line.strip().partition(" ")
            print(stand.told() if order == "seen" else stand.book(int(rest)), flush=True)
    os._exit(0)


def _here(partner: Partner, url: str) -> dict[str, str]:
    """Return what the owner fills in, each address leading here."""
    return {
        name: url + httpx.URL(value).path.rstrip("/") if value.startswith("https://") else value
        for name, value in partner.fields.items()
    }


def _answering(stand: Simulated) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for head and body, as real servers send small answers
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = [(name, value) for name, value in self.headers.items() if name.lower() != "host"]
            url = f"https://127.0.0.1{self.path}"
            response = stand.answer(httpx.Request(self.command, url, headers=headers, content=self.rfile.read(length)))
            self.send_response(response.status_code)
            for name, value in response.headers.multi_items():
                if name not in {"content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(response.content)
                self.wfile.flush()

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler


if __name__ == "__main__":
    sys.exit(main())
