"""Walking through the whole app: every route that it has, every form that its pages show, and all that an owner has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from attrs import Factory, define, frozen
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

__all__ = ["Form", "Place", "places", "rows", "walk"]

_MACHINES = ("/c/", "/hooks/", "/static/", "/health", "/metrics")
"""Routes that no owner's browser calls; they have tests of their own."""
_STREAM = "/vivant"


@frozen
class Place:
    """One method of one route: ``path`` has the names of its blanks in braces."""

    method: str
    path: str
    guarded: bool
    blanks: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def filled(self, known: dict[str, str]) -> str:
        """Return the path with each blank filled; an unknown one gets what nobody has."""
        path = self.path
        for name in self.blanks:
            path = path.replace(f"{{{name}}}", known.get(name, "nothing-of-that-name"))
        return path


def places(app: Litestar) -> list[Place]:
    """Return every route for people."""
    found: list[Place] = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path.startswith(_MACHINES):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            if str(method) == "OPTIONS":
                continue
            guarded = "signed_in" in repr([getattr(one, "func", one) for one in handler.resolve_guards()])
            found.append(Place(str(method), route.path_format, guarded, tuple(route.path_parameters)))
    return sorted(found, key=str)


@frozen
class Form:
    """A form as a page shows it: where it goes, and what it sends as it stands."""

    action: str
    fields: tuple[tuple[str, str], ...]


@define
class _Reader(HTMLParser):
    """Collects the links and the forms that change something."""

    links: list[str] = Factory(list)
    forms: list[Form] = Factory(list)
    _action: str | None = None
    _fields: list[tuple[str, str]] = Factory(list)
    _select: str = ""

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what stands there."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/") and "data-why" not in said:  # filled in by a script
            self.links.append(said["href"].partition("#")[0])
        elif tag == "form" and said.get("method", "get").lower() == "post":
            self._action, self._fields = said.get("action", ""), []
        elif self._action is not None:
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in said or said.get("value")):
            self._fields.append((self._select, said.get("value", "")))
            self._select = ""
        elif (
            tag in {"input", "button", "textarea"} and name and (kind not in {"checkbox", "radio"} or "checked" in said)
        ):
            self._fields.append((name, said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Finish a form."""
        if tag == "form" and self._action is not None:
            self.forms.append(Form(self._action, tuple(self._fields)))
            self._action = None


def walk(browser: TestClient[Litestar], *, most: int = 150) -> Iterator[tuple[str, int, str, list[Form]]]:
    """Follow every link from the first page on; yields path, status, text and forms of each page."""
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) <= most:
        path = waiting.pop(0)
        answer = browser.get(path)
        reader = _Reader()
        if "text/html" in answer.headers.get("content-type", ""):
            reader.feed(answer.text)
        if 300 <= answer.status_code < 400:
            reader.links.append(answer.headers["location"])
        forms = [form if form.action else Form(path, form.fields) for form in reader.forms]
        yield path, answer.status_code, answer.text, forms
        for link in reader.links:
            kind = urlsplit(link).path
            if link not in seen and kind != _STREAM and not kind.startswith(_MACHINES) and not urlsplit(link).netloc:
                seen.add(link)
                waiting.append(link)


def rows(database: Path, *marks: str) -> set[str]:
    """Return every row of the database in which one of the marks stands: what there is of an owner."""
    with sqlite3.connect(database) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {
            f"{table}: {row!r}"
            for table in tables
            if table not in {"sessions", "audit"}
            for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the schema's own
        }
    connection.close()
    return {row for row in found if any(mark in row for mark in marks)}
