"""Dialects: what a plugin takes the events of an iCal feed for, and the habits it tells of that feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, cast

from channelsync.adapter import Capability, Dialect
from channelsync.claims import Kind
from channelsync.ical import Entry, RawEvent, render
from channelsync.nights import NO_NIGHTS, Stay
from channelsync.observation import Aside, set_aside
from channelsync.policy import DEFAULT_POLICY
from channelsync.testing.conformance.candidate import START, Candidate, FeedScene, night
from channelsync.testing.conformance.rule import demand, not_applicable, rule
from channelsync.testing.faults import Fault
from channelsync.traits import EchoHabit

__all__ = [
    "any_event_is_taken",
    "clipped_stays_are_told",
    "codes_are_codes",
    "echoes_come_in_the_kinds_told",
    "identities_last",
    "merged_stays_are_told",
    "notice_is_a_block_at_today",
    "our_own_closing_is_no_guest",
    "prodid_is_its_own",
    "regrouping_changes_no_night",
    "remarks_repeat_nothing",
    "rolling_end_is_recognised",
    "unknown_is_a_closure",
]

_MARK: Final = "Zoé-Öztürk-4711"
"""Stands for a guest's name wherever one could be."""
_ODD: Final = ("", " ", "\x00", "é" * 300, "Reserved", "CLOSED - Not available", "🏖️", "a\\,b;c:d", "-", "@", "HM" * 40)
_CODE_LENGTH: Final = 64
_KINDS: Final = frozenset({Kind.RESERVATION, Kind.BLOCK, Kind.CLOSURE})


def _dialect(candidate: Candidate) -> Dialect:
    if not candidate.has_feed:
        not_applicable("it has no feed")
    return candidate.route().dialect


def _event(uid: str = "", summary: str = "", description: str = "") -> RawEvent:
    return RawEvent(Stay(night(10), night(12)), uid, summary, description, 4)


def _odd_events() -> Iterator[RawEvent]:
    """Yield events of every odd form, one text at a time and all at once."""
    for text in _ODD:
        yield from (_event(uid=text), _event(summary=text), _event(description=text), _event(text, text, text))


@rule("dialect.total", Capability.PULLS_CLAIMS)
def any_event_is_taken(candidate: Candidate) -> None:
    """Whatever an event says, the dialect has a kind, a code and a remark for it, and the same ones again.

    An event that makes the dialect break off makes the whole calendar unreadable: every other stay in it goes unseen.

    Troubleshooting: a text may be empty, very long, or hold no hyphen, no ``@`` and no number; use ``partition`` and
    ``search``, and return a closure and no text where nothing fits.
    """
    dialect = _dialect(candidate)
    for event in _odd_events():
        twice: list[tuple[object, ...]] = []
        for _ in range(2):
            kind, code, remark = cast(
                "tuple[object, ...]", (dialect.kind(event), dialect.code(event), dialect.remark(event))
            )
            demand(kind in _KINDS, f"an event is told as {kind!r}")
            demand(isinstance(code, str) and isinstance(remark, str), "a code or a remark is no text")
            twice.append((kind, code, remark))
        demand(twice[0] == twice[1], "the same event is told differently the second time")


@rule("dialect.unknown", Capability.PULLS_CLAIMS)
def unknown_is_a_closure(candidate: Candidate) -> None:
    """An event in a form that nobody has seen is a closure: taken, and perhaps a guest.

    Told as a block, a guest in a new form would be taken for nobody. Told as a reservation, our own closing could come
    back as a guest, and would then keep itself closed for ever.

    Troubleshooting: end ``kind`` with ``Kind.CLOSURE``, and test for what the platform writes, not for what it does not
    write.
    """
    dialect = _dialect(candidate)
    for event in (
        _event("5f0c-unheard-of@example.org", "Qwzx"),
        _event(),
        _event(summary="Ferienzeit", description="ok"),
    ):
        kind = dialect.kind(event)
        demand(kind is Kind.CLOSURE, f"an event of an unknown form is told as a {kind.value}")


@rule("dialect.codes", Capability.PULLS_CLAIMS)
def codes_are_codes(candidate: Candidate) -> None:
    """A code is the platform's own for that guest: short, in one word, and on nobody else's event.

    The code joins the two ways in which one stay is seen, and leads the owner to its page. A name in its place would be
    written into the audit trail.

    Troubleshooting: match the form of the code, all of it, and return no text where it does not fit.
    """
    scene = candidate.feed()
    first, second = scene.book(10, 3), scene.book(20, 2)
    scene.platform.close(Stay(night(30), night(33)), scene.now)
    for event in scene.look().events:
        if not event.code:
            continue
        demand(
            len(event.code) <= _CODE_LENGTH and not event.code.split()[1:], "a code is longer than a code, or a text"
        )
        guests = {one.code for one in (first, second) if one.stay.overlaps(event.stay)}
        demand(event.code in guests, f"the code at {event.stay} is not that of the guest there")
    dialect = _dialect(candidate)
    named = dialect.code(_event("x", f"Reserved - {_MARK}", f"Guest: {_MARK}"))
    demand(_MARK not in named, "a guest's name is told as a code")


@rule("dialect.remarks", Capability.PULLS_CLAIMS)
def remarks_repeat_nothing(candidate: Candidate) -> None:
    """No remark, note or kind of text tells what an event says: it may be a guest's name.

    Notes are shown, logged and mailed.

    Troubleshooting: write remarks that are the same for every event of their sort.
    """
    dialect = _dialect(candidate)
    for summary in (_MARK, f"Reserved - {_MARK}", f"Provisoire - {_MARK}", f"Tentative - {_MARK}", f"Hold - {_MARK}"):
        remark = dialect.remark(_event(_MARK, summary, f"{_MARK}\nPhone: {_MARK}"))
        demand(_MARK not in remark, "a remark repeats an event's text")


@rule("dialect.identity", Capability.PULLS_CLAIMS)
def identities_last(candidate: Candidate) -> None:
    """Where the UID of a kind is said to identify a reservation, it stays with it, and never passes to another.

    Claims of an identified kind follow their UID: one that passes on makes a new guest out of an old one, who then
    inherits what was known, and one that changes makes a move look like a cancellation.

    Troubleshooting: leave the kind out of ``Traits.identified`` unless its UID has been seen to outlive a change of
    dates; a UID made of room and date identifies nothing.
    """
    scene = candidate.feed()
    identified = scene.feed.traits.identified
    if not identified:
        not_applicable("it identifies nothing")
    guest = scene.book(10, 3)
    before = _uids(scene, guest.stay, identified)
    scene.change(guest, 11, 4)
    demand(_uids(scene, Stay(night(11), night(15)), identified) == before, "a change of dates changed the UID")
    scene.cancel(guest)
    scene.book(10, 3)
    demand(
        _uids(scene, Stay(night(10), night(13)), identified) != before, "another guest has the UID of one who is gone"
    )
    scene.book(20, 3)
    uids = [event.uid for event in scene.look().events if event.kind in identified]
    demand(len(set(uids)) == len(uids) and all(uids), "two stays have one UID, or a stay has none")


def _uids(scene: FeedScene, stay: Stay, kinds: frozenset[Kind]) -> set[str]:
    """Return the UIDs of the events at a stay."""
    uids = {event.uid for event in scene.look().events if event.stay.overlaps(stay) and event.kind in kinds}
    demand(uids, "the guest is not shown in any of the kinds that are identified")
    return uids


@rule("dialect.merges", Capability.PULLS_CLAIMS)
def merged_stays_are_told(candidate: Candidate) -> None:
    """A platform that writes stays that touch as one event is told as one that merges.

    Where merging is not expected, a second guest who arrives as the first leaves looks like a stay that grew.

    Troubleshooting: tell it by ``Traits(merges=True)``, also where it merges only now and then.
    """
    scene = candidate.feed()
    first, second = scene.book(10, 3), scene.book(13, 2)
    lengths = {event.stay.length for event in scene.look().events}
    merged = first.stay.length + second.stay.length in lengths
    demand(not merged or scene.feed.traits.merges, "two stays that touch come as one event, and merges is not told")


@rule("dialect.clips", Capability.PULLS_CLAIMS)
def clipped_stays_are_told(candidate: Candidate) -> None:
    """A platform that cuts a running stay to begin today is told as one that clips.

    Otherwise each morning shows a stay that has lost its first night: a change of dates, every day.

    Troubleshooting: tell it by ``Traits(clips=True)``; the UID of such an event may change each day as well.
    """
    scene = candidate.feed()
    stay = scene.book(1, 5).stay
    scene.pass_time(timedelta(days=3))
    shown = [event.stay for event in scene.look().events if event.stay.overlaps(stay)]
    demand(shown, "a running stay is not shown at all")
    clipped = all(one.arrival > stay.arrival for one in shown)
    demand(not clipped or scene.feed.traits.clips, "a running stay is cut to begin today, and clips is not told")


@rule("dialect.rolling-end", Capability.PULLS_CLAIMS)
def rolling_end_is_recognised(candidate: Candidate) -> None:
    """The part of the calendar that is not opened yet is recognised, and no guest in it is taken for a part of it.

    Taken for a claim, it would close a year on every other platform.

    Troubleshooting: ``Horizon.months`` is how far ahead the simulator's calendar reaches, and ``Horizon.kinds`` hold
    the kind in which the dialect tells that run.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    if candidate.route().traits.horizon is None:
        not_applicable("it tells of no rolling end")
    scene = candidate.feed(opened_until=night(200))
    guest, traits = scene.book(20, 3), scene.feed.traits
    events, today = scene.look().events, START.date()
    aside = set_aside(events, traits, today, DEFAULT_POLICY, before=Aside(), known=NO_NIGHTS)
    demand(len(aside.unopened) > 60, f"of the nights not opened yet only these are recognised: {aside.unopened}")
    demand(not aside.unopened.overlaps(guest.stay.nights), "a guest's nights are taken for not opened yet")


@rule("dialect.notice", Capability.PULLS_CLAIMS)
def notice_is_a_block_at_today(candidate: Candidate) -> None:
    """Where an advance notice is told of, it comes as a block at today that moves along.

    Troubleshooting: leave ``Traits.notice`` out unless the platform shows its advance notice in the calendar.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    if not candidate.route().traits.notice:
        not_applicable("it tells of no advance notice")
    scene = candidate.feed(notice_nights=2)
    for _ in range(3):
        today = scene.platform.today(scene.now)
        blocks = [one for one in scene.look().events if one.kind is Kind.BLOCK and one.stay.arrival == today]
        demand(blocks, f"no block at today, {today}, though guests need two days' notice")
        scene.pass_time(timedelta(days=1))


@rule("dialect.echo", Capability.PULLS_CLAIMS)
def echoes_come_in_the_kinds_told(candidate: Candidate) -> None:
    """Our own closing that comes back in the platform's calendar comes in one of the kinds told for echoes.

    An echo of another kind is taken for a guest, closes its nights everywhere, is sent back again, and never ends.

    Troubleshooting: set ``echo=True`` in the simulator's habits and look at the kind that ``Dialect.kind`` returns for
    an imported closing; add it to ``Traits.echo_kinds``, or say ``EchoHabit.NEVER`` where that is known.
    """
    scene = candidate.feed(echo=True)
    traits = scene.feed.traits
    if traits.echo is EchoHabit.NEVER:
        not_applicable("it is known not to send our closings back")
    ours = Stay(night(40), night(43))
    scene.platform.link("https://calendars.example.org/ours.ics", scene.now)
    body = render([Entry(ours, "ours-1@channelsync", START)], name="channelsync")
    scene.platform.imported_as("channelsync", 200, body, scene.now)
    scene.pass_time(scene.platform.habits.import_lag)
    echoed = [event for event in scene.look().events if event.stay.overlaps(ours)]
    demand(echoed, "the simulator is told to echo, and does not")
    strange = {event.kind.value for event in echoed if event.kind not in traits.echo_kinds}
    demand(not strange, f"our closing comes back as a {', '.join(strange)}, which echo_kinds does not hold")


@rule("dialect.own-closing", Capability.PULLS_CLAIMS)
def our_own_closing_is_no_guest(candidate: Candidate) -> None:
    """An event written just as we write ours is never told as a reservation.

    Some platforms copy what they import as it stands. A closing of ours that is told as a guest's stay stays closed
    for ever.

    Troubleshooting: a reservation is told by what only the platform itself writes, such as the beginning of its UIDs.
    """
    dialect = _dialect(candidate)
    for summary in ("Not available", "Closed", "channelsync"):
        kind = dialect.kind(_event("d0c1f2a3b4c5@channelsync", summary))
        demand(kind is not Kind.RESERVATION, f"our own closing, titled {summary!r}, is told as a reservation")


@rule("dialect.prodid", Capability.PULLS_CLAIMS)
def prodid_is_its_own(candidate: Candidate) -> None:
    """The calendar's PRODID is known as the platform's, and another program's is not.

    It is how a link pasted into the wrong field is noticed.

    Troubleshooting: ``Traits.prodids`` are texts that occur in the PRODID; leave them out where it is not known.
    """
    scene = candidate.feed()
    scene.book(10, 2)
    scene.look()
    read = scene.last.reading if scene.last else None
    demand(read is not None, "a look at a good calendar leaves no reading behind")
    if read is not None:
        demand(scene.feed.knows_prodid(read.prodid) is not False, f"its own PRODID is not known: {read.prodid[:60]!r}")
    strange = scene.feed.knows_prodid("-//Example Corp//Calendar 1.0//EN")
    demand(not strange, "any program's PRODID is taken for its own")


@rule("dialect.regrouped", Capability.PULLS_CLAIMS)
def regrouping_changes_no_night(candidate: Candidate) -> None:
    """The nights are the same when the platform merges what it kept apart, or gives every event a new UID.

    Platforms have done both from one day to the next.

    Troubleshooting: nothing in a dialect may leave an event out; what it does not know is a closure.
    """
    for fault in (Fault.REGROUPED, Fault.REISSUED_UIDS):
        scene = candidate.feed()
        for first, nights in ((10, 3), (13, 2), (20, 1), (25, 7)):
            scene.book(first, nights)
        before = scene.look()
        scene.platform.fail(fault, scene.now, times=None)
        scene.pass_time(timedelta(hours=1))
        moved = before.nights ^ scene.look().nights
        demand(not moved, f"{fault.value}: other nights: {moved}")
