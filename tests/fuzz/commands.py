"""The target of the command line: whatever it is given, it ends as documented and its JSON is what its schema says.

The input is text in parts, `corpus.SEPARATOR` between them. The first part holds commands, an argument a line, a blank
line between commands; the others are the contents of files, called ``{0}``, ``{1}``, ... in arguments. A command with
``--db {db}`` works on a copy of a database with one lodging, whose three calendars are the first three files.

Nothing here leaves the machine, or the folder made for it: inputs with other addresses or places are passed over.
"""

from __future__ import annotations

import atexit
import io
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final, final

from attrs import frozen
from jsonschema import Draft202012Validator

from channelsync.cli import main
from channelsync.cli.app import parser
from channelsync.ical import DateRule, read
from channelsync.nights import NO_NIGHTS, Nights, Stay
from tests.contract.command import Answer, Feeds, House, airbnb, booking, greengo, run, served
from tests.contract.test_cli_json import REGISTRY, SCHEMAS, ordered
from tests.fuzz import naive
from tests.fuzz.corpus import SEPARATOR, exports
from tests.fuzz.watch import watched

__all__ = ["WORDS", "commands", "seeds"]

_MOMENT: Final = "2026-11-22T10:00:00Z"
_OUTSIDE: Final = re.compile(r"//|https?:|webcals?:|file:|\.\.|^/|=/|~|\bdev\b|\bproc\b|demo|postgres", re.IGNORECASE)
_LONG_PLAY: Final = 4000
_NAMES: Final = ("airbnb", "booking", "greengo")
_LOOKED_AT: Final = (
    "conflicts",
    "exposed",
    "status",
    "log",
    "takeover gite-du-lac",
    "unit show gite-du-lac",
    "unit list",
    "feed gite-du-lac airbnb",
    "calendar gite-du-lac --month 2027-03",
    "explain gite-du-lac 2027-03-16",
    "sync",
    "doctor",
)
_ORDERS: Final = (
    "block gite-du-lac 2027-05-01/2027-05-05 --note toit",
    "reserve gite-du-lac 2027-08-01/2027-08-04",
    "confirm gite-du-lac airbnb",
    "unlink gite-du-lac booking",
    "unit add Chalet",
    "unblock x",
)

_RECORDED: Final = (
    '{"t": 1790000000, "events": []}',
    '{"t": 1790003600, "fetch_failed": true}',
    '{"t": 1790000900.5, "events": [["20261201", "20261205", "closed", "\\ud800"]]}',
    '{"t": 1790000000, "events": [["00010101", "99991231", "reserved", ""]]}',
    '{"t": 1790000000, "events": [["20261201", "20261205", "reserved", "a", null]], "fetch_failed": 0}',
    '{"t": 253402300799, "events": []}',
    '{"t": -62135596800, "events": [["20261201", "20261205", "not_available", "a"]]}',
    '{"t": 4574188800, "events": [["21141230", "21150105", "reserved", "a"]]}',
    *('{"t": 1e300, "events": []}', '{"t": NaN, "events": []}', '{"t": true, "events": {}}', '{"t": "1"}', '{"t": 1}'),
    *("[1]", "null", "1", "[" * 50_000, '{"t": 1, "events": ' + "[" * 5000, "1" * 5000, '{"t": ' + "1" * 5000 + "}"),
)
"""Lines of recordings, most of them wrong."""

WORDS: Final = tuple(
    word.encode("utf-8", "surrogateescape")
    for word in (
        *("--json", "--now", "--out", "{out}", "--timezone", "--lang", "--db", "{db}", "--every", "--help", "--month"),
        *(
            "Europe/Paris",
            "Europe",
            "Gone/Town",
            "UTC",
            "\udcff",
            "é",
            "\u202e",
            "a" * 300,
            "=",
            "airbnb=",
            "=x",
            "",
            "-",
        ),
        *(
            "airbnb={0}",
            "booking={1}",
            "greengo={0}",
            "ical={1}",
            "ical:abritel={1}",
            "airbnb={2}",
            "nobody={0}",
            "{0}",
        ),
        *(
            "gite-du-lac",
            "airbnb",
            "booking",
            "2027-05-01/2027-05-05",
            "2027-05-05/2027-05-01",
            "9999-12-31",
            "2027-13",
        ),
        *(
            "0001-01-01T00:00:00Z",
            "2114-12-30T23:59:59-12:00",
            "2026-11-22",
            "2015-01-03T00:00:00+14:00",
            "1440",
            "0",
            "1",
        ),
        *_RECORDED,
        *("--record-fetch", "--note", "--channel", "--guest", "--all", "--allow-private-addresses"),
    )
)
"""What is worth putting into such inputs."""


def seeds(rng: Random) -> Iterator[bytes]:
    """Yield inputs that each do something useful."""
    feeds = list(exports(rng, each=2))
    for number in range(24):
        files = rng.sample(feeds, 3)
        sources = [f"{name}={{{place}}}" for place, name in enumerate(rng.sample((*_NAMES, "ical", "airbnb"), 3))]
        extra = rng.choice((["--out", "{out}"], ["--timezone", "Pacific/Auckland"], []))
        yield _input([["--now", _MOMENT, "--json", "check", *sources[: number % 3 + 1], *extra]], *files)
    told = {"t": 1_790_000_000, "events": [["20261201", "20261205", "reserved", "1418fb94e984-a", "HM"]]}
    more = {"t": 1_790_003_600, "events": [["20261202", "20261209", "closed", "b"]]}
    failed = {"t": 1_790_001_000, "fetch_failed": True}
    for chosen in ([told], [told, failed, more], [more, {**told, "t": 1_790_090_000}, failed]):
        recorded = "".join(f"{json.dumps(one)}\n" for one in chosen).encode()
        yield _input([["--json", "replay", "airbnb={0}", "booking={1}", "--every", "60"]], recorded, recorded)
        yield _input([["replay", "--json", "greengo={0}"]], recorded)
    for line in _RECORDED:
        yield _input([["--json", "replay", "airbnb={0}"]], line.encode())
    at = ["--db", "{db}", "--now", _MOMENT, "--allow-private-addresses", "--json"]
    for number, look in enumerate((*_LOOKED_AT, *_ORDERS)):
        files = [booking("2027-03-16/2027-03-20")] * 3 if number % 2 else rng.sample(feeds, 3)
        yield _input([[*at, "sync"], [*at, *look.split()]], *files)


def _input(lines: Sequence[Sequence[str]], *files: bytes) -> bytes:
    return SEPARATOR.join(["\n\n".join("\n".join(one) for one in lines).encode(), *files])


def commands(data: bytes) -> frozenset[str]:
    """Run the commands, and hold how each ended and what it printed against what is documented."""
    head, *files = data.split(SEPARATOR)
    met: set[str] = set()
    given = [_arguments(one) for one in head.split(b"\n\n")[:4]]
    if any(_OUTSIDE.search(text) for arguments in given for text in arguments) or len(files) > 6:
        return frozenset()
    stage = _stage()
    with stage.set(files), chdir(stage.folder):
        for arguments in given:
            names = {"db": stage.db, "out": stage.folder / "out"} | {
                str(place): stage.folder / f"{place}.ics" for place in range(len(files))
            }
            filled = [_filled(text, names) for text in arguments]
            if _plays_long(filled, files):
                return frozenset(met)
            answer = _run(filled)
            met.add(_hold(filled, answer))
    return frozenset(met)


def _arguments(lines: bytes) -> list[str]:
    """Return a command's arguments as a process would get them."""
    return [line.decode("utf-8", "surrogateescape") for line in lines.replace(b"\0", b"").splitlines() if line]


def _filled(text: str, names: dict[str, Path]) -> str:
    """Return an argument with the names of files put in."""
    return re.sub(r"\{(\w+)\}", lambda name: str(names.get(name[1], name[0])), text)


def _plays_long(arguments: Sequence[str], files: Sequence[bytes]) -> bool:
    """Whether a replay would rightly take long: for the time that was recorded, or for the number of recordings."""
    if "replay" not in arguments:
        return False
    if sum("=" in one for one in arguments) > 6:
        return True
    times = [int(one[:12]) for body in files for one in re.findall(rb'"t": *(\d+)', body)]
    every = min((int(one[:6]) for one in arguments if one.isascii() and one.isdigit()), default=15)
    return bool(times) and (max(times) - min(times)) / 60 / max(every, 1) > _LONG_PLAY


# -- how a command ended -----------------------------------------------------------------------------------------------


def _run(arguments: Sequence[str]) -> Answer:
    """Run one command in this process, its output in bytes as a process writes it."""
    written = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(each, "utf-8", write_through=True) for each in written)
    with redirect_stdout(out), redirect_stderr(err):
        with watched():
            code = main(arguments)
        if code == 3:
            main([*arguments, "--debug"])  # for the traceback
    return Answer(code, *(each.getvalue().decode() for each in written))


def _hold(arguments: Sequence[str], answer: Answer) -> str:
    """Hold one answer against the contract; return what kind of answer it was."""
    assert answer.code in {0, 1, 2}, f"exit {answer.code}: {answer.err}"
    assert "Traceback" not in answer.err or "--debug" in arguments, answer.err
    if answer.code == 2:
        told = [line for line in answer.err.splitlines() if line]
        assert "--debug" in arguments or (told and told[-1].startswith("channelsync: ")), answer.err
        assert answer.out == "", "nothing was done, and yet something was printed"
        return ": ".join(re.sub(r"\d+|'[^']*'", "#", told[-1])[:60].split(": ")[:2])
    try:
        with redirect_stdout(io.StringIO()):
            chosen = parser().parse_args(list(arguments))
    except SystemExit:  # --help, --version
        return "help"
    name = chosen.command + (f"-{chosen.verb}" if chosen.command == "unit" else "")
    if not getattr(chosen, "json", False):
        return f"{name}: {answer.code}, for people"
    name = {"block": "order", "unblock": "order", "reserve": "order", "cancel": "order", "replay": "replay-line"}.get(
        name, name
    )
    documents = answer.lines if name == "replay-line" else [answer.document]
    for document in documents:
        _schema(name).validate(document)
        ordered(document)
    if name == "check":
        _checked(chosen.sources, chosen.timezone, answer.code, documents[0])
    elif name == "replay-line":
        claims = sum(one.get("did") == "claim" for one in documents)
        assert documents[-1]["summary"]["claims"] == claims
    elif name == "feed":
        read(documents[0]["calendar"].encode(), timezone="Europe/Paris")
    return f"{name}: {answer.code}, {len(answer.out).bit_length()}"


@cache
def _schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")), registry=REGISTRY)


def _checked(sources: Sequence[str], timezone: str, code: int, document: Any) -> None:
    """Every stay that the naive reader understands is claimed or set aside, and what is claimed is closed elsewhere.

    Or taken there as well, by what may be the same stay: which nights of those to close is for the kernel's own tests.
    """
    unread = [one for one in document["sources"] if one["observation"] == "unusable"]
    certain = [one for one in document["conflicts"] if one["certainty"] == "certain"]
    assert code == 1 or not (unread or certain), "something to act on, and yet exit 0"
    today = date.fromisoformat(document["now"][:10])
    for text, source in zip(sources, document["sources"], strict=True):
        name, _, where = text.partition("=")
        claimed = _nights(source["claims"])
        if source["observation"] != "unusable":
            found = naive.events(Path(where.strip()).read_bytes(), utc=name == "greengo", timezone=timezone)
            plain = Nights.of(*(one.stay for one in found if one.stay is not None))
            assert plain <= claimed | _nights(source["set_aside"]), f"{source['channel']}: nights are lost"
        ahead = claimed.since(today + timedelta(days=1))
        for other in document["sources"]:
            told = _nights(document["close"][other["channel"]]) | _nights(other["claims"])
            assert ahead <= told, f"{other['channel']} is not told of nights of {source['channel']}"
    if Path("out").is_dir():
        for channel, closed in document["close"].items():
            path = Path("out", f"for-{channel}.ics")
            if path.exists():
                published = read(path.read_bytes(), timezone=timezone, dates=DateRule.LOCAL)
                assert _nights(closed) <= Nights.of(*(one.stay for one in published.events)), f"{path} opens nights"


def _nights(runs: Sequence[dict[str, str]]) -> Nights:
    stays = (Stay(date.fromisoformat(one["arrival"]), date.fromisoformat(one["departure"])) for one in runs)
    return Nights.of(*stays) if runs else NO_NIGHTS


# -- where commands run ------------------------------------------------------------------------------------------------


@final
@frozen
class _Stage:
    """A folder to work in, a database to copy, and a server that gives the input's first three files as calendars."""

    folder: Path
    template: Path
    feeds: Feeds

    @property
    def db(self) -> Path:
        """The copy."""
        return self.folder / "gite.db"

    def set(self, files: Sequence[bytes]) -> ExitStack:
        """Put everything in its place for one input; leaving takes it away again."""
        self.folder.mkdir()
        for path in self.template.parent.glob(f"{self.template.name}*"):
            shutil.copyfile(path, self.folder / path.name)
        for place, body in enumerate(files):
            (self.folder / f"{place}.ics").write_bytes(body)
        for name, body in zip(_NAMES, (*files, *(b"",) * 3), strict=False):
            self.feeds.put(f"{name}.ics", body)
        stack = ExitStack()
        stack.callback(shutil.rmtree, self.folder)
        return stack


@cache
def _stage() -> _Stage:
    """Make the stage once for this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    top = Path(stack.enter_context(TemporaryDirectory(prefix="channelsync-fuzz-")))
    feeds = stack.enter_context(served())
    template = top / "gite.db"
    house = House(template, feeds).linked()
    assert house("sync").code in {0, 1}
    _warm(top)
    for name, body in (("airbnb", airbnb()), ("booking", booking()), ("greengo", greengo())):
        feeds.put(f"{name}.ics", body)
    return _Stage(top / "here", template, feeds)


def _warm(top: Path) -> None:
    """Load what commands load late: that is not what they are watched for."""
    (top / "warm.ics").write_bytes(airbnb())
    (top / "warm.jsonl").write_bytes(b'{"t": 1790000000, "events": []}')
    assert run("check", "--json", f"airbnb={top}/warm.ics").code == 0
    assert run("check", f"airbnb={top}/warm.ics").code == 0
    assert run("replay", f"airbnb={top}/warm.jsonl").code == 0
    assert run("doctor", "--db", top / "none.db").code in {0, 1}
