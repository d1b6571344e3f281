"""What the kernel decided about nights, and why, in French; and the words that such reasons are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["DECIDED"]

DECIDED: Final[Mapping[str, str]] = {
    # kinds of claims, as parts of a sentence
    "reservation": "réservation",
    "block": "blocage",
    "closure": "dates prises",
    "hold": "option",
    # reasons
    "echo: {} -> {}": "renvoie nos dates : {1} (avant : {0})",
    "echoes": "oui",
    "never": "non",
    "unknown": "inconnu",
    "nothing is missing": "rien ne manque",
    "the advance notice, which moves along with the date": "délai de réservation, qui avance chaque jour",
    "the fetch gave nothing usable": "la lecture n’a rien donné d’utilisable",
    "new {}, already there at the first look": "{0}, déjà là à la première lecture",
    "new {}": "nouveau : {0}",
    "the {} changed its dates": "{0} : les dates ont changé",
    "taken elsewhere": "pris ailleurs",
    "claimed nowhere any more": "plus pris nulle part",
    "the calendar is not open yet: {}": "calendrier pas encore ouvert",
    "the advance notice moves along with the date": "délai de réservation, qui avance chaque jour",
    "our own closing, come back after the platform had read it": "nos dates, renvoyées après lecture",
    "the reservation has left these nights": "la réservation a quitté ces nuits",
    "what was sold again meanwhile stays closed": "ce qui a été revendu entre-temps reste fermé",
    "two looks agree": "deux lectures d’accord",
    "left by a date change": "dates changées",
    "free at the next look that agrees": "libres à la prochaine lecture d’accord",
    "one claim vanished, the rest is intact": "une seule occupation a disparu",
    "two claims vanished": "deux occupations ont disparu",
    "the only claim vanished, and this calendar has been empty before": "la seule occupation a disparu",
    "too much vanished at once": "trop de choses ont disparu d’un coup",
    "the owner confirmed that no guest is there": "vous avez confirmé qu’il n’y a personne",
    "the owner confirmed that it is gone": "vous avez confirmé la disparition",
    "the platform says that it is cancelled": "la plateforme dit que c’est annulé",
    "{} looks agree since {}": "{0} lectures d’accord depuis le {1}",
    "kept closed until {} looks agree over {} h": "gardé fermé jusqu’à {0} lectures d’accord sur {1} h",
    "its departure has passed": "le départ est passé",
    "the owner ended it": "vous y avez mis fin",
    "its listing was unlinked": "son annonce a été retirée",
    "linked all the same, it will be read again": "annonce reliée quand même, elle sera relue",
    "{} reads the calendar that is meant for {}": (
        "{0} lit le calendrier destiné à {1} : collez chaque adresse chez sa plateforme"
    ),
    # orders
    "a text is longer than {} characters": "un texte dépasse {0} caractères",
    "Shorten it.": "Raccourcissez-le.",
    "the stay {} is over": "le séjour {0} est passé",
    "Give nights from today on.": "Indiquez des nuits à partir d’aujourd’hui.",
    "{}: {} lies on a {} made here, {}": "{0} : {1} chevauche une occupation ({2}) saisie ici, {3}",
    "{}: {} lies on a {} on {}, {}": "{0} : {1} chevauche une occupation ({2}) sur {3}, {4}",
    "Choose other nights, or add --insist if both are true.": (
        "Choisissez d’autres nuits, ou ajoutez --insist si les deux sont vraies."
    ),
    "{} is a {}, not a {}": "{0} : {1}, et non {2}",
    "{} is the platform's own {}": "{0} vient de la plateforme ({1})",
    "End it on the platform: its nights open here once its calendar shows it.": (
        "Mettez-y fin sur la plateforme : les nuits s’ouvrent ici dès que son calendrier le montre."
    ),
    "Use `unblock` for blocks and `cancel` for reservations.": (
        "Utilisez `unblock` pour un blocage et `cancel` pour une réservation."
    ),
    "{} stands already": "{0} existe toujours",
    "Nothing has to be done.": "Il n’y a rien à faire.",
    "the journal has no {!r}": "le journal n’a pas de « {0} »",
    "unknown category: {!r}": "catégorie inconnue : « {0} »",
    "Use one of {}.": "Choisissez parmi : {0}.",
    "nothing here is called {!r}": "rien ici ne s’appelle « {0} »",
    "`channelsync unit show UNIT` lists what takes nights, with ids.": (
        "`channelsync unit show LOGEMENT` liste ce qui occupe des nuits, avec les identifiants."
    ),
    "not an answer: {!r}": "ce n’est pas une réponse : « {0} »",
    "Answer with the first date that is not open yet: YYYY-MM-DD.": (
        "Répondez par la première date qui n’est pas encore ouverte : AAAA-MM-JJ."
    ),
    "Answer with one of {}.": "Répondez par l’un de ces mots : {0}.",
    "no open question {!r}": "aucune question ouverte « {0} »",
    "Run `channelsync takeover UNIT` to see the questions and their ids.": (
        "Lancez `channelsync takeover LOGEMENT` pour voir les questions et leurs identifiants."
    ),
    "no open conflict is called {!r}": "aucune double réservation ouverte ne s’appelle « {0} »",
    "`channelsync conflicts` lists them.": "`channelsync conflicts` les liste.",
    "{}: the nights from {} to {}{} are taken by {} {}": "{0} : les nuits du {1} au {2}{3} sont prises par {4} {5}",
    "End that one first, or choose other nights: `channelsync calendar {}`.": (
        "Mettez-y fin d’abord, ou choisissez d’autres nuits : `channelsync calendar {0}`."
    ),
    # dates and stays
    "not a date: {!r}": "ce n’est pas une date : « {0} »",
    "Write it as YYYY-MM-DD, for example 2027-04-01.": "Écrivez-la AAAA-MM-JJ, par exemple 2027-04-01.",
    "Write it as YYYY-MM-DD.": "Écrivez-la AAAA-MM-JJ.",
    "Write dates as YYYY-MM-DD.": "Écrivez les dates AAAA-MM-JJ.",
    "not a month: {!r}": "ce n’est pas un mois : « {0} »",
    "Write it as YYYY-MM, for example 2027-04.": "Écrivez-le AAAA-MM, par exemple 2027-04.",
    "not a time: {!r}": "ce n’est pas un instant : « {0} »",
    "Write it as 2027-03-15T09:00:00+01:00, or 2027-03-15T08:00:00Z.": (
        "Écrivez-le 2027-03-15T09:00:00+01:00, ou 2027-03-15T08:00:00Z."
    ),
    "{} is outside of what can be held": "{0} sort de ce qui peut être tenu",
    "Give a time between {} and {}.": "Indiquez un instant entre {0} et {1}.",
    "the stay {} is outside of what can be held": "le séjour {0} sort de ce qui peut être tenu",
    "Give dates between {} and {}.": "Indiquez des dates entre {0} et {1}.",
    "not a stay: {!r}": "ce n’est pas un séjour : « {0} »",
    "Write it as ARRIVAL/DEPARTURE, for example 2027-04-01/2027-04-05.": (
        "Écrivez-le ARRIVÉE/DÉPART, par exemple 2027-04-01/2027-04-05."
    ),
    "the departure {} is not after the arrival {}": "le départ {0} n’est pas après l’arrivée {1}",
    "A stay is ARRIVAL/DEPARTURE; the departure is the morning the guest leaves.": (
        "Un séjour s’écrit ARRIVÉE/DÉPART ; le départ est le matin où l’on s’en va."
    ),
    "{} must be a date without a time of day, not {!r}": "{0} doit être une date sans heure, et non « {1} »",
    "unknown time zone: {!r}": "fuseau horaire inconnu : « {0} »",
    "no such time zone: {!r}": "ce fuseau horaire n’existe pas : « {0} »",
    "Use an IANA name such as Europe/Paris.": "Donnez un nom comme Europe/Paris.",
    "Write it as in Europe/Paris.": "Écrivez-le comme Europe/Paris.",
}
"""English wordings, and theirs in French."""
