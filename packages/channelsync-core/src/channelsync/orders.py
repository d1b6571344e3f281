"""What the owner orders: blocks, reservations typed in, cancellations, and words that end a wait.

Pure functions from a unit's state to the next one; `reconcile.settle` then closes and opens. Reality is recorded, never
refused, but this is not yet reality: what the owner makes here is refused where it lies on a guest's nights, unless the
owner insists.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from channelsync.cadence import begun
from channelsync.claims import Category, Claim, Kind, Standing
from channelsync.echo import brought_back, outliving
from channelsync.errors import UsageError
from channelsync.evolving import evolve
from channelsync.ids import ChannelName, ClaimId, ListingId, derived
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.state import Did, Finding, Takeover, UnitState

__all__ = [
    "again",
    "block",
    "cancel",
    "change",
    "confirm",
    "hold",
    "recovering",
    "reserve",
    "restored",
    "unlink",
    "welcome",
]

_LONGEST_TEXT: Final = 500


def block(
    state: UnitState, claim: ClaimId, stay: Stay, category: Category, note: str, at: datetime, *, insist: bool = False
) -> UnitState:
    """Block nights on every platform.

    Raises:
        UsageError: the nights are over, a guest has them and the owner does not insist, or the note is too long.
    """
    _check(state, stay, at, note)
    made = Claim(claim, Kind.BLOCK, stay, at, at, category=category, note=note)
    if not insist:
        _refuse_over(state, stay, _in_the_way(state, made))
    return evolve(state, own=(*state.own, made))


def reserve(
    state: UnitState,
    claim: ClaimId,
    stay: Stay,
    at: datetime,
    *,
    channel: ChannelName | None = None,
    guest: str = "",
    note: str = "",
    insist: bool = False,
) -> UnitState:
    """Record a reservation by hand, made directly or (``channel``) on a platform whose calendar does not show it yet.

    Raises:
        UsageError: the nights are over or taken and the owner does not insist, or a text is too long.
    """
    _check(state, stay, at, note, guest)
    made = Claim(claim, Kind.RESERVATION, stay, at, at, channel=channel, guest=guest, note=note)
    if not insist:
        _refuse_over(state, stay, _in_the_way(state, made))
    return evolve(state, own=(*state.own, made))


def hold(
    state: UnitState, claim: ClaimId, stay: Stay, at: datetime, *, channel: ChannelName, code: str, expires: datetime
) -> UnitState:
    """Hold nights for a guest who is about to book on a platform: closed elsewhere until the reservation shows there.

    One made for the same reservation before is replaced where its nights are all held anew: a guest who asks for other
    dates has those that they booked until they have the new ones.
    """
    made = Claim(claim, Kind.HOLD, stay, at, at, channel=channel, code=code, expires=expires)
    known = tuple(one for one in state.own if not (code and _is_held_anew(one, made)))
    return evolve(state, own=(*known, made))


def _is_held_anew(old: Claim, made: Claim) -> bool:
    return old.kind is Kind.HOLD and old.code == made.code and old.nights <= made.nights


def change(
    state: UnitState,
    claim: ClaimId,
    stay: Stay,
    at: datetime,
    *,
    category: Category | None = None,
    note: str | None = None,
    guest: str | None = None,
    insist: bool = False,
) -> tuple[UnitState, Claim]:
    """Give something the owner made here other nights, or other words; what is None stays as it is.

    It stays the same claim, so that one step closes the nights it gains and opens those it leaves: a night that it
    keeps is open in no calendar in between.

    Raises:
        UsageError: there is no such claim, it is a platform's own, its nights are over, a text is too long, or what it
            gains is taken and the owner does not insist.
    """
    before = _made_here(state, claim)
    changed = evolve(
        before,
        stay=stay,
        category=before.category if category is None or before.kind is not Kind.BLOCK else category,
        note=before.note if note is None else note,
        guest=before.guest if guest is None else guest,
    )
    _check(state, stay, at, changed.note, changed.guest)
    if not insist:
        for run in (stay.nights - before.nights).runs():
            _refuse_over(state, run, _in_the_way(state, changed))
    return evolve(state, own=tuple(changed if one.id == claim else one for one in state.own)), changed


def again(state: UnitState, ended: Claim, at: datetime) -> UnitState:
    """Make again what the owner ended here by mistake, as the same claim; it is closed everywhere anew.

    Raises:
        UsageError: it stands already, its nights are over, or they have been taken meanwhile.
    """
    if any(one.id == ended.id for one in state.claims):
        msg = f"{ended.id} stands already"
        raise UsageError(msg, advice="Nothing has to be done.")
    _check(state, ended.stay, at)
    _refuse_over(state, ended.stay, _in_the_way(state, ended))
    return evolve(state, own=(*state.own, evolve(ended, first_seen=at, last_seen=at, missing=None)))


def cancel(state: UnitState, claim: ClaimId, kind: Kind) -> tuple[UnitState, Claim]:
    """End something the owner made here; its nights open again where nothing else claims them.

    Raises:
        UsageError: there is no such claim, or it is a platform's own.
    """
    found = _made_here(state, claim)
    if found.kind is not kind:
        msg = f"{found.id} is a {found.kind.value}, not a {kind.value}"
        raise UsageError(msg, advice="Use `unblock` for blocks and `cancel` for reservations.")
    return evolve(state, own=tuple(one for one in state.own if one.id != claim)), found


def _made_here(state: UnitState, claim: ClaimId) -> Claim:
    """Return something the owner made here.

    Raises:
        UsageError: there is no such claim, or it is a platform's own.
    """
    found = next((one for one in state.claims if one.id == claim), None)
    if found is None:
        msg = f"nothing here is called {str(claim)[:40]!r}"
        raise UsageError(msg, advice="`channelsync unit show UNIT` lists what takes nights, with ids.")
    if found.listing is not None:
        msg = f"{found.id} is the platform's own {found.kind.value}"
        raise UsageError(msg, advice="End it on the platform: its nights open here once its calendar shows it.")
    return found


def confirm(
    state: UnitState, listing: ListingId, at: datetime, policy: Policy = DEFAULT_POLICY
) -> tuple[UnitState, tuple[Finding, ...]]:
    """Take the owner's word that what vanished from a listing is gone, and that no guest hides behind an echo there.

    What is left of it, where our own calendar closes it too, outlives its cause, and is suspected.
    """
    before = state.of(listing)
    gone = [one for one in before.claims if one.missing]
    kept = tuple(one for one in before.claims if not one.missing)
    shown = before.shown - Nights.union(one.nights for one in gone)
    ours = brought_back(before, shown, at, policy)
    held = before.hiding - Nights.union(one.nights for one in state.claims)
    after = evolve(
        before,
        claims=outliving(before, kept, gone, ours, state.unit.today(at)),
        hiding=NO_NIGHTS,
        fading=(),
        tainted=before.tainted | (before.hiding if state.takeover.may_be_linked else NO_NIGHTS),
        shown=shown,
    )
    why = "the owner confirmed that it is gone"
    findings = [Finding(at, Did.RELEASE, one.nights, why, listing, (one.id,)) for one in gone]
    if held:
        findings.append(Finding(at, Did.RELEASE, held, "the owner confirmed that no guest is there", listing))
    return state.with_listing(after), tuple(findings)


def unlink(state: UnitState, listing: ListingId, at: datetime, *, release: bool) -> tuple[UnitState, Nights]:
    """Retire a listing; what it claims, or holds for a guest, stays closed elsewhere unless the owner releases it.

    Nights held because a guest may hide behind an echo there, or because the platform was told yes, are not looked at
    any more: they become suspected claims. A look that it owes since a restore stays owed, by whoever is linked in its
    place, unless the owner answers for what was sold there: by releasing it, or by unlinking it again, which opens
    nothing.

    Returns:
        The unit, and the nights that stay closed because of it.
    """
    before = state.of(listing)
    held = (before.hiding - Nights.union(one.nights for one in state.claims)).since(state.unit.today(at))
    holds = [one for one in state.own if one.kind is Kind.HOLD and one.channel == before.listing.key]
    promised = Nights.union(one.nights for one in holds)
    suspected = tuple(
        Claim(ClaimId(derived(listing, "held", run)), Kind.CLOSURE, run, at, at, listing, standing=Standing.SUSPECTED)
        for run in (held | promised).runs()
    )
    claims = () if release else before.claims + suspected
    own = tuple(one for one in state.own if one not in holds)
    owed = None if release or before.retired else before.owed_since
    after = evolve(before, retired=True, claims=claims, hiding=NO_NIGHTS, fading=(), exposed=(), owed_since=owed)
    return evolve(state.with_listing(after), own=own), Nights.union(one.nights for one in claims)


def welcome(state: UnitState, listing: ListingId, *, others: Collection[ListingId] = ()) -> UnitState:
    """Let a listing linked just now begin: as the heir of an unlinked one of the same name, and with an inventory.

    ``others`` are unlinked ones that are known to be another listing of that platform: what they left stays theirs.

    What the unlinked one left is judged as if it had been there all along, and a look that it owed is now owed by its
    heir. The platform may be linked directly to others, so taking over begins anew where it was over.
    """
    heir = state.of(listing)
    for left in state.listings:
        if left.id in others:
            continue
        if left.retired and left.listing.key == heir.listing.key and (left.claims or left.owed_since):
            moved = tuple(evolve(one, listing=listing, missing=None) for one in left.claims)
            heir = evolve(heir, claims=(*heir.claims, *moved), owed_since=left.owed_since or heir.owed_since)
            emptied = evolve(left, claims=(), owed_since=None)
            state = _credited_to(state.with_listing(emptied).with_listing(heir), left.id, listing)
            heir = state.of(listing)
    return evolve(state, takeover=Takeover())


def restored(state: UnitState, now: datetime, *, given_up: Collection[ListingId] = ()) -> UnitState:
    """Return the unit as it goes on after its memory was put back to an earlier day.

    What was published, read and released since is forgotten, so the next look at each listing is an inventory: it
    opens nothing, every wait begins anew, and what the platforms still show of our lost calendars is taken for a copy
    until each has read a new one and the watch is over. What is new then has come since the backup.

    Each listing owes a look that shows whole what has come since. So does an unlinked one, which may have been linked
    anew and sold nights: not where another of its name is in its place, nor where it is ``given_up``, our calendar
    removed there by the owner's word.
    """
    last = {one.listing.key: one.id for one in state.listings}
    owing = {one.id for one in state.listings if not one.retired or last[one.listing.key] == one.id} - set(given_up)
    listings = tuple(
        evolve(
            one,
            looked_at=None,
            looked_before=None,
            verdict=None,
            claims=tuple(evolve(claim, missing=None) for claim in one.claims),
            fading=(),
            health=begun(now),
            owed_since=now.replace(microsecond=0) if one.id in owing else None,  # a DTSTAMP knows whole seconds
        )
        for one in state.listings
    )
    linked = state.takeover.may_be_linked
    watched = evolve(state.takeover, restored_at=now) if linked else Takeover(active=True, links_removed_at=now)
    return evolve(state, listings=listings, takeover=watched)


def recovering(state: UnitState) -> bool:
    """Whether a listing owes a look since the unit was restored: no calendar may be given out until it is paid.

    What we would publish lacks whatever was sold since the backup; what the platforms read last is still in force.
    """
    return any(one.owed_since is not None for one in state.listings)


def _credited_to(state: UnitState, old: ListingId, new: ListingId) -> UnitState:
    """Let the copies of an unlinked listing's claims be copies of its heir's."""
    for one in state.listings:
        claims = tuple(evolve(claim, credited=new) if claim.credited == old else claim for claim in one.claims)
        state = state.with_listing(evolve(one, claims=claims))
    return state


def _check(state: UnitState, stay: Stay, at: datetime, *texts: str) -> None:
    if stay.departure <= state.unit.today(at):
        msg = f"the stay {stay} is over"
        raise UsageError(msg, advice="Give nights from today on.")
    if any(len(text) > _LONGEST_TEXT for text in texts):
        msg = f"a text is longer than {_LONGEST_TEXT} characters"
        raise UsageError(msg, advice="Shorten it.")


def _in_the_way(state: UnitState, made: Claim) -> list[Claim]:
    """Return the claims on which the owner's may not lie: guests' for a block, and for a reservation all others.

    One typed in for a platform may lie on what that platform shows: it is the same.
    """
    others = [one for one in state.claims if one.id != made.id]
    if made.kind is Kind.BLOCK:
        return [one for one in others if one.kind is Kind.RESERVATION]
    same = {one.id for one in state.listings if made.channel is not None and one.listing.key == made.channel}
    return [one for one in others if one.listing is None or one.listing not in same]


def _refuse_over(state: UnitState, stay: Stay, claims: list[Claim]) -> None:
    """Refuse nights that one of these claims takes."""
    for claim in claims:
        if claim.stay.overlaps(stay):
            keys = {one.id: one.listing.key for one in state.listings}
            where = f"on {keys[claim.listing]}" if claim.listing else "made here"
            msg = f"{state.unit.name}: {stay} lies on a {claim.kind.value} {where}, {claim.stay}"
            raise UsageError(msg, advice="Choose other nights, or add --insist if both are true.")
