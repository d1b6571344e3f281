"""What is known of one conflict: asked of the manager and the ledger, handed on as values."""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

from attrs import frozen
from litestar.exceptions import NotFoundException

from channelsync.claims import Claim
from channelsync.ids import ClaimId
from channelsync.inventory import Unit
from channelsync.ledger import Link, Transaction
from channelsync.manager import ConflictReport
from channelsync.nights import Nights
from channelsync.state import UnitState
from channelsync_web.mine import Mine

__all__ = ["Case", "Lodging", "Side", "case", "was_mine"]

_ENOUGH: Final = 20
"""So many looks before the first that showed a stay: failed ones are rarely more in a row."""


@final
@frozen
class Side:
    """One of the two stays.

    ``key`` is its listing's, empty for what was typed in here. ``absent`` is the last look that did not show it yet,
    None where there is none on record; ``page`` the platform's page about it, empty where none is known. ``linked``
    says that its listing is still read.
    """

    claim: Claim
    key: str
    absent: datetime | None = None
    page: str = ""
    linked: bool = True


@final
@frozen
class Lodging:
    """Another lodging of the owner's: the nights known to be taken there, and since when that is known.

    ``seen`` is the oldest last look at its listings, None where one of them was never read or none is linked.
    """

    unit: Unit
    taken: Nights
    seen: datetime | None


@final
@frozen
class Case:
    """A conflict with its two sides, the one first seen standing first, and the owner's other lodgings.

    ``asked`` says that only the owner's answer to an open question can tell; ``owing`` are the keys of those of its
    listings that have not been read whole since a restore.
    """

    report: ConflictReport
    sides: tuple[Side, ...]
    others: tuple[Lodging, ...]
    asked: bool = False
    owing: tuple[str, ...] = ()


def case(mine: Mine, conflict_id: str) -> Case:
    """Return what is known of an owner's conflict.

    Raises:
        NotFoundException: the owner has none of that id that stands.
    """
    sides: list[Side] = []
    with mine.picture() as it:
        report = next((one for one in it.conflicts() if one.id == conflict_id), None)
        if report is None:
            raise NotFoundException
        state = next(one for one in it.states if one.unit.id == report.unit.id)
        claims = {one.id: one for one in state.claims}
        links = {one.id: one for one in it.tx.listings(report.unit.id)}
        for told in report.claims:
            claim = claims[ClaimId(told.id)]
            link = links.get(claim.listing) if claim.listing else None
            page = _page(mine, link, claim) if link else ""
            read = link is not None or claim.listing is None
            sides.append(Side(claim, told.channel, _absent(it.tx, claim), page, linked=read))
        others = tuple(_lodging(one) for one in it.states if one.unit.id != report.unit.id)
        asked = {one.id for one in it.questions()} & {told.id for told in report.claims}
    theirs = {one.claim.listing for one in sides}
    owing = tuple(one.listing.key for one in state.listings if one.owed_since is not None and one.id in theirs)
    return Case(report, tuple(sides), others, bool(asked), owing)


def was_mine(mine: Mine, conflict_id: str) -> Unit | None:
    """Return the lodging of a conflict of the owner's that is over, None where there never was such a one."""
    with mine.manager.ledger.reading() as tx:
        there = tx.unit_of_conflict(mine.owner.id, conflict_id)
        return None if there is None else tx.unit_by(there)


def _page(mine: Mine, link: Link, claim: Claim) -> str:
    """Return the platform's page about a stay, empty where none is known."""
    listing = link.external_id or str(link.options.get("lodging", ""))
    plugin = next((one for one in mine.manager.registry.plugins if one.name == link.channel), None)
    return (plugin and plugin.deep_link(listing=listing, stay=claim.stay, code=claim.code)) or ""


def _absent(tx: Transaction, claim: Claim) -> datetime | None:
    """Return the last look before a claim that did not show it; one that was there at the first look has none."""
    if claim.listing is None or claim.inventory:
        return None
    looks = tx.observations(claim.listing, before=claim.first_seen, limit=_ENOUGH)
    return next((one.at for one in looks if one.failure is None and not one.nights.overlaps(claim.nights)), None)


def _lodging(state: UnitState) -> Lodging:
    guests = Nights.union(claim.nights for claim in state.claims if claim.may_be_guest)
    others = Nights.union(claim.nights for claim in state.claims if not claim.may_be_guest)
    looks = [one.complete_at for one in state.active]
    known = [one for one in looks if one is not None]
    seen = min(known) if known and len(known) == len(looks) else None
    return Lodging(state.unit, guests.widened(state.unit.turnover) | others, seen)
