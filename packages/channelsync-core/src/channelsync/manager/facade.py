"""The manager: one object with which a script, an app or the command line runs everything.

Each method is one order or one question; each module beside this one brings the methods of one idea. Units are named by
id, slug or name; listings by their key (``airbnb``, ``ical:abritel``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, final

from attrs import evolve

from channelsync.adapter import Registry, discover
from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.ledger import Ledger, open_ledger
from channelsync.manager.answering import Answering
from channelsync.manager.asking import Asking
from channelsync.manager.hinting import Hinting
from channelsync.manager.keeping import Keeping
from channelsync.manager.keys import Keys
from channelsync.manager.leaving import Leaving
from channelsync.manager.ordering import Ordering
from channelsync.manager.publishing import Publishing
from channelsync.manager.reading import Reader
from channelsync.manager.syncing import Syncing
from channelsync.manager.tending import Tending
from channelsync.manager.upgrading import Upgrading
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.ports import Vault
from channelsync.vault import open_vault

__all__ = ["Manager", "manager_on", "open_manager"]


@final
class Manager(Tending, Ordering, Syncing, Publishing, Hinting, Answering, Keys, Keeping, Upgrading, Leaving, Asking):
    """Everything about an owner's units. Make one with `channelsync.open`; close it when done."""

    def __init__(
        self,
        ledger: Ledger,
        vault: Vault,
        registry: Registry,
        reader: Reader,
        now: Callable[[], datetime],
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        super().__init__(ledger, vault, registry, reader, now, policy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and the connections."""
        self._reader.close()
        self.ledger.close()


def open_manager(
    where: str | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    allow_private_addresses: bool | None = None,
    environ: Mapping[str, str] | None = None,
    policy: Policy | None = None,
) -> Manager:
    """Open the database at a path or a ``postgresql://`` URL, made or migrated where needed.

    Args:
        where: the database; None for the environment's ``CHANNELSYNC_DB``, or ``channelsync.db`` in this folder.
        now: the clock; None for the real time.
        allow_private_addresses: whether feeds may be fetched from loopback and private addresses; None for the
            environment's ``CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES``, or no.
        environ: the environment; None for the process's own.
        policy: the thresholds of the sync model; None for the measured ones, looking as often as the environment's
            ``CHANNELSYNC_POLL_MINUTES`` says.

    Raises:
        LedgerError: the database cannot be used; the line says why and what to do.
        UsageError: an argument or a variable makes no sense.
    """
    config = Config.from_environment(os.environ if environ is None else environ)
    database = where or config.database
    clock = now or _real_time
    ledger = open_ledger(database, now=clock())
    return manager_on(ledger, database, config, clock, allow_private_addresses=allow_private_addresses, policy=policy)


def manager_on(
    ledger: Ledger,
    database: str,
    config: Config,
    clock: Callable[[], datetime],
    *,
    allow_private_addresses: bool | None = None,
    policy: Policy | None = None,
) -> Manager:
    """Return the manager of a database that is open; it closes the ledger when it is closed, or cannot be made.

    Raises:
        ChannelSyncError: as `open_manager`.
    """
    try:
        with ledger.reading() as tx:
            known = tx.has_secrets()
        vault = _vault(database, config, ledger, secrets_exist=known)
        allow = config.allow_private_addresses if allow_private_addresses is None else allow_private_addresses
        reader = Reader(AddressPolicy(allow_private=allow))
    except BaseException:
        ledger.close()
        raise
    thresholds = policy or evolve(DEFAULT_POLICY, poll_every=config.poll_every)
    manager = Manager(ledger, vault, discover(), reader, clock, thresholds)
    manager.base_url, manager.laid_out = config.base_url, config.publish is not None
    return manager


def _vault(database: str, config: Config, ledger: Ledger, *, secrets_exist: bool) -> Vault:
    """Return the vault; with Azure Key Vault, its first key is made here, where no transaction waits for Azure."""
    if config.key_vault is None:
        return open_vault(database, key=config.key, old_keys=config.old_keys, secrets_exist=secrets_exist)
    from channelsync.vault.azure import AzureKeys  # noqa: PLC0415 - only where it is used

    def read(key: str) -> str | None:
        with ledger.reading() as tx:
            return tx.meta(key)

    provider = AzureKeys(config.key_vault)
    vault = open_vault(database, old_keys=config.old_keys, secrets_exist=secrets_exist, provider=provider, read=read)
    vault.prepare(ledger.transaction)
    return vault


def _real_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - here the clock comes in; everything below is handed the time
