"""Who reads a calendar that we publish: its platform, a person, somebody's tool, or nobody knows.

A fetch is evidence of what a platform knows, so it counts only where the platform made it; a stranger's that counted
would hide nights that can still be sold, and pass a guest off as our own closing come back. No platform publishes what
its reader sends, and no recording of one is known. So, in this order:

1. a person is never the platform: their browser says so (``Sec-Fetch-...``, ``Accept: text/html``);
2. neither is a request for the head alone, which brings nobody a calendar, nor who calls itself a browser;
3. neither is a client that names another platform, whatever else it names: the address was pasted into the wrong one;
4. a client that names the platform is: the address is secret and only that platform was given it (inferred);
5. tools, robots, link previews and calendar programs are never, whatever their rhythm: anybody may have them;
6. what the owner said of a client counts, else what its rhythm taught (`learned`): a program without a name of its own
   that comes for hours, and is the only one that comes (inferred). Until then nothing is proven: the careful side.

A caller who has stolen an address and the platform's name cannot be told from it; the address can be cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise
from math import ceil
from typing import Final, final

from attrs import field, frozen

from channelsync.adapter import FeedReader
from channelsync.ids import ListingId
from channelsync.ledger import Transaction, Visits
from channelsync.state import UnitState
from channelsync.vault import redact

__all__ = [
    "Asked",
    "Visitor",
    "client_name",
    "learned",
    "learned_from",
    "names",
    "rhythm",
    "rhythm_of",
    "rhythms",
    "rhythms_of",
    "visitor",
]

_LONGEST: Final = 200
_ENGINE: Final = re.compile(
    r"\b(?:applewebkit|gecko/|trident/|presto/|khtml|msie |chrome/|firefox/|safari/|edg/)", re.IGNORECASE
)
_TOOL: Final = re.compile(
    r"channelsync|\bcurl\b|wget|python|httpx|aiohttp|urllib|httpie|postman|insomnia|powershell|lynx|w3m|headless"
    r"|whatsapp|facebook|meta-external|telegram|slack|discord|skype|teams|linkedin|twitter|pinterest|signal|embedly"
    r"|google|bing|yandex|baidu|duckduck|apple|outlook|microsoft|office|thunderbird|lightning|dataaccessd|calendaragent"
    r"|nextcloud|davx|uptime|pingdom|monitor|nagios|zabbix|scan|nmap|zgrab|censys|selenium|playwright|puppeteer"
    r"|virustotal|archive|bots?\b|crawl|spider|preview|unfurl|fetcher\b",
    re.IGNORECASE,
)
_ASKS_FOR_ALL: Final = "Java/"
"""Java's own client asks for ``text/html, image/gif, ...`` unless it is told otherwise."""
_NUMBER: Final = re.compile(r"\d+(?:[._-]\d+)*")
_VISITS: Final = 4
_SPAN: Final = timedelta(hours=6)
_ALONE: Final = timedelta(hours=48)
"""A client is learned that came so often over so long, alone since then, and for this long at least."""
_LEARNED_FROM: Final = timedelta(days=7)
_MOST_CLIENTS: Final = 200
"""Where more clients than these came, too many know the address for anything to be learned."""
_LEAST_GAPS: Final = 10
_MOST_GAPS: Final = 200
_MEMORY: Final = timedelta(days=14)
"""From so many of the latest gaps, no older than this, a rhythm is told."""
_SHARE: Final = 0.95


class Visitor(Enum):
    """Who made a request for a calendar."""

    PLATFORM = "platform"
    PERSON = "person"
    BROWSER = "browser"
    """A program that calls itself a browser without behaving as one: nothing is learned of it, the owner may know."""
    TOOL = "tool"
    OTHER = "other"
    """Another platform's reader: it may show what is closed there, and proves nothing of this one."""
    UNKNOWN = "unknown"
    """A program that nothing is known of; what is learned of it decides."""


def _plain(text: str) -> str:
    """Return what a client calls itself, on one line, shortened, and without any address in it."""
    printable = "".join(one if one.isprintable() else " " for one in text[: 5 * _LONGEST])
    return redact(" ".join(printable.split()))[:_LONGEST]


@final
@frozen
class Asked:
    """What a request for a calendar says of itself; the values of the headers of these names, empty where it has none.

    ``fetch_site`` is any of the ``Sec-Fetch-...`` headers, which browsers alone send; ``host`` is our name as it was
    asked for, without a port. No address of the caller's.
    """

    head: bool = False
    client: str = field(default="", converter=_plain)
    accept: str = ""
    fetch_site: str = ""
    if_none_match: str = ""
    if_modified_since: str = ""
    host: str = ""


def visitor(asked: Asked, readers: Iterable[FeedReader], others: Iterable[FeedReader] = ()) -> Visitor:
    """Return who made a request, as far as the request itself tells; ``others`` are the other platforms' readers."""
    wants_page = "text/html" in asked.accept.lower() and not asked.client.startswith(_ASKS_FOR_ALL)
    if asked.fetch_site or wants_page:
        return Visitor.PERSON
    if asked.head:
        return Visitor.TOOL
    if _ENGINE.search(asked.client):
        return Visitor.BROWSER
    if names([asked.client], others):
        return Visitor.OTHER
    if names([asked.client], readers):
        return Visitor.PLATFORM
    return Visitor.TOOL if _TOOL.search(asked.client) else Visitor.UNKNOWN


def names(clients: Iterable[str], readers: Iterable[FeedReader]) -> bool:
    """Whether any of these clients is one of these readers, by what it calls itself."""
    patterns = [reader.client for reader in readers]
    return any(re.search(pattern, client, re.IGNORECASE) for client in clients for pattern in patterns)


def client_name(client: str) -> str:
    """Return the name under which a client is known: its numbers left out, because versions change."""
    return _NUMBER.sub("#", client)


def learned(name: str, visits: Callable[[datetime], Sequence[Visits]], now: datetime) -> bool:
    """Whether a client that nothing is known of has shown, with this visit, the rhythm of the listing's platform.

    Args:
        name: the client's, as `client_name` gives it.
        visits: returns who came from a time on, up to now and before this visit, in any order.
        now: the time of this visit.
    """
    came = visits(now - _LEARNED_FROM)
    mine = [one for one in came if client_name(one.client) == name and one.visitor == Visitor.UNKNOWN.value]
    if len(came) > _MOST_CLIENTS or sum(one.times for one in mine) + 1 < _VISITS:
        return False
    if now - min(one.first for one in mine) < _SPAN:
        return False
    beside = visits(min(now - _ALONE, *(one.first for one in mine)))
    others = [one for one in beside if client_name(one.client) != name]
    rivals = Counter[str]()
    for one in others:
        if one.visitor == Visitor.UNKNOWN.value:
            rivals[client_name(one.client)] += one.times
    return not any(one.proof for one in others) and all(times == 1 for times in rivals.values())  # once is chance


def learned_from(tx: Transaction, listing: ListingId, name: str, now: datetime) -> bool:
    """Whether a client is learned (`learned`) from everything that came to a listing's address, however much."""
    return learned(name, lambda since: tx.visits(listing, since=since, until=now, limit=_MOST_CLIENTS + 1), now)


def rhythm(times: Sequence[datetime]) -> timedelta | None:
    """Return within what time a platform comes back in 95 of 100 cases; None where it came too seldom to tell.

    ``times`` are those of its fetches, oldest first; where the clock was set back between two of them, that gap is
    left out.
    """
    gaps = sorted(late - early for early, late in pairwise(times) if late > early)
    return gaps[ceil(_SHARE * len(gaps)) - 1] if len(gaps) >= _LEAST_GAPS else None


def rhythm_of(tx: Transaction, listing: ListingId, now: datetime) -> timedelta | None:
    """Return within what time a listing's platform comes back in 95 of 100 cases, None while that is not known."""
    return rhythm(tx.proven_at(listing, since=now - _MEMORY, limit=_MOST_GAPS + 1))


def rhythms(tx: Transaction, state: UnitState, now: datetime) -> Mapping[ListingId, timedelta]:
    """Return the rhythm of each linked listing's platform, as far as it is known (`rhythm_of`)."""
    found = {one.id: rhythm_of(tx, one.id, now) for one in state.active}
    return {listing: every for listing, every in found.items() if every is not None}


def rhythms_of(tx: Transaction, listings: Collection[ListingId], now: datetime) -> Mapping[ListingId, timedelta]:
    """Return the rhythm of each of some listings' platforms, as far as it is known, from one statement."""
    times = tx.all_proven_at(listings, since=now - _MEMORY, limit=_MOST_GAPS + 1)
    found = {listing: rhythm(those) for listing, those in times.items()}
    return {listing: every for listing, every in found.items() if every is not None}
