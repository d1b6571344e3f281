"""The shape of an adapter: a generator that yields requests and is sent responses.

An adapter never touches the network. It *asks*::

    def look(self, source, at):
        response = yield httpx.Request("GET", source.url.reveal())
        return read(response)

and somebody else sends: the engine's `Driver` under an ``httpx.Client`` in a script, its `AsyncDriver` under an
``httpx.AsyncClient`` in the worker, or a loop over a simulator with no client at all. One implementation has three
lives, and each can be tested by sending it made-up responses, one by one. httpx does the same with
``Auth.auth_flow``.

What the one who sends promises: the response is complete and its body read; it is at most so large; its address was
allowed; redirects of a GET were followed; the connection had its time limits. What goes wrong on the way is thrown
into the flow as a `ChannelSyncError`, at the ``yield`` it belongs to. A flow that has nothing to add lets it pass.

What a flow promises: it holds no secret outside the request, reads no clock (``at`` is an argument), keeps nothing
between two runs, and may be abandoned at any ``yield``.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final, TypeVar, final

import httpx
from attrs import frozen

__all__ = ["ACCOUNT", "REPEATABLE", "SPACED", "Flow", "Spaced"]

T = TypeVar("T")

ACCOUNT: Final = "channelsync.account"
"""The extension of a request under which a flow names the account that it speaks for."""
REPEATABLE: Final = "channelsync.repeatable"
"""The extension by which a flow says that repeating a request does no harm, although it is no GET or HEAD."""

SPACED: Final = "channelsync.spaced"
"""The extension under which a flow gives the `Spaced` of a request that its platform wants seldom."""


@final
@frozen
class Spaced:
    """What a platform asks of those who ask it the same again and again.

    Of one account's spaced requests to a host only one is underway at a time. A GET is sent when the last good answer
    from its address is at least so many seconds old; whoever comes sooner is sent that answer again, with an ``Age``
    header (seconds, as caches write it). After a POST no GET is sent for so many seconds.
    """

    account: str
    """Who asks, as the platform counts: several accounts here may be one there."""
    seconds: float


Flow = Generator[httpx.Request, httpx.Response, T]
"""Yields requests, is sent their responses, returns a ``T``."""
