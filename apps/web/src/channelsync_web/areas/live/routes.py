"""``/vivant``: a stream of server-sent events with one word, ``changed``; the page then reads itself again.

It says nothing about what has changed, so it holds nothing that only its owner may know. It ends with the sign-in, and
by itself after some minutes: the browser then opens it again, and says which word it heard last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Mapping
from typing import Final, cast

from litestar import Router, get
from litestar.exceptions import TooManyRequestsException
from litestar.response import Stream

from channelsync.errors import LedgerError
from channelsync.ids import OwnerId
from channelsync.manager import Manager
from channelsync.service.people import People, SignedIn
from channelsync_web.areas.live.pulse import Pulse
from channelsync_web.screen import Asking
from channelsync_web.signing import cookie_name

__all__ = ["routes"]

_TICK: Final = 1.0
_HEARTBEAT: Final = 20.0
"""Seconds between two signs of life; at each the sign-in is looked at again."""
_WHOLE: Final = 600.0
"""Seconds that one stream lasts."""
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/vivant")
async def live(request: Asking) -> Stream:
    """Say when something of the owner's has changed."""
    pulse, stream = _pulse(request), object()
    known = cast("SignedIn", request.state.signed_in)
    if not pulse.admits(known.id, stream):
        raise TooManyRequestsException
    token = request.cookies.get(cookie_name(https=bool(request.app.state.https)), "")[:200]
    people, heard = cast("People", request.app.state.people), request.headers.get("last-event-id", "")[:40]
    words = _words(pulse, people, known, token, stream, heard)
    return Stream(words, media_type="text/event-stream", headers=_HEADERS)


async def _words(
    pulse: Pulse, people: People, known: SignedIn, token: str, stream: object, heard: str
) -> AsyncGenerator[str]:
    """Yield the events of one stream."""
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
            await asyncio.sleep(_TICK)
    finally:
        pulse.leave(known.id, stream)


async def _still(people: People, token: str) -> bool:
    """Whether the sign-in still holds."""
    try:
        return await asyncio.to_thread(people.session, token) is not None
    except LedgerError:
        return False


def _pulse(request: Asking) -> Pulse:
    """Return the app's pulse, made at its first use."""
    state = request.app.state
    if "pulse" not in state:
        manager = cast("Manager", state.manager)

        def read(owners: Collection[OwnerId]) -> Mapping[OwnerId, str]:
            with manager.ledger.reading() as tx:
                return tx.pulses(owners)

        state.pulse = Pulse(read, time.monotonic)
    return cast("Pulse", state.pulse)


routes = Router("/", route_handlers=[live])
