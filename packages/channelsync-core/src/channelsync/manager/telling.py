"""From the kernel's values to the manager's answers: ids become names, states become reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from channelsync.adapter import Registry
from channelsync.claims import Claim, Standing
from channelsync.conflicts import Conflict, conflicts
from channelsync.ids import ListingId
from channelsync.ledger import Link
from channelsync.manager.reports import (
    ChangeReport,
    ClaimReport,
    ConflictReport,
    ExposureReport,
    LinkStatus,
    LookReport,
    QuestionReport,
)
from channelsync.nights import Nights
from channelsync.proof import Evidence
from channelsync.reconcile import Change
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.takeover import Question, questions
from channelsync.words import ENGLISH, FRENCH

__all__ = [
    "change_report",
    "claim_report",
    "closing_page",
    "conflict_reports",
    "exposure_reports",
    "look_report",
    "question_reports",
    "status",
]


def claim_report(state: UnitState, claim: Claim) -> ClaimReport:
    """Tell one claim."""
    return ClaimReport(
        claim.id,
        state.unit,
        state.of(claim.listing).listing.key if claim.listing else str(claim.channel or ""),
        claim.kind.value,
        claim.stay,
        claim.uid,
        claim.standing.value,
        claim.first_seen,
        missing=claim.missing is not None,
        category=claim.category.value if claim.category else "",
        note=claim.note,
    )


def conflict_reports(state: UnitState, now: datetime, dismissed: frozenset[str]) -> tuple[ConflictReport, ...]:
    """Tell the unit's conflicts."""

    def told(one: Conflict) -> ConflictReport:
        sides = tuple(claim_report(state, claim) for claim in one.claims)
        return ConflictReport(one.id, state.unit, one.certainty.value, one.nights, sides, one.id in dismissed)

    return tuple(told(one) for one in conflicts(state, state.unit.today(now)))


def closing_page(registry: Registry, link: Link, nights: Nights) -> str:
    """Return the platform's page on which the owner can close the first run of these nights, empty where none is known.

    A listing read by its calendar names its lodging there by the option ``lodging``.
    """
    listing = link.external_id or str(link.options.get("lodging", ""))
    if not listing or not nights:
        return ""
    known = next((plugin for plugin in registry.plugins if plugin.name == link.channel), None)
    return (known and known.deep_link(listing=listing, stay=nights.runs()[0])) or ""


def exposure_reports(
    state: UnitState,
    now: datetime,
    rhythms: Mapping[ListingId, timedelta],
    page: Callable[[ListingId, Nights], str],
) -> tuple[ExposureReport, ...]:
    """Tell what is exposed on each listing; overdue from the moment on at which its owner is told of it as a notice.

    It should read us again a rhythm after it last did; one that takes our writes should show them a rhythm after that.
    """
    today = state.unit.today(now)
    found: list[ExposureReport] = []
    for listing in state.active:
        key, every = listing.listing.key, rhythms.get(listing.id, listing.listing.traits.imports_every)
        reads = _last_read(listing)
        for exposure in listing.exposed:
            nights, since = exposure.nights.since(today), exposure.since
            if nights:
                again = since if listing.listing.traits.pushed else reads
                found.append(
                    ExposureReport(
                        state.unit,
                        key,
                        nights,
                        since,
                        exposure.evidence.word,
                        exposure.late(every, now),  # as the notice says (`notices.overdue`)
                        page(listing.id, nights),
                        again and again + every,
                        pushed=listing.listing.traits.pushed,
                    )
                )
    return tuple(found)


def _last_read(listing: ListingState) -> datetime | None:
    """Return when the platform last read what we publish."""
    return max((one.last_fetch for one in listing.revisions if one.last_fetch), default=None)


def look_report(
    state: UnitState, listing: ListingId, findings: tuple[Finding, ...], notes: tuple[str, ...]
) -> LookReport:
    """Tell one look, from the state after it and what it found."""
    after = state.of(listing)
    mine = [one for one in findings if one.listing == listing]

    def nights(did: Did) -> Nights:
        return Nights.union(one.nights for one in mine if one.did is did)

    kept = Nights.union(claim.nights for claim in after.claims if claim.missing)
    problems = ((after.failure,) if after.failure else ()) + notes
    problems += tuple(one.why for one in mine if one.did in {Did.SUSPECT, Did.HABIT})
    verdict = after.verdict.value if after.verdict else "unusable"
    claimed, released = nights(Did.CLAIM), nights(Did.RELEASE)
    return LookReport(state.unit, after.listing.key, verdict, claimed, released, kept, problems)


def change_report(state: UnitState, change: Change) -> ChangeReport:
    """Tell one change, with the weakest evidence among the nights it closes."""
    after = state.of(change.listing)
    proof = min(map(after.evidence, change.close), default=Evidence.RECORDED)
    pushed = after.listing.traits.pushed
    return ChangeReport(state.unit, after.listing.key, change.close, change.open, change.why, proof.word, pushed)


def question_reports(state: UnitState, registry: Registry) -> tuple[QuestionReport, ...]:
    """Tell what only the owner can explain."""
    return tuple(_question(state, one, _titles(state, registry)) for one in questions(state))


def _titles(state: UnitState, registry: Registry) -> dict[ListingId, str]:
    known = {plugin.name: plugin.title for plugin in registry.plugins}
    return {one.id: one.listing.label or known.get(one.listing.channel, one.listing.key) for one in state.listings}


def _question(state: UnitState, asked: Question, titles: dict[ListingId, str]) -> QuestionReport:
    where, key = titles[asked.listing], state.of(asked.listing).listing.key
    dates, nights = FRENCH.nights(asked.nights), ENGLISH.nights(asked.nights)
    source = state.of(asked.credited) if asked.credited else None
    of = source.listing.key if source else ""
    if asked.claim is None:
        kind = "open-until"
        french = f"{where} : fermé {dates}, jusqu’au bout du calendrier. À partir de quelle date n’est-il pas ouvert ?"
        english = f"{where}: closed {nights}, to the end of its calendar. From which date is it not open?"
    elif asked.claim.standing is Standing.SUSPECTED or source is None:
        kind = "suspected"
        french = (
            f"{where} montre encore des dates prises, {dates}, sans que nous sachions pourquoi. Qu’est-ce que c’est ?"
        )
        english = f"{where} still shows dates as taken, {nights}, and we do not know why. What is it?"
    else:
        kind, other = "copy", titles[source.id]
        french = f"{where} montre des dates prises, {dates}, et {other} aussi. Qu’est-ce que c’est sur {where} ?"
        english = f"{where} shows dates as taken, {nights}, and so does {other}. What is it on {where}?"
    return QuestionReport(asked.id, state.unit, key, asked.nights, kind, of, french, english)


def status(state: UnitState, listing: ListingState, problems: tuple[str, ...] = ()) -> LinkStatus:
    """Tell how one listing fares; ``problems`` are what else is wrong with it."""
    reads = [one.last_fetch for one in listing.revisions if one.last_fetch]
    return LinkStatus(
        state.unit,
        listing.listing.key,
        listing.health.state.value if listing.health else "new",
        listing.verdict.value if listing.verdict else "",
        listing.looked_at,
        max(reads, default=None),
        listing.health.next_at if listing.health else None,
        ((listing.failure,) if listing.failure else ()) + problems,
        recovering=listing.owed_since is not None,
    )
