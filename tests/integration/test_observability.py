"""What whoever watches relies on: every figure is shown, documented, and named alike in dashboard, alerts and code."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

import channelsync as cs
from channelsync.ledger import BackupRecord
from channelsync.manager import SyncReport
from channelsync.service.duties import Duties, Duty
from channelsync.service.gauges import GAUGES, SWEEP, Gauges
from channelsync.service.metrics import Metric, Sample, lines
from channelsync.service.telemetry import NO_TELEMETRY
from channelsync_web.metrics import HTTP, Counts
from channelsync_worker.metrics import LOOKS, Looks
from tests.contract.life import Life, living
from tests.support import ROOT

EVERY: Final = {metric.name: metric for metric in (*GAUGES, LOOKS, *HTTP)}
SUFFIXES: Final = ("_bucket", "_sum", "_count")
DEPLOY: Final = ROOT / "deploy" / "observability"
PAGE: Final = (ROOT / "docs" / "how-to" / "observe.md").read_text(encoding="utf-8")


def used(text: str) -> set[str]:
    """The figures that a text names; those of a histogram by its own name."""
    found = set(re.findall(r"\bchannelsync_[a-z_]+", text))
    return {
        next((name.removesuffix(end) for end in SUFFIXES if name.removesuffix(end) in EVERY), name) for name in found
    }


@pytest.mark.parametrize("name", ["alerts.yaml", "dashboard.json"])
def test_only_figures_that_there_are(name: str) -> None:
    """An alert or a panel on a figure that nobody shows would stay silent for ever."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert used(text) <= EVERY.keys()
    for labels in re.findall(r"by \(([\w, ]+)\)", text):
        known = {label for one in EVERY.values() for label in one.labels} | {"le"}
        assert {one.strip() for one in labels.split(",")} <= known


def test_the_dashboard_shows_them_all() -> None:
    """Every figure has its panel, and the panels do not cover each other."""
    document = json.loads((DEPLOY / "dashboard.json").read_text(encoding="utf-8"))
    assert used(json.dumps(document)) == EVERY.keys()
    places = [
        (x, y)
        for one in (panel["gridPos"] for panel in document["panels"])
        for x in range(one["x"], one["x"] + one["w"])
        for y in range(one["y"], one["y"] + one["h"])
    ]
    assert len(places) == len(set(places))


def test_everything_is_documented() -> None:
    """The page says of each figure what the code says, and of each alert what to do; of nothing else."""
    for metric in EVERY.values():
        labels = ", ".join(f"`{one}`" for one in metric.labels)
        assert f"| `{metric.name}` | {labels} | {metric.about} |" in PAGE
    assert used(PAGE) == EVERY.keys()
    alerts = re.findall(r"- alert: (\w+)", (DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))
    assert alerts
    assert set(re.findall(r"`(Channelsync\w+)`", PAGE)) == set(alerts)


def told(life: Life, database: str) -> tuple[Sample, ...]:
    """The figures of a life with a double booking, a backup that failed and a mail that waits."""
    with life.manager(database) as manager:
        life.begin(manager)
        life.time += timedelta(hours=1)
        for platform, stay in zip(
            life.platforms.values(), ("2027-04-02/2027-04-05", "2027-04-03/2027-04-07"), strict=True
        ):
            platform.book(cs.Stay.parse(stay), life.time, force=True)
        life.platforms["airbnb"].book(cs.Stay.parse("2027-08-02/2027-08-05"), life.time)
        manager.sync(everything=True)
        with manager.ledger.transaction() as tx:
            tx.record_backup(BackupRecord(life.time - timedelta(days=1), "x", "y", 1, checked=True))
            tx.record_backup(BackupRecord(life.time, "x", "", 0, checked=False, failure="no room"))
        Duties(manager.ledger, [Duty(SWEEP, timedelta(minutes=1), int)], life.now).run_due()
        life.time += timedelta(hours=2)
        return Gauges(manager)()


def test_every_figure_is_shown(tmp_path: Path) -> None:
    """In a life in which something of everything happened, each figure has a value with just the labels it promises."""
    with living() as life:
        samples = told(life, str(tmp_path / "gite.db"))
    assert {one.name for one in samples} == {metric.name for metric in GAUGES}
    for one in samples:
        assert tuple(one.labels) == EVERY[one.name].labels
    values = {(one.name, *one.labels.values()): one.value for one in samples}
    assert values["channelsync_backup_age_seconds",] == 26 * 3600
    assert values["channelsync_backup_failed",] == 1
    assert values["channelsync_worker_age_seconds",] == 2 * 3600
    assert values["channelsync_conflicts", "probable"] == 1  # Booking.com does not say whose its closures are
    assert values["channelsync_exposed_nights", "booking"] >= 3
    assert values["channelsync_look_age_seconds", "airbnb"] == 2 * 3600
    assert values["channelsync_platform_read_age_seconds", "booking"] >= 2 * 3600


def test_the_text_form() -> None:
    """One line a value under what the figure says; what is odd in a label is quoted; what has no value is left out."""
    metrics = (Metric("a", "gauge", "of a", ("x",)), Metric("b", "counter", "of b"), Metric("c", "gauge", "of c"))
    samples = (Sample("b", 3), Sample("a", 0.25, {"x": 'o"d\\d\n'}))
    assert list(lines(metrics, samples)) == [
        *("# HELP a of a", "# TYPE a gauge", 'a{x="o\\"d\\\\d "} 0.25'),
        *("# HELP b of b", "# TYPE b counter", "b 3"),
    ]


def test_what_processes_count_of_themselves() -> None:
    """The worker's looks and the web app's answers stand in the same text, each with what it says."""
    counts, looks = Counts(), Looks(NO_TELEMETRY)
    counts.note(("GET", "/c/{name}", 200), 0.07)
    looks.told(SyncReport())
    assert 'channelsync_http_requests_total{method="GET",route="/c/{name}",status="200"} 1' in counts.lines()
    assert 'channelsync_http_request_seconds_bucket{le="0.1"} 1' in counts.lines()
    assert looks.text([Sample("channelsync_units", 2)]).splitlines() == [
        f"# HELP channelsync_units {EVERY['channelsync_units'].about}",
        "# TYPE channelsync_units gauge",
        "channelsync_units 2",
    ]


def test_without_a_database(tmp_path: Path) -> None:
    """Figures that cannot be found are not made up: the one that says so stands alone."""
    with cs.open(str(tmp_path / "gite.db")) as manager:
        gauges = Gauges(manager)
        with manager.ledger.transaction() as tx:
            tx.connection.exec_driver_sql("ALTER TABLE due RENAME TO gone")
        assert gauges() == (Sample("channelsync_database_up", 0),)


def test_finding_them_costs_little(tmp_path: Path) -> None:
    """Who asks all the time is shown what was found; where finding takes long, for longer."""
    ticks = iter([0.0, 2.0, 3.0, 41.9, 42.0, 42.1, 57.0, 57.2, 57.3])
    with cs.open(str(tmp_path / "gite.db")) as manager:
        gauges = Gauges(manager, lambda: next(ticks))
        first = gauges()  # it takes two seconds: kept for forty
        manager.add_unit("Gîte du Lac")
        assert gauges() is first
        assert gauges() is first
        second = gauges()
        assert Sample("channelsync_units", 1) in second
        assert gauges() is second  # within fifteen seconds
        assert gauges() is not second
