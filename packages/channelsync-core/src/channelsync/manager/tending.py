"""Changing what is linked already: a new export link for the same listing, other settings, another name, the end.

Nothing here is linked anew, so nothing is forgotten: claims, proofs and the address that the platform reads stay. What
the settings decide (how many nights stay free around a guest, what a calendar's events may be) is decided anew at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from channelsync import orders
from channelsync.adapter import ChannelPlugin, FeedLook, SecretUrl
from channelsync.adapter.plugin import API
from channelsync.coherence import LinkProblem, ProposedLink, check_link
from channelsync.errors import UsageError, WireFormatError
from channelsync.ids import ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Link
from channelsync.manager.connecting import refuse_another
from channelsync.manager.desk import FEED, Changing, by_key
from channelsync.manager.linking import Linking, refuse_secret
from channelsync.manager.reading import Errand
from channelsync.manager.reports import LinkReport
from channelsync.nights import Nights
from channelsync.observation import Observation
from channelsync.state import ListingState, UnitState

__all__ = ["Tending"]


class Tending(Linking):
    """Units and links that are there, changed."""

    def relink(self, unit: Unit | str, channel: str, *, feed: str) -> LinkReport:
        """Read a linked listing by another export link from now on: the platform has replaced it, or refuses the old.

        The listing stays the same one. It is read once before anything is changed.

        Raises:
            UsageError: there is no such listing, it is linked through an account, or the link is refused: the text
                says why, such as that it shows little of what is known of this listing.
            ChannelError: the address holds no calendar, refuses us, or does not answer.
        """
        unit, now = self.unit(unit), self._now()
        mine = by_key(self.state(unit), channel)
        with self.ledger.reading() as tx:
            link = tx.listing(mine.id)
        if link.route == API:
            msg = f"{link.key} is linked through an account"
            raise UsageError(msg, advice="Connect its account anew.")
        url = SecretUrl.pasted(feed)
        look = self._read_by(url, link, unit, now)
        _refuse_stranger(mine, look.observation, self._plugin(link.channel), unit, now)
        fingerprint, prodid = self.vault.fingerprint(url.reveal()), look.reading.prodid if look.reading else ""
        events = look.observation.events
        proposed = ProposedLink(
            unit.id, link.channel, url.reveal(), fingerprint, link.label, prodid=prodid, events=events
        )
        with self.ledger.transaction() as tx:
            odd = self._checked(tx, proposed, linked=link)
            if tx.listing(link.id).retired_at is not None:  # the check has taken the unit: from here on nobody unlinks
                msg = f"{link.key} was unlinked meanwhile"
                raise UsageError(msg, advice="Link it anew.")
            tx.put_secret(FEED, link.id, self.vault.seal(FEED, link.id, url.reveal()), fingerprint=fingerprint, at=now)
            tx.mark_due(link.id, now, now=now)
            tx.audit("owner", "listing read by another link", {"unit": unit.id, "listing": link.id}, at=now)
        nights = look.observation.nights.since(unit.today(now))
        return LinkReport(unit, link.key, len(events), nights, (*look.observation.notes, *odd))

    def _read_by(self, url: SecretUrl, link: Link, unit: Unit, now: datetime) -> FeedLook:
        """Read a listing's calendar at another address, once.

        Raises:
            ChannelError: there is none, or it does not answer.
        """
        route = self._plugin(link.channel).route({name: str(value) for name, value in link.options.items()})
        look = self._reader.try_out(Errand(ListingId(""), route, url, unit.timezone), now)
        if look.observation.failure is not None:
            msg = f"this link does not lead to a calendar: {look.observation.failure}"
            raise WireFormatError(msg, advice="Copy the export link from the platform again and link the listing anew.")
        return look

    def doubts(self, unit: Unit | str, channel: str) -> tuple[LinkProblem, ...]:
        """Return what is odd about a link, by what its calendar showed last: what linking it now would say.

        Raises:
            UsageError: there is no such listing.
        """
        unit = self.unit(unit)
        mine = by_key(self.state(unit), channel)
        with self.ledger.reading() as tx:
            link, sealed = tx.listing(mine.id), tx.secret(FEED, mine.id)
            if sealed is None:
                return ()
            feed = self.vault.unseal(FEED, mine.id, sealed)
            proposed = ProposedLink(unit.id, link.channel, feed, "", link.label, events=mine.events)
            return check_link(proposed, self._known_links(tx, proposed, apart=link), self._channels())

    def change_unit(
        self, unit: Unit | str, *, name: str | None = None, timezone: str | None = None, turnover: int | None = None
    ) -> Unit:
        """Change a lodging's name, time zone or turnover nights; None leaves one as it is.

        Raises:
            UsageError: the name is taken, a value makes no sense, or a stay would be over by that time zone alone.
        """
        unit, now = self.unit(unit), self._now()
        with self.ledger.transaction() as tx:
            today = tx.unit_by(unit.id).today(now)
            changed = tx.change_unit(unit.id, name=name, timezone=timezone, turnover=turnover)
            before = tx.load(unit.id, self._traits)
            _refuse_ending(before, today, now)
            change = Changing(tx, before, now, before)
            self._store(change)
            change.audit("unit changed", timezone=changed.timezone, turnover=changed.turnover)
        self._wake_owed(change)
        return changed

    def set_options(self, unit: Unit | str, channel: str, options: Mapping[str, str]) -> Link:
        """Replace the settings of a listing that is read by its calendar.

        Raises:
            UsageError: there is no such listing, it is linked through an account, or a setting is unknown, wrong, or a
                part of the private link.
        """
        unit, now = self.unit(unit), self._now()
        listing = by_key(self.state(unit), channel).id
        with self.ledger.reading() as tx:
            sealed = tx.secret(FEED, listing)
        if sealed is not None:
            refuse_secret(options, self.vault.unseal(FEED, listing, sealed))
        with self.ledger.transaction() as tx:
            link = tx.listing(listing)
            if link.route == API:
                msg = f"{link.key} is linked through an account"
                raise UsageError(msg, advice="Its settings are those of the account.")
            self._plugin(link.channel).route(options)
            tx.set_options(listing, options)
            before = tx.load(unit.id, self._traits)
            change = Changing(tx, before, now, before)
            self._store(change)
            change.audit("listing's settings changed", listing=listing)
        self._wake_owed(change)
        return link

    def retire(self, unit: Unit | str) -> Nights:
        """Take a lodging out of the hands of channelsync: every listing is unlinked, in one step.

        Its calendars are empty from then on, until the owner says of each that it is removed on its platform
        (`link_removed`); nothing else here is forgotten, so that linking a listing anew goes on where it ended.

        Returns:
            The nights that its listings take.
        """
        with self._changing(unit) as change:
            links = [change.tx.listing(one.id) for one in change.state.active]
            taken = Nights.union(one.claimed for one in change.state.active)
            for one in links:
                change.state, _ = orders.unlink(change.state, one.id, change.now, release=False)
                change.tx.drop_secret(FEED, one.id)
            change.audit("unit retired", listings=len(links))
        for one in links:
            self._let_go(one)
        return taken.since(change.before.unit.today(change.now))

    def _wake_owed(self, change: Changing) -> None:
        if self.wake is not None:
            for one in change.owed:
                self.wake(one)


def _refuse_ending(state: UnitState, today: date, now: datetime) -> None:
    """Refuse a time zone by which it is a later day already, where a stay would be over by that: tonight would open.

    A wrong zone that is put right again would not bring it back.

    Raises:
        UsageError: so it is.
    """
    there = state.unit.today(now)
    if any(today < one.stay.departure <= there for one in state.claims):
        msg = f"by the time zone {state.unit.timezone} a stay is over already that is not over yet"
        raise UsageError(msg, advice="Check the time zone. If it is the right one, change it in some hours.")


def _refuse_stranger(mine: ListingState, seen: Observation, plugin: ChannelPlugin, unit: Unit, now: datetime) -> None:
    """Refuse a calendar that shows less than half of the nights known to be taken on this listing: it is another one's.

    By a wrong calendar they would vanish, and in the end be opened; in high season two listings have some nights in
    common. What is missing just now counts as well: it may be the old link that shows too little.

    Raises:
        UsageError: so it is.
    """
    today = unit.today(now)
    refuse_another(mine, seen, plugin, today)
    known = mine.claimed.since(today)
    if 2 * len(known & seen.nights) < len(known):
        msg = f"it shows little of what is known of this listing: it is another of {plugin.title}"
        advice = "Copy the export link of the right listing; once all its stays have ended, unlink it and link it anew."
        raise UsageError(msg, advice=advice)
