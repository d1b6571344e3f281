"""The rehearsals: the brief's scenarios, played against simulated platforms over real HTTP on this machine.

Nothing is pretended. Three simulators serve their calendars and read ours in their own rhythm; a manager over a
database in a temporary folder reads, decides, publishes; each line of the time line is printed once the simulators' own
truth says that it happened. A step that does not happen ends the rehearsal with exit code 1. Where two platforms have
APIs, the first and the third scenario are played by these as well: `channelsync.cli.demo_apis`.

Time is real, except where the model waits on purpose: then the clock everybody shares is put forward, and the time line
says so.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, cast, final

import httpx
from attrs import define, evolve, field
from rich.console import Console
from rich.text import Text

from channelsync.adapter import Registry, discover
from channelsync.cli.demo_apis import Act, a_sale, a_silence, an_outage, by_apis, quiet_logs
from channelsync.cli.demo_serve import Room, screens, serve_sample, stay_open
from channelsync.cli.shell import Shell
from channelsync.cli.timeline import TIMEZONE, Clock, DidNotHappenError, Timeline
from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync.manager import Manager, SyncReport, open_manager
from channelsync.nights import Stay
from channelsync.testing import Fault, Platform, Reservation
from channelsync.testing.serve import Served, serve

__all__ = ["run"]

_CHANNELS: Final = ("airbnb", "booking", "greengo")
_VISITS: Final = {"airbnb": timedelta(seconds=3), "booking": timedelta(seconds=2), "greengo": timedelta(seconds=4)}
"""How often the simulators read us here; the real platforms take minutes to hours."""


def run(shell: Shell) -> int:
    """Play the rehearsal and return the exit code: 0 only if every step really happened.

    With ``--json`` the time line goes to standard error, and one document with each of its lines follows at the end.

    Raises:
        UsageError: ``--json`` of what stays open: it has no end.
    """
    served, scenario = bool(shell.args.serve), shell.args.scenario
    if served and shell.json:
        msg = "what stays open has no end, and so no answer as JSON"
        raise UsageError(msg, advice="Leave out --json or --serve.")
    quiet_logs()
    console = Console(highlight=False, file=sys.stderr if shell.json else None)
    line = Timeline(console, shell.voice, Clock())
    if served and scenario is None and (opened := screens()) is not None:
        serve_sample(line, opened)
        return 0
    with ExitStack() as kept:
        why, rooms = "", tuple[Room, ...]()
        try:
            rooms = _played(line, scenario, kept)
        except DidNotHappenError as error:
            why = str(error)
            console.print(Text(f"  ✗ {error}", style="bold red"))
        if shell.json:
            shell.document({"scenario": scenario, "happened": not why, "why": why or None, "lines": line.said})
        if served and not why:
            stay_open(line, rooms)
    return 1 if why else 0


def _played(line: Timeline, scenario: int | None, kept: ExitStack) -> tuple[Room, ...]:
    """Play everything, and return where; it is there as long as ``kept`` is."""
    scenes, acts = _PLAYED[scenario]
    began = time.monotonic()
    stage = kept.enter_context(_stage(line))
    for scene in scenes:
        scene(stage)
    rooms = [Room(stage.unit, stage.manager, stage.database, stage.served, tuple(stage.platforms.values()))]
    if acts:
        house = kept.enter_context(by_apis(line))
        for act in acts:
            act(house)
        theirs = tuple(map(house.platform, house.partners))
        rooms.append(Room(house.unit, house.manager, house.database, house.served, theirs, worked=True))
    seconds = f"{time.monotonic() - began:.0f} s"
    done = line.voice(f"Tout s’est passé comme montré, en {seconds}.", f"All of it happened as shown, in {seconds}.")
    line.console.print()
    line.console.print(Text(done, "bold"))
    return tuple(rooms)


@contextmanager
def _stage(line: Timeline) -> Generator[Rehearsal]:
    """Set everything up: simulators, their server, a database in a temporary folder, a lodging linked three times."""
    registry, now = discover(), line.clock.now
    with ExitStack() as stack:
        platforms = {name: _platform(registry, name, now()) for name in _CHANNELS}
        feeds = _Feeds()
        folder = stack.enter_context(TemporaryDirectory(prefix="channelsync-"))
        database = str(Path(folder) / "demo.db")
        manager = open_manager(database, now=now, allow_private_addresses=True, environ={})
        stack.enter_context(manager)  # before its readers: they go first
        served = stack.enter_context(serve(platforms.values(), now, extra=(feeds,), importing=True))
        stage = Rehearsal(line, platforms, manager, database, feeds, served, registry)
        stage.begin()
        yield stage


def _platform(registry: Registry, name: str, now: datetime) -> Platform:
    """Return a platform's simulator with a few guests, sending our closings back where its plugin allows that."""
    factory = cast("Callable[..., Platform]", registry.get(name).load_sandbox())
    platform = factory(room="gite-du-lac", rng=Random(name))  # noqa: S311 - made-up guests
    if name == "booking":
        platform.adopt(evolve(platform.habits, echo=True), now)
    if name != "greengo":
        first = now.date() + timedelta(days=20 if name == "airbnb" else 24)
        for stay in (Stay(first + timedelta(days=12 * i), first + timedelta(days=12 * i + 3)) for i in range(4)):
            platform.book(stay, now)
    return platform


@final
@define
class _Feeds:
    """Serves the calendars we publish, each under a secret address, and takes each reading as evidence."""

    manager: Manager | None = None
    unit: Unit | None = None
    tokens: dict[str, str] = field(factory=dict[str, str], repr=False)

    def path(self, channel: str) -> str:
        """Return the address for one platform, made on first use."""
        token = next((token for token, of in self.tokens.items() if of == channel), None) or secrets.token_urlsafe(24)
        self.tokens[token] = channel
        return f"/feeds/{token}.ics"

    def __call__(self, request: httpx.Request, _now: datetime) -> httpx.Response | None:
        """Answer a platform that reads its calendar."""
        channel = self.tokens.get(request.url.path.removeprefix("/feeds/").removesuffix(".ics"))
        if channel is None or self.manager is None or self.unit is None:
            return None
        body = self.manager.feed(self.unit, channel)
        self.manager.record_fetch(self.unit, channel)
        return httpx.Response(200, headers={"Content-Type": "text/calendar; charset=utf-8"}, content=body.encode())


@final
@define
class Rehearsal:
    """The stage on which the scenes are played; each method shows a line once what it says is true."""

    line: Timeline
    platforms: Mapping[str, Platform]
    manager: Manager
    database: str
    feeds: _Feeds
    served: Served
    registry: Registry
    unit: Unit = field(init=False)
    guests: dict[str, Reservation] = field(factory=dict[str, Reservation], init=False)

    def title(self, channel: str) -> str:
        """Return a platform's name as people write it."""
        return self.registry.get(channel).title

    def look(self) -> SyncReport:
        """Look at every platform once, decide, publish."""
        return self.manager.sync(everything=True)

    def begin(self) -> None:
        """Link a lodging to the three platforms, and our calendars to them."""
        self.line.scene("Un logement, trois plateformes", "One lodging, three platforms")
        self.manager.add_owner("Camille", language=self.line.voice.language)
        self.unit = self.feeds.unit = self.manager.add_unit("Gîte du Lac", timezone=TIMEZONE)
        self.feeds.manager = self.manager
        for channel, platform in self.platforms.items():
            linked = self.manager.link(self.unit, channel, feed=self.served.export_url(platform))
            voice, name = self.line.voice, self.title(channel)
            stays = voice.count(linked.events, voice("séjour", "stay"), voice("séjours", "stays"))
            self.line.say("✓", f"{name} relié, {stays}", f"{name} linked, {stays}", "green")
        self.look()
        for channel, platform in self.platforms.items():
            url = f"{self.served.base_url}{self.feeds.path(channel)}"
            platform.link(url, self.line.clock.now(), every=_VISITS[channel])
        self.read_by(*_CHANNELS)

    def read_by(self, *channels: str) -> None:
        """Wait until each of these platforms has read all we publish for it, and say when each did."""
        for channel in channels:
            name = self.title(channel)
            self.line.until(partial(self._has_read, channel), f"{name} did not read our calendar")
            self.line.say("✓", f"lu par {name}", f"read by {name}", "green")

    def _has_read(self, channel: str) -> bool:
        state = self.manager.state(self.unit)
        listing = next(one for one in state.active if one.listing.key == channel)
        return listing.revisions[-1].last_fetch is not None

    def sold(self, channel: str, stay: Stay) -> Reservation:
        """Let a guest book on a platform, which must still offer the nights."""
        booked = self.platforms[channel].book(stay, self.line.clock.now())
        self.line.insist(happened=isinstance(booked, Reservation), what=f"the guest could not book on {channel}")
        nights, name = self.line.voice.stay(stay), self.title(channel)
        self.line.say("●", f"un voyageur réserve sur {name} : {nights}", f"a guest books on {name}: {nights}", "cyan")
        return cast("Reservation", booked)

    def bookable(self, channel: str, stay: Stay) -> bool:
        """Whether a guest could book on the platform now: its own truth."""
        return self.platforms[channel].bookable(self.line.clock.now(), stay)

    def _is_closed(self, channel: str, stay: Stay) -> bool:
        return not self.bookable(channel, stay)

    def closed_on(self, stay: Stay, *channels: str) -> None:
        """Show that the nights are closed for guests on these platforms."""
        for channel in channels:
            name = self.title(channel)
            self.line.until(partial(self._is_closed, channel, stay), f"{name} still sells {stay}")
            self.line.say("✓", f"{name} ne vend plus ces nuits", f"{name} no longer sells these nights", "green")

    def open_on(self, stay: Stay, *channels: str) -> None:
        """Show that the nights can be booked again on these platforms."""
        for channel in channels:
            name = self.title(channel)
            self.line.until(partial(self.bookable, channel, stay), f"{name} did not reopen {stay}")
            self.line.say("✓", f"{name} : remis en location", f"{name}: open again", "green")

    def exposed(self, stay: Stay, *channels: str) -> None:
        """Show on which platforms the nights can still be sold, until those read us."""
        found = {one.listing for one in self.manager.exposed(self.unit) if one.nights.overlaps(stay.nights)}
        self.line.insist(happened=found == set(channels), what=f"exposed on {found}, not on {channels}")
        names = ", ".join(map(self.title, channels))
        self.line.say(
            "○", f"encore réservable, jusqu’à sa lecture : {names}", f"still bookable until read: {names}", "yellow"
        )

    def proven(self, stay: Stay) -> None:
        """Show that nothing is exposed any more."""
        left = [one for one in self.manager.exposed(self.unit) if one.nights.overlaps(stay.nights)]
        self.line.insist(happened=not left, what=f"{stay} is still exposed")
        self.line.say("✓", "protégé partout, avec preuve", "protected everywhere, with proof", "bold green")


# --- the scenes -------------------------------------------------------------------------------------------------------


def _dates(stage: Rehearsal, first: str, last: str) -> Stay:
    """Return a stay next year."""
    year = stage.line.clock.now().year + 1
    return Stay(date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}"))


def _reservation(stage: Rehearsal) -> None:
    """Scenario 1: a guest books on Airbnb; the dates close on the other two."""
    line = stage.line
    line.scene(
        "Scénario 1. Une réservation sur Airbnb ferme les deux autres",
        "Scenario 1. A reservation on Airbnb closes the other two",
    )
    stay = _dates(stage, "03-15", "03-18")
    stage.guests["airbnb"] = stage.sold("airbnb", stay)
    began = time.monotonic()
    report = stage.look()
    took = f"{(time.monotonic() - began) * 1000:.0f} ms"
    closed = {one.listing for one in report.changes if stay.nights <= one.close}
    line.insist(happened=closed == {"booking", "greengo"}, what=f"closed on {closed} only")
    line.say("→", f"vue et fermée dans nos calendriers en {took}", f"seen, and closed in our calendars, in {took}")
    for notice in report.notices:
        line.say("✉", notice, notice, "magenta")
    stage.exposed(stay, "booking", "greengo")
    stage.read_by("booking", "greengo")
    stage.closed_on(stay, "booking", "greengo")
    stage.proven(stay)


def _cancellation(stage: Rehearsal) -> None:
    """The guest cancels, while Booking.com sends our own closing back as if it were a booking."""
    line = stage.line
    line.scene(
        "En plus. Le voyageur annule, mais Booking.com nous renvoie nos dates",
        "Besides. The guest cancels, but Booking.com sends our dates back",
    )
    guest = stage.guests["airbnb"]
    stage.look()
    booking = next(one for one in stage.manager.state(stage.unit).active if one.listing.key == "booking")
    line.insist(happened=guest.stay.nights <= booking.echo, what="the echo was not recognised")
    line.say("≈", "Booking.com montre nos dates : reconnues", "Booking.com shows our dates: recognised", "dim")
    stage.platforms["airbnb"].cancel(guest.id, line.clock.now())
    line.say("●", "le voyageur annule sur Airbnb", "the guest cancels on Airbnb", "cyan")
    for last in (False, False, True):
        report = stage.look()
        look = next(one for one in report.looks if one.listing == "airbnb")
        line.insist(happened=bool(look.released if last else look.kept), what="the cancellation was judged wrongly")
        if last:
            break
        line.say("!", "disparition à confirmer : nous gardons fermé", "not shown any more: kept closed", "yellow")
        line.later(timedelta(minutes=15))
    line.say("→", "trois lectures concordent : libéré", "three looks agree: released")
    line.insist(happened=not stage.bookable("greengo", guest.stay), what="GreenGo was opened too early")
    held = "d’abord sur Booking.com seul, au cas où son écho cacherait un voyageur"
    line.say("→", f"rouvert {held}", "opened on Booking.com alone first, in case its echo hides a guest")
    stage.open_on(guest.stay, "booking")
    for last in (False, False, True):
        stage.look()
        if last:
            break
        line.insist(happened=not stage.bookable("greengo", guest.stay), what="GreenGo was opened too early")
        line.say("!", "nuits ouvertes sur Booking.com : à confirmer", "open on Booking.com: to be confirmed", "yellow")
        line.later(timedelta(minutes=15))
    line.say("→", "trois lectures concordent : personne ne s’y cachait", "three looks agree: nobody was hiding there")
    stage.open_on(guest.stay, "greengo")
    line.insist(happened=not stage.manager.conflicts(stage.unit), what="an echo was taken for a guest")


def _double_booking(stage: Rehearsal) -> None:
    """Two guests book the same nights before either platform has read us."""
    line = stage.line
    line.scene(
        "En plus. Deux voyageurs, la même nuit, au même moment",
        "Besides. Two guests, the same night, at the same moment",
    )
    first = stage.sold("airbnb", _dates(stage, "07-10", "07-13"))
    second = stage.sold("booking", _dates(stage, "07-11", "07-14"))
    report = stage.look()
    line.insist(happened=len(report.conflicts) == 1, what=f"{len(report.conflicts)} conflicts were found, not one")
    conflict = report.conflicts[0]
    both = first.stay.nights & second.stay.nights
    line.insist(happened=conflict.alarming and conflict.nights == both, what="the conflict names the wrong nights")
    nights = line.voice.nights(conflict.nights)
    line.say("✗", f"double réservation détectée : {nights}", f"double booking found: {nights}", "bold red")
    for notice in report.notices:
        line.say("✉", notice, notice, "magenta")
    either = Stay(first.stay.arrival, second.stay.departure)
    stage.read_by("greengo")
    stage.closed_on(either, "greengo")


def _block(stage: Rehearsal) -> None:
    """Scenario 2: the owner keeps some nights for personal use."""
    line = stage.line
    line.scene("Scénario 2. L’hôte garde le gîte pour lui", "Scenario 2. The owner keeps the lodging for personal use")
    stay = _dates(stage, "04-01", "04-05")
    made = stage.manager.block(stage.unit, stay, category="personal")
    nights = line.voice.stay(stay)
    line.insist(happened=made.category is not None and made.category.value == "personal", what="the block has no label")
    line.say("●", f"bloqué, usage personnel : {nights}", f"blocked for personal use: {nights}", "cyan")
    stage.exposed(stay, *_CHANNELS)
    stage.read_by(*_CHANNELS)
    stage.closed_on(stay, *_CHANNELS)
    stage.proven(stay)


def _outage(stage: Rehearsal) -> None:
    """Scenario 3: Booking.com is down; nothing opens, the owner is told, and it resumes by itself."""
    line = stage.line
    line.scene("Scénario 3. Booking.com ne répond plus", "Scenario 3. Booking.com is down")
    booking = stage.platforms["booking"]
    closed = next(one for one in stage.manager.state(stage.unit).active if one.listing.key == "greengo").published
    booking.fail(Fault.HTTP_500, line.clock.now(), times=None)
    line.say("●", "Booking.com répond « erreur 500 »", "Booking.com answers “error 500”", "cyan")
    told: tuple[str, ...] = ()
    while not told:
        told = stage.look().notices
        state = stage.manager.state(stage.unit)
        greengo = next(one for one in state.active if one.listing.key == "greengo")
        line.insist(happened=closed <= greengo.published, what="an outage opened nights")
        if not told:
            line.later(timedelta(minutes=15))
    line.say("✉", told[0], told[0], "magenta")
    line.say("✓", "toutes ses dates restent fermées ailleurs", "all its dates stay closed elsewhere", "green")
    booking.heal()
    line.later(timedelta(minutes=15))
    report = stage.look()
    line.insist(happened=bool(report.notices), what="the recovery was not told")
    line.say("✉", report.notices[0], report.notices[0], "magenta")


_PLAYED: Final[Mapping[int | None, tuple[tuple[Callable[[Rehearsal], None], ...], tuple[Act, ...]]]] = {
    1: ((_reservation,), (a_sale,)),
    2: ((_block,), ()),
    3: ((_outage,), (an_outage, a_silence)),
    None: ((_reservation, _block, _outage, _cancellation, _double_booking), (a_sale, an_outage, a_silence)),
}
"""What each scenario plays: scenes by the calendars, acts by the APIs."""
