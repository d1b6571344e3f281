"""Double bookings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "Double bookings": "Doubles réservations",
    "Known to you": "Déjà au courant",
    "No night is taken twice, as far as your platforms show.": (
        "Aucune nuit n’est prise deux fois, d’après ce que montrent vos plateformes."
    ),
    "It is resolved": "C’est résolu",
    "This double booking at {unit} is over: one of the two stays has gone from its calendar, or has passed.": (
        "Cette double réservation à {unit} est terminée : l’un des deux séjours a quitté son calendrier, ou est passé."
    ),
    # how certain, and who was first
    "Two guests hold the same nights: {nights}.": "Deux voyageurs ont les mêmes nuits : {nights}.",
    "The same nights are taken twice, {nights}. {where} does not say whether it is a guest: look there first.": (
        "Les mêmes nuits sont prises deux fois, {nights}. "
        "{where} ne dit pas si c’est un voyageur : regardez d’abord là."
    ),
    "Perhaps one stay seen twice, {nights}. Nothing opens meanwhile.": (
        "Peut-être un seul séjour vu deux fois, {nights}. Rien n’est rouvert tant que ce n’est pas clair."
    ),
    "What is seen where": "Ce qui est vu, et où",
    "What will tell": "Ce qui le dira",
    "Our readings cannot tell the two apart: you know what it is. One answer is enough.": (
        "Nos lectures ne peuvent pas départager les deux : vous, vous savez ce que c’est. Une réponse suffit."
    ),
    "{where} has not been read whole since the restore: its next whole reading tells.": (
        "{where} n’a pas été relu en entier depuis la restauration : sa prochaine lecture complète le dira."
    ),
    "{where} no longer shows its stay. Once several readings agree, this ends by itself; if it is cancelled there, "
    "say so on the page of that listing.": (
        "{where} ne montre plus son séjour. Quand plusieurs lectures le confirment, ceci se règle tout seul ; "
        "s’il y est annulé, dites-le sur la page de cette annonce."
    ),
    "{where} is no longer linked, so nobody reads it: look there yourself.": (
        "{where} n’est plus relié, donc plus lu : regardez-y vous-même."
    ),
    "You have said what it is. It ends by itself once one of the two calendars no longer shows these dates.": (
        "Vous avez dit ce que c’est. Tout se règle seul dès que l’un des deux calendriers ne montre plus ces dates."
    ),
    "Do you know it already? Say so, and the first page names it no more.": (
        "Vous le savez déjà ? Dites-le, et la première page n’en parle plus."
    ),
    "Who was first?": "Qui était le premier ?",
    "One was there already when we first read it: the platforms alone know who was first.": (
        "L’un des deux était déjà là à notre première lecture : seules les plateformes savent qui était le premier."
    ),
    "What you typed in {moment} was first: {other} did not show its own yet.": (
        "Ce que vous avez saisi {moment} était le premier : {other} ne montrait pas encore le sien."
    ),
    "One of them was typed in here: when it was really booked, you alone know.": (
        "L’un des deux a été saisi ici : vous seul savez quand il a vraiment été réservé."
    ),
    "{where} was first: we saw it {moment}, when {other} did not show its own yet.": (
        "{where} était le premier : nous l’avons vu {moment}, quand {other} ne montrait pas encore le sien."
    ),
    "Both came between two readings: the platforms alone know who was first.": (
        "Les deux sont arrivés entre deux lectures : seules les plateformes savent qui était le premier."
    ),
    "Dates taken (a reservation or a closing)": "Dates prises (réservation ou fermeture)",
    "There already at our first reading, {moment}": "Déjà là à notre première lecture, {moment}",
    "Typed in {moment}": "Saisi {moment}",
    "First seen {moment}": "Vu pour la première fois {moment}",
    "First seen {moment}; not there yet {before}": "Vu pour la première fois {moment} ; pas encore là {before}",
    "Open on {where}": "Ouvrir sur {where}",
    "You said that this is no double booking.": "Vous avez dit que ce n’est pas une double réservation.",
    # what to do
    "Decide which of the two stays you keep; usually the one that was booked first.": (
        "Décidez lequel des deux séjours vous gardez ; d’ordinaire, le premier réservé."
    ),
    "Write to the other guest, before anything is cancelled: a message is ready below.": (
        "Écrivez à l’autre voyageur avant toute annulation : un message est prêt ci-dessous."
    ),
    "Change or cancel that stay on its own platform. channelsync never cancels a guest.": (
        "Modifiez ou annulez ce séjour sur sa plateforme. channelsync n’annule jamais un voyageur."
    ),
    "Once one of the two has gone from its calendar, this page says so by itself. Nothing opens before.": (
        "Dès que l’un des deux a quitté son calendrier, cette page le dit d’elle-même. Rien n’est rouvert avant."
    ),
    "Open both calendars on their platforms, and see whether there is really a guest on each.": (
        "Ouvrez les deux calendriers sur leurs plateformes, et voyez s’il y a vraiment un voyageur de chaque côté."
    ),
    "What the platforms ask for": "Ce que demandent les plateformes",
    "We know of no published deadline or penalty of {where}: ask it before you cancel anything.": (
        "Nous ne connaissons ni délai ni pénalité publiés par {where} : renseignez-vous auprès d’elle avant d’annuler."
    ),
    "Booking.com’s help for partners, quoted on {day}; check there whether it still holds": (
        "aide de Booking.com aux partenaires, citée le {day} ; vérifiez-y si c’est toujours vrai"
    ),
    "Booking.com asks for a solution within 30 minutes, 2 hours or 24 hours, depending on the arrival.": (
        "Booking.com demande une solution sous 30 minutes, 2 heures ou 24 heures, selon la date d’arrivée."
    ),
    "By its rules all costs of moving the guest are yours.": (
        "D’après ses règles, tous les frais pour reloger le voyageur sont à votre charge."
    ),
    "We know of no published deadline of GreenGo: write to bonjour@greengo.voyage before you cancel.": (
        "Nous ne connaissons aucun délai publié par GreenGo : écrivez à bonjour@greengo.voyage avant d’annuler."
    ),
    "public address, seen in November 2026": "adresse publique, vue en novembre 2026",
    # moving a guest
    "To move one of the two guests": "Pour déplacer l’un des deux voyageurs",
    "Choose the stay that you do not keep. The messages name nobody; change them as you like before copying.": (
        "Choisissez le séjour que vous ne gardez pas. Les messages ne nomment personne ; modifiez-les avant de copier."
    ),
    "Your lodgings that are free then": "Vos logements libres à ces dates",
    "not all of its calendars have been read: check them first": "calendriers pas tous lus : vérifiez d’abord",
    "None of your other lodgings is free for the whole stay.": (
        "Aucun de vos autres logements n’est libre pour tout le séjour."
    ),
    "Message in French": "Message en français",
    "Message in English": "Message en anglais",
    # dismissing
    "It is no double booking?": "Ce n’est pas une double réservation ?",
    "It is not told of any more, unless something about it changes. The dates stay closed.": (
        "Elle n’est plus signalée, sauf si quelque chose y change. Les dates restent fermées."
    ),
    "Show it again as a double booking": "La signaler de nouveau",
    "The same guest on two platforms, or a closing of your own: say so, and the alarm ends.": (
        "Le même voyageur sur deux plateformes, ou une fermeture à vous : dites-le, et l’alerte s’arrête."
    ),
    "The dates stay closed, and it comes back if something about it changes.": (
        "Les dates restent fermées, et l’alerte revient si quelque chose y change."
    ),
    "This is no double booking": "Ce n’est pas une double réservation",
    "Noted: this is no double booking.": "Noté : ce n’est pas une double réservation.",
    "Shown again as a double booking.": "De nouveau signalée comme double réservation.",
}
