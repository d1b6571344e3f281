"""Do these links make sense together: what is refused, or flagged, when a listing is linked.

Most double bookings of people who do everything right come from one wrong paste: the feed of the other lodging, of the
other platform, of our own calendar. So every proposed link is held against the links already there, against the habits
that plugins declare, and, once it was read, against the calendars of the other listings. A *refused* link would make us
close or open the wrong nights for certain; a *flagged* one is odd, and the owner decides.

Everything is a value: the caller brings the addresses of our own feeds, the fingerprints of the addresses already
linked (never the addresses), and the platform's listing id as its plugin reads it. No text here repeats an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, final
from urllib.parse import SplitResult, urlsplit

from attrs import Factory, field, frozen

from channelsync.claims import Kind
from channelsync.ids import ChannelName, UnitId
from channelsync.nights import Nights, Stay, Stays
from channelsync.observation import Event
from channelsync.traits import Traits
from channelsync.words import elided

__all__ = [
    "CONTRADICTION_SHARE",
    "FEWEST_STAYS",
    "IN_FRENCH",
    "OUR_MARK",
    "KnownChannel",
    "KnownLink",
    "LinkProblem",
    "ProblemKind",
    "ProposedLink",
    "check_link",
]

CONTRADICTION_SHARE: Final = 0.5
"""When at least this share of another listing's reservations is overlapped by other dates, the calendars contradict."""
FEWEST_STAYS: Final = 3
"""Fewer stays than this prove neither that two calendars contradict each other nor that they are the same."""
OUR_MARK: Final = "channelsync"
"""What the PRODID of every calendar we publish contains, and, after an @, how its UIDs end."""


class ProblemKind(Enum):
    """What is wrong with a link."""

    NOT_AN_ADDRESS = "not_an_address"
    OWN_FEED = "own_feed"
    LISTING_ON_TWO_UNITS = "listing_on_two_units"
    LISTING_TWICE = "listing_twice"
    CHANNEL_TWICE = "channel_twice"
    LABEL_TAKEN = "label_taken"
    WRONG_CHANNEL = "wrong_channel"
    COMBINED = "combined"
    CONTRADICTS = "contradicts"
    SAME_CALENDAR = "same_calendar"
    NOT_HTTPS = "not_https"


@final
@frozen
class ProposedLink:
    """A link to be made; ``events`` and ``prodid`` are empty until its calendar has been read.

    ``feed`` is the private address, empty for a link through a platform's own interface; ``fingerprint`` tells two
    addresses apart without holding them; ``platform_id`` is the platform's id of the listing as the plugin reads it.
    """

    unit: UnitId
    channel: ChannelName
    feed: str = field(default="", repr=False)
    fingerprint: str = ""
    label: str = ""
    platform_id: str = ""
    prodid: str = ""
    events: tuple[Event, ...] = ()


@final
@frozen
class KnownLink:
    """A link that is there, without the one that the proposed link replaces."""

    unit: UnitId
    unit_name: str
    channel: ChannelName
    fingerprint: str = ""
    label: str = ""
    platform_id: str = ""
    events: tuple[Event, ...] = ()


@final
@frozen
class KnownChannel:
    """What a plugin says of its channel: its name as people write it, its habits, whether a unit may have several."""

    name: ChannelName
    title: str
    traits: Traits = Factory(Traits)
    several: bool = False


@final
@frozen
class LinkProblem:
    """What is wrong with a proposed link, why, and what to do, in English and in French; ``refuse`` or only flag it."""

    kind: ProblemKind
    refuse: bool
    reason: str
    advice: str
    reason_fr: str
    advice_fr: str


def check_link(
    link: ProposedLink, known: Iterable[KnownLink], channels: Sequence[KnownChannel], own_feeds: Iterable[str] = ()
) -> tuple[LinkProblem, ...]:
    """Return what speaks against a link, the refusals first.

    Args:
        link: the link to be made.
        known: the owner's links, without the one it replaces.
        channels: what the plugins declare.
        own_feeds: the addresses under which we publish calendars.
    """
    links = tuple(known)
    found = [
        *_address(link, own_feeds),
        *_twice(link, links, channels),
        *_channel(link, channels),
        *_calendar(link, links),
    ]
    return tuple(sorted(found, key=lambda problem: not problem.refuse))


def _address(link: ProposedLink, own_feeds: Iterable[str]) -> Iterator[LinkProblem]:
    """Look at the address itself, and at who made the calendar behind it."""
    uids = [event.uid for event in link.events]
    ours = OUR_MARK in link.prodid.casefold() or (bool(uids) and all(uid.endswith(f"@{OUR_MARK}") for uid in uids))
    where = _split(link.feed)
    if ours or (where is not None and any(_is_under(where, base) for base in own_feeds)):
        yield _problem(ProblemKind.OWN_FEED)
    if link.feed and (where is None or not where.hostname):
        yield _problem(ProblemKind.NOT_AN_ADDRESS)
    elif where is not None and where.scheme not in {"", "https"}:
        yield _problem(ProblemKind.NOT_HTTPS)


def _twice(link: ProposedLink, known: tuple[KnownLink, ...], channels: Sequence[KnownChannel]) -> Iterator[LinkProblem]:
    """Look for the same listing elsewhere, and for another of this platform on the same unit."""
    same = [one for one in known if _is_same_listing(link, one)]
    for one in same:
        kind = ProblemKind.LISTING_TWICE if one.unit == link.unit else ProblemKind.LISTING_ON_TWO_UNITS
        yield _problem(kind, unit=one.unit_name)
    title = _title(link.channel, channels)
    several = any(one.several for one in channels if one.name == link.channel)
    for one in known:
        if one in same or one.unit != link.unit or one.channel != link.channel:
            continue
        if not several:
            yield _problem(ProblemKind.CHANNEL_TWICE, unit=one.unit_name, channel=title)
        elif one.label.casefold() == link.label.casefold():
            yield _problem(ProblemKind.LABEL_TAKEN, unit=one.unit_name, label=one.label)


def _is_same_listing(link: ProposedLink, other: KnownLink) -> bool:
    if link.fingerprint and link.fingerprint == other.fingerprint:
        return True
    return bool(link.platform_id) and (link.channel, link.platform_id) == (other.channel, other.platform_id)


def _channel(link: ProposedLink, channels: Sequence[KnownChannel]) -> Iterator[LinkProblem]:
    """Look whether the address or the calendar is another platform's.

    Under a channel that may be anybody's calendar this is only flagged: nothing is lost but what is known of that
    platform's habits.
    """
    where = _split(link.feed)
    host = (where.hostname or "").rstrip(".") if where else ""
    claimed = [one for one in channels if _is_from(one.traits, host, link.prodid)]
    if not claimed or any(one.name == link.channel for one in claimed):
        return
    several = any(one.several for one in channels if one.name == link.channel)
    yield _problem(
        ProblemKind.WRONG_CHANNEL,
        refuse=not several,
        channel=_title(link.channel, channels),
        other=claimed[0].title,
        name=claimed[0].name,
    )


def _is_from(traits: Traits, host: str, prodid: str) -> bool:
    """Whether a platform with these habits serves this host or writes this PRODID."""
    return any(_matches(host, pattern) for pattern in traits.hosts) or any(
        mark.casefold() in prodid.casefold() for mark in traits.prodids
    )


def _matches(host: str, pattern: str) -> bool:
    """Whether the host is the pattern's: exact, or any below it for ``*.example.com``."""
    pattern = pattern.casefold()
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _calendar(link: ProposedLink, known: tuple[KnownLink, ...]) -> Iterator[LinkProblem]:
    """Hold the calendar against itself and against those of the other listings."""
    guests = _stays(link.events, {Kind.RESERVATION})
    where = _split(link.feed)
    if _LISTED_IDS.search(where.path if where else "") or Stays.of(guests).doubled:
        yield _problem(ProblemKind.COMBINED)
    taken = _stays(link.events, _MAY_BE_GUEST)
    for one in known:
        if one.unit == link.unit:
            if _contradict(guests, _stays(one.events, {Kind.RESERVATION})):
                yield _problem(ProblemKind.CONTRADICTS, unit=one.unit_name, other=one.label or one.channel)
        elif len(taken) >= FEWEST_STAYS and taken == _stays(one.events, _MAY_BE_GUEST):
            yield _problem(ProblemKind.SAME_CALENDAR, unit=one.unit_name, other=one.label or one.channel)


def _stays(events: Iterable[Event], kinds: Iterable[Kind]) -> list[Stay]:
    """Return the stays of these kinds, in order."""
    return sorted(event.stay for event in events if event.kind in kinds)


def _contradict(new: list[Stay], old: list[Stay]) -> bool:
    """Whether many old reservations share nights with new ones of other dates; equal ones are one stay seen twice."""
    same = set(new) & set(old)
    nights = Nights.of(*(stay for stay in new if stay not in same))
    overlapped = [stay for stay in old if stay not in same and nights.overlaps(stay.nights)]
    return len(overlapped) >= max(FEWEST_STAYS, CONTRADICTION_SHARE * len(old))


def _split(address: str) -> SplitResult | None:
    """Return the parts of an address, None when it is none."""
    try:
        return urlsplit(address.strip())
    except ValueError:
        return None


def _is_under(where: SplitResult, base: str) -> bool:
    """Whether an address is one of ours, by whatever scheme."""
    ours = _split(base)
    if ours is None or not ours.hostname or ours.hostname != where.hostname:
        return False
    folder = ours.path.rstrip("/") + "/"
    return _port(ours) == _port(where) and f"{where.path}/".startswith(folder)


def _port(where: SplitResult) -> int | None:
    """Return the port where it is not the scheme's own; a wrong one counts as none."""
    try:
        return None if where.port in {80, 443} else where.port
    except ValueError:
        return None


def _title(name: ChannelName, channels: Sequence[KnownChannel]) -> str:
    return next((one.title for one in channels if one.name == name), str(name))


_MAY_BE_GUEST: Final = frozenset({Kind.RESERVATION, Kind.CLOSURE})
_LISTED_IDS: Final = re.compile(r"\d{3,}[,;+]\d{3,}")
"""Several listing ids in one path: the form of a combined export (inferred; no platform documents one)."""

_FLAGGED: Final = frozenset(
    {ProblemKind.COMBINED, ProblemKind.CONTRADICTS, ProblemKind.SAME_CALENDAR, ProblemKind.NOT_HTTPS}
)
_TEXTS: Final[Mapping[ProblemKind, tuple[str, str, str, str]]] = {
    ProblemKind.NOT_AN_ADDRESS: (
        "this is not the address of a calendar",
        "Copy the export link from the platform; it begins with https://.",
        "ce n’est pas l’adresse d’un calendrier",
        "Copiez le lien d’export de la plateforme ; il commence par https://.",
    ),
    ProblemKind.OWN_FEED: (
        "this is a calendar that we publish ourselves",
        "Paste the platform's export link here, and our link into the platform's import.",
        "c’est un calendrier que nous publions nous-mêmes",
        "Collez ici le lien d’export de la plateforme, et notre lien dans l’import de la plateforme.",
    ),
    ProblemKind.LISTING_ON_TWO_UNITS: (
        "this listing is already linked to {unit}",
        "Unlink it there first, or copy the export link of the right listing.",
        "cette annonce est déjà reliée à {unit}",
        "Retirez-la d’abord de ce logement, ou copiez le lien d’export de la bonne annonce.",
    ),
    ProblemKind.LISTING_TWICE: (
        "this listing is already linked to this lodging ({unit})",
        "Nothing to do: once is enough.",
        "cette annonce est déjà reliée à ce logement ({unit})",
        "Rien à faire : une fois suffit.",
    ),
    ProblemKind.CHANNEL_TWICE: (
        "{unit} already has a listing on {channel}",
        "Unlink that one first, or make another unit for this listing.",
        "{unit} a déjà une annonce sur {channel}",
        "Retirez d’abord celle-là, ou créez un autre logement pour cette annonce.",
    ),
    ProblemKind.LABEL_TAKEN: (
        "{unit} already has a calendar named {label!r}",
        "Give this one another label.",
        "{unit} a déjà un calendrier nommé « {label} »",
        "Donnez un autre nom à celui-ci.",
    ),
    ProblemKind.WRONG_CHANNEL: (
        "this is a calendar of {other}, not of {channel}",
        "Link it as {name}, or copy the export link from {channel}.",
        "c’est un calendrier de {other}, pas de {channel}",
        "Reliez-le comme {name}, ou copiez le lien d’export de {channel}.",
    ),
    ProblemKind.COMBINED: (
        "this calendar seems to hold several listings at once",
        "Copy the export link of this one listing.",
        "ce calendrier semble réunir plusieurs annonces",
        "Copiez le lien d’export de cette seule annonce.",
    ),
    ProblemKind.CONTRADICTS: (
        "its reservations overlap many of those on {other}, with other dates",
        "Check that both listings are {unit}: two lodgings may have been exchanged.",
        "ses réservations chevauchent beaucoup de celles de {other}, avec d’autres dates",
        "Vérifiez que les deux annonces sont bien {unit} : deux logements ont pu être intervertis.",
    ),
    ProblemKind.SAME_CALENDAR: (
        "it holds exactly the stays of {unit} on {other}",
        "It was probably pasted on the wrong lodging: check on the platform.",
        "il contient exactement les séjours de {unit} sur {other}",
        "Il a sans doute été collé sur le mauvais logement : vérifiez sur la plateforme.",
    ),
    ProblemKind.NOT_HTTPS: (
        "the link does not begin with https://: others may read it on its way",
        "Try the same link with https://; most platforms answer.",
        "le lien ne commence pas par https:// : d’autres peuvent le lire en chemin",
        "Essayez le même lien avec https:// ; la plupart des plateformes répondent.",
    ),
}
IN_FRENCH: Final[Mapping[str, str]] = {
    english: french
    for reason, advice, reason_fr, advice_fr in _TEXTS.values()
    for english, french in ((reason, reason_fr), (advice, advice_fr))
}
"""Each reason and advice in English, and in French: with the same names in its blanks."""


def _problem(kind: ProblemKind, *, refuse: bool | None = None, **words: str) -> LinkProblem:
    """Put the problem into words."""
    reason, advice, reason_fr, advice_fr = (elided(text, **words).format_map(words) for text in _TEXTS[kind])
    return LinkProblem(kind, kind not in _FLAGGED if refuse is None else refuse, reason, advice, reason_fr, advice_fr)
