"""The app as an OpenAPI description, for tools that try every route: the app itself gives none out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.web.walking import Form

__all__ = ["FORM", "described"]

FORM: Final = "application/x-www-form-urlencoded"
_STREAM: Final = "/vivant"
"""It never ends; tests/web/test_live.py has it."""
_ALSO: Final = ("code", "de", "dit", "genre", "vers")
"""What pages read from an address without naming it in their signature."""
_TEXT: Final = {"type": "string"}


def described(app: Litestar, forms: Iterable[Form], known: Mapping[str, str]) -> dict[str, Any]:
    """Return every route: its blanks, what it reads from its address, and the fields of the forms that lead to it.

    Args:
        app: whose routes.
        forms: as its pages show them; what they send is among what is tried.
        known: something that exists for each blank of a path; it is tried as often as nonsense.
    """
    sent = list(forms)
    paths: dict[str, dict[str, Any]] = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or route.path == _STREAM:
            continue
        blanks = [_parameter("path", name, known.get(name, "")) for name in route.path_parameters]
        for method, (handler, _) in route.route_handler_map.items():
            if str(method) == "OPTIONS":
                continue
            own = handler.parsed_fn_signature.parameters.keys() & _QUERIES
            operation: dict[str, Any] = {
                "parameters": [*blanks, *(_parameter("query", name) for name in sorted({*own, *_ALSO}))],
                "responses": {"default": {"description": "a page, or where to go on"}},
            }
            if str(method) in {"POST", "PUT"}:
                operation["requestBody"] = {"content": {FORM: {"schema": _fields(route.path_format, sent)}}}
            paths.setdefault(route.path_format, {})[str(method).lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "the owner's pages", "version": "1"}, "paths": paths}


_QUERIES: Final = frozenset({"du", "jours", "nuit", "arrivee", "depart", "cle", "plateforme", "avec", "mark", "jusque"})


def _parameter(place: str, name: str, known: str = "") -> dict[str, Any]:
    schema = {"anyOf": [{"const": known}, {**_TEXT, "minLength": 1}]} if known else _TEXT
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _fields(path: str, forms: list[Form]) -> dict[str, Any]:
    """Return what may be sent there: the fields of our forms, with what stands in them or anything else."""
    fits = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
    values: dict[str, set[str]] = {}
    for form in forms:
        if fits.fullmatch(form.action.partition("?")[0]):
            for name, value in form.fields:
                values.setdefault(name, set()).add(value)
    fields = {name: {"anyOf": [{"enum": sorted(those)}, _TEXT]} for name, those in values.items()}
    return {"type": "object", "properties": fields, "additionalProperties": _TEXT, "required": sorted(fields)[:3]}
