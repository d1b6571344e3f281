"""What goes wrong with the simulated Airbnb API, one switch each, and what holds whatever goes wrong."""

from __future__ import annotations

import json

import httpx
import pytest

from channelsync.testing.partner import ApiFault, Partner
from tests.unit.sandbox.airbnb_api import YES, Software, answered, closing, software
from tests.unit.sandbox.support import NOW, stay

INSTEAD = {
    ApiFault.ERROR: 500,
    ApiFault.UNAVAILABLE: 503,
    ApiFault.THROTTLED: 429,
    ApiFault.HTML: 200,
    ApiFault.REFUSED: 401,
}


@pytest.mark.parametrize("fault", list(INSTEAD))
def test_in_place_of_an_answer(fault: ApiFault) -> None:
    """Something else is answered and nothing is done, as often as it was said; the token's address is no part of it."""
    asking = software()
    asking.account.fail(fault, NOW, times=2)
    answers = [asking.write(closing("04-01")), asking.ask("GET", "listings")]
    assert [each.status_code for each in answers] == [INSTEAD[fault]] * 2
    assert ("Retry-After" in answers[0].headers) is (fault in {ApiFault.UNAVAILABLE, ApiFault.THROTTLED})
    assert not asking.lodging.closed(NOW)
    assert asking.ask("GET", "listings").status_code == 200
    asking.account.fail(fault, NOW, times=None)
    assert asking.tokens(refresh_token=asking.refresh).status_code == 200
    asking.account.heal(fault)
    assert asking.ask("GET", "listings").status_code == 200


def test_bodies_500() -> None:
    """A failure of the server is a JSON object with its code."""
    asking = software()
    asking.account.fail(ApiFault.ERROR, NOW)
    assert asking.ask("GET", "listings").json()["code"] == 500


def test_broken_answers() -> None:
    """The answer breaks off or is empty, and what was asked is done."""
    for fault, night in ((ApiFault.TRUNCATED, "04-01"), (ApiFault.EMPTY_BODY, "04-02")):
        asking = software()
        asking.account.fail(fault, NOW)
        answer = asking.write(closing(night))
        with pytest.raises(ValueError, match="line 1"):
            json.loads(answer.content)
        assert (answer.status_code, len(asking.lodging.closed(NOW))) == (200, 1)


def test_answer_lost() -> None:
    """A write is done and answered 500; reads are no part of it."""
    asking = software()
    asking.account.fail(ApiFault.ANSWER_LOST, NOW)
    assert asking.ask("GET", "listings").status_code == 200
    assert asking.write(closing("04-01")).status_code == 500
    assert len(asking.lodging.closed(NOW)) == 1


def test_partly() -> None:
    """A write is done for its first night only, and the answer says that not all is well."""
    asking = software()
    asking.account.fail(ApiFault.PARTLY, NOW, times=2)
    assert asking.write(closing("04-01:04-05")).status_code == 400
    assert asking.lodging.closed(NOW) == stay("04-01/04-02").nights
    answer = asking.write(closing("05-01:05-05"), path="calendar_operations_requests/")
    assert answer.json() == {"success": False}
    asking.minutes = 1
    assert asking.days("05-01", "05-02") == {"05-01": "unavailable", "05-02": "default"}


def test_nothing() -> None:
    """Lists and calendars are well formed and hold nothing."""
    asking = software()
    asking.booked()
    asking.account.fail(ApiFault.NOTHING, NOW, times=3)
    assert asking.get("listings")["listings"] == []
    assert asking.codes() == []
    assert asking.days("05-01", "05-03") == {}
    assert len(asking.codes()) == 1


def test_stale() -> None:
    """Reads show what was true when it began, reservations and calendars."""
    asking = software()
    before = asking.booked("05-01/05-04")
    asking.account.fail(ApiFault.STALE, NOW, times=None)
    after = asking.booked("06-01/06-04")
    asking.write(closing("04-01"))
    assert asking.codes() == [before.code]
    assert set(asking.days("04-01", "04-02").values()) == {"default"}
    assert asking.ask("GET", f"reservations/{after.code}").status_code == 404
    asking.account.heal()
    assert asking.codes() == [before.code, after.code]
    assert asking.days("04-01", "04-01") == {"04-01": "unavailable"}


def test_tokens() -> None:
    """No token is given out; those that were given are good."""
    asking = software()
    asking.account.fail(ApiFault.TOKENS, NOW)
    assert asking.tokens(refresh_token=asking.refresh).status_code == 500
    assert asking.ask("GET", "listings").status_code == 200
    assert asking.tokens(refresh_token=asking.refresh).status_code == 200


def story(asking: Software) -> list[bytes]:
    """Everything that is answered and said in a small story."""
    said: list[bytes] = [asking.write(closing("04-01")).content]
    _, asked = answered(asking.account.book(asking.listing, stay("05-01/05-04"), NOW), *YES)
    said += [each.content + str(each.url).encode() for each in asked]
    said += [call.content for call in asking.account.calls(NOW)]
    asking.account.fail(ApiFault.TRUNCATED, NOW)
    return [
        *said,
        *(asking.ask("GET", path).content for path in ("listings", f"reservations?listing_id={asking.listing}")),
    ]


def test_same_seed_same_bytes() -> None:
    """The same seed and the same calls give the same bytes; another seed gives others."""
    assert story(software(seed=3)) == story(software(seed=3)) != story(software(seed=4))


def test_is_a_partner() -> None:
    """It offers what every simulated API does, knows its own paths under any host, and prints no secret."""
    asking = software()
    account: Partner = asking.account
    assert account.knows(httpx.URL("http://127.0.0.1:8000/v2/listings"))
    assert account.knows(httpx.URL(account.fields["consent_address"]))
    assert not account.knows(httpx.URL(asking.lodging.urls[0]))
    shown = f"{account!r} {asking.account.host!r} {asking.account.callback!r}"
    for name in ("client_secret", "refresh_token"):
        assert account.fields[name] not in shown
    assert asking.token not in shown
