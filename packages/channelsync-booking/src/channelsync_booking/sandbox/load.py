"""How availability is written and read back by B.XML: ``availability``, ``roomrateavailability`` and ``roomrates``.

A request that fails in part is answered with 200 and a list of what failed; the rest of it is done (documented). Only
what could be read of the rules is taken: ranges of dates and the read-back by rate are refused, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, final
from xml.etree.ElementTree import Element

from attrs import define, field, frozen

from channelsync.nights import Stay
from channelsync.testing.sandbox import Platform
from channelsync_booking.sandbox.hotel import Hotel, Rates
from channelsync_booking.sandbox.inventory import Inventory, Stock
from channelsync_booking.sandbox.wire import WrongRequestError, child, integer, told

__all__ = ["Loading", "read_back", "room_list"]

_EVERY_ROOM: Final = 1_000_000
_FAR: Final = timedelta(days=3 * 366)
_LONGEST_READ: Final = 1_000
_REMEMBERED: Final = 32
"""Answers kept, because most look like one before: to write a thousand rows anew costs more than all the rest."""
_FOR_RATES: Final = frozenset(
    {
        "closedonarrival",
        "closedondeparture",
        "currencycode",
        "maximumstay",
        "maximumstay_arrival",
        "minimumstay",
        "minimumstay_arrival",
        "price",
        "price1",
    }
)
"""What may stand in a date and changes nothing here: prices and restrictions."""
_DUPLICATES: Final = "Request contains duplicate dates, we have applied only the first occurrence."


@final
@frozen
class _Wish:
    """One night that is to change."""

    listing: str
    night: date
    values: Mapping[str, int]


@final
@define
class Loading:
    """One availability request: what it wishes, what of it failed, and what is remarked."""

    inventory: Inventory
    rates: Mapping[str, Rates]
    now: datetime
    wishes: list[_Wish] = field(init=False, factory=list[_Wish])
    errors: list[tuple[str, str]] = field(init=False, factory=list[tuple[str, str]])
    warnings: list[tuple[str, str]] = field(init=False, factory=list[tuple[str, str]])

    def run(self, root: Element, partly: Callable[[], bool]) -> tuple[int, Element]:
        """Do what can be done of a request, and return status and answer.

        ``partly`` is asked where there are several nights: whether only the first of them is to be done.

        Raises:
            WrongRequestError: 400, nothing of it was done.
        """
        if any(each.tag not in {"room", "hotel_id", "version"} for each in root):
            raise WrongRequestError(400, "The request does not validate")
        _one_month(root)
        rooms = root.findall("room")
        if not rooms:
            self.errors.append(("ROOM_ELEMENT_REQUIRED", "A room element is required"))
        for room in rooms:
            self._read_room(room)
        if len(self.wishes) > 1 and partly():
            self.errors.extend(("INTERNAL_ERROR", f"Could not update {each.night}") for each in self.wishes[1:])
            del self.wishes[1:]
        by_room: dict[str, dict[date, Mapping[str, int]]] = {}
        for each in self.wishes:
            by_room.setdefault(each.listing, {})[each.night] = each.values
        for listing, changes in by_room.items():
            self.inventory.write(listing, changes, self.now)
        return self._answer()

    def _read_room(self, room: Element) -> None:
        """Read what a request wishes of one room."""
        listing = room.get("id", "")
        if not listing:
            self.errors.append(("ROOM_ID_MISSING", "Room ID is missing"))
        elif listing not in self.rates:
            self.errors.append(("ROOM_ID_INVALID", f"Room ID '{listing[:20]}' is not valid"))
        else:
            for each in room:
                self._read_date(listing, each)

    def _read_date(self, listing: str, element: Element) -> None:
        """Read what a request wishes of one night."""
        night = _night(element)
        today = self.inventory.platforms[listing].today(self.now)
        if night is None:
            self.errors.append(_range_error(element))
        elif night < today - timedelta(days=1):
            self.errors.append(("NOT_A_VALID_DATE", f"{night} is more than 1 day in the past"))
        elif night > today + _FAR:
            self.errors.append(("DATES_TOO_FAR_OR_INVALID", f"{night} is too far in the future"))
        elif any((each.listing, each.night) == (listing, night) for each in self.wishes):
            if not self.warnings:
                self.warnings.append(("WARN_DUPLICATE_DATES", _DUPLICATES))
        elif wrong := _rate_error(element, self.rates[listing]):
            self.errors.append(wrong)
        else:
            self.wishes.append(_Wish(listing, night, _values(element)))

    def _answer(self) -> tuple[int, Element]:
        """Return what is answered: 400 only where nothing at all was done."""
        if not self.errors and not self.warnings:
            return 200, Element("ok")
        root = Element("availability")
        _list(root, "error", self.errors)
        _list(root, "warning", self.warnings)
        return (400 if self.errors and not self.wishes else 200), root


def read_back(
    root: Element, platforms: Mapping[str, Platform], inventory: Inventory, now: datetime, *, nothing: bool
) -> Element:
    """Return the rooms to sell of every room, night by night.

    Raises:
        WrongRequestError: 400, dates or number of days cannot be read, or it is not by room.
    """
    if child(root, "room_level") != "1":
        raise WrongRequestError(400, "Not simulated: how an answer by rate looks is not known; ask with room_level")
    first = _date(child(root, "start_date"))
    count = integer(child(root, "number_of_days"), _LONGEST_READ)
    if nothing or not count:
        answer = Element("availability")
        for listing in () if nothing else platforms:
            told(answer, "room", room_id=listing)
        return answer
    window = Stay(first, first + timedelta(days=count))
    stocks = tuple([inventory.stock(listing, window, now) for listing in platforms])
    return _availability(stocks, shows_closed=inventory.quirks.shows_closed)


@lru_cache(_REMEMBERED)
def _availability(stocks: tuple[Stock, ...], *, shows_closed: bool) -> Element:
    """Return the answer that tells of some rooms' nights; nobody changes it, so the same one may be given again."""
    answer = Element("availability")
    for stock in stocks:
        room = told(answer, "room", room_id=stock.listing)
        for night, shown in stock:
            closed = {"closed": int(shown.closed)} if shows_closed else {}
            to_sell = 0 if shown.closed and not shows_closed else shown.to_sell
            told(room, "date", value=night, rooms_to_sell=to_sell, **closed)
    return answer


def room_list(hotel: Hotel, listings: Sequence[str]) -> Element:
    """Return the rooms of a property with their rates (seen in code)."""
    root = Element("rooms")
    for position, listing in enumerate(listings, start=1):
        own, room_name = hotel.rates[listing], f"Gîte {position}"
        names = {"hotel_id": hotel.id, "hotel_name": hotel.name, "max_children": 0, "room_name": room_name}
        room = told(root, "room", id=listing, **names)
        listed = told(room, "rates")
        general = {"policy": "General", "policy_id": 82_024_976}
        told(listed, "rate", id=own.standard, max_persons=4, **general, rate_name="Standard Rate")
        told(listed, "rate", id=own.child, is_child_rate=1, max_persons=4, **general, rate_name="Non-refundable")
        told(listed, "rate", id=own.readonly, is_child_rate=1, max_persons=4, readonly=1, **general, rate_name="Deal")
    return root


def _one_month(root: Element) -> None:
    """Refuse a request over more than one calendar month (documented; that it is refused as a whole is inferred)."""
    months = {each.get(name, "")[:7] for each in root.iter("date") for name in ("value", "from") if each.get(name)}
    if len(months) > 1:
        raise WrongRequestError(400, "A request holds one calendar month", "ONE_MONTH_PER_REQUEST")


def _night(element: Element) -> date | None:
    """Return the night that a date element is about, None where it is a range.

    Raises:
        WrongRequestError: 400, it is no date.
    """
    if element.tag != "date":
        raise WrongRequestError(400, "The request does not validate: only dates stand in a room")
    if "value" in element.attrib:
        return _date(element.get("value", ""))
    if not {"from", "to"} <= element.attrib.keys():
        raise WrongRequestError(400, "The request does not validate: a date without a value")
    return None


def _range_error(element: Element) -> tuple[str, str]:
    """Return why a range is refused: whether its end counts is not known, so nobody may rely on it."""
    if _date(element.get("from", "")) > _date(element.get("to", "")):
        return "FROM_DATE_SHOULD_BE_LESS_THAN_TO_DATE", "From date should be less than or equal To Date"
    return "RANGE_NOT_SIMULATED", "Not simulated: whether the last day of a range counts is not known"


def _rate_error(element: Element, own: Rates) -> tuple[str, str] | None:
    """Return what is wrong with the rate that a date names, None where there is nothing."""
    rate = element.find("rate")
    if rate is None or rate.get("id") == own.standard:
        return None
    if rate.get("id") in {own.child, own.readonly}:
        return "RATE_NOT_WRITABLE", f"Rate '{rate.get('id')}' follows another or cannot be written"
    return "RATE_ID_INVALID", f"Rate ID '{rate.get('id', '')[:20]}' is not valid"


def _values(element: Element) -> dict[str, int]:
    """Return what is to be set; ``closed`` beside a rate is the rate's, ``roomstosell`` the room's in any case.

    Raises:
        WrongRequestError: 400, there is an element that does not belong here, or one twice, or not a number.
    """
    values: dict[str, int] = {}
    rated = element.find("rate") is not None
    for each in element:
        name = "rate closed" if each.tag == "closed" and rated else each.tag
        if each.tag in {"closed", "roomstosell"} and name not in values:
            values[name] = integer((each.text or "").strip(), 1 if each.tag == "closed" else _EVERY_ROOM)
        elif each.tag != "rate" and not (rated and each.tag in _FOR_RATES):
            raise WrongRequestError(400, f"The request does not validate: {each.tag[:20]}")
    return values


def _date(text: str) -> date:
    """Read exactly YYYY-MM-DD.

    Raises:
        WrongRequestError: 400, it is none.
    """
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise WrongRequestError(400, f"{text[:20]!r} is no date", "NOT_A_VALID_DATE") from None


def _list(root: Element, name: str, entries: Sequence[tuple[str, str]]) -> None:
    """Write errors or warnings, where there are any."""
    listed = told(root, f"{name}s") if entries else root
    for code, text in entries:
        told(told(listed, name, code=code), "message", text)
