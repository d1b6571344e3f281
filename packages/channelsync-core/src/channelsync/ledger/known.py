"""States that this process has read or written lately, by the version of their unit: known already, not read again.

A version names everything remembered of a unit but its looks, and each is drawn anew: where the stored one is the one
remembered, so is the state. Nothing is decided by what is kept here alone, for the stored version is asked each time;
what was kept by a transaction that came to nothing has a version that nobody will ever find.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, final

from channelsync.codec import Document, read
from channelsync.ids import ListingId, OwnerId, UnitId
from channelsync.ledger.records import Looks
from channelsync.state import UnitState

__all__ = ["KnownStates", "Signs"]

Signs = tuple[object, ...]
"""What is stored of some units' versions, looks and readings, as it is stored."""

_MOST: Final = 256
_MOST_LOOKS: Final = 1024
_MOST_OWNERS: Final = 64
"""Some ten kilobytes a unit: enough for the owners who look at their pages at the same time."""


@final
class KnownStates:
    """The last states of the units used last; threads may share it."""

    def __init__(self) -> None:
        self._states: Final = OrderedDict[UnitId, tuple[str, UnitState]]()
        self._looks: Final = OrderedDict[ListingId, tuple[Document, Looks]]()
        self._whole: Final = OrderedDict[OwnerId, tuple[Signs, tuple[UnitState, ...]]]()
        self._lock: Final = threading.Lock()

    def get(self, unit: UnitId, version: str) -> UnitState | None:
        """Return the unit's state at that version, but for its looks and the platforms' readings; None if unknown."""
        with self._lock:
            kept, state = self._states.get(unit, ("", None))
            if state is None or kept != version:
                return None
            self._states.move_to_end(unit)
            return state

    def looks(self, listing: ListingId, document: Document) -> Looks:
        """Return the looks that a listing's document holds; one that is as it was is not read anew.

        Raises:
            LedgerError: it was written by a newer program, or is damaged.
        """
        kept = self._looks.get(listing)
        if kept is not None and kept[0] == document:
            return kept[1]
        looks = read(document, Looks)
        self.keep_looks(listing, document, looks)
        return looks

    def keep_looks(self, listing: ListingId, document: Document, looks: Looks) -> None:
        """Keep the looks that a listing's document holds; one that is never stored is never asked for."""
        with self._lock:
            self._looks[listing] = (document, looks)
            self._looks.move_to_end(listing)
            if len(self._looks) > _MOST_LOOKS:
                self._looks.popitem(last=False)

    def whole(self, owner: OwnerId, signs: Signs) -> tuple[UnitState, ...] | None:
        """Return the states of all of an owner's units, where just these signs say what they are; else None."""
        kept = self._whole.get(owner)
        return kept[1] if kept is not None and kept[0] == signs else None

    def keep_whole(self, owner: OwnerId, signs: Signs, states: tuple[UnitState, ...]) -> None:
        """Keep the states of all of an owner's units, by every sign that they may have changed."""
        with self._lock:
            self._whole[owner] = (signs, states)
            self._whole.move_to_end(owner)
            if len(self._whole) > _MOST_OWNERS:
                self._whole.popitem(last=False)

    def forget(self) -> None:
        """Forget all: what is stored was put there whole."""
        with self._lock:
            self._states.clear()
            self._whole.clear()

    def keep(self, unit: UnitId, version: str, state: UnitState) -> None:
        """Keep a unit's state at that version; one never given a version is not kept."""
        if not version:
            return
        with self._lock:
            self._states[unit] = (version, state)
            self._states.move_to_end(unit)
            if len(self._states) > _MOST:
                self._states.popitem(last=False)
