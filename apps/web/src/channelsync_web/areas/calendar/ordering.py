"""What the owner orders in the calendar: blocks, reservations typed in, changes, and undoing each of them.

Several lodgings are blocked together or not at all. Where something stands in the way the form is shown again, with
what it is; only the owner's own "all the same" goes over it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Template

from channelsync.claims import Claim, Kind
from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync_web.areas.calendar import stays
from channelsync_web.areas.calendar.forms import Ordered, address_around, ordered
from channelsync_web.areas.calendar.labels import CATEGORIES
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen, local_path

__all__ = ["ORDERS", "today"]

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

_MOST_UNDONE: Final = 20


def today(screen: Screen) -> date:
    """Return the date where the reader is taken to be."""
    return screen.say.local(screen.now).date()


@get("/calendrier/bloquer", sync_to_thread=True)
def ask_block(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    arrivee: FromQuery[str] = "",
    depart: FromQuery[str] = "",
    logement: FromQuery[str] = "",
    retour: FromQuery[str] = "/calendrier",
) -> Template:
    """Show the form that blocks dates."""
    asked = Ordered(arrivee[:10], depart[:10], units=(logement[:80],), back=local_path(retour))
    return _form(screen, mine, "block", asked)


@post("/calendrier/bloquer", sync_to_thread=True)
def block(screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form) -> Redirect | Template:
    """Block dates of all chosen lodgings, or of none."""
    form = ordered(data, today(screen))
    chosen = [mine.unit(one) for one in form.units]
    if form.wrong or form.stay is None:
        return _form(screen, mine, "block", form, status=422)
    try:
        made = mine.manager.block_together(
            chosen, form.stay, category=form.category, note=form.note, insist=form.insist
        )
    except UsageError as error:
        return _form(screen, mine, "block", form, status=422, over=_in_the_way(screen, mine, form, chosen, error))
    about = ".".join(one.id for one in made) if len(made) <= _MOST_UNDONE else ""
    return screen.go(form.back, "bloque", about)


@get("/calendrier/reserver", sync_to_thread=True)
def ask_reserve(
    screen: NamedDependency[Screen],
    mine: NamedDependency[Mine],
    arrivee: FromQuery[str] = "",
    depart: FromQuery[str] = "",
    logement: FromQuery[str] = "",
    retour: FromQuery[str] = "/calendrier",
) -> Template:
    """Show the form for a reservation that no calendar shows."""
    units = (logement[:80],) if logement else tuple(one.id for one in mine.units()[:1])
    asked = Ordered(arrivee[:10], depart[:10], units=units, back=local_path(retour))
    return _form(screen, mine, "reserve", asked)


@post("/calendrier/reserver", sync_to_thread=True)
def reserve(screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Form) -> Redirect | Template:
    """Record a reservation."""
    chosen = data.get("logement", "")[:80]
    form = ordered({**data, f"logement-{chosen}": ""} if chosen else data, today(screen))
    units = [mine.unit(one) for one in form.units[:1]]
    if form.wrong or form.stay is None:
        return _form(screen, mine, "reserve", form, status=422)
    try:
        made = mine.manager.reserve(
            units[0], form.stay, channel=form.channel or None, guest=form.guest, note=form.note, insist=form.insist
        )
    except UsageError as error:
        over = _in_the_way(screen, mine, form, units, error, Kind.RESERVATION)
        return _form(screen, mine, "reserve", form, status=422, over=over)
    return screen.go(form.back, "reserve", made.id)


@post("/calendrier/occupation/{claim:str}", sync_to_thread=True)
def change(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], claim: FromPath[str], data: Form
) -> Redirect | Template:
    """Give a stay that was made here other nights or words."""
    state, found = mine.taking(claim)
    form = ordered({**data, f"logement-{state.unit.id}": ""}, today(screen))
    over: tuple[str, ...] = ()
    if not form.wrong and form.stay is not None:
        try:
            mine.manager.change(
                found.id, form.stay, category=form.category, note=form.note, guest=form.guest, insist=form.insist
            )
            return screen.go(f"/calendrier/occupation/{found.id}", "change")
        except UsageError as error:
            over = _in_the_way(screen, mine, form, [state.unit], error, found.kind, besides=found)
    shown = stays.page(state, found, screen.say, mine.dismissed())
    return screen.page(
        "calendar/stay.html",
        shown.kind,
        status=422,
        stay=shown,
        form=form,
        categories=CATEGORIES,
        obstacles=over,
    )


@post("/calendrier/occupation/{claim:str}/enlever", sync_to_thread=True)
def remove(screen: NamedDependency[Screen], mine: NamedDependency[Mine], claim: FromPath[str]) -> Redirect:
    """End a stay that was made here."""
    state, found = mine.taking(claim)
    _end(mine, found)
    said = "debloque" if found.kind is Kind.BLOCK else "annule"
    return screen.go(address_around(found.stay, today(screen)), said, f"{state.unit.id}.{found.id}")


@post("/calendrier/annuler/{claims:str}", sync_to_thread=True)
def undo(screen: NamedDependency[Screen], mine: NamedDependency[Mine], claims: FromPath[str], data: Form) -> Redirect:
    """End what was made just now, and go back to where it was made."""
    ended = [mine.taking(one)[1] for one in claims.split(".")[:_MOST_UNDONE]]
    for one in ended:
        _end(mine, one)
    return screen.go(local_path(data.get("retour", "/calendrier")), "defait")


@post("/calendrier/remettre/{about:str}", sync_to_thread=True)
def again(screen: NamedDependency[Screen], mine: NamedDependency[Mine], about: FromPath[str], data: Form) -> Redirect:
    """Make again what was ended just now, and go back to where it was ended."""
    unit, _, claim = about.partition(".")
    made = mine.manager.again(mine.unit(unit), claim[:80])
    return screen.go(local_path(data.get("retour", f"/calendrier/occupation/{made.id}")), "remis")


def _end(mine: Mine, claim: Claim) -> None:
    end = mine.manager.unblock if claim.kind is Kind.BLOCK else mine.manager.cancel
    end(claim.id)


def _form(
    screen: Screen, mine: Mine, name: str, form: Ordered, *, status: int = 200, over: tuple[str, ...] = ()
) -> Template:
    with mine.picture() as it:
        states = it.in_hand
    keys = sorted({one.listing.key for state in states for one in state.active})
    return screen.page(
        f"calendar/{name}.html",
        "Block dates" if name == "block" else "Enter a reservation",
        status=status,
        form=form,
        units=[one.unit for one in states],
        named=[(one.unit.id, one.unit.name) for one in states],
        categories=CATEGORIES,
        channels=[(key, screen.say.platform(key)) for key in keys],
        obstacles=over,
    )


def _in_the_way(
    screen: Screen,
    mine: Mine,
    form: Ordered,
    units: list[Unit],
    error: UsageError,
    kind: Kind = Kind.BLOCK,
    *,
    besides: Claim | None = None,
) -> tuple[str, ...]:
    """Return what stands in the way; where nothing does, what the library says."""
    states = [mine.manager.state(one) for one in units]
    skip, channel = besides.id if besides else "", form.channel or str(besides.channel or "" if besides else "")
    found = stays.obstacles(states, form.stay, kind, screen.say, channel=channel, besides=skip) if form.stay else ()
    return found or (screen.say.ours(str(error)),)


ORDERS: Final[tuple[HTTPRouteHandler, ...]] = (
    ask_block,
    block,
    ask_reserve,
    reserve,
    change,
    remove,
    undo,
    again,
)
"""The routes of this module."""
