"""``/vivant``: a stream of server-sent events with one word, ``changed``; the page then reads itself again.

It says nothing about what has changed, so it holds nothing that only its owner may know. It ends with the sign-in, and
by itself after some minutes: the browser then opens it again, and says which word it heard last. At first it says by
``connu`` which word the page was made under, so that nothing is lost between the two.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Final, cast

from litestar import Router, get
from litestar.exceptions import TooManyRequestsException
from litestar.response import Stream

from channelsync.ids import OwnerId
from channelsync.manager import Manager
from channelsync.service.people import People, SignedIn
from channelsync_web.areas.live.pulse import Pulse
from channelsync_web.areas.live.stream import events
from channelsync_web.screen import Asking
from channelsync_web.signing import cookie_name

__all__ = ["open_pulse", "routes"]

_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/vivant")
async def live(request: Asking) -> Stream:
    """Say when something of the owner's has changed."""
    pulse, stream = cast("Pulse", request.app.state.pulse), object()
    known = cast("SignedIn", request.state.signed_in)
    if not pulse.admits(known.id, stream):
        raise TooManyRequestsException
    token = request.cookies.get(cookie_name(https=bool(request.app.state.https)), "")[:200]
    people = cast("People", request.app.state.people)
    heard = (request.headers.get("last-event-id") or str(request.query_params.get("connu", "")))[:40]
    words = events(pulse, people, known, token, stream, heard)
    return Stream(words, media_type="text/event-stream", headers=_HEADERS)


def open_pulse(manager: Manager) -> Pulse:
    """Return what asks a manager's ledger, for all pages of an app, whether something has changed."""

    def read(owners: Collection[OwnerId]) -> Mapping[OwnerId, str]:
        with manager.ledger.reading() as tx:
            return tx.pulses(owners)

    return Pulse(read, time.monotonic)


routes = Router("/", route_handlers=[live])
