"""`sandbox`: one platform's simulators on this machine, to be linked like the real ones, until nobody wants them.

A platform that has an API is served by it and by its calendars at once: the same lodging, met by either route. The
credentials and secret addresses are the same each time, so that with ``--port`` a link outlives a restart; what guests
have booked does not.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast

from channelsync.cli import options, shapes
from channelsync.cli.waiting import wait
from channelsync.errors import UsageError
from channelsync.nights import Stay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from channelsync.adapter import ChannelPlugin
    from channelsync.cli.shell import Shell
    from channelsync.cli.voice import Voice
    from channelsync.testing import Platform
    from channelsync.testing.partner import Partner
    from channelsync.testing.serve import Served

__all__ = ["add"]

_PORTS: Final = 65_535
_LONGEST: Final = 86_400
_GUESTS: Final = 3


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "sandbox",
        sandbox,
        "serve a platform's simulators on this machine, to link to them as to the real ones",
        more="Ends with Ctrl-C. Give --allow-private-addresses to the commands that link to them.",
    )
    verb.add_argument("channel", metavar="CHANNEL")
    verb.add_argument(
        "--port", metavar="N", type=options.argument(_port), default=0, help="listen here (default: a free port)"
    )
    verb.add_argument(
        "--for", metavar="SECONDS", type=options.argument(_seconds), dest="seconds", help="end by itself after this"
    )
    verb.add_argument("--hook", metavar="URL", help="our address at which the platform asks and calls")


def _port(text: str) -> int:
    return _whole(text, _PORTS, "port")


def _seconds(text: str) -> int:
    return _whole(text, _LONGEST, "number of seconds")


def _whole(text: str, most: int, what: str) -> int:
    """Read a whole number.

    Raises:
        UsageError: it is none, less than one, or more than there can be.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        msg = f"not a {what}: {text[:40]!r}"
        raise UsageError(msg, advice=f"Give a whole number from 1 to {most}.")
    return int(text)


def sandbox(shell: Shell) -> int:
    """Serve, say what to paste where, and wait."""
    from channelsync.testing.serve import serve

    args, plugin = shell.args, shell.channels.get(shell.args.channel)
    ahead = shell.now - datetime.now(UTC)

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    partner = _partner(plugin)
    platforms = tuple(partner.lodgings.values()) if partner else (_platform(plugin),)
    for platform in platforms:
        _furnish(platform, now())
    if partner and args.hook:
        partner.call_at(args.hook)
    try:
        serving = serve(platforms, now, port=args.port, partners=(partner,) if partner else (), importing=True)
        with serving as served:
            document = _document(served, plugin, platforms, partner)
            if shell.json:
                shell.document(document)
            else:
                lines = _told(shell.voice, shell.title(plugin.name), document)
                sys.stdout.write("".join(f"{line}\n" for line in lines))
            sys.stdout.flush()
            wait(args.seconds)
    except KeyboardInterrupt:
        pass
    except OSError as error:
        msg = f"nothing can be served on port {args.port}: {(error.strerror or 'it is refused').lower()}"
        raise UsageError(msg, advice="Choose another port, or leave --port out.") from None
    return 0


def _partner(plugin: ChannelPlugin) -> Partner | None:
    """Return the simulator of the platform's API, before any consent where it asks for one; None where it has none."""
    from channelsync.adapter import GrantsAccess

    if plugin.api is None:
        return None
    factory = cast("Callable[..., Partner]", plugin.load_partner())
    rng = Random(plugin.name)
    return factory(rng=rng, connected=False) if isinstance(plugin.api, GrantsAccess) else factory(rng=rng)


def _platform(plugin: ChannelPlugin) -> Platform:
    factory = cast("Callable[..., Platform]", plugin.load_sandbox())
    return factory(rng=Random(plugin.name))


def _furnish(platform: Platform, now: datetime) -> None:
    """Let a few guests book, so that there is something to see."""
    first = platform.today(now) + timedelta(days=20)
    for number in range(_GUESTS):
        arrival = first + timedelta(days=12 * number)
        platform.book(Stay(arrival, arrival + timedelta(days=3)), now)


def _document(
    served: Served, plugin: ChannelPlugin, platforms: tuple[Platform, ...], partner: Partner | None
) -> shapes.Shape:
    from channelsync.adapter import GrantsAccess, ReceivesWebhooks

    numbers = {id(platform): listing for listing, platform in partner.lodgings.items()} if partner else {}
    asked = {one.name for one in plugin.account}
    fields = [(name, value) for name, value in served.fields(partner).items() if name in asked] if partner else []
    return {
        "channel": plugin.name,
        "url": served.base_url,
        "listings": [
            {
                "listing": numbers.get(id(platform)),
                "feed": None if plugin.feed is None else served.export_url(platform),
                "control": served.control_url(platform),
            }
            for platform in platforms
        ],
        "account": dict(fields) if partner else None,
        "consents": partner is not None and isinstance(plugin.api, GrantsAccess),
        "calls": partner is not None and isinstance(plugin.api, ReceivesWebhooks),
    }


def _told(say: Voice, title: str, document: shapes.Shape) -> Iterator[str]:
    """Yield what to paste where, line by line: addresses are to be copied, however narrow the terminal is."""
    channel, listings = document["channel"], document["listings"]
    yield say(f"Simulateur, {title} : {document['url']}", f"Simulator, {title}: {document['url']}")
    yield ""
    if any(one["feed"] for one in listings):
        yield say("Lien d’export de chaque annonce", "Export link of each listing")
        yield from (_pair(one["listing"], one["feed"]) for one in listings)
        yield f"  $ channelsync --allow-private-addresses link UNIT {channel} --feed URL"
    else:
        yield say("Numéro de chaque annonce", "Number of each listing")
        yield from (f"  {one['listing']}" for one in listings)
    if document["account"] is not None:
        yield ""
        yield say("Champs du compte, à mettre dans un fichier", "Fields of the account, to be put into a file")
        yield from (f"  {name}={value}" for name, value in document["account"].items() if value)
        yield f"  $ channelsync --allow-private-addresses account add {channel} --secrets FILE"
        if document["consents"]:
            yield "  $ channelsync --allow-private-addresses account consent ID --redirect URL"
        yield f"  $ channelsync --allow-private-addresses link UNIT {channel} --account ID --listing N"
    if document["calls"]:
        yield ""
        yield say("Notre adresse, où elle demande et appelle", "Our address, where it asks and calls")
        yield f"  $ channelsync hook {channel} --for ID"
        yield say("  donnez-la par --hook URL, ou :", "  give it by --hook URL, or:")
        yield f'  POST {listings[0]["control"]}/hook {{"url": "…"}}'
    yield ""
    yield say("Jouer ses voyageurs", "Play its guests")
    for one in listings:
        yield f"  GET  {one['control']}/state"
        yield f'  POST {one["control"]}/book {{"stay": "2027-03-15/2027-03-18"}}'
    yield ""
    yield say("Ctrl-C pour arrêter.", "Ctrl-C to stop.")


def _pair(name: str | None, value: str) -> str:
    return f"  {name}  {value}" if name else f"  {value}"
