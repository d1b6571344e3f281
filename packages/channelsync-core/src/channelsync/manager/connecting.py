"""Linking a listing through an account: which it has, taking one over, letting it go.

A listing that was linked by its calendar goes on as the same listing: its claims are kept, whatever its calendar called
them (`channelsync.engine.identity`), and where the platform allows both routes its calendar serves while the API does
not answer. One to which its platform has given another number goes on as the same listing too, once that is proven.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from attrs import evolve

from channelsync import orders
from channelsync.adapter import (
    Access,
    ApiLook,
    Capability,
    ChannelPlugin,
    GrantsAccess,
    ListsListings,
    RemoteListing,
    Secret,
    SecretUrl,
    TakesOverListings,
)
from channelsync.adapter.plugin import API
from channelsync.adapter.protocol import implemented
from channelsync.cadence import HealthEvent, begun
from channelsync.engine.identity import adopted
from channelsync.engine.step import Answer, by_code, folded
from channelsync.errors import ChannelSyncError, ListingGoneError, UsageError, WireFormatError
from channelsync.ids import AccountId, ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Link, Transaction
from channelsync.manager.accounts import AccountReport
from channelsync.manager.addresses import hand_over
from channelsync.manager.calling import Calling
from channelsync.manager.desk import FEED, Changing
from channelsync.manager.reports import LinkReport
from channelsync.observation import Observation
from channelsync.proof import Revision
from channelsync.state import ListingState, UnitState
from channelsync.vault import redact

__all__ = ["Connecting", "refuse_another"]

_LONGEST: Final = 100

_log = logging.getLogger("channelsync.linking")


class Connecting(Calling):
    """Listings linked through accounts."""

    def consent_page(self, account: str, redirect: str, state: str) -> SecretUrl:
        """Return the page on which an owner lets us speak for them.

        Args:
            account: the account, added with the fields that its platform gave us.
            redirect: our page to which the platform sends the owner back.
            state: what comes back with the answer: the caller's proof that it is the same owner.

        Raises:
            UsageError: there is no such account, or its platform has no such page.
        """
        known = self.account(account)
        return self._granting(known.channel).consent_page(self.fields(known.id), redirect, state)

    def grant(self, account: str, code: str, redirect: str) -> AccountReport:
        """Exchange the code that came back from the consent page; the account is connected from then on.

        Raises:
            CredentialRejectedError: the code is not, or no longer, good.
            ChannelError: the platform does not answer.
        """
        known = self.account(account)
        api = self._granting(known.channel)
        asked = Access(known.id, Secret(""), self.fields(known.id))
        self.accept(known.id, self._run(api.exchange(asked, code, redirect)))
        return self.account(known.id)

    def _granting(self, channel: str) -> GrantsAccess:
        plugin = self._plugin(channel)
        if isinstance(plugin.api, GrantsAccess):
            return plugin.api
        msg = f"{plugin.title} asks no owner for consent"
        raise UsageError(msg, advice="Give the account's fields: channelsync account add.")

    def remote_listings(self, account: str) -> tuple[RemoteListing, ...]:
        """Ask a platform which listings an account has.

        Raises:
            UsageError: there is no such account, or its platform does not tell.
            ChannelError: the platform does not answer, or refuses us.
        """
        known = self.account(account)
        api = self._plugin(known.channel).api
        if not isinstance(api, ListsListings):
            msg = f"{known.channel} does not tell which listings an account has"
            raise UsageError(msg, advice="Give the listing's number on the platform: --listing.")
        return self.call(known.id, api.listings)

    def connect(self, unit: Unit | str, account: str, listing: str, *, channel: str = "") -> LinkReport:
        """Link a listing through an account, after looking at it once; ``listing`` is its id on the platform.

        ``channel`` is the account's, for who wants to be sure of it.

        One of the same channel that is linked to this lodging by its calendar is this listing from now on; so is one
        linked through this account that the platform no longer has, where a reservation known there is shown here.

        Raises:
            UsageError: there is no such account or listing, or it is linked elsewhere.
            ChannelError: the platform does not show the listing to us.
        """
        unit, now, known = self.unit(unit), self._now(), self.account(account)
        plugin = self._plugin(known.channel)
        if channel and channel != known.channel:
            msg = f"the account {known.name} is one on {plugin.title}"
            raise UsageError(msg, advice=f"Link it as {known.channel}.")
        if Capability.PULLS_CLAIMS not in implemented([plugin.api]):
            msg = f"{plugin.title} cannot be read through an account"
            raise UsageError(msg, advice="Link the listing by its export link.")
        renumbered = self._check_listing(plugin, unit, known.id, listing, now)
        options = self._options(known.id, plugin)
        if isinstance(plugin.api, TakesOverListings):
            api = plugin.api
            self.call(known.id, lambda access: api.take_over(access, listing))
        look = self._looked(known.id, plugin, listing, unit, options, now)
        with self.ledger.transaction() as tx:
            for one in tx.load(unit.id, self._traits).active:
                if one.listing.channel == plugin.name:
                    refuse_another(one, look.observation, plugin, unit.today(now))
                    if renumbered and not _codes(one, unit.today(now)):  # nothing proves that it is the same
                        raise _linked_already(unit, plugin)
            link = self._joined(tx, unit, plugin, known.id, listing, options, look, now)
        events, nights = look.observation.events, look.observation.nights.since(unit.today(now))
        return LinkReport(unit, link.key, len(events), nights, look.observation.notes)

    def _let_go(self, link: Link) -> None:
        """Tell the platform that we no longer keep a listing; where it does not answer, only the owner can."""
        api, account = self._plugin(link.channel).api, link.account
        if link.route != API or account is None or not isinstance(api, TakesOverListings):
            return
        try:
            self.call(account, lambda access: api.let_go(access, link.external_id))
        except ChannelSyncError as error:
            _log.warning("listing %s was not let go of: %s", link.id, redact(str(error)))

    def _check_listing(
        self, plugin: ChannelPlugin, unit: Unit, account: AccountId, listing: str, now: datetime
    ) -> bool:
        """Refuse a listing that the account does not have, or that is linked already, or in whose place another is.

        Return whether there is one in its place that the platform no longer has: it may be this one, renumbered.
        """
        if not listing or len(listing) > _LONGEST or not listing.isprintable():
            msg = "this is not a listing's number"
            raise UsageError(msg, advice="`channelsync account listings ACCOUNT` lists them.")
        with self.ledger.reading() as tx:
            there = [one for one in tx.listings() if one.channel == plugin.name and one.external_id == listing]
            names = [tx.unit_by(one.unit).name for one in there]
            others = [one for one in tx.listings(unit.id) if one.channel == plugin.name and one.route == API]
        if names:
            msg = f"this listing of {plugin.title} is linked to {names[0]} already"
            raise UsageError(msg, advice="One listing is one lodging: unlink it there first.")
        if any(not self._is_gone(one, account, unit, now) for one in others):
            raise _linked_already(unit, plugin)
        if isinstance(plugin.api, ListsListings):
            theirs = self.call(account, plugin.api.listings)
            if listing not in {one.id for one in theirs}:
                msg = f"the account has no listing {listing[:40]!r} on {plugin.title}"
                raise UsageError(msg, advice=f"It has: {', '.join(one.id for one in theirs[:20]) or 'none'}.")
        return bool(others)

    def _is_gone(self, link: Link, account: AccountId, unit: Unit, now: datetime) -> bool:
        """Whether the platform says that it no longer has a linked listing, to the account that keeps it."""
        if link.account != account:
            return False
        try:
            self._looking(account, link.channel, link.external_id, unit, link.options)(now)
        except ListingGoneError:
            return True
        return False

    def _looked(
        self,
        account: AccountId,
        plugin: ChannelPlugin,
        listing: str,
        unit: Unit,
        options: Mapping[str, str],
        at: datetime,
    ) -> ApiLook:
        """Look at the listing for the first time: nothing may be written to one that nobody has seen."""
        look = self._looking(account, plugin.name, listing, unit, options)(at)
        if look.observation.failure is not None:
            msg = f"{plugin.title} does not show this listing: {look.observation.failure}"
            raise WireFormatError(msg, advice="Try again later; if that does not help, tell the plugin's authors.")
        return look

    def _options(self, account: AccountId, plugin: ChannelPlugin) -> dict[str, str]:
        """Return what the account says of how its listings behave."""
        fields: Mapping[str, object] = {one.name: one for one in plugin.account}
        if "reopens" not in fields:
            return {}
        value = self.fields(account).get("reopens")
        return {"reopens": value.reveal()} if value is not None else {}

    def _joined(
        self,
        tx: Transaction,
        unit: Unit,
        plugin: ChannelPlugin,
        account: AccountId,
        listing: str,
        options: Mapping[str, str],
        look: ApiLook,
        now: datetime,
    ) -> Link:
        """Make the link, or turn the one there is to the API: what it claims goes on, what the look shows counts."""
        known = [one for one in tx.listings(unit.id) if one.channel == plugin.name]
        if known:
            link = tx.reroute(known[0].id, API, account=account, external_id=listing, options=options, at=now)
            if not plugin.both_routes:
                tx.drop_secret(FEED, link.id)
        else:
            link = tx.add_listing(
                unit.id, plugin.name, route=API, account=account, external_id=listing, options=options, at=now
            )
            hand_over(tx, self.vault, link, now)
        before = tx.load(unit.id, self._traits)
        mine = before.of(link.id)
        habit = mine.listing.traits.echo
        revisions = mine.revisions or self._written_before(tx, before, link, now)
        fresh = evolve(mine, habit=habit, health=mine.health or begun(now), revisions=revisions)
        state = before.with_listing(fresh)
        state = state if known else orders.welcome(state, link.id, others=_others(tx, link))
        shown = by_code(look.observation)
        state = state.with_listing(adopted(state.of(link.id), shown.events, unit.today(now)))
        seen = folded(state, Answer(link.id, shown, HealthEvent.LOOK_OK), now, 0.0, self.policy)
        self._store(Changing(tx, before, now, seen.state, seen.findings, notices=seen.notices))
        change = Changing(tx, before, now, seen.state)
        change.audit("listing linked", listing=link.id, channel=plugin.name, account=account)
        return link

    def _written_before(self, tx: Transaction, state: UnitState, link: Link, now: datetime) -> tuple[Revision, ...]:
        """Return what was written to this very listing before it was unlinked, a moment ago: that is ours to open.

        After a while nobody can tell it from what others have closed since: all that is closed is then theirs.
        """
        known = [one for one in tx.listings(state.unit.id, retired=True) if one.retired_at is not None]
        same = [one for one in known if (one.channel, one.external_id) == (link.channel, link.external_id)]
        if not same or same[-1].route != API or now - (same[-1].retired_at or now) > self.policy.grace:
            return ()
        return state.of(same[-1].id).revisions


def refuse_another(mine: ListingState, seen: Observation, plugin: ChannelPlugin, today: date) -> None:
    """Refuse a look that shows none of the reservations known of a listing: it is a look at another one.

    Raises:
        UsageError: it shows, and calls cancelled, none of them.
    """
    known = _codes(mine, today)
    if known and seen.usable and not known & {*(one.code for one in seen.events), *seen.cancelled}:
        msg = f"it shows none of the {len(known)} reservations known of this listing: it is another of {plugin.title}"
        raise UsageError(msg, advice="Compare the listing's number with the one that is linked.")


def _codes(mine: ListingState, today: date) -> set[str]:
    """Return the codes of the reservations known of a listing that are not over."""
    return {one.code for one in mine.claims if one.code and one.missing is None and one.stay.departure > today}


def _linked_already(unit: Unit, plugin: ChannelPlugin) -> UsageError:
    msg = f"{unit.name} is linked to another listing of {plugin.title} already"
    return UsageError(msg, advice="What was sold there would be lost: unlink it first.")


def _others(tx: Transaction, link: Link) -> set[ListingId]:
    """Return the unlinked listings that are known to be another one of the platform than this."""
    known = [one for one in tx.listings(link.unit, retired=True) if one.retired_at is not None]
    return {one.id for one in known if one.external_id and one.external_id != link.external_id}
