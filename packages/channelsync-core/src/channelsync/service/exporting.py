"""Everything an owner has here, in one file for them: a zip with a document of JSON, and a page that says what it is.

The document is the rows of the ledger under the words that are used everywhere, table by table, written as they are
read. What opens something is not in it: no private link, no address of a calendar, no token, no password. `EXPORTED`
names each column that is given out, so that a new one is not before somebody has thought about it; `WITHHELD` says of
the other tables why they are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from io import TextIOWrapper
from typing import BinaryIO, Final, final
from zipfile import ZIP_DEFLATED, ZipFile

from attrs import define, frozen

from channelsync.errors import UsageError
from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger import Transaction
from channelsync.manager import Manager

__all__ = ["EXPORTED", "MOST", "WITHHELD", "Exported", "export", "is_about"]

MOST: Final = 400_000_000
"""So many characters a document has at most: a lodging on three platforms brings a few million in a year."""

EXPORTED: Final[Mapping[str, tuple[str, ...]]] = {
    "owners": ("id", "name", "language", "created_at"),
    "people": ("email", "totp_at", "created_at"),
    "sessions": ("created_at", "last_seen_at", "agent", "how", "ended_at"),
    "passkeys": ("label", "created_at", "last_used_at"),
    "identities": ("issuer", "subject", "created_at", "last_used_at"),
    "preferences": ("doc", "at"),
    "subscribers": ("label", "created_at", "last_ok", "failures"),
    "units": ("id", "name", "timezone", "turnover", "takeover", "created_at"),
    "accounts": ("id", "channel", "name", "created_at"),
    "credentials": ("account_id", "expires_at", "revoked_at", "why"),
    "listings": (
        *("id", "unit_id", "channel", "label", "route", "options", "account_id", "external_id"),
        *("linked_at", "retired_at", "link_removed_at"),
    ),
    "claims": (
        *("id", "unit_id", "listing_id", "kind", "status", "arrival", "departure", "first_seen", "last_seen"),
        *("ended_at", "reason", "uid", "code", "more"),
    ),
    "conflicts": ("id", "unit_id", "certainty", "nights", "claims", "first_seen", "closed_at", "dismissed_at"),
    "history": ("unit_id", "listing_id", "claim_id", "at", "what", "nights", "why"),
    "observations": ("listing_id", "at", "verdict", "failure", "events", "nights"),
    "revisions": ("listing_id", "number", "at", "runs", "first_fetch", "last_fetch", "sent"),
    "fetches": ("listing_id", "at", "revision", "client", "answer", "proof", "visitor"),
    "readers": ("listing_id", "client", "platform", "said", "at"),
    "notices": ("at", "kind", "unit_id", "data", "seen_at"),
    "deliveries": ("transport", "what", "at", "done_at", "outcome"),
    "measures": ("day", "name", "count", "total", "worst"),
}
"""What is given out: the columns of each table that are an owner's to have."""

WITHHELD: Final[Mapping[str, str]] = {
    "meta": "the installation's own notes",
    "secrets": "opens something",
    "signins": "opens something",
    "tickets": "opens something",
    "tries": "hashes of what was tried lately, of minutes",
    "recovery_codes": "opens something",
    "owner_nights": "follows from the claims",
    "due": "when to look next",
    "inbox": "emptied once it is read",
    "backups": "the installation's",
    "audit": "is given out line by line, those that are about the owner",
}
"""What is not given out, and why."""

_NAME: Final = "channelsync.json"
_READ_ME: Final = {"fr": "LISEZ-MOI.txt", "en": "README.txt"}
_SAID: Final = {
    "fr": """\
Vos données dans channelsync, au {day} (heure UTC).

Le fichier channelsync.json contient tout ce que ce service sait de vous : vos logements, leurs annonces, les dates
prises, l’historique de ce qui a été lu, décidé et publié, vos messages, vos préférences et vos propres opérations.
Il s’ouvre dans un navigateur ou un éditeur de texte, et n’importe quel programme sait le lire.

N’y sont pas : mots de passe, liens privés des plateformes, adresses de vos calendriers. Qui les a peut agir à votre
place.

Gardez ce fichier pour vous : il peut contenir des noms de voyageurs que vous avez saisis.
""",
    "en": """\
Your data in channelsync, as of {day} (UTC).

The file channelsync.json holds everything this service knows about you: your lodgings, their listings, taken dates,
the history of what was read, decided and published, your messages, your preferences and your own operations. It
opens in a browser or a text editor, and any program can read it.

Not in it: passwords, the platforms' private links, the addresses of your calendars. Whoever has these can act in
your place.

Keep this file to yourself: it may hold names of guests that you have typed in.
""",
}
_LOT: Final = 1000


@final
@frozen
class Exported:
    """An export that was written: a name for the file, and how many rows are in it."""

    name: str
    rows: int


def export(manager: Manager, owner: Owner, out: BinaryIO, at: datetime, *, actor: str = "owner") -> Exported:
    """Write everything of an owner into a file, as one moment sees it; the audit trail has a line about it.

    Args:
        manager: where it is.
        owner: whose it is.
        out: the file; written from where it stands, and left open. It may be half written where this raises.
        at: the time.
        actor: who asks, for the audit trail.

    Raises:
        UsageError: there is more than fits into one file.
        LedgerError: the database cannot be read.
    """
    day = at.astimezone(UTC).date().isoformat()
    with manager.ledger.reading() as tx, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as packed:
        packed.writestr(_READ_ME[owner.language], _SAID[owner.language].format(day=day))
        with packed.open(_NAME, "w", force_zip64=True) as raw, TextIOWrapper(raw, encoding="utf-8") as document:
            writer = _Writer(document)
            writer.write(f'{{"format": "channelsync export", "version": 1, "at": {json.dumps(at, default=_plain)}')
            for table, columns in EXPORTED.items():
                writer.table(table, tx.owned(table, columns, owner.id))
            writer.table("audit", _audited(tx, owner.id))
            writer.write("\n}\n")
    with manager.ledger.transaction() as tx:
        tx.audit(actor, "data exported", {"owner": owner.id, "rows": writer.rows}, at=at)
    return Exported(f"channelsync-{day}.zip", writer.rows)


def is_about(details: Mapping[str, object], own: Iterable[str]) -> bool:
    """Whether a line of the audit trail is about one of these ids: an owner's, or of something that is theirs."""
    parts = {part for value in details.values() if isinstance(value, str) for part in value.split("/")}
    return not parts.isdisjoint(own)


def _audited(tx: Transaction, owner: OwnerId) -> Iterator[Mapping[str, object]]:
    """Yield the lines of the audit trail that are about an owner, the latest first."""
    own, below = tx.owned_ids(owner), None
    while lines := tx.audit_lines(below=below, limit=_LOT):
        for line in reversed(lines):
            if line.actor == owner or is_about(line.details, own):
                yield {"at": line.at, "actor": line.actor, "what": line.what, "details": line.details}
        below = lines[0].seq


@final
@define
class _Writer:
    """Writes tables as they come, and counts."""

    out: TextIOWrapper
    rows: int = 0
    _left: int = MOST

    def table(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Write one table as a list of objects."""
        self.write(f',\n"{name}": [')
        before = "\n"
        for row in rows:
            self.write(before + json.dumps(dict(row), default=_plain, ensure_ascii=False))
            before = ",\n"
            self.rows += 1
        self.write("]")

    def write(self, text: str) -> None:
        """Write text.

        Raises:
            UsageError: it does not fit any more.
        """
        self._left -= len(text)
        if self._left < 0:
            msg = "there is more data than one file may hold"
            raise UsageError(msg, advice="Ask whoever runs this service for a backup.")
        self.out.write(text)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    msg = f"a {type(value).__name__} cannot be given out"
    raise TypeError(msg)
