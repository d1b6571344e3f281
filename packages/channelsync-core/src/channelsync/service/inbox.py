"""The inbox: what webhooks and mails say is kept first, answered at once, and acted on after.

Acting on it is hinting: the listings it is about are looked at soon (`Manager.hint`). Nothing of its text is believed,
so a forged one costs a few requests, a doubled one hardly any, and a lost one at most a poll period. What cannot be
handled is given up after `MOST_TRIES`, with one line in the log; bodies may hold guests' names and are emptied once
handled, and after `LONGEST_KEPT` whatever happens.

A mail that cannot be forged can still be sent again and again. So what one source says about one channel counts
`MOST_AN_HOUR` times an hour; by then every look that such mails could cause is being taken anyway.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, final
from urllib.parse import urlsplit

from attrs import frozen

from channelsync.adapter import ReceivesWebhooks
from channelsync.cadence import HealthEvent
from channelsync.errors import ChannelSyncError, LedgerError, VaultError, WireFormatError
from channelsync.ids import ListingId, OwnerId
from channelsync.ledger import Incoming, Link, Transaction
from channelsync.mail import Refused, Rule, recognise, rules_of, trusted_by
from channelsync.manager import Manager
from channelsync.manager.desk import FEED
from channelsync.service.hooks import IMAP, MAIL, note_caller
from channelsync.service.teaching import lessons

__all__ = ["LONGEST_BODY", "LONGEST_KEPT", "MOST_AN_HOUR", "MOST_TRIES", "Inbox", "Receipt"]

LONGEST_BODY: Final = 65_536
"""Bytes of a body that are kept."""
LONGEST_KEPT: Final = timedelta(hours=24)
"""So long a body waits at most."""
LONGEST_KNOWN: Final = timedelta(days=7)
"""So long the same delivery is known again: those who send again give up within two days (documented by two)."""
MOST_AN_HOUR: Final = 12
"""So many mails of one source about one channel cause looks within an hour."""
MOST_TRIES: Final = 5
"""So often something that cannot be handled is tried."""
MOST_LISTINGS: Final = 100
"""One message causes looks at so many listings at most: one that could be about more says too little."""

_LOT: Final = 100
_MOST_HEADERS: Final = 40
_LONGEST_HEADER: Final = 2000
_HEADER: Final = re.compile(
    r"content-(type|digest)|date|digest|signature(-input)?|webhook-(id|timestamp|signature)"
    r"|x-[a-z0-9-]*(signature|timestamp|event|delivery|hook|hmac|topic)[a-z0-9-]*"
)
"""The headers that a plugin may need to know a delivery for genuine; no credentials, no addresses of people."""
_NUMBER: Final = re.compile(r"[0-9]{6,20}")

_log = logging.getLogger("channelsync.inbox")


@final
@frozen
class Receipt:
    """That something is kept; ``fresh`` is False where the same delivery was kept before."""

    fresh: bool


@final
@frozen
class _Meaning:
    """What a message comes to: how it ends, and the listings to look at."""

    outcome: str
    listings: tuple[ListingId, ...] = ()
    event: HealthEvent = HealthEvent.HINT


@final
class Inbox:
    """Takes in what others say, and acts on it; see the head of the module."""

    def __init__(self, manager: Manager, *, servers: Iterable[str] = (), mailbox: Iterable[str] = ()) -> None:
        """Keep the manager that is hinted.

        Args:
            manager: whose listings.
            servers: the names under which the server that takes our mail in vouches for senders.
            mailbox: those of the server whose mailbox is read, beside these.

        Raises:
            UsageError: a name is none.
        """
        self.manager = manager
        ours = trusted_by(servers)
        self._trusted = {MAIL: ours, IMAP: (*ours, *trusted_by(mailbox))}
        self._rules = rules_of(manager.registry.plugins)

    @property
    def trusted(self) -> tuple[str, ...]:
        """The names under which our servers vouch for senders, the mailbox's among them."""
        return self._trusted[IMAP]

    def rules(self, owner: OwnerId | None = None) -> tuple[Rule, ...]:
        """Return by what mails are recognised: what an owner taught (None: any of them), then what plugins know."""
        with self.manager.ledger.reading() as tx:
            return self._taught(tx, owner)

    def _taught(self, tx: Transaction, owner: OwnerId | None) -> tuple[Rule, ...]:
        owners = [owner] if owner else [one.id for one in tx.owners()[:MOST_LISTINGS]]
        return (*(lesson.rule for one in owners for lesson in lessons(tx, one)), *self._rules)

    def receive(
        self, source: str, key: str, headers: Mapping[str, str], body: bytes, now: datetime, host: str = ""
    ) -> Receipt:
        """Keep what came in; when this returns it is durable.

        Args:
            source: by which way it came, ``<channel>/<scope>``; see `channelsync.service.hooks`.
            key: what the sender calls this delivery, empty where it has no name: then it is never taken for another.
            headers: those that came with it; few are kept.
            body: the delivery or the mail; what goes beyond `LONGEST_BODY` is dropped.
            now: the time.
            host: by which of our names it was called.

        Raises:
            LedgerError: it could not be kept; the sender must try again.
        """
        known = sha256(f"{source}\n{key or secrets.token_hex(16)}".encode("utf-8", "replace")).hexdigest()
        with self.manager.ledger.transaction() as tx:
            note_caller(tx, source, host, at=now)
            return Receipt(tx.put_incoming(known, source, _kept(headers), body[:LONGEST_BODY], at=now))

    def handle_due(self, now: datetime) -> int:
        """Act on everything that waits, and empty what has waited too long; return how much was handled.

        Safe to call at any time, twice, or in two processes at once: a hint given twice is one look.

        Raises:
            LedgerError: the database cannot be used; nothing is lost.
        """
        ledger = self.manager.ledger
        with ledger.reading() as tx:
            waiting = tx.incoming(limit=_LOT)
        hinted: set[tuple[ListingId, HealthEvent]] = set()
        for one in waiting:
            self._handle(one, hinted, now)
        with ledger.transaction() as tx:
            lost = tx.forget_incoming(waiting_before=now - LONGEST_KEPT, known_before=now - LONGEST_KNOWN, at=now)
        if lost:
            _log.error("%d messages waited for a day and were given up", lost)
        return len(waiting)

    def _handle(self, one: Incoming, hinted: set[tuple[ListingId, HealthEvent]], now: datetime) -> None:
        """Act on one message; the hints are stored before it is noted as handled."""
        try:
            meaning = self._meaning(one, now)
            for listing in meaning.listings:
                if (listing, meaning.event) not in hinted:
                    hinted.add((listing, meaning.event))
                    self.manager.hint(listing, meaning.event)
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - plugins are other people's code, and messages are strangers' text
            self._failed(one, str(error) if isinstance(error, ChannelSyncError) else type(error).__name__, now)
            return
        with self.manager.ledger.transaction() as tx:
            tx.close_incoming(one.seq, meaning.outcome, at=now)
        _log.info("%s: %s, %d listings", one.source, meaning.outcome, len(meaning.listings))

    def _failed(self, one: Incoming, why: str, now: datetime) -> None:
        with self.manager.ledger.transaction() as tx:
            tx.retry_incoming(one.seq)
            if one.attempts + 1 >= MOST_TRIES:
                tx.close_incoming(one.seq, f"given up: {why}", at=now)
        if one.attempts + 1 >= MOST_TRIES:
            _log.error("%s: a message was given up after %d tries (%s); polling goes on", one.source, MOST_TRIES, why)

    def _meaning(self, one: Incoming, now: datetime) -> _Meaning:
        channel, _, scope = one.source.partition("/")
        if channel in self._trusted:
            return self._mail(one, channel, scope, now)
        return self._delivery(one, channel, scope)

    def _delivery(self, one: Incoming, channel: str, scope: str) -> _Meaning:
        """Ask the plugin what a webhook's delivery is about."""
        api = self.manager.registry.get(channel).api
        if not isinstance(api, ReceivesWebhooks):
            return _Meaning("refused: the channel sends no webhooks")
        try:
            hints = api.hints(one.headers, one.body)
        except WireFormatError:
            return _Meaning("refused: its plugin does not take it")
        with self.manager.ledger.reading() as tx:
            links = _links(tx, channel, scope, None)
        named = {hint.listing for hint in hints}
        if "" in named:
            return _limited(channel, links, HealthEvent.HINT)
        return _limited(channel, [link for link in links if link.external_id in named], HealthEvent.HINT)

    def _mail(self, one: Incoming, channel: str, scope: str, now: datetime) -> _Meaning:
        """Recognise a mail, and find the listings it may be about."""
        with self.manager.ledger.reading() as tx:
            owner = _owner(tx, scope)
            rules = self._taught(tx, owner)
        found = recognise(one.body, self._trusted[channel], rules)
        if isinstance(found, Refused):
            return _Meaning(f"refused: {found.reason.value}")
        outcome = f"mail of {found.channel}"
        with self.manager.ledger.reading() as tx:
            if tx.count_incoming(one.source, outcome, since=now - timedelta(hours=1)) >= MOST_AN_HOUR:
                return _Meaning(f"enough: {outcome}")
            links = _links(tx, found.channel, scope, found.owner)
            named = [link for link in links if found.numbers & self._numbers(tx, link)] if found.numbers else []
        event = HealthEvent.HINT if found.means == "other" else HealthEvent.MAIL_HINT
        return _limited(outcome, named or links, event)

    def _numbers(self, tx: Transaction, link: Link) -> frozenset[str]:
        """Return the numbers by which a platform calls a listing, as far as its export link shows them."""
        sealed = tx.secret(FEED, link.id)
        try:
            url = "" if sealed is None else self.manager.vault.unseal(FEED, link.id, sealed)
            return frozenset(_NUMBER.findall(f"{link.external_id} {urlsplit(url).path}"))
        except (VaultError, ValueError):
            return frozenset()


def _limited(outcome: str, links: Sequence[Link], event: HealthEvent) -> _Meaning:
    if len(links) > MOST_LISTINGS:
        return _Meaning("refused: it may be about too many listings; give each owner an address of their own")
    return _Meaning(outcome, tuple(link.id for link in links), event)


def _owner(tx: Transaction, scope: str) -> OwnerId | None:
    """Return whose messages come by a scope: an account's owner, the owner, or None for anybody's."""
    accounts = (one.owner for one in tx.accounts() if one.id == scope)
    return next(accounts, OwnerId(scope)) if scope else None


def _links(tx: Transaction, channel: str, scope: str, owner: OwnerId | None) -> list[Link]:
    """Return the listings on a channel that a scope, or the owner who taught the mail, has."""
    owner = owner or _owner(tx, scope)
    links = tx.listings() if owner is None else [link for unit in tx.units(owner) for link in tx.listings(unit.id)]
    links = [link for link in links if link.channel == channel]
    return [link for link in links if link.account == scope] or links


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the few headers that are kept, their names in lower case."""
    kept = ((name.lower(), value[:_LONGEST_HEADER]) for name, value in headers.items())
    return dict([(name, value) for name, value in kept if _HEADER.fullmatch(name)][:_MOST_HEADERS])
