"""Recordings played look by look, with the state in hand: what was decided, and whether each step kept the law.

`channelsync replay` plays the same recordings and tells only what an owner would be told; here each step is seen from
inside. The looks are those of the command, so that what both tell can be compared. The recordings stay outside the
tree: they are real calendars, and not ours to publish.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from attrs import define, field

from channelsync.adapter import discover
from channelsync.cli.replay import Recording, read_recording
from channelsync.ids import ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Observation, Verdict
from channelsync.reconcile import observe, settle
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.traits import Traits
from tests.recordings.law import Answer, Judge, Seen, reason
from tests.support import ROOT

SHARED: Final = ROOT.parent / "shared"
TRACES: Final = {path.name.removesuffix(".jsonl.gz"): path for path in sorted((SHARED / "traces").glob("*.jsonl.gz"))}
"""Each recording by its name."""
WHY_ABSENT: Final = (
    "the recordings are real calendars and no part of this repository: they are played only where they lie beside it"
)
EVERY: Final = timedelta(minutes=15)
TOLD: Final = frozenset({Did.CLAIM, Did.RELEASE, Did.KEEP, Did.SET_ASIDE, Did.UNUSABLE})
"""What the command tells of a look; conflicts are the unit's."""
FAILED: Final = "the fetch gave nothing usable"
LATE: Final = timedelta(hours=24)
"""An opening that comes so long after the nights were first not shown is a late one."""

Chosen = Callable[[Iterator[tuple[datetime, Answer]]], Iterator[tuple[datetime, Answer]]]


@define
class Played:
    """A recording, played: what was told, and the figures that the table shows."""

    findings: list[Finding] = field(factory=list)
    figures: Counter[str] = field(factory=Counter)
    standing: list[tuple[datetime, Nights]] = field(factory=list)
    """The nights claimed and not missing, from each moment at which they changed."""
    aside: Nights = NO_NIGHTS
    echo: Nights = NO_NIGHTS
    longest: timedelta = timedelta(0)
    broken: list[str] = field(factory=list)
    """Where the law was not kept."""

    def standing_at(self, at: datetime) -> Nights:
        """Return the nights that were claimed and shown at the look of that time, or the last one before it."""
        return next((nights for since, nights in reversed(self.standing) if since <= at), NO_NIGHTS)


def channel(name: str) -> str:
    """Return the channel that a recording is of."""
    return name.split("-", maxsplit=1)[0]


@cache
def recording(name: str) -> Recording:
    """Read a recording once."""
    return read_recording(channel(name), TRACES[name])


@cache
def traits(name: str) -> Traits:
    """Return the habits of a recording's channel."""
    return discover().get(channel(name)).traits


def looks(found: Recording) -> Iterator[tuple[datetime, Answer]]:
    """Yield a look every quarter of an hour, each with the answer that stood then, as the command does."""
    at = found.answers[0][0]
    ends = [since for since, _ in found.answers[1:]] + [found.answers[-1][0] + EVERY]
    for (_, answer), until in zip(found.answers, ends, strict=True):
        while at < until:
            yield at, answer
            at += EVERY


def play(name: str, chosen: Chosen | None = None) -> Played:
    """Play a recording, each look judged; ``chosen`` may leave out looks or spoil them."""
    found, played, judge = recording(name), Played(), Judge(channel(name))
    unit = Unit(UnitId("replay"), OwnerId("replay"), "replay", "Europe/Paris")
    listing = Listing(ListingId(found.channel), unit.id, found.channel, "", traits(name))
    state = UnitState(unit, (ListingState(listing, habit=traits(name).echo),))
    known: set[str] = set()
    taken = looks(found)
    for at, answer in chosen(taken) if chosen else taken:
        before = state.listings[0]
        step = observe(state, listing.id, Observation(at, answer or (), failure=FAILED if answer is None else None))
        seen = Seen(at, answer, before, step.state.listings[0], unit.today(at), step.findings)
        state = step.state
        judge.look(seen)
        _count(played, seen)
        if step.findings:
            settled = settle(state, at)
            state = settled.state
            fresh = {one.id for one in settled.plan.conflicts} - known
            known |= fresh
            played.figures["conflicts"] += len(fresh)
    played.broken = judge.broken
    return played


def _count(played: Played, seen: Seen) -> None:
    """Add a look to the figures."""
    before, after, figures = seen.before, seen.after, played.figures
    figures["looks"] += 1
    figures["unusable"] += seen.answer is None
    figures["suspect"] += after.verdict is Verdict.SUSPECT
    played.aside |= after.aside.nights
    played.echo |= after.echo
    standing = Nights.union([one.nights for one in after.claims if one.missing is None])
    if not played.standing or played.standing[-1][1] != standing:
        played.standing.append((seen.at, standing))
    for one in seen.findings:
        if one.did in TOLD and not (one.did is Did.RELEASE and not one.nights):
            played.findings.append(one)
            if one.did in {Did.CLAIM, Did.KEEP}:
                figures[one.did.value] += 1
    for one, missing in seen.releases:
        waited = seen.at - missing.since
        played.longest = max(played.longest, waited)
        figures[f"released: {reason(one)}"] += 1
        figures["late"] += waited >= LATE
    waiting = {claim.id for claim in before.claims if claim.missing}
    figures["came back"] += sum(claim.id in waiting and claim.missing is None for claim in after.claims)


@cache
def whole(name: str) -> Played:
    """Play a recording as it is, once."""
    return play(name)


def figures(name: str) -> dict[str, int]:
    """Return the figures of a recording: counts only."""
    played = whole(name)
    nights = {"set aside": len(played.aside), "echo": len(played.echo)}
    hours = {"longest wait": round(played.longest.total_seconds() / 3600)}
    return {key: played.figures[key] for key in COLUMNS if key not in nights | hours} | nights | hours


COLUMNS: Final[Mapping[str, str]] = {
    "looks": "looks",
    "unusable": "unusable",
    "suspect": "suspect",
    "claim": "claims",
    "keep": "kept closed",
    "came back": "came back",
    "released: MOVED": "dates changed",
    "released: ONE": "one vanished",
    "released: TWO": "two vanished",
    "released: ONLY": "the only one",
    "released: MASS": "too much",
    "late": "late openings",
    "longest wait": "longest wait, h",
    "conflicts": "conflicts",
    "set aside": "nights set aside",
    "echo": "nights of echo",
}
"""The figures of a recording, and how the table calls them."""


# --- looks left out, and looks spoilt ---------------------------------------------------------------------------------
def thinned(seed: int) -> Chosen:
    """Leave out most looks and spoil one in six, but for the first at each answer, drawn from that seed."""

    def choose(taken: Iterator[tuple[datetime, Answer]]) -> Iterator[tuple[datetime, Answer]]:
        draw, last = random.Random(seed), object()
        for at, answer in taken:
            fresh, last = answer is not last, answer
            luck = draw.random()
            if fresh or luck > 5 / 6:
                yield at, answer
            elif luck > 4 / 6:
                yield at, None

    return choose


def sparse(seed: int) -> Chosen:
    """Keep one look in seven, whichever, drawn from that seed."""

    def choose(taken: Iterator[tuple[datetime, Answer]]) -> Iterator[tuple[datetime, Answer]]:
        draw = random.Random(seed)
        return (one for one in taken if draw.random() < 1 / 7)

    return choose
