"""The audit trail as one owner may see it: the lines about what is theirs, and whether the whole chain is intact.

The trail is one for the installation. A line is the owner's where it names something of theirs and nothing of anybody
else's; every other line is left out, and so is how many there are.
"""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

from channelsync.errors import AuditError
from channelsync.ledger import AuditLine
from channelsync_web.mine import Mine

__all__ = ["PAGE", "Trail", "intact", "is_theirs", "owned", "trail"]

PAGE: Final = 60
_LOT: Final = 500
_LOTS: Final = 10
_IDS: Final = frozenset({"unit", "listing", "account", "owner", "conflict"})
_AT_ONCE: Final = 2000
"""A trail of so many lines is followed with each page; a longer one when asked for."""


@final
@frozen
class Trail:
    """Lines, latest first; ``older`` is below which number the next page begins, None where there is none."""

    lines: tuple[AuditLine, ...]
    older: int | None
    long: bool


def owned(mine: Mine) -> frozenset[str]:
    """Return the ids of everything that is or was the owner's."""
    with mine.manager.ledger.reading() as tx:
        return tx.owned_ids(mine.owner.id) | tx.conflict_ids(mine.owner.id)


def is_theirs(line: AuditLine, ids: frozenset[str]) -> bool:
    """Whether a line is about what has one of these ids, and about nothing else that has one."""
    named = {str(value) for name, value in line.details.items() if name in _IDS}
    if "source" in line.details:
        named.add(str(line.details["source"]).partition("/")[2])
    return bool(named) and named <= ids


def trail(mine: Mine, below: int | None = None) -> Trail:
    """Return a page of the owner's lines."""
    ids, found = owned(mine), list[AuditLine]()
    long = False
    with mine.manager.ledger.reading() as tx:
        for _ in range(_LOTS):
            lot = tx.audit_lines(below=below, limit=_LOT)
            long = long or (bool(lot) and lot[-1].seq > _AT_ONCE)
            found += [one for one in reversed(lot) if is_theirs(one, ids)]
            below = lot[0].seq if len(lot) == _LOT else None
            if below is None or len(found) > PAGE:
                break
    shown = tuple(found[:PAGE])
    older = shown[-1].seq if len(shown) < len(found) else below
    return Trail(shown, older, long)


def intact(mine: Mine) -> bool:
    """Follow the whole chain, and return whether it adds up."""
    try:
        mine.manager.verify_audit()
    except AuditError:
        return False
    return True
