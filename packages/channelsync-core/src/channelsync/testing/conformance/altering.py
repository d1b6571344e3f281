"""Answers with one thing in them made wrong: a single value that cannot be read, or a single address that refuses.

All the rest of an answer stays good. That is how a plugin is found that leaves out the one entry it cannot read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeVar, cast

import httpx

from channelsync.adapter import Flow
from channelsync.testing.conformance.driving import Answers, Spoil, Wire

__all__ = ["UNHEARD", "altered_runs", "answering_at", "replaced"]

UNHEARD: Final = "unheard-of"
"""What no platform writes anywhere."""
_VALUE: Final = re.compile(rb'(?<==")[^"<>]*(?=")|(?<=>)[^<>]*[^<>\s][^<>]*(?=<)')
"""A value in XML: of an attribute, or the text between two tags; the name of neither."""
T = TypeVar("T")


def answering_at(address: tuple[str, str], status: int) -> Spoil:
    """Return what answers with a status at one address, a method and a path, and leaves every other alone."""

    def spoil(answers: Answers, request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) == address:
            return httpx.Response(status)
        return answers(request)

    return spoil


def altered_runs(
    wire: Wire, flow: Callable[[], Flow[T]], kept: frozenset[str]
) -> Iterator[tuple[str, Callable[[], T]]]:
    """Yield a run of a flow for each value of each of its answers, which is made one that cannot be read.

    Each is to be run before the next is taken, and comes with words that say which value it is. A value among ``kept``
    is made none, and nothing else: what it names (a listing) another may bear as well.
    """
    good: list[httpx.Response] = []

    def keeping(answers: Answers, request: httpx.Request) -> httpx.Response:
        good.append(answers(request))
        return good[-1]

    wire.spoil = keeping
    wire.run(flow())
    for number, answer in enumerate(good):
        for place, body in _altered(answer.content, kept):
            wire.spoil = _replacing(wire, number, body)
            yield f"{place} of answer {number + 1}", lambda: wire.run(flow())
    wire.spoil = None


def _replacing(wire: Wire, number: int, body: bytes) -> Spoil:
    """Return what gives another body to the answer of that number, the first being 0."""

    def spoil(answers: Answers, request: httpx.Request) -> httpx.Response:
        answer = answers(request)
        if len(wire.requests) != number + 1:
            return answer
        headers = {name: text for name, text in answer.headers.items() if name.lower() != "content-length"}
        return httpx.Response(answer.status_code, headers=headers, content=body)

    return spoil


def _altered(body: bytes, kept: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Yield a body with one value at a time made another; nothing where it is neither JSON nor XML."""
    try:
        document: object = json.loads(body)
    except ValueError:
        yield from _altered_xml(body, kept) if body.lstrip().startswith(b"<") else ()
        return
    for odd in (UNHEARD, None):
        for place, old, changed in replaced(document, odd):
            if odd is None or str(old) not in kept:
                yield f"{place or 'all'} made {odd!r}", json.dumps(changed).encode()


def _altered_xml(body: bytes, kept: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    for found in _VALUE.finditer(body):
        before, after = body[: found.start()], body[found.end() :]
        name = re.findall(rb"[\w:.-]+", before[-60:])
        for odd in ("", UNHEARD):
            if odd == "" or found[0].decode("utf-8", "replace").strip() not in kept:
                yield f"{name[-1].decode() if name else 'all'} made {odd!r}", before + odd.encode() + after


def replaced(value: object, odd: object, place: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield a document with one of its values, at any depth, made another: where it is, what it was, the document."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        for key, inner in members.items():
            for where, old, changed in replaced(inner, odd, f"{place}.{key}".lstrip(".")):
                yield where, old, {**members, key: changed}
    elif isinstance(value, list) and value:
        entries = cast("list[object]", value)
        for index, inner in enumerate(entries):
            for where, old, changed in replaced(inner, odd, f"{place}[{index}]"):
                yield where, old, [*entries[:index], changed, *entries[index + 1 :]]
    else:
        yield place, value, odd
