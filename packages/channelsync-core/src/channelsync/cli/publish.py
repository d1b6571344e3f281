"""`publish`: lay the calendars on static hosting, and tell which ones lie there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes
from channelsync.errors import UsageError

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell
    from channelsync.service.laying import Laid

__all__ = ["add", "lay_after"]

_ACT: Final = 1


def add(commands: options.Commands) -> None:
    """Add the verb."""
    commands.add(
        "publish",
        publish,
        "lay the calendars on static hosting, where no server of ours hands them out",
        more="$CHANNELSYNC_PUBLISH says where: a folder, sftp://USER@HOST/FOLDER, or a container.",
    )


def publish(shell: Shell) -> int:
    """Lay out what does not lie there yet; 1 where something could not be laid."""
    from channelsync.config import Config
    from channelsync.service.laying import lay_out
    from channelsync.service.shelves import shelf_at

    where = Config.from_environment(shell.environ).publish
    if where is None:
        msg = "nothing says where the calendars are to lie"
        raise UsageError(msg, advice="Set CHANNELSYNC_PUBLISH to a folder, or to the address of one.")
    shelf = shelf_at(where)
    with shell.manager() as manager:
        found = lay_out(manager, shelf, shell.now)
    say = shell.voice
    document = {"place": shelf.label, "calendars": [_plain(one) for one in found]}
    head = say("annonce|calendrier", "listing|calendar").split("|")
    none = paint.line(
        say("Aucune adresse n’a été donnée : channelsync feed-url", "No address was given out: channelsync feed-url"),
        paint.QUIET,
    )
    rows = [(f"{one.unit.name} · {shell.title(one.listing)}", _how(shell, one)) for one in found]
    shell.answer(document, paint.table(rows, head=head, whole=(0,)) if rows else none)
    return _ACT if any(one.at is None for one in found) else 0


def lay_after(shell: Shell) -> bool:
    """Lay the calendars out after something was stored, where that is set up; return whether all of them lie there."""
    from channelsync.config import Config

    where = Config.from_environment(shell.environ).publish
    if where is None:
        return True
    from channelsync.service.laying import lay_out
    from channelsync.service.shelves import shelf_at

    with shell.manager() as manager:
        failed = [one for one in lay_out(manager, shelf_at(where), shell.now) if one.at is None]
    shell.aside(f"{one.unit.name} · {shell.title(one.listing)}: {_how(shell, one)}" for one in failed)
    return not failed


def _plain(one: Laid) -> shapes.Shape:
    return {"unit": one.unit.name, "channel": one.listing, "laid": shapes.moment(one.at), "failure": one.failure}


def _how(shell: Shell, one: Laid) -> str:
    say = shell.voice
    if one.at is not None:
        when = say.moment(one.at, one.unit.timezone)
        return say(f"posé le {when}, lecture inconnue", f"laid {when}, reading unknown")
    return say(f"pas posé : {say.why(one.failure or '')}", f"not laid: {one.failure or ''}")
