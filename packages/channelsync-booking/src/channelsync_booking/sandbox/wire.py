"""XML as this simulator reads and writes it, and the comment that ends every answer.

The reader is its own, upon expat, so that it shares no fault with an adapter's: it refuses any DOCTYPE, and has limits
on size, depth and number of elements. Names are read without their namespace.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NoReturn, cast
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

import httpx

from channelsync.testing.values import hex_of

__all__ = [
    "WrongRequestError",
    "child",
    "integer",
    "json_answer",
    "json_object",
    "read",
    "ruid_of",
    "told",
    "xml_answer",
]

LONGEST: Final = 1_000_000
_DEEPEST: Final = 40
_MOST: Final = 100_000
_REMEMBERED: Final = 32


class WrongRequestError(Exception):
    """A request that is refused as a whole: the status, what is said, and the code where there is one."""

    def __init__(self, status: int, text: str, code: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.code = code


class _Reader:
    """One reading: builds the tree, and stops at whatever must not be in it."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = 0
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element, without its namespace."""
        self.depth += 1
        self.count += 1
        if self.depth > _DEEPEST or self.count > _MOST:
            _refuse("too many elements")
        self.builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        """End an element."""
        self.depth -= 1
        self.builder.end(_local(name))

    # A flag by place, because expat calls it so.
    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:  # noqa: FBT001
        """Refuse: a document type can declare entities."""
        del name, system, public, internal
        _refuse("no DOCTYPE is taken")


def read(content: bytes, root: str) -> Element:
    """Return the document's root, which must have that name.

    Raises:
        WrongRequestError: 400, not such a document.
    """
    if len(content) > LONGEST:
        _refuse("too long")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.builder.data
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003  # that these bytes are the last
    except (expat.ExpatError, ValueError, LookupError):
        _refuse("not well-formed")
    found = reader.builder.close()
    if found.tag != root:
        _refuse(f"expected {root}")
    return found


def child(element: Element, name: str) -> str:
    """Return a child's text, empty where there is none."""
    return (element.findtext(name) or "").strip()


def integer(text: str, most: int) -> int:
    """Read a whole number from 0 to ``most``.

    Raises:
        WrongRequestError: 400, it is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and int(text) <= most):
        _refuse(f"{text[:20]!r} is no whole number from 0 to {most}")
    return int(text)


def told(parent: Element, name: str, text: object = "", **attributes: object) -> Element:
    """Write a child and return it; attributes in the order given."""
    made = SubElement(parent, name, {key: str(value) for key, value in attributes.items()})
    if text != "":
        made.text = str(text)
    return made


def ruid_of(*parts: object) -> str:
    """Return the identifier by which support finds a request; it depends on the parts alone."""
    return base64.b64encode(b"RandomIV" + hex_of("ruid", *parts).encode()).decode()


def xml_answer(status: int, root: Element, ruid: str) -> httpx.Response:
    """Return an XML answer; its last line is the comment with the identifier."""
    body = f"<?xml version='1.0' encoding='UTF-8'?>\n{_written(root)}\n<!-- RUID: [{ruid}] -->\n"
    return httpx.Response(status, headers={"Content-Type": "application/xml; charset=UTF-8"}, content=body.encode())


@lru_cache(_REMEMBERED)
def _written(root: Element) -> str:
    """Return a finished element as text; it is told by what it is, not by what is in it."""
    return tostring(root, encoding="unicode")


def json_answer(status: int, content: Mapping[str, object]) -> httpx.Response:
    """Return a JSON answer."""
    return httpx.Response(
        status, headers={"Content-Type": "application/json"}, content=json.dumps(content, ensure_ascii=False).encode()
    )


def json_object(content: bytes) -> Mapping[object, object]:
    """Read a JSON object.

    Raises:
        WrongRequestError: 400, it is none.
    """
    try:
        found: object = json.loads(content[:LONGEST])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        _refuse("not a JSON object")
    return cast("Mapping[object, object]", found)


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _refuse(text: str) -> NoReturn:
    """Refuse a document."""
    raise WrongRequestError(400, f"The request does not validate: {text}") from None
