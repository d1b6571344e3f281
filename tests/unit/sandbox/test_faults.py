"""Each fault does what it says, once or until healed, and the answers over HTTP are the platform's."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from channelsync.testing import Fault, Platform
from tests.unit.sandbox.support import FACTORIES, NOW, booked, events, make, nights

NAMES = sorted(FACTORIES)
HOUR = timedelta(hours=1)


def full(name: str, **changes: object) -> Platform:
    """A platform with five stays, two of them back to back."""
    platform = make(name, **changes)
    for each in ("03-15/03-18", "03-18/03-20", "04-01/04-03", "05-01/05-04", "06-01/06-03"):
        booked(platform, each)
    return platform


def get(platform: Platform, hours: int = 0, **headers: str) -> httpx.Response:
    """One reading of the export."""
    return platform.handle(httpx.Request("GET", platform.urls[0], headers=headers), NOW + hours * HOUR)


@pytest.mark.parametrize("name", NAMES)
def test_well_is_a_calendar(name: str) -> None:
    """Without a fault the answer is the export, and says what it is."""
    platform = full(name)
    response = get(platform)
    assert (response.status_code, response.content) == (200, platform.export(NOW))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.DEAF, Fault.STALE}, key=lambda each: each.value))
@pytest.mark.parametrize("name", NAMES)
def test_one_shot_lasting_and_healed(name: str, fault: Fault) -> None:
    """A fault spoils exactly as many answers as it was switched on for, in one way while it lasts."""
    platform = full(name)
    well = get(platform).content, 200, None
    platform.fail(fault, NOW)
    assert platform.faults == {fault}
    wrong = get(platform)
    spoilt = wrong.content, wrong.status_code, wrong.headers.get("X-Sandbox-Delay")
    if not (fault is Fault.REISSUED_UIDS and name == "plain") or b"UID" in wrong.content:
        assert spoilt != well
    assert (get(platform).content, 200, None) == well
    platform.fail(fault, NOW, times=None)
    assert len({get(platform).content for _ in range(5)}) == 1
    assert platform.version(NOW) != full(name).version(NOW)
    platform.heal()
    assert (get(platform).content, 200, None) == well


def test_empty_and_partial_are_valid_calendars() -> None:
    """An empty answer has no event; a partial one lost at least one and made none up."""
    for seed in range(20):
        platform = make("airbnb", seed)
        for each in ("03-15/03-18", "04-01/04-03", "05-01/05-04"):
            booked(platform, each)
        platform.fail(Fault.PARTIAL, NOW)
        partial = get(platform).content
        assert nights(partial) <= platform.sold(NOW)
        assert len(events(partial)) < 3
        platform.fail(Fault.EMPTY, NOW)
        assert not nights(get(platform).content)


@pytest.mark.parametrize("name", NAMES)
def test_truncated_breaks_off(name: str) -> None:
    """A truncated answer is a beginning of the calendar, without its end, even of an empty one."""
    for platform in (full(name), make(name)):
        platform.fail(Fault.TRUNCATED, NOW)
        part = get(platform).content
        assert platform.export(NOW).startswith(part)
        assert b"END:VCALENDAR" not in part


def test_errors_that_say_so() -> None:
    """Statuses are the real ones; too many requests says when to come back; one of them hides wrong bodies."""
    platform = full("airbnb")
    for fault, status in ((Fault.HTTP_500, 500), (Fault.HTTP_403, 403), (Fault.HTTP_429, 429)):
        platform.fail(fault, NOW)
        platform.fail(Fault.EMPTY, NOW)
        response = get(platform)
        assert response.status_code == status
        assert response.headers.get("Retry-After") == ("120" if status == 429 else None)
    assert not platform.faults


def test_errors_that_claim_to_be_well() -> None:
    """A sign-in page and a JSON error come as 200."""
    platform = full("airbnb")
    platform.fail(Fault.HTML_LOGIN, NOW)
    assert get(platform).text.startswith("<!DOCTYPE html>")
    platform.fail(Fault.JSON_ERROR, NOW)
    assert get(platform).json()["code"] == 500


@pytest.mark.parametrize("name", NAMES)
def test_stale_is_a_copy_of_before(name: str) -> None:
    """A stale answer is byte for byte the calendar of the moment the fault began, whatever has happened since."""
    platform = full(name)
    before = platform.export(NOW)
    platform.fail(Fault.STALE, NOW, times=None)
    booked(platform, "07-01/07-04", NOW + HOUR)
    assert get(platform, 2).content == before
    assert platform.version(NOW + 2 * HOUR) == platform.version(NOW + 3 * HOUR)
    platform.heal(Fault.STALE)
    assert len(nights(get(platform, 2).content)) == len(nights(before)) + 3


def test_slow_tells_its_delay() -> None:
    """A slow answer is right, and tells the virtual time it takes."""
    platform = full("airbnb")
    platform.fail(Fault.SLOW, NOW)
    answer = platform.answer(NOW)
    assert (answer.status, answer.body, answer.delay) == (200, platform.export(NOW), timedelta(seconds=45))
    platform.fail(Fault.SLOW, NOW)
    assert get(platform).headers["X-Sandbox-Delay"] == "45"


@pytest.mark.parametrize("name", NAMES)
def test_reissued_uids_keep_the_nights(name: str) -> None:
    """Every UID is new, nothing else changes."""
    platform = full(name)
    well = events(platform.export(NOW))
    platform.fail(Fault.REISSUED_UIDS, NOW)
    wrong = events(get(platform).content)
    assert not {each.pop("UID") for each in well} & {each.pop("UID") for each in wrong}
    assert well == wrong


@pytest.mark.parametrize("name", NAMES)
def test_regrouped_keeps_the_nights(name: str) -> None:
    """Separate stays are merged, and merged ones come apart; the nights stay."""
    platform = full(name)
    separate, merged = (4, 5) if name == "booking" else (5, 4)
    assert len(events(platform.export(NOW))) == separate
    platform.fail(Fault.REGROUPED, NOW)
    body = get(platform).content
    assert len(events(body)) == merged
    assert nights(body) == platform.sold(NOW)


def test_cached_exports_are_old_for_everybody() -> None:
    """With an export cache the copy of before is given, with its DTSTAMP, until it is too old."""
    platform = full("airbnb", export_cache=2 * HOUR)
    first = get(platform).content
    booked(platform, "07-01/07-04", NOW + HOUR)
    version = platform.version(NOW + HOUR)
    assert get(platform, 1).content == first
    assert len(nights(get(platform, 2).content)) == len(nights(first)) + 3
    assert platform.version(NOW + 2 * HOUR) != version


def test_not_modified_compares_all_but_the_time() -> None:
    """A platform that knows ETags answers 304 to an unchanged calendar at a later time, and 200 to a changed one."""
    platform = full("airbnb", not_modified=True)
    etag = get(platform).headers["ETag"]
    again = get(platform, 1, **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    booked(platform, "07-01/07-04", NOW + HOUR)
    assert get(platform, 1, **{"If-None-Match": etag}).status_code == 200


def test_who_may_read() -> None:
    """Another secret is not found, other methods are refused, and a User-Agent is asked for where habits say so."""
    platform, other = full("airbnb", needs_agent=True), make("airbnb", seed=8)
    assert platform.handle(httpx.Request("GET", other.urls[0]), NOW).status_code == 404
    assert platform.handle(httpx.Request("PUT", platform.urls[0]), NOW).status_code == 405
    assert get(platform, **{"User-Agent": "channelsync"}).status_code == 200
    bare = httpx.Request("GET", platform.urls[0])
    assert platform.handle(bare, NOW).status_code == 403
    locale = httpx.Request("GET", f"{platform.urls[0]}&locale=en", headers={"User-Agent": "channelsync"})
    assert platform.handle(locale, NOW).status_code == 200
