"""The recovery phrase: twelve words that open the backups of an installation, and are kept by its owner alone.

The words are made of syllables (``mabo ruti ...``) that can be told over the telephone in any language: a syllable is a
consonant and a vowel, six bits, two syllables are a word. Twelve words hold 128 random bits and a check of 16, so a
mistyped word is noticed before anything is tried.

From the phrase come two keys. The *private* one opens; the running service has only its public counterpart, so whoever
takes the machine over reads no backup of earlier days by that alone. The *signet* goes into each backup's key as well,
and the service has it: whoever can only write to the place of the backups cannot slip in one of their own.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from typing import Final, final

from attrs import field, frozen
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from channelsync.errors import UsageError

__all__ = ["Opener", "new_phrase", "opener"]

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"
_SYLLABLES: Final = tuple(consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS)
_BITS: Final = 6
_RANDOM: Final = 16
_CHECK: Final = 2
_WORDS: Final = (_RANDOM + _CHECK) * 8 // _BITS // 2
_COST: Final = {"n": 2**15, "r": 8, "p": 1}
"""About 32 MB and a tenth of a second. The bits of the phrase are what protects; this only makes guessing dearer."""


@final
@frozen
class Opener:
    """What a phrase is worth: the key that opens backups, and the signet that is in them."""

    private: bytes = field(repr=False)
    signet: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The counterpart to which backups are sealed."""
        return X25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()


def new_phrase() -> str:
    """Return a new phrase."""
    bits = secrets.token_bytes(_RANDOM)
    number = int.from_bytes(bits + _check(bits))
    places = range((_WORDS * 2 - 1) * _BITS, -1, -_BITS)
    syllables = [_SYLLABLES[number >> place & (2**_BITS - 1)] for place in places]
    return " ".join("".join(pair) for pair in zip(syllables[::2], syllables[1::2], strict=True))


def opener(phrase: str, salt: bytes) -> Opener:
    """Return what a phrase is worth for backups of that salt; capitals, hyphens and line breaks do not matter.

    Raises:
        UsageError: this is no phrase, or it is mistyped; the words themselves are not repeated.
    """
    derived = Scrypt(salt=salt, length=64, **_COST).derive(_bits(phrase))
    return Opener(derived[:32], derived[32:])


def _bits(phrase: str) -> bytes:
    words = re.findall(r"[^\W\d_]+", phrase.lower())
    if len(words) != _WORDS:
        msg = f"the recovery phrase has {_WORDS} words; these are {len(words)}"
        raise UsageError(msg, advice="Type the words as they were shown, with blanks between them.")
    number = 0
    for place, word in enumerate(words, start=1):
        pair = [word[:2], word[2:]]
        if any(one not in _SYLLABLES for one in pair):
            msg = f"word {place} of the recovery phrase is mistyped"
            raise UsageError(msg, advice="Compare it with your note, letter by letter.")
        for one in pair:
            number = number << _BITS | _SYLLABLES.index(one)
    whole = number.to_bytes(_RANDOM + _CHECK)
    if _check(whole[:_RANDOM]) != whole[_RANDOM:]:
        msg = "the recovery phrase is mistyped: one of its words is another one, or two have changed places"
        raise UsageError(msg, advice="Compare it with your note, letter by letter.")
    return whole[:_RANDOM]


def _check(bits: bytes) -> bytes:
    return sha256(b"channelsync phrase 1\x00" + bits).digest()[:_CHECK]
