"""What the owner may write to a guest, ready to be copied: in French and in English, without anybody's name."""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

from channelsync.nights import Stay
from channelsync.words import ENGLISH, FRENCH

__all__ = ["Draft", "drafts"]

_FRENCH: Final = """Bonjour,

Votre séjour {stay} à « {unit} » a été réservé en même temps sur deux plateformes, et je ne peux pas vous y \
accueillir. Je vous prie d’accepter mes excuses : je tenais à vous prévenir aussitôt.

{way}

Merci de me répondre dès que possible, pour que nous trouvions ensemble la meilleure solution."""
_ENGLISH: Final = """Hello,

Your stay at “{unit}”, {stay}, was booked on two platforms at the same time, and I cannot welcome you there. \
Please accept my apologies: I wanted to tell you at once.

{way}

Please answer as soon as you can, so that we find the best solution together."""
_WAYS: Final = {
    ("fr", True): "Je peux vous proposer, aux mêmes dates, un autre de mes logements : {free}.",
    ("fr", False): "Si d’autres dates vous conviennent, je vous les réserve ; sinon, nous annulons ce séjour ensemble.",
    ("en", True): "For the same dates I can offer you another place of mine: {free}.",
    ("en", False): "If other dates suit you I will keep them for you; otherwise we cancel this stay together.",
}


_OR: Final = {"fr": " ou ", "en": " or "}


@final
@frozen
class Draft:
    """One message, and its language (``fr`` or ``en``)."""

    language: str
    text: str


def drafts(unit: str, stay: Stay, free: tuple[str, ...]) -> tuple[Draft, ...]:
    """Return the message to a guest whose stay cannot be kept.

    Args:
        unit: the lodging's name.
        stay: the guest's stay.
        free: the names of the owner's lodgings that are free for it.
    """
    words = (("fr", _FRENCH, FRENCH), ("en", _ENGLISH, ENGLISH))
    return tuple(
        Draft(
            language,
            text.format(
                unit=unit,
                stay=speech.stay(stay),
                way=_WAYS[language, bool(free)].format(free=_either(free, _OR[language])),
            ),
        )
        for language, text, speech in words
    )


def _either(names: tuple[str, ...], either: str) -> str:
    """Return ``A, B or C``."""
    return either.join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])
