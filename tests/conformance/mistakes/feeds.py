"""Mistakes in plugins that read a feed: their identity, their dialect, their habits, their look."""

# ruff: noqa: ARG005, D103 - a lambda keeps the form of what it stands for; the name of each function says what is wrong with the plugin
from __future__ import annotations

import logging
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from attrs import evolve

from channelsync.adapter import Capability, FeedLook, FeedReader, MailHint
from channelsync.claims import Kind
from channelsync.errors import (
    ChannelSyncError,
    ChannelUnavailableError,
    CredentialRejectedError,
    RateLimitedError,
    WireFormatError,
)
from channelsync.ical import DateRule
from channelsync.nights import Stay
from channelsync.observation import Observation
from channelsync.testing.conformance import Candidate
from channelsync.testing.plain import platform
from channelsync.traits import EchoHabit, Horizon
from tests.conformance.mistakes.planting import FEEDS, fed, good, planted, points


def plain(**changes) -> Candidate:
    """The built-in channel with something changed."""
    return Candidate(evolve(good("ical"), **changes), points=points("ical"))


def through(route, source, at, change):
    """A good look, changed."""
    look = yield from route.look(source, at)
    return evolve(look, observation=change(look.observation))


def twisted(change, name: str = "ical") -> Candidate:
    """A plugin whose observations are changed."""
    return fed(name, twist=lambda route, source, at: through(route, source, at, change))


# -- identity ----------------------------------------------------------------------------------------------------------
@planted("identity.name")
def is_named_otherwise():
    return plain(name="village")


@planted("identity.protocol")
def is_for_a_later_contract():
    return plain(protocol=(2, 0))


@planted("identity.entry-point")
def is_announced_by_nobody():
    return Candidate(good("ical"), points=())


@planted("identity.capabilities")
def declares_what_it_cannot_do():
    return plain(capabilities=FEEDS | {Capability.PUSHES_AVAILABILITY})


@planted("identity.capabilities")
def hides_what_it_can_do():
    return plain(capabilities=frozenset({Capability.PULLS_CLAIMS}))


@planted("identity.simulator")
def brings_no_simulator():
    return plain(sandbox="")


@planted("identity.simulator-repeats")
def simulates_by_chance():
    return Candidate(good("ical"), platform=lambda *, rng: platform(rng=random.Random()), points=points("ical"))


@planted("identity.options")
def ignores_what_it_does_not_know():
    route = good("ical").route()
    return plain(configure=lambda options: route)


@planted("identity.links")
def takes_every_link():
    return fed(traits={"hosts": ("*.com", "*.net")})


@planted("identity.links", "greengo")
def knows_none_of_its_own_links():
    return fed("greengo", traits={"hosts": ("calendars.greengo.example",)})


@planted("identity.pages", "greengo")
def links_to_a_page_of_anybody():
    return Candidate(evolve(good("greengo"), calendar_page="https://{listing}/"), points=points("greengo"))


@planted("identity.mail", "booking")
def takes_every_mail_for_a_booking():
    hint = MailHint(("noreply@booking.com",), "booking.com", ".*", "new")
    return Candidate(evolve(good("booking"), mail_hints=(hint,)), points=points("booking"))


# -- pull --------------------------------------------------------------------------------------------------------------
@planted("pull.every-night")
def leaves_short_stays_out():
    return twisted(lambda seen: evolve(seen, events=tuple(one for one in seen.events if one.stay.length > 1)))


@planted("pull.no-other-night")
def takes_the_departure_for_a_night():
    def longer(seen):
        day = timedelta(days=1)
        return evolve(
            seen,
            events=tuple(evolve(one, stay=Stay(one.stay.arrival, one.stay.departure + day)) for one in seen.events),
        )

    return twisted(longer)


@planted("pull.departure")
def takes_the_departure_for_a_night_too():
    return Candidate(takes_the_departure_for_a_night.make().plugin, points=points("ical"))


@planted("pull.cancelled")
def tells_every_stay_as_cancelled():
    return twisted(lambda seen: evolve(seen, cancelled=frozenset(one.uid for one in seen.events)))


@planted("pull.zone", "greengo")
def reads_utc_days_in_local_time():
    return fed("greengo", dialect={"dates": DateRule.LOCAL})


@planted("pull.time")
def dates_its_looks_later():
    return twisted(lambda seen: evolve(seen, at=seen.at + timedelta(hours=1)))


@planted("pull.unchanged")
def tells_an_old_answer_as_new():
    return twisted(lambda seen: evolve(seen, not_modified=False))


@planted("pull.kinds")
def takes_guests_for_blocks():
    return fed(dialect={"kind": lambda event: Kind.BLOCK})


# -- dialect -----------------------------------------------------------------------------------------------------------
@planted("dialect.total")
def breaks_off_at_a_short_uid():
    return fed(dialect={"kind": lambda event: Kind.BLOCK if event.uid.split("-")[4] == "x" else Kind.CLOSURE})


@planted("dialect.unknown")
def takes_the_unknown_for_a_reservation():
    return fed(dialect={"kind": lambda event: Kind.BLOCK if "Indisponible" in event.summary else Kind.RESERVATION})


@planted("dialect.own-closing")
def takes_our_closing_for_a_guest():
    return fed(dialect={"kind": lambda event: Kind.RESERVATION if event.summary == "Not available" else Kind.CLOSURE})


@planted("dialect.codes")
def tells_the_guest_for_a_code():
    return fed(dialect={"code": lambda event: event.summary.partition(" - ")[2]})


@planted("dialect.remarks")
def repeats_the_title_in_a_remark():
    return fed(dialect={"remark": lambda event: f"an event titled {event.summary}" if event.summary else ""})


@planted("dialect.identity", "booking")
def trusts_a_uid_made_of_dates():
    return fed("booking", traits={"identified": frozenset({Kind.CLOSURE})})


@planted("dialect.merges", "booking")
def does_not_tell_that_stays_are_merged():
    return fed("booking", traits={"merges": False})


@planted("dialect.clips", "booking")
def does_not_tell_that_stays_are_clipped():
    return fed("booking", traits={"clips": False})


@planted("dialect.rolling-end", "booking")
def looks_for_the_end_in_the_wrong_month():
    return fed("booking", traits={"horizon": Horizon(12, frozenset({Kind.CLOSURE}))})


@planted("dialect.notice", "airbnb")
def tells_of_a_notice_that_is_no_block():
    return fed("airbnb", dialect={"kind": lambda event: Kind.CLOSURE})


@planted("dialect.echo")
def looks_for_its_echo_among_blocks():
    return fed(traits={"echo": EchoHabit.ECHOES, "echo_kinds": frozenset({Kind.BLOCK})})


@planted("dialect.prodid", "airbnb")
def takes_any_program_for_its_own():
    return fed("airbnb", traits={"prodids": ("-//",)})


@planted("dialect.regrouped", "airbnb")
def leaves_out_what_has_a_new_uid():
    seen_before = set()

    def only_known(seen):
        known = seen_before or seen_before.update(one.uid for one in seen.events) or seen_before
        return evolve(seen, events=tuple(one for one in seen.events if one.uid in known))

    return twisted(only_known, "airbnb")


# -- faults ------------------------------------------------------------------------------------------------------------
def catching(kind, outcome) -> Candidate:
    """A plugin that catches an error of the good route and makes something else of it."""

    def look(route, source, at):
        try:
            return (yield from route.look(source, at))
        except kind as error:
            return outcome(error, source, at)

    return fed(twist=look)


def raising(error):
    """Raise an error where a value is wanted."""
    raise error


@planted("faults.throttled")
def forgets_how_long_to_wait():
    return catching(RateLimitedError, lambda error, source, at: raising(RateLimitedError("slow down")))


@planted("faults.server-error")
def takes_a_500_for_a_wrong_form():
    return catching(ChannelUnavailableError, lambda error, source, at: raising(WireFormatError("no calendar")))


@planted("faults.refused")
def tries_a_refusal_again():
    def look(route, source, at):
        for _ in range(3):
            try:
                return (yield from route.look(source, at))
            except CredentialRejectedError as error:
                last = error
        raise last

    return fed(twist=look)


@planted("faults.gone")
def takes_a_404_for_a_free_calendar():
    return catching(ChannelSyncError, lambda error, source, at: FeedLook(Observation(at=at)))


@planted("faults.rubbish")
def takes_a_page_for_a_free_calendar():
    return twisted(lambda seen: seen if seen.usable else Observation(at=seen.at))


@planted("faults.late")
def hides_that_nobody_answered():
    return catching(ChannelUnavailableError, lambda error, source, at: FeedLook(Observation(at=at)))


@planted("faults.empty")
def takes_an_empty_calendar_for_cancellations():
    known = set()

    def remembering(seen):
        gone = frozenset(known - {one.uid for one in seen.events})
        known.update(one.uid for one in seen.events)
        return evolve(seen, cancelled=gone)

    return twisted(remembering)


@planted("faults.told")
def repeats_the_answer_in_its_error():
    def look(route, source, at):
        response = yield httpx.Request("GET", source.url.reveal())
        if response.status_code != 200:
            msg = f"answered {response.status_code}\n{response.text}"
            raise ChannelUnavailableError(msg)
        return FeedLook(Observation(at=at))

    return fed(twist=look)


# -- credentials -------------------------------------------------------------------------------------------------------
@planted("credentials.unseen")
def writes_the_link_into_its_error():
    return catching(
        ChannelUnavailableError,
        lambda error, source, at: raising(ChannelUnavailableError(f"{source.url.reveal()} did not answer")),
    )


@planted("credentials.unseen")
def logs_the_link():
    def look(route, source, at):
        logging.getLogger("village").debug("reading %s", source.url.reveal())
        return (yield from route.look(source, at))

    return fed(twist=look)


@planted("credentials.settings")
def asks_for_the_link_openly():
    return plain(settings=tuple(evolve(one, secret=False) for one in good("ical").settings))


# -- hygiene -----------------------------------------------------------------------------------------------------------
def doing(act) -> Candidate:
    """A plugin whose look does something beside looking."""

    def look(route, source, at):
        act()
        return (yield from route.look(source, at))

    return fed(twist=look)


@planted("hygiene.no-io")
def opens_a_file():
    return doing(lambda: Path(__file__).read_bytes())


@planted("hygiene.no-io")
def prints():
    return doing(lambda: print(end=""))


@planted("hygiene.no-clock")
def reads_the_clock():
    return doing(lambda: datetime.now(UTC))


@planted("hygiene.no-clock")
def draws_by_chance():
    return doing(random.random)


@planted("hygiene.same-twice")
def counts_its_requests():
    counted = iter(range(1000))

    def look(route, source, at):
        flow = route.look(source, at)
        request = next(flow)
        request.headers["X-Number"] = str(next(counted))
        request.url = request.url.copy_merge_params({"n": request.headers["X-Number"]})
        response = yield request
        try:
            flow.send(response)
        except StopIteration as done:
            return done.value
        raise AssertionError

    return fed(twist=look)


@planted("hygiene.abandoned")
def asks_once_more_at_the_end():
    def look(route, source, at):
        try:
            return (yield from route.look(source, at))
        finally:
            yield httpx.Request("GET", source.url.reveal())

    return fed(twist=look)


@planted("hygiene.labels")
def has_no_label_in_english():
    return plain(settings=tuple(evolve(one, label_en="") for one in good("ical").settings))


@planted("hygiene.help")
def explains_in_one_language():
    return plain(help_export_en=good("ical").help_export_fr)


# -- publish -----------------------------------------------------------------------------------------------------------
@planted("publish.rhythm")
def is_never_expected_to_read():
    return fed(traits={"imports_every": timedelta(days=400)})


@planted("publish.readers", "airbnb")
def takes_a_browser_for_the_platform():
    return Candidate(evolve(good("airbnb"), readers=(FeedReader("mozilla", "inferred"),)), points=points("airbnb"))


@planted("publish.closes")
def simulates_a_calendar_that_is_never_open():
    def shut(*, rng):
        made = platform(rng=rng)
        made.adopt(evolve(made.habits, opened_until=date(2027, 3, 1)), datetime(2027, 3, 1, tzinfo=UTC))
        return made

    return Candidate(good("ical"), platform=shut, points=points("ical"))
