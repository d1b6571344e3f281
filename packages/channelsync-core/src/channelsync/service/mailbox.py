"""A mailbox in which the platforms' mails arrive, read over IMAP: new mails only, and nothing is ever changed there.

The folder is opened for reading alone (EXAMINE) and everything is fetched with PEEK, so no mail is marked, moved or
deleted. Of each new mail the head is read; the text only of those that a platform may have sent. What was read last
stands in the ledger (UIDVALIDITY and UID, RFC 3501). Where nothing stands there, or the server has numbered its mails
anew, the mails of the last hour are read again: a doubled hint is one look.

`Mailbox.turn` reads once; `Mailbox.look` does so for a duty every minute. `Mailbox.watch` stays connected and is told
of a new mail at once, where the server can (IDLE, RFC 2177).
"""

from __future__ import annotations

import json
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from typing import Any, Final, Protocol, Self, cast, final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from channelsync.adapter import Secret
from channelsync.cadence import LONGEST_BACKOFF, backoff
from channelsync.config import Config
from channelsync.errors import ChannelError, ChannelUnavailableError, CredentialRejectedError, LedgerError, UsageError
from channelsync.mail import PROVIDERS, could_be
from channelsync.mail.message import LONGEST_HEAD, LONGEST_MAIL
from channelsync.manager import Manager
from channelsync.service.hooks import IMAP
from channelsync.service.inbox import Inbox

__all__ = ["Mailbox", "Place", "open_inbox"]

TIMEOUT: Final = 20.0
"""Seconds that the server may take for one answer."""
READ_AGAIN: Final = timedelta(hours=1)
"""Mails not older than this are read where it is not known which were."""
TOLD_AFTER: Final = 3
"""So many failures in a row are one line in the log; a single one is none."""

_LOT: Final = 50
_MOST: Final = 1000
"""Mails read in one turn; the rest in the next."""
_IDLE: Final = 60.0
_SLICE: Final = 2.0
_HEAD: Final = f"BODY.PEEK[HEADER]<0.{LONGEST_HEAD}>"
_WHOLE: Final = f"BODY.PEEK[]<0.{LONGEST_MAIL}>"

_log = logging.getLogger("channelsync.mailbox")


class _Client(Protocol):
    """What is used of imapclient, which has no types."""

    normalise_times: bool

    def login(self, username: str, password: str) -> object: ...
    def select_folder(self, folder: str, readonly: bool) -> Mapping[bytes, object]: ...  # noqa: FBT001 - imapclient's
    def search(self, criteria: Sequence[object]) -> Sequence[int]: ...
    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> Mapping[int, Mapping[bytes, object]]: ...
    def has_capability(self, capability: str) -> bool: ...
    def idle(self) -> object: ...
    def idle_check(self, timeout: float) -> Sequence[object]: ...
    def idle_done(self) -> object: ...
    def logout(self) -> object: ...
    def shutdown(self) -> None: ...


@final
@frozen
class Place:
    """Where a mailbox is, and who reads it."""

    host: str
    port: int
    user: Secret
    password: Secret
    folder: str

    @classmethod
    def at(cls, url: str) -> Self:
        """Read ``imaps://user:password@host[:port]/folder``; what is not plain in it is percent-encoded.

        Raises:
            UsageError: it is no such address. The text is not repeated: it holds the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or 993
        except ValueError:
            parts, port = urlsplit(""), 0
        if parts.scheme != "imaps" or not (parts.hostname and parts.username and parts.password):
            msg = "CHANNELSYNC_IMAP_URL is not the address of a mailbox"
            advice = "Write it as imaps://USER:PASSWORD@HOST/FOLDER; write @ in the user's name as %40."
            raise UsageError(msg, advice=advice)
        folder = unquote(parts.path.strip("/")) or "INBOX"
        return cls(parts.hostname, port, Secret(unquote(parts.username)), Secret(unquote(parts.password)), folder)

    @property
    def name(self) -> str:
        """The word under which is noted what was read there."""
        digest = sha256(f"{self.host}\n{self.port}\n{self.user.reveal()}\n{self.folder}".encode()).hexdigest()
        return f"mailbox:{digest[:16]}"


@final
class Mailbox:
    """Hands new mails of platforms to the inbox; see the head of the module."""

    def __init__(
        self,
        manager: Manager,
        inbox: Inbox,
        place: Place,
        now: Callable[[], datetime],
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """Keep where it is; nothing is connected before the first turn.

        Args:
            manager: whose ledger notes what was read.
            inbox: where mails go.
            place: the mailbox.
            now: the clock.
            context: what the server's certificate is judged by; None for the usual authorities.
            timeout: seconds that the server may take for one answer.
        """
        self._ledger = manager.ledger
        self._inbox = inbox
        self._place = place
        self._now = now
        self._context = context
        self._timeout = timeout
        self._failures = 0
        self._again: datetime | None = None
        logging.getLogger("imapclient").setLevel(logging.WARNING)  # below that it writes down whole mails

    def turn(self) -> int:
        """Read once what is new and act on it; return how many mails may be platforms'.

        Raises:
            ChannelError: the server does not answer, or does not let us in.
            LedgerError: the database cannot be used; what was read before is not lost.
        """
        with self._connected() as client:
            return self._read(client)

    def look(self) -> int:
        """Do what a duty every minute does: `turn`, but failures are waited out and told as `watch` does.

        Raises:
            LedgerError: as `turn`.
        """
        if self._again is not None and self._now() < self._again <= self._now() + LONGEST_BACKOFF:
            return 0
        try:
            taken = self.turn()
        except ChannelError as error:
            self._again = self._now() + self._failed(error)
            return 0
        self._again = None
        self._worked()
        return taken

    def watch(self, stop: threading.Event) -> None:
        """Read until told to stop: at once where the server tells of new mails, else every minute.

        Failures are waited out, longer each time; the third in a row is told, and the end of them.
        """
        while not stop.is_set():
            try:
                with self._connected() as client:
                    going = True
                    while going and not stop.is_set():
                        self._read(client)
                        self._worked()
                        going = _waited(client, stop)
            except (ChannelError, LedgerError) as error:
                stop.wait(self._failed(error).total_seconds())

    def _failed(self, error: ChannelError | LedgerError) -> timedelta:
        """Count a failure, tell the third in a row, and return how long to wait."""
        self._failures += 1
        if self._failures == TOLD_AFTER:
            _log.error("%s; %s", error, error.advice)
        return backoff(self._failures, random.random())  # noqa: S311 - spreads requests, guards nothing

    def _worked(self) -> None:
        if self._failures >= TOLD_AFTER:
            _log.warning("the mailbox on %s is read again", self._place.host)
        self._failures = 0

    @contextmanager
    def _connected(self) -> Generator[_Client]:
        """Give a client that has logged in; whatever goes wrong with it becomes one error of ours."""
        module = _imapclient()
        place, client = self._place, cast("_Client | None", None)
        try:
            client = cast(
                "_Client",
                module.IMAPClient(place.host, place.port, ssl_context=self._context, timeout=self._timeout),
            )
            client.normalise_times = False
            client.login(place.user.reveal(), place.password.reveal())
            yield client
            client.logout()
        except UsageError:
            raise
        except module.exceptions.LoginError:
            msg = f"the mailbox on {place.host} does not let us in"
            advice = "Check user and password in CHANNELSYNC_IMAP_URL; some providers want an app password."
            raise CredentialRejectedError(msg, advice=advice) from None
        except (module.exceptions.IMAPClientError, OSError, ValueError, LookupError, TypeError) as error:
            # Its texts may repeat what was sent or read, so only the kind of error is told.
            msg = f"the mailbox on {place.host} cannot be read ({type(error).__name__})"
            raise ChannelUnavailableError(
                msg, advice="Polling goes on; mails are read when it answers again."
            ) from None
        finally:
            if client is not None:
                _dropped(client)

    def _read(self, client: _Client) -> int:
        """Take in what is new, lot by lot, noting after each how far we are."""
        selected = client.select_folder(self._place.folder, readonly=True)
        validity = _whole(selected.get(b"UIDVALIDITY"))
        last = self._noted(validity)
        new, since = self._new(client, last), self._now() - READ_AGAIN
        taken = 0
        for lot in (new[at : at + _LOT] for at in range(0, len(new), _LOT)):
            taken += self._take(client, lot, validity, None if last is not None else since)
            with self._ledger.transaction() as tx:
                tx.set_meta(self._place.name, json.dumps([validity, lot[-1]]))
        if last is None and not new:
            with self._ledger.transaction() as tx:
                tx.set_meta(self._place.name, json.dumps([validity, _whole(selected.get(b"UIDNEXT"), 1) - 1]))
        if taken:
            self._inbox.handle_due(self._now())
        return taken

    def _noted(self, validity: int) -> int | None:
        """Return the UID read last, None where that is not known, or was another numbering's."""
        with self._ledger.reading() as tx:
            noted = tx.meta(self._place.name)
        known, last = json.loads(noted) if noted else (None, 0)
        return int(last) if known == validity else None

    def _new(self, client: _Client, last: int | None) -> list[int]:
        """Return the UIDs not read yet, oldest first; ``*`` is the newest one, however old."""
        if last is None:
            yesterday: date = (self._now() - timedelta(days=1)).date()
            return sorted(client.search(["SINCE", yesterday]))[-_MOST:]
        return sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)[:_MOST]

    def _take(self, client: _Client, lot: Sequence[int], validity: int, since: datetime | None) -> int:
        """Hand on those of a lot that a platform may have sent; with ``since``, none that came before."""
        rules, taken = self._inbox.rules(), 0
        heads = client.fetch(lot, ["INTERNALDATE", _HEAD])
        for uid in lot:
            came = heads.get(uid, {})
            at = came.get(b"INTERNALDATE")
            if since is not None and isinstance(at, datetime) and at.tzinfo is not None and at < since:
                continue
            if not could_be(_bytes(came), rules):
                continue
            raw = _bytes(client.fetch([uid], [_WHOLE]).get(uid, {}))
            self._inbox.receive(f"{IMAP}/", f"{validity}:{uid}", {}, raw, self._now())
            taken += 1
        return taken


def open_inbox(manager: Manager, config: Config, now: Callable[[], datetime]) -> tuple[Inbox, Mailbox | None]:
    """Return the inbox of an installation, and its mailbox where one is configured.

    Every process that acts on what came in needs the same configuration: by it a mail is believed or not.

    Raises:
        UsageError: an address or a name in the configuration makes no sense, or it is not known under which name the
            mailbox's server vouches for senders.
    """
    if config.imap_url is None:
        return Inbox(manager, servers=config.mail_authserv), None
    place = Place.at(config.imap_url)
    known: Iterable[str] = PROVIDERS.get(place.host, ())
    if not config.mail_authserv and not known:
        msg = f"it is not known under which name {place.host} vouches for senders, so no mail could be believed"
        advice = (
            "Open a mail of the platform in that mailbox, show its source, and set CHANNELSYNC_MAIL_AUTHSERV to the "
            "first word of the topmost Authentication-Results, up to the ;."
        )
        raise UsageError(msg, advice=advice)
    inbox = Inbox(manager, servers=config.mail_authserv, mailbox=known)
    return inbox, Mailbox(manager, inbox, place, now)


def _waited(client: _Client, stop: threading.Event) -> bool:
    """Wait until something may have come; False where the server cannot tell, or has hung up."""
    if not client.has_capability("IDLE"):
        stop.wait(_IDLE)
        return False
    client.idle()
    end = time.monotonic() + _IDLE
    while not stop.is_set() and time.monotonic() < end:
        began = time.monotonic()
        if client.idle_check(timeout=_SLICE):
            break
        if time.monotonic() - began < _SLICE / 2:  # it returned early with nothing: the connection is gone
            return False
    client.idle_done()
    return True


def _dropped(client: _Client) -> None:
    try:
        client.shutdown()
    except Exception:  # noqa: BLE001 - the connection may be in any state, and is let go of in all of them
        _log.debug("the connection was gone already")


def _bytes(came: Mapping[bytes, object]) -> bytes:
    """Return the text among what was fetched, however the server spells its name."""
    return next((value for name, value in came.items() if name.startswith(b"BODY") and isinstance(value, bytes)), b"")


def _whole(value: object, default: int = 0) -> int:
    return value if isinstance(value, int) else default


def _imapclient() -> Any:  # noqa: ANN401 - a package without types; `_Client` says what is used
    try:
        return import_module("imapclient")
    except ImportError:
        msg = "a mailbox needs one more package"
        raise UsageError(msg, advice="Install channelsync-core[mail].") from None
