"""What takes nights, in an owner's words: what it is called, which colour it has, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from channelsync.claims import Category, Claim, Kind, Standing
from channelsync.state import UnitState
from channelsync_web.speech import Say

__all__ = ["CATEGORIES", "colour", "doubt", "kind_of", "source", "where"]

CATEGORIES: Final[Mapping[Category, str]] = {
    Category.PERSONAL: "Personal use",
    Category.MAINTENANCE: "Works",
    Category.HOLIDAY: "Holidays",
    Category.OTHER: "Other reason",
}
"""Why an owner blocks nights, in the order of the form."""

_BLOCKED: Final[Mapping[Category | None, str]] = {
    Category.PERSONAL: "Blocked: personal use",
    Category.MAINTENANCE: "Blocked: works",
    Category.HOLIDAY: "Blocked: holidays",
    Category.OTHER: "Blocked",
    None: "Blocked",
}
_KINDS: Final[Mapping[Kind, str]] = {
    Kind.RESERVATION: "Reservation",
    Kind.CLOSURE: "Dates taken",
    Kind.HOLD: "Option",
}
_COLOURS: Final = frozenset({"airbnb", "booking", "greengo", "ical"})


def source(state: UnitState, claim: Claim) -> str:
    """Return the key of the listing that it comes from or was typed in for, empty for what the owner made here."""
    return next((one.listing.key for one in state.listings if one.id == claim.listing), str(claim.channel or ""))


def where(state: UnitState, claim: Claim, say: Say) -> str:
    """Return the platform that it comes from, or that the owner made it here."""
    key = source(state, claim)
    return say.platform(key) if key else str(say("here, by you"))


def kind_of(state: UnitState, claim: Claim, say: Say) -> str:
    """Return what it is: never a reservation where the platform only shows dates as taken."""
    if claim.kind is not Kind.BLOCK:
        return str(say(_KINDS[claim.kind]))
    if claim.is_ours:
        return str(say(_BLOCKED[claim.category]))
    return str(say("Closed by you on {where}", where=say.platform(source(state, claim))))


def colour(state: UnitState, claim: Claim) -> str:
    """Return the name of its colour: that of its platform, or the owner's own."""
    channel = source(state, claim).partition(":")[0]
    if not channel or (claim.is_ours and claim.kind is Kind.BLOCK):
        return "own"
    return channel if channel in _COLOURS else "ical"


def doubt(claim: Claim) -> str:
    """Return what is not sure about it, in English, empty where nothing is."""
    if claim.missing is not None:
        return "Disappearance to be confirmed: we keep closed"
    if claim.standing is Standing.SUSPECTED:
        return "To clarify: may be our own dates, sent back"
    if claim.standing is Standing.MIRRORED:
        return "To clarify: probably a copy of another platform’s dates"
    return ""
