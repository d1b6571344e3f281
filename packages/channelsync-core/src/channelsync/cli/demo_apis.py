"""The rehearsal's acts by the APIs: a sale closes the other platform within a second, and an API is down for a while.

Airbnb's and Booking.com's simulated APIs are served over HTTP on this machine, and so is our own hook address, at which
Airbnb asks before a guest may book and tells what was booked. Nobody orders a look here: the worker's own queue takes
each step as soon as a hint, a question or the time makes a listing due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, cast, final
from urllib.parse import parse_qs, urlsplit

import httpx
from attrs import define, field

from channelsync.adapter import ApiLook, ApiSource, Registry, Reply, discover
from channelsync.adapter.protocol import PullsClaims
from channelsync.cadence import Health
from channelsync.cli.demo_serve import working
from channelsync.cli.timeline import TIMEZONE, Timeline
from channelsync.ids import AccountId
from channelsync.inventory import Unit
from channelsync.manager import LookReport, Manager, SyncReport, open_manager
from channelsync.nights import Stay
from channelsync.ports import Queue
from channelsync.service.hooks import find_hook, hook
from channelsync.service.inbox import Inbox
from channelsync.service.questions import answered, is_caller, receipt
from channelsync.testing import Platform, Reservation
from channelsync.testing.partner import ApiFault, Partner
from channelsync.testing.serve import Served, sent, serve

__all__ = ["Act", "House", "a_sale", "a_silence", "an_outage", "by_apis", "quiet_logs"]

_AIRBNB: Final = "airbnb"
_BOOKING: Final = "booking"
_REDIRECT: Final = "https://channelsync.invalid/accounts/airbnb"
_AT_ONCE: Final = 1.0
"""Seconds from Airbnb's notification within which the nights must be readable as closed at Booking.com."""
_KEPT: Final = Reply(202, b"", "text/plain")
_POLL: Final = timedelta(minutes=15)


def quiet_logs() -> None:
    """Keep what the worker logs off the time line: it is shown there by what it does."""
    logging.getLogger("channelsync").addHandler(logging.NullHandler())


@contextmanager
def by_apis(line: Timeline) -> Generator[House]:
    """Set everything up: simulated APIs, their server and ours, a database in a temporary folder, a running worker."""
    registry, now = discover(), line.clock.now
    with ExitStack() as stack:
        partners = {
            _AIRBNB: _partner(registry, _AIRBNB, rooms=("chalet",), connected=False),
            _BOOKING: _partner(registry, _BOOKING, rooms=("801185501",)),
        }
        folder = stack.enter_context(TemporaryDirectory(prefix="channelsync-"))
        database = str(Path(folder) / "demo.db")
        manager = open_manager(database, now=now, allow_private_addresses=True, environ={})
        stack.enter_context(manager)
        hooks = Hooks(manager, Inbox(manager), now, stack.enter_context(ThreadPoolExecutor(1)))
        platforms = [platform for partner in partners.values() for platform in partner.lodgings.values()]
        served = serve(platforms, now, partners=tuple(partners.values()), extra=(hooks,), importing=True)
        house = House(line, partners, manager, database, hooks, stack.enter_context(served), registry)
        house.queue = stack.enter_context(working(manager, database, now, house.heard))
        house.begin()
        yield house


def _partner(registry: Registry, name: str, **made: object) -> Partner:
    factory = cast("Callable[..., Partner]", registry.get(name).load_partner())
    return factory(rng=Random(name), **made)  # noqa: S311 - made-up guests


@final
@define
class Hooks:
    """Our hook addresses: a question is answered at once, anything else is kept and then acted on, as the web app does.

    ``notified`` is when the last notification came, ``asked`` when the last question did and ``took`` how many seconds
    its answer took, both on the monotonic clock.
    """

    manager: Manager
    inbox: Inbox
    now: Callable[[], datetime]
    pool: ThreadPoolExecutor
    notified: float = 0.0
    asked: float = 0.0
    took: float = 0.0

    def __call__(self, request: httpx.Request, _now: datetime) -> httpx.Response | None:
        """Answer a platform that calls."""
        came = time.monotonic()
        place, _, rest = request.url.path.removeprefix("/hooks/").partition("/")
        token, _, path = rest.partition("/")
        source = find_hook(self.manager, place, token)
        if source is None or not is_caller(self.manager, source, request.headers):
            return None
        body = request.read()
        reply = answered(self.manager, source, request.method, path, dict(request.url.params), body)
        if reply is not None:
            self.asked, self.took = came, time.monotonic() - came
            return _written(reply)
        self.inbox.receive(source, "", request.headers, body, self.now())
        self.notified = came
        self.pool.submit(self.inbox.handle_due, self.now())
        return _written(receipt(self.manager, source) or _KEPT)


def _written(reply: Reply) -> httpx.Response:
    return httpx.Response(reply.status, headers={"Content-Type": reply.content_type}, content=reply.body)


@final
@define
class House:
    """A lodging that is linked through two accounts; each method shows a line once what it says is true."""

    line: Timeline
    partners: Mapping[str, Partner]
    manager: Manager
    database: str
    hooks: Hooks
    served: Served
    registry: Registry
    unit: Unit = field(init=False)
    queue: Queue = field(init=False)
    accounts: dict[str, AccountId] = field(factory=dict[str, AccountId], init=False)
    looks: dict[str, tuple[float, LookReport]] = field(factory=dict[str, tuple[float, LookReport]], init=False)
    """The last look at each listing, and when it ended on the monotonic clock."""
    notices: list[str] = field(factory=list[str], init=False)
    every_notice: list[str] = field(factory=list[str], init=False)
    """What the owner was told: what is not shown yet, and all of it."""

    def heard(self, report: SyncReport) -> None:
        """Hear what came of a step of the worker."""
        for look in report.looks:
            self.looks[look.listing] = (time.monotonic(), look)
        self.notices += report.notices
        self.every_notice += report.notices

    def title(self, channel: str) -> str:
        """Return a platform's name as people write it."""
        return self.registry.get(channel).title

    def platform(self, channel: str) -> Platform:
        """Return the lodging as a platform knows it."""
        return next(iter(self.partners[channel].lodgings.values()))

    def room(self, channel: str) -> str:
        """Return the platform's id of the listing."""
        return next(iter(self.partners[channel].lodgings))

    def begin(self) -> None:
        """Connect both accounts as their owner does, and link the lodging through them."""
        self.line.scene("Par les API : Airbnb et Booking.com", "By the APIs: Airbnb and Booking.com")
        self.manager.add_owner("Camille", language=self.line.voice.language)
        self.unit = self.manager.add_unit("Chalet des Cimes", timezone=TIMEZONE)
        self.manager.link(self.unit, _AIRBNB, feed=self.served.export_url(self.platform(_AIRBNB)))
        self.line.say("✓", "Airbnb relié par son calendrier", "Airbnb linked by its calendar", "green")
        self._consented()
        self._connected(_BOOKING)
        self.looked(_AIRBNB, _BOOKING, since=0.0)

    def _consented(self) -> None:
        """Let the owner agree on Airbnb's page, and give Airbnb our hook address."""
        account = self.manager.add_account(_AIRBNB, self._fields(_AIRBNB)).id
        page = self.manager.consent_page(account, _REDIRECT, "state")
        back = sent(httpx.Request("POST", page.reveal(), data={"decision": "approve"}))
        told = back.headers.get("Location", "") if isinstance(back, httpx.Response) else ""
        code = parse_qs(urlsplit(told).query).get("code", [""])[0]
        self.line.insist(happened=bool(code), what="Airbnb did not send the owner back with a code")
        self.manager.grant(account, code, _REDIRECT)
        token = hook(self.manager, _AIRBNB, account, now=self.line.clock.now())
        self.partners[_AIRBNB].call_at(f"{self.served.base_url}/hooks/{_AIRBNB}/{token}")
        self._linked(_AIRBNB, account)

    def _connected(self, channel: str) -> None:
        self._linked(channel, self.manager.add_account(channel, self._fields(channel)).id)

    def _fields(self, channel: str) -> dict[str, str]:
        """Return what the owner fills in; what the consent will bring is not among it."""
        asked = {one.name for one in self.registry.get(channel).account}
        return {name: value for name, value in self.served.fields(self.partners[channel]).items() if name in asked}

    def _linked(self, channel: str, account: AccountId) -> None:
        self.accounts[channel] = account
        theirs = self.manager.remote_listings(account)
        self.manager.connect(self.unit, account, theirs[0].id)
        name = self.title(channel)
        self.line.say("✓", f"{name} relié par son API", f"{name} linked by its API", "green")

    def looked(self, *channels: str, since: float | None = None) -> None:
        """Wait for a look of the worker at these listings that ends after now, or after ``since``."""
        after = time.monotonic() if since is None else since
        self.queue.sweep()
        for channel in channels:
            what = f"{self.title(channel)} was not looked at"
            self.line.until(partial(self._seen, channel, after), what, every=0.02)

    def _seen(self, channel: str, after: float) -> bool:
        return channel in self.looks and self.looks[channel][0] > after

    def sold(self, stay: Stay, *, force: bool = False) -> Reservation:
        """Let a guest book on Airbnb."""
        booked = self.served.book(self.partners[_AIRBNB], self.room(_AIRBNB), stay, force=force)
        self.line.insist(happened=isinstance(booked, Reservation), what="the guest could not book on Airbnb")
        return cast("Reservation", booked)

    def shown(self, channel: str, stay: Stay) -> bool:
        """Whether a platform's own API shows these nights as taken, asked over HTTP now."""
        api = cast("PullsClaims[ApiSource, ApiLook]", self.registry.get(channel).api)
        now, room = self.line.clock.now(), self.room(channel)
        look = self.manager.call(
            self.accounts[channel], lambda access: api.look(ApiSource(access, room, TIMEZONE, stay), now)
        )
        return stay.nights <= look.observation.nights

    def closed(self, stay: Stay) -> float:
        """Wait until Booking.com sells none of these nights and its API shows that; return when (monotonic).

        Asked as often as it answers: the figure that is shown includes this reading.
        """
        self.line.until(lambda: self.shown(_BOOKING, stay), f"Booking.com still sells {stay}", every=0.01)
        came = time.monotonic()
        free = self.platform(_BOOKING).bookable(self.line.clock.now(), stay)
        self.line.insist(happened=not free, what=f"Booking.com still sells {stay}")
        return came

    def proven(self, stay: Stay) -> None:
        """Show that Booking.com's closing is proven: nothing is exposed any more."""
        self.line.until(lambda: not self.exposes(stay), f"{stay} is still exposed", every=0.05)
        self.line.say("✓", "protégé partout, avec preuve", "protected everywhere, with proof", "bold green")

    def exposes(self, stay: Stay) -> bool:
        """Whether nights of a stay are known to be open somewhere."""
        return any(one.nights.overlaps(stay.nights) for one in self.manager.exposed(self.unit))

    @property
    def stood_in(self) -> bool:
        """Whether Airbnb's calendar was read in the place of its API the last time."""
        return any("its calendar was read instead" in problem for problem in self.looks[_AIRBNB][1].problems)

    def is_silent(self) -> bool:
        """Whether Booking.com is known not to answer: the owner has been told."""
        state = self.manager.state(self.unit)
        health = next(one.health for one in state.active if one.listing.key == _BOOKING)
        return health is not None and health.state in {Health.DEGRADED, Health.DISCONNECTED}

    @property
    def fell_back(self) -> bool:
        """Whether Airbnb's calendar is known to serve in the place of its API: the owner has been told."""
        state = self.manager.state(self.unit)
        health = next(one.health for one in state.active if one.listing.key == _AIRBNB)
        return health is not None and health.instead_since is not None

    def told(self, what: str, words: str = "") -> None:
        """Show what the owner is told, once there is something; with words, once they were among all that was told."""
        told = self.every_notice if words else self.notices
        self.line.until(lambda: any(words in one for one in told), what, every=0.02)
        while self.notices:
            notice = self.notices.pop(0)
            self.line.say("✉", notice, notice, "magenta")


Act = Callable[[House], None]
"""One act by the APIs."""


# --- the acts ---------------------------------------------------------------------------------------------------------


def _dates(house: House, first: str, last: str) -> Stay:
    """Return a stay next year."""
    year = house.line.clock.now().year + 1
    return Stay(date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}"))


def a_sale(house: House) -> None:
    """Scenario 1: Airbnb asks and notifies, then only notifies; either way Booking.com is closed within a second."""
    line, voice = house.line, house.line.voice
    line.scene(
        "Scénario 1, par les API. Une réservation sur Airbnb", "Scenario 1, by the APIs. A reservation on Airbnb"
    )
    stay = _dates(house, "10-15", "10-18")
    house.sold(stay)
    nights, took = voice.stay(stay), f"{house.hooks.took * 1000:.0f} ms"
    line.say("?", f"Airbnb demande si c’est libre : oui, en {took}", f"Airbnb asks if it is free: yes, in {took}")
    line.say("●", f"un voyageur réserve sur Airbnb : {nights}", f"a guest books on Airbnb: {nights}", "cyan")
    _measured(house, stay)
    line.later(timedelta(minutes=1))
    house.looked(_BOOKING)
    house.told("the owner was not told of the reservation")
    house.proven(stay)
    line.later(timedelta(minutes=1))
    stay = _dates(house, "11-02", "11-05")
    house.hooks.notified = 0.0
    house.sold(stay, force=True)
    nights = voice.stay(stay)
    line.say("●", f"Airbnb vend sans avoir demandé : {nights}", f"Airbnb sells without having asked: {nights}", "cyan")
    _measured(house, stay)
    house.told("the owner was not told of the reservation")


def _measured(house: House, stay: Stay) -> None:
    """Show how long after Airbnb's notification the nights could be read as closed at Booking.com."""
    line = house.line
    closed = house.closed(stay)
    line.until(lambda: house.hooks.notified > 0, "Airbnb's notification did not arrive", every=0.01)
    seconds = closed - house.hooks.notified
    line.insist(happened=seconds < _AT_ONCE, what=f"Booking.com was closed {seconds:.2f} s after the notification only")
    told = f"{max(seconds, 0):.2f} s"
    line.say(
        "✓",
        f"Booking.com relu par son API : fermé {told.replace('.', ',')} après la notification d’Airbnb",
        f"Booking.com read back by its API: closed {told} after Airbnb's notification",
        "bold green",
    )


def an_outage(house: House) -> None:
    """Scenario 3: Airbnb's API is down: its calendar is read instead, the owner is told, and it resumes by itself."""
    line = house.line
    airbnb = house.partners[_AIRBNB]
    line.scene(
        "Scénario 3, par les API. L’API d’Airbnb ne répond plus", "Scenario 3, by the APIs. Airbnb's API is down"
    )
    airbnb.fail(ApiFault.ERROR, line.clock.now(), times=None)
    airbnb.fail(ApiFault.CALL_LOST, line.clock.now(), times=None)
    line.say("●", "l’API d’Airbnb répond « erreur 500 »", "Airbnb's API answers “error 500”", "cyan")
    stay = _dates(house, "12-20", "12-24")
    house.sold(stay, force=True)
    nights = line.voice.stay(stay)
    line.say("●", f"un voyageur réserve sur Airbnb : {nights}", f"a guest books on Airbnb: {nights}", "cyan")
    line.later(_POLL)
    house.looked(_AIRBNB)
    line.insist(happened=house.stood_in, what="the calendar was not read in the place of the API")
    line.say("→", "repli : le calendrier d’Airbnb est lu à sa place", "fallback: Airbnb's calendar is read instead")
    house.closed(stay)
    line.say("✓", "Booking.com ne vend plus ces nuits", "Booking.com no longer sells these nights", "green")
    house.told("the owner was not told of the reservation")
    while not house.fell_back:
        line.later(_POLL)
        house.looked(_AIRBNB)
    house.told("the outage was not told", "API")
    airbnb.heal()
    line.say("●", "l’API répond de nouveau", "the API answers again", "cyan")
    line.later(_POLL)
    house.looked(_AIRBNB)
    line.insist(happened=not house.stood_in, what="the API was not asked again")
    house.told("the recovery was not told")
    line.say("✓", "revenu à l’API, tout seul", "back on the API, by itself", "bold green")


def a_silence(house: House) -> None:
    """Scenario 3: Booking.com's API is down: what must be closed waits, the owner is told, and it resumes by itself."""
    line = house.line
    booking = house.partners[_BOOKING]
    line.scene(
        "Scénario 3, par les API. L’API de Booking.com ne répond plus",
        "Scenario 3, by the APIs. Booking.com's API is down",
    )
    booking.fail(ApiFault.ERROR, line.clock.now(), times=None)
    line.say("●", "l’API de Booking.com répond « erreur 500 »", "Booking.com's API answers “error 500”", "cyan")
    stay = _dates(house, "09-10", "09-13")
    house.sold(stay)
    nights = line.voice.stay(stay)
    line.say("●", f"un voyageur réserve sur Airbnb : {nights}", f"a guest books on Airbnb: {nights}", "cyan")
    line.until(lambda: house.exposes(stay), f"{stay} is not known to be open at Booking.com", every=0.05)
    line.say(
        "!", "encore réservable sur Booking.com : nous le savons", "still bookable on Booking.com: we know it", "yellow"
    )
    house.told("the owner was not told of the reservation")
    while not house.is_silent():
        line.later(_POLL)
        house.looked(_BOOKING)
    house.told("the outage was not told", "Booking.com")
    booking.heal()
    line.say("●", "l’API répond de nouveau", "the API answers again", "cyan")
    while house.is_silent():
        line.later(_POLL)
        house.looked(_BOOKING)
    house.closed(stay)
    line.say("✓", "Booking.com ne vend plus ces nuits", "Booking.com no longer sells these nights", "green")
    house.told("the recovery was not told")
    house.proven(stay)
