"""The last calendars of owners who have left: what their platforms go on reading, with nobody behind it any more.

The token of the address is a secret of kind `FAREWELL` with a drawn id; beside it the notes keep the calendar's bytes
and until when it is given out. Neither says whose it was.
"""

from __future__ import annotations

import json
import secrets as drawing
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from channelsync.ledger.records import Farewell
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import meta, secrets

__all__ = ["FAREWELL", "FarewellRows", "farewell_id"]

FAREWELL: Final = "farewell"
"""The kind under which the tokens are kept."""
_NOTE: Final = f"{FAREWELL}:"


def farewell_id() -> str:
    """Return a new id for a last calendar."""
    return drawing.token_hex(8)


class FarewellRows(Rows):
    """Last calendars."""

    def put_farewell(self, name: str, calendar: Farewell) -> None:
        """Keep a last calendar; its token is put beside it as a secret of the same id."""
        document = {"until": calendar.until.isoformat(), "body": calendar.body.decode()}
        self._run(meta.insert().values(key=_NOTE + name, value=json.dumps(document)))

    def farewell(self, *fingerprints: str) -> Farewell | None:
        """Return the last calendar that an address leads to, None where it leads to none."""
        mine = secrets.c.kind == FAREWELL, secrets.c.fingerprint.in_(fingerprints)
        row = self._first(select(meta.c.value).join(secrets, meta.c.key == _NOTE + secrets.c.id).where(*mine))
        return None if row is None else _read(row.value)

    def forget_farewells(self, before: datetime) -> int:
        """Forget the last calendars that were over before then; return how many."""
        rows = self._all(select(meta).where(meta.c.key.startswith(_NOTE, autoescape=True)))
        over = [row.key for row in rows if _read(row.value).until < before]
        for key in over:
            self._run(delete(secrets).where(secrets.c.kind == FAREWELL, secrets.c.id == key.removeprefix(_NOTE)))
            self._run(delete(meta).where(meta.c.key == key))
        return len(over)


def _read(text: str) -> Farewell:
    document = json.loads(text)
    return Farewell(datetime.fromisoformat(document["until"]), document["body"].encode())
