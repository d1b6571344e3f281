"""Recorded calendars played through the kernel: what would have been decided, and when.

A recording is one JSON object a line (gzip or plain), oldest first: ``{"t": unix time, "events": [[arrival,
departure, kind, uid, code?], ...]}`` with dates as ``YYYYMMDD``, or ``{"t": ..., "fetch_failed": true}``. A line is
written only when the calendar changed; between two lines the last one stands. All recordings are played as the
listings of one unit.
"""

from __future__ import annotations

import gzip
import heapq
import json
import sys
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from attrs import define, field, frozen

from channelsync.claims import Claim, Kind
from channelsync.cli import options, shapes
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit, zone
from channelsync.nights import EPOCH, LIMIT, Stay
from channelsync.observation import Event, Observation
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.reconcile import observe, settle
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.traits import Traits

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell

__all__ = ["Recording", "Replay", "add", "read_recording"]

_KINDS: Final = {"reserved": Kind.RESERVATION, "not_available": Kind.BLOCK, "closed": Kind.CLOSURE}
_MAX_LINE: Final = 5 * 2**20
_DAY: Final = 24 * 60
_A_DAY: Final = timedelta(days=1)
_WORDS: Final = {
    Did.CLAIM: ("pris", "taken"),
    Did.RELEASE: ("libéré", "released"),
    Did.KEEP: ("gardé fermé", "kept closed"),
    Did.SET_ASIDE: ("mis de côté", "set aside"),
    Did.CONFLICT: ("double", "conflict"),
    Did.UNUSABLE: ("illisible", "unusable"),
}
_TOLD: Final = {Did.CLAIM, Did.RELEASE, Did.KEEP, Did.SET_ASIDE, Did.UNUSABLE}


@final
@frozen
class Recording:
    """One listing's recorded calendar: the answers in order, each with the time from which it stands."""

    channel: ChannelName
    answers: tuple[tuple[datetime, tuple[Event, ...] | None], ...]


def read_recording(channel: str, path: Path) -> Recording:
    """Read a recording.

    Raises:
        UsageError: the file is not there, or a line is not of the recorded form.
    """
    answers: list[tuple[datetime, tuple[Event, ...] | None]] = []
    seen: dict[str, Event] = {}
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    answers.append(_answer(line, seen, f"{path.name}, line {number}"))
    except (OSError, UnicodeDecodeError, EOFError, zlib.error) as error:
        told = (getattr(error, "strerror", None) or "not a recording").lower()
        msg = f"cannot read the recording {path.name}: {told}"
        raise UsageError(msg, advice="Give a .jsonl or .jsonl.gz file of recorded calendars.") from None
    if not answers:
        msg = f"the recording {path.name} is empty"
        raise UsageError(msg)
    return Recording(ChannelName(channel), tuple(sorted(answers, key=lambda answer: answer[0])))


def _answer(line: str, seen: dict[str, Event], where: str) -> tuple[datetime, tuple[Event, ...] | None]:
    """Read one line; events that recur are the same objects."""
    try:
        if len(line) > _MAX_LINE:
            raise ValueError
        entry = json.loads(line)
        at = datetime.fromtimestamp(entry["t"], UTC)
        if not EPOCH < at.date() < LIMIT - _A_DAY:
            raise ValueError
        if entry.get("fetch_failed"):
            return at, None
        return at, tuple(seen.setdefault(json.dumps(one), _event(one)) for one in entry["events"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        msg = f"{where} is not of the recorded form"
        raise UsageError(msg, advice='A line is {"t": unix time, "events": [[from, to, kind, uid], ...]}.') from None


def _event(entry: list[Any]) -> Event:
    arrival, departure, kind, uid, *code = entry
    f"{uid}{code}".encode()  # a ValueError where half a letter is escaped: such text can go nowhere
    return Event(Stay(_date(arrival), _date(departure)), _KINDS[kind], str(uid), str(code[0] or "") if code else "")


def _date(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def _side(claim: Claim) -> str:
    return f"{claim.kind.value} {claim.stay} on {claim.listing}"


@final
@define
class Replay:
    """One replay: recordings, habits of their channels, and how often to look.

    Iterating yields each finding with the channel's key, a second recording of one channel being ``channel-2``;
    afterwards the counts are known.
    """

    recordings: list[Recording]
    traits: dict[ChannelName, Traits]
    every: timedelta = timedelta(minutes=15)
    timezone: str = "Europe/Paris"
    policy: Policy = DEFAULT_POLICY
    looks: int = field(default=0, init=False)
    counts: dict[Did, int] = field(factory=dict[Did, int], init=False)

    def __iter__(self) -> Iterator[tuple[str, Finding]]:
        """Play everything, in the order of time."""
        state = self._unit()
        known: set[str] = set()
        for at, index, answer in heapq.merge(*(self._looks(i) for i in range(len(self.recordings)))):
            self.looks += 1
            listing = state.listings[index].id
            failure = "the fetch gave nothing usable" if answer is None else None
            before = state
            step = observe(state, listing, Observation(at, answer or (), failure=failure), self.policy)
            state = step.state
            for finding in step.findings:
                sold_again = finding.did is Did.RELEASE and not finding.nights
                if finding.did in _TOLD and not sold_again:
                    yield self._counted(listing, finding)
            if state is before or not step.findings:
                continue
            settled = settle(state, at, self.policy)
            state = settled.state
            for conflict in settled.plan.conflicts:
                if conflict.id not in known:
                    known.add(conflict.id)
                    sides = " and ".join(_side(claim) for claim in conflict.claims)
                    why = f"{conflict.certainty.value}: {sides}"
                    yield self._counted(listing, Finding(at, Did.CONFLICT, conflict.nights, why, listing))

    def _counted(self, key: str, finding: Finding) -> tuple[str, Finding]:
        self.counts[finding.did] = self.counts.get(finding.did, 0) + 1
        return key, finding

    def _unit(self) -> UnitState:
        unit = Unit(UnitId("replay"), OwnerId("replay"), "replay", self.timezone)
        states: list[ListingState] = []
        for recording in self.recordings:
            number = sum(one.listing.channel == recording.channel for one in states) + 1
            key, label = (f"{recording.channel}-{number}", str(number)) if number > 1 else (recording.channel, "")
            traits = self.traits[recording.channel]
            listing = Listing(ListingId(key), unit.id, recording.channel, label, traits)
            states.append(ListingState(listing, habit=traits.echo))
        return UnitState(unit, tuple(states))

    def _looks(self, index: int) -> Iterator[tuple[datetime, int, tuple[Event, ...] | None]]:
        """Yield a look every so often, each with the answer that stands then; and one at the time of each failure."""
        answers = self.recordings[index].answers
        at = answers[0][0]
        for (_, answer), (until, _) in zip(answers, [*answers[1:], (answers[-1][0] + self.every, None)], strict=True):
            while at < until:
                yield at, index, answer
                at += self.every


# --- the verb ---------------------------------------------------------------------------------------------------------


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "replay",
        replay,
        "play recorded calendars through the kernel, and tell what it would have decided and when",
        more="With --json, one JSON object a line, the last one a summary.",
    )
    verb.add_argument("recordings", nargs="+", metavar="CHANNEL=RECORDING", help="a .jsonl or .jsonl.gz file")
    verb.add_argument(
        "--every",
        metavar="MINUTES",
        type=options.argument(_minutes),
        default=_minutes("15"),
        help="between looks (default: 15)",
    )
    verb.add_argument(
        "--timezone", metavar="TZ", default="Europe/Paris", help="where the unit is (default: %(default)s)"
    )


def _minutes(text: str) -> timedelta:
    """Read a number of minutes.

    Raises:
        UsageError: it is none, less than one, or more than a day.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len("1440") and 1 <= int(text) <= _DAY):
        msg = f"not a number of minutes: {text[:40]!r}"
        raise UsageError(msg, advice=f"Give a whole number from 1 to {_DAY}.")
    return timedelta(minutes=int(text))


def replay(shell: Shell) -> int:
    """Play, and print each finding as it comes."""
    zone(shell.args.timezone)
    given = options.pairs(shell.args.recordings, form="CHANNEL=RECORDING")
    traits = {ChannelName(name): shell.channels.get(name).traits for name, _ in given}
    recordings = [read_recording(name, Path(where)) for name, where in given]
    played = Replay(recordings, traits, every=shell.args.every, timezone=shell.args.timezone)
    started = time.perf_counter()
    for key, finding in played:
        if shell.json:
            shell.document(_shape(key, finding))
        else:
            sys.stdout.write(_line(shell, key, finding) + "\n")
    seconds = time.perf_counter() - started
    claims, releases, keeps = (played.counts.get(did, 0) for did in (Did.CLAIM, Did.RELEASE, Did.KEEP))
    if shell.json:
        counts = {"looks": played.looks, "claims": claims, "releases": releases, "keeps": keeps}
        shell.document({"summary": {**counts, "seconds": round(seconds, 3)}})
    else:
        say = shell.voice
        text = say(
            f"{played.looks} lectures en {seconds:.1f} s : {claims} prises, {releases} libérées, {keeps} gardées",
            f"{played.looks} looks in {seconds:.1f} s: {claims} claimed, {releases} released, {keeps} kept closed",
        )
        sys.stdout.write(f"\n{text}\n")
    return 0


def _shape(key: str, finding: Finding) -> shapes.Shape:
    at = int(finding.at.timestamp())
    return {
        "at": at,
        "channel": key,
        "did": finding.did.value,
        "nights": shapes.nights(finding.nights),
        "why": finding.why,
    }


def _line(shell: Shell, key: str, finding: Finding) -> str:
    """Return one finding on one line, its columns aligned."""
    say = shell.voice
    did = say(*_WORDS[finding.did])
    nights = say.nights(finding.nights) if finding.nights else ""
    when = say.moment(finding.at, shell.args.timezone)
    told = " · ".join(part for part in (nights, say.why(finding.why)) if part)
    return f"{when:<22} {shell.title(key):<14} {did:<14} {told}".replace("\u00a0", " ")
