"""The defaults of an installation, read from its environment once and validated.

The environment is handed in as a mapping, so that a test or an app may give another. Arguments of a command or a call
come before these.

======================================= ==============================================================================
``CHANNELSYNC_DB``                      path or URL of the database; default ``channelsync.db`` in the current folder
``CHANNELSYNC_KEY``                     the master key, in base64; PostgreSQL needs it, SQLite else has a key file
``CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES`` ``1``: feeds may be fetched from loopback and private addresses
======================================= ==============================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self, final

from attrs import field, frozen

from channelsync.errors import UsageError

__all__ = ["Config"]

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"", "0", "false", "no", "off"})


@final
@frozen
class Config:
    """The defaults of an installation. ``key`` is the master key's text, None when it is not in the environment."""

    database: str = "channelsync.db"
    key: str | None = field(default=None, repr=False)
    allow_private_addresses: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables; an empty one counts as not set.

        Raises:
            UsageError: a value makes no sense; the text names the variable.
        """
        return cls(
            database=environ.get("CHANNELSYNC_DB", "").strip() or "channelsync.db",
            key=environ.get("CHANNELSYNC_KEY", "").strip() or None,
            allow_private_addresses=_flag(environ, "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES"),
        )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    msg = f"{name} is {text[:20]!r}, which is neither yes nor no"
    raise UsageError(msg, advice=f"Set {name} to 1 or 0, or remove it.")
