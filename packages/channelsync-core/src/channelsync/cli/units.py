"""`unit add|list|show|retire`, `link`, `relink`, `unlink`: the lodgings, and which listings are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import options, paint, shapes
from channelsync.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.inventory import Unit
    from channelsync.ledger import Link
    from channelsync.manager import ClaimReport, LinkReport

__all__ = ["add", "claim_rows"]

_MOST_TURNOVER = 7


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(commands.add("unit", None, "add, list and show lodgings"), title="verbs", dest="verb")
    new = verbs.add("add", add_unit, "add a lodging")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--timezone", metavar="TZ", default="Europe/Paris", help="where it is (default: %(default)s)")
    new.add_argument(
        "--turnover",
        metavar="NIGHTS",
        type=options.argument(_turnover),
        default=0,
        help="nights kept free around a guest",
    )
    new.add_argument("--owner", metavar="NAME", help="whose it is (default: the first owner)")
    verbs.add("list", list_units, "list the lodgings and their listings")
    show = verbs.add("show", show_unit, "show a lodging: its listings, and what takes its nights, with ids")
    show.add_argument("unit", metavar="UNIT", help="its name, slug or id")
    done = verbs.add("retire", retire, "unlink every listing of a lodging in one step; its calendars are empty then")
    done.add_argument("unit", metavar="UNIT", help="its name, slug or id")
    done.add_argument("--yes", action="store_true", help="the listings are closed on their platforms: do it")

    joined = commands.add("link", link, "link a listing to a lodging: by its private export link, or by an account")
    joined.add_argument("unit", metavar="UNIT")
    joined.add_argument("channel", metavar="CHANNEL", help="airbnb, booking, greengo, ical, ...")
    joined.add_argument("--feed", metavar="URL", help="the export link (iCal) of the listing")
    joined.add_argument("--account", metavar="ID", help="the account on the platform's API that has the listing")
    joined.add_argument("--listing", metavar="ID", help="with --account: the listing's number on the platform")
    joined.add_argument("--option", metavar="K=V", action="append", help="a setting of the channel; may be repeated")

    again = commands.add("relink", relink, "read a listing by another export link; nothing of it is forgotten")
    again.add_argument("unit", metavar="UNIT")
    again.add_argument("channel", metavar="CHANNEL")
    again.add_argument("--feed", metavar="URL", required=True, help="the new export link (iCal) of the same listing")

    left = commands.add("unlink", unlink, "unlink a listing; its future stays remain closed elsewhere")
    left.add_argument("unit", metavar="UNIT")
    left.add_argument("channel", metavar="CHANNEL")
    left.add_argument("--release", action="store_true", help="open its nights elsewhere")


def _turnover(text: str) -> int:
    """Read a number of nights.

    Raises:
        UsageError: it is none, or more than anybody keeps.
    """
    if not (text.isascii() and text.isdigit() and len(text) == 1 and int(text) <= _MOST_TURNOVER):
        msg = f"not a number of turnover nights: {text[:40]!r}"
        raise UsageError(msg, advice=f"Give a whole number from 0 to {_MOST_TURNOVER}.")
    return int(text)


def add_unit(shell: Shell) -> int:
    """Add a lodging."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        unit = manager.add_unit(args.name, timezone=args.timezone, turnover=args.turnover, owner=args.owner)
    next_step = say(
        f"Ensuite : channelsync link {unit.slug} airbnb --feed LIEN",
        f"Next: channelsync link {unit.slug} airbnb --feed URL",
    )
    shell.answer(
        shapes.unit(unit),
        paint.line(say(f"{unit.name} est ajouté.", f"{unit.name} is added."), paint.TITLE),
        paint.line(next_step, paint.QUIET),
    )
    return 0


def list_units(shell: Shell) -> int:
    """List the lodgings."""
    say = shell.voice
    with shell.manager() as manager:
        units = [(unit, _linked(manager.links(unit))) for unit in manager.units()]
    document = [{**shapes.unit(unit), "channels": [one.key for one in links]} for unit, links in units]
    rows = [(unit.name, unit.slug, ", ".join(shell.title(one.key) for one in links) or "—") for unit, links in units]
    none = say(
        "Aucun logement. Commencez par : channelsync unit add NOM", "No unit yet. Begin with: channelsync unit add NAME"
    )
    head = say("logement|à taper|annonces", "unit|to be typed|listings").split("|")
    shell.answer(document, paint.table(rows, head=head, whole=(1,)) if rows else paint.line(none, paint.QUIET))
    return 0


def show_unit(shell: Shell) -> int:
    """Show one lodging."""
    with shell.manager() as manager:
        unit = manager.unit(shell.args.unit)
        links, claims = _linked(manager.links(unit)), manager.claims(unit)
    document = {
        **shapes.unit(unit),
        "links": [{"channel": one.key, "route": one.route, "linked_at": shapes.moment(one.linked_at)} for one in links],
        "claims": [shapes.claim(one) for one in claims],
    }
    shell.answer(document, *_unit(shell, unit, links, claims))
    return 0


def _unit(shell: Shell, unit: Unit, links: list[Link], claims: Iterable[ClaimReport]) -> Iterator[RenderableType]:
    say = shell.voice
    turnover = say(f", {say.length(unit.turnover)} de rotation", f", {say.length(unit.turnover)} of turnover")
    yield paint.heading(unit.name)
    yield paint.line(f"{unit.slug} · {unit.timezone}{turnover if unit.turnover else ''} · {unit.id}", paint.QUIET)
    listed = [(shell.title(one.key), one.key, say.moment(one.linked_at, unit.timezone)) for one in links]
    none = paint.line(say("  aucune annonce reliée", "  no listing linked"), paint.QUIET)
    head = say("plateforme|à taper|reliée le", "channel|to be typed|linked on").split("|")
    yield paint.section(say("Annonces", "Listings"), paint.table(listed, head=head) if listed else none)
    rows = list(claim_rows(shell, claims))
    free = paint.line(say("  rien", "  nothing"), paint.QUIET)
    yield paint.section(
        say("Ce qui prend des nuits", "What takes nights"),
        paint.table(rows, right=(1,), whole=(0, 1, 4)) if rows else free,
    )


def claim_rows(shell: Shell, claims: Iterable[ClaimReport]) -> Iterator[tuple[str | paint.Text, ...]]:
    """Yield a row for each claim: nights, how many, where, what, id."""
    say = shell.voice
    for one in claims:
        what = say.word(one.category) if one.category else say.word(one.kind)
        if one.standing != "firm":
            what += say(", à clarifier", ", to clarify")
        if one.missing:
            what += say(", plus affiché : gardé fermé", ", not shown any more: kept closed")
        where = shell.title(one.channel) if one.channel else say("ici", "here")
        yield say.stay(one.stay), say.length(one.stay.length), where, what, paint.line(one.id, paint.QUIET)


def link(shell: Shell) -> int:
    """Link a listing."""
    args, say = shell.args, shell.voice
    settings = dict(options.pairs(args.option, form="OPTION=VALUE"))
    with shell.manager() as manager:
        if _by_account(args):
            report = manager.connect(args.unit, args.account, args.listing, channel=args.channel)
        else:
            report = manager.link(args.unit, args.channel, feed=args.feed, options=settings)
    title, slug, key = shell.title(report.listing), report.unit.slug, report.listing
    done = say(f"{title} est relié à {report.unit.name}.", f"{title} is linked to {report.unit.name}.")
    then = say("L’adresse à coller là-bas :", "The address to paste there:")
    _linked_by(shell, report, done, *(() if args.account else (f"{then} channelsync feed-url {slug} {key}",)))
    return 0


def relink(shell: Shell) -> int:
    """Read a listing by another link."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        report = manager.relink(args.unit, args.channel, feed=args.feed)
    title, unit = shell.title(report.listing), report.unit.name
    _linked_by(
        shell, report, say(f"{title} – {unit} est lu par son nouveau lien.", f"{title} – {unit}: read by its new link.")
    )
    return 0


def _linked_by(shell: Shell, report: LinkReport, done: str, *hints: str) -> None:
    """Answer what was found behind a link that was just taken."""
    say = shell.voice
    document = {
        "unit": report.unit.name,
        "channel": report.listing,
        "events": report.events,
        "nights": shapes.nights(report.nights),
        "problems": list(report.problems),
    }
    taken = say.length(len(report.nights))
    seen = say(f"Pris là-bas à partir d’aujourd’hui : {taken}.", f"Taken there from today on: {taken}.")
    odd = [paint.line(f"  ! {say.why(problem)}", paint.WARN) for problem in report.problems]
    then = (say("Ensuite : ", "Next: ") + "channelsync sync", *hints)
    shell.answer(
        document,
        paint.line(done, paint.TITLE),
        paint.line(seen),
        *odd,
        *(paint.line(hint, paint.QUIET) for hint in then),
    )


def _by_account(args: Namespace) -> bool:
    """Whether a listing is linked by an account, and not by an export link.

    Raises:
        UsageError: neither is given, or both, or half of one.
    """
    if args.feed and not (args.account or args.listing):
        return False
    if args.account and args.listing and not (args.feed or args.option):
        return True
    msg = "a listing is linked by its export link or by an account, and one of them is needed"
    raise UsageError(msg, advice="Give --feed URL, or --account ID --listing ID (see `channelsync account listings`).")


def unlink(shell: Shell) -> int:
    """Unlink a listing."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        kept = manager.unlink(unit, args.channel, release=args.release)
        waits = any(one.retired and one.owed_since for one in manager.state(unit).listings)
    document = {"unit": unit.name, "channel": args.channel, "kept": shapes.nights(kept), "recovering": waits}
    title = shell.title(args.channel)
    done = say(f"{title} n’est plus relié à {unit.name}.", f"{title} is no longer linked to {unit.name}.")
    stay_closed = say(f"Restent fermées ailleurs : {say.nights(kept)}", f"Stay closed elsewhere: {say.nights(kept)}")
    then = say("Retirez notre calendrier là-bas, puis :", "Remove our calendar there, then:")
    hint = paint.line(f"{then} channelsync feed-url {unit.slug} {args.channel} --removed", paint.QUIET)
    owed = say(
        "Pas relue depuis la restauration : aucun calendrier n’est donné. Reliez-la ; ou, si rien n’y est vendu de "
        "plus que ce qui est connu, encore une fois :",
        "Not read since the restore: no calendar is given out before. Link it anew; or, if no more is sold there than "
        "is known, once more:",
    )
    left = paint.line(f"{owed} channelsync unlink {unit.slug} {args.channel}", paint.WARN)
    lines = [*([paint.line(stay_closed)] if kept else []), *([left] if waits else []), hint]
    shell.answer(document, paint.line(done, paint.TITLE), *lines)
    return 0


def retire(shell: Shell) -> int:
    """Unlink every listing of a lodging.

    Raises:
        UsageError: nobody has said that its listings are closed.
    """
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        keys = [one.key for one in _linked(manager.links(unit))]
        if keys and not args.yes:
            msg = "the calendars of a retired lodging are empty: each platform opens what was taken on another"
            raise UsageError(msg, advice="Close or end its listings on their platforms first, then add --yes.")
        taken = manager.retire(unit)
    document = {"unit": unit.name, "channels": keys, "taken": shapes.nights(taken)}
    done = say(f"{unit.name} n’est plus relié à aucune plateforme.", f"{unit.name} is linked to no platform any more.")
    sold = say(f"Nuits encore prises : {say.nights(taken)}", f"Nights still taken: {say.nights(taken)}")
    then = say("Retirez nos calendriers là-bas, puis :", "Remove our calendars there, then:")
    hints = [f"{then} channelsync feed-url {unit.slug} {key} --removed" for key in keys]
    lines = [*([paint.line(sold)] if taken else []), *(paint.line(hint, paint.QUIET) for hint in hints)]
    shell.answer(document, paint.line(done, paint.TITLE), *lines)
    return 0


def _linked(links: Iterable[Link]) -> list[Link]:
    """Return the listings that are linked now."""
    return [one for one in links if one.retired_at is None]
