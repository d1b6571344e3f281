"""``/semaine`` and ``/bloquer``."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import Router, get, post
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync.manager import ClaimReport
from channelsync.nights import Stay
from channelsync.proof import Evidence
from channelsync.state import ListingState
from channelsync_web.areas.quick.forms import category_of, stay_of
from channelsync_web.areas.quick.views import CATEGORIES, WEEK, choices, tonight, week
from channelsync_web.mine import Mine
from channelsync_web.screen import Asking, Screen
from channelsync_web.speech import Say
from channelsync_web.unread import is_unread, unread

__all__ = ["routes"]

_REMEMBERED: Final = "logement"
_YEAR: Final = 365 * 24 * 3600
Fields = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/semaine", sync_to_thread=True)
def this_week(screen: NamedDependency[Screen], mine: NamedDependency[Mine]) -> Template:
    """Show who leaves and who comes, today and in the days after."""
    say, today = screen.say, screen.say.local(screen.now).date()
    with mine.picture() as it:
        states = it.in_hand
        units, claims = [one.unit for one in states], it.claims(since=today, before=today + WEEK)
        days = it.kept(("week", say.language, today), lambda: week(units, claims, say))
    unknown = [one.unit.id for one in states if any(map(is_unread, one.active))]
    return screen.page(
        "quick/week.html",
        "This week",
        days=days,
        houses=tonight(units, claims, screen.now, say, unknown),
        unread=unread(states, say),
    )


@get("/bloquer", sync_to_thread=True)
def asked(
    request: Asking, screen: NamedDependency[Screen], mine: NamedDependency[Mine], logement: FromQuery[str] = ""
) -> Template:
    """Offer the nights of the lodging that was chosen, else of the one that was blocked last on this device."""
    units = _in_hand(mine)
    wished = logement or request.cookies.get(_REMEMBERED, "")
    unit = next((one for one in units if one.id == wished), units[0] if units else None)
    return _page(screen, mine, unit)


@post("/bloquer", sync_to_thread=True)
def blocked(
    state: State, screen: NamedDependency[Screen], mine: NamedDependency[Mine], data: Fields
) -> Template | Redirect:
    """Block the nights on every platform."""
    unit, category = mine.unit(data.get("logement", "")), category_of(data)
    try:
        made = mine.manager.block(unit, stay_of(data, unit.today(screen.now), screen.say), category=category)
    except UsageError as error:
        return _page(screen, mine, unit, error=error, typed={"categorie": category, **data})
    answer = screen.go(f"/bloquer/fait/{made.id}")
    answer.set_cookie(
        Cookie(
            key=_REMEMBERED,
            value=unit.id,
            path="/bloquer",
            httponly=True,
            secure=bool(state.https),
            samesite="lax",
            max_age=_YEAR,
        )
    )
    return answer


@get("/bloquer/fait/{claim:str}", sync_to_thread=True)
def done(screen: NamedDependency[Screen], mine: NamedDependency[Mine], claim: FromPath[str]) -> Template:
    """Show what was blocked, where it is read already, and how to take it back."""
    made = _block(mine, claim)
    listings = [_closing(one, made.stay, screen.say) for one in mine.manager.state(made.unit).active]
    return screen.page(
        "quick/done.html",
        "These dates are blocked",
        claim=made,
        why=screen.say(CATEGORIES.get(made.category, "Other reason")),
        waiting=any(not proven and not one.listing.traits.pushed for one, _, proven in listings),
        listings=[
            (screen.say.platform(one.listing.key), one.listing.key.partition(":")[0], text, proven)
            for one, text, proven in listings
        ],
    )


def _closing(one: ListingState, stay: Stay, say: Say) -> tuple[ListingState, str, bool]:
    """Return what is known of these nights on a listing, and whether it proves that they are closed there."""
    where, nights = say.platform(one.listing.key), stay.nights
    rung = min(map(one.evidence, one.published & nights), default=None)
    if any(each.nights.overlaps(nights) for each in one.exposed) or (rung is not None and rung < Evidence.ACCEPTED):
        return one, str(say("Still bookable")), False
    if rung is None:
        taken = one.claimed.overlaps(nights)
        return one, str(say("Taken on {where} as well" if taken else "Not closed by us on {where}", where=where)), taken
    words = {Evidence.ACCEPTED: "Accepted by {where}", Evidence.FETCHED: "Read by {where}"}
    return one, str(say(words.get(rung, "Shown closed by {where}"), where=where)), True


@post("/bloquer/annuler/{claim:str}", sync_to_thread=True)
def undone(screen: NamedDependency[Screen], mine: NamedDependency[Mine], claim: FromPath[str]) -> Redirect:
    """Take a block back."""
    mine.manager.unblock(_block(mine, claim).id)
    return screen.go("/bloquer", "block-undone")


def _in_hand(mine: Mine) -> tuple[Unit, ...]:
    """Return the lodgings that can be blocked: not those that have left all their platforms."""
    with mine.picture() as it:
        return tuple(state.unit for state in it.in_hand)


def _page(
    screen: Screen,
    mine: Mine,
    unit: Unit | None,
    *,
    error: UsageError | None = None,
    typed: dict[str, str] | None = None,
) -> Template:
    say, known = screen.say, typed or {}
    wrong = ". ".join(say.ours(part).rstrip(".") for part in (str(error), error.advice) if part) if error else ""
    return screen.page(
        "quick/block.html",
        "Block dates",
        status=422 if error else 200,
        units=_in_hand(mine),
        unit=unit,
        choices=choices(unit, mine.manager.claims(unit), say) if unit else (),
        categories=[(key, say(name)) for key, name in CATEGORIES.items()],
        chosen=known.get("categorie", "personal"),
        typed={name: known.get(name, "")[:10] for name in ("du", "au")},
        today=unit.today(screen.now).isoformat() if unit else "",
        wrong=f"{wrong[:1].upper()}{wrong[1:]}." if wrong else "",
    )


def _block(mine: Mine, claim: str) -> ClaimReport:
    """Return a block that the owner made here.

    Raises:
        NotFoundException: they have made none of that id.
    """
    found = mine.claim(claim)
    if found.kind != "block" or found.channel:
        raise NotFoundException
    return found


routes = Router("/", route_handlers=[this_week, asked, blocked, done, undone])
