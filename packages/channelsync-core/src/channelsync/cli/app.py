"""From the arguments of a process to its exit code.

Every way a command can end is told here: an error of our own is one line that says whose fault and what to do; a full
disk or a closed folder is the machine's; anything else is ours, and says nothing of what it held unless ``--debug``
asks where it comes from. Nobody reading any more (``channelsync log | head``) is no error.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from channelsync.cli import channels, check, claims, doctor, feed, grid, replay, reports, sync, takeover, units
from channelsync.cli.options import Commands, Parser, global_options
from channelsync.cli.shell import Shell
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
_GROUPS: Final = (check, replay, channels, doctor, units, takeover, claims, sync, feed, reports, grid)


def parser() -> Parser:
    """Return the parser of the whole command line."""
    top = Parser(
        prog="channelsync",
        description="Keeps the calendars of a holiday let in step: a night taken anywhere is closed everywhere else.",
        parents=[global_options()],
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"channelsync {version('channelsync-core')}")
    commands = Commands(top)
    for group in _GROUPS:
        group.add(commands)
    demo = commands.add("demo", _demo, "watch three rehearsals against simulated platforms")
    demo.add_argument("--scenario", metavar="N", type=int, choices=(1, 2, 3), help="only this one")
    return top


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    debug = "--debug" in arguments
    try:
        args = parser().parse_args(arguments)
        code: int = args.run(Shell(args, os.environ))
        sys.stdout.flush()
    except ChannelSyncError as error:
        return _refused(str(error), error.advice, debug=debug)
    except BrokenPipeError:
        _nobody_reads()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:  # --help and --version
        return leaving.code if isinstance(leaving.code, int) else DONE
    except OSError as error:
        if error.errno not in _OUTSIDE:
            return _broken(error, debug=debug)
        _nobody_reads()
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        return _refused(f"{where}{(error.strerror or 'it failed').lower()}", _OUTSIDE[error.errno], debug=debug)
    except Exception as error:  # noqa: BLE001 - the last stop: nothing leaves as a traceback
        return _broken(error, debug=debug)
    return code


def _demo(shell: Shell) -> int:
    """Hand over to the rehearsals, which are loaded only here."""
    from channelsync.cli.demo import run as play

    return play(shell.args)


def _refused(message: str, advice: str, *, debug: bool) -> int:
    """Say in one line what was not done, and what to do."""
    if debug:
        traceback.print_exc()
    line = " ".join(message.split()).rstrip(".")
    print(f"channelsync: {line}. {advice}".rstrip() if advice else f"channelsync: {line}", file=sys.stderr)
    return NOT_DONE


def _broken(error: Exception, *, debug: bool) -> int:
    """Say that this is a fault of ours; its text may hold a private link, so only its kind is named."""
    if debug:
        traceback.print_exc()
    hint = "" if debug else "; add --debug to see where, and please report it"
    print(f"channelsync: internal error ({type(error).__name__}){hint}", file=sys.stderr)
    return INTERNAL


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
