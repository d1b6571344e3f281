"""``GET /metrics`` of the worker: the installation's figures and what this process counts, in Prometheus' text form."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Final, final

from channelsync.manager import SyncReport
from channelsync.service.gauges import GAUGES
from channelsync.service.metrics import Metric, Sample, lines
from channelsync.service.telemetry import Telemetry
from channelsync.service.work import log_report

__all__ = ["LOOKS", "Looks"]

LOOKS: Final = Metric(
    "channelsync_looks_total",
    "counter",
    "looks that this worker took since it began, by what came of them",
    ("channel", "outcome"),
)
"""What the worker counts of itself."""


@final
class Looks:
    """Counts the looks of one worker; threads may share it."""

    def __init__(self, telemetry: Telemetry) -> None:
        """``telemetry`` hears of each look as well."""
        self._telemetry = telemetry
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()

    def told(self, report: SyncReport) -> None:
        """Hear the report of a step: log it, and count its looks."""
        log_report(report)
        for look in report.looks:
            key = look.listing.partition(":")[0], str(look.observation)
            with self._lock:
                self._counted[key] += 1
            self._telemetry.count(LOOKS.name, channel=key[0], outcome=key[1])

    def text(self, gauges: Iterable[Sample]) -> str:
        """Return all figures."""
        with self._lock:
            counted = sorted(self._counted.items())
        mine = [
            Sample(LOOKS.name, number, {"channel": channel, "outcome": outcome})
            for (channel, outcome), number in counted
        ]
        return "\n".join(lines((*GAUGES, LOOKS), (*gauges, *mine))) + "\n"
