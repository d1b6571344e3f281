"""Accounts: their listings, the consent of their owner, and what the platform must be told of us."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final, cast
from urllib.parse import parse_qs, urlsplit

import httpx

from channelsync.adapter import (
    Access,
    Capability,
    Closing,
    ListsListings,
    RefreshesCredential,
    RemoteListing,
    SecretUrl,
)
from channelsync.errors import CredentialRejectedError
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.rule import Tier, demand, not_applicable, rule
from channelsync.testing.conformance.trials import CLOSED

__all__ = [
    "a_granted_access_is_good",
    "a_revoked_access_is_over",
    "a_wrong_code_is_refused",
    "consent_gives_nothing_away",
    "listings_are_all_there",
    "listings_are_kept_apart",
    "taking_over_is_harmless",
]

_OK: Final = 200
_BUTTON: Final = re.compile(r'<button[^>]*\bname="([^"]{1,60})"[^>]*\bvalue="([^"]{1,60})"')
_REDIRECT: Final = "https://owner.example.org/connected"
_SHORTEST: Final = 6
"""Letters of a secret that could be recognised."""
_MOMENT: Final = timedelta(minutes=1)
"""Whatever is written is in force by then."""
_STATE: Final = "state-4711-abc"


@rule("account.listings", Capability.LISTS_LISTINGS, tier=Tier.GOLD)
def listings_are_all_there(candidate: Candidate) -> None:
    """All listings of the account are named, each once, by the platform's own id as text.

    Ids beyond 2**53 lose their last digits when they are taken for numbers on the way.

    Troubleshooting: follow the pages to the end; read ids as text.
    """
    scene = candidate.api()
    found = cast("tuple[object, ...]", scene.run(scene.api.listings(scene.access)))
    named = [one.id for one in found if isinstance(one, RemoteListing)]
    demand(len(named) == len(found), "not every entry is a RemoteListing")
    demand(len(set(named)) == len(named), "a listing is named twice")
    there = set(scene.partner.lodgings)
    demand(set(named) == there, f"missing: {sorted(there - set(named))}, invented: {sorted(set(named) - there)}")


@rule(
    "account.apart",
    *(Capability.PULLS_CLAIMS, Capability.READS_AVAILABILITY, Capability.PUSHES_AVAILABILITY),
)
def listings_are_kept_apart(candidate: Candidate) -> None:
    """Of an account with several listings each is looked at, written and read back by itself, and the others left out.

    An owner links each listing to a lodging. What is shown or closed at the wrong one leaves nights open that are sold.

    Troubleshooting: ask for the listing that the flow is given, never for the first of the account; where an answer
    is about several, take what is its own. The simulated account has two lodgings or more.
    """
    makes = candidate.lodgings()
    if not any(hasattr(candidate.plugin.api, name) for name in ("look", "closed", "push")):
        not_applicable("its API neither reads nor writes a listing")
    if len(makes) == 1:
        listed = Capability.LISTS_LISTINGS in candidate.declared
        demand(not listed, "its simulated account has one lodging; two would show whether they are kept apart")
        not_applicable("an account of it has one listing")
    for make in makes:
        _kept_apart(make())


def _kept_apart(scene: ApiScene) -> None:
    """Demand that this lodging's nights alone are written and shown."""
    scene.book(10, 3)
    others, wanted = scene.others, scene.taken()
    if hasattr(scene.api, "push"):
        scene.run(scene.api.push(scene.access, scene.listing, (Closing(Nights.of(CLOSED)),), NO_NIGHTS))
        scene.now += _MOMENT
        wanted |= CLOSED.nights
        demand(scene.others == others, "nights of another listing were closed")
        demand(scene.taken() == wanted, f"nights of the listing that was named: {scene.taken()}, asked for: {wanted}")
    if hasattr(scene.api, "look"):
        told = scene.look().nights.within(scene.window())
        demand(told == wanted, f"a look at one of its listings shows {told}, taken are {wanted}")
    if hasattr(scene.api, "closed"):
        told = scene.run(scene.api.closed(scene.access, scene.listing, scene.window()))
        demand(told == wanted, f"of one of its listings {told} is read back, taken are {wanted}")


@rule("account.consent", Capability.GRANTS_ACCESS, tier=Tier.GOLD)
def consent_gives_nothing_away(candidate: Candidate) -> None:
    """The page of consent is https, carries our state and where to come back to, and no secret of ours.

    The owner's browser shows that address and remembers it.

    Troubleshooting: the client's id belongs there, its secret never; percent-encode what you put in.
    """
    scene = candidate.api()
    page = cast("object", scene.api.consent_page(scene.access.fields, _REDIRECT, _STATE))
    demand(isinstance(page, SecretUrl), f"it is a {type(page).__name__}, no SecretUrl")
    url = cast("SecretUrl", page).reveal()
    asked = parse_qs(urlsplit(url).query)
    demand(urlsplit(url).scheme == "https", "the page is not https")
    demand([_STATE] in asked.values() and [_REDIRECT] in asked.values(), "the state or the way back is missing")
    secret = {one.name for one in candidate.plugin.account if one.secret} | {"refresh_token"}
    held = {name: value.reveal() for name, value in scene.access.fields.items() if name in secret}
    shown = [name for name, value in held.items() if len(value) >= _SHORTEST and value in url]
    demand(not shown, f"the address holds {', '.join(shown)}")


@rule("account.code", Capability.GRANTS_ACCESS, tier=Tier.GOLD)
def a_wrong_code_is_refused(candidate: Candidate) -> None:
    """A code that is not good is told as `CredentialRejectedError`, and gives no access.

    Troubleshooting: an OAuth server answers 400 with ``invalid_grant``; that is a refusal, no fault of the platform.
    """
    scene = candidate.api()
    try:
        access: object = scene.run(scene.api.exchange(scene.access, "no-such-code", _REDIRECT))
    except CredentialRejectedError as error:
        demand("no-such-code" not in str(error), "the error repeats the code")
    else:
        demand(kept=False, seen=f"a code that is not good gave a {type(access).__name__}")


@rule("account.take-over", Capability.TAKES_OVER_LISTINGS, tier=Tier.GOLD)
def taking_over_is_harmless(candidate: Candidate) -> None:
    """Telling that we keep a listing, telling it again, and telling that we no longer do, changes no night.

    Troubleshooting: write the link and nothing of the calendar.
    """
    scene = candidate.api(linked=False)
    scene.book(10, 3)
    before, others = scene.taken(), scene.others
    for _ in range(2):
        scene.run(scene.api.take_over(scene.access, scene.listing))
        scene.now += _MOMENT
        demand(scene.taken() == before, f"taking over changed nights: {scene.taken() ^ before}")
    scene.run(scene.api.let_go(scene.access, scene.listing))
    scene.now += _MOMENT
    demand(scene.taken() == before, f"letting go changed nights: {scene.taken() ^ before}")
    demand(scene.others == others, "taking over or letting go changed nights of another listing")


@rule("account.granted", Capability.GRANTS_ACCESS, tier=Tier.GOLD)
def a_granted_access_is_good(candidate: Candidate) -> None:
    """The owner agrees on the page of consent, and the code that comes back is exchanged for an access that works.

    The kit plays the owner: it opens the page at the simulator, and presses the first button of its form if there is
    one.

    Troubleshooting: the simulator sends the browser back with ``code`` and ``state``; ``exchange`` returns a whole
    `Access`, with all that a renewal needs.
    """
    scene = candidate.api()
    code = _agreed(scene)
    access = cast("object", scene.run(scene.api.exchange(scene.access, code, _REDIRECT)))
    demand(isinstance(access, Access), f"the exchange returned a {type(access).__name__}, no Access")
    scene.access = cast("Access", access)
    demand(_works(scene), "the access that was exchanged for the code is refused")
    if isinstance(scene.api, RefreshesCredential):
        scene.access = scene.run(scene.api.refresh(scene.access))
        demand(_works(scene), "the access that was exchanged for the code cannot be renewed")


def _agreed(scene: ApiScene) -> str:
    """Return the code with which the owner is sent back."""
    page = scene.api.consent_page(scene.access.fields, _REDIRECT, _STATE).reveal()
    answer = scene.answers(httpx.Request("GET", page))
    button = _BUTTON.search(answer.text)
    if answer.status_code == _OK and button is not None:
        answer = scene.answers(httpx.Request("POST", page, data={button[1]: button[2]}))
    back = httpx.URL(answer.headers.get("Location", ""))
    demand(str(back).startswith(_REDIRECT), f"the page of consent answered {answer.status_code} and sent nobody back")
    demand(back.params.get("state") == _STATE, "the owner comes back without our state")
    demand(back.params.get("code"), "the owner agreed, and comes back without a code")
    return str(back.params["code"])


def _works(scene: ApiScene) -> bool:
    """Whether the platform takes the access of a scene."""
    try:
        if hasattr(scene.api, "look"):
            scene.look()
        elif isinstance(scene.api, ListsListings):
            scene.run(scene.api.listings(scene.access))
        else:
            not_applicable("it asks nothing that would show it")
    except CredentialRejectedError:
        return False
    return True


@rule("account.revoked", Capability.GRANTS_ACCESS, tier=Tier.GOLD)
def a_revoked_access_is_over(candidate: Candidate) -> None:
    """An access that is given back is no longer good, and giving it back again is no error.

    An owner who takes an account out of channelsync has taken our access back as well.

    Troubleshooting: ``revoke`` asks the platform to forget what renews the token; a 404 there says that it is gone.
    """
    scene = candidate.api()
    demand(_works(scene), "the access does not work to begin with")
    for _ in range(2):
        scene.run(scene.api.revoke(scene.access))
    demand(not _works(scene), "the access that was given back still works")
