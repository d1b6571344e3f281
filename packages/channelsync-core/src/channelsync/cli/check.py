"""`check`: read some calendars once, and say who holds which nights, what to close where, and what collides.

Nothing is remembered: it is the first look at a unit made of just these calendars, decided by the same kernel. With
``--out`` it writes the calendar to publish for each of them, and there it may meet its own answer of last time. That
file is never made to open a night because a calendar came empty, or could not be read: what it closed stays closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from attrs import frozen

from channelsync.cli import options, paint
from channelsync.cli.shapes import Shape, moment, nights, stay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rich.console import RenderableType

    from channelsync.adapter import FeedLook
    from channelsync.claims import Claim
    from channelsync.cli.shell import Shell
    from channelsync.cli.sources import Source
    from channelsync.conflicts import Conflict
    from channelsync.nights import Nights
    from channelsync.observation import Event
    from channelsync.state import ListingState, UnitState

__all__ = ["add"]

_ACT: Final = 1


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "check",
        check,
        "read calendars once: who holds which nights, what to close where, what collides",
        more="The exit code is 1 when a calendar cannot be read or a double booking is likely.",
    )
    verb.add_argument(
        "sources", nargs="+", metavar="CHANNEL=SOURCE", help="a file or a web address, such as airbnb=a.ics"
    )
    verb.add_argument(
        "--out", metavar="DIR", help="write for-CHANNEL.ics there, the calendar to publish to each channel"
    )
    verb.add_argument(
        "--timezone", metavar="TZ", default="Europe/Paris", help="where the unit is (default: %(default)s)"
    )


@final
@frozen
class _Checked:
    """What was read and decided."""

    sources: tuple[Source, ...]
    looks: tuple[FeedLook, ...]
    state: UnitState
    conflicts: tuple[Conflict, ...]
    today: date
    odd: tuple[tuple[str, ...], ...]

    def listings(self) -> Iterator[tuple[Source, FeedLook, ListingState, tuple[str, ...]]]:
        """Yield what belongs together."""
        yield from zip(self.sources, self.looks, self.state.listings, self.odd, strict=True)

    def key(self, claim: Claim) -> str:
        """Return the key of the calendar that a claim comes from."""
        return next(source.key for source in self.sources if source.key == claim.listing)

    @property
    def unread(self) -> tuple[str, ...]:
        """The keys of the calendars that could not be read."""
        return tuple(
            source.key for source, look in zip(self.sources, self.looks, strict=True) if not look.observation.usable
        )

    @property
    def unproven(self) -> tuple[str, ...]:
        """The keys of the calendars that show nothing at all, though that is not usual there: they open nothing."""
        return tuple(
            source.key
            for source, look in zip(self.sources, self.looks, strict=True)
            if not (look.observation.events or (look.observation.usable and source.route.traits.empty_is_normal))
        )


def check(shell: Shell) -> int:
    """Read, decide, write, print."""
    from channelsync.cli.outfiles import Outbox
    from channelsync.cli.sources import read_sources, resolve
    from channelsync.inventory import zone

    timezone: str = shell.args.timezone
    zone(timezone)
    sources = resolve(options.pairs(shell.args.sources, form="CHANNEL=SOURCE"), shell.channels)
    outbox = Outbox.at(shell.args.out) if shell.args.out is not None else None
    looks = read_sources(sources, timezone=timezone, at=shell.now, allow_private=shell.allow_private_addresses)
    checked = _decided(shell, sources, looks, timezone)
    written: tuple[str, ...] = ()
    if outbox is not None:
        calendars = {str(one.id): one.revisions[-1] for one in checked.state.listings}
        written = outbox.write(calendars, shell.now, checked.today, whole=not checked.unproven)
        if checked.unproven:
            shell.aside([f"{', '.join(checked.unproven)}: empty or not readable, so no file of --out opens a night"])
    shell.answer(_document(shell, checked), *(_shown(shell, checked, written) if not shell.json else ()))
    return _ACT if checked.unread or any(one.alarming for one in checked.conflicts) else 0


def _decided(shell: Shell, sources: tuple[Source, ...], looks: tuple[FeedLook, ...], timezone: str) -> _Checked:
    """Fold the looks into a unit of their own."""
    from channelsync.ids import ListingId, OwnerId, UnitId
    from channelsync.inventory import Listing, Unit
    from channelsync.reconcile import reconcile
    from channelsync.state import ListingState, UnitState

    unit = Unit(UnitId("check"), OwnerId("check"), "check", timezone)
    listings = [Listing(ListingId(one.key), unit.id, one.plugin.name, one.label, one.route.traits) for one in sources]
    state = UnitState(unit, tuple(ListingState(one, habit=one.traits.echo) for one in listings))
    seen = [(one.id, look.observation) for one, look in zip(listings, looks, strict=True)]
    step = reconcile(state, seen, shell.now)
    odd = tuple(_odd(shell, sources, looks, index) for index in range(len(sources)))
    return _Checked(sources, looks, step.state, step.plan.conflicts, unit.today(shell.now), odd)


def _odd(shell: Shell, sources: tuple[Source, ...], looks: tuple[FeedLook, ...], index: int) -> tuple[str, ...]:
    """Return what is odd about one calendar: what was tolerated, and what its content says of its origin."""
    from channelsync.coherence import KnownChannel, KnownLink, ProblemKind, ProposedLink, check_link
    from channelsync.ids import UnitId

    observation, reading = looks[index].observation, looks[index].reading
    problems = [observation.failure] if observation.failure else []
    problems += observation.notes
    if reading is None or not observation.usable:
        return tuple(problems)
    unit = UnitId("check")
    channels = [KnownChannel(one.name, one.title, one.traits, one.several_per_unit) for one in shell.channels.plugins]
    others = [
        KnownLink(unit, "", one.plugin.name, label=one.label, events=look.observation.events)
        for place, (one, look) in enumerate(zip(sources, looks, strict=True))
        if place != index
    ]
    proposed = ProposedLink(unit, sources[index].plugin.name, prodid=reading.prodid, events=observation.events)
    told = {ProblemKind.OWN_FEED, ProblemKind.WRONG_CHANNEL, ProblemKind.COMBINED, ProblemKind.CONTRADICTS}
    found = [one for one in check_link(proposed, others, channels) if one.kind in told]
    return (*problems, *(f"{one.reason}. {one.advice}" for one in found))


# --- for scripts ------------------------------------------------------------------------------------------------------


def _document(shell: Shell, checked: _Checked) -> Shape:
    return {
        "now": moment(shell.now),
        "sources": [
            {
                "channel": source.key,
                "observation": listing.verdict.value if listing.verdict else "unusable",
                "problems": list(odd),
                "claims": [_event(event, part) for event, part in _claimed(look, listing)],
                "set_aside": [{**stay(run), "why": why} for apart, why in _apart(listing) for run in apart.runs()],
            }
            for source, look, listing, odd in checked.listings()
        ],
        "close": {one.id: nights(one.published.since(checked.today)) for one in checked.state.listings},
        "conflicts": [
            {
                "certainty": one.certainty.value,
                "nights": nights(one.nights),
                "claims": [_side(checked, claim) for claim in one.claims],
            }
            for one in checked.conflicts
        ],
    }


def _claimed(look: FeedLook, listing: ListingState) -> Iterator[tuple[Event, Shape]]:
    """Yield the events that were not set aside, each with its nights; of one set aside in part, the rest."""
    for event in sorted(look.observation.events, key=lambda one: (one.stay, one.uid)):
        apart = event.stay.nights & listing.aside.nights
        if not apart:
            yield event, stay(event.stay)
        else:
            yield from ((event, stay(run)) for run in (event.stay.nights - apart).runs())


def _event(event: Event, dates: Shape) -> Shape:
    return {"kind": event.kind.value, **dates, "uid": event.uid}


def _apart(listing: ListingState) -> Iterator[tuple[Nights, str]]:
    yield listing.aside.unopened, "the calendar is not open yet"
    yield listing.aside.noticed, "the advance notice, which moves along with the date"


def _side(checked: _Checked, claim: Claim) -> Shape:
    return {"channel": checked.key(claim), "kind": claim.kind.value, **stay(claim.stay), "uid": claim.uid}


# --- for people -------------------------------------------------------------------------------------------------------


def _shown(shell: Shell, checked: _Checked, written: tuple[str, ...]) -> Iterator[RenderableType]:
    say = shell.voice
    when = say.moment(shell.now, checked.state.unit.timezone)
    yield paint.heading(say(f"Calendriers lus le {when}", f"Calendars read on {when}"))
    yield paint.table(
        [_read(shell, checked, one) for one in checked.listings()],
        whole=(0, 1),
    )
    if checked.unread:
        missing = say(
            "Ce qui est illisible manque ci-dessous : n’ouvrez rien.",
            "What is unusable is missing below: open nothing.",
        )
        yield paint.line(f"  {missing}", paint.WARN)
    held = sorted(
        (claim.stay, shell.title(checked.key(claim)), say.word(claim.kind.value), say.length(claim.stay.length))
        for claim in checked.state.claims
    )
    rows = [(say.stay(nights_of), length, channel, kind) for nights_of, channel, kind, length in held]
    yield paint.section(
        say("Qui tient quelles nuits", "Who holds which nights"), _rows(shell, rows, right=(1,), whole=(0, 1))
    )
    closing = [
        (shell.title(one.id), say.nights(one.published.since(checked.today), between="\n"))
        for one in checked.state.listings
    ]
    yield paint.section(say("À fermer", "To be closed"), _rows(shell, closing, whole=(0,)))
    if checked.conflicts:
        yield paint.section(say("Mêmes nuits, deux fois", "The same nights twice"), _collisions(shell, checked))
    if written:
        yield paint.section(
            say("Calendriers à publier", "Calendars to publish"), paint.table([(one,) for one in written])
        )


def _read(
    shell: Shell, checked: _Checked, one: tuple[Source, FeedLook, ListingState, tuple[str, ...]]
) -> tuple[str | paint.Text, ...]:
    """Say how a calendar was read, what of it is set aside, and what is odd."""
    source, _, listing, odd = one
    say = shell.voice
    verdict = listing.verdict.value if listing.verdict else "unusable"
    remarks: list[str] = []
    if verdict != "unusable":
        remarks.append(say.count(len(listing.claims), say("occupation", "claim"), say("occupations", "claims")))
    apart = listing.aside.nights.since(checked.today)
    if apart:
        remarks.append(say(f"calendrier non ouvert : {say.nights(apart)}", f"not open yet: {say.nights(apart)}"))
    text = "\n".join([*remarks, *map(say.why, odd)])
    return shell.title(source.key), paint.styled(say.word(verdict), verdict), text


def _collisions(shell: Shell, checked: _Checked) -> RenderableType:
    say = shell.voice
    rows: list[tuple[str | paint.Text, ...]] = []
    for one in checked.conflicts:
        sides = "\n".join(
            f"{shell.title(checked.key(claim))}{say(' : ', ': ')}{say.word(claim.kind.value)} {say.stay(claim.stay)}"
            for claim in one.claims
        )
        certainty = one.certainty.value
        rows.append((paint.styled(say.word(certainty), certainty), say.nights(one.nights), sides))
    return paint.table(rows, whole=(0, 1))


def _rows(
    shell: Shell, rows: Sequence[tuple[str, ...]], *, right: tuple[int, ...] = (), whole: tuple[int, ...] = ()
) -> RenderableType:
    """Return a table, or a word for nothing."""
    nothing = [(paint.line(shell.voice("rien", "nothing"), paint.QUIET),)]
    return paint.table(rows or nothing, right=right, whole=whole if rows else ())
