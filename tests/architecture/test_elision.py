"""Every French text that names a platform shortens "de" and "que" before Airbnb, and not before GreenGo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Formatter

import pytest

from channelsync.french.telling import SUBJECTS, translated
from channelsync.notices import Details, Notice, NoticeKind
from channelsync.wording import headline, text
from channelsync.words import de, elided
from channelsync_web.french import FRENCH_TEXTS
from channelsync_web.speech import Say

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
UNSHORTENED = re.compile(r"\b(?:de|que|jusque|lorsque|puisque) (?:<[^>]*>)*Airbnb", re.IGNORECASE)


def _filled(wording: str, name: str) -> dict[str, str]:
    """Return the same name for each blank of a wording, in the order of those that are only counted."""
    blanks = [blank for _, blank, _, _ in Formatter().parse(wording) if blank is not None]
    return {blank or str(place): name for place, blank in enumerate(blanks)}


def _library(name: str) -> Iterator[str]:
    """Yield every text of the library in French, with that name in each blank."""
    for english in (one for subject in SUBJECTS for one in subject):
        parts = Formatter().parse(english)
        said = "".join(
            before + ("" if blank is None else "12" if spec == "d" else repr(name) if kind == "r" else name)
            for before, blank, spec, kind in parts
        )
        yield translated(said, "fr")


def _pages(name: str) -> Iterator[str]:
    """Yield every text of the pages in French, with that name in each blank."""
    say = Say("fr", NOON, {})
    for english in FRENCH_TEXTS:
        yield str(say(english, **_filled(english, name)))


def _notices(name: str) -> Iterator[str]:
    """Yield what is told of a listing of that name, a headline and a text for each kind."""
    for kind in NoticeKind:
        for accepted in ((), (name,)):
            details = Details(name, "Europe/Paris", name, others=(name,), since=NOON, accepted=accepted)
            notice = Notice("k", kind, NOON, None, None, details)
            yield from (text(notice, "fr"), headline(notice, "fr"))


def test_before_a_vowel() -> None:
    """No text says "de Airbnb" or "que Airbnb"; "le" stands before dates and versions alone."""
    texts = [*_library("Airbnb"), *_pages("Airbnb"), *_notices("airbnb")]
    assert sum("d’Airbnb" in one for one in texts) > 20
    assert not [one for one in texts if UNSHORTENED.search(one)]


def test_before_a_consonant() -> None:
    """Nothing is shortened that wants to be whole."""
    texts = [*_library("GreenGo"), *_pages("GreenGo"), *_notices("greengo")]
    assert not [one for one in texts if re.search(r"\b(?:d|qu)’(?:<[^>]*>)*GreenGo", one, re.IGNORECASE)]


@pytest.mark.parametrize(
    "name, said",
    [
        ("Abritel", "d’Abritel"),
        ("Expedia", "d’Expedia"),
        ("Élodie", "d’Élodie"),
        ("Hôtel du Lac", "d’Hôtel du Lac"),
        ("<b>Airbnb</b>", "d’<b>Airbnb</b>"),
        ("Booking.com", "de Booking.com"),
        ("Vrbo", "de Vrbo"),
        ("Holidu", "de Holidu"),
        ("11", "de 11"),
    ],
)
def test_of_a_name(name: str, said: str) -> None:
    """A vowel or a mute h shortens; a consonant, a number and a foreign h do not."""
    assert de(name) == said


def test_blanks_of_every_form() -> None:
    """A blank is found by its name, by its number or by its place, also inside markup."""
    assert elided("{} de {}", "x", "Airbnb") == "{} d’{}"
    assert elided("{1} que {0}", "Airbnb", "x") == "{1} qu’{0}"
    assert elided("jusqu’à ce que <b>{where}</b>", where="Airbnb") == "jusqu’à ce qu’<b>{where}</b>"
