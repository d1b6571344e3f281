"""The figures that are expected, and the page of the documentation that shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.recordings import answers, playing
from tests.support import ROOT

EXPECTED: Final = Path(__file__).with_name("expected.json")
PAGE: Final = ROOT / "docs" / "reference" / "replay.md"
Figures = dict[str, dict[str, dict[str, int]]]

HEAD: Final = """# What was decided on real calendars

Written by `python -m tests.recordings`; change nothing here by hand.

Real calendars, recorded over months, are played through the kernel as `channelsync replay` does: a look every quarter
of an hour, each with the answer that stood then. The figures below are compared with every run of the tests, so that
no change of the rules goes unnoticed. The recordings themselves are other people's calendars and no part of this
repository: where they are missing, those tests are skipped and say so.
"""
RECORDINGS: Final = """
## Recordings

- *unusable*: looks whose fetch gave nothing usable. *suspect*: looks that were believed of nothing they did not show.
- *kept closed*: claims that vanished, and whose nights stayed closed for the time being. *came back*: those that were
  shown again, so that to open them would have been wrong.
- *dates changed*, *one vanished*, *two vanished*, *the only one*, *too much*: releases, by the case that decided how
  long to wait: two looks; half an hour; four hours; four hours; a day.
- *late openings*: releases a day or more after the nights were first not shown. *longest wait*: of any release.
- *nights set aside*: nights that were at some time only the rolling end of the calendar, or an advance notice.
- *nights of echo* are none by nature: in a replay nobody reads our calendars.
"""
LAW: Final = """
Over each of these looks the tests hold that no night is released that is shown, or was shown since it vanished; that
no release comes before the patience of its case; that the rolling end of a calendar is never claimed; that an unusable
look changes nothing; that playing twice gives the same, and the same as the command. Most of the looks are then
left out and others spoilt at random (the seed is printed): nothing opens earlier for it.
"""
ANSWERS: Final = """
## Single answers

Each as the first look at a listing, at the time of its request where it tells, else long before its stays. *refused*
is an answer that is no calendar, or contradicts itself.
"""


def measured() -> Figures:
    """Return the figures of everything that is recorded."""
    return {
        "recordings": {name: playing.figures(name) for name in playing.TRACES},
        "answers": {name: answers.figures(name) for name in answers.FEEDS},
    }


def expected() -> Figures:
    """Return the figures that are expected."""
    found: Figures = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return found


def rendered(figures: Figures) -> str:
    """Return the page."""
    recorded = _table(("", *figures["recordings"]), playing.COLUMNS, figures["recordings"])
    rows = [
        f"| {name} | {' | '.join(f'{found[key]:,}' for key in answers.COLUMNS)} |"
        for name, found in figures["answers"].items()
    ]
    heads = f"| answer | {' | '.join(answers.COLUMNS.values())} |"
    rule = f"| --- |{' ---: |' * len(answers.COLUMNS)}"
    return "\n".join([HEAD + RECORDINGS, recorded + LAW + ANSWERS, heads, rule, *rows, ""])


def _table(heads: tuple[str, ...], columns: Mapping[str, str], found: Mapping[str, Mapping[str, int]]) -> str:
    """Lay the figures out with a recording in each column: there are more figures than recordings."""
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    lines += [
        f"| {title} | {' | '.join(f'{one[key]:,}' for one in found.values())} |" for key, title in columns.items()
    ]
    return "\n".join(lines) + "\n"
