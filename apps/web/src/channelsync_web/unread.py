"""What was never read: a calendar of which nothing is known is not an empty one, and pages that list stays say so."""

from __future__ import annotations

from collections.abc import Iterable

from channelsync.state import ListingState, UnitState
from channelsync_web.speech import Say

__all__ = ["is_unread", "unread"]


def is_unread(one: ListingState) -> bool:
    """Whether nothing is known of a listing: no look at it has succeeded, and nothing is remembered of it."""
    return one.looked_at is None and not one.claims


def unread(states: Iterable[UnitState], say: Say) -> tuple[str, ...]:
    """Return a sentence for each lodging with listings that were never read: what is taken there is missing."""
    found: list[str] = []
    for state in states:
        where = [say.platform(one.listing.key) for one in state.active if is_unread(one)]
        if where:
            text = "{unit}: {where} has not been read yet, so what is taken there is missing here."
            found.append(str(say(text, unit=state.unit.name, where=say.joined(where))))
    return tuple(found)
