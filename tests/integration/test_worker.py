"""The worker's process: health over HTTP, its log, its end, and the rhythm it is given."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest

import channelsync as cs
from channelsync.config import Config
from channelsync.errors import UsageError
from channelsync.service.logs import JsonLines
from channelsync_worker.composition import Parts, composed
from channelsync_worker.health import FAR_BEHIND, health_of, parsed, serving
from channelsync_worker.run import Running
from tests.contract.workers import house, soon
from tests.integration.killing import lodgings


def asked(port: int, path: str = "/health") -> tuple[int, dict[str, object]]:
    """What the endpoint answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
            return error.code, json.loads(body) if body.startswith(b"{") else {}


def test_health(tmp_path: Path) -> None:
    """A worker that works answers 200 with its figures; one that is far behind, or has ended, answers 503."""
    with house(str(tmp_path / "gite.db"), units=2) as home, home.open() as manager:
        home.furnish(manager)
        with composed(
            home.database, now=home.now, environ=home.environ | {"CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1"}
        ) as parts:
            running, since = Running(parts.queue.run, parts.duties.run), home.now()
            with serving(
                ("127.0.0.1", 0), lambda: health_of(parts, running=running.alive, since=since), parts.metrics
            ) as port:
                running.start()
                try:
                    assert soon(lambda: asked(port)[1].get("waiting") == 0 and asked(port)[1]["last_sweep"] is not None)
                    status, answer = asked(port)
                    assert (status, answer["status"], answer["database"]) == (200, "ok", True)
                    assert asked(port, "/")[0] == 404
                    figures = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
                    assert 'channelsync_looks_total{channel="ical",outcome="complete"}' in figures
                    assert "\nchannelsync_worker_age_seconds " in figures
                finally:
                    running.stop()
                assert asked(port) == (503, answer | {"status": "stuck", "running": False})


def test_far_behind(tmp_path: Path) -> None:
    """What is due for too long makes a worker stuck, but not one that has only just begun."""
    with house(str(tmp_path / "gite.db")) as home, home.open() as manager:
        home.furnish(manager)
        begun = home.time
        home.time += FAR_BEHIND + timedelta(minutes=1)
        with composed(home.database, now=home.now, environ=home.environ) as parts:
            assert _health(parts, begun) == (True, 1)
            assert _health(parts, home.time) == (False, 1)


def _health(parts: Parts, since: object) -> tuple[bool, int]:
    found = health_of(parts, running=True, since=since)
    return found.stuck, found.waiting


@pytest.mark.parametrize("place", ["", "8081", "localhost:", "localhost:x", "localhost:99999", ":1"])
def test_no_place_to_listen_at(place: str) -> None:
    """What is no HOST:PORT is refused in one line."""
    with pytest.raises(UsageError, match="not a place to listen at"):
        parsed(place)


def test_places_to_listen_at() -> None:
    """A host and a port, also of IPv6."""
    assert parsed("127.0.0.1:8081") == ("127.0.0.1", 8081)
    assert parsed("[::1]:1") == ("::1", 1)


def test_a_place_that_is_taken() -> None:
    """A port that another program has is one clear line."""
    with (
        serving(("127.0.0.1", 0), lambda: pytest.fail("not asked"), str) as port,
        pytest.raises(UsageError, match="cannot listen"),
        serving(("127.0.0.1", port), lambda: pytest.fail("not asked"), str),
    ):
        pass


def test_a_log_for_machines() -> None:
    """One record is one JSON object on one line, its traceback included."""
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        record = logging.LogRecord("a.b", logging.ERROR, "x.py", 1, "it %s\nhere", ("broke",), sys.exc_info())
    line = JsonLines().format(record)
    found = json.loads(line)
    assert "\n" not in line
    assert (found["level"], found["logger"], found["message"]) == ("error", "a.b", "it broke\nhere")
    assert "ZeroDivisionError" in found["trace"]


@pytest.mark.slow
def test_a_whole_worker(tmp_path: Path) -> None:
    """Started with everything: it works, answers, logs JSON without any link, and ends in good order."""
    with lodgings(str(tmp_path / "gite.db"), tmp_path) as gite, gite.manager() as manager:
        command = [sys.executable, "-m", "channelsync_worker", "--log-json", "--health", "127.0.0.1:0"]
        with subprocess.Popen(command, env=gite.environ, stderr=subprocess.PIPE, text=True) as worker:
            try:
                gite.caught_up(manager, 60)
                worker.send_signal(signal.SIGTERM)
                _, log = worker.communicate(timeout=60)
            finally:
                worker.kill()
    assert worker.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert "stopping" in [line["message"] for line in lines[-2:]]  # what still ran then, if anything, is told after it
    assert {line["level"] for line in lines} <= {"info", "warning"}
    assert not any(path in log for pair in gite.platforms.values() for one in pair for path in one.urls)
    assert "icalendar" not in log


def test_how_often(tmp_path: Path) -> None:
    """The environment says how often to look; what makes no sense is refused by name."""
    assert Config.from_environment({}).poll_every == timedelta(minutes=15)
    with house(str(tmp_path / "gite.db")) as home:
        home.environ["CHANNELSYNC_POLL_MINUTES"] = "5"
        with home.open() as manager:
            home.furnish(manager)
            manager.sync()
            coming = manager.next_due()
            assert coming is not None
            assert timedelta(minutes=4.5) <= coming - home.time <= timedelta(minutes=5)
    for nonsense in ("0", "61", "-1", "1.5", "often", "9" * 30):
        with pytest.raises(UsageError, match="CHANNELSYNC_POLL_MINUTES"):
            cs.open(str(tmp_path / "gite.db"), environ={"CHANNELSYNC_POLL_MINUTES": nonsense})


@pytest.mark.timeout(30)
def test_a_signal_at_any_moment_ends_it() -> None:
    """Told to stop by a signal at any line of its waiting for just that, it stops: neither waits for the other."""
    running = [Running()]
    before = signal.signal(signal.SIGUSR1, lambda *_: running[0].end())
    try:
        for last in range(1, 16):
            left = [last]

            def at(frame: FrameType, event: str, given: object, left: list[int] = left) -> Any:
                left[0] -= event == "line"
                if event == "line" and left[0] == 0:
                    signal.raise_signal(signal.SIGUSR1)
                return at

            running[0] = Running()
            late = threading.Timer(0.1, running[0].end)  # where it has fewer lines
            late.start()
            tracing = sys.gettrace()
            sys.settrace(at)
            try:
                running[0].wait()
            finally:
                sys.settrace(tracing)
                late.cancel()
                late.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
