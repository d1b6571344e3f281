"""`backup`, `restore`: everything in one sealed file, and everything put back from one.

The recovery phrase is shown once, when it is made, and asked for when it is needed: it is never an argument, which
other users of the machine could read.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes
from channelsync.errors import ChannelSyncError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.service.backup import BackupReport
    from channelsync.service.places import Place
    from channelsync.service.restore import RestoreReport

__all__ = ["add"]

_ACT: Final = 1
_LONGEST_PHRASE: Final = 1000


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    made = commands.add(
        "backup",
        backup,
        "write everything into one sealed file, while the service runs",
        more="Without FILE the backup goes where $CHANNELSYNC_BACKUP says. The first one shows the recovery phrase.",
    )
    made.add_argument("file", metavar="FILE", nargs="?")
    made.add_argument("--init", action="store_true", help="only make the recovery phrase, and show it")
    made.add_argument("--again", action="store_true", help="make another phrase, for the backups from now on")
    back = commands.add(
        "restore",
        restore,
        "put everything back from a backup",
        more="Without FILE the latest one of $CHANNELSYNC_BACKUP is taken. Stop the service first.",
    )
    back.add_argument("file", metavar="FILE", nargs="?", help="a file, or the name of a backup")
    back.add_argument("--phrase-file", metavar="FILE", help="holds the recovery phrase; - is standard input")
    back.add_argument("--replace", action="store_true", help="a database that holds units is copied aside, not refused")


def backup(shell: Shell) -> int:
    """Make a backup, or only the phrase."""
    from channelsync.service.backup import back_up, back_up_to, has_phrase, set_up

    args, phrase, report = shell.args, None, None
    if args.again and not args.init:
        msg = "--again says how to make the phrase"
        raise UsageError(msg, advice="Use it with --init.")
    place = _place(shell)
    if args.file is None and place is None and not args.init:
        msg = "nothing says where the backup is to go"
        raise UsageError(msg, advice="Give a FILE, or set CHANNELSYNC_BACKUP to a folder.")
    with shell.manager() as manager:
        if args.init or not has_phrase(manager):
            phrase = set_up(manager, shell.now, again=args.again)
        try:
            if args.file is not None:
                report = back_up_to(manager, Path(args.file), shell.now)
            elif place is not None and not args.init:
                report = back_up(manager, place, shell.now)
        except ChannelSyncError:
            if phrase is not None:  # it is made and kept nowhere: whatever fails after that, it is shown
                shell.answer({"phrase": phrase, "backup": None}, *_told(shell, phrase, None))
            raise
    document = {"phrase": phrase, "backup": _report(report) if report else None}
    shell.answer(document, *_told(shell, phrase, report))
    return _ACT if report is not None and report.flaw is not None else 0


def _report(one: BackupReport) -> shapes.Shape:
    where = {"name": one.name, "place": one.place, "at": shapes.moment(one.at)}
    return {**where, "bytes": one.bytes, "rows": one.rows, "flaw": one.flaw}


def _told(shell: Shell, phrase: str | None, report: BackupReport | None) -> Iterator[RenderableType]:
    say = shell.voice
    if phrase is not None:
        words = phrase.split()
        title = say("Votre phrase de récupération, montrée une seule fois :", "Your recovery phrase, shown only once:")
        why = say(
            "Notez-la sur papier et gardez-la ailleurs : sans elle, aucune sauvegarde ne s’ouvre.",
            "Write it on paper and keep it elsewhere: without it no backup opens.",
        )
        yield paint.line(title, paint.TITLE)
        for start in range(0, len(words), 4):
            yield paint.line("    " + "  ".join(words[start : start + 4]))
        yield paint.line(why, paint.WARN)
    if report is not None:
        size = f"{report.bytes / 1000:.0f} ko" if say.language == "fr" else f"{report.bytes / 1000:.0f} kB"
        done = say(
            f"Sauvegarde faite et essayée : {report.name} ({size}), dans {report.place}.",
            f"The backup is made and was tried out: {report.name} ({size}), in {report.place}.",
        )
        yield paint.line(done, paint.GOOD)
        if report.flaw is not None:
            yield paint.line(report.flaw, paint.ALARM)


def restore(shell: Shell) -> int:
    """Put everything back."""
    from channelsync.service.restore import opened
    from channelsync.service.restore import restore as put_back

    args, say = shell.args, shell.voice
    with opened(args.file, _place(shell)) as file:
        phrase = _phrase(shell)
        with shell.manager() as manager:
            report = put_back(manager, file, phrase, shell.now, replace=args.replace)
    document = {
        "made_at": shapes.moment(report.made_at),
        "rows": report.rows,
        "units": list(report.units),
        "aside": report.aside,
        "flaw": report.flaw,
    }
    units = say.count(len(report.units), say("logement", "unit"), say("logements", "units"))
    when = say.moment(report.made_at, "UTC")
    shell.answer(
        document,
        paint.line(say(f"Restauré : {units}, tels qu’au {when} UTC.", f"Restored: {units}, as of {when} UTC.")),
        *_next(shell, report),
    )
    return _ACT if report.flaw is not None else 0


def _next(shell: Shell, report: RestoreReport) -> Iterator[RenderableType]:
    say = shell.voice
    waiting = say(
        "Rien ne rouvre avant que chaque annonce ait été relue : channelsync sync --all, ou le service.",
        "Nothing opens until every listing has been read again: channelsync sync --all, or the service.",
    )
    typed_in = say(
        "Ce qui a été saisi ici depuis la sauvegarde est à saisir de nouveau.",
        "What was typed in here since the backup has to be typed in again.",
    )
    yield from (paint.line(one, paint.QUIET) for one in (waiting, typed_in))
    if report.aside is not None:
        yield paint.line(say(f"L’ancienne base est dans {report.aside}", f"The former database is in {report.aside}"))
    if report.flaw is not None:
        yield paint.line(report.flaw, paint.ALARM)


def _place(shell: Shell) -> Place | None:
    from channelsync.config import Config
    from channelsync.service.places import place_at

    where = Config.from_environment(shell.environ).backup
    return None if where is None else place_at(where)


def _phrase(shell: Shell) -> str:
    """Ask for the phrase, or read it from where it is said to be."""
    path = str(shell.args.phrase_file or "-")
    if shell.args.phrase_file is None and sys.stdin.isatty():
        return getpass.getpass(shell.voice("Phrase de récupération : ", "Recovery phrase: "))
    try:
        if path == "-":
            return sys.stdin.read(_LONGEST_PHRASE)
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST_PHRASE)
    except OSError as error:
        msg = f"the file of the phrase cannot be read: {(error.strerror or 'it failed').lower()}"
        raise UsageError(msg, advice="Give its path after --phrase-file, or type the phrase when asked.") from None
