"""Texts of ours in French: found by the words around what was filled in."""

from __future__ import annotations

import time

import pytest

from channelsync.french import in_french, translated


@pytest.mark.parametrize(
    "text, french",
    [
        ("this is not the address of a calendar", "ce n’est pas l’adresse d’un calendrier"),
        ("no unit is called 'Gîte'", "aucun logement ne s’appelle « Gîte »"),
        ('no unit is called "L\'Oie"', "aucun logement ne s’appelle « L'Oie »"),
        ("www.airbnb.com did not answer in time", "www.airbnb.com n’a pas répondu à temps"),
        ("Use fr or en.", "Choisissez fr ou en."),
        ("Gîte already has a calendar named 'Abritel'", "Gîte a déjà un calendrier nommé « Abritel »"),
        ("2 x no UID", "2 × pas d’UID"),
    ],
)
def test_a_text_has_its_french(text: str, french: str) -> None:
    """A wording is known by what stands around its blanks; what was filled in stands in the French."""
    assert translated(text, "fr") == french


def test_the_longest_wording_counts() -> None:
    """Where two wordings fit, the one that says more is meant."""
    said = translated("a.example answered 403: the link is no longer accepted", "fr")
    assert said == "a.example a répondu 403 : le lien n’est plus accepté"


def test_parts_are_put_into_french_in_turn() -> None:
    """What is filled in is put into French where it is a text of ours; a list of ours is, word by word."""
    said = translated(
        "this link does not lead to a calendar: a log-in page (HTML) came instead of a calendar (line 1)", "fr"
    )
    assert (
        said == "ce lien ne mène pas à un calendrier : une page de connexion (HTML) au lieu d’un calendrier (ligne 1)"
    )
    missing = translated("the following arguments are required: UNIT, CHANNEL", "fr")
    assert missing == "il manque ces arguments : LOGEMENT, PLATEFORME"


def test_what_was_typed_stays() -> None:
    """What somebody typed is shown as it was, even where it is a word of ours."""
    assert translated("no unit is called 'closure'", "fr") == "aucun logement ne s’appelle « closure »"


def test_what_was_typed_ends_where_its_quotes_end() -> None:
    """What follows a typed word is not taken for it."""
    said = translated("argument STAY: not a stay: '2027'. Write dates as YYYY-MM-DD.", "fr")
    assert said == "argument SÉJOUR : ce n’est pas un séjour : « 2027 ». Écrivez les dates AAAA-MM-JJ."


@pytest.mark.parametrize(
    "text, french",
    [
        ("Show who did what.", "Montrer qui a fait quoi."),
        ("Show who did what. Use it with --init.", "Montrer qui a fait quoi. Utilisez-le avec --init."),
        ("taken elsewhere; who knows why", "pris ailleurs ; who knows why"),
        ("Who knows why. Try again.", "Who knows why. Réessayez."),
        ("Who knows why. Nobody. Somebody.", "Who knows why. Nobody. Somebody."),
        ("Try again. " * 8 + "Try again.", "Réessayez. " * 8 + "Réessayez."),
        ("Try again. Who knows why?", "Réessayez. Who knows why?"),
    ],
)
def test_sentences_and_clauses(text: str, french: str) -> None:
    """Several sentences or clauses are put into French one by one; one that is not known stays."""
    assert translated(text, "fr") == french


def test_what_is_not_known_stays() -> None:
    """A text that is not ours is never hidden, in no language."""
    assert in_french("who knows why") is None
    for language in ("fr", "en", ""):
        assert translated("who knows why", language) == "who knows why"


def test_english_stays() -> None:
    """In English a text is as it was written."""
    assert translated("taken elsewhere", "en") == "taken elsewhere"


@pytest.mark.parametrize(
    "text",
    [
        "a are taken by b: the nights from c" + " to" * 600,
        "a: b lies on a c on d" * 90,
        "the '" * 400,
        "x answered y: z; " * 110,
        " (line 1)" * 200,
        "Who? " * 400,
        "argument A: Who? " * 110,
        "Try again. Who? " * 9,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """A text made to look like many wordings at once is answered as fast as any other."""
    began = time.perf_counter()
    translated(text, "fr")
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("text", ["", " ", ".", "; ", "{}", "'" * 2000, "a: " * 600, "new " * 500, "x" * 5000])
def test_any_text_will_do(text: str) -> None:
    """Nothing that a platform or a person can put into a text breaks it, or takes long."""
    assert isinstance(translated(text, "fr"), str)
