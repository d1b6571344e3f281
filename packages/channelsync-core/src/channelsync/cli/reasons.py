"""The reasons that the kernel gives and what a look met, in French: they are written in English, for scripts and logs.

A reason that is not known here stays as it is, so that nothing is ever hidden for want of a word.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["in_french"]

_KINDS: Final = {"reservation": "réservation", "block": "blocage", "closure": "dates prises", "hold": "option"}
_KIND: Final = re.compile(r"\b(?:reservation|block|closure|hold)\b")
_SENTENCES: Final = tuple(
    (re.compile(pattern), french)
    for pattern, french in (
        (r"new (\w+), already there at the first look", r"\1, déjà là à la première lecture"),
        (r"new (\w+)", r"nouveau : \1"),
        (r"the (\w+) changed its dates", r"\1 : les dates ont changé"),
        (r"taken elsewhere", "pris ailleurs"),
        (r"claimed nowhere any more", "plus pris nulle part"),
        (r"the calendar is not open yet: .*", "calendrier pas encore ouvert"),
        (r"the advance notice moves along with the date", "délai de réservation, qui avance chaque jour"),
        (r"our own closing, come back after the platform had read it", "nos dates, renvoyées après lecture"),
        (r"the reservation has left these nights", "la réservation a quitté ces nuits"),
        (r"what was sold again meanwhile stays closed", "ce qui a été revendu entre-temps reste fermé"),
        (r"two looks agree", "deux lectures d’accord"),
        (r"left by a date change", "dates changées"),
        (r"free at the next look that agrees", "libres à la prochaine lecture d’accord"),
        (r"one claim vanished, the rest is intact", "une seule occupation a disparu"),
        (r"two claims vanished", "deux occupations ont disparu"),
        (r"the only claim vanished, and this calendar has been empty before", "la seule occupation a disparu"),
        (r"too much vanished at once", "trop de choses ont disparu d’un coup"),
        (r"the owner confirmed that no guest is there", "vous avez confirmé qu’il n’y a personne"),
        (r"(\d+) looks agree since (.+)", r"\1 lectures d’accord depuis le \2"),
        (r"kept closed until (\d+) looks agree over (\S+) h", r"gardé fermé jusqu’à \1 lectures d’accord sur \2 h"),
        (r"(\S+) did not answer in time", r"\1 n’a pas répondu à temps"),
        (r"(\S+) broke off or garbled its answer", r"\1 a interrompu ou abîmé sa réponse"),
        (r"(\S+) has no valid certificate, or its encryption failed", r"\1 n’a pas de certificat valable"),
        (r"(\S+) cannot be reached, or closed the connection", r"\1 est injoignable, ou a coupé la connexion"),
        (r"(\S+) answered (\d+): the link is no longer accepted", r"\1 a répondu \2 : le lien n’est plus accepté"),
        (r"(\S+) answered (\d+): there is no such calendar", r"\1 a répondu \2 : ce calendrier n’existe pas"),
        (r"(\S+) answered (\d+): it asks us to slow down", r"\1 a répondu \2 : il nous demande de ralentir"),
        (r"(\S+) answered (\d+) in place of a calendar", r"\1 a répondu \2 au lieu d’un calendrier"),
        (r"the calendar stops.*: no END:VCALENDAR \(line (\d+)\)", r"le calendrier s’arrête avant sa fin (ligne \1)"),
        (r"the answer is empty: no calendar came", "la réponse est vide"),
        (r"a log-in page \(HTML\) came instead of a calendar.*", "une page de connexion au lieu d’un calendrier"),
        (r"a web page \(HTML\) came instead of a calendar.*", "une page web au lieu d’un calendrier"),
        (r"plain text came instead of a calendar.*", "du texte au lieu d’un calendrier"),
        (r"a JSON answer(.*) came instead of a calendar.*", r"une réponse JSON\1 au lieu d’un calendrier"),
        (
            r"(.+) reads the calendar that is meant for (.+)",
            r"\1 lit le calendrier destiné à \2 : collez chaque adresse chez sa plateforme",
        ),
        (r"linked all the same, it will be read again", "annonce reliée quand même, elle sera relue"),
    )
)


def in_french(why: str) -> str:
    """Return a reason in French, part by part."""
    return " ; ".join(_translated(part) for part in why.split("; "))


def _translated(text: str) -> str:
    for pattern, french in _SENTENCES:
        found = pattern.fullmatch(text)
        if found:
            return _KIND.sub(lambda kind: _KINDS[kind[0]], found.expand(french))
    return text
