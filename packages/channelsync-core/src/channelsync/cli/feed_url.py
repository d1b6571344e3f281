"""`feed-url`: the secret address that a platform is to read, replaced or cut; and who reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from channelsync.cli import options, paint, shapes
from channelsync.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from channelsync.adapter import SecretUrl
    from channelsync.cli.shell import Shell
    from channelsync.manager import FeedReaders, Manager, ReaderReport

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verb."""
    about = "show the secret address of the calendar that a platform is to read, and who reads it"
    verb = commands.add("feed-url", feed_url, about)
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument("channel", metavar="CHANNEL")
    order = verb.add_mutually_exclusive_group()
    order.add_argument(
        "--rotate", action="store_true", help="replace it; the present one answers until the platform has read the new"
    )
    order.add_argument("--cut", action="store_true", help="end a leaked address at once, and give another")
    order.add_argument(
        "--removed", action="store_true", help="of an unlinked listing: our calendar is removed on its platform"
    )
    order.add_argument("--reader", metavar="CLIENT", help="this client is the platform's: its visits are proof")
    order.add_argument("--stranger", metavar="CLIENT", help="this client is not the platform's")


def feed_url(shell: Shell) -> int:
    """Show or change the address."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        if args.removed:
            manager.link_removed(unit, args.channel)
            done = say("Noté : cette adresse ne répond plus rien.", "Noted: this address answers nothing any more.")
            document = {"unit": unit.name, "channel": args.channel, "url": None}
            shell.answer(document | _plain(None), paint.line(done, paint.TITLE))
            return 0
        url = _ordered(shell, manager)
        read = manager.feed_readers(unit, args.channel)
    document = {"unit": unit.name, "channel": read.listing, "url": url.reveal()}
    if not shell.json:
        sys.stdout.write(f"{url.reveal()}\n")  # whole, however narrow the terminal is: it is to be copied
    shell.answer(document | _plain(read), *_shown(shell, read))
    return 0


def _ordered(shell: Shell, manager: Manager) -> SecretUrl:
    """Carry out what was asked for; return the address that counts now."""
    args = shell.args
    if args.rotate:
        return manager.rotate_feed_url(args.unit, args.channel)
    if args.cut:
        return manager.cut_feed_url(args.unit, args.channel)
    if args.reader is not None or args.stranger is not None:
        said = args.stranger if args.reader is None else args.reader
        manager.teach_reader(args.unit, args.channel, said, platform=args.reader is not None)
    return manager.feed_url(args.unit, args.channel)


def _plain(read: FeedReaders | None) -> shapes.Shape:
    """Return who reads, for a script."""
    if read is None:
        return {"earlier": 0, "last_read": None, "every_minutes": None, "readers": []}
    return {
        "earlier": read.earlier,
        "last_read": shapes.moment(read.last_read),
        "every_minutes": None if read.every is None else round(read.every.total_seconds() / 60, 1),
        "readers": [shapes.reader(one) for one in read.readers],
    }


def _shown(shell: Shell, read: FeedReaders) -> Iterator[RenderableType]:
    say, zone = shell.voice, read.unit.timezone
    secret = say(
        f"Adresse secrète, pour {shell.title(read.listing)} seulement.",
        f"A secret address, for {shell.title(read.listing)} only.",
    )
    yield paint.line(secret, paint.QUIET)
    if not Config.from_environment(shell.environ).base_url.startswith("https://"):  # which only this machine may lack
        here = say(
            "Les plateformes ne peuvent pas la lire : indiquez CHANNELSYNC_BASE_URL=https://... d’abord.",
            "No platform can read it: set CHANNELSYNC_BASE_URL=https://... first.",
        )
        yield paint.line(here, paint.WARN)
    if shell.args.cut:
        over = say(
            "La précédente ne répond plus : collez celle-ci là-bas.",
            "The one before answers no more: paste this one there.",
        )
        yield paint.line(over, paint.WARN)
    if read.earlier:
        waiting = say(
            "L’adresse précédente répond jusqu’à la première lecture de celle-ci.",
            "The one before answers until this one is read for the first time.",
        )
        yield paint.line(waiting, paint.WARN)
    rows = [
        (_client(shell, one) or "—", say.moment(one.last, zone), str(one.visits), _counts(shell, one))
        for one in read.readers
    ]
    head = say("lecteur|dernière lecture|lectures|preuve", "client|last read|reads|proof").split("|")
    none = paint.line(say("  personne encore", "  nobody yet"), paint.QUIET)
    lately = paint.table(rows, head=head, right=(2,), whole=(1,)) if rows else none
    yield paint.section(say("Qui la lit", "Who reads it"), lately)


def _client(shell: Shell, one: ReaderReport) -> str:
    """Return what a client calls itself; `feed --record-fetch` is none, and leaves a word of ours."""
    by_hand = one.client == "recorded by hand"  # as `Manager.record_fetch` notes it
    return shell.voice("noté à la main", one.client) if by_hand else one.client


def _counts(shell: Shell, one: ReaderReport) -> str:
    """Say whether a client's visits are proof, and how that is known."""
    say = shell.voice
    how = {
        "said": say("vous l’avez dit", "you said so"),
        "learned": say("appris de son rythme", "learned from its rhythm"),
        "seen": {
            "platform": say("elle se nomme", "it names itself"),
            "unknown": say("inconnu jusqu’ici", "unknown so far"),
            "other": say("une autre plateforme : adresse mal collée", "another platform: pasted in the wrong place"),
        }.get(one.visitor, say("quelqu’un ou un outil", "somebody, or a tool")),
    }
    return f"{say('oui', 'yes') if one.platform else say('non', 'no')}, {how[one.how]}"
