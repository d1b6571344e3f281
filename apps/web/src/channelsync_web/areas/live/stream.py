"""One stream of server-sent events: a word when something has changed, a sign of life now and then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from channelsync.errors import LedgerError
from channelsync.service.people import People, SignedIn
from channelsync_web.areas.live.pulse import Pulse

__all__ = ["events"]

_HEARTBEAT: Final = 20.0
"""Seconds between two signs of life; at each the sign-in is looked at again."""
_WHOLE: Final = 600.0
"""Seconds that one stream lasts."""


async def events(
    pulse: Pulse,
    people: People,
    known: SignedIn,
    token: str,
    stream: object,
    heard: str = "",
    *,
    every: float = 1.0,
) -> AsyncGenerator[str]:
    """Yield the events of one stream, as they go over the wire.

    Args:
        pulse: what says whether something has changed.
        people: what says whether the sign-in still holds.
        known: who is signed in.
        token: what they signed in with.
        stream: what this stream is known by.
        heard: the word that this browser heard last, or that its page was made under; empty where it knows of none.
        every: seconds between two looks.
    """
    begun = spoke = pulse.clock()
    try:
        yield "retry: 3000\n\n"
        while pulse.clock() - begun < _WHOLE and pulse.admits(known.id, stream):
            try:
                word = await pulse.word(known.owner.id)
            except LedgerError:  # the database is away for a moment: nothing is known to have changed
                word = heard
            changed = bool(heard and word and word != heard)
            if changed or pulse.clock() - spoke >= _HEARTBEAT:
                if not await _still(people, token):
                    return
                spoke = pulse.clock()
                yield f"id: {word}\nevent: changed\ndata: 1\n\n" if changed else ": still here\n\n"
            elif word and not heard:
                yield f"id: {word}\ndata: 1\n\n"
            heard = word or heard
            await asyncio.sleep(every)
    finally:
        pulse.leave(known.id, stream)


async def _still(people: People, token: str) -> bool:
    """Whether the sign-in still holds."""
    try:
        return await asyncio.to_thread(people.session, token) is not None
    except LedgerError:
        return False
