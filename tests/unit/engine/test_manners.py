"""What a driver remembers of hosts, driven by hand: rate budgets, circuits, repeated requests; no clock, no network."""

from __future__ import annotations

import httpx
import pytest

from channelsync.adapter import Flow
from channelsync.engine.address import AddressPolicy
from channelsync.engine.breaker import FAILURES, OPEN_FOR, WINDOW, Breakers, Circuit
from channelsync.engine.budget import ACCOUNT, Budgets, Pause, Rate, Rates
from channelsync.engine.client import DriverLimits
from channelsync.engine.drive import Manners, guarded
from channelsync.engine.retry import REPEATABLE, ConnectionBrokenError
from channelsync.errors import ChannelSyncError, ChannelUnavailableError, RateLimitedError

URL = "https://calendar.example/1.ics"


class World:
    """A driver made of hands: it answers from a list, and its clock moves when it pauses."""

    def __init__(self, rates: Rates | None = None) -> None:
        self.time = 0.0
        self.pauses: list[float] = []
        self.sent: list[httpx.Request] = []
        self.manners = Manners(Budgets(rates or Rates()), Breakers(), lambda: self.time)

    def run(self, request: httpx.Request, *answers: httpx.Response | ChannelSyncError) -> httpx.Response:
        """Run one request as a flow, and give it these answers."""

        def flow() -> Flow[httpx.Response]:
            return (yield request)

        left = list(answers)
        steps = guarded(flow(), AddressPolicy(), DriverLimits(), self.manners)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    self.pauses.append(step.seconds)
                    self.time += step.seconds
                    step = steps.send(None)
                    continue
                self.sent.append(step)
                answer = left.pop(0)
                step = steps.throw(answer) if isinstance(answer, ChannelSyncError) else steps.send(answer)
        except StopIteration as done:
            assert not left, "an answer was not asked for"
            return done.value


def get(**extensions: object) -> httpx.Request:
    """A request for a calendar."""
    return httpx.Request("GET", URL, extensions=extensions)


def answer(status: int, **headers: str) -> httpx.Response:
    """An answer of that status."""
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


BROKEN = ConnectionBrokenError("calendar.example cannot be reached")


@pytest.mark.parametrize("fault", [BROKEN, answer(502), answer(503), answer(504), answer(429, Retry_After="2")])
def test_what_may_be_over_in_a_moment_is_repeated(fault: httpx.Response | ChannelSyncError) -> None:
    """A broken connection, a gateway's error and a short wait asked for are tried again, twice at most."""
    world = World()
    assert world.run(get(), fault, fault, answer(200)).status_code == 200
    assert len(world.pauses) == 2
    if isinstance(fault, httpx.Response) and fault.status_code == 429:
        assert min(world.pauses) >= 2


def test_the_last_try_is_the_answer() -> None:
    """After the last try its answer, or its error, counts as if it had been the only one."""
    world = World()
    assert world.run(get(), answer(503), answer(503), answer(503)).status_code == 503
    with pytest.raises(ConnectionBrokenError):
        world.run(get(), BROKEN, BROKEN, BROKEN)


@pytest.mark.parametrize(
    "fault",
    [answer(500), answer(404), answer(403), answer(429), answer(429, Retry_After="60"), answer(503, Retry_After="60")],
)
def test_other_answers_are_not_repeated(fault: httpx.Response) -> None:
    """What is not over in a moment is left to the listing's health, which looks again later."""
    world = World()
    assert world.run(get(), fault) is not None
    assert world.pauses == []


def test_a_timeout_is_not_repeated() -> None:
    """A host that did not answer in time has had its time."""
    with pytest.raises(ChannelUnavailableError):
        World().run(get(), ChannelUnavailableError("calendar.example did not answer in time"))


def test_a_write_is_repeated_only_where_that_does_no_harm() -> None:
    """A POST is sent once, but for one whose flow says that it may be repeated."""
    post = httpx.Request("POST", URL, content=b"close")
    assert World().run(post, answer(503)).status_code == 503
    harmless = httpx.Request("POST", URL, content=b"close", extensions={REPEATABLE: True})
    world = World()
    assert world.run(harmless, answer(503), answer(200)).status_code == 200
    assert [request.content for request in world.sent] == [b"close", b"close"]


def test_no_try_outlasts_the_request() -> None:
    """Where the time for the whole request would be over, it is not tried again."""
    world = World()
    limits = DriverLimits(total=0.0)
    steps = guarded((request for request in [get()]), AddressPolicy(), limits, world.manners)  # type: ignore[arg-type]
    next(steps)
    with pytest.raises(ConnectionBrokenError):
        steps.throw(BROKEN)


def test_a_host_is_asked_no_faster_than_its_rate() -> None:
    """After a burst each request waits for its turn; a host of its own has a bucket of its own."""
    world = World(Rates(host=Rate(60, 3)))
    for _ in range(5):
        world.run(get(), answer(200))
    assert world.pauses == [pytest.approx(1.0), pytest.approx(1.0)]
    world.run(httpx.Request("GET", "https://other.example/"), answer(200))
    assert len(world.pauses) == 2


def test_a_named_host_has_its_own_rate() -> None:
    """What is known about one host is data."""
    world = World(Rates(hosts={"calendar.example": Rate(60, 1)}))
    world.run(get(), answer(200))
    world.run(get(), answer(200))
    assert world.pauses == [pytest.approx(1.0)]


def test_an_account_has_its_own_budget() -> None:
    """Requests that speak for one account are counted together, and apart from another's."""
    world = World(Rates(account=Rate(60, 1)))
    world.run(get(**{ACCOUNT: "a"}), answer(200))
    world.run(get(**{ACCOUNT: "b"}), answer(200))
    assert world.pauses == []
    world.run(get(**{ACCOUNT: "a"}), answer(200))
    assert world.pauses == [pytest.approx(1.0)]


def test_a_wait_that_is_too_long_is_refused() -> None:
    """Nobody waits for long: the look fails as if the platform had asked us to slow down, and says until when."""
    budgets = Budgets(Rates(host=Rate(6, 1), longest_wait=15))
    assert [budgets.reserve("h", None, 0.0) for _ in range(2)] == [0.0, pytest.approx(10.0)]
    with pytest.raises(RateLimitedError) as refused:
        budgets.reserve("h", None, 0.0)
    assert refused.value.retry_after is not None
    assert refused.value.retry_after.total_seconds() == pytest.approx(20.0)
    assert budgets.reserve("h", None, 20.0) == pytest.approx(0.0), "what was refused has taken nothing"


def test_forgotten_buckets_were_full() -> None:
    """However many hosts there are, only those in use are remembered."""
    budgets = Budgets(Rates(host=Rate(60, 1)))
    for number in range(5000):
        budgets.reserve(f"h{number}", None, float(number * 2))
    assert len(budgets._full_at) <= 4097
    assert budgets.reserve("h4999", None, 9998.0) == pytest.approx(1.0)


def test_a_host_that_is_down_is_left_alone() -> None:
    """After enough failures in a row requests fail at once; then one probe decides, as the table says."""
    breakers = Breakers()
    for _ in range(FAILURES):
        breakers.ask("h", 0.0)
        breakers.failed("h", 0.0)
    assert breakers.state("h") is Circuit.OPEN
    with pytest.raises(ChannelUnavailableError, match="has been failing"):
        breakers.ask("h", OPEN_FOR - 1)
    breakers.ask("other", 0.0)
    breakers.ask("h", OPEN_FOR)
    assert breakers.state("h") is Circuit.TRYING
    with pytest.raises(ChannelUnavailableError):
        breakers.ask("h", OPEN_FOR + 1)
    breakers.failed("h", OPEN_FOR + 2)
    assert breakers.state("h") is Circuit.OPEN
    breakers.ask("h", 2 * OPEN_FOR + 2)
    breakers.succeeded("h")
    assert breakers.state("h") is Circuit.CLOSED
    breakers.ask("h", 2 * OPEN_FOR + 2)


def test_a_probe_that_never_came_back_is_followed_by_another() -> None:
    """A probe whose sender was killed does not close the way for ever."""
    breakers = Breakers()
    for _ in range(FAILURES):
        breakers.failed("h", 0.0)
    breakers.ask("h", OPEN_FOR)
    breakers.ask("h", 2 * OPEN_FOR)


def test_failures_far_apart_open_nothing() -> None:
    """A host with one listing that fails now and then keeps its circuit closed: its health spaces its looks."""
    breakers = Breakers()
    for number in range(5 * FAILURES):
        breakers.failed("h", number * (WINDOW / 6))
    assert breakers.state("h") is Circuit.CLOSED


def test_an_answer_between_forgets_the_failures() -> None:
    """Only failures in a row count."""
    breakers = Breakers()
    for _ in range(3 * FAILURES):
        breakers.failed("h", 0.0)
        breakers.succeeded("h")
    assert breakers.state("h") is Circuit.CLOSED


def test_failures_are_counted_where_requests_are_sent() -> None:
    """Errors of the network and of the host count, refusals do not; an open circuit sends nothing."""
    world = World()
    for _ in range(FAILURES):
        world.run(get(), answer(404))
    for _ in range(FAILURES):
        world.run(get(), answer(500))
    sent = len(world.sent)
    with pytest.raises(ChannelUnavailableError, match="has been failing"):
        world.run(get())
    assert len(world.sent) == sent


def test_this_machine_is_not_counted() -> None:
    """A rehearsal runs every platform on one loopback address: nothing ties them together there."""
    world = World(Rates(host=Rate(1, 1)))
    policy = AddressPolicy(allow_private=True)

    def flow() -> Flow[int]:
        for _ in range(3 * FAILURES):
            yield httpx.Request("GET", "http://127.0.0.1:8000/1.ics")
        return 1

    steps = guarded(flow(), policy, DriverLimits(), world.manners)
    assert isinstance(next(steps), httpx.Request)
    for _ in range(3 * FAILURES - 1):
        assert isinstance(steps.send(answer(500)), httpx.Request)
