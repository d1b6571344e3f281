"""Tokens renewed before they expire, once, however many workers there are.

Which are due stands in the ledger. A worker takes one by a lease, asks the platform outside any transaction, and stores
what it got where the access is still the one that it renewed. Should two ask all the same (the first was asleep for
longer than its lease), the first answer counts; a refusal of an access that was replaced meanwhile means nothing.

A refusal ends it: nothing is tried any more until the owner connects the account anew. Everything else that fails is
tried again, later each time; the old token serves until it expires.

A token that a platform refuses before its time is renewed too, but only once in an hour: where the new one is refused
as well, it is not the token that is wrong, and every process counts in the ledger. Platforms cap how many they give:
Booking.com thirty an hour to a machine account, all its properties together (documented).
"""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar, cast, final

from channelsync.adapter import Access, Flow
from channelsync.adapter.protocol import RefreshesCredential
from channelsync.cadence import backoff
from channelsync.errors import (
    ChannelSyncError,
    ChannelUnavailableError,
    CredentialRejectedError,
    LedgerError,
    RateLimitedError,
)
from channelsync.ids import AccountId
from channelsync.ledger import Credential
from channelsync.manager.accounts import ACCESS, Accounts, HeldAccess, packed, term
from channelsync.vault import redact

__all__ = ["Credentials", "Runs"]

_LEASE: Final = timedelta(minutes=2)
"""A renewal is a request or two; the driver gives each half a minute."""
_ONCE: Final = timedelta(hours=1)
"""So often at most a token is renewed because it was refused: a token of Booking.com's lives as long (documented)."""
_LONGEST_WAIT: Final = timedelta(hours=24)
_AT_ONCE: Final = 4

_log = logging.getLogger("channelsync.credentials")

T = TypeVar("T")


class Runs(Protocol):
    """Runs flows: `channelsync.engine.drive.Driver`."""

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns."""
        ...


@final
class Credentials:
    """Renews the accesses of an installation, for one worker."""

    def __init__(
        self,
        manager: Accounts,
        driver: Runs,
        now: Callable[[], datetime],
        *,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """``draw`` returns numbers at random from ``0 <= n < 1``."""
        self._manager = manager
        self._driver = driver
        self._now = now
        self._draw = draw
        self._holder = secrets.token_hex(8)

    def refresh_due(self) -> int:
        """Renew every access that is due and that no other worker is at; return how many were.

        Raises:
            LedgerError: the database cannot be used.
        """
        with self._manager.ledger.reading() as tx:
            due = [one.account for one in tx.credentials_due(self._now())]
        if len(due) < 2:  # noqa: PLR2004
            return sum(map(self.refresh, due))
        with ThreadPoolExecutor(min(_AT_ONCE, len(due)), thread_name_prefix="token") as pool:
            return sum(pool.map(self.refresh, due))

    def refresh(self, account: AccountId) -> bool:
        """Renew one access if it is due; False where it is not, another worker is at it, or it could not be.

        Raises:
            LedgerError: the database cannot be used.
        """
        now = self._now()
        with self._manager.ledger.transaction() as tx:
            taken = tx.lease_credential(account, self._holder, now=now, until=now + _LEASE)
        if taken is None:
            return False
        held: HeldAccess | None = None
        try:
            held = self._manager.held_access(account)
            return self._stored(held, self._renewed(held))
        except LedgerError:
            raise
        except CredentialRejectedError as error:
            if held is not None and self._manager.access_refused(held, redact(str(error))):
                _log.warning("the account %s is refused: %s", account, error)
            return False
        except ChannelSyncError as error:
            self._failed(taken, error)
            return False

    def usable(self, account: AccountId) -> HeldAccess:
        """Return an account's access, renewed first where it is over.

        Raises:
            CredentialRejectedError: only the owner can give it again.
            ChannelUnavailableError: it is over and cannot be renewed just now.
            VaultError: it cannot be opened.
        """
        held = self._manager.held_access(account)
        if not self._over(held):
            return held
        self.refresh(account)
        held = self._manager.held_access(account)
        if self._over(held):
            msg = f"the access to {held.plugin.title} is being renewed"
            raise ChannelUnavailableError(msg)
        return held

    def refused(self, held: HeldAccess) -> bool:
        """Note that a platform refused an access in use: renew it as soon as possible, once, or tell that it is over.

        Returns:
            Whether another is there, or on its way; else the refusal stands.
        """
        if not isinstance(held.plugin.api, RefreshesCredential):
            self._manager.access_refused(held, f"{held.plugin.title} refuses the token")
            return False
        state, why = held.state, f"{held.plugin.title} refuses the token"
        now = self._now()
        with self._manager.ledger.transaction() as tx:
            known = tx.credential(state.account)
            if known is None or known.generation != state.generation:
                return True
            if known.failures or (known.refresh_at is not None and known.refresh_at <= now):
                return True  # it is being renewed, or will be when the wait after a failure is over: not before
            if tx.take_try(f"token:{state.account}", 1, _ONCE, at=now):
                return False
            return tx.hasten_credential(state.account, state.generation, refresh_at=now, why=why)

    def _renewed(self, held: HeldAccess) -> Access:
        """Ask the platform; whatever a plugin raises is an error of ours in the end."""
        api = held.plugin.api
        if not isinstance(api, RefreshesCredential):
            msg = f"the plugin of {held.plugin.title} cannot renew a token any more"
            raise ChannelUnavailableError(msg)
        try:
            renewed = cast("object", self._driver.run(api.refresh(held.access)))
        except ChannelSyncError:
            raise
        except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything, with anything in its text
            msg = f"the plugin of {held.plugin.title} broke off ({type(error).__name__})"
            raise ChannelUnavailableError(msg) from None
        if not isinstance(renewed, Access):  # a plugin may return anything
            msg = f"the plugin of {held.plugin.title} returned no access"
            raise ChannelUnavailableError(msg)
        return renewed

    def _stored(self, held: HeldAccess, new: Access) -> bool:
        """Store a renewed access in the place of the one it was renewed from; False where that was replaced."""
        account, now = held.access.account, self._now()
        until = term(new.lifetime, now, self._draw())
        with self._manager.ledger.transaction() as tx:
            if not tx.renew_credential(
                account, held.state.generation, expires_at=until.expires_at, refresh_at=until.refresh_at
            ):
                return False
            sealed = self._manager.vault.seal(ACCESS, account, packed(new))
            tx.put_secret(ACCESS, account, sealed, at=now)
        return True

    def _failed(self, taken: Credential, error: ChannelSyncError) -> None:
        wait = backoff(taken.failures + 1, self._draw())
        if isinstance(error, RateLimitedError) and error.retry_after is not None:
            wait = max(wait, min(error.retry_after, _LONGEST_WAIT))
        why = redact(str(error))
        with self._manager.ledger.transaction() as tx:
            tx.credential_failed(taken, self._holder, refresh_at=self._now() + wait, why=why)
        _log.warning("the access of %s could not be renewed: %s", taken.account, why)

    def _over(self, held: HeldAccess) -> bool:
        """Whether an access has run out, or was never asked for yet."""
        until = held.state.expires_at
        if until is None:
            return held.state.refresh_at is not None and not held.access.token.reveal()
        return until <= self._now()
