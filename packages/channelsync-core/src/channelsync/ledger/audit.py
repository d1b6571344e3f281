"""The audit trail of sensitive acts: a chain, each line's hash covering the line before.

A line that is changed, removed or slipped in breaks the chain; the head is noted beside it, so a cut tail shows too. It
shows tampering by somebody who does not rewrite the whole chain and its head; it is no proof against one who can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, select

from channelsync.errors import AuditError, UsageError
from channelsync.ledger.records import AuditLine
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import audit, meta

__all__ = ["AuditRows"]

_HEAD: Final = "audit_head"
_LONGEST: Final = 4000
_COMPARE: Final = "Compare the database with the last backup; somebody may have changed it by hand."


class AuditRows(Rows):
    """The audit trail."""

    def audit(self, actor: str, what: str, details: Mapping[str, object] | None = None, *, at: datetime) -> AuditLine:
        """Add a line: who did what. Details are plain data without secrets.

        Raises:
            UsageError: the details hold a link, or are too long.
        """
        text = json.dumps(dict(details or {}), sort_keys=True)
        if "://" in text or len(text) > _LONGEST:
            msg = f"the audit details of {what!r} hold a link, or are too long"
            raise UsageError(msg)
        seq, before = self._audit_head()
        line = AuditLine(seq + 1, at, actor, what, json.loads(text), "")
        digest = _hash(before, line)
        values = {"seq": line.seq, "at": at, "actor": actor, "what": what, "details": line.details}
        self._run(audit.insert().values(prev_hash=before, hash=digest, **values))
        head = f"{line.seq} {digest}"
        if not self._run(meta.update().where(meta.c.key == _HEAD).values(value=head)):
            self._run(meta.insert().values(key=_HEAD, value=head))
        return AuditLine(line.seq, at, actor, what, line.details, digest)

    def audit_lines(
        self, *, since: datetime | None = None, below: int | None = None, limit: int = 500
    ) -> tuple[AuditLine, ...]:
        """Return the latest lines, oldest of them first; ``below`` leaves out that number and all that follow it."""
        chosen = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        if below is not None:
            chosen = chosen.where(audit.c.seq < below)
        rows = self._all(chosen if since is None else chosen.where(audit.c.at >= since))
        return tuple(_line(row) for row in reversed(rows))

    def verify_audit(self) -> int:
        """Follow the whole chain, and return how many lines it has.

        Raises:
            AuditError: it does not add up; the text says from which line on.
        """
        before, count = "", 0
        for row in self._connection.execute(select(audit).order_by(audit.c.seq)):
            count += 1
            if row.seq != count:
                raise _broken(count, "is missing")
            if row.prev_hash != before or row.hash != _hash(before, _line(row)):
                raise _broken(count, "was changed")
            before = row.hash
        if self._audit_head() != (count, before):
            raise _broken(count, "is not the last: what came after it is missing")
        return count

    def _audit_head(self) -> tuple[int, str]:
        """Return the last line's number and hash; a writer holds the head until it commits, so the chain stays one."""
        chosen = select(meta.c.value).where(meta.c.key == _HEAD)
        row = self._first(chosen.with_for_update() if self._locking else chosen)
        if row is None:
            return 0, ""
        seq, _, digest = row.value.partition(" ")
        return int(seq), digest


def _broken(line: int, what: str) -> AuditError:
    return AuditError(f"the audit trail does not add up: line {line} {what}", advice=_COMPARE)


def _hash(before: str, line: AuditLine) -> str:
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [before, line.seq, at, line.actor, line.what, dict(line.details)]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _line(row: Row[Any]) -> AuditLine:
    return AuditLine(row.seq, row.at, row.actor, row.what, row.details, row.hash)
