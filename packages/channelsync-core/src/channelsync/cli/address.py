"""`address`: by which of our names the platforms read, and whether an earlier one may end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from channelsync.cli import options, paint, shapes
from channelsync.config import Config

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell
    from channelsync.service.moving import Move

__all__ = ["add"]

_ACT: Final = 1


def add(commands: options.Commands) -> None:
    """Add the verb."""
    commands.add(
        "address", address, "tell by which of our names each platform reads, and whether an earlier one may end"
    )


def address(shell: Shell) -> int:
    """Show how far each platform has come; 1 while one still needs an earlier name."""
    from channelsync.service.moving import Moved, moves

    say, config = shell.voice, Config.from_environment(shell.environ)
    host = urlsplit(config.base_url).hostname or ""
    with shell.manager() as manager:
        found = moves(manager, host, shell.now)
    over = all(one.moved is Moved.YES for one in found)
    document = {"host": host, "others": list(config.hosts), "may_end": over, "listings": [_plain(one) for one in found]}
    end = say("Les anciens noms peuvent prendre fin.", "The earlier names may end.")
    wait = say(
        "Gardez les anciens noms : collez d’abord partout l’adresse actuelle (channelsync feed-url).",
        "Keep the earlier names: paste the present address everywhere first (channelsync feed-url).",
    )
    last = paint.line(end, paint.GOOD) if over else paint.line(wait, paint.WARN)
    shell.answer(
        document,
        paint.line(say(f"Nom actuel : {host}", f"Present name: {host}"), paint.TITLE),
        paint.table([_row(shell, one, host) for one in found], whole=(0,)),
        *([last] if config.hosts else []),
    )
    return 0 if over or not config.hosts else _ACT


def _plain(one: Move) -> shapes.Shape:
    by = [{"host": name, "last": shapes.moment(at)} for name, at in one.by]
    return {"unit": one.unit.name, "channel": one.listing, "state": one.moved.value, "by": by}


def _row(shell: Shell, one: Move, host: str) -> tuple[str, str, str]:
    """Return what is known of one platform, and what is to be done there."""
    say, zone = shell.voice, one.unit.timezone
    words = {
        "moved": say("lit par le nom actuel", "reads by the present name"),
        "old": say("lit encore par un ancien nom", "still reads by an earlier name"),
        "unread": say("lecture inconnue", "not known to read"),
    }
    by = "\n".join(f"{name if name != host else '·'} {say.moment(at, zone)}" for name, at in one.by)
    return f"{one.unit.name} · {shell.title(one.listing)}", words[one.moved.value], by or "—"
