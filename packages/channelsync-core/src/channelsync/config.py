"""The defaults of an installation, read from its environment once and validated.

The environment is handed in as a mapping, so that a test or an app may give another. Arguments of a command or a call
come before these.

======================================= ==============================================================================
``CHANNELSYNC_DB``                      path or URL of the database; default ``channelsync.db`` in the current folder
``CHANNELSYNC_KEY``                     the master key, in base64; PostgreSQL needs it, SQLite else has a key file
``CHANNELSYNC_OLD_KEYS``                keys that seal nothing any more and still open what they sealed, with commas
``CHANNELSYNC_KEY_VAULT``               ``https://NAME.vault.azure.net/keys/KEY``: that key of Azure Key Vault wraps the
                                        master key, which then stands in the database; in place of CHANNELSYNC_KEY
``CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES`` ``1``: feeds may be fetched from loopback and private addresses
``CHANNELSYNC_BASE_URL``                where the published calendars are reached from outside, ``https://...``; default
                                        ``http://127.0.0.1:8000``
``CHANNELSYNC_POLL_MINUTES``            minutes between two looks when nothing hurries, 1 to 60; default 15
``CHANNELSYNC_IMAP_URL``                ``imaps://USER:PASSWORD@HOST/FOLDER``: where the platforms' mails arrive
``CHANNELSYNC_MAIL_AUTHSERV``           the names under which our mail servers vouch for senders, with commas
``CHANNELSYNC_SMTP_URL``                ``smtps://USER:PASSWORD@HOST:PORT``: the server that takes our mails; ``smtp://``
                                        begins with STARTTLS, ``smtp+insecure://`` is a relay on this machine
``CHANNELSYNC_MAIL_FROM``               the address our mails come from; default: the SMTP user, where it is one
``CHANNELSYNC_BACKUP``                  where the daily backup goes: a folder, or
                                        ``https://ACCOUNT.blob.core.windows.net/CONTAINER``, also with a signature
``CHANNELSYNC_HEARTBEAT_URL``           an address asked for every few minutes while all is well, so that who runs it
                                        notices a dead machine
======================================= ==============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Self, final
from urllib.parse import urlsplit

from attrs import field, frozen

from channelsync.errors import UsageError

__all__ = ["Config"]

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"", "0", "false", "no", "off"})
_KEY_ADDRESS: Final = re.compile(r"https://[^/@\s]+/keys/[^/\s]+")


@final
@frozen
class Config:
    """The defaults of an installation. ``key`` is the master key's text, None when it is not in the environment."""

    database: str = "channelsync.db"
    key: str | None = field(default=None, repr=False)
    old_keys: tuple[str, ...] = field(default=(), repr=False)
    key_vault: str | None = None
    allow_private_addresses: bool = False
    base_url: str = "http://127.0.0.1:8000"
    imap_url: str | None = field(default=None, repr=False)
    mail_authserv: tuple[str, ...] = ()
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    poll_every: timedelta = timedelta(minutes=15)
    backup: str | None = field(default=None, repr=False)
    heartbeat_url: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables; an empty one counts as not set.

        Raises:
            UsageError: a value makes no sense; the text names the variable.
        """
        return cls(
            database=environ.get("CHANNELSYNC_DB", "").strip() or "channelsync.db",
            key=environ.get("CHANNELSYNC_KEY", "").strip() or None,
            old_keys=_listed(environ, "CHANNELSYNC_OLD_KEYS"),
            key_vault=_key_vault(environ),
            allow_private_addresses=_flag(environ, "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES"),
            base_url=_base_url(environ),
            imap_url=environ.get("CHANNELSYNC_IMAP_URL", "").strip() or None,
            backup=environ.get("CHANNELSYNC_BACKUP", "").strip() or None,
            heartbeat_url=_web_address(environ, "CHANNELSYNC_HEARTBEAT_URL"),
            mail_authserv=_listed(environ, "CHANNELSYNC_MAIL_AUTHSERV"),
            smtp_url=environ.get("CHANNELSYNC_SMTP_URL", "").strip() or None,
            mail_from=environ.get("CHANNELSYNC_MAIL_FROM", "").strip() or None,
            poll_every=timedelta(minutes=_number(environ, "CHANNELSYNC_POLL_MINUTES", 15, range(1, 61))),
        )


def _key_vault(environ: Mapping[str, str]) -> str | None:
    address = environ.get("CHANNELSYNC_KEY_VAULT", "").strip()
    if not address:
        return None
    if not _KEY_ADDRESS.fullmatch(address):
        msg = "CHANNELSYNC_KEY_VAULT is not the address of a key"
        raise UsageError(msg, advice="Write it as https://NAME.vault.azure.net/keys/KEY, without a version.")
    if environ.get("CHANNELSYNC_KEY", "").strip():
        msg = "CHANNELSYNC_KEY and CHANNELSYNC_KEY_VAULT are both set"
        advice = (
            "Keep one. To move into the vault, rename CHANNELSYNC_KEY to CHANNELSYNC_OLD_KEYS, then rotate the keys."
        )
        raise UsageError(msg, advice=advice)
    return address


def _web_address(environ: Mapping[str, str], name: str) -> str | None:
    address = environ.get(name, "").strip()
    if not address:
        return None
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        msg = f"{name} is not a web address"
        raise UsageError(msg, advice=f"Set {name} to an https:// address, or remove it.")
    return address


def _listed(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in environ.get(name, "").split(",") if one.strip())


def _base_url(environ: Mapping[str, str]) -> str:
    """Return the address without a slash at its end; what is secret stands in its paths, so it must be encrypted."""
    text = environ.get("CHANNELSYNC_BASE_URL", "").strip().rstrip("/") or "http://127.0.0.1:8000"
    try:
        parts = urlsplit(text)
        host, port, plain = parts.hostname or "", parts.port, not (parts.query or parts.fragment or parts.username)
    except ValueError:
        host, port, plain, parts = "", None, False, urlsplit("")
    here = host in {"localhost", "::1"} or host.startswith("127.")
    if not (host and plain and port != 0 and text.isascii() and text.isprintable() and " " not in text):
        msg = "CHANNELSYNC_BASE_URL is not the address of a server"
        raise UsageError(msg, advice="Write it as https://HOST, as platforms reach it from outside.")
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        msg = "CHANNELSYNC_BASE_URL does not begin with https://"
        raise UsageError(msg, advice="Calendars are found by secret addresses: serve them encrypted.")
    return text


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    msg = f"{name} is {text[:20]!r}, which is neither yes nor no"
    raise UsageError(msg, advice=f"Set {name} to 1 or 0, or remove it.")


def _number(environ: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdecimal() and int(text[:9]) in allowed:
        return int(text[:9])
    msg = f"{name} is {text[:20]!r}, which is no whole number from {allowed[0]} to {allowed[-1]}"
    raise UsageError(msg, advice=f"Set {name} to such a number, or remove it.")
