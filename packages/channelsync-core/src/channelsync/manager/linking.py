"""Linking listings to a unit and unlinking them: read once, check that it makes sense, seal the link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import evolve

from channelsync import orders
from channelsync.adapter import FeedLook, SecretUrl
from channelsync.adapter.plugin import API
from channelsync.cadence import begun
from channelsync.coherence import KnownChannel, KnownLink, ProposedLink, check_link
from channelsync.errors import (
    ChannelError,
    Retry,
    UsageError,
    WireFormatError,
)
from channelsync.ids import ChannelName, ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Link, Transaction
from channelsync.manager.addresses import hand_over, issue
from channelsync.manager.connecting import Connecting, refuse_another
from channelsync.manager.desk import FEED, Changing, by_key
from channelsync.manager.reading import Errand
from channelsync.manager.reports import LinkReport
from channelsync.nights import NO_NIGHTS, Nights

__all__ = ["Linking", "refuse_secret"]

_TOKEN: Final = re.compile(r"[0-9A-Fa-f-]{16,}")
"""What names nothing that people call by name; found in a private link, it is what makes it private."""
_ANOTHERS: Final = "another owner's lodging"


class Linking(Connecting):
    """Units and their links."""

    def add_unit(
        self, name: str, *, timezone: str = "Europe/Paris", turnover: int = 0, owner: str | None = None
    ) -> Unit:
        """Add a lodging; ``turnover`` is how many nights stay free on either side of a guest.

        ``owner`` is whose it is, by name or id; None is the first owner.

        Raises:
            UsageError: the name is taken, or a value makes no sense.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            whose = self._owner(tx, now) if owner is None else tx.owner_by(owner)
            unit = tx.add_unit(whose.id, name, timezone=timezone, turnover=turnover, at=now)
            tx.audit("owner", "unit added", {"unit": unit.id}, at=now)
            return unit

    def links(self, unit: Unit | str) -> tuple[Link, ...]:
        """Return the listings linked to a lodging."""
        unit = self.unit(unit)
        with self.ledger.reading() as tx:
            return tx.listings(unit.id)

    def link(
        self, unit: Unit | str, channel: str, *, feed: str, options: Mapping[str, str] | None = None
    ) -> LinkReport:
        """Link a listing by its private export link, after reading it once and checking that it makes sense.

        ``options`` are the channel's settings; for a channel that may have several listings on one unit, ``name``
        tells them apart. A platform that does not answer just now is linked all the same, and the report says so; one
        whose name does not exist is not: a letter is wrong.

        Raises:
            UsageError: the link is refused; the text says why.
            ChannelError: the address holds no calendar, or refuses us.
        """
        unit, now = self.unit(unit), self._now()
        channel, _, label = channel.partition(":")
        plugin, settings = self._plugin(channel), dict(options or {})
        if plugin.several_per_unit:
            label = settings.pop("name", label)
        route, url = plugin.route(settings), SecretUrl.pasted(feed)
        refuse_secret(settings, url.reveal())
        look, problems = self._tried(Errand(ListingId(""), route, url, unit.timezone))
        proposed = ProposedLink(
            unit.id,
            ChannelName(channel),
            url.reveal(),
            self.vault.fingerprint(url.reveal()),
            label,
            prodid=look.reading.prodid if look and look.reading else "",
            events=look.observation.events if look else (),
        )
        with self.ledger.transaction() as tx:
            by_api = self._on_api(tx, proposed)
            problems += self._checked(tx, proposed, linked=by_api)
            if by_api is not None:
                mine = tx.load(unit.id, self._traits).of(by_api.id)
                if look is not None and any(one.code for one in proposed.events):
                    refuse_another(mine, look.observation, plugin, unit.today(now))
                self._stood_in(tx, by_api, url, now)
                return LinkReport(unit, by_api.key, len(proposed.events), _nights(look, unit, now), tuple(problems))
            made = tx.add_listing(unit.id, ChannelName(channel), label=label, options=settings, at=now)
            sealed = self.vault.seal(FEED, made.id, url.reveal())
            tx.put_secret(FEED, made.id, sealed, fingerprint=self.vault.fingerprint(url.reveal()), at=now)
            hand_over(tx, self.vault, made, now)
            issue(tx, self.vault, made.id, now)
            before = tx.load(unit.id, self._traits)
            fresh = evolve(before.of(made.id), habit=route.traits.echo, health=begun(now))
            change = Changing(tx, before, now, orders.welcome(before.with_listing(fresh), made.id))
            self._store(change)
            change.audit("listing linked", listing=made.id, channel=channel)
        return LinkReport(unit, made.key, len(proposed.events), _nights(look, unit, now), tuple(problems))

    def _on_api(self, tx: Transaction, proposed: ProposedLink) -> Link | None:
        """Return the listing of that channel which is linked through an account, and whose calendar may stand in."""
        if not self._plugin(proposed.channel).both_routes:
            return None
        known = (one for one in tx.listings(proposed.unit) if one.channel == proposed.channel and one.route == API)
        return next(known, None)

    def _stood_in(self, tx: Transaction, link: Link, url: SecretUrl, now: datetime) -> None:
        """Keep the export link of a listing on the API: it is read while the API does not answer."""
        sealed, fingerprint = self.vault.seal(FEED, link.id, url.reveal()), self.vault.fingerprint(url.reveal())
        tx.put_secret(FEED, link.id, sealed, fingerprint=fingerprint, at=now)
        tx.audit("owner", "calendar added to a listing", {"listing": link.id}, at=now)

    def _tried(self, errand: Errand) -> tuple[FeedLook | None, list[str]]:
        """Read the feed for the first time; None where the platform does not answer just now."""
        try:
            look = self._reader.try_out(errand, self._now())
        except ChannelError as error:
            # no waiting helps: refused, gone, a name that does not exist, or an answer that is no calendar
            if error.retry is Retry.AFTER_OWNER_ACTS or isinstance(error, WireFormatError):
                raise
            return None, [f"{error}; linked all the same, it will be read again"]
        if look.observation.failure is not None:
            msg = f"this link does not lead to a calendar: {look.observation.failure}"
            advice = "Copy the export link (iCal) from the platform again; open it in a browser to see what it holds."
            raise WireFormatError(msg, advice=advice)
        return look, list(look.observation.notes)

    def _checked(self, tx: Transaction, proposed: ProposedLink, *, linked: Link | None = None) -> list[str]:
        """Return what is odd about a link, and refuse one that cannot be right; ``linked`` is the listing it is of."""
        odd: list[str] = []
        known, ours = self._known_links(tx, proposed, apart=linked), [f"{self.base_url}/c"]
        for problem in check_link(proposed, known, self._channels(), ours):
            if problem.refuse:
                raise UsageError(problem.reason, advice=problem.advice)
            odd.append(problem.reason)
        return odd

    def _channels(self) -> list[KnownChannel]:
        """Return what the plugins say of their channels."""
        return [KnownChannel(one.name, one.title, one.traits, one.several_per_unit) for one in self.registry.plugins]

    def _known_links(self, tx: Transaction, proposed: ProposedLink, *, apart: Link | None) -> list[KnownLink]:
        """Return the links that this one may collide with: its unit's, those of equal address or equal calendar.

        Of another owner's there is only the one of equal address: neither its lodging, nor its platform, nor its stays.
        """
        same = {ListingId(one) for one in tx.secret_holders(FEED, *self.vault.fingerprints(proposed.feed))}
        units = {proposed.unit, *(tx.listing(one).unit for one in same), *tx.showing(proposed.events)}
        owner, found = tx.unit_by(proposed.unit).owner, list[KnownLink]()
        for unit in (tx.unit_by(one) for one in sorted(units)):
            if unit.owner != owner:
                known = (one for one in tx.listings(unit.id) if one.id in same and one.retired_at is None)
                found += [KnownLink(unit.id, _ANOTHERS, proposed.channel, proposed.fingerprint) for _ in known]
                continue
            for one in tx.load(unit.id, self._traits).active:
                if apart is None or one.id != apart.id:
                    there, mark = one.listing, proposed.fingerprint if one.id in same else ""
                    found.append(KnownLink(unit.id, unit.name, there.channel, mark, there.label, events=one.events))
        return found

    def unlink(self, unit: Unit | str, channel: str, *, release: bool = False) -> Nights:
        """Unlink a listing. Its future stays remain closed elsewhere unless ``release`` opens them, now or later.

        One that owes a look since a restore keeps its unit from giving out calendars until it is linked anew and read,
        or the owner answers for what was sold there: unlinked once more it owes nothing, and what is known of it stays
        closed as before; with ``release`` that opens.

        Returns:
            The nights that stay closed because of it.

        Raises:
            UsageError: there is no such listing, or it is unlinked and owes nothing.
        """
        with self._changing(unit) as change:
            owes = any(one.retired and one.owed_since for one in change.state.listings if one.listing.key == channel)
            listing = by_key(change.state, channel, retired=release or owes)
            link = change.tx.listing(listing.id)
            change.state, kept = orders.unlink(change.state, listing.id, change.now, release=release)
            change.tx.drop_secret(FEED, listing.id)
            change.audit("listing unlinked", listing=listing.id, released=release)
        if link.retired_at is None:
            self._let_go(link)
        return kept


def refuse_secret(options: Mapping[str, str], feed: str) -> None:
    """Refuse a setting that is a part of the private link: settings are shown, and stand in the pages that we open.

    Raises:
        UsageError: one is; the text names it and does not repeat it.
    """
    for name, value in options.items():
        if _TOKEN.fullmatch(value) and value.casefold() in feed.casefold():
            msg = f"the setting {name} is a part of the private link"
            raise UsageError(msg, advice="Leave it out, or copy it from the address of the listing's own page.")


def _nights(look: FeedLook | None, unit: Unit, now: datetime) -> Nights:
    """Return the nights, from today on, that a first look showed."""
    return look.observation.nights.since(unit.today(now)) if look else NO_NIGHTS
