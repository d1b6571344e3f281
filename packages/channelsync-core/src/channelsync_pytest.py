"""The pytest plugin of the conformance kit: the option ``--channelsync-report``, and *n/a* told as what it is.

It stands beside the package and not in it, and imports nothing of it before a report is written: pytest loads plugins
before coverage is measured. Write ``pytest_plugins = ["channelsync_pytest"]`` into the ``conftest.py`` at the root, or
run ``pytest -p channelsync_pytest``.

Verdicts travel with the tests' reports, so that those of the processes of pytest-xdist arrive as well.
"""

# ruff: noqa: PLC0415 - see above: the kit is imported when a report is written

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, final

import pytest

if TYPE_CHECKING:
    from channelsync.testing.conformance import Report

__all__ = ["Collector"]

_PROPERTY: Final = "channelsync"
_NAME: Final = "channelsync-conformance"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the option."""
    group = parser.getgroup("channelsync")
    group.addoption(
        "--channelsync-report",
        metavar="FILE",
        default=None,
        help="write what the conformance kit found out about each plugin to this file, as JSON",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect verdicts, in the process that pytest was started as."""
    config.pluginmanager.register(Collector(config), _NAME)


@final
class Collector:
    """What the suites of this run came to."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin with nothing."""
        self._file = cast("str | None", config.getoption("--channelsync-report"))
        self._is_worker = hasattr(config, "workerinput")
        self._parts: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the verdict of a rule."""
        part = _part(report)
        if part is not None:
            self._parts.append(part)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count a rule that is not about a plugin as n/a, not as skipped."""
        if report.skipped and _part(report) is not None and not hasattr(report, "wasxfail"):
            return ("n/a", "n", "N/A")
        return None

    def pytest_sessionfinish(self) -> None:
        """Write the report."""
        if self._file and not self._is_worker:
            from channelsync.testing.conformance.report import dumps

            Path(self._file).write_text(dumps(self._reports()), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what each suite came to, in one line."""
        if self._parts:
            terminalreporter.section("conformance")
            for report in self._reports():
                terminalreporter.line(report.line)

    def _reports(self) -> tuple[Report, ...]:
        from channelsync.testing.conformance.report import loads
        from channelsync.testing.conformance.running import whole

        return whole(report for part in self._parts for report in loads(part))


def _part(report: pytest.TestReport) -> str | None:
    """Return the part of the report that a test handed over, as JSON; None for any other test."""
    if report.when != "call":
        return None
    return next((str(value) for name, value in report.user_properties if name == _PROPERTY), None)
