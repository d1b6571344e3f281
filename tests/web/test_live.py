"""Pages that change by themselves: one word when something of the owner's has changed, and nothing about what."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import aclosing
from typing import cast

from channelsync.ids import OwnerId
from channelsync.nights import Stay
from channelsync.service.people import People, SignedIn
from channelsync_web.areas.live.pulse import MOST_STREAMS, Pulse
from channelsync_web.areas.live.stream import events
from tests.web.site import Site

ME, YOU = OwnerId("me"), OwnerId("you")


class Ledger:
    """What the pulse asks, and how often it did."""

    def __init__(self) -> None:
        self.words: dict[OwnerId, str] = {ME: "a", YOU: "x"}
        self.asked: list[set[OwnerId]] = []
        self.time = 0.0

    def read(self, owners: Collection[OwnerId]) -> Mapping[OwnerId, str]:
        """Answer as the ledger does."""
        self.asked.append(set(owners))
        return {one: self.words[one] for one in owners}

    def pulse(self) -> Pulse:
        """Return a pulse that asks here."""
        return Pulse(self.read, lambda: self.time)


def test_one_question_a_second() -> None:
    """However many pages are open, the ledger is asked once a second, and only for owners who have one open."""
    ledger = Ledger()
    pulse = ledger.pulse()

    async def many() -> list[str]:
        return [await pulse.word(ME) for _ in range(20)]

    assert asyncio.run(many()) == ["a"] * 20
    assert ledger.asked == [{ME}]
    ledger.time, ledger.words[ME] = 1.0, "b"
    assert asyncio.run(pulse.word(YOU)) == "x"
    assert asyncio.run(pulse.word(ME)) == "b"
    assert ledger.asked == [{ME}, {ME, YOU}]
    ledger.time = 10.0
    assert asyncio.run(pulse.word(ME)) == "b"
    assert ledger.asked[-1] == {ME}


def test_so_many_pages_a_sign_in() -> None:
    """A sign-in has a limited number of streams; one that was left, or fell silent, makes room."""
    ledger = Ledger()
    pulse = ledger.pulse()
    streams = [object() for _ in range(MOST_STREAMS + 1)]
    assert [pulse.admits("s", one) for one in streams] == [True] * MOST_STREAMS + [False]
    assert pulse.admits("another", streams[-1])
    pulse.leave("s", streams[0])
    assert pulse.admits("s", streams[-1])
    ledger.time = 60.0
    assert pulse.admits("s", object())


def test_what_changes_the_word(site: Site) -> None:
    """An order, a look or a platform's visit changes the owner's word, and nobody else's."""
    unit, other = site.lodging(), site.lodging("Ailleurs", owner="Dominique", sides=("ical:c",))
    mine, theirs = site.owner(), site.owner("Dominique")

    def words() -> Mapping[OwnerId, str]:
        with site.manager.ledger.reading() as tx:
            return tx.pulses([mine, theirs])

    before = words()
    assert words() == before
    for change in (
        lambda: site.manager.block(unit, Stay.parse("2027-04-01/2027-04-05")),
        lambda: site.manager.sync(unit),
        lambda: site.manager.record_fetch(unit, "ical:b"),
    ):
        site.pass_time(hours=1)
        change()
        after = words()
        assert (after[mine] != before[mine], after[theirs]) == (True, before[theirs])
        before = after
    site.manager.block(other, Stay.parse("2027-04-01/2027-04-05"))
    assert words()[mine] == before[mine]


def test_a_stream_says_that_something_changed(site: Site) -> None:
    """A stream begins with what is known, says one word at a change, and ends as soon as the sign-in has ended."""
    ledger = Ledger()
    people = cast("People", site.app.state.people)
    owner = site.owner()
    token = people.begin(owner)
    known = cast("SignedIn", people.session(token))
    ledger.words[owner] = "a"

    async def told() -> list[str]:
        said: list[str] = []
        words = events(ledger.pulse(), people, known, token, object(), every=0)
        async with aclosing(words):
            said += [await anext(words), await anext(words)]
            ledger.time, ledger.words[owner] = 1.0, "b"
            said.append(await anext(words))
            ledger.time = 22.0
            said.append(await anext(words))
            people.end(known.id, owner)
            ledger.time, ledger.words[owner] = 24.0, "c"
            said += [one async for one in words]
        return said

    first, begun, changed, alive = asyncio.run(told())
    assert first.startswith("retry:")
    assert "event" not in begun
    assert changed == "id: b\nevent: changed\ndata: 1\n\n"
    assert alive.startswith(":")


def test_what_was_missed_is_said_at_once(site: Site) -> None:
    """A browser that comes back after a break hears of what changed meanwhile."""
    ledger = Ledger()
    people = cast("People", site.app.state.people)
    owner = site.owner()
    token = people.begin(owner)
    known = cast("SignedIn", people.session(token))
    ledger.words[owner] = "b"

    async def first() -> str:
        words = events(ledger.pulse(), people, known, token, object(), "a", every=0)
        async with aclosing(words):
            await anext(words)
            return await anext(words)

    assert "event: changed" in asyncio.run(first())


def test_a_page_knows_what_it_was_made_under(site: Site) -> None:
    """What changes between the making of a page and its first listening is not lost: the page names its word."""
    unit, browser = site.lodging(), site.browser()

    def word() -> str:
        with site.manager.ledger.reading() as tx:
            return tx.pulses([site.owner()])[site.owner()]

    before = word()
    assert f'<body data-heard="{before}">' in browser.get("/").text
    site.manager.record_fetch(unit, "ical:b")
    assert word() != before
    assert f'<body data-heard="{word()}">' in browser.get("/").text
    assert "data-heard" not in site.browser(None).get("/connexion").text


def test_a_stranger_hears_nothing(site: Site) -> None:
    """Nobody who is not signed in has a stream: the browser is told once, and does not ask again and again."""
    answer = site.browser(None).get("/vivant", headers={"accept": "text/event-stream"})
    assert answer.status_code == 401
