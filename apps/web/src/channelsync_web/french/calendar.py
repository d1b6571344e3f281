"""The calendar, one stay, one night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    # the table
    "Enter a reservation": "Saisir une réservation",
    "Dates shown": "Dates affichées",
    "Four weeks earlier": "Quatre semaines plus tôt",
    "Four weeks later": "Quatre semaines plus tard",
    "nights": "nuits",
    "1 night": "1 nuit",
    "Nights of your lodgings": "Les nuits de vos logements",
    "free": "libre",
    "How to read this": "Comment lire ce calendrier",
    "Read or shown closed by the platform": "Lu, ou montré fermé, par la plateforme",
    "Not proven yet": "Pas encore prouvé",
    "Shows the same dates too: probably a copy": "Montre aussi ces dates : sans doute une copie",
    "{where} shows the same dates, probably a copy: to clarify": (
        "{where} montre les mêmes dates, sans doute une copie : à clarifier"
    ),
    "Still bookable somewhere": "Encore réservable quelque part",
    "Turnover night": "Nuit de rotation",
    "Why is a night closed?": "Pourquoi une nuit est-elle fermée ?",
    "Night": "Nuit",
    "Explain": "Expliquer",
    "Your lodgings will stand here, one line each.": "Vos logements seront ici, une ligne pour chacun.",
    "{unit}: double booking {nights}": "{unit} : double réservation {nights}",
    "{unit}: double booking likely {nights}": "{unit} : double réservation probable {nights}",
    # what takes nights
    "Option": "Option",
    "Blocked": "Bloqué",
    "Blocked: personal use": "Bloqué : usage personnel",
    "Blocked: works": "Bloqué : travaux",
    "Blocked: holidays": "Bloqué : vacances",
    "Closed by you on {where}": "Fermé par vous sur {where}",
    "here, by you": "ici, par vous",
    "Works": "Travaux",
    "Disappearance to be confirmed: we keep closed": "Disparition à confirmer : nous gardons fermé",
    "To clarify: may be our own dates, sent back": "À clarifier : peut-être nos dates, renvoyées",
    "To clarify: probably a copy of another platform’s dates": "À clarifier : sans doute une copie d’ailleurs",
    # proofs
    "Double booking with {where}": "Double réservation avec {where}",
    "Accepted by {where} {when}": "Accepté par {where} {when}",
    "Accepted by {where}": "Accepté par {where}",
    "Shown closed by {where}": "Montré fermé par {where}",
    "Taken on {where} as well": "Pris aussi sur {where}",
    "Still bookable on {where}: not read yet": "Encore réservable sur {where} : pas encore lu",
    "Not read by {where} yet": "Pas encore lu par {where}",
    "Still bookable on {where}: not accepted yet": "Encore réservable sur {where} : pas encore accepté",
    "Not accepted by {where} yet": "Pas encore accepté par {where}",
    "Not closed by us on {where}": "Pas fermé par nous sur {where}",
    # forms
    "From": "Du",
    "To": "Au",
    "Day of departure": "Jour du départ",
    "Reason": "Motif",
    "Note for yourself (optional)": "Note pour vous (facultatif)",
    "Nothing has been changed: these nights are taken.": "Rien n’a été changé : ces nuits sont prises.",
    "Block all the same: I know that a reservation stands there": "Bloquer quand même : je connais cette réservation",
    "Block everywhere": "Bloquer partout",
    "Back to the calendar": "Revenir au calendrier",
    "The nights close on every platform of the lodgings you choose: on all of them, or on none.": (
        "Les nuits se ferment sur toutes les plateformes des logements choisis : tous ensemble, ou aucun."
    ),
    "For a guest who booked with you directly, or a reservation that its platform does not show yet. "
    "The nights close everywhere else.": (
        "Pour un voyageur qui a réservé directement chez vous, ou une réservation que sa plateforme ne montre pas "
        "encore. Les nuits se ferment partout ailleurs."
    ),
    "Enter it all the same: both are true": "Saisir quand même : les deux sont vraies",
    "Booked on": "Réservé sur",
    "Directly with you": "Directement chez vous",
    "Guest (optional)": "Voyageur (facultatif)",
    "Stays here: no platform and no notice shows it.": "Reste ici : aucune plateforme ni aucun message ne le montre.",
    "Enter the reservation": "Saisir la réservation",
    "Choose the first night.": "Choisissez la première nuit.",
    "Choose the day of departure.": "Choisissez le jour du départ.",
    "This is no date: choose one.": "Ce n’est pas une date : choisissez-en une.",
    "This is more than five years ahead: choose an earlier date.": (
        "C’est dans plus de cinq ans : choisissez une date plus proche."
    ),
    "The departure must come after the first night.": "Le départ doit venir après la première nuit.",
    "These nights are over.": "Ces nuits sont passées.",
    "This is longer than two years: choose fewer nights.": "C’est plus de deux ans : choisissez moins de nuits.",
    "Choose at least one lodging.": "Choisissez au moins un logement.",
    "Choose one of these reasons.": "Choisissez l’un de ces motifs.",
    "This text is too long: write at most 500 characters.": "Ce texte est trop long : 500 caractères au plus.",
    # one stay
    "Closed elsewhere?": "Fermé ailleurs ?",
    "There is no other platform to close.": "Il n’y a pas d’autre plateforme à fermer.",
    "The whole story, night by night": "Toute l’histoire, nuit par nuit",
    "What it is": "Ce que c’est",
    "Known since": "Connu depuis",
    "Guest": "Voyageur",
    "Note": "Note",
    "Nights you add close at once; those you leave open again. What stays never opens in between.": (
        "Les nuits ajoutées se ferment aussitôt ; celles que vous laissez se rouvrent. Ce qui reste ne s’ouvre jamais "
        "entre-temps."
    ),
    "Change it all the same: both are true": "Modifier quand même : les deux sont vraies",
    "Unblock these dates": "Débloquer ces dates",
    "Cancel this reservation": "Annuler cette réservation",
    ": ": " : ",
    "Closed by you on {where}: open these dates there.": "Fermé par vous sur {where} : rouvrez ces dates là-bas.",
    "{where} shows these dates as taken, without saying why: a reservation, or a closing of your own there.": (
        "{where} montre ces dates prises, sans dire pourquoi : une réservation, ou une fermeture que vous y avez faite."
    ),
    "Changes and cancellations are made on {where}; they show here by themselves.": (
        "Changements et annulations se font sur {where} ; ils se voient ici d’eux-mêmes."
    ),
    # said once
    "Dates blocked: they are closing on every platform.": "Dates bloquées : elles se ferment sur chaque plateforme.",
    "Reservation entered: it is closing elsewhere.": "Réservation saisie : elle se ferme ailleurs.",
    "Changed: the platforms read it with our calendar.": "Modifié : les plateformes le liront dans notre calendrier.",
    "Dates unblocked: the platforms open them when they read.": (
        "Dates débloquées : les plateformes les rouvrent en nous lisant."
    ),
    "Reservation cancelled.": "Réservation annulée.",
    "Undone.": "C’est annulé.",
    "Back as it was.": "Remis comme avant.",
    # one night
    "Why is this night closed?": "Pourquoi cette nuit est-elle fermée ?",
    "Why is this night open?": "Pourquoi cette nuit est-elle ouverte ?",
    "Why is this night like this?": "Pourquoi cette nuit est-elle ainsi ?",
    "night of {day}": "nuit du {day}",
    "What takes it": "Ce qui la prend",
    "Close it on {where}": "La fermer sur {where}",
    "Block this night": "Bloquer cette nuit",
    "Nights beside it": "Nuits voisines",
    "The night before": "La nuit d’avant",
    "The next night": "La nuit suivante",
    "Taken here": "Prise ici",
    "Closing proven": "Fermeture prouvée",
    "Closing not proven yet": "Fermeture pas encore prouvée",
    "Open": "Ouverte",
    "Blocked dates": "Dates bloquées",
    "Nothing takes this night.": "Rien ne prend cette nuit.",
    "{kind} – {source}, seen first {at}, still there {last}.": "{kind} – {source}. Vu d’abord {at}, encore là {last}.",
    "{kind} – entered here by you, {at}.": "{kind} – saisi ici par vous, {at}.",
    "{kind} – {source}, entered here by you, {at}.": "{kind} – {source}, d’après votre saisie ici, {at}.",
    "Night kept free for the turnover: {kind} beside it – {source}.": (
        "Nuit gardée libre pour la rotation, à côté : {kind} – {source}."
    ),
    "Not shown any more since {at}. Disappearance to be confirmed: we keep closed.": (
        "N’est plus affiché (vu {at}). Disparition à confirmer : nous gardons fermé."
    ),
    "To clarify: probably a copy of dates on {source}.": "À clarifier : sans doute la copie de dates de {source}.",
    "To clarify: it looked like our own dates, but outlived them.": (
        "À clarifier : ressemblait à nos propres dates, mais leur a survécu."
    ),
    "This option ends {at}.": "Cette option prend fin {at}.",
    "Nobody takes this night any more, but {source} still shows it closed: a guest is possible.": (
        "Plus personne ne prend cette nuit, mais {source} la montre encore fermée : un voyageur est possible."
    ),
    "This listing is no longer linked: neither read nor closed.": "Cette annonce n’est plus reliée : ni lue ni fermée.",
    "We have not read this calendar yet.": "Nous n’avons pas encore lu ce calendrier.",
    "The last look brought nothing: the one before, {last}, stands.": (
        "Dernière lecture sans résultat : la précédente, {last}, fait foi."
    ),
    "{kind} on this very listing, seen first {at}, still there {last}.": (
        "{kind} sur cette annonce même. Vu d’abord {at}, encore là {last}."
    ),
    "Shown closed {at}: our own dates, sent back by {here}.": "Montrée fermée {at} : nos dates, renvoyées par {here}.",
    "Shown closed {at}: our own dates, sent back by {here}, or a guest.": (
        "Montrée fermée {at} : nos dates, renvoyées par {here}, ou un voyageur."
    ),
    "Shown closed {at}: {here} has not opened its calendar so far ahead.": (
        "Montrée fermée {at} : {here} n’a pas encore ouvert son calendrier jusque-là."
    ),
    "Shown open by {here} {at}.": "Montrée ouverte par {here} {at}.",
    "Closed in our calendar for {here} {at}.": "Fermée dans notre calendrier pour {here} {at}.",
    "Open again in our calendar for {here} {at}.": "Remise en location dans notre calendrier pour {here} {at}.",
    "Not closed by us on {here}.": "Pas fermée par nous sur {here}.",
    "Read by {here} {at}, last {last}.": "Lu par {here} {at}, la dernière fois {last}.",
    "Read by {here} {at}.": "Lu par {here} {at}.",
    "Not read by {here} yet.": "Pas encore lu par {here}.",
    "To be closed by {here}, asked {at}.": "À fermer par {here}, demandé {at}.",
    "To be opened again by {here}, asked {at}.": "À remettre en location par {here}, demandé {at}.",
    "Accepted by {here} {at}.": "Accepté par {here} {at}.",
    "Not accepted by {here} yet.": "Pas encore accepté par {here}.",
    "Shown closed by {here} {at}: the platform itself says so.": "Montrée fermée par {here} {at}, donc sûr.",
    "Still bookable on {here}, since {at}.": "Encore réservable sur {here} (depuis : {at}).",
    "Closed here only because of dates to clarify.": "Fermée ici seulement à cause de dates à clarifier.",
}
