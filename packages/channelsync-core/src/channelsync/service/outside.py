"""How an installation looks to those who come from outside, as far as its own machine can see that.

Everything is asked by the public name, as a platform would: what the name leads to, whose certificate stands there and
how long it holds, and what answers below ``/c/`` and ``/hooks/``. A sign-in or a check for robots in front of these
answers with a page, and the platforms would read nothing any more. That the calendar behind an address is this very
installation's is proven by its own ledger: it has written down a fetch by the name that this look gave itself.

Nothing here counts as a platform's reading: a client that calls itself channelsync never does.
"""

from __future__ import annotations

import ctypes
import secrets
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from importlib.metadata import version
from typing import Final, final
from urllib.parse import urlsplit

import httpx
from attrs import frozen

from channelsync.adapter import Flow, SecretUrl
from channelsync.engine.address import Resolver, fault_of, system_resolver
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelSyncError
from channelsync.ids import ListingId
from channelsync.ledger.feed_rows import CALENDAR
from channelsync.manager import Manager

__all__ = [
    "Answered",
    "Certificate",
    "Name",
    "calendar_answers",
    "certificate_of",
    "clock_is_kept",
    "hook_answers",
    "host_and_port",
    "name_of",
    "unknown_answers",
]

_HTTPS: Final = 443
_PATIENCE: Final = 10.0
_TOKEN_BYTES: Final = 24
_NOT_FOUND: Final = 404
_UNAVAILABLE: Final = 503
_OK: Final = 200
_TIMEX: Final = 512
"""Bytes for the system's answer about its clock, which takes 208; all zero, so nothing is set."""
_UNKEPT: Final = 5
"""``TIME_ERROR`` of adjtimex(2): nobody keeps the clock."""
_LOOKED_BACK: Final = 20
"""Fetches among which this look's own is searched for: between asking and searching hardly anybody else comes."""


@final
@frozen
class Name:
    """What a host's name leads to, and what keeps the first such address from being a public one."""

    addresses: tuple[str, ...] = ()
    fault: str = ""


@final
@frozen
class Certificate:
    """From when until when a certificate holds; None where a platform would trust none, with why if one is shown."""

    since: datetime | None = None
    until: datetime | None = None
    fault: str = ""


class Answered(Enum):
    """What came of a request from outside."""

    RIGHT = "right"
    """As channelsync answers."""
    PAGE = "page"
    """A page: a sign-in, a check for robots, or another website."""
    STRANGE = "strange"
    """Something else than channelsync would say."""
    ANOTHER = "another"
    """A calendar, but not out of this database."""
    WAITING = "waiting"
    """channelsync, which gives out no calendar at present."""
    SILENT = "silent"
    """Nothing that could be read."""


def name_of(host: str, port: int = _HTTPS, resolve: Resolver = system_resolver) -> Name:
    """Return what a name leads to; without any address where it leads nowhere."""
    try:
        found = tuple(resolve(host, port))
    except (OSError, UnicodeError):
        return Name()
    faults = [fault for one in found if (fault := fault_of(one))]
    return Name(found, faults[0] if faults else "")


def certificate_of(host: str, port: int = _HTTPS, tls: ssl.SSLContext | None = None) -> Certificate:
    """Return until when the certificate holds that a host shows for its name.

    Args:
        host: its name.
        port: its port.
        tls: which authorities are trusted, in place of the usual ones.
    """
    trust = tls or httpx.create_ssl_context()
    try:
        with (
            socket.create_connection((host, port), _PATIENCE) as wire,
            trust.wrap_socket(wire, server_hostname=host) as encrypted,
        ):
            shown = encrypted.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Certificate(fault=error.verify_message)
    except (OSError, ValueError):
        return Certificate()
    since, until = (ssl.cert_time_to_seconds(str(shown[one])) for one in ("notBefore", "notAfter"))
    return Certificate(datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC))


def unknown_answers(driver: Driver, base_url: str) -> tuple[Answered, str]:
    """Ask for a calendar that nobody has: refused in our way, or by somebody else; with why, where nothing came."""
    url = f"{base_url}/c/{secrets.token_urlsafe(_TOKEN_BYTES)}.ics"
    return _asked(driver, url, _is_ours)


def hook_answers(driver: Driver, base_url: str) -> tuple[Answered, str]:
    """Call an address that nobody has, as `unknown_answers` does."""
    url = f"{base_url}/hooks/mail/{secrets.token_urlsafe(_TOKEN_BYTES)}"
    return _asked(driver, url, lambda answer: answer.content == b"not found")


def calendar_answers(
    manager: Manager, driver: Driver, base_url: str, *, served: bool = True
) -> tuple[Answered, str] | None:
    """Ask for a calendar of ours by its secret address; None where none has been given out yet.

    Where it is not ``served`` by this installation but lies on static hosting, nobody writes a fetch down: any
    calendar will do.

    Raises:
        ChannelSyncError: the database or the key cannot be used.
    """
    found = _address(manager)
    if found is None:
        return None
    listing, token = found
    name = f"channelsync-doctor/{version('channelsync-core')} ({secrets.randbelow(10**9)})"
    try:
        answer = driver.run(_got(SecretUrl(f"{base_url}/c/{token}.ics"), name))
    except ChannelSyncError as error:
        return Answered.SILENT, str(error)
    if answer.status_code == _OK and answer.content.startswith(b"BEGIN:VCALENDAR"):
        with manager.ledger.reading() as tx:
            noted = any(one.client == name for one in tx.fetches(listing, limit=_LOOKED_BACK))
        return (Answered.RIGHT if noted or not served else Answered.ANOTHER), ""
    came, why = _refused(answer, _is_ours)
    return (Answered.ANOTHER if came is Answered.RIGHT else came), why


def clock_is_kept() -> bool | None:
    """Whether the system's clock is kept by a time server; None where the system does not say."""
    try:
        ask = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):  # no Linux
        return None
    answer: int = ask(ctypes.create_string_buffer(_TIMEX))
    return None if answer < 0 else answer != _UNKEPT


def host_and_port(base_url: str) -> tuple[str, int]:
    """Return whom to connect to for an address."""
    parts = urlsplit(base_url)
    return parts.hostname or "", parts.port or _HTTPS


def _address(manager: Manager) -> tuple[ListingId, str] | None:
    """Return a linked listing whose calendar has an address, and the token in it; none is made for this."""
    with manager.ledger.reading() as tx:
        for link in tx.listings():
            sealed = tx.secret(CALENDAR, link.id)
            if sealed is not None:
                return link.id, manager.vault.unseal(CALENDAR, link.id, sealed)
    return None


def _asked(driver: Driver, url: str, right: Callable[[httpx.Response], bool]) -> tuple[Answered, str]:
    """Ask for what is not there; ``right`` tells our own refusal from another's."""
    try:
        answer = driver.run(_got(SecretUrl(url), f"channelsync-doctor/{version('channelsync-core')}"))
    except ChannelSyncError as error:
        return Answered.SILENT, str(error)
    return _refused(answer, right)


def _refused(answer: httpx.Response, right: Callable[[httpx.Response], bool]) -> tuple[Answered, str]:
    """Judge a refusal: right where it is ours, and says that there is no such address."""
    if answer.status_code in {_NOT_FOUND, _UNAVAILABLE} and right(answer):
        return (Answered.RIGHT if answer.status_code == _NOT_FOUND else Answered.WAITING), ""
    page = "html" in answer.headers.get("content-type", "").lower()
    return (Answered.PAGE, "") if page else (Answered.STRANGE, f"HTTP {answer.status_code}")


def _is_ours(answer: httpx.Response) -> bool:
    """Whether an answer has what every answer for a calendar has."""
    return bool(answer.headers.get("x-robots-tag") == "noindex")


def _got(url: SecretUrl, client: str) -> Flow[httpx.Response]:
    """Ask as a program does that reads calendars."""
    headers = {"User-Agent": client, "Accept": "text/calendar, */*;q=0.1"}
    return (yield httpx.Request("GET", url.reveal(), headers=headers))
