"""What a call, a mail or a warning comes to is ids, codes and dates: no guest's name, no message, no private link."""

from __future__ import annotations

import json
from typing import Final

import pytest

from channelsync.adapter import ReceivesWebhooks, discover
from channelsync.errors import UsageError
from channelsync.mail import Recognised, recognise, rules_of
from channelsync.nights import Stay
from tests.unit.mail.letters import GMAIL, letter
from tests.unit.plugins.forms import plugin

PLUGINS: Final = discover().plugins
MARKED: Final = {
    "guest_first_name": "Camille",
    "guest_email": "camille@guest.example",
    "guest_phone": "+33612345678",
    "message_to_host": "Notre code est 4711",
    "calendar": "https://www.airbnb.fr/calendar/ical/1.ics?s=5ecre7",
    "authorization": "Bearer 5ecre7",
    "confirmation_code": "Camille",
}
ACTIONS: Final = (
    *("reservation_acceptance_confirmation", "reservation_requested", "reservation_cancellation_confirmation"),
    *("listings_unlinked", "listings_mapped", "message_added", "authorization_revoked", "something_new"),
)


def _unsaid(shown: str) -> None:
    """Hold that nothing marked is in a text."""
    for said in (*MARKED.values(), "5ecre7", "4711"):
        assert said not in shown


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", [one.name for one in PLUGINS if isinstance(one.api, ReceivesWebhooks)])
def test_a_call_comes_to_ids_alone(name: str, action: str) -> None:
    """Wherever a call carries names, messages and links, its hints have none of them."""
    api = plugin(name).api
    assert isinstance(api, ReceivesWebhooks)
    about = {**MARKED, "listing_id": 7, "updated_listing_id": 8, "nested": MARKED}
    body = {**MARKED, "action": action, "reservation": about, "mappings": [about], "listing_ids": [7, *MARKED.values()]}
    found = api.hints({"authorization": MARKED["authorization"], "x-guest": "Camille"}, json.dumps(body).encode())
    _unsaid(repr(found))
    assert all(one.listing.isdigit() for one in found if one.listing)


def test_a_mail_comes_to_its_platform_alone() -> None:
    """Of a mail its platform and its meaning are told; who comes, what was written and the numbers in it are not."""
    raw = letter(subject="Reservation confirmed - Camille arrives Mar 14", body=" ".join(MARKED.values()))
    found = recognise(raw, (GMAIL,), rules_of(PLUGINS))
    assert isinstance(found, Recognised)
    _unsaid(repr(found))


@pytest.mark.parametrize("one", PLUGINS, ids=[one.name for one in PLUGINS])
def test_a_page_is_named_by_ids_and_dates(one) -> None:
    """The page to which a warning leads has the listing's id and the dates in it, and nothing else."""
    stay = Stay.parse("2027-04-01/2027-04-05")
    page = one.deep_link(listing="42", stay=stay) or ""
    assert page in {"", (one.calendar_page or "").format(listing=42, arrival=stay.arrival, departure=stay.departure)}
    odd = one.deep_link(listing="42?guest=Camille&x=https://a.example/5ecre7#", stay=stay) or ""
    assert "guest=" not in odd
    assert "https://a.example" not in odd


def test_a_link_pasted_for_an_id_is_not_repeated() -> None:
    """Who pastes the private link where GreenGo's lodging is asked for is refused without a word of it."""
    with pytest.raises(UsageError) as raised:
        plugin("greengo").route({"lodging": "greengo-icalendar/5ecre7.ics"})
    assert "5ecre7" not in f"{raised.value} {raised.value.advice}"
