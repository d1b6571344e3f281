"""Secrets at rest: each sealed with a key of its own, which the master key wraps; and what keeps secrets out of logs.

An export link is a credential: whoever has it reads the calendar. So links and tokens stand in the database as
envelopes: a fresh data key seals the secret (AES-256-GCM), the master key wraps the data key, and the name of what it
belongs to is bound into both, so that an envelope copied to another row does not open. Each envelope names its master
key, so a key can be replaced later without guessing.

Where the master key comes from:

* ``CHANNELSYNC_KEY``, 32 bytes in base64, wherever it is set; PostgreSQL needs it, because several machines share the
  database and a key made silently on one of them would lock out the others;
* else, for SQLite, the file ``<database>.key`` beside the database, readable by its owner alone. It is made when the
  first secret is sealed, and never overwritten; when secrets exist and the file does not, nothing is made or read.

Back the key up apart from the database: without it the links cannot be read by anybody, us included.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import os
import re
import secrets
import stat
import traceback
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, Self, final

from attrs import define, field
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from channelsync.errors import VaultError

__all__ = ["RedactingFilter", "Vault", "new_key", "open_vault", "redact", "redact_logs"]

_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_WRAPPED_BYTES: Final = _NONCE_BYTES + _KEY_BYTES + 16
_HEAD_BYTES: Final = 1 + _ID_BYTES + _WRAPPED_BYTES
_RELINK: Final = "If it is lost for good, copy each export link from its platform again and link the listings anew."


def new_key() -> str:
    """Return a new master key, as ``CHANNELSYNC_KEY`` and the key file hold it."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def open_vault(database: str, *, key: str | None = None, secrets_exist: bool) -> Vault:
    """Return the vault of a database, given as a path or a URL; no key is read or made before the first use.

    ``key`` is the text of ``CHANNELSYNC_KEY``, None where it is not set. ``secrets_exist`` says whether the database
    holds sealed secrets already: then a missing key is an error, never a reason to make one.
    """
    if key is not None:
        return Vault(None, given=key, secrets_exist=secrets_exist)
    scheme, separator, rest = database.partition("://")
    if separator and not scheme.startswith("sqlite"):
        return Vault(None, given=None, secrets_exist=secrets_exist)
    path = rest.removeprefix("/").partition("?")[0] if separator else database
    return Vault(Path(f"{path}.key"), given=None, secrets_exist=secrets_exist)


@final
@define
class Vault:
    """Seals and unseals; see the head of the module for where its key comes from.

    ``file`` is the key file, None where the key is given in the environment or nowhere.
    """

    file: Path | None
    _given: str | None = field(repr=False, alias="given")
    _secrets_exist: bool = field(alias="secrets_exist")
    _master: bytes | None = field(default=None, init=False, repr=False)

    @property
    def key_id(self) -> str:
        """The name of the master key in use, which says nothing about it.

        Raises:
            VaultError: there is no key, or it cannot be used.
        """
        return _key_id(self._key()).hex()

    def seal(self, kind: str, id: str, secret: str) -> bytes:  # noqa: A002 - the word of the ledger's column
        """Return the secret sealed for what it belongs to.

        Raises:
            VaultError: there is no key and none may be made, or it cannot be used.
        """
        master, bound = self._key(make=True), _bound(kind, id)
        data_key, wrap_nonce, nonce = AESGCM.generate_key(256), os.urandom(_NONCE_BYTES), os.urandom(_NONCE_BYTES)
        wrapped = AESGCM(master).encrypt(wrap_nonce, data_key, bound)
        body = AESGCM(data_key).encrypt(nonce, secret.encode(), bound)
        return _VERSION + _key_id(master) + wrap_nonce + wrapped + nonce + body

    def unseal(self, kind: str, id: str, sealed: bytes) -> str:  # noqa: A002
        """Return the secret.

        Raises:
            VaultError: the key is missing or another one, or the bytes are damaged or belong elsewhere.
        """
        if sealed[:1] != _VERSION or len(sealed) < _HEAD_BYTES + _NONCE_BYTES:
            msg = f"the sealed {kind} of {id} is damaged, or was sealed by a newer channelsync"
            raise VaultError(msg, advice="Update channelsync, or restore the last backup.")
        master, bound = self._key(), _bound(kind, id)
        used = sealed[1 : 1 + _ID_BYTES]
        if used != _key_id(master):
            msg = (
                f"the {kind} of {id} was sealed with key {used.hex()}; {self._source} holds key {_key_id(master).hex()}"
            )
            raise VaultError(msg, advice=f"Put the right key back: it was saved with the backups. {_RELINK}")
        wrapped = sealed[1 + _ID_BYTES : _HEAD_BYTES]
        nonce, body = sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES], sealed[_HEAD_BYTES + _NONCE_BYTES :]
        try:
            data_key = AESGCM(master).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], bound)
            return AESGCM(data_key).decrypt(nonce, body, bound).decode()
        except (InvalidTag, ValueError):
            msg = f"the sealed {kind} of {id} does not open: it was changed, or moved here from elsewhere"
            raise VaultError(msg, advice="Restore the last backup, or link the listing anew.") from None

    def fingerprint(self, text: str) -> str:
        """Return a keyed hash of the text: equal links are found without opening any, and it gives nothing away.

        Raises:
            VaultError: as `seal`.
        """
        own_key = hmac.digest(self._key(make=True), b"channelsync fingerprint 1", "sha256")
        return hmac.new(own_key, text.encode(), "sha256").hexdigest()

    def check(self) -> None:
        """Make sure that the key can be used, making none; a database without secrets needs none yet.

        Raises:
            VaultError: it cannot.
        """
        if self._secrets_exist or self._given is not None or (self.file is not None and self.file.exists()):
            self._key()

    @property
    def _source(self) -> str:
        return str(self.file) if self.file else "CHANNELSYNC_KEY"

    def _key(self, *, make: bool = False) -> bytes:
        if self._master is None:
            self._master = self._found(make=make)
            self._secrets_exist = True  # whoever holds a key means to use it: from here on a missing file is an error
        return self._master

    def _found(self, *, make: bool) -> bytes:
        if self._given is not None:
            return _decoded(self._given, "CHANNELSYNC_KEY")
        if self.file is None:
            msg = "a PostgreSQL database needs its key in CHANNELSYNC_KEY"
            advice = (
                "Set CHANNELSYNC_KEY to 32 random bytes in base64 (`openssl rand -base64 32`), the same everywhere."
            )
            raise VaultError(msg, advice=advice)
        if not self.file.exists():
            if self._secrets_exist or not make:
                msg = f"the key file {self.file} is missing: without it the feed links cannot be read"
                raise VaultError(msg, advice=f"Put the file back from your backup. {_RELINK}")
            _create(self.file)
        return _decoded(_read(self.file), str(self.file))


def _key_id(master: bytes) -> bytes:
    return sha256(b"channelsync key id\x00" + master).digest()[:_ID_BYTES]


def _bound(kind: str, owner: str) -> bytes:
    return f"channelsync\x1f{kind}\x1f{owner}".encode()


def _decoded(text: str, source: str) -> bytes:
    try:
        master = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        master = b""
    if len(master) != _KEY_BYTES:
        msg = f"{source} does not hold a key: 32 bytes in base64 are expected"
        raise VaultError(msg, advice=f"Put the right key back: it was saved with the backups. {_RELINK}")
    return master


def _read(file: Path) -> str:
    """Read a key file that nobody else may read."""
    try:
        mode = file.stat().st_mode
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            msg = f"the key file {file} can be read by others"
            raise VaultError(msg, advice=f"Run: chmod 600 {file}")
        return file.read_text(encoding="ascii", errors="replace")[:200]
    except OSError as error:
        msg = f"the key file {file} cannot be read: {error.strerror}"
        raise VaultError(msg, advice="Run channelsync as the user who owns the file.") from error


def _create(file: Path) -> None:
    """Make a key file in one step that either happens whole or not at all, and never replaces another."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, f"{new_key()}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        with suppress(FileExistsError):  # another process was first: its key is the key
            os.link(draft, file)
        _sync_folder(file.parent)
    except OSError as error:
        msg = f"the key file {file} cannot be written: {error.strerror}"
        raise VaultError(msg, advice="Make room, or give the folder write permission.") from error
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; where folders cannot be synced (Windows) there is nothing to do."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ---------------------------------------------------------------------------------------------------------------------
# Keeping secrets out of texts.
_ADDRESS: Final = re.compile(
    r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/?#@\"'<>]*@)?([^\s/?#\"'<>]*)[/?#][^\s\"'<>]*", re.IGNORECASE
)
_SIGNED_IN: Final = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/?#@\"'<>]*@", re.IGNORECASE)
_BARE: Final = re.compile(r"\b((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)/[^\s\"'<>]*", re.IGNORECASE)
_CALENDAR: Final = re.compile(r"/[^\s\"'<>]*\.ics\b[^\s\"'<>]*", re.IGNORECASE)
_VALUE: Final = re.compile(r"([?&][\w.-]+=)[^\s&\"'<>]+")


def redact(text: str) -> str:
    """Return the text with everything URL-like hidden beyond the host: paths, queries, names and passwords.

    It hides rather too much than too little: links without a scheme, paths of calendars, values of queries.
    """
    text = _ADDRESS.sub(r"\1\2/…", text)
    text = _SIGNED_IN.sub(r"\1", text)
    text = _BARE.sub(r"\1/…", text)
    text = _CALENDAR.sub("/….ics", text)
    return _VALUE.sub(r"\1…", text)


@final
class RedactingFilter(logging.Filter):
    """Redacts each record whole: the message with its arguments, the traceback, the stack.

    A filter on a logger does not see what its children pass up, so it belongs on the handlers; `redact_logs` puts it
    there.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; let every record through."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = str(record.msg)  # arguments that do not fit: they may hold anything, so they go
        record.msg, record.args = redact(message), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        record.exc_info = None
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True

    @classmethod
    def on(cls, handler: logging.Handler) -> Self:
        """Put one on a handler, once."""
        for one in handler.filters:
            if isinstance(one, cls):
                return one
        made = cls()
        handler.addFilter(made)
        return made


def redact_logs(logger: logging.Logger | None = None) -> None:
    """Redact whatever the handlers of a logger write (None: the root's), and quieten the client that logs whole links.

    Call it after the handlers are set up; calling it again does no harm.
    """
    for handler in (logger or logging.getLogger()).handlers:
        RedactingFilter.on(handler)
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
