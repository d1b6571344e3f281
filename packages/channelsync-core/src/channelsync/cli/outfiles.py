"""The calendars that `check --out` writes: each whole, stable to the byte, and never opening on bad evidence.

A closure's UID comes from the listing and its arrival; its DTSTAMP is the time at which it first stood in the file,
which is read back from the file itself. So an unchanged calendar is the same bytes again, and is left alone.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, final

from attrs import frozen

from channelsync.coherence import OUR_MARK
from channelsync.errors import UsageError, WireFormatError
from channelsync.ical import Caps, DateRule, Entry, read, render
from channelsync.ids import derived
from channelsync.nights import Nights, Stay

if TYPE_CHECKING:
    from channelsync.proof import Revision

__all__ = ["Outbox"]

_STAMP: Final = b"DTSTAMP:"


@final
@frozen
class Outbox:
    """The folder that the calendars are written to."""

    folder: Path

    @classmethod
    def at(cls, where: str) -> Self:
        """Return the folder, made where it was not there; refused before anything is read or written.

        Raises:
            UsageError: it is no folder, or nothing can be written there.
        """
        folder = Path(where)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except (OSError, ValueError) as error:
            told = (getattr(error, "strerror", None) or "not a path").lower()
            msg = f"cannot write to the folder {where[:80]!r}: {told}"
            raise UsageError(
                msg, advice="Give --out a folder that this user may write to, with room on its disk."
            ) from None
        return cls(folder)

    def write(self, calendars: Mapping[str, Revision], now: datetime, today: date, *, whole: bool) -> tuple[str, ...]:
        """Write ``for-KEY.ics`` for each key and return the paths.

        Args:
            calendars: what to publish, by key.
            now: the stamp of what is new.
            today: nights before it are over.
            whole: whether every calendar is to be believed; if not, what a file has closed stays closed.

        Raises:
            UsageError: a file cannot be written; then none is changed.
        """
        made = {self._path(key): self._body(key, one, now, today, whole=whole) for key, one in calendars.items()}
        self._replace({path: body for path, body in made.items() if _content(path) != body})
        return tuple(str(path) for path in made)

    def _path(self, key: str) -> Path:
        return self.folder / f"for-{key.replace(':', '-').replace(' ', '-')}.ics"

    def _body(self, key: str, revision: Revision, now: datetime, today: date, *, whole: bool) -> bytes:
        before = _closures(_content(self._path(key)))
        closed = revision.nights
        if not whole:
            closed |= Nights.of(*before).since(today)
        entries = [Entry(run, f"{derived(key, run.arrival)}@{OUR_MARK}", before.get(run, now)) for run in closed.runs()]
        return render(entries, name=f"{OUR_MARK} {key}")

    def _replace(self, bodies: Mapping[Path, bytes]) -> None:
        """Put all files in place: each is complete on the disk before the first one changes."""
        waiting: list[tuple[str, Path]] = []
        try:
            for path, body in bodies.items():
                handle, name = tempfile.mkstemp(dir=self.folder, prefix=f".{path.name}.")
                waiting.append((name, path))
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).chmod(0o644)
            while waiting:
                name, path = waiting[0]
                Path(name).replace(path)
                waiting.pop(0)
        except OSError as error:
            msg = f"cannot write to the folder {str(self.folder)[:80]!r}: {(error.strerror or 'it failed').lower()}"
            raise UsageError(
                msg, advice="Give --out a folder that this user may write to, with room on its disk."
            ) from None
        finally:
            for name, _ in waiting:
                with suppress(OSError):
                    Path(name).unlink()


def _content(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none that could be ours."""
    try:
        with path.open("rb") as file:
            body = file.read(Caps().body + 1)
    except OSError:
        return None
    return body if len(body) <= Caps().body else None


def _closures(body: bytes | None) -> dict[Stay, datetime]:
    """Return the closures of a calendar that we wrote, each with its stamp; none where it is not ours."""
    if body is None:
        return {}
    try:
        reading = read(body, timezone="UTC", dates=DateRule.LOCAL)
    except WireFormatError:
        return {}
    stamps = [line.removeprefix(_STAMP).strip() for line in body.splitlines() if line.startswith(_STAMP)]
    if OUR_MARK not in reading.prodid or len(stamps) != len(reading.events):
        return {one.stay: reading.stamp for one in reading.events if reading.stamp}
    found: dict[Stay, datetime] = {}
    for event, stamp in zip(reading.events, stamps, strict=True):
        with suppress(ValueError):
            found[event.stay] = datetime.strptime(stamp.decode("ascii", "replace"), "%Y%m%dT%H%M%SZ").replace(
                tzinfo=UTC
            )
    return found
