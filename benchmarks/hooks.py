"""A webhook's delivery: how long its sender waits, by the wall, and for how long after it is durable.

The owner's real app answers from a process of its own over HTTP, as in `web`. When a delivery is durable is noted
there, on the clock that the processes of one machine share; when the answer has come is noted here.

    python -m benchmarks.hooks DATABASE
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from attrs import define, frozen

import channelsync
from benchmarks.timing import Promise, Table
from benchmarks.web import threaded
from channelsync.ids import ListingId
from channelsync.service.hooks import hook
from channelsync.service.inbox import Inbox, Receipt
from channelsync_web.asgi import create_app

CALLS: Final = 50
"""Fewer than an address takes at a time."""
WARM: Final = 5
PAUSE: Final = 0.1
"""Seconds between two deliveries: what the last one asked for is done by then."""
GOAL: Final = 0.005
"""Seconds from a delivery's being durable to its answer, at the median."""
CHANNEL: Final = "airbnb"


@frozen
class Call:
    """One delivery, on the monotonic clock: when it was sent, when it was durable, and when the answer had come."""

    sent: float
    kept: float
    answered: float


def measured() -> Table:
    """Let a platform deliver, one call after the other."""
    with TemporaryDirectory(prefix="channelsync-bench-") as folder, _serving(str(Path(folder) / "hooks.db")) as stand:
        calls = [stand.call(number) for number in range(CALLS + WARM)][WARM:]
    whole, after = [one.answered - one.sent for one in calls], [one.answered - one.kept for one in calls]
    lines = (_line("from the call to its answer", whole), _line("from its being durable to the answer", after))
    promise = Promise(
        f"a webhook is answered within {GOAL * 1000:.0f} ms of being durable, at the median", median(after) <= GOAL
    )
    return Table(f"A webhook's delivery, {CALLS} calls over HTTP", ("time", "least", "median"), lines, (promise,))


def _line(what: str, times: list[float]) -> tuple[str, ...]:
    return (what, f"{min(times) * 1000:.2f} ms", f"{median(times) * 1000:.2f} ms")


# The one who calls ----------------------------------------------------------------------------------------------------
@define
class Stand:
    """The app, seen from outside."""

    url: str
    process: subprocess.Popen[str]

    def call(self, number: int) -> Call:
        """Deliver a notification that names a listing, and return when what had happened."""
        time.sleep(PAUSE)
        place = urlsplit(self.url)
        body = json.dumps({"action": "reservation_requested", "reservation": {"listing_id": str(number)}})
        connection = HTTPConnection(place.netloc, timeout=30)
        sent = time.monotonic()
        connection.request("POST", place.path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        answered = time.monotonic()
        connection.close()
        assert 200 <= answer.status < 300, answer.status
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("kept", file=self.process.stdin, flush=True)
        return Call(sent, float(self.process.stdout.readline()), answered)


@contextmanager
def _serving(database: str) -> Generator[Stand]:
    command = [sys.executable, "-m", "benchmarks.hooks", database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield Stand(server.stdout.readline().strip(), server)
        finally:
            server.stdin.close()


# The app --------------------------------------------------------------------------------------------------------------
def main() -> int:
    """Answer until the standard input is closed; for each line, say when the last delivery was durable."""
    kept = [0.0]
    keep = Inbox.receive

    def noted(
        self: Inbox, source: str, key: str, headers: Mapping[str, str], body: bytes, now: datetime, host: str = ""
    ) -> Receipt:
        receipt = keep(self, source, key, headers, body, now, host)
        kept[0] = time.monotonic()
        return receipt

    Inbox.receive = noted
    with channelsync.open(sys.argv[1], now=lambda: datetime.now(UTC), environ={}) as manager:
        manager.wake = _nobody  # looks are another process's
        token = hook(manager, CHANNEL, now=manager.time())
        with threaded(create_app(manager, environ={})) as address:
            print(f"{address}/hooks/{CHANNEL}/{token}", flush=True)
            for _ in sys.stdin:
                print(kept[0], flush=True)
    return 0


def _nobody(_: ListingId) -> None:
    """Tell nobody that a listing is due."""


if __name__ == "__main__":
    sys.exit(main())
