"""What third parties compute again and again is computed once for all tests of a process: nothing of ours is touched.

A program opens its database once; thousands of tests do, each as if it were the first. What that costs lies outside of
this product: reading the metadata of every installed distribution, loading the certificates that a machine trusts,
compiling the same statements for every new engine, Alembic on its way through the migrations of an empty database, and
what a recovery phrase is worth: a tenth of a second on purpose, each time that a backup is opened with it.
Each is remembered here under everything that its result depends on.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

import pytest

_STATEMENTS: Final = 3000
"""Compiled statements that are remembered."""


@pytest.fixture(autouse=True, scope="session")
def remembered() -> Iterator[None]:
    """Remember the five, in whatever a test of this process opens; a process that it starts does everything anew."""
    import alembic.command
    import httpx

    from channelsync.adapter import registry
    from channelsync.service import phrase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "entry_points", _entry_points)
        patch.setattr(httpx, "create_ssl_context", _certificates(httpx.create_ssl_context))
        patch.setattr(alembic.command, "upgrade", _upgrade(alembic.command.upgrade))
        patch.setattr(phrase, "Scrypt", _Derived)
        _statements(patch)
        yield


def _entry_points(**which: str) -> Any:
    """The entry points on today's path."""
    return _entry_points_on(tuple(sys.path), **which)


@cache
def _entry_points_on(_: tuple[str, ...], **which: str) -> Any:
    return importlib.metadata.entry_points(**which)


def _certificates(load: Callable[..., Any]) -> Callable[..., Any]:
    """The trusted certificates, where nothing else is asked for."""
    kept: dict[tuple[str | None, ...], Any] = {}

    def create(*given: Any, **more: Any) -> Any:
        if given or more:
            return load(*given, **more)
        where = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        if where not in kept:
            kept[where] = load()
        return kept[where]

    return create


class _Derived:
    """Scrypt, which says the same whenever it is asked the same."""

    def __init__(self, **how: Any) -> None:
        self._how = tuple(how.items())

    def derive(self, secret: bytes) -> bytes:
        """Return what it derives."""
        return _derived(self._how, secret)


@cache
def _derived(how: tuple[tuple[str, Any], ...], secret: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(**dict(how)).derive(secret)


def _statements(patch: pytest.MonkeyPatch) -> None:
    """Let the engines of one kind of database share what they compile; each would have a cache of its own."""
    from sqlalchemy import Connection, Engine, event
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
    from sqlalchemy.util import LRUCache

    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # part of each key; all are made with the same settings
        patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other), raising=False)
        patch.setattr(dialect, "__hash__", lambda one: hash(type(one)), raising=False)
    shared: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    @event.listens_for(Engine, "engine_connect")
    def connected(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)


def _upgrade(upgrade: Callable[..., None]) -> Callable[..., None]:
    """Alembic's way from nothing to a revision: what it tells the database, told to the next empty one."""
    from sqlalchemy import Connection, event, inspect

    kept: dict[tuple[str, str], list[tuple[str, Any]]] = {}

    def run(config: Any, revision: str) -> None:
        connection: Connection = config.attributes["connection"]
        way = (connection.dialect.name, revision)
        if inspect(connection).get_table_names():
            upgrade(config, revision)
            return
        if way in kept:
            for statement, parameters in kept[way]:
                connection.exec_driver_sql(statement, parameters)
            return
        told: list[tuple[str, Any]] = []

        def tell(_c: object, _r: object, statement: str, parameters: Any, _x: object, _many: bool) -> None:
            if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
                told.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", tell)
        try:
            upgrade(config, revision)
        finally:
            event.remove(connection, "before_cursor_execute", tell)
        kept[way] = told

    return run
