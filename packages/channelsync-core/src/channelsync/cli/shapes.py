"""The values as JSON: the shapes that scripts rely on. ``tests/contract/schemas`` says the same as JSON schemas.

A unit goes by its name and a listing by its key; nights are always runs of ``{"arrival", "departure"}``, ordered and
disjoint; times are ISO 8601.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from channelsync.nights import Nights, Stay

if TYPE_CHECKING:
    from channelsync.inventory import Unit
    from channelsync.manager import (
        ChangeReport,
        ClaimReport,
        ConflictReport,
        ExposureReport,
        LinkStatus,
        LookReport,
        QuestionReport,
        ReaderReport,
        SyncReport,
    )

__all__ = [
    "Shape",
    "change",
    "claim",
    "conflict",
    "exposure",
    "look",
    "moment",
    "nights",
    "question",
    "reader",
    "status",
    "stay",
    "sync",
    "unit",
]

Shape = dict[str, Any]
"""One JSON object."""


def stay(one: Stay) -> Shape:
    """Return a stay."""
    return {"arrival": one.arrival.isoformat(), "departure": one.departure.isoformat()}


def nights(some: Nights) -> list[Shape]:
    """Return nights as runs."""
    return [stay(run) for run in some.runs()]


def moment(at: datetime | None) -> str | None:
    """Return a time."""
    return None if at is None else at.isoformat()


def unit(one: Unit) -> Shape:
    """Return a unit."""
    return {"id": one.id, "name": one.name, "slug": one.slug, "timezone": one.timezone, "turnover": one.turnover}


def claim(one: ClaimReport) -> Shape:
    """Return a claim; ``channel`` is null for what the owner made here."""
    return {
        "id": one.id,
        "unit": one.unit.name,
        "channel": one.channel or None,
        "kind": one.kind,
        **stay(one.stay),
        "uid": one.uid,
        "standing": one.standing,
        "first_seen": moment(one.first_seen),
        "missing": one.missing,
        "category": one.category or None,
        "note": one.note,
    }


def conflict(one: ConflictReport) -> Shape:
    """Return a conflict with its two sides."""
    return {
        "id": one.id,
        "unit": one.unit.name,
        "certainty": one.certainty,
        "nights": nights(one.nights),
        "claims": [claim(side) for side in one.claims],
        "dismissed": one.dismissed,
    }


def exposure(one: ExposureReport) -> Shape:
    """Return nights that can still be booked somewhere."""
    return {
        "unit": one.unit.name,
        "channel": one.listing,
        "nights": nights(one.nights),
        "since": moment(one.since),
        "evidence": one.evidence,
        "overdue": one.overdue,
        "page": one.page,
    }


def look(one: LookReport) -> Shape:
    """Return one look."""
    return {
        "unit": one.unit.name,
        "channel": one.listing,
        "observation": one.observation,
        "claimed": nights(one.claimed),
        "released": nights(one.released),
        "kept": nights(one.kept),
        "problems": list(one.problems),
    }


def change(one: ChangeReport) -> Shape:
    """Return what changed in one published calendar."""
    return {
        "unit": one.unit.name,
        "channel": one.listing,
        "close": nights(one.close),
        "open": nights(one.open),
        "why": one.why,
        "proof": one.proof,
    }


def sync(report: SyncReport) -> Shape:
    """Return a whole synchronisation."""
    return {
        "looks": [look(one) for one in report.looks],
        "changes": [change(one) for one in report.changes],
        "conflicts": [conflict(one) for one in report.conflicts],
        "exposed": [exposure(one) for one in report.exposed],
        "notices": list(report.notices),
    }


def status(one: LinkStatus) -> Shape:
    """Return how one listing fares."""
    return {
        "unit": one.unit.name,
        "channel": one.listing,
        "health": one.health,
        "observation": one.observation or None,
        "last_look": moment(one.last_look),
        "last_fetch": moment(one.last_fetch),
        "next_look": moment(one.next_look),
        "problems": list(one.problems),
        "recovering": one.recovering,
    }


def reader(one: ReaderReport) -> Shape:
    """Return one client of a published calendar."""
    return {
        "client": one.client,
        "visitor": one.visitor or None,
        "how": one.how,
        "visits": one.visits,
        "last": moment(one.last),
        "platform": one.platform,
    }


def question(one: QuestionReport, text: str) -> Shape:
    """Return what only the owner can explain."""
    return {
        "id": one.id,
        "channel": one.listing,
        "nights": nights(one.nights),
        "kind": one.kind,
        "of": one.of or None,
        "text": text,
    }
