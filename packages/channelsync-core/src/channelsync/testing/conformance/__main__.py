"""The kit on the command line: runs the rules on an installed plugin, writes pages from reports.

::

    python -m channelsync.testing.conformance run CHANNEL... [--report FILE]
    python -m channelsync.testing.conformance page REPORT FILE [--channel CHANNEL]
    python -m channelsync.testing.conformance rules [FILE]

The exit status is 1 where a rule is broken, 2 where something was asked for that is not there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from channelsync.adapter import discover
from channelsync.errors import ChannelSyncError, UsageError
from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.page import conformance_page, rules_page
from channelsync.testing.conformance.report import Outcome, Report, dumps, loads
from channelsync.testing.conformance.running import reported

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say and return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        match asked.verb:
            case "run":
                return _run(asked.channels, asked.report)
            case "page":
                _write(asked.file, conformance_page(_chosen(loads(_read(asked.source)), asked.channel)))
            case _:
                _write(asked.file, rules_page())
    except ChannelSyncError as error:
        sys.stderr.write(f"{error}\n{error.advice}\n" if error.advice else f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m channelsync.testing.conformance", description="The conformance kit."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run the rules on installed plugins")
    run.add_argument("channels", nargs="+", metavar="CHANNEL")
    run.add_argument("--report", help="write the report to this file, as JSON")
    page = verbs.add_parser("page", help="write the CONFORMANCE.md of a plugin")
    page.add_argument("source", metavar="REPORT")
    page.add_argument("file", metavar="FILE")
    page.add_argument("--channel", default="", help="which one, where the report is about several")
    rules = verbs.add_parser("rules", help="write the list of all rules")
    rules.add_argument("file", metavar="FILE", nargs="?", default="-")
    return parser


def _run(channels: list[str], file: str | None) -> int:
    """Run the rules, print what is broken, and return 1 where something is."""
    registry = discover()
    reports = [reported(Candidate(registry.get(name))) for name in channels]
    broken = 0
    for report in reports:
        sys.stdout.write(f"{report.line}\n")
        for verdict in report.verdicts:
            if verdict.outcome is Outcome.FAILED:
                broken += 1
                sys.stdout.write(f"  {verdict.rule}: {verdict.why}\n")
    if file:
        _write(file, dumps(reports))
    return 1 if broken else 0


def _chosen(reports: tuple[Report, ...], channel: str) -> Report:
    """Return the report that is wanted.

    Raises:
        UsageError: there is none, or it is not clear which.
    """
    found = [one for one in reports if channel in {"", one.channel}]
    if len(found) != 1:
        msg = f"the report is about {', '.join(one.channel for one in reports) or 'no plugin'}"
        raise UsageError(msg, advice="Say which: --channel CHANNEL.")
    return found[0]


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{name} cannot be read"
        raise UsageError(msg) from error


def _write(name: str, text: str) -> None:
    if name == "-":
        sys.stdout.write(text)
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{name} cannot be written"
        raise UsageError(msg) from error


if __name__ == "__main__":
    sys.exit(main())
