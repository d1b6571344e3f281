"""Credentials: private links, keys and tokens are never seen, and are renewed once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, cast

from attrs import evolve

from channelsync.adapter import Access, Capability, Secret
from channelsync.errors import ChannelSyncError, CredentialRejectedError
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate, FeedScene
from channelsync.testing.conformance.driving import SPOILS
from channelsync.testing.conformance.rule import Tier, demand, not_applicable, rule
from channelsync.testing.conformance.trials import Outcome, Stage, Trial, api_trials, trials
from channelsync.testing.conformance.watching import logged

__all__ = [
    "a_refused_token_is_told",
    "an_expired_token_is_renewed_once",
    "renewed_tokens_are_good",
    "secrets_are_asked_for_as_such",
    "secrets_stay_secret",
]

_SHORTEST: Final = 6
"""Letters of a secret that could be recognised; a country's code in a field is none."""
_RENEWAL: Final = 2
"""Requests of a renewal, at most."""
_OPENING: Final = frozenset({"feed", "token", "key", "secret", "password", "passphrase"})
"""The last word of a setting that opens something."""


def _secrets(stage: Stage, secret_fields: frozenset[str]) -> Iterator[str]:
    """Yield every text of a scene that must not be seen."""
    scene = stage.scene
    if isinstance(scene, FeedScene):
        for url in scene.platform.urls:
            yield url
            yield url.partition("://")[2].partition("/")[2]
    else:
        yield scene.access.token.reveal()
        yield from (value.reveal() for name, value in scene.access.fields.items() if name in secret_fields)


@rule("credentials.unseen")
def secrets_stay_secret(candidate: Candidate) -> None:
    """No link, key or token is in a text of an error, in a log, or in the repr of what a flow returns.

    Logs are kept, sent on and read by others; whoever has the link reads the owner's calendar.

    Troubleshooting: write no URL into an error or a log, only its host; keep secrets in ``Secret`` and ``SecretUrl``,
    and leave them out of the repr of your own classes (``field(repr=False)``).
    """
    names = frozenset(one.name for one in candidate.plugin.account if one.secret)
    for trial in trials(candidate):
        for spoil in ("", *SPOILS):
            with logged() as texts:
                outcome = trial.outcome(SPOILS[spoil]) if spoil else _good(trial.stage())
            secrets = [one for one in _secrets(outcome.stage, names) if len(one) >= _SHORTEST]
            seen = {
                "a log": " ".join(texts),
                "a result's repr": repr(outcome.result),
                "the route's repr": _routes(candidate),
            }
            seen["an error"] = _chain(outcome.error)
            for where, text in seen.items():
                shown = any(secret in text for secret in secrets)
                demand(not shown, f"{trial.name}, {spoil or 'all well'}: a secret is in {where}")


def _good(stage: Stage) -> Outcome:
    return Outcome(stage, stage.run(), None)


def _routes(candidate: Candidate) -> str:
    return f"{candidate.plugin.feed!r} {candidate.plugin.api!r} {candidate.plugin!r}"


def _chain(error: BaseException | None) -> str:
    """Return every text of an error, with what it came from, as a traceback would show it."""
    texts: list[str] = []
    while error is not None:
        texts.append(f"{error!r} {error} {getattr(error, 'advice', '')}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " ".join(texts)


@rule("credentials.settings")
def secrets_are_asked_for_as_such(candidate: Candidate) -> None:
    """The export link and every key are asked for as secrets, so that they are sealed and never shown again.

    Troubleshooting: ``Setting(secret=True)`` for the setting ``feed`` and for whatever opens an account.
    """
    for one in (*candidate.plugin.settings, *candidate.plugin.account):
        opens = one.name.rpartition("_")[2] in _OPENING
        demand(one.secret or not opens, f"the setting {one.name!r} is not asked for as a secret")
    if candidate.plugin.api is None or Capability.GRANTS_ACCESS in candidate.declared:
        return  # where the owner consents, some fields come with the token
    given, known = set(candidate.api().partner.fields), {one.name for one in candidate.plugin.account}
    demand(given <= known, f"its simulator wants fields that the plugin does not ask for: {sorted(given - known)}")


@rule("credentials.renewed", Capability.REFRESHES_CREDENTIAL, tier=Tier.GOLD)
def renewed_tokens_are_good(candidate: Candidate) -> None:
    """A renewal gives a token that the platform takes, says how long it lives, and keeps what renews it the next time.

    Troubleshooting: ``refresh`` returns a whole `Access`: the account as it was, the new token, all fields that are
    still needed, and the ``lifetime`` that the platform told.
    """
    scene = candidate.api()
    old = scene.access
    for turn in range(3):
        new = cast("object", scene.run(scene.api.refresh(scene.access)))
        demand(isinstance(new, Access), f"renewal {turn + 1} returned a {type(new).__name__}, no Access")
        scene.access = cast("Access", new)
        demand(scene.access.account == old.account, "a renewal gives the access of another account")
        demand(set(old.fields) <= set(scene.access.fields), "a renewal loses a field that the owner filled in")
        life = scene.access.lifetime
        demand(life is None or timedelta(0) < life, f"a renewed token lives {life}")
        demand(scene.access.token.reveal(), "a renewal gives no token")
    for trial in trials(candidate):
        trial.stage().run()  # every stage begins with a renewal, and uses its token


@rule("credentials.expired", Capability.REFRESHES_CREDENTIAL, tier=Tier.GOLD)
def an_expired_token_is_renewed_once(candidate: Candidate) -> None:
    """A token whose life is over is told as refused at the first request, and one renewal is enough to go on.

    Flows read no clock: the platform's 401 is how they know.

    Troubleshooting: the flow raises `CredentialRejectedError` and renews nothing; ``refresh`` works with an expired
    token, from the fields alone.
    """
    trial = _with_token(candidate)[0]
    stage = trial.stage()
    scene = stage.scene
    assert isinstance(scene, ApiScene)
    if scene.access.lifetime is None:
        not_applicable("its tokens do not expire")
    scene.now += scene.access.lifetime + timedelta(minutes=1)
    _refused(f"{trial.name} with an expired token", stage)
    scene.access = scene.run(scene.api.refresh(scene.access))
    demand(len(scene.wire.requests) <= _RENEWAL, f"a renewal asks {len(scene.wire.requests)} times")
    stage.run()


@rule("credentials.refused", Capability.REFRESHES_CREDENTIAL, Capability.GRANTS_ACCESS, tier=Tier.GOLD)
def a_refused_token_is_told(candidate: Candidate) -> None:
    """A token that is not good, and a platform that takes its access back, are told as `CredentialRejectedError`.

    After the first the engine renews the token, once; after the second only the owner can help.

    Troubleshooting: a 401 of any address, and an ``invalid_grant`` of the token's, are refusals; a 500 there is not.
    """
    for trial in _with_token(candidate):
        stage = trial.stage()
        scene = stage.scene
        assert isinstance(scene, ApiScene)
        scene.access = evolve(scene.access, token=Secret("no-such-token"))
        _refused(f"{trial.name} with a token that is not good", stage)
    if candidate.plugin.api is not None and Capability.REFRESHES_CREDENTIAL in candidate.declared:
        scene = candidate.api()
        wrong = {name: Secret(f"wrong-{len(name)}") for name in _kept_secret(candidate) if name in scene.access.fields}
        scene.access = evolve(scene.access, fields={**scene.access.fields, **wrong})
        _refused("a renewal with wrong keys", Stage(scene, lambda: scene.api.refresh(scene.access)))


def _with_token(candidate: Candidate) -> tuple[Trial, ...]:
    """Return the flows that need a token: those that ask anything, but for the renewal itself.

    Raises:
        NotApplicableError: there is none.
    """
    found = tuple(one for one in api_trials(candidate) if one.name != "api.refresh" and one.requests())
    if not found:
        not_applicable("nothing needs a token")
    return found


def _kept_secret(candidate: Candidate) -> tuple[str, ...]:
    """Return the names of the fields that open the account: the owner's secrets, and what renews a token."""
    return (*(one.name for one in candidate.plugin.account if one.secret), "refresh_token")


def _refused(where: str, stage: Stage) -> None:
    """Demand that a flow ends with a refusal, and asks no second time."""
    try:
        stage.run()
    except CredentialRejectedError:
        demand(len(stage.wire.requests) == 1, f"{where}: it asked {len(stage.wire.requests)} times")
    except ChannelSyncError as error:
        demand(kept=False, seen=f"{where}: told as {type(error).__name__}")
    else:
        demand(kept=False, seen=f"{where}: no error")
