"""How a platform reads the calendars its owner linked: ours, and old direct links to other platforms.

Each link has its own rhythm. A reading that brings a whole calendar takes force after the platform's lag; any other
answer leaves the last good copy in force (reported: platforms keep it). An empty calendar is a good one: platforms
believe it (inferred, the harder case). Removing a link takes its closures away at once (inferred).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import final

import httpx
from attrs import define, field

from channelsync.errors import UsageError
from channelsync.nights import Nights, Stay
from channelsync.testing.calendars import read_stays
from channelsync.testing.values import Habits

__all__ = ["Link", "Links"]


@final
@define
class Link:
    """One calendar linked to a platform: its address, its rhythm, and what was read from it."""

    name: str
    url: str = field(repr=False)
    every: timedelta
    due: datetime
    """When it is read next."""
    stays: tuple[Stay, ...] = ()
    """The closures in force."""
    coming: list[tuple[datetime, tuple[Stay, ...]]] = field(factory=list[tuple[datetime, tuple[Stay, ...]]])
    """What was read and is not in force yet, oldest first."""
    read_at: datetime | None = None
    """The last good reading."""
    failures: int = 0
    """Bad readings since then."""
    etag: str = ""
    _last: bytes = field(default=b"", repr=False)

    @property
    def nights(self) -> Nights:
        """The nights that this link closes."""
        return Nights.of(*self.stays)

    def took(self, status: int, body: bytes, force_at: datetime, now: datetime) -> None:
        """Take an answer in; closures that differ from the last ones read are in force from ``force_at``."""
        try:
            read = self.stays if status == 304 else self._read(status, body)
        except ValueError:
            self.failures += 1
            return
        self.read_at, self.failures = now, 0
        newest = self.coming[-1][1] if self.coming else self.stays
        if status != 304 and read != newest:
            self.coming.append((force_at, read))

    def _read(self, status: int, body: bytes) -> tuple[Stay, ...]:
        """Return the stays of a good answer; one that repeats the last is not read again."""
        if status != 200:
            msg = f"the answer was {status}"
            raise ValueError(msg)
        if self.read_at is not None and not self.failures and body == self._last:
            return self.coming[-1][1] if self.coming else self.stays
        read = read_stays(body)
        self._last = body
        return read


@final
@define
class Links:
    """All calendars linked to one platform."""

    agent: str
    rng: Random = field(repr=False)
    by_name: dict[str, Link] = field(factory=dict[str, Link])

    def add(self, name: str, url: str, every: timedelta, now: datetime) -> Link:
        """Link a calendar; it is read for the first time at once (inferred).

        Raises:
            UsageError: the name is taken, or the address is none of the web's.
        """
        if not _is_web(url):
            msg = "the address to link is not an http or https address"
            raise UsageError(msg)
        if name in self.by_name:
            msg = f"a calendar named {name!r} is linked already"
            raise UsageError(msg, advice="Unlink it first, or give the new one another name.")
        self.by_name[name] = Link(name, url, every, due=now)
        return self.by_name[name]

    def get(self, name: str) -> Link:
        """Return a link.

        Raises:
            UsageError: no link has that name.
        """
        try:
            return self.by_name[name]
        except KeyError:
            msg = f"no calendar named {name!r} is linked"
            raise UsageError(msg) from None

    def remove(self, name: str) -> None:
        """Remove a link, and all that was read from it.

        Raises:
            UsageError: no link has that name.
        """
        del self.by_name[self.get(name).name]

    def due(self, now: datetime) -> tuple[str, ...]:
        """Return the names of the links to read now, in the order they were made."""
        return tuple(link.name for link in self.by_name.values() if link.due <= now)

    def request(self, name: str, habits: Habits, now: datetime) -> httpx.Request:
        """Return the request that reads a link, and plan the next one."""
        link = self.get(name)
        self._plan(link, habits, now)
        headers = {"User-Agent": self.agent, "Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "gzip"}
        if habits.conditional and link.etag:
            headers["If-None-Match"] = link.etag
        return httpx.Request("GET", link.url, headers=headers)

    def answered(self, name: str, response: httpx.Response, habits: Habits, now: datetime) -> None:
        """Take in the answer to a `request`; one for a link that was removed meanwhile is forgotten."""
        if link := self.by_name.get(name):
            link.took(response.status_code, response.content, now + habits.import_lag, now)
            link.etag = response.headers.get("ETag", link.etag)

    def answered_as(self, name: str, status: int, body: bytes, habits: Habits, now: datetime) -> None:
        """Plan the next reading and take in an answer that came without an ETag.

        Raises:
            UsageError: no link has that name.
        """
        link = self.get(name)
        self._plan(link, habits, now)
        link.took(status, body, now + habits.import_lag, now)

    def again(self, name: str, habits: Habits, now: datetime) -> None:
        """Note a reading whose answer was that of the last time, and plan the next one.

        Raises:
            UsageError: no link has that name, or its last reading failed.
        """
        link = self.get(name)
        if link.read_at is None or link.failures:
            msg = f"the last reading of {name!r} brought nothing that could be repeated"
            raise UsageError(msg)
        self._plan(link, habits, now)
        link.read_at = now

    def _plan(self, link: Link, habits: Habits, now: datetime) -> None:
        """Say when a link is read next."""
        link.due = now + link.every + self.rng.random() * habits.import_jitter

    @property
    def waiting(self) -> bool:
        """Whether anything was read that is not in force yet."""
        return any(link.coming for link in self.by_name.values())

    def settle(self, now: datetime) -> Iterator[datetime]:
        """Put in force what has come due, in order of time, and yield each time something did."""
        while ready := [link for link in self.by_name.values() if link.coming and link.coming[0][0] <= now]:
            link = min(ready, key=lambda each: each.coming[0][0])
            at, link.stays = link.coming.pop(0)
            yield at


def _is_web(url: str) -> bool:
    """Whether an address can be fetched at all."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in {"http", "https"} and bool(parsed.host)
