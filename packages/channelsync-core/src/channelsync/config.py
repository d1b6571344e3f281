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
                                        ``sftp://USER@HOST/FOLDER``, or
                                        ``https://ACCOUNT.blob.core.windows.net/CONTAINER``, also with a signature
``CHANNELSYNC_PUBLISH``                 static hosting that hands the calendars out, where no server of ours does: a
                                        folder, ``sftp://USER@HOST/FOLDER`` or the address of a container
``CHANNELSYNC_HEARTBEAT_URL``           an address asked for every few minutes while all is well, so that who runs it
                                        notices a dead machine
``CHANNELSYNC_HOSTS``                   further names under which the web app answers, with commas: an earlier address
                                        while platforms still use it, or the name of a cloud's own front
``CHANNELSYNC_TRUSTED_PROXIES``         addresses or networks of proxies that are believed who asks, with commas; ``*``
                                        where nobody but the proxy can reach the web app
``CHANNELSYNC_METRICS_TOKEN``           at least 20 characters that open ``/metrics`` from elsewhere than this machine
``CHANNELSYNC_OIDC_ISSUER``             ``https://...``: a service that vouches for people (OpenID Connect), by which
                                        owners may sign in once they have linked it to their account here
``CHANNELSYNC_OIDC_CLIENT_ID``          who we are for that service
``CHANNELSYNC_OIDC_CLIENT_SECRET``      the secret it gave us, where it gave one
``CHANNELSYNC_OIDC_NAME``               how owners call it; default: its host's name
``CHANNELSYNC_PUSH_HOSTS``              hosts of further push services, with commas, where browsers use others than the
                                        known ones; ``*.`` before a name stands for all below it
``CHANNELSYNC_NOTIFICATION_HUB``        connection string of a hub of Azure Notification Hubs, with its ``EntityPath``:
                                        alerts go out by it to the devices that it can reach
======================================= ==============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Final, Self, final
from urllib.parse import urlsplit

from attrs import field, frozen

from channelsync.errors import UsageError

__all__ = ["Config"]

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"", "0", "false", "no", "off"})
_LONGEST_NAME: Final = 40
_SHORTEST_TOKEN: Final = 20
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
    publish: str | None = field(default=None, repr=False)
    heartbeat_url: str | None = field(default=None, repr=False)
    push_hosts: tuple[str, ...] = ()
    notification_hub: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""

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
            publish=environ.get("CHANNELSYNC_PUBLISH", "").strip() or None,
            heartbeat_url=_web_address(environ, "CHANNELSYNC_HEARTBEAT_URL"),
            push_hosts=_listed(environ, "CHANNELSYNC_PUSH_HOSTS"),
            notification_hub=environ.get("CHANNELSYNC_NOTIFICATION_HUB", "").strip() or None,
            hosts=_listed(environ, "CHANNELSYNC_HOSTS"),
            trusted_proxies=_networks(environ, "CHANNELSYNC_TRUSTED_PROXIES"),
            metrics_token=_metrics_token(environ),
            mail_authserv=_listed(environ, "CHANNELSYNC_MAIL_AUTHSERV"),
            smtp_url=environ.get("CHANNELSYNC_SMTP_URL", "").strip() or None,
            mail_from=environ.get("CHANNELSYNC_MAIL_FROM", "").strip() or None,
            poll_every=timedelta(minutes=_number(environ, "CHANNELSYNC_POLL_MINUTES", 15, range(1, 61))),
            oidc_issuer=_issuer(environ),
            oidc_client_id=environ.get("CHANNELSYNC_OIDC_CLIENT_ID", "").strip(),
            oidc_client_secret=environ.get("CHANNELSYNC_OIDC_CLIENT_SECRET", "").strip(),
            oidc_name=environ.get("CHANNELSYNC_OIDC_NAME", "").strip()[:_LONGEST_NAME],
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


def _issuer(environ: Mapping[str, str]) -> str | None:
    """Return the service that vouches for people; in the open it may stand on this machine only."""
    address = _web_address(environ, "CHANNELSYNC_OIDC_ISSUER")
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        msg = "CHANNELSYNC_OIDC_ISSUER does not begin with https://"
        raise UsageError(msg, advice="Who vouches for people has to be asked encrypted.")
    if not environ.get("CHANNELSYNC_OIDC_CLIENT_ID", "").strip():
        msg = "CHANNELSYNC_OIDC_ISSUER is set, and CHANNELSYNC_OIDC_CLIENT_ID is not"
        raise UsageError(msg, advice="Register this installation with that service, and set both.")
    return address


def _is_here(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _listed(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in environ.get(name, "").split(",") if one.strip())


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = _listed(environ, name)
    try:
        for one in found:
            if one != "*":
                ip_network(one)
    except ValueError:
        msg = f"{name} holds what is neither an address nor a network"
        raise UsageError(
            msg, advice="Write addresses or networks with commas, for example 127.0.0.1,10.0.0.0/8."
        ) from None
    return found


def _metrics_token(environ: Mapping[str, str]) -> str | None:
    token = environ.get("CHANNELSYNC_METRICS_TOKEN", "").strip()
    if token and (len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        msg = f"CHANNELSYNC_METRICS_TOKEN is shorter than {_SHORTEST_TOKEN} characters, or has others than ASCII"
        raise UsageError(msg, advice="Draw one, for example with `openssl rand -hex 20`.")
    return token or None


def _base_url(environ: Mapping[str, str]) -> str:
    """Return the address without a slash at its end; what is secret stands in its paths, so it must be encrypted."""
    text = environ.get("CHANNELSYNC_BASE_URL", "").strip().rstrip("/") or "http://127.0.0.1:8000"
    try:
        parts = urlsplit(text)
        host, port, plain = parts.hostname or "", parts.port, not (parts.query or parts.fragment or parts.username)
    except ValueError:
        host, port, plain, parts = "", None, False, urlsplit("")
    here = _is_here(host)
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
