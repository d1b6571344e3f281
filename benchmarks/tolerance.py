"""Damaged feeds: who still reads them, who refuses, and who silently reads fewer events than there are.

The corpus is that of the product's own tests: a sound feed of three events, thirty-three ways to damage it that leave
the three stays plain to see, and four bodies that are no feed at all. To read fewer events without a word is the one
answer that opens nights which are sold.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from benchmarks.calendars import READERS, ZONE, Reader
from benchmarks.feeds import nights
from benchmarks.timing import Part, Promise, Table
from channelsync.ical import read
from tests.unit.ical.test_damage import BODY, NOT_A_FEED, RECOVERABLE

STAYS: Final = 3
RECOVERED: Final = 28
HEADS: Final = (
    "reader",
    f"recovered of {len(RECOVERABLE)}",
    "refused",
    "dates wrong",
    "silently fewer",
    "no feed, refused",
)


@frozen
class Score:
    """How one reader fares; ``fewer`` counts silent losses, those in what is no feed included."""

    recovered: int
    refused: int
    wrong: int
    fewer: int
    not_a_feed: int


def measured() -> Part:
    """Let every reader read every body."""
    readers: dict[str, Reader] = {"channelsync": lambda body: nights(read(body, timezone=ZONE)), **READERS}
    for name, reader in readers.items():
        assert len(reader(BODY)) == STAYS, name
    logging.disable()  # a library logs what it does not understand
    try:
        scores = {name: score(reader) for name, reader in readers.items()}
    finally:
        logging.disable(logging.NOTSET)
    lines = tuple(
        (name, str(one.recovered), str(one.refused), str(one.wrong), str(one.fewer), f"{one.not_a_feed} of 4")
        for name, one in scores.items()
    )
    ours = scores["channelsync"]
    promises = (
        Promise(f"recovers at least {RECOVERED} of {len(RECOVERABLE)}", ours.recovered >= RECOVERED),
        Promise("refuses all that is no feed", ours.not_a_feed == len(NOT_A_FEED)),
        Promise("is never silently fewer", ours.fewer == 0),
    )
    title = f"{1 + len(RECOVERABLE) + len(NOT_A_FEED)} bodies: one sound, {len(RECOVERABLE)} damaged, 4 no feed"
    return Part("tolerance", "Damaged calendars", tables=(Table(title, HEADS, lines, promises),))


def score(reader: Reader) -> Score:
    """Count how one reader fares."""
    truth = sorted(stay[1:] for stay in reader(BODY))
    outcomes = {name: _outcome(reader, damage(BODY), truth) for name, damage in RECOVERABLE.items()}
    others = {name: _outcome(reader, body, truth) for name, body in NOT_A_FEED.items()}
    return Score(
        _count(outcomes, "recovered"),
        _count(outcomes, "refused"),
        _count(outcomes, "wrong"),
        _count(outcomes, "fewer") + _count(others, "fewer"),
        _count(others, "refused"),
    )


def _count(outcomes: Mapping[str, str], wanted: str) -> int:
    return sum(found == wanted for found in outcomes.values())


def _outcome(reader: Reader, body: bytes, truth: list[tuple[object, ...]]) -> str:
    """Say what came of a body: any exception is a refusal, whatever the library meant by it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = reader(body)
    except Exception:  # noqa: BLE001 - libraries raise what they like
        return "refused"
    if len(found) < STAYS:
        return "fewer"
    return "recovered" if sorted(stay[1:] for stay in found) == truth else "wrong"
