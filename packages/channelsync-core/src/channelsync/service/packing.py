"""The content of a backup: every row of the ledger as lines of JSON, the same from SQLite and from PostgreSQL.

::

    {"backup": 1, "revision": "0003", "at": "2027-03-01T02:00:00+00:00"}
    {"table": "owners"}
    {"created_at": "...", "id": "...", ...}                                  a row, its columns in order
    {"end": "owners", "rows": 1, "sum": "..."}                               how many, and the sum of their hashes
    ...
    {"end": "", "rows": 3517}

The lines are compressed (zlib) and sealed. Secrets are in them in the clear, because a lost machine must not mean lost
links: they are sealed anew with the keys of whoever brings them back.

What is packed is brought back in one way only, by the check of a new backup and by a restore alike: into a scratch
database of the version that packed it. Its rows must come to the same counts and sums, and it is migrated there.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, cast, final

from attrs import define, frozen

from channelsync.errors import BackupError
from channelsync.ledger import HEAD, Ledger, Transaction, bring_up, scratch_ledger
from channelsync.ledger.copying import Plain
from channelsync.ports import Vault

__all__ = ["Contents", "brought_back", "packed"]

_FORM: Final = 1
_SECRETS: Final = "secrets"
_LONGEST: Final = 64 * 2**20
_MODULUS: Final = 2**256
_CHUNK: Final = 2**20
_DAMAGED: Final = "the backup does not hold what it should: it was made by another program, or by a fault of ours"


@final
@frozen
class Contents:
    """What a backup holds: when it was made, by which version, and how many rows of each table."""

    at: datetime
    revision: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """How many rows in all."""
        return sum(self.rows.values())


@final
@define
class Tally:
    """How many rows of a table, and the sum of their hashes, in whatever order they come."""

    rows: int = 0
    sum: int = 0

    def add(self, line: bytes) -> bytes:
        """Count a row."""
        self.rows += 1
        self.sum = (self.sum + int.from_bytes(sha256(line).digest())) % _MODULUS
        return line

    def told(self, table: str) -> dict[str, object]:
        """Return the line that ends a table."""
        return {"end": table, "rows": self.rows, "sum": f"{self.sum:064x}"}


def packed(tx: Transaction, vault: Vault, at: datetime) -> Iterator[bytes]:
    """Yield everything a transaction sees, compressed.

    Raises:
        VaultError: a secret cannot be opened.
    """
    press = zlib.compressobj()
    for line in _lines(tx, vault, at):
        yield press.compress(line)
    yield press.flush()


def _lines(tx: Transaction, vault: Vault, at: datetime) -> Iterator[bytes]:
    yield _line({"backup": _FORM, "revision": tx.revision(), "at": at.isoformat()})
    total = 0
    for table in tx.tables():
        yield _line({"table": table})
        tally = Tally()
        for line in _rows(tx, vault, table):
            yield tally.add(line)
        yield _line(tally.told(table))
        total += tally.rows
    yield _line({"end": "", "rows": total})


def _rows(tx: Transaction, vault: Vault, table: str) -> Iterator[bytes]:
    for row in tx.copied(table):
        yield _line(_bared(row, vault) if table == _SECRETS else row)


def _bared(row: Plain, vault: Vault) -> Plain:
    """Return a secret's row with the secret in place of its envelope."""
    envelope = base64.b64decode(str(row["envelope"]))
    secret = vault.unseal(str(row["kind"]), str(row["id"]), envelope)
    return {**row, "envelope": secret, "fingerprint": bool(row["fingerprint"])}


def _sealed(row: Plain, vault: Vault) -> Plain:
    """Return the row of a secret that `_bared` made, sealed with the keys that are here."""
    secret = str(row["envelope"])
    envelope = vault.seal(str(row["kind"]), str(row["id"]), secret)
    fingerprint = vault.fingerprint(secret) if row["fingerprint"] else ""
    return {**row, "envelope": base64.b64encode(envelope).decode(), "fingerprint": fingerprint}


@contextmanager
def brought_back(content: Iterable[bytes], vault: Vault) -> Generator[tuple[Ledger, Contents]]:
    """Bring a packed content back into a scratch ledger of this version, and make sure that it is all there.

    Raises:
        BackupError: it is damaged, or not what was packed.
        LedgerError: a newer channelsync packed it.
    """
    lines = _unpressed(content)
    head = _document(next(lines, b""))
    if head.get("backup") != _FORM or not isinstance(head.get("revision"), str):
        raise BackupError(_DAMAGED)
    revision, at = str(head["revision"]), _moment(head.get("at"))
    with scratch_ledger(revision) as scratch:
        with scratch.transaction() as tx:
            tallies = _pasted(tx, vault, lines)
        with scratch.transaction() as tx:
            for table, tally in tallies.items():
                _compare(tx, vault, table, tally)
            if revision != HEAD:
                bring_up(tx)
        yield scratch, Contents(at, revision, {table: tally.rows for table, tally in tallies.items()})


def _pasted(tx: Transaction, vault: Vault, lines: Iterator[bytes]) -> dict[str, Tally]:
    """Put all tables in, and return their tallies; the last line says whether they are all."""
    found: dict[str, Tally] = {}
    for line in lines:
        opening = _document(line)
        if opening.get("end") == "":
            if opening.get("rows") != sum(one.rows for one in found.values()) or next(lines, None) is not None:
                raise BackupError(_DAMAGED)
            return found
        table = str(opening.get("table"))
        if table in found:
            raise BackupError(_DAMAGED)
        found[table] = tally = Tally()
        tx.paste(table, _table_rows(lines, table, tally, vault))
    raise BackupError(_DAMAGED)


def _table_rows(lines: Iterator[bytes], table: str, tally: Tally, vault: Vault) -> Iterator[Plain]:
    """Yield a table's rows as they go into the scratch ledger, up to the line that ends it."""
    for line in lines:
        row = _document(line)
        if "end" in row and row == tally.told(table):
            return
        tally.add(line)
        yield _sealed(row, vault) if table == _SECRETS else row
    raise BackupError(_DAMAGED)


def _compare(tx: Transaction, vault: Vault, table: str, expected: Tally) -> None:
    again = Tally()
    for line in _rows(tx, vault, table):
        again.add(line)
    if again != expected:
        msg = f"the {table} of the backup did not come back as they were"
        raise BackupError(msg)


def _unpressed(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a compressed content.

    Raises:
        BackupError: it is no such content, or a line is absurdly long.
    """
    waiting = bytearray()
    for some in _blocks(content):
        waiting += some
        *lines, left = bytes(waiting).split(b"\n")
        yield from (line + b"\n" for line in lines)
        waiting = bytearray(left)
        if len(waiting) > _LONGEST:
            raise BackupError(_DAMAGED)
    if waiting:
        raise BackupError(_DAMAGED)


def _blocks(content: Iterable[bytes]) -> Iterator[bytes]:
    press = zlib.decompressobj()
    try:
        for some in content:
            rest = some
            while rest:
                yield press.decompress(rest, _CHUNK)
                rest = press.unconsumed_tail
        yield press.flush()
    except zlib.error:
        raise BackupError(_DAMAGED) from None
    if not press.eof or press.unused_data:
        raise BackupError(_DAMAGED)


def _line(document: Plain | dict[str, object]) -> bytes:
    return json.dumps(dict(document), sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _document(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        raise BackupError(_DAMAGED) from None
    if not isinstance(found, dict):
        raise BackupError(_DAMAGED)
    return cast("dict[str, Any]", found)


def _moment(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise BackupError(_DAMAGED) from None
    if at.tzinfo is None:
        raise BackupError(_DAMAGED)
    return at
