"""What the pages about settings are handed: read, checked, and never longer than anybody needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from attrs import evolve
from litestar.enums import RequestEncodingType
from litestar.params import Body

from channelsync.errors import UsageError
from channelsync.service.preferences import Preferences
from channelsync_web.areas.settings.kinds import wished

__all__ = ["Form", "same_name", "service_of", "wishes_of"]

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]

_LONGEST: Final = 2000
_LONGEST_MAIL: Final = 254
_LONGEST_ZONE: Final = 60
_DAY: Final = 24


def wishes_of(data: Mapping[str, str], known: Preferences) -> Preferences:
    """Return an owner's wishes as the form says them; what it does not ask stays.

    Raises:
        UsageError: a value makes no sense.
    """
    quiet = "calme" in data
    begin = _hour(data.get("calme_de", ""), known.quiet_from)
    end = _hour(data.get("calme_a", ""), known.quiet_until)
    return evolve(
        known,
        mail=data.get("courriel", "").strip()[: _LONGEST_MAIL + 1],
        timezone=data.get("fuseau", known.timezone)[:_LONGEST_ZONE],
        by=wished({key.removeprefix("avis_"): value for key, value in data.items() if key.startswith("avis_")}, known),
        quiet_from=begin if quiet else 0,
        quiet_until=end if quiet else 0,
        daily="jour" in data,
        weekly="semaine" in data,
        digest_hour=_hour(data.get("heure", ""), known.digest_hour),
    )


def service_of(data: Mapping[str, str]) -> str:
    """Return the address of another service; one that is too long is left as long as makes it refused."""
    return data.get("adresse", "").strip()[: _LONGEST + 1]


def same_name(typed: str, name: str) -> bool:
    """Whether somebody has typed a name, however they write capitals and blanks."""
    return " ".join(typed[:_LONGEST].split()).casefold() == " ".join(name.split()).casefold()


def _hour(text: str, otherwise: int) -> int:
    """Read an hour; what was not asked stays as it was.

    Raises:
        UsageError: it is none.
    """
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < _DAY):  # noqa: PLR2004 - two digits
        msg = f"not an hour: {text[:20]!r}"
        raise UsageError(msg, advice="Give 0 to 23.")
    return int(text)
