"""What stands around every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "The calendars of your lodgings, kept in step on every platform.": (
        "Les calendriers de vos logements, accordés sur toutes les plateformes."
    ),
    "Home": "Accueil",
    "Calendar": "Calendrier",
    "Lodgings": "Logements",
    "Journal": "Journal",
    "Settings": "Réglages",
    "Sign in": "Se connecter",
    "Sign out": "Se déconnecter",
    "Skip to the content": "Aller au contenu",
    "Main menu": "Menu principal",
    "Close": "Fermer",
    "Undo": "Annuler",
    "{count} days ago": "il y a {count} jours",
    "{count} hours ago": "il y a {count} heures",
    "{count} minutes ago": "il y a {count} minutes",
    "a minute ago": "il y a une minute",
    "{count} seconds ago": "il y a {count} secondes",
    "just now": "à l’instant",
    "This page does not exist": "Cette page n’existe pas",
    "It may have moved, or belong to somebody else.": "Elle a peut-être changé de place, ou n’est pas à vous.",
    "This was refused": "Demande refusée",
    "Open the page again and try once more.": "Ouvrez de nouveau la page, puis réessayez.",
    "Something went wrong on our side": "Un problème est survenu de notre côté",
    "Nothing is lost: what was closed stays closed. Try again in a minute.": (
        "Rien n’est perdu : ce qui était fermé le reste. Réessayez dans une minute."
    ),
    "This cannot be done": "C’est impossible",
    "Too many attempts": "Trop d’essais",
    "Wait a little, then try again.": "Attendez un peu, puis réessayez.",
    "Back to the first page": "Revenir à l’accueil",
    "Add a lodging": "Ajouter un logement",
    "Answer": "Répondre",
    "Arrival": "Arrivée",
    "Begin": "Commencer",
    "Block dates": "Bloquer des dates",
    "See the week": "Voir la semaine",
    "Change": "Modifier",
    "Closed by you": "Fermé par vous",
    "Copied": "Copié",
    "Copy": "Copier",
    "Dates taken": "Dates prises",
    "Departure": "Départ",
    "Disappearance to be confirmed: we keep it closed": "Disparition à confirmer : nous gardons fermé",
    "Double booking": "Double réservation",
    "First night": "Première nuit",
    "Go on": "Continuer",
    "Holidays": "Vacances",
    "Link a listing": "Relier une annonce",
    "Lodging": "Logement",
    "New recovery codes": "Nouveaux codes de secours",
    "Other reason": "Autre raison",
    "Personal use": "Usage personnel",
    "Read by {where}": "Lu par {where}",
    "Read by {where} {when}": "Lu par {where} {when}",
    "Remove": "Retirer",
    "Reservation": "Réservation",
    "Save": "Enregistrer",
    "Today": "Aujourd’hui",
    "Turnover": "Rotation",
    "What": "Quoi",
    "Where": "Où",
    "a person, with a browser": "une personne, avec un navigateur",
    "and {count} more": "et {count} de plus",
    "closed": "fermée",
    "entered here": "saisi ici",
    "{count} night": "{count} nuit",
    "{count} nights": "{count} nuits",
    "{where} does not answer any more; your dates stay closed": "{where} ne répond plus ; vos dates restent fermées",
    "The API of {where} does not answer; its calendar is read in its place": (
        "L’API de {where} ne répond plus ; son calendrier est lu à sa place"
    ),
}
