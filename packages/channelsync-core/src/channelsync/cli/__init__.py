"""The command line: `channelsync COMMAND`, for people first and for scripts with ``--json``.

Each module holds one group of verbs; `app` puts them together, hands each a `Shell` (the clock, the language, the
database, where to print) and turns whatever happens into an exit code:

====  ================================================================================================================
code  meaning
====  ================================================================================================================
0     done
1     done, and there is something to act on: a conflict, a night exposed past its time, a calendar nobody can read
2     not done, for a reason outside the program; one line on standard error says whose fault and what to do
3     an internal error
130   interrupted
====  ================================================================================================================

Commands decide nothing themselves: they ask the manager or the kernel, and print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; without ``argv`` the arguments are those of the process."""
    from channelsync.cli.app import run

    return run(argv)
