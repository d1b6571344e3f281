"""`feed`: the calendar published for one listing, as its platform reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from channelsync.cli import options

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add("feed", feed, "print the calendar published for a listing")
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument("channel", metavar="CHANNEL")
    verb.add_argument("--record-fetch", action="store_true", help="record that the platform reads it now (rehearsals)")


def feed(shell: Shell) -> int:
    """Print the calendar; the fetch is recorded after what was printed is out."""
    args = shell.args
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        calendar = manager.feed(unit, args.channel)
        if shell.json:
            shell.document({"unit": unit.name, "channel": args.channel, "calendar": calendar})
        else:
            sys.stdout.write(calendar)
        sys.stdout.flush()
        if args.record_fetch:
            manager.record_fetch(unit, args.channel)
    return 0
