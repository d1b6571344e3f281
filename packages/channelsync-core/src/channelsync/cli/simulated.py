"""What `simulate` found, as a document for scripts; `channelsync.cli.lives` says it for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from attrs import frozen

from channelsync.cli import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from channelsync.testing.world import Breach, Broken, Climate, Durations, Harvest, Shrunk, Tally

__all__ = ["MEDIAN", "MOST_OF_THEM", "Result", "document", "hazards", "laws", "platforms"]

MEDIAN, MOST_OF_THEM = 0.5, 0.95
"""The percentiles that are told, as shares."""


@final
@frozen
class Result:
    """What was played, how long it took, and what came of it."""

    seed: int
    days: int
    climate: Climate
    jobs: int
    seconds: float
    harvest: Harvest
    shrunk: Mapping[int, Shrunk]
    again: Callable[[int], str]

    @property
    def speed(self) -> float:
        """Events in a second of real time."""
        return self.harvest.tally.events / max(self.seconds, 0.001)


def document(result: Result) -> shapes.Shape:
    """Return everything as one document; durations are whole minutes."""
    harvest, tally = result.harvest, result.harvest.tally
    return {
        "seed": result.seed,
        "days": result.days,
        "faults": dict(sorted(result.climate.rates.items())),
        "jobs": result.jobs,
        "seconds": round(result.seconds, 3),
        "events_per_second": round(result.speed),
        "interrupted": harvest.interrupted,
        "digest": harvest.digest,
        **_counts(tally),
        "laws": [{"law": law, "held": not tally.broken[law], "broken": tally.broken[law]} for law in laws(tally)],
        "exposed": {where: _spread(spans) for where, spans in platforms(tally).items()},
        "closing": _spread(tally.closing),
        "opening": _spread(tally.opening),
        "noticing": _spread(tally.noticing),
        "conflicts": _conflicts(tally),
        "idle": {why: _spread(spans) for why, spans in sorted(tally.kept.items())},
        "hidden_openings": tally.hidden_openings,
        "left_in_doubt": tally.left_in_doubt,
        "breaches": [_breach(result, one, breach) for one in harvest.broken for breach in one.breaches],
        "shrunk": [_shrunk(one, result.again(seed)) for seed, one in result.shrunk.items()],
    }


def _counts(tally: Tally) -> shapes.Shape:
    names = "lives events looks left_out proved reservations cancellations moves refused revisions notices"
    return {
        "property_years": round(tally.property_years, 3),
        **{name: getattr(tally, name) for name in names.split()},
        "repeated_notices": tally.repeated_notices,
        "faults_met": dict(sorted(tally.faults.items())),
    }


def _conflicts(tally: Tally) -> shapes.Shape:
    return {
        "existed": tally.real_conflicts,
        "found": dict(sorted(tally.found.items())),
        "undecidable": dict(sorted(tally.undecidable.items())),
        "false": dict(sorted(tally.false_conflicts.items())),
    }


def platforms(tally: Tally) -> dict[str, Durations]:
    """Return the times for which sold nights could be sold again, by platform: numbered listings go together."""
    found: dict[str, Durations] = {}
    for key, spans in sorted(tally.exposed.items()):
        channel, _, label = key.partition(":")
        where = channel if label.isdigit() else key
        found[where] = found[where] + spans if where in found else spans
    return found


def laws(tally: Tally) -> list[str]:
    """Return every law, and whatever else was broken."""
    from channelsync.testing.world import LAWS, Law

    every = (*LAWS, *(Law.APIS if tally.writes or tally.acknowledged else ()))
    return [*every, *sorted(tally.broken.keys() - set(every))]


def _spread(spans: Durations) -> shapes.Shape:
    return {
        "count": spans.count,
        "median": spans.percentile(MEDIAN),
        "p95": spans.percentile(MOST_OF_THEM),
        "max": spans.longest,
    }


def _breach(result: Result, one: Broken, breach: Breach) -> shapes.Shape:
    return {
        "seed": one.script.seed,
        "law": breach.law,
        "at": shapes.moment(breach.at),
        "listing": breach.listing,
        "nights": shapes.nights(breach.nights),
        "what": breach.what,
        "again": result.again(one.script.seed),
    }


def _shrunk(one: Shrunk, again: str) -> shapes.Shape:
    return {
        "seed": one.script.seed,
        "law": one.breach.law,
        "again": again,
        "what": str(one.breach),
        "days": one.script.days,
        "plays": one.plays,
        "whole": one.whole,
        "listings": list(one.roles),
        "acts": [f"{when}  {what}" for when, what in one.acts],
        "history": [f"{when}  {what}" for when, what in one.history],
        "truth": list(one.truth),
        "explanation": list(one.chain()),
    }


def hazards() -> list[shapes.Shape]:
    """Return every fault there is."""
    from channelsync.testing.world import HAZARDS

    return [
        {"name": one.name, "rate": one.rate, "counts": one.measure.name.lower(), "what": one.what}
        for one in HAZARDS.values()
    ]
