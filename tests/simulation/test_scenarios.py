"""The dangerous days, one by one: each test plays a story on simulated platforms and reads the time line it leaves.

Run with ``-s`` to read the time lines. Every story ends with the same questions: did we ever open a night that a
platform has sold, did we forget to close one, is anything closed that nobody claims, did we publish in circles, and did
every real double booking show?
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from channelsync.conflicts import Certainty
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Verdict
from channelsync.takeover import links_removed
from channelsync.testing.faults import Fault
from channelsync.traits import EchoHabit
from tests.simulation.drive import World, stay

pytestmark = pytest.mark.simulation

HOUR = timedelta(hours=1)
ECHOES = {"echo": True, "import_every": HOUR, "import_lag": HOUR / 12}  # in force between two looks
THREE = ("airbnb", "booking", "greengo")


_SETTLED: Final[dict[str, World]] = {}


def settled_in(*names: str, **more: object) -> World:
    """A unit whose platforms have read us, and each of which has been seen with guests; played once, then copied."""
    key = repr((names, more))
    if key not in _SETTLED:
        _SETTLED[key] = _settled(*names, **more)
    return deepcopy(_SETTLED[key])


def _settled(*names: str, **more: object) -> World:
    world = World.of(*(names or THREE), **more)
    for place, name in enumerate(world.sides):
        for extra in range(3):
            world.sell(name, stay(150 + 20 * place + 6 * extra, 4))
    world.run(30)
    world.say("-- the story begins")
    return world


def sound(world: World, *, quiet: float = 52, per_act: float = 4, ghosts: bool = True) -> None:
    """Ask the questions that every story ends with."""
    world.run(quiet)
    print(world.told())
    assert world.tally.wrong == [], world.told()
    assert world.tally.lost == [], world.told()
    assert world.tally.false_certain == [], world.told()
    assert world.tally.real <= world.tally.found, world.told()
    assert world.tally.revisions <= per_act * world.tally.acts + len(world.sides), world.told()
    if ghosts:
        assert world.ghosts() == [], world.told()


def closed(world: World, name: str) -> Nights:
    """What we publish to a platform."""
    return world.listing(name).published


# (1) instant resale behind an echo


def test_an_instant_resale_behind_an_echo_stays_closed_elsewhere():
    """A guest cancels, the echo on Booking.com opens and is sold again between two looks: nobody else is told open."""
    world = settled_in(habits={"booking": ECHOES})
    first = world.sell("airbnb", stay(30, 4))
    world.run(6)
    assert stay(30, 4).nights <= world.listing("booking").echo
    world.cancel("airbnb", first)

    def resell(now: World) -> None:
        if now["booking"].bookable(now.now, stay(30, 4)):
            now.book("booking", stay(30, 4), quiet=True)

    for _ in range(48):
        world.run(1, each=resell)
        assert stay(30, 4).nights <= closed(world, "greengo"), world.told()
    assert stay(30, 4).nights <= world.listing("booking").claimed, world.told()
    assert stay(30, 4).nights <= closed(world, "airbnb")
    sound(world)


def test_part_of_an_echo_that_opens_unmasks_the_guest_behind_the_rest():
    """The import opened our run; what stays closed of it is a guest, found at the first look and not a day later."""
    world = settled_in(habits={"booking": ECHOES})
    first = world.sell("airbnb", stay(30, 4))
    world.run(6)
    world.cancel("airbnb", first)

    def resell(now: World) -> None:
        if now["booking"].bookable(now.now, stay(32, 6)):
            now.book("booking", stay(32, 6), quiet=True)

    world.run(8, each=resell)
    assert stay(32, 6).nights <= world.listing("booking").claimed, world.told()
    assert stay(32, 6).nights <= closed(world, "airbnb") & closed(world, "greengo")
    sound(world)


# (2) a sale inside the import lag


@pytest.mark.parametrize("nights", [(30, 4), (31, 2), (29, 6), (32, 5)])
@pytest.mark.parametrize("echo", [True, False])
def test_a_sale_inside_the_import_lag(nights, echo):
    """Booking.com has read the closing, is four hours late to apply it, and sells the nights: the guest is found."""
    world = settled_in(habits={"booking": {"echo": echo, "import_every": HOUR, "import_lag": 4 * HOUR}})
    first = world.sell("airbnb", stay(30, 4))
    world.run(2)
    assert stay(30, 4).nights <= world.listing("booking").revisions[-1].nights
    second = world.book("booking", stay(*nights))
    assert second is not None
    world.run(40)
    world.cancel("airbnb", first)
    world.run(60)
    assert second.stay.nights <= closed(world, "airbnb") & closed(world, "greengo"), world.told()
    assert world.tally.wrong == []
    exactly = nights == (30, 4)  # a guest who takes our closing's very nights can only be told by what follows
    if not (exactly and echo):
        assert world.tally.real <= world.tally.found, world.told()


# (3) taking over


def cross_linked(**more: object) -> World:
    """Airbnb, Booking.com and GreenGo linked directly to one another, with guests, before we come."""
    habits = {name: {"echo": True, "import_every": HOUR} for name in THREE}
    world = World.of(*THREE, linked=False, takeover=True, habits=habits, **more)
    for name, side in world.sides.items():
        for other, source in world.sides.items():
            if other != name:
                side.platform.link(source.platform.urls[0], world.now, name=other)
    for place, name in enumerate(THREE):
        world.sell(name, stay(20 + 10 * place, 4))
        world.run(3, looks=False)
    world.say("-- we take over")
    world.link_all()
    world.run(6)
    return world


def remove_links(world: World) -> None:
    """The owner removes every direct link and ticks it off."""
    for name, side in world.sides.items():
        for other in world.sides:
            if other != name and other in side.platform.links.by_name:
                side.platform.unlink(other, world.now)
    world.state = links_removed(world.state, world.now)
    world.say("the owner removes the direct links")


@pytest.mark.parametrize("days", [0, 1, 6])
def test_taking_over_cross_linked_calendars(days):
    """Early or late, once the links are gone and the questions answered, nothing is closed that nobody claims."""
    world = cross_linked()
    world.run(24 * days)
    assert not [one for one in world.conflicts.values() if one.certainty is Certainty.CERTAIN], world.told()
    remove_links(world)
    world.run(12)
    world.owner_answers()
    world.run(60)
    gone = world["booking"].reservations()[-1]
    world.cancel("booking", gone)
    world.run(40)
    world.owner_answers()
    sound(world, per_act=8)
    assert not world.state.takeover.active


def test_a_guest_who_cancels_while_the_old_links_stand_does_not_open_a_sold_night():
    """With the links kept, copies keep each other alive: we may hold too long, never open what is sold."""
    world = cross_linked()
    world.cancel("airbnb", world["airbnb"].reservations()[0])
    world.run(30)
    remove_links(world)
    world.run(30)
    world.owner_answers()
    sound(world, quiet=72, per_act=12)


# (4) two stale platforms


def test_two_stale_platforms_cannot_keep_each_other_closed():
    """Neither has applied our opening for days: both are suspected, and neither is the other's cause."""
    slow = {"echo": True, "import_every": HOUR, "import_lag": 60 * HOUR}
    world = settled_in("booking", "greengo", "airbnb", habits={"booking": slow, "greengo": slow})
    first = world.sell("airbnb", stay(30, 4))
    world.run(70)
    world.cancel("airbnb", first)
    world.run(200)
    sound(world, per_act=6)


# (5) a guest merged with the unopened calendar


def test_a_guest_merged_with_the_unopened_calendar_is_closed_elsewhere():
    """Booking.com shows guest and unopened calendar as one event: only the guest's nights close elsewhere."""
    opens = stay(260, 1).arrival
    world = settled_in(habits={"booking": {"opened_until": opens}})
    edge = stay(256, 4)
    guest = world.sell("booking", edge)
    world.run(1)
    assert edge.nights <= closed(world, "airbnb") & closed(world, "greengo"), world.told()
    assert not closed(world, "airbnb").overlaps(stay(260, 300).nights)
    world.run(30)
    world.cancel("booking", guest)
    sound(world)


# (6) a cancellation, and its echoes


@pytest.mark.parametrize("seller", THREE)
@pytest.mark.parametrize("echoing", [(), ("airbnb",), ("booking",), ("airbnb", "booking"), THREE])
def test_a_cancellation_opens_everywhere_whoever_echoes(seller, echoing):
    """Whatever echoes, the nights open again, soon and once."""
    habits = dict.fromkeys(echoing, ECHOES)
    world = settled_in(habits=habits)
    guest = world.sell(seller, stay(30, 4))
    world.run(30)
    world.cancel(seller, guest)
    world.run(10)
    for name in THREE:
        assert not closed(world, name).overlaps(stay(30, 4).nights), world.told()
    sound(world)


# (7) wrong answers


@pytest.mark.parametrize("hours", [0.25, 3])
@pytest.mark.parametrize(
    "fault", [Fault.EMPTY, Fault.PARTIAL, Fault.TRUNCATED, Fault.HTML_LOGIN, Fault.JSON_ERROR, Fault.HTTP_500]
)
@pytest.mark.parametrize("name", THREE)
def test_wrong_answers_open_nothing(name, fault, hours):
    """One look or hours of them: what was closed stays closed, and all is well when the platform is."""
    habits = dict.fromkeys(("airbnb", "booking"), ECHOES)
    world = settled_in(habits=habits)
    before = {each: closed(world, each) for each in THREE}
    if fault is Fault.PARTIAL and hours > 1:
        hours = 0.5  # a calendar that loses one event for longer is a cancellation: nobody can tell
    world[name].fail(fault, world.now, times=None)
    world.say(f"{name} answers {fault.value} for {hours} h")
    world.run(hours)
    world[name].heal()
    world.say("and well again")
    world.run(2)
    assert {each: closed(world, each) for each in THREE} == before, world.told()
    assert world.listing(name).verdict is Verdict.COMPLETE
    sound(world)


def test_an_empty_answer_does_not_open_what_an_echo_hides():
    """A guest hidden behind an echo is no claim: an empty answer of that platform must not open them all the same."""
    world = World.of(*THREE, habits={"booking": ECHOES})
    world.run(12)
    first = world.sell("airbnb", stay(30, 4))
    world.run(6)
    assert stay(30, 4).nights <= world.listing("booking").echo
    world.cancel("airbnb", first)

    def resell(now: World) -> None:
        if now["booking"].bookable(now.now, stay(30, 4)) and not now["booking"].reservations():
            now.book("booking", stay(30, 4), quiet=True)
            now["booking"].fail(Fault.EMPTY, now.now, times=None)
            now.say("booking answers empty")

    world.run(9, each=resell)
    world["booking"].heal()
    world.say("and well again")
    sound(world, quiet=72)


# (8) a date change


@pytest.mark.parametrize("name", THREE)
@pytest.mark.parametrize("to", [(31, 4), (40, 4), (28, 4), (30, 6), (30, 2)])
def test_a_date_change_closes_the_new_nights_and_opens_the_old(name, to):
    """At once the new, patiently the old; the same reservation where the platform says who it is."""
    world = settled_in(habits={"booking": ECHOES})
    guest = world.sell(name, stay(30, 4))
    world.run(6)
    assert world.move(name, guest, stay(*to))
    world.run(0.25)
    for other in THREE:
        if other != name:
            assert stay(*to).nights <= closed(world, other), world.told()
    sound(world, per_act=6)
    assert world.tally.false_probable == set()


# (9) daily clipping and new UIDs


def test_clipping_and_new_uids_change_nothing():
    """A stay that runs is clipped every midnight and renumbered; nobody is told anything, and it ends by itself."""
    world = settled_in(habits={"booking": ECHOES})
    world.sell("booking", stay(2, 9))
    world.run(24)
    revisions = world.tally.revisions
    world.run(24 * 6)
    for name in THREE:
        world[name].fail(Fault.REISSUED_UIDS, world.now, times=2)
    world.run(24 * 3)
    assert world.tally.revisions == revisions, world.told()
    sound(world)


# (10) a platform that never reads us


def test_a_platform_that_never_reads_is_exposed_and_echoes_nothing():
    """What it shows is its own; what it has not read is told as exposed, and since when."""
    world = settled_in()
    world["booking"].fail(Fault.DEAF, world.now, times=None)
    world.sell("airbnb", stay(30, 4))
    world.run(30)
    exposed = Nights.union(one.nights for one in world.listing("booking").exposed)
    assert exposed == stay(30, 4).nights, world.told()
    world.sell("booking", stay(31, 4))
    world.run(1)
    assert world.tally.real <= world.tally.alarmed, world.told()
    assert world.listing("booking").echo == NO_NIGHTS
    sound(world)


# (11) habits


def test_habits_are_learned_and_change():
    """Three closings read and never shown: it never echoes. Shown again as published: nobody knows, at once."""
    world = settled_in(habits={"booking": ECHOES})
    assert world.listing("booking").habit is EchoHabit.ECHOES, world.told()
    assert world.listing("greengo").habit is EchoHabit.NEVER, world.told()
    world["greengo"].adopt(evolve(world["greengo"].habits, echo=True), world.now)
    world.say("greengo begins to echo")
    world.run(1)
    assert world.listing("greengo").habit is not EchoHabit.NEVER, world.told()
    assert world.listing("greengo").claimed == world["greengo"].sold(world.now), world.told()
    guest = world.sell("airbnb", stay(40, 3))
    world.run(12)
    world.cancel("airbnb", guest)
    sound(world, per_act=6)


# (12) turnover


def test_turnover_nights_close_on_the_guests_own_listing_too():
    """One night stays free on either side of a guest, on every listing, and goes when they do; echoes add none."""
    world = settled_in(turnover=1, habits={"booking": ECHOES})
    guest = world.sell("airbnb", stay(30, 4))
    world.run(30)
    assert stay(29, 6).nights <= closed(world, "booking") & closed(world, "greengo"), world.told()
    sides = stay(29, 6).nights - stay(30, 4).nights
    assert closed(world, "airbnb") & stay(27, 10).nights == sides, world.told()
    assert not closed(world, "booking").overlaps(stay(28, 1).nights | stay(35, 1).nights)
    world.cancel("airbnb", guest)
    world.run(12)
    for name in THREE:
        assert not closed(world, name).overlaps(stay(27, 10).nights), world.told()
    sound(world, ghosts=False)


# (13) a listing linked later than the others


def test_a_listing_linked_later_brings_its_guests_and_no_alarm():
    """Its first look is an inventory like the others': its guests close elsewhere, copies it holds alarm nobody."""
    world = World.of(*THREE, linked=False, takeover=True)
    world["greengo"].link(world["airbnb"].urls[0], world.now, name="airbnb")
    world["greengo"].adopt(evolve(world["greengo"].habits, echo=True), world.now)
    for name in ("airbnb", "booking"):
        world[name].link(f"https://calendars.example.org/{name}", world.now)
    world.sell("airbnb", stay(20, 4))
    guest = world.sell("greengo", stay(40, 4))
    world.run(50, skip=("greengo",))
    world["greengo"].link("https://calendars.example.org/greengo", world.now)
    world.say("greengo is linked")
    world.run(1)
    assert guest.stay.nights <= closed(world, "airbnb") & closed(world, "booking"), world.told()
    world["greengo"].unlink("airbnb", world.now)
    world.state = links_removed(world.state, world.now)
    world.run(30)
    world.owner_answers()
    sound(world, per_act=6)
    assert not any(one.alarming for one in world.conflicts.values()), world.told()


# (14) an old copy of our calendar


@pytest.mark.parametrize("hours", [1, 6])
def test_an_old_copy_of_our_calendar_between_us_and_the_platform(hours):
    """A cache gives Booking.com what we published hours ago: what that closes is our echo all the same."""
    world = settled_in(habits={"booking": ECHOES})
    world.sides["booking"].stale_by = hours * HOUR
    for place in range(4):
        guest = world.sell("airbnb", stay(30 + 8 * place, 4))
        world.run(1.5)
        if place % 2:
            world.cancel("airbnb", guest)
        world.run(3)
    world.run(24)
    assert world.listing("booking").claimed == world["booking"].sold(world.now), world.told()
    sound(world, quiet=72)
