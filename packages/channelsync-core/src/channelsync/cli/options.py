"""What the commands are told: the parser, the options every command has, and how texts become values.

The global options stand before the command or after it, as people type them: each parser has them, and says nothing
of those that were not given, so that the one that was given counts.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, final

from channelsync.errors import UsageError
from channelsync.nights import EPOCH, LIMIT, Stay

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell

__all__ = [
    "Command",
    "Commands",
    "Parser",
    "argument",
    "day",
    "given",
    "global_options",
    "moment",
    "month",
    "pairs",
    "stay",
]

Command = Callable[["Shell"], int]
"""What a verb does: prints its answer and returns the exit code."""

_LONGEST: Final = 40
_UNKNOWN_COMMAND: Final = re.compile(r"argument COMMAND: invalid choice: '([^']*)'")

T = TypeVar("T")


def argument(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a reader for the parser, which would else forget why a text was refused."""

    def told(text: str) -> T:
        try:
            return read(text)
        except UsageError as error:
            msg = f"{error}. {error.advice}"
            raise argparse.ArgumentTypeError(msg) from None

    return told


@final
class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line like every other error."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Raises:
            UsageError: always.
        """
        unknown = _UNKNOWN_COMMAND.match(message)
        if unknown:
            message = f"there is no command {unknown[1][:_LONGEST]!r}"
        raise UsageError(message, advice=f"See `{self.prog} --help`.")


@final
class Commands:
    """The verbs of one parser; `add` gives each the global options as well."""

    def __init__(self, parser: argparse.ArgumentParser, *, title: str = "commands", dest: str = "command") -> None:
        self._help = parser.formatter_class
        self._verbs = parser.add_subparsers(title=title, dest=dest, metavar="COMMAND", required=True)

    def add(self, name: str, run: Command | None, about: str, *, more: str = "") -> argparse.ArgumentParser:
        """Add a verb; ``run`` is None for one that has verbs of its own."""
        text = f"{about[:1].upper()}{about[1:]}." + (f" {more}" if more else "")
        verb = self._verbs.add_parser(
            name,
            help=about,
            description=text,
            parents=[global_options()],
            formatter_class=self._help,
            allow_abbrev=False,
        )
        if run is not None:
            verb.set_defaults(run=run)
        return verb


def global_options() -> argparse.ArgumentParser:
    """Return the options that every command has; one that is not given leaves no trace."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = options.add_argument_group("options of every command")
    group.add_argument("--db", metavar="PATH_OR_URL", help="the database (default: $CHANNELSYNC_DB, or channelsync.db)")
    group.add_argument(
        "--now", metavar="ISO8601", type=argument(moment), help="the clock, for rehearsals (default: the real time)"
    )
    group.add_argument("--json", action="store_true", help="answer with one JSON document on standard output")
    group.add_argument("--lang", choices=("fr", "en"), help="the language (default: $CHANNELSYNC_LANG, or fr)")
    group.add_argument(
        "--allow-private-addresses",
        action="store_true",
        help="fetch calendars from loopback and private addresses as well",
    )
    group.add_argument("--debug", action="store_true", help="show where an error comes from")
    return options


def moment(text: str) -> datetime:
    """Read a time; one without a zone is taken as UTC.

    Raises:
        UsageError: it is no time, or one that no calendar here can hold.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        msg = f"not a time: {text[:_LONGEST]!r}"
        raise UsageError(msg, advice="Write it as 2027-03-15T09:00:00+01:00, or 2027-03-15T08:00:00Z.") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not EPOCH + timedelta(days=1) < at.date() < LIMIT - timedelta(days=1):
        msg = f"{at.date()} is outside of what can be held"
        raise UsageError(msg, advice=f"Give a time between {EPOCH.year} and {LIMIT.year}.")
    return at


def day(text: str) -> date:
    """Read a date.

    Raises:
        UsageError: it is not ``YYYY-MM-DD``.
    """
    try:
        if len(text) != len("2027-04-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        msg = f"not a date: {text[:_LONGEST]!r}"
        raise UsageError(msg, advice="Write it as YYYY-MM-DD, for example 2027-04-01.") from None


def month(text: str) -> date:
    """Read a month and return its first day.

    Raises:
        UsageError: it is not ``YYYY-MM``.
    """
    try:
        return day(f"{text}-01")
    except UsageError:
        msg = f"not a month: {text[:_LONGEST]!r}"
        raise UsageError(msg, advice="Write it as YYYY-MM, for example 2027-04.") from None


def stay(text: str) -> Stay:
    """Read ``ARRIVAL/DEPARTURE``.

    Raises:
        UsageError: it is none, the departure is not after the arrival, or it is outside of what can be held.
    """
    read = Stay.parse(text)
    if read.arrival < EPOCH or read.departure > LIMIT:
        msg = f"the stay {read} is outside of what can be held"
        raise UsageError(msg, advice=f"Give dates between {EPOCH.year} and {LIMIT.year}.")
    return read


def pairs(given: list[str] | None, *, form: str) -> list[tuple[str, str]]:
    """Split each ``NAME=VALUE`` at its first equals sign.

    Raises:
        UsageError: one has no name or no value. It is not repeated: a value may be a private link.
    """
    found: list[tuple[str, str]] = []
    for text in given or []:
        name, equals, value = text.partition("=")
        if not (name.strip() and equals and value.strip()):
            msg = f"an argument is not of the form {form}"
            raise UsageError(msg, advice=f"Write {form}, without blanks around the equals sign.")
        found.append((name.strip(), value.strip()))
    return found


def given(args: argparse.Namespace, name: str) -> Any:  # noqa: ANN401 - what a parser holds has no type yet
    """Return a global option, None where it was not given."""
    return getattr(args, name, None)
