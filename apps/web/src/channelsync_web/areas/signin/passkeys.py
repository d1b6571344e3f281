"""Passkeys: in without typing anything, by a finger, a face or the device's own code; and setting them up.

The browser does the asking (``static/js/passkeys.js``), the package ``webauthn`` checks what was signed. A passkey
makes sure of its owner by itself (user verification), so it needs no second step. Challenges travel in slips and serve
once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from litestar import Response, Router, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException, ValidationException
from litestar.params import Body
from litestar.response import Redirect
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from channelsync_web.areas.signin.arriving import (
    Form,
    agent_of,
    client_of,
    let_in,
    recently_confirmed,
    session_of,
    text,
)
from channelsync_web.areas.signin.door import Door
from channelsync_web.areas.signin.letters import word_of_change
from channelsync_web.areas.signin.protection import HERE
from channelsync_web.screen import Asking, Screen, local_path

__all__ = ["routes", "settings"]

Sent = Annotated[dict[str, Any], Body()]
"""What the page's script sends: JSON."""
_CHALLENGE: Final = "passkey"
_LONGEST_ID: Final = 1400
_UNFIT: Final = "this passkey does not open anything here"


def _options(door: Door, screen: Screen, options: Any, challenge: bytes) -> Response[dict[str, Any]]:  # noqa: ANN401 - one of two classes of webauthn's
    made = Response(cast("dict[str, Any]", json.loads(options_to_json(options))), status_code=200)
    made.set_cookie(door.slips.cookie(_CHALLENGE, {"challenge": bytes_to_base64url(challenge)}, screen.now))
    return made


@post("/connexion/cle/defi", sync_to_thread=True)
def challenge(
    request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Response[dict[str, Any]]:
    """Return what a passkey is to sign, of whoever's it is."""
    door.gates.try_other(client_of(request))
    made = generate_authentication_options(rp_id=door.host, user_verification=UserVerificationRequirement.REQUIRED)
    return _options(door, screen, made, made.challenge)


@post("/connexion/cle", sync_to_thread=True)
def enter(
    request: Asking, data: Sent, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Response[dict[str, str]]:
    """Sign in whose passkey has signed.

    Raises:
        PermissionDeniedException: nobody's has, or not what it was given to.
    """
    door.gates.try_other(client_of(request))
    asked = door.slips.read(_CHALLENGE, request.cookies, screen.now).get("challenge", "")
    signed = _credential(data)
    known = door.people.passkey(str(signed.get("id", ""))[:_LONGEST_ID])
    if not asked or known is None:
        raise PermissionDeniedException(detail=_UNFIT)
    try:
        read = verify_authentication_response(
            credential=signed,
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=door.host,
            expected_origin=door.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=0,  # the ledger compares counts, so that going back is told
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise PermissionDeniedException(detail=_UNFIT) from None
    if not door.people.use_passkey(known, read.new_sign_count, asked):
        raise PermissionDeniedException(detail=_UNFIT)
    to = local_path(str(data.get("vers", "/")))
    token = door.people.begin(known.owner, agent_of(request), how="passkey")
    answer = Response({"to": to}, status_code=200)
    for cookie in let_in(request, door, token, to).cookies:
        answer.set_cookie(cookie)
    answer.set_cookie(door.slips.gone(_CHALLENGE))
    return answer


@post("/defi", sync_to_thread=True)
def new_challenge(
    request: Asking, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Response[dict[str, Any]]:
    """Return what a new passkey is made from."""
    owner = session_of(request).owner
    made = generate_registration_options(
        rp_id=door.host,
        rp_name="channelsync",
        user_id=owner.id.encode(),
        user_name=door.people.person(owner.id).email or owner.name,
        user_display_name=owner.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(base64url_to_bytes(one.id)) for one in door.people.passkeys(owner.id)
        ],
    )
    return _options(door, screen, made, made.challenge)


@post("/", sync_to_thread=True)
def add(
    request: Asking, data: Sent, screen: NamedDependency[Screen], door: NamedDependency[Door]
) -> Response[dict[str, str]]:
    """Keep a new passkey.

    Raises:
        PermissionDeniedException: what the browser sent is not what was asked for.
        UsageError: it is known already, or there are too many.
    """
    asked = door.slips.read(_CHALLENGE, request.cookies, screen.now).get("challenge", "")
    try:
        read = verify_registration_response(
            credential=_credential(data),
            expected_challenge=base64url_to_bytes(asked) if asked else b"",
            expected_rp_id=door.host,
            expected_origin=door.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise PermissionDeniedException(detail="this passkey was not made for what we asked") from None
    label = str(data.get("label") or agent_of(request))
    key = bytes_to_base64url(read.credential_id)
    owner = session_of(request).owner
    door.people.add_passkey(owner.id, key, read.credential_public_key, uses=read.sign_count, label=label)
    answer = Response({"to": f"{HERE}?dit=passkey-added"}, status_code=200)
    answer.set_cookie(door.slips.gone(_CHALLENGE))
    address = door.people.person(owner.id).email
    answer.background = word_of_change(door, screen, owner, address, "A passkey was added to your sign-in.")
    return answer


@post("/retirer", sync_to_thread=True)
def remove(request: Asking, data: Form, screen: NamedDependency[Screen], door: NamedDependency[Door]) -> Redirect:
    """Forget a passkey.

    Raises:
        NotFoundException: the owner has no such one.
    """
    if not door.people.drop_passkey(session_of(request).owner.id, text(data, "passkey", _LONGEST_ID)):
        raise NotFoundException
    return screen.go(HERE, "passkey-removed")


def _credential(data: Mapping[str, Any]) -> dict[str, Any]:
    found: object = data.get("credential")
    if not isinstance(found, dict):
        raise ValidationException(detail=_UNFIT)
    return cast("dict[str, Any]", found)


routes = Router("/", route_handlers=[challenge, enter])
settings = Router("/cles", route_handlers=[new_challenge, add, remove], guards=[recently_confirmed])
