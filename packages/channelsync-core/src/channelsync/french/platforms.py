"""What the platforms' APIs answer, refuse and leave out, in French; and how accounts on them fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["PLATFORMS"]

PLATFORMS: Final[Mapping[str, str]] = {
    # any API
    "what {} says is no JSON object": "ce que dit {0} n’est pas un objet JSON",
    "what  says is no JSON object": "la réponse n’est pas un objet JSON",
    "what {} says has no {} in a form that is known": "ce que dit {0} n’a pas de {1} sous une forme connue",
    "what {} says is no whole JSON document": "ce que dit {0} n’est pas un document JSON entier",
    "what  says is no whole JSON document": "la réponse n’est pas un document JSON entier",
    "{} answered {}: our access is not accepted": "{0} a répondu {1} : notre accès n’est pas accepté",
    "{} answered {}: our access is no longer accepted": "{0} a répondu {1} : notre accès n’est plus accepté",
    "Open the account in channelsync and connect it again.": (
        "Ouvrez le compte dans channelsync et connectez-le de nouveau."
    ),
    "{} answered {}: it does not know what was asked for": (
        "{0} a répondu {1} : la plateforme ne connaît pas ce qui est demandé"
    ),
    "{} answered {}: it refuses what was asked": "{0} a répondu {1} : la demande est refusée",
    "{} answered {} in place of what was asked for": "{0} a répondu {1} au lieu de ce qui était demandé",
    "{} answered {} in place of {}": "{0} a répondu {1} au lieu de ceci : {2}",
    "{} answered with an error": "{0} a répondu par une erreur",
    "a plugin broke off ({})": "une extension s’est interrompue ({0})",
    "{} has no account any more": "{0} n’a plus de compte",
    "Link the listing anew.": "Reliez de nouveau l’annonce.",
    "{} cannot be read by an API": "{0} ne peut pas être lu par une API",
    "Link the listing by its export link.": "Reliez l’annonce par son lien d’export.",
    "{} refuses the token, and no other could be had just now": (
        "{0} refuse le jeton, et aucun autre n’a pu être obtenu pour l’instant"
    ),
    "{} refuses the token": "{0} refuse le jeton",
    "the access to {} is being renewed": "l’accès à {0} est en cours de renouvellement",
    "the plugin of {} broke off ({})": "l’extension de {0} s’est interrompue ({1})",
    "the plugin of {} cannot renew a token any more": "l’extension de {0} ne sait plus renouveler un jeton",
    "the plugin of {} returned no access": "l’extension de {0} n’a rendu aucun accès",
    "{} is what a look brings, not a hint": "{0} vient d’une lecture, pas d’un signal",
    "{} matches a client without a name": "{0} correspond à un client sans nom",
    # plugins
    "{} has no API": "{0} n’a pas d’API",
    "Link it by its export link.": "Reliez-la par son lien d’export.",
    "{} has no calendar feed": "{0} n’a pas de calendrier à lire",
    "Link it through an account.": "Reliez-la par un compte.",
    "{} has no option {!r}": "{0} n’a pas d’option « {1} »",
    "Leave the option out: what is known of this platform comes with its plugin.": (
        "Laissez cette option : ce qu’on sait de cette plateforme vient avec son extension."
    ),
    "the plugin {!r} brings no simulator": "l’extension « {0} » n’apporte pas de simulateur",
    "the plugin {!r} brings no simulator of an API": "l’extension « {0} » n’apporte pas de simulateur d’une API",
    "the simulator of {!r} cannot be loaded: {}: {}": "le simulateur de « {0} » ne peut pas être chargé : {1} : {2}",
    "not a channel's name: {!r}": "ce n’est pas le nom d’une plateforme : « {0} »",
    "Use lower-case letters, digits and hyphens, a letter first.": (
        "Utilisez des minuscules, des chiffres et des tirets, une lettre d’abord."
    ),
    "the plugin for {!r} cannot be used: {}": "l’extension pour « {0} » est inutilisable : {1}",
    "there is no channel {!r}": "il n’y a pas de plateforme « {0} »",
    "Known here: none; install a plugin.": "Aucune n’est connue ici : installez une extension.",
    "Known here: {}.": "Connues ici : {0}.",
    "Run `channelsync channels` to see the plugins found and what is wrong with them.": (
        "Lancez `channelsync channels` pour voir les extensions trouvées et ce qui ne va pas."
    ),
    "it speaks protocol {}, this channelsync speaks {}: update one of the two": (
        "elle parle le protocole {0}, ce channelsync parle le {1} : mettez à jour l’un des deux"
    ),
    "its entry point is a {}, not a ChannelPlugin": "son point d’entrée est un {0}, pas un ChannelPlugin",
    "its entry point is named {!r}, the plugin itself {!r}": (
        "son point d’entrée s’appelle « {0} », l’extension elle-même « {1} »"
    ),
    "Update or remove the plugin's package.": "Mettez à jour ou retirez le paquet de l’extension.",
    # options of a calendar
    "unknown option {!r}": "option inconnue « {0} »",
    "Options: {}.": "Options : {0}.",
    "{} is too long": "{0} est trop long",
    "At most {} titles of at most {} letters.": "Au plus {0} titres d’au plus {1} lettres.",
    "{} cannot be {!r}": "{0} ne peut pas être « {1} »",
    "Possible: {}.": "Possibles : {0}.",
    "A whole number from {} to {}.": "Un nombre entier de {0} à {1}.",
    "{!r} cannot be the title of a guest's stay and of a block at once": (
        "« {0} » ne peut pas être à la fois le titre d’un séjour et celui d’un blocage"
    ),
    "Leave it out where you are not sure: it then counts as perhaps a guest's.": (
        "Dans le doute, ne l’indiquez pas : il compte alors comme peut-être un séjour."
    ),
    # Airbnb
    "the application's id is missing": "l’identifiant de l’application manque",
    "Fill in the client id that Airbnb has given.": "Indiquez l’identifiant (client id) qu’Airbnb a donné.",
    "there is nothing to renew Airbnb's access with": "il n’y a rien pour renouveler l’accès à Airbnb",
    "Open the account in channelsync and connect Airbnb again, as the listing's owner, not as a co-host.": (
        "Ouvrez le compte dans channelsync et reconnectez Airbnb, comme propriétaire de l’annonce et non comme co-hôte."
    ),
    "Airbnb answered {}: it gives no token for this": "Airbnb a répondu {0} : pas de jeton pour cela",
    "the list of {} does not end": "la liste de {0} ne finit pas",
    "the list of {} says that it holds {} and shows {}": "la liste de {0} dit contenir {1} et montre {2}",
    "the list of {} repeats itself": "la liste de {0} se répète",
    "Airbnb has not accepted them": "Airbnb ne les a pas acceptés",
    "Airbnb has refused the change: {}": "Airbnb a refusé le changement : {0}",
    "the address of Airbnb's API, or a key for it, cannot be sent": (
        "l’adresse de l’API d’Airbnb, ou une clé pour elle, ne peut pas être envoyée"
    ),
    "Correct the account's fields; leave the address empty for Airbnb's own.": (
        "Corrigez les champs du compte ; laissez l’adresse vide pour celle d’Airbnb."
    ),
    "Airbnb answered {}: the listing is not there, or not ours": (
        "Airbnb a répondu {0} : l’annonce n’existe pas, ou n’est pas à nous"
    ),
    "Check on Airbnb that the listing still exists, and that it is still connected to this software.": (
        "Vérifiez sur Airbnb que l’annonce existe toujours, et qu’elle est encore connectée à ce logiciel."
    ),
    "Airbnb answered {}: ": "Airbnb a répondu {0}",
    "Airbnb answered {}: {}": "Airbnb a répondu {0} : {1}",
    "the change is refused": "le changement est refusé",
    "not the id of a listing on Airbnb: {!r}": "ce n’est pas le numéro d’une annonce sur Airbnb : « {0} »",
    "It is a number, as in the address of the listing's page.": (
        "C’est un nombre, comme dans l’adresse de la page de l’annonce."
    ),
    "a change of dates has no confirmation code": "un changement de dates n’a pas de code de confirmation",
    "changes of dates that wait for an answer are not shown": (
        "les changements de dates en attente de réponse ne sont pas montrés"
    ),
    "the calendar does not say whether {} is open": "le calendrier ne dit pas si {0} est ouvert",
    "the calendar leaves out {} of {} nights": "le calendrier omet {0} nuits sur {1}",
    "the calendar shows {} twice": "le calendrier montre deux fois {0}",
    "a listing has no id": "une annonce n’a pas de numéro",
    "the answer holds no token": "la réponse ne contient pas de jeton",
    "a reservation does not say whether it stands": "une réservation ne dit pas si elle tient",
    "a reservation has no confirmation code": "une réservation n’a pas de code de confirmation",
    "{} is in a state that is not known ({}): it is taken to stand": (
        "{0} est dans un état inconnu ({1}) : nous la comptons comme tenue"
    ),
    "{} is a request to book: its nights are kept until it is answered": (
        "{0} est une demande de réservation : ses nuits restent fermées ailleurs jusqu’à votre réponse"
    ),
    "{} has a change of dates in a state that is not known ({}): it is held": (
        "{0} a un changement de dates dans un état inconnu ({1}) : ses nuits restent fermées ailleurs"
    ),
    "the dates of {} do not fit its number of nights: the longer stay is taken": (
        "les dates de {0} ne correspondent pas à son nombre de nuits : le séjour le plus long est retenu"
    ),
    "a question about a reservation does not name it": "une question sur une réservation ne la nomme pas",
    "a question names no listing": "une question ne nomme aucune annonce",
    "a call of {} bytes": "un appel de {0} octets",
    "a full page of {} says nothing of the next one": "une page pleine de {0} ne dit rien de la suivante",
    "an entry of {} is no object": "une entrée de {0} n’est pas un objet",
    "the answer holds no list of {}": "la réponse ne contient pas de liste de {0}",
    "a date cannot be read": "une date est illisible",
    "a stay has no dates": "un séjour n’a pas de dates",
    "a stay ends before it begins": "un séjour finit avant de commencer",
    "a stay has {} nights": "un séjour a {0} nuits",
    "an id came as {}": "un identifiant est venu sous cette forme : {0}",
    "true, false or nothing": "vrai, faux ou rien",
    "the next page is named by {}": "la page suivante est nommée ainsi : {0}",
    "a web page came in place of an answer": "une page web est venue au lieu d’une réponse",
    "the answer cannot be read as JSON": "la réponse n’est pas du JSON lisible",
    "the answer is {}, not an object": "la réponse n’est pas un objet, mais ceci : {0}",
    "the answer is empty": "la réponse est vide",
    "the answer is not whole: it cannot be read as JSON": "la réponse est incomplète : ce n’est pas du JSON lisible",
    "the answer does not say whether the change was taken": "la réponse ne dit pas si le changement a été pris",
    "an answer repeats an operation without its dates": "une réponse répète une opération sans ses dates",
    "listings": "annonces",
    "reservations": "réservations",
    "reservation_alterations": "changements de dates",
    "days": "jours",
    # Booking.com
    "{:d} to {:d}: {}": "du {0} au {1} : {2}",
    "{} (RUID {})": "{0} (RUID {1})",
    "the token": "le jeton",
    "a token": "un jeton",
    "the state of the connection": "l’état de la connexion",
    "the list of rooms": "la liste des chambres",
    "the list of reservations": "la liste des réservations",
    "the waiting reservations": "les réservations en attente",
    "the closed nights": "les nuits fermées",
    "an acknowledgement": "un accusé de réception",
    "an answer to a change": "une réponse à un changement",
    "the queue {}": "la file {0}",
    "the token: {}": "le jeton : {0}",
    "the state of the connection: {}": "l’état de la connexion : {0}",
    "the list of rooms: {}": "la liste des chambres : {0}",
    "the list of reservations: {}": "la liste des réservations : {0}",
    "the waiting reservations: {}": "les réservations en attente : {0}",
    "the closed nights: {}": "les nuits fermées : {0}",
    "the queue {}: {}": "la file {0} : {1}",
    "the answer to a change: {}": "la réponse à un changement : {0}",
    "the answer to a change": "la réponse à un changement",
    "the answer is not the JSON object that it should be": "la réponse n’est pas l’objet JSON attendu",
    "{}: the token is no longer accepted": "{0} : le jeton n’est plus accepté",
    "{}: the connection with the property is lost": "{0} : la connexion avec l’établissement est perdue",
    "there is none in the answer": "il n’y en a pas dans la réponse",
    "{} answered with a fault in place of {}: {}": "{0} a répondu par une faute au lieu de ceci : {1} : {2}",
    "{} answered {}: it gives no token for this account": "{0} a répondu {1} : pas de jeton pour ce compte",
    "{} refused a change": "{0} a refusé un changement",
    "an address of the account is no web address": "une adresse du compte n’est pas une adresse web",
    "Leave the field empty: Booking.com's own addresses are then used.": (
        "Laissez le champ vide : les adresses de Booking.com sont alors utilisées."
    ),
    "the property's id is missing, or is not a number": (
        "l’identifiant de l’établissement manque, ou n’est pas un nombre"
    ),
    "It is the number shown beside the property's name in the extranet.": (
        "C’est le nombre affiché à côté du nom de l’établissement dans l’extranet."
    ),
    "the listing's id at Booking.com is not a number": (
        "l’identifiant de l’annonce chez Booking.com n’est pas un nombre"
    ),
    "Ask which rooms the account has, and link the listing by the room's id.": (
        "Demandez quelles chambres a le compte, et reliez l’annonce par l’identifiant de la chambre."
    ),
    "there is no token for Booking.com yet": "il n’y a pas encore de jeton pour Booking.com",
    "Check the account's id and secret, and connect it anew.": (
        "Vérifiez l’identifiant et le secret du compte, et connectez-le de nouveau."
    ),
    (
        "Check in the extranet that the connection with channelsync is still active, and in the provider's "
        "portal that the machine account may reach the property; then connect the account anew."
    ): (
        "Vérifiez dans l’extranet que la connexion avec channelsync est toujours active, et dans le portail "
        "du fournisseur que le compte machine a accès à l’établissement ; puis connectez de nouveau le "
        "compte."
    ),
    "Check the id and the secret of the machine account in the provider's portal; connect the account anew.": (
        "Vérifiez l’identifiant et le secret du compte machine dans le portail du fournisseur ; connectez de "
        "nouveau le compte."
    ),
    "the answer does not say it": "la réponse ne le dit pas",
    "the answer says nothing of the night {}": "la réponse ne dit rien de la nuit {0}",
    "Booking.com refused the change of {}": "Booking.com a refusé le changement de {0}",
    "Booking.com refused the change of {}, and {} more": "Booking.com a refusé le changement de {0}, et {1} autres",
    "Check in the extranet that the room is active and that the property still accepts our changes.": (
        "Vérifiez dans l’extranet que la chambre est active et que l’établissement accepte toujours nos changements."
    ),
    "a room has no id": "une chambre n’a pas d’identifiant",
    "the answer says nothing of room {}": "la réponse ne dit rien de la chambre {0}",
    "two rows of one night disagree": "deux lignes d’une même nuit se contredisent",
    "a row does not say whether the night can be sold": "une ligne ne dit pas si la nuit peut être vendue",
    "the answer to a write says neither that it was applied nor that it was not": (
        "la réponse à une écriture ne dit ni qu’elle a été appliquée, ni qu’elle ne l’a pas été"
    ),
    "{} stands in the place of {}": "{0} se trouve à la place de {1}",
    "a reservation has no id": "une réservation n’a pas d’identifiant",
    "a reservation has no room, and is not said to be cancelled": (
        "une réservation n’a pas de chambre, et n’est pas dite annulée"
    ),
    "a room of a reservation has no id": "une chambre d’une réservation n’a pas d’identifiant",
    "a room of a reservation has no nights": "une chambre d’une réservation n’a pas de nuits",
    "a message about reservation {} leaves out this room, which the list still shows": (
        "un message sur la réservation {0} ne cite plus cette chambre, que la liste montre encore"
    ),
    "the status of reservation {} is not known: {}": "l’état de la réservation {0} n’est pas connu : {1}",
    "it holds a reservation of another property": "elle contient une réservation d’un autre établissement",
    "a date is missing, is none, or is too far away to be real": (
        "une date manque, n’en est pas une, ou est trop lointaine pour être vraie"
    ),
    "a departure is not after its arrival": "un départ n’est pas après son arrivée",
    "the answer is a web page, or declares a document type, which none of Booking.com's does": (
        "la réponse est une page web, ou déclare un type de document, ce que Booking.com ne fait jamais"
    ),
    "the answer is no XML": "la réponse n’est pas du XML",
    "the answer is no XML, or breaks off": "la réponse n’est pas du XML, ou s’interrompt",
    "the answer is too large": "la réponse est trop grande",
    "more than {} reservations are in the answer": "la réponse contient plus de {0} réservations",
    "{} reservations are in the answer, and {} were understood": (
        "la réponse contient {0} réservations, et {1} ont été comprises"
    ),
    "{} answered {} to the acknowledgement of a message it had handed out": (
        "{0} a répondu {1} à l’accusé de réception d’un message qu’elle avait remis"
    ),
    # GreenGo
    "The only option is lodging, the lodging's id on GreenGo.": (
        "La seule option est lodging, l’identifiant du logement sur GreenGo."
    ),
    "lodging is not the id of a lodging on GreenGo": "lodging n’est pas l’identifiant d’un logement sur GreenGo",
    "Copy the id alone: what follows host-calendar/ in the address of its calendar.": (
        "Copiez l’identifiant seul : ce qui suit host-calendar/ dans l’adresse de son calendrier."
    ),
}
"""English wordings, and theirs in French."""
