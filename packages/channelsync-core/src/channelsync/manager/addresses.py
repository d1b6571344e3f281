"""The secret addresses of the calendars we publish: one for each listing, replaced, ended, or taken over by an heir.

An address ends in a token of 192 random bits. It is given to one platform only, so that a fetch by it tells which
platform reads. Where it is replaced, the earlier one answers too until the platform has read by the new one: a platform
that is cut off may open what it closed for us.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from channelsync.adapter import FeedReader, SecretUrl
from channelsync.errors import UsageError, VaultError
from channelsync.ids import ChannelName, ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Fetch, KnownReader, Link, Transaction
from channelsync.ledger.feed_rows import CALENDAR, REPLACED
from channelsync.manager.desk import Desk
from channelsync.manager.reports import FeedReaders, ReaderReport
from channelsync.manager.visitors import Asked, Visitor, client_name, rhythm_of, visitor
from channelsync.ports import Vault

__all__ = ["Addresses", "check_keys", "drop_replaced", "hand_over", "issue"]

_TOKEN_BYTES: Final = 24
_MOST_REPLACED: Final = 5
_SHOWN: Final = timedelta(days=31)
_MOST_SHOWN: Final = 2000


class Addresses(Desk):
    """What the owner pastes into each platform, and who reads it."""

    def feed_url(self, unit: Unit | str, channel: str) -> SecretUrl:
        """Return the address of the calendar that a listing's platform is to read; made where there is none yet.

        Raises:
            UsageError: the unit has no such listing.
        """
        unit, now = self.unit(unit), self._now()
        with self.ledger.transaction() as tx:
            link = _linked(tx, unit, channel)
            sealed = tx.secret(CALENDAR, link.id)
            token = self.vault.unseal(CALENDAR, link.id, sealed) if sealed else issue(tx, self.vault, link.id, now)
        return self._address(token)

    def rotate_feed_url(self, unit: Unit | str, channel: str) -> SecretUrl:
        """Replace the address; the present one answers until the platform has read by the new one.

        Raises:
            UsageError: the unit has no such listing, or too many earlier addresses still wait for the platform.
        """
        unit, now = self.unit(unit), self._now()
        with self.ledger.transaction() as tx:
            link = _linked(tx, unit, channel)
            if len(tx.replaced(link.id)) >= _MOST_REPLACED:
                msg = f"{_MOST_REPLACED} earlier addresses of {link.key} still answer"
                raise UsageError(msg, advice="Paste the present one into the platform, or end them with --cut.")
            _set_back(tx, self.vault, CALENDAR, link.id, link.id, now)
            token = issue(tx, self.vault, link.id, now)
            tx.audit("owner", "feed address replaced", {"listing": link.id}, at=now)
        return self._address(token)

    def cut_feed_url(self, unit: Unit | str, channel: str) -> SecretUrl:
        """End what has leaked at once: the earlier addresses, or where none is left, the present one.

        Returns:
            The address that is valid from now on.

        Raises:
            UsageError: the unit has no such listing.
        """
        unit, now = self.unit(unit), self._now()
        with self.ledger.transaction() as tx:
            link = _linked(tx, unit, channel)
            ended = drop_replaced(tx, link.id)
            sealed = tx.secret(CALENDAR, link.id) if ended else None
            token = self.vault.unseal(CALENDAR, link.id, sealed) if sealed else issue(tx, self.vault, link.id, now)
            tx.audit("owner", "feed address cut", {"listing": link.id, "earlier": ended}, at=now)
        return self._address(token)

    def link_removed(self, unit: Unit | str, channel: str) -> None:
        """Record that our calendar is removed from an unlinked listing's platform: its address answers 410 from now on.

        Raises:
            UsageError: the listing is still linked, or there is none.
        """
        unit, now = self.unit(unit), self._now()
        with self.ledger.transaction() as tx:
            links = [one for one in tx.listings(unit.id, retired=True) if one.key == channel]
            if not links or any(one.retired_at is None for one in links):
                msg = f"{unit.name} has {channel[:40]!r} linked" if links else f"{unit.name} never had {channel[:40]!r}"
                raise UsageError(msg, advice=f"Unlink it first: channelsync unlink {unit.slug} CHANNEL")
            for one in links:
                tx.set_link_removed(one.id, at=now)
                tx.audit("owner", "feed removed from its platform", {"unit": unit.id, "listing": one.id}, at=now)

    def feed_readers(self, unit: Unit | str, channel: str) -> FeedReaders:
        """Return who has read a listing's calendar in the last month, and what counts as its platform."""
        unit, now = self.unit(unit), self._now()
        with self.ledger.reading() as tx:
            link = _linked(tx, unit, channel)
            fetches = tx.fetches(link.id, since=now - _SHOWN, limit=_MOST_SHOWN)
            known = {one.client: one for one in tx.readers(link.id)}
            often, waiting = rhythm_of(tx, link.id, now), len(tx.replaced(link.id))
        clients: dict[str, list[Fetch]] = {}
        for one in fetches:
            clients.setdefault(client_name(one.client), []).append(one)
        seen = tuple(_reader(theirs, known.get(name)) for name, theirs in clients.items())
        proofs = [one.at for one in fetches if one.proof]
        return FeedReaders(unit, link.key, seen, max(proofs, default=None), often, waiting)

    def teach_reader(self, unit: Unit | str, channel: str, client: str, *, platform: bool = True) -> None:
        """Record the owner's word on a client of a listing's calendar: it is the platform's, or it is not.

        ``client`` is its User-Agent as `feed_readers` shows it; its numbers do not matter.

        Raises:
            UsageError: the unit has no such listing, or it is a client that anybody may have, which proves nothing.
        """
        asked, unit, now = Asked(client=client), self.unit(unit), self._now()
        if platform and (not asked.client or visitor(asked, ()) is Visitor.TOOL):
            msg = f"{asked.client[:60]!r} is a client that anybody may have"
            raise UsageError(msg, advice="A fetch by it cannot prove that the platform has read the calendar.")
        with self.ledger.transaction() as tx:
            link = _linked(tx, unit, channel)
            if platform and visitor(asked, *self._readers(link.channel)) is Visitor.OTHER:
                msg = f"{asked.client[:60]!r} names another platform"
                raise UsageError(msg, advice="Paste there the address that is made for it, in place of this one.")
            tx.put_reader(link.id, KnownReader(client_name(asked.client), platform, said=True, at=now))
            tx.audit("owner", "feed reader named", {"listing": link.id, "platform": platform}, at=now)

    def _readers(self, channel: ChannelName) -> tuple[tuple[FeedReader, ...], tuple[FeedReader, ...]]:
        """Return the known readers of a channel's platform, and those of all others."""
        plugins = self.registry.plugins
        own = tuple(reader for one in plugins if one.name == channel for reader in one.readers)
        return own, tuple(reader for one in plugins if one.name != channel for reader in one.readers)

    def _address(self, token: str) -> SecretUrl:
        return SecretUrl(f"{self.base_url}/c/{token}.ics")


def check_keys(tx: Transaction, vault: Vault) -> None:
    """Make sure that whatever is sealed here was sealed by keys at hand: else an address is unknown to us, not wrong.

    Raises:
        VaultError: something was not.
    """
    heads = vault.heads
    if heads and tx.sealed_by_others(heads):
        msg = f"{vault.kept_in} is not the key that sealed this database's addresses"
        raise VaultError(msg, advice="Put the right key in place, or beside it into CHANNELSYNC_OLD_KEYS.")


def issue(tx: Transaction, vault: Vault, listing: ListingId, now: datetime) -> str:
    """Give a listing a new address, in place of the one it has; return its token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    _put(tx, vault, CALENDAR, listing, token, now)
    return token


def hand_over(tx: Transaction, vault: Vault, heir: Link, now: datetime) -> None:
    """Let the addresses of an unlinked listing lead to the one that is linked anew in its place.

    The platform reads on by what was pasted there: an empty calendar would open what is taken elsewhere. Where the
    owner has said that it was removed there, nothing is taken over.
    """
    for left in tx.listings(heir.unit, retired=True):
        if left.retired_at is not None and left.key == heir.key:
            removed = tx.link_removed(left.id)
            for kind, name in [(CALENDAR, str(left.id)), *((REPLACED, one) for one in tx.replaced(left.id))]:
                if not removed:
                    _set_back(tx, vault, kind, name, heir.id, now)


def drop_replaced(tx: Transaction, listing: ListingId) -> int:
    """End a listing's earlier addresses; return how many there were."""
    earlier = tx.replaced(listing)
    for one in earlier:
        tx.drop_secret(REPLACED, one)
    return len(earlier)


def _linked(tx: Transaction, unit: Unit, channel: str) -> Link:
    """Return the linked listing of that key.

    Raises:
        UsageError: there is none.
    """
    links = tx.listings(unit.id)
    found = [one for one in links if one.key == channel] or [one for one in links if one.channel == channel]
    if len(found) != 1:
        msg = f"{unit.name} has {'several listings' if found else 'no listing'} called {channel[:40]!r}"
        raise UsageError(msg, advice=f"Linked there: {', '.join(one.key for one in links) or 'none'}.")
    return found[0]


def _set_back(tx: Transaction, vault: Vault, kind: str, name: str, listing: ListingId, now: datetime) -> None:
    """Make an address, where there is one of that name, an earlier one of a listing."""
    sealed = tx.secret(kind, name)
    if sealed is not None:
        token = vault.unseal(kind, name, sealed)
        tx.drop_secret(kind, name)
        _put(tx, vault, REPLACED, f"{listing}:{vault.fingerprint(token)[:12]}", token, now)


def _put(tx: Transaction, vault: Vault, kind: str, name: str, token: str, now: datetime) -> None:
    tx.put_secret(kind, name, vault.seal(kind, name, token), fingerprint=vault.fingerprint(token), at=now)


def _reader(fetches: list[Fetch], known: KnownReader | None) -> ReaderReport:
    """Tell one client; ``fetches`` are its own, latest first."""
    if fetches[0].visitor == Visitor.OTHER.value:  # whatever was learned of it, and proven by it, before
        return ReaderReport(fetches[0].client, fetches[0].visitor, "seen", len(fetches), fetches[0].at, platform=False)
    how = "said" if known and known.said else "learned" if known else "seen"
    platform = known.platform if known else any(one.proof for one in fetches)
    return ReaderReport(fetches[0].client, fetches[0].visitor, how, len(fetches), fetches[0].at, platform)
