"""`record`: an anonymised recording of one calendar, in the form that `replay` reads.

A recording is for those who develop channelsync, and for who reports a fault: it shows how a platform's calendar really
moves. What is kept is its structure and its dates. Each UID and each reservation's code becomes a keyed hash, so that
the same one is known again from one fetch to the next and nobody can find out which it was; titles, names, telephone
numbers, descriptions and the calendar's address are in no file. The key lies beside the recording, readable for its
owner alone, and is needed no more once the recording has ended.

A line is added only where the calendar has changed since the last one, so that hours of silence cost nothing.
"""

from __future__ import annotations

import gzip
import hmac
import json
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from attrs import define, field, frozen

from channelsync.claims import Kind
from channelsync.cli import options, paint
from channelsync.cli.replay import read_recording
from channelsync.cli.waiting import wait
from channelsync.errors import UsageError
from channelsync.inventory import zone

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell
    from channelsync.cli.sources import Source
    from channelsync.observation import Event, Observation

__all__ = ["Recorder", "add"]

_KINDS: Final = {Kind.RESERVATION: "reserved", Kind.BLOCK: "not_available", Kind.CLOSURE: "closed"}
_LEAST, _DAY = 5, 24 * 60
_MOST_TIMES: Final = 100_000
_LONGEST: Final = 4096
_KEY_BYTES: Final = 32
_UID, _CODE = 12, 8
"""So many letters of a hash are kept: enough to tell apart what one calendar ever shows."""


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "record",
        record,
        "write an anonymised recording of a calendar, for replay",
        more="Kept: dates and kinds; identifiers as keyed hashes. Titles, names, codes and the address are left out.",
    )
    verb.add_argument("source", metavar="URL", help="the calendar's address or file; - reads the address from input")
    verb.add_argument("--channel", metavar="CHANNEL", help="whose calendar it is (default: known by its address)")
    verb.add_argument("--out", metavar="FILE", default="recording.jsonl", help="add to this (default: %(default)s)")
    verb.add_argument(
        "--every", metavar="MINUTES", type=options.argument(_minutes), help="go on, this long between two fetches"
    )
    verb.add_argument("--times", metavar="N", type=options.argument(_times), help="so many fetches (default: one)")
    verb.add_argument(
        "--timezone", metavar="TZ", default="Europe/Paris", help="where the lodging is (default: %(default)s)"
    )


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=_whole(text, _LEAST, _DAY, "number of minutes"))


def _times(text: str) -> int:
    return _whole(text, 1, _MOST_TIMES, "number of fetches")


def _whole(text: str, least: int, most: int, what: str) -> int:
    """Read a whole number.

    Raises:
        UsageError: it is none, or too small or too large.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        msg = f"not a {what}: {text[:40]!r}"
        raise UsageError(msg, advice=f"Give a whole number from {least} to {most}.")
    return int(text)


@final
@frozen
class _Counts:
    """What a run of the command has done."""

    fetches: int = 0
    lines: int = 0
    failed: int = 0
    events: int = 0
    usable: bool = True


@final
@define
class Recorder:
    """Adds to one recording; ``path`` may end in ``.gz``."""

    path: Path
    channel: str
    _key: bytes = field(repr=False)
    _last: dict[str, object] | None = None

    @classmethod
    def at(cls, path: Path, channel: str) -> Recorder:
        """Open a recording, a new one or one to go on with.

        Raises:
            UsageError: the file is something else, or its key is missing.
            OSError: nothing can be written there.
        """
        last = _last_line(path, channel)
        return cls(path, channel, _key_at(path.with_name(f"{path.name}.key"), new=last is None), last)

    def add(self, seen: Observation) -> bool:
        """Add what a look showed where it differs from what was there last; return whether it did."""
        line: dict[str, object] = {"fetch_failed": True}
        if seen.usable:
            line = {"events": [self._event(one) for one in seen.events]}
        if line == self._last:
            return False
        text = json.dumps({"t": int(seen.at.timestamp()), **line}) + "\n"
        with gzip.open(self.path, "at") if self.path.suffix == ".gz" else self.path.open("a") as file:
            file.write(text)
        self._last = line
        return True

    def _event(self, one: Event) -> list[str]:
        """Return an event without what could say whose it is."""
        dates = [f"{day:%Y%m%d}" for day in (one.stay.arrival, one.stay.departure)]
        plain = [*dates, _KINDS[one.kind], self._hashed("uid", one.uid, _UID)]
        return [*plain, self._hashed("code", one.code, _CODE)] if one.code else plain

    def _hashed(self, what: str, text: str, length: int) -> str:
        """Return a text's keyed hash; no text has none."""
        if not text:
            return ""
        return hmac.new(self._key, f"{what}\n{text}".encode("utf-8", "replace"), "sha256").hexdigest()[:length]


def _last_line(path: Path, channel: str) -> dict[str, object] | None:
    """Return what a recording says last, without its time; None where it begins only now."""
    if not path.exists() or not path.stat().st_size:
        return None
    read_recording(channel, path)  # which refuses what is no recording: nothing is added to somebody's other file
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        last = next(line for line in reversed(lines.read().splitlines()) if line.strip())
    entry: dict[str, object] = json.loads(last)
    entry.pop("t", None)
    return entry


def _key_at(path: Path, *, new: bool) -> bytes:
    """Return the key of a recording, made where the recording is.

    Raises:
        UsageError: the recording is there, and its key is not, or is none.
    """
    if path.exists():
        key = path.read_bytes()
        if len(key) == _KEY_BYTES:
            return key
    elif new:
        key = secrets.token_bytes(_KEY_BYTES)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        return key
    msg = f"the key {path.name[:80]!r} of this recording is missing or none"
    raise UsageError(msg, advice="Begin a new recording: another --out.")


# -- the verb ----------------------------------------------------------------------------------------------------------


def record(shell: Shell) -> int:
    """Fetch, and add what has changed."""
    from channelsync.cli.sources import resolve

    args = shell.args
    zone(args.timezone)
    where = _address(args.source)
    (source,) = resolve([(_channel(shell, where), where)], shell.channels)
    path = Path(args.out)
    try:
        recorder = Recorder.at(path, source.plugin.name)
        counts = _recorded(shell, source, recorder)
    except OSError as error:
        msg = f"cannot write the recording {path.name[:80]!r}: {(error.strerror or 'it failed').lower()}"
        raise UsageError(msg, advice="Give --out a file that this user may write, with room on its disk.") from None
    document = {
        "channel": source.plugin.name,
        "recording": str(path),
        "fetches": counts.fetches,
        "lines": counts.lines,
        "failed": counts.failed,
        "events": counts.events,
    }
    shell.answer(document, *_shown(shell, path, counts))
    return 0 if counts.usable else 1


def _recorded(shell: Shell, source: Source, recorder: Recorder) -> _Counts:
    """Fetch as often as asked for, or until Ctrl-C."""
    from channelsync.cli.sources import read_sources

    args = shell.args
    times = args.times or (_MOST_TIMES if args.every else 1)
    every = args.every or timedelta(minutes=_LEAST)
    ahead = shell.now - datetime.now(UTC)
    counts = _Counts()
    try:
        for number in range(times):
            if number:
                wait(every.total_seconds())
            at = datetime.now(UTC) + ahead
            (look,) = read_sources(
                (source,), timezone=args.timezone, at=at, allow_private=shell.allow_private_addresses
            )
            seen = look.observation
            counts = _Counts(
                counts.fetches + 1,
                counts.lines + recorder.add(seen),
                counts.failed + (not seen.usable),
                len(seen.events),
                seen.usable,
            )
    except KeyboardInterrupt:
        pass
    return counts


def _address(given: str) -> str:
    """Return where the calendar is; the address may come by standard input, where no list of processes shows it.

    Raises:
        UsageError: there is none.
    """
    text = sys.stdin.readline(_LONGEST).strip() if given == "-" else given
    if not text:
        msg = "no address came"
        raise UsageError(msg, advice="Give the calendar's address, its file, or - and the address on standard input.")
    return text


def _channel(shell: Shell, where: str) -> str:
    """Return whose calendar this is: as said, or by its address.

    Raises:
        UsageError: nothing says it.
    """
    from channelsync.adapter import SecretUrl

    if shell.args.channel is not None:
        return str(shell.args.channel)
    if "://" in where:
        url = SecretUrl.pasted(where)
        known = [plugin.name for plugin in shell.channels.plugins if plugin.accepts_url(url)]
        if len(known) == 1:
            return known[0]
    msg = "nothing says whose calendar this is"
    raise UsageError(msg, advice=f"Add --channel: {', '.join(shell.channels.names)}.")


def _shown(shell: Shell, path: Path, counts: _Counts) -> tuple[paint.Text, ...]:
    say = shell.voice
    fetched = say.count(counts.fetches, say("lecture", "fetch"), say("lectures", "fetches"))
    lines = say.count(counts.lines, say("ligne ajoutée", "line added"), say("lignes ajoutées", "lines added"))
    events = say.count(counts.events, say("événement", "event"), say("événements", "events"))
    done = paint.line(f"{path} · {fetched} · {lines} · {events}", paint.TITLE)
    bad = paint.line(say("La dernière lecture n’a rien donné.", "The last fetch gave nothing usable."), paint.WARN)
    kept = say(
        "Gardé : dates et sortes ; identifiants et codes en empreintes. Ni adresse, ni titre, ni nom, ni description.",
        "Kept: dates and kinds; identifiers and codes as keyed hashes. No address, title, name or description.",
    )
    key = say(
        f"{path.name}.key relie les lectures entre elles : à ne donner à personne, à effacer à la fin.",
        f"{path.name}.key ties the fetches together: give it to nobody, delete it when you have finished.",
    )
    return (done, *(() if counts.usable else (bad,)), paint.line(kept, paint.QUIET), paint.line(key, paint.QUIET))
