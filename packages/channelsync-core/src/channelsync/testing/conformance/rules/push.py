"""Push: closing and opening nights by an API, and reading back what was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Final, cast

from channelsync.adapter import Capability, Closing, Written
from channelsync.adapter.plugin import API, ROUTE
from channelsync.errors import ChannelSyncError
from channelsync.ids import ChannelName
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate, night
from channelsync.testing.conformance.driving import SPOILS
from channelsync.testing.conformance.rule import Tier, demand, rule
from channelsync.testing.conformance.trials import CLOSED, OPENED
from channelsync.testing.partner import ApiFault
from channelsync.traits import EchoHabit

__all__ = [
    "a_failed_push_opens_nothing",
    "closed_nights_are_read_back",
    "closings_go_first",
    "nights_are_closed_and_opened",
    "only_the_asked_nights_change",
    "our_closings_are_told_as_such",
    "the_answer_is_honest",
    "twice_is_once",
]

_PUSHES: Final = Capability.PUSHES_AVAILABILITY
_MOMENT: Final = timedelta(minutes=1)
"""A platform may take some seconds until what it accepted is in force."""
_FAR: Final = Stay(night(335), night(339))
"""Nights that are closed nearly a year ahead: further than a quarter, within any platform's calendar."""
_WINDOWS: Final = ((0, 365), (9, 14), (10, 11), (45, 70), (12, 35), (320, 350))
"""Where nights are read back, as days after the beginning."""
_FAULTS: Final = (
    *(ApiFault.ERROR, ApiFault.UNAVAILABLE, ApiFault.THROTTLED, ApiFault.HTML, ApiFault.TRUNCATED),
    *(ApiFault.EMPTY_BODY, ApiFault.REFUSED, ApiFault.ANSWER_LOST, ApiFault.PARTLY),
)


def _filled(scene: ApiScene) -> ApiScene:
    """Give a lodging guests, and nights that the owner and we have closed before, some of them far away."""
    scene.book(10, 3)
    scene.book(33, 2)
    scene.platform.write(Nights.of(OPENED, Stay(night(60), night(63)), _FAR), NO_NIGHTS, scene.now)
    return scene


def _scenes(candidate: Candidate) -> Iterator[ApiScene]:
    """Yield each lodging of an account that is pushed to."""
    for make in candidate.lodgings():
        yield _filled(make())


def _pushed(scene: ApiScene, closing: Stay | None = CLOSED, opening: Stay | None = OPENED) -> Written:
    """Push once, and let a moment pass; however it ends, the account's other lodgings are as they were."""
    closings = (Closing(closing.nights, ChannelName("other")),) if closing else ()
    flow = scene.api.push(scene.access, scene.listing, closings, opening.nights if opening else NO_NIGHTS)
    others = scene.others
    try:
        written = cast("object", scene.run(flow))
    finally:
        scene.wire.spoil = None
        scene.now += _MOMENT
        moved = Nights.union(nights ^ others[listing] for listing, nights in scene.others.items())
        demand(not moved, f"a push to one listing changes nights of another: {moved}")
    demand(isinstance(written, Written), f"a push returned a {type(written).__name__}, no Written")
    return cast("Written", written)


@rule("push.done", _PUSHES, tier=Tier.GOLD)
def nights_are_closed_and_opened(candidate: Candidate) -> None:
    """Nights that are closed can no longer be booked, nights that are opened can, and the answer names just these.

    What the answer names counts as proven; what it leaves out is written again.

    Troubleshooting: the end of a range of nights is exclusive on some platforms and inclusive on others; a push of
    one night alone shows it.
    """
    one_each = (Stay(night(30), night(31)), Stay(night(50), night(51)))
    for make, (closing, opening) in product(candidate.lodgings(), ((CLOSED, OPENED), one_each)):
        scene = _filled(make())
        written = _pushed(scene, closing, opening)
        closed = scene.platform.closed(scene.now) | scene.platform.sold(scene.now)
        demand(closing.nights <= closed, f"asked to close {closing}, still open: {closing.nights - closed}")
        left = opening.nights & closed
        demand(not left, f"asked to open {opening}, still closed: {left}")
        free = closing.nights - scene.platform.sold(scene.now)
        demand(free <= written.closed <= closing.nights, f"told as closed: {written.closed}, asked: {closing}")
        demand(written.opened == opening.nights, f"told as opened: {written.opened}, asked: {opening}")


@rule("push.only-asked", _PUSHES, tier=Tier.GOLD)
def only_the_asked_nights_change(candidate: Candidate) -> None:
    """Nights that were not named are left as they are, whoever closed them.

    A push is a difference. A plugin that writes the whole calendar opens what somebody else has closed since. The
    account's other lodgings are left as they are too.

    Troubleshooting: send ranges of the asked nights alone; a gap between two of them is not theirs. Where nights of
    another listing change, the listing's id is not the one that was given.
    """
    for make, (closing, opening) in product(candidate.lodgings(), ((CLOSED, None), (None, OPENED), (CLOSED, OPENED))):
        scene = _filled(make())
        before = scene.taken()
        _pushed(scene, closing, opening)
        wanted = before | (closing.nights if closing else NO_NIGHTS)
        wanted -= (opening.nights if opening else NO_NIGHTS) - scene.platform.sold(scene.now)
        moved = scene.taken() ^ wanted
        demand(not moved, f"closing {closing}, opening {opening}: other nights changed: {moved}")


@rule("push.twice", _PUSHES, tier=Tier.GOLD)
def twice_is_once(candidate: Candidate) -> None:
    """Sending the same twice does no harm: the same nights, no error.

    When an answer is lost nobody knows whether it was done, and it is sent again.

    Troubleshooting: a platform that refuses to close what is closed already has to be asked before, or its refusal
    taken for a yes.
    """
    scene = _filled(candidate.api())
    _pushed(scene)
    once = scene.taken()
    try:
        written = _pushed(scene)
    except ChannelSyncError as error:
        demand(kept=False, seen=f"the second time it fails: {type(error).__name__}: {error}")
    else:
        demand(scene.taken() == once, f"the second time other nights change: {scene.taken() ^ once}")
        demand(not written.refused, f"the second time it is told as refused: {written.refused}")


def _failures(candidate: Candidate) -> Iterator[tuple[str, ApiScene, Nights, Written | None]]:
    """Yield how each failing push ends: what failed, the scene, the nights taken before, what was told as written."""
    makes = candidate.lodgings()
    for fault in _FAULTS:
        scene = _filled(makes[-1]())
        before = scene.taken()
        scene.partner.fail(fault, scene.now)
        yield fault.value, scene, before, _tried(scene)
    for name, spoil in SPOILS.items():
        for first in (0, 1, 2):
            scene = _filled(makes[0]())
            before = scene.taken()
            scene.wire.spoil, scene.wire.first = spoil, first
            written = _tried(scene)
            scene.wire.spoil = None
            yield f"{name} at request {first + 1}", scene, before, written


def _tried(scene: ApiScene) -> Written | None:
    """Push, and return what was told; None where it raised."""
    try:
        return _pushed(scene)
    except ChannelSyncError:
        return None


@rule("push.fails-closed", _PUSHES, tier=Tier.GOLD)
def a_failed_push_opens_nothing(candidate: Candidate) -> None:
    """Whatever goes wrong, no night is opened that was not asked to be.

    Troubleshooting: never undo a closing because a later request failed, and never write a whole range again with
    what is remembered of it.
    """
    for where, scene, before, _ in _failures(candidate):
        opened = before - scene.taken() - OPENED.nights
        demand(not opened, f"{where}: opened, and nobody asked for it: {opened}")


@rule("push.closes-first", _PUSHES, tier=Tier.GOLD)
def closings_go_first(candidate: Candidate) -> None:
    """Nights are closed before any is opened: where the second half fails the first has closed.

    Troubleshooting: yield the requests that close before those that open.
    """
    for where, scene, _, _ in _failures(candidate):
        if where == ApiFault.PARTLY.value:
            continue
        opened = OPENED.nights - scene.taken()
        left = CLOSED.nights - scene.taken()
        demand(not opened or not left, f"{where}: {opened} is open already, and {left} not closed yet")


@rule("push.honest", _PUSHES, tier=Tier.GOLD)
def the_answer_is_honest(candidate: Candidate) -> None:
    """What is told as written is written, whatever went wrong on the way; what is missing is told with a reason.

    A night told as closed that can be booked is the worst there is: nobody looks at it again.

    Troubleshooting: count a night as written only where the answer to its own request says so; read warnings and lists
    of refused nights.
    """
    for where, scene, _, written in _failures(candidate):
        if written is None:
            continue
        wrong = (written.closed - scene.taken()) | (written.opened & scene.taken())
        demand(not wrong, f"{where}: told as written, and is not: {wrong}")
        missing = (CLOSED.nights - scene.platform.sold(scene.now) - written.closed) | (OPENED.nights - written.opened)
        demand(not missing or written.refused, f"{where}: not written, without a reason: {missing}")


@rule("push.read-back", Capability.READS_AVAILABILITY, tier=Tier.GOLD)
def closed_nights_are_read_back(candidate: Candidate) -> None:
    """The nights read back are those that travellers cannot book: all of the window's, and no others.

    Reading back is the best proof there is. A window that is cut short would prove nights that nobody looked at.

    Troubleshooting: windows are half-open; a platform may page its calendar or leave out nights without a price.
    """
    windows = [Stay(night(first), night(last)) for first, last in _WINDOWS]
    for scene, window in product(_scenes(candidate), windows):
        closed = scene.run(scene.api.closed(scene.access, scene.listing, window))
        there = (scene.platform.sold(scene.now) | scene.platform.closed(scene.now)).within(window)
        demand(isinstance(closed, Nights), f"it returned a {type(closed).__name__}, no Nights")
        demand(not there - closed, f"{window}: closed on the platform and not read back: {there - closed}")
        demand(not closed - there, f"{window}: read back as closed, and is not: {closed - there}")


@rule("push.comes-back", _PUSHES, tier=Tier.GOLD)
def our_closings_are_told_as_such(candidate: Candidate) -> None:
    """What we closed comes back in a look in one of the kinds told for echoes, and the habits say that we write.

    A closing of ours in another kind is taken for a guest's: it closes its nights everywhere, and never ends.

    Troubleshooting: the API has ``traits``, with ``pushed=True`` and the kind of its blocks in ``echo_kinds``.
    """
    traits = candidate.plugin.habits({ROUTE: API})
    demand(traits.pushed, "the habits of its API do not say that it is told by our writes")
    if not hasattr(candidate.plugin.api, "look"):
        return
    closed = Stay(night(80), night(83))
    for scene in _scenes(candidate):
        _pushed(scene, closed, None)
        ours = [event for event in scene.look().events if event.stay.overlaps(closed)]
        strange = sorted({event.kind.value for event in ours if event.kind not in traits.echo_kinds})
        demand(not strange, f"our closing comes back as a {', '.join(strange)}, which echo_kinds does not hold")
        demand(ours or traits.echo is EchoHabit.NEVER, "our closing does not come back, and the habits do not say so")
