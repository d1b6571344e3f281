"""What owners send from the pages of their lodgings: read within limits, never believed beyond them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, final

from attrs import frozen
from litestar.enums import RequestEncodingType
from litestar.params import Body

from channelsync.adapter import Setting
from channelsync.errors import ChannelSyncError
from channelsync_web.screen import Screen

__all__ = ["LONGEST_URL", "Form", "Named", "answers", "label", "named", "options", "refusal", "wanted"]

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

LONGEST_URL: Final = 2048
_LONGEST_NAME: Final = 120
_LONGEST_VALUE: Final = 500
_LONGEST_LABEL: Final = 60
_LONGEST_NUMBER: Final = 3
_MOST_ANSWERS: Final = 200
_MOST_CHOICES: Final = 12
_ASKED: Final = "q-"
_WANTED: Final = "avec-"


@final
@frozen
class Named:
    """What is said of a lodging; ``turnover`` is -1 where it is no number."""

    name: str
    timezone: str = "Europe/Paris"
    turnover: int = 0


def named(data: Mapping[str, str]) -> Named:
    """Read a lodging's name, time zone and turnover nights; the library says what of it makes no sense."""
    digits = data.get("turnover", "0").strip()
    turnover = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else -1
    zone = data.get("timezone", "").strip()[:_LONGEST_NAME] or "Europe/Paris"
    return Named(data.get("name", "").strip()[:_LONGEST_NAME], zone, turnover)


def label(data: Mapping[str, str]) -> str:
    """Read the name of a platform that nobody wrote a plugin for; it becomes a part of addresses."""
    text = "".join(one if one.isprintable() else " " for one in data.get("name", "")).replace("/", "-")
    return " ".join(text.split())[:_LONGEST_LABEL]


def wanted(data: Mapping[str, str]) -> tuple[str, ...]:
    """Return the platforms that were ticked."""
    ticked = [name.removeprefix(_WANTED) for name in data if name.startswith(_WANTED)]
    return tuple(one[:_LONGEST_NAME] for one in ticked[:_MOST_CHOICES])


def answers(data: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return questions and what was said to each; what was left open is none."""
    said = [(key.removeprefix(_ASKED), value.strip()) for key, value in data.items() if key.startswith(_ASKED)]
    return tuple((key[:_LONGEST_NAME], value[:40]) for key, value in said[:_MOST_ANSWERS] if value)


def options(settings: Iterable[Setting], data: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that differ from what counts anyway; what no setting is called is left out."""
    found = {one.name: (one, data.get(one.name, "").strip()[:_LONGEST_VALUE]) for one in settings if not one.secret}
    return {name: value for name, (one, value) in found.items() if value and value != one.default}


def refusal(screen: Screen, error: ChannelSyncError) -> str:
    """Return what was refused and what to do, for people: advice about commands is for others."""
    advice = error.advice if "channelsync " not in error.advice and "--" not in error.advice else ""
    parts = [screen.say.ours(part).strip().rstrip(".") for part in (str(error), advice) if part]
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts)
