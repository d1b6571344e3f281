"""From the arguments of a process to its exit code.

Every way a command can end is told here: an error of our own is one line that says whose fault and what to do; a full
disk or a closed folder is the machine's; anything else is ours, and says nothing of what it held unless ``--debug``
asks where it comes from. Nobody reading any more (``channelsync log | head``) is no error.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Final

from channelsync.cli import (
    accounts,
    address,
    audit,
    backup,
    channels,
    check,
    claims,
    database,
    doctor,
    feed,
    feed_url,
    grid,
    keys,
    mail,
    notify,
    owner,
    plugins,
    publish,
    record,
    replay,
    reports,
    sandbox,
    simulate,
    sync,
    takeover,
    units,
    upgrade,
)
from channelsync.cli.options import Commands, Parser, global_options
from channelsync.cli.shell import Shell
from channelsync.cli.usage import FrenchHelp
from channelsync.cli.voice import Voice, spoken
from channelsync.errors import ChannelSyncError

__all__ = ["parser", "run"]

DONE: Final = 0
NOT_DONE: Final = 2
INTERNAL: Final = 3
INTERRUPTED: Final = 130

_OUTSIDE: Final = {
    errno.ENOSPC: "Make room on the disk.",
    errno.EDQUOT: "Make room: the user's share of the disk is used up.",
    errno.EROFS: "The disk is read-only: choose another place.",
    errno.EACCES: "Check the permissions of the file and its folder.",
    errno.EPERM: "Check the permissions of the file and its folder.",
    errno.EIO: "Check the disk.",
    errno.EMFILE: "Close other programs, or raise the limit of open files.",
    errno.ENFILE: "Close other programs.",
}
_GROUPS: Final = (
    check,
    replay,
    record,
    simulate,
    sandbox,
    channels,
    doctor,
    units,
    takeover,
    claims,
    sync,
    feed,
    feed_url,
    publish,
    address,
    reports,
    grid,
    accounts,
    mail,
    notify,
    keys,
    owner,
    audit,
    backup,
    upgrade,
    database,
    plugins,
)


@cache
def parser(language: str = "en") -> Parser:
    """Return the parser of the whole command line; a program that runs several commands builds it once.

    Its help is in French where the language is ``fr``.
    """
    top = Parser(
        prog="channelsync",
        description="Keeps the calendars of a holiday let in step: a night taken anywhere is closed everywhere else.",
        parents=[global_options()],
        formatter_class=FrenchHelp if language == "fr" else argparse.HelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"channelsync {version('channelsync-core')}")
    commands = Commands(top)
    for group in _GROUPS:
        group.add(commands)
    demo = commands.add("demo", _demo, "watch three scenarios against simulated platforms")
    demo.add_argument("--scenario", metavar="N", type=int, choices=(1, 2, 3), help="only this one")
    demo.add_argument("--serve", action="store_true", help="leave everything running, and say where it is")
    return top


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    language = spoken(arguments, os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without a letter shows a question mark, and goes on
    try:
        args = parser(language).parse_args(arguments)
        code: int = args.run(Shell(args, os.environ))
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as leaving:  # --help and --version
        code = leaving.code if isinstance(leaving.code, int) else DONE
    except Exception as error:  # noqa: BLE001 - the last stop: nothing leaves as a traceback
        code = _ended(error, language, debug="--debug" in arguments)
    return code


def _ended(error: Exception, language: str, *, debug: bool) -> int:
    """Tell how a command ended, in a language, and return its exit code."""
    if isinstance(error, BrokenPipeError):
        _nobody_reads()
        return DONE
    if debug:
        traceback.print_exc()
    if isinstance(error, ChannelSyncError):
        return _refused(str(error), error.advice, Voice(language))
    if isinstance(error, OSError) and error.errno in _OUTSIDE:
        _nobody_reads()
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        say = Voice(language)
        return _refused(f"{where}{say.why((error.strerror or 'it failed').lower())}", _OUTSIDE[error.errno], say)
    hint = "" if debug else "; add --debug to see where, and please report it"
    line = Voice(language).why(f"internal error ({type(error).__name__}){hint}")
    print(f"channelsync: {line}", file=sys.stderr)
    return INTERNAL


def _demo(shell: Shell) -> int:
    """Hand over to the rehearsals, which are loaded only here."""
    from channelsync.cli.demo import run as play

    return play(shell)


def _refused(message: str, advice: str, say: Voice) -> int:
    """Say in one line what was not done, and what to do; whatever was typed, no private link is repeated."""
    from channelsync.vault import redact

    line = say.why(" ".join(message.split()))
    line = f"{line.rstrip('.')}. {say.why(advice)}" if advice else line
    print(f"channelsync: {redact(line)}", file=sys.stderr)
    return NOT_DONE


def _nobody_reads() -> None:
    """Leave standard output so that the interpreter's last flush has nowhere to fail."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, sys.stdout.fileno())
            os.close(null)
        except (OSError, ValueError):
            return
