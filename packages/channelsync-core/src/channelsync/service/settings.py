"""Whether an installation can work with the settings it was given: asked once, by every program that starts."""

from __future__ import annotations

import logging
from typing import Final

from channelsync.config import Config
from channelsync.errors import VaultError
from channelsync.manager import Manager
from channelsync.manager.addresses import check_keys
from channelsync.service.post import hub_way, mail_way

__all__ = ["check_settings"]

_log: Final = logging.getLogger("channelsync")


def check_settings(manager: Manager, config: Config) -> None:
    """Hold keys and mail settings against what they can be; a key that is whole but another one is only logged.

    That one may open part of what is stored, and may be put beside the right one; see `check_keys`.

    Raises:
        UsageError: a setting makes no sense; the text names the variable.
        VaultError: a key is missing, or is none.
        LedgerError: the database cannot be read.
    """
    mail_way(config)
    hub_way(config)
    manager.vault.check()
    with manager.ledger.reading() as tx:
        try:
            check_keys(tx, manager.vault)
        except VaultError as error:
            _log.error("%s. %s", error, error.advice)
