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
from typing import Final, TypeVar

import httpx

__all__ = ["ACCOUNT", "REPEATABLE", "Flow"]

T = TypeVar("T")

ACCOUNT: Final = "channelsync.account"
"""The extension of a request under which a flow names the account that it speaks for."""
REPEATABLE: Final = "channelsync.repeatable"
"""The extension by which a flow says that repeating a request does no harm, although it is no GET or HEAD."""

Flow = Generator[httpx.Request, httpx.Response, T]
"""Yields requests, is sent their responses, returns a ``T``."""
