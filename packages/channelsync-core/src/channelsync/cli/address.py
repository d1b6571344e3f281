"""`address`: by which of our names the platforms read and call, and whether an earlier one may end.

Whether a caller of whom nothing is known still needs the earlier name keeps nobody from ending it: what calls bring
comes a little later without them, and nothing else depends on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from channelsync.cli import options, paint, shapes
from channelsync.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from channelsync.cli.shell import Shell
    from channelsync.manager import Manager
    from channelsync.service.moving import Call, Move

__all__ = ["add"]

_ACT: Final = 1


def add(commands: options.Commands) -> None:
    """Add the verb."""
    commands.add(
        "address",
        address,
        "tell by which of our names each platform reads and calls, and whether an earlier one may end",
    )


def address(shell: Shell) -> int:
    """Show how far each platform and each caller has come; 1 while one still needs an earlier name."""
    from channelsync.service.moving import Moved, calls, moves

    say, config = shell.voice, Config.from_environment(shell.environ)
    host = urlsplit(config.base_url).hostname or ""
    with shell.manager() as manager:
        found, callers = moves(manager, host, shell.now), calls(manager, host)
        whose = _names(manager)
    over = all(one.moved is Moved.YES for one in found) and all(one.moved is not Moved.NO for one in callers)
    document = {
        "host": host,
        "others": list(config.hosts),
        "may_end": over,
        "listings": [_plain(one) for one in found],
        "calls": [_plain_call(one) for one in callers],
    }
    end = say("Les anciens noms peuvent prendre fin.", "The earlier names may end.")
    wait = say(
        "Gardez les anciens noms : donnez d’abord partout l’adresse actuelle (channelsync feed-url, channelsync hook).",
        "Keep the earlier names: give the present address everywhere first (channelsync feed-url, channelsync hook).",
    )
    last = paint.line(end, paint.GOOD) if over else paint.line(wait, paint.WARN)
    called = paint.line(say("Adresses d’appel", "Addresses for calls"), paint.TITLE)
    shell.answer(
        document,
        paint.line(say(f"Nom actuel : {host}", f"Present name: {host}"), paint.TITLE),
        paint.table([_row(shell, one, host) for one in found], whole=(0,)),
        *([called, paint.table([_call(shell, one, host, whose) for one in callers], whole=(0,))] if callers else []),
        *([last] if config.hosts else []),
    )
    return 0 if over or not config.hosts else _ACT


def _plain(one: Move) -> shapes.Shape:
    return {"unit": one.unit.name, "channel": one.listing, "state": one.moved.value, "by": _plain_names(one.by)}


def _plain_call(one: Call) -> shapes.Shape:
    channel, _, scope = one.source.partition("/")
    return {"channel": channel, "for": scope or None, "state": one.moved.value, "by": _plain_names(one.by)}


def _plain_names(by: Iterable[tuple[str, datetime]]) -> list[shapes.Shape]:
    return [{"host": name, "last": shapes.moment(at)} for name, at in by]


def _row(shell: Shell, one: Move, host: str) -> tuple[str, str, str]:
    """Return what is known of one platform."""
    say = shell.voice
    words = {
        "moved": say("lit par le nom actuel", "reads by the present name"),
        "old": say("lit encore par un ancien nom", "still reads by an earlier name"),
        "unread": say("lecture inconnue", "not known to read"),
    }
    by = _by(shell, one.by, host, one.unit.timezone)
    return f"{one.unit.name} · {shell.title(one.listing)}", words[one.moved.value], by


def _call(shell: Shell, one: Call, host: str, whose: Mapping[str, str]) -> tuple[str, str, str]:
    """Return what is known of who calls one address."""
    say, (channel, _, scope) = shell.voice, one.source.partition("/")
    words = {
        "moved": say("appelle par le nom actuel", "calls by the present name"),
        "old": say("a appelé par un ancien nom", "called by an earlier name"),
        "unread": say("aucun appel connu", "not known to call"),
    }
    what = say("e-mails transmis", "mails handed on") if channel == "mail" else shell.title(channel)
    of = whose.get(scope, scope)
    return f"{what} · {of}" if of else what, words[one.moved.value], _by(shell, one.by, host, "Europe/Paris")


def _by(shell: Shell, by: Iterable[tuple[str, datetime]], host: str, timezone: str) -> str:
    """Return the names and when each was last used; the present one is a dot."""
    return "\n".join(f"{name if name != host else '·'} {shell.voice.moment(at, timezone)}" for name, at in by) or "—"


def _names(manager: Manager) -> Mapping[str, str]:
    """Return what owners and accounts are called, by their ids."""
    with manager.ledger.reading() as tx:
        return {**{one.id: one.name for one in tx.owners()}, **{one.id: one.name for one in tx.accounts()}}
