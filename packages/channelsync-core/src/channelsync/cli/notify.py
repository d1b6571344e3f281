"""`notify show`, `set`, `test`: how each owner is told, and whether the ways there work; `push-key`, for a hub."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attrs import evolve

from channelsync.cli import options, paint, shapes
from channelsync.config import Config
from channelsync.errors import DeliveryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.inventory import Owner
    from channelsync.manager import Manager
    from channelsync.ports import Message, Transport
    from channelsync.service.addresses import Reach
    from channelsync.service.preferences import Preferences

__all__ = ["add"]

_ACT = 1
_NO_QUIET = "none"


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(
        commands.add("notify", None, "how owners are told what happens: ways, quiet hours, digests"),
        title="verbs",
        dest="verb",
    )
    seen = verbs.add("show", show, "show how each owner is told")
    new = verbs.add("set", change, "change how an owner is told; what is not named stays")
    trial = verbs.add("test", test, "send a trial by each way, and say what came of it")
    key = verbs.add("push-key", push_key, "write the key of alerts on devices into a file, for a notification hub")
    key.add_argument("file", metavar="FILE", help="a new file, which its owner alone may read")
    for verb in (seen, new, trial):
        verb.add_argument("--owner", metavar="NAME", help="whose; else all of them, or the only one")
    new.add_argument("--mail", metavar="ADDRESS", help="where e-mails go; empty for nowhere")
    new.add_argument("--language", choices=("fr", "en"))
    new.add_argument("--timezone", metavar="TZ", help="whose hours count, for example Europe/Paris")
    new.add_argument("--quiet", metavar="FROM-UNTIL", type=options.argument(_hours), help="quiet hours: 22-7, or none")
    for name in ("daily", "weekly"):
        new.add_argument(f"--{name}", choices=("on", "off"), help=f"the {name} digest by e-mail")
    new.add_argument("--digest-hour", metavar="HOUR", type=options.argument(_hour), help="when digests come, 0 to 23")
    new.add_argument(
        "--by",
        metavar="KIND=WAYS",
        action="append",
        type=options.argument(_wish),
        help="the ways of one kind of notice: push, mail, apprise with commas; none for no way, empty for the usual",
    )
    new.add_argument("--apprise", metavar="URL", help="a service that the package apprise knows; empty for none")


def _hour(text: str) -> int:
    """Read an hour.

    Raises:
        UsageError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < 24):  # noqa: PLR2004 - a day's hours
        msg = f"not an hour: {text[:20]!r}"
        raise UsageError(msg, advice="Give 0 to 23.")
    return int(text)


def _hours(text: str) -> tuple[int, int]:
    """Read quiet hours.

    Raises:
        UsageError: they are none.
    """
    if text == _NO_QUIET:
        return 0, 0
    begin, _, end = text.partition("-")
    return _hour(begin), _hour(end)


def _wish(text: str) -> tuple[str, tuple[str, ...] | None]:
    """Read the ways of one kind; None for the usual ones.

    Raises:
        UsageError: there is no such kind.
    """
    from channelsync.notices import NoticeKind

    kind, _, ways = text.partition("=")
    if kind not in {one.value for one in NoticeKind}:
        msg = f"there is no kind of notice called {kind[:40]!r}"
        raise UsageError(msg, advice=f"The kinds are: {', '.join(one.value for one in NoticeKind)}.")
    if not ways:
        return kind, None
    return kind, () if ways == _NO_QUIET else tuple(one.strip() for one in ways.split(","))


def show(shell: Shell) -> int:
    """Show how each owner is told."""
    from channelsync.service.post import open_post

    with shell.manager() as manager, open_post(manager, _config(shell), lambda: shell.now) as post:
        found = _reached(shell, manager, post.delivering.transports)
    _shown(shell, found)
    return 0


def change(shell: Shell) -> int:
    """Change how an owner is told."""
    from channelsync.service.addresses import preferences_of, set_apprise, set_preferences

    with shell.manager() as manager:
        owner = _one(shell, manager)
        with manager.ledger.transaction() as tx:
            wishes = _changed(shell, preferences_of(tx, owner)[0])
            set_preferences(tx, owner, wishes, actor="command line", at=shell.now)
            if shell.args.apprise is not None:
                set_apprise(tx, manager.vault, owner.id, shell.args.apprise.strip(), actor="command line", at=shell.now)
    shell.args.owner = owner.id
    return show(shell)


def _changed(shell: Shell, wishes: Preferences) -> Preferences:
    """Return the wishes with what was named on the command line."""
    args = shell.args
    new: dict[str, Any] = {}
    for name in ("mail", "language", "timezone", "digest_hour"):
        if getattr(args, name) is not None:
            new[name] = getattr(args, name)
    if args.quiet is not None:
        new["quiet_from"], new["quiet_until"] = args.quiet
    new |= {name: getattr(args, name) == "on" for name in ("daily", "weekly") if getattr(args, name) is not None}
    if args.by:
        by: dict[str, tuple[str, ...] | None] = {**wishes.by, **dict(args.by)}
        new["by"] = {kind: ways for kind, ways in by.items() if ways is not None}
    return evolve(wishes, **new)


def test(shell: Shell) -> int:
    """Send a trial by each way, and say what came of it."""
    from channelsync.service.messages import rehearsal
    from channelsync.service.post import open_post

    say, rows = shell.voice, list[tuple[str, str, str, str]]()
    with shell.manager() as manager, open_post(manager, _config(shell), lambda: shell.now) as post:
        ways = post.delivering.transports
        for to in _reached(shell, manager, ways):
            message = rehearsal(to.preferences.language, shell.now, key=f"trial:{to.owner.id}:{shell.now.isoformat()}")
            for way, address in to.addresses:
                what, advice = _tried(ways[way], message, address)
                rows.append((to.owner.name, way, what, advice))
    document = [
        {"owner": owner, "way": way, "taken": not what, "found": what or None, "advice": advice or None}
        for owner, way, what, advice in rows
    ]
    none = say(
        "Aucun chemin : channelsync notify set --mail ADRESSE, et CHANNELSYNC_SMTP_URL.",
        "No way there: channelsync notify set --mail ADDRESS, and CHANNELSYNC_SMTP_URL.",
    )
    table = paint.table([_trial(shell, row) for row in rows], whole=(0, 1, 2))
    shell.answer(document, table if rows else paint.line(none, paint.WARN))
    return 0 if rows and not any(what for _, _, what, _ in rows) else _ACT


def push_key(shell: Shell) -> int:
    """Write both halves of the key of push messages into a new file, as settings of a deployment."""
    from channelsync.notify.push import private_number, public_key
    from channelsync.service.addresses import vapid_key

    with shell.manager() as manager:
        key = vapid_key(manager.ledger, manager.vault, shell.now)
    public = public_key(key)
    lines = f"DEPLOY_PUSH_PUBLIC_KEY={public}\nDEPLOY_PUSH_PRIVATE_KEY={private_number(key)}\n"
    try:
        handle = os.open(shell.args.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(lines)
    except (OSError, ValueError) as error:
        told = (getattr(error, "strerror", None) or "not a path").lower()
        msg = f"the key cannot be written to {shell.args.file[:80]!r}: {told}"
        raise UsageError(msg, advice="Name a file that is not there yet, in a folder of yours.") from None
    said = shell.voice(
        "La clé est dans ce fichier : effacez-le dès que le hub l’a.",
        "The key is in this file: delete it as soon as the hub has it.",
    )
    shell.answer({"file": shell.args.file, "public": public}, paint.line(said, paint.WARN))
    return 0


def _tried(transport: Transport, message: Message, address: str) -> tuple[str, str]:
    """Send; return what went wrong and what to do, both empty where it was taken."""
    try:
        transport.send(message, address)
    except (DeliveryError, UsageError) as error:
        return str(error), error.advice
    return "", ""


def _trial(shell: Shell, row: tuple[str, str, str, str]) -> tuple[str | paint.Text, ...]:
    owner, way, what, advice = row
    taken = shell.voice("pris en charge", "taken") if not what else shell.voice("non", "no")
    found = f"{shell.voice.why(what)}\n→ {shell.voice.why(advice)}" if what else ""
    return paint.line(taken, paint.ALARM if what else paint.GOOD), owner, way, found


def _config(shell: Shell) -> Config:
    """Return the configuration, with what the command line lifts."""
    config = Config.from_environment(shell.environ)
    return evolve(config, allow_private_addresses=shell.allow_private_addresses)


def _one(shell: Shell, manager: Manager) -> Owner:
    """Return the owner who was named, or the only one.

    Raises:
        UsageError: nobody was named, and there are several or none.
    """
    owners = manager.owners()
    if shell.args.owner is None and len(owners) == 1:
        return owners[0]
    if shell.args.owner is None:
        msg = "there are several owners" if owners else "there is no owner yet"
        raise UsageError(msg, advice="Name one: --owner NAME." if owners else "Add one: channelsync owner add NAME")
    return manager.owner(shell.args.owner)


def _reached(shell: Shell, manager: Manager, ways: Mapping[str, Transport]) -> list[Reach]:
    """Return how the owners who were asked for can be reached."""
    from channelsync.service.addresses import reach

    owners = (manager.owner(shell.args.owner),) if shell.args.owner else manager.owners()
    with manager.ledger.reading() as tx:
        return [reach(tx, manager.vault, one, tuple(ways)) for one in owners]


def _shown(shell: Shell, found: list[Reach]) -> None:
    """Print how owners are told."""
    say = shell.voice
    none = paint.line(say("Aucun propriétaire.", "No owner yet."), paint.QUIET)
    shell.answer([_document(one) for one in found], *([_block(shell, one) for one in found] or [none]))


def _document(one: Reach) -> shapes.Shape:
    wishes = one.preferences
    return {
        "owner": one.owner.name,
        "id": one.owner.id,
        "language": wishes.language,
        "timezone": wishes.timezone,
        "mail": wishes.mail or None,
        "devices": len(one.devices),
        "ways": [{"way": way, "working": way in one.working} for way in one.available],
        "quiet": [wishes.quiet_from, wishes.quiet_until] if wishes.quiet_from != wishes.quiet_until else None,
        "digests": [name for name in ("daily", "weekly") if getattr(wishes, name)],
        "digest_hour": wishes.digest_hour,
        "by": {kind: list(ways) for kind, ways in wishes.by.items()},
    }


def _block(shell: Shell, one: Reach) -> RenderableType:
    say, wishes = shell.voice, one.preferences
    calm = wishes.quiet_from == wishes.quiet_until
    begin, end, morning = (
        say(f"{hour} h", f"{hour:02}:00") for hour in (wishes.quiet_from, wishes.quiet_until, wishes.digest_hour)
    )
    quiet = "—" if calm else f"{begin} – {end} ({wishes.timezone})"
    digests = [
        word
        for on, word in (
            (wishes.daily, say("chaque jour", "daily")),
            (wishes.weekly, say("chaque lundi", "on Mondays")),
        )
        if on
    ]
    rows = [
        (say("e-mail", "e-mail"), wishes.mail or "—"),
        (say("appareils", "devices"), str(len(one.devices))),
        (say("chemins", "ways"), ", ".join(one.available) or "—"),
        (say("heures calmes", "quiet hours"), quiet),
        (say("bilans", "digests"), f"{', '.join(digests)}, {morning}" if digests else "—"),
        *((kind, ", ".join(ways) or "—") for kind, ways in wishes.by.items()),
    ]
    return paint.section(one.owner.name, paint.table(rows, whole=(0,)))
