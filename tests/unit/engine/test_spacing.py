"""Requests that a platform wants seldom, driven by hand: who asks, who waits, and who is given the answer of before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from channelsync.adapter import SPACED, Spaced
from channelsync.engine.budget import Pause
from channelsync.engine.retry import Steps
from channelsync.engine.spacing import LONGEST_KEPT, Spacings
from channelsync.errors import ChannelUnavailableError, RateLimitedError


class World:
    """A platform that numbers its answers, and a clock that moves when somebody pauses."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.asked: list[float] = []
        self.spacings = Spacings()
        self.status = 200

    def ticks(self) -> float:
        """The time."""
        return self.time

    def begun(self, request: httpx.Request) -> Steps[httpx.Response]:
        """Begin to send a request."""

        def send() -> Steps[httpx.Response]:
            answer = yield request
            assert answer is not None
            return answer

        return self.spacings.sent(request, send, self.ticks)

    def ask(self, method: str = "GET", *, seconds: float = 20.0, account: str = "m1", path: str = "/new") -> str:
        """Send a request to its end, and return the number of its answer, with its age where it has one."""
        spaced = {SPACED: Spaced(account, seconds)}
        request = httpx.Request(method, f"https://hotel.example{path}", extensions=spaced)
        steps = self.begun(request)
        try:
            step = next(steps)
            while True:
                step = steps.send(self._done(step))
        except StopIteration as done:
            answer: httpx.Response = done.value
        return answer.text + "".join(f", {age} s old" for age in answer.headers.get_list("age"))

    def _done(self, step: httpx.Request | Pause) -> httpx.Response | None:
        if isinstance(step, Pause):
            self.time += step.seconds
            return None
        self.asked.append(self.time)
        return httpx.Response(self.status, text=str(len(self.asked)))


def test_who_asks_too_soon_is_given_the_answer_of_before():
    """Several rooms ask the same queue; it is asked once, and each is told how old the answer is."""
    world = World()
    assert world.ask() == "1"
    world.time += 7
    assert [world.ask(), world.ask(seconds=40)] == ["1, 7 s old", "1, 7 s old"]
    world.time += 13
    assert world.ask(seconds=40) == "1, 20 s old"
    assert world.ask() == "2"
    assert world.asked == [1000.0, 1020.0]


def test_who_comes_a_moment_too_soon_waits():
    """One who reads every twenty seconds is not put off to the next time by a clock that ticks a little unevenly."""
    world = World()
    world.ask()
    world.time += 18.5
    assert world.ask() == "2"
    assert world.asked == [1000.0, 1020.0]


def test_who_must_know_asks():
    """A flow that needs a new answer says that none is too young."""
    world = World()
    assert [world.ask(), world.ask(seconds=0)] == ["1", "2"]


def test_addresses_and_accounts_are_told_apart():
    """Another queue, or another account, has not been asked."""
    world = World()
    assert [world.ask(), world.ask(path="/changed"), world.ask(account="m2")] == ["1", "2", "3"]


def test_after_an_acknowledgement_nothing_is_read_for_a_while():
    """Who takes what was read before is given it; who must know, or knows nothing, waits."""
    world = World()
    world.ask()
    assert world.ask("POST", seconds=5) == "2"
    assert world.ask() == "1, 0 s old"
    assert world.ask(seconds=0) == "3"
    world.ask("POST", seconds=5)
    assert world.ask(path="/changed") == "5"
    assert world.asked == [1000.0, 1000.0, 1005.0, 1005.0, 1010.0]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_bad_answer_is_not_given_again(status: int):
    """The next one asks: the token may be a new one by then."""
    world = World()
    world.status = status
    world.ask()
    world.status = 200
    assert world.ask() == "2"
    world.status = status
    assert world.ask(seconds=0) == "3"
    world.time += 7
    assert world.ask() == "2, 7 s old"


def test_nothing_is_kept_for_long():
    """An answer may hold what guests have said: it is dropped when it is too old to be of use, whoever asks next."""
    world = World()
    world.ask()
    world.time += LONGEST_KEPT + 1
    world.ask(path="/changed")
    world.time -= 30
    assert world.ask() == "3"


def test_what_is_kept_is_dropped_with_the_next_request_of_any_kind():
    """Also by one that is not spaced; and never with the request, which holds a token."""
    world = World()
    world.ask()
    (kept,) = world.spacings._read.values()
    with pytest.raises(RuntimeError):
        _ = kept.response.request
    world.time += LONGEST_KEPT + 1
    next(world.begun(httpx.Request("GET", "https://hotel.example/rooms")))
    assert not world.spacings._read


def test_a_slow_answer_counts_from_when_it_was_asked_for():
    """One who reads every twenty seconds reads every twenty, however long each answer takes."""
    world = World()
    request = httpx.Request("GET", "https://hotel.example/new", extensions={SPACED: Spaced("m1", 20)})
    steps = world.begun(request)
    next(steps)
    world.time += 6
    with pytest.raises(StopIteration):
        steps.send(httpx.Response(200, text="slow"))
    world.time += 14
    assert world.ask() == "1"


def test_one_asks_and_the_others_wait_for_the_same_answer():
    """Two rooms that are looked at side by side ask one after the other, and the second is given the first one's."""
    world = World()
    request = httpx.Request("GET", "https://hotel.example/new", extensions={SPACED: Spaced("m1", 20)})
    first, second = world.begun(request), world.begun(request)
    assert isinstance(next(first), httpx.Request)
    assert isinstance(next(second), Pause)
    assert isinstance(second.send(None), Pause)
    with pytest.raises(StopIteration):
        first.send(httpx.Response(200, text="one"))
    with pytest.raises(StopIteration) as given:
        second.send(None)
    assert given.value.value.text == "one"


@pytest.mark.parametrize("end", [lambda steps: steps.close(), lambda steps: steps.throw(ChannelUnavailableError("x"))])
def test_one_who_breaks_off_keeps_nobody_waiting(end: Callable[[Steps[httpx.Response]], object]):
    """A flow may be abandoned, or fail, at any request."""
    world = World()
    steps = world.begun(httpx.Request("GET", "https://hotel.example/new", extensions={SPACED: Spaced("m1", 20)}))
    next(steps)
    with suppress(ChannelUnavailableError):
        end(steps)
    assert world.ask() == "1"


def test_nobody_waits_for_ever():
    """An answer that does not come makes the others come later, as if the platform had asked for it."""
    world = World()
    request = httpx.Request("GET", "https://hotel.example/new", extensions={SPACED: Spaced("m1", 20)})
    first = world.begun(request)
    next(first)
    with pytest.raises(RateLimitedError) as refused:
        world.ask(path="/changed")
    assert refused.value.retry_after is not None
    assert world.asked == []


def test_others_are_sent_as_they_come():
    """A request that says nothing about it is neither kept nor kept waiting."""
    world = World()
    request = httpx.Request("GET", "https://hotel.example/new")
    steps = world.begun(request)
    assert next(steps) is request
    with pytest.raises(StopIteration):
        steps.send(httpx.Response(200))
    assert next(world.begun(request)) is request
