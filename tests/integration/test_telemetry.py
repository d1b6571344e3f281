"""Telemetry: sent to a collector that somebody named, complete, and without a secret; to nobody otherwise."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

import channelsync as cs
from channelsync.service.gauges import GAUGES
from channelsync.service.telemetry import is_asked_for, telemetry
from channelsync.vault import new_key
from channelsync_web.asgi import create_app
from channelsync_web.metrics import HTTP
from channelsync_worker.__main__ import main as worker
from channelsync_worker.metrics import LOOKS
from tests.contract.command import airbnb, booking, served
from tests.integration.collector import Collector, collecting

SECRET = "hush"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that this process's environment names; what opens it is a secret too."""
    with collecting() as made:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.address)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=hush-collector")
        yield made


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Leave the root logger as it was: the worker's command sets it up."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    root.setLevel(logging.INFO)
    yield
    for one in [one for one in root.handlers if one not in handlers]:
        root.removeHandler(one)
    root.setLevel(level)


def test_everything_is_sent_and_no_secret(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests, steps, duties, figures and log lines arrive; private links, tokens and names do not."""
    database = str(tmp_path / "gite.db")
    environ = {
        "CHANNELSYNC_KEY": new_key(),
        "CHANNELSYNC_DB": database,
        "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",
        "CHANNELSYNC_SMTP_URL": "smtps://anne:hush-smtp@127.0.0.1:9",
        "CHANNELSYNC_MAIL_FROM": "anne@example.com",
        "CHANNELSYNC_HEARTBEAT_URL": "http://127.0.0.1:9/hush-heartbeat",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with served() as feeds:
        links = {
            "airbnb": feeds.put("hush-a.ics", airbnb("2027-03-15/2027-03-18")) + "?s=hush",
            "booking": feeds.put("hush-b.ics", booking("2027-03-16/2027-03-20")) + "?s=hush",
            "ical:site": feeds.put("hush-c.ics", airbnb("2027-07-16/2027-07-20")) + "?s=hush",
        }
        with cs.open(database) as manager:
            unit = manager.add_unit("Gîte hush")
            for channel, link in links.items():
                manager.link(unit, channel, feed=link)
            tokens = [manager.feed_url(unit, one).reveal().rpartition("/")[2] for one in ("airbnb", "booking")]
        feeds.answers["/hush-c.ics"] = (500, b"hush")
        assert worker(["--db", database, "--once"]) == 0
        with TestClient(create_app(environ=environ), base_url="http://127.0.0.1:8000") as visitor:
            for token in tokens:
                assert visitor.get(f"/c/{token}").status_code == 200
            for path in (f"/c/{tokens[0]}x", "/hooks/hush-token", "/hush/hush?hush=hush", "/health"):
                visitor.get(path)
    spans = collector.spans
    assert {"request", "step", "duty"} <= {span.name for span in spans}
    routes = {one.value.string_value for span in spans for one in span.attributes if one.key == "http.route"}
    assert {"/c/{name}", "/health", "other"} <= routes
    assert {metric.name for metric in HTTP} | {LOOKS.name, "channelsync_exposed_nights"} <= collector.metrics
    assert collector.metrics <= {metric.name for metric in (*GAUGES, *HTTP, LOOKS)}
    assert any("conflict" in line for line in collector.logged)
    for secret in (SECRET, *(token.removesuffix(".ics") for token in tokens), environ["CHANNELSYNC_KEY"]):
        assert secret not in collector.everything
    assert all("hush-collector" in one for one in collector.headers), "whoever collects asks for its own key"


def test_an_error_is_told_by_its_kind(collector: Collector) -> None:
    """What an error says may hold anything: only its kind is sent, of a log line what redaction leaves."""
    what = "https://a.example/hush?x=hush"
    with telemetry("here") as told:
        with (
            pytest.raises(ValueError, match="hush"),
            told.span("look at https://a.example/hush.ics", of="a.example/hush"),
        ):
            raise ValueError(what)
        try:
            raise ValueError(what)
        except ValueError:
            logging.getLogger("channelsync.x").exception("cannot read %s", "https://a.example/hush.ics")
        logging.getLogger("urllib3.connectionpool").error("not sent")
    assert SECRET not in collector.everything.replace("hush-collector", "")
    assert [one.value.string_value for one in collector.spans[0].attributes if one.key == "error.type"] == [
        "ValueError"
    ]
    assert collector.logged == ["cannot read https://a.example/…"]


def test_nobody_is_told_who_was_not_named(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an endpoint, or with the whole switched off, nothing is sent, whatever else is set."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    with telemetry("here") as told, told.span("x"):
        told.count("y")
    monkeypatch.delenv("OTEL_SDK_DISABLED")
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    with telemetry("here") as told, told.span("x"):
        told.took("y", 1.0)
    assert collector.raw == []
    assert is_asked_for({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x"})


def test_a_collector_that_is_away_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work goes on and the program ends in time while nobody collects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:  # takes the connection, and never answers
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
        begun = time.monotonic()
        with telemetry("here", gauges=GAUGES) as told:
            for _ in range(500):
                with told.span("x"):
                    told.count("y")
            logging.getLogger("channelsync.x").warning("on")
            assert time.monotonic() - begun < 10.0, "each of them waiting would be a hundred seconds"
    assert time.monotonic() - begun < 20.0


def test_a_variable_that_makes_no_sense_stops_nobody(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong figure or header for the collector is told in one line without its value, and everything else goes on."""
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "0")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"Authorization: Bearer {SECRET}")
    with caplog.at_level(logging.INFO), telemetry("anything") as told, told.span("a step"):
        pass
    assert "an OTEL_ variable makes no sense" in caplog.text
    assert SECRET not in caplog.text
