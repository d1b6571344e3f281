"""What reading a platform's calendar meets, in French: the network, the answer, the calendar's own text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["CALENDARS"]

CALENDARS: Final[Mapping[str, str]] = {
    # the network
    "{} did not answer in time": "{0} n’a pas répondu à temps",
    "{} broke off or garbled its answer": "{0} a interrompu ou abîmé sa réponse",
    "{} has no valid certificate, or its encryption failed": (
        "{0} n’a pas de certificat valable, ou le chiffrement a échoué"
    ),
    "{} does not exist: no address is known under this name": (
        "{0} n’existe pas : aucune adresse n’est connue sous ce nom"
    ),
    "A letter of it may be wrong: copy the link from the platform again.": (
        "Une lettre est peut-être fausse : recopiez le lien depuis la plateforme."
    ),
    "{} cannot be reached, or closed the connection": "{0} est injoignable, ou a coupé la connexion",
    "{} offers no encryption (STARTTLS), and nothing is sent in the open": (
        "{0} n’offre pas de chiffrement (STARTTLS), et rien n’est envoyé en clair"
    ),
    "{} takes no user name and password": "{0} n’accepte ni nom d’utilisateur ni mot de passe",
    "the answer of {} broke off or is damaged": "la réponse de {0} s’est interrompue ou est abîmée",
    "the answer of {} is larger than {} KiB": "la réponse de {0} dépasse {1} Kio",
    "{} sent its answer packed in a way that nobody asked for": (
        "{0} a envoyé une réponse compressée d’une façon qui n’était pas demandée"
    ),
    "{} has been failing; it is asked again in a moment": "{0} échoue en ce moment ; nous redemanderons sous peu",
    "too many requests to {} from here": "trop de demandes à {0} depuis ici",
    "{} redirects without end": "{0} redirige sans fin",
    "{} redirects from https to http, where the private link could be read on the way": (
        "{0} redirige de https vers http, où le lien privé pourrait être lu en chemin"
    ),
    "{} is {}: requests go to public addresses only": "{0} est {1} : les demandes ne vont qu’à des adresses publiques",
    "{} is a {} address: requests go to public addresses only": (
        "{0} est une adresse {1} : les demandes ne vont qu’à des adresses publiques"
    ),
    "{} is an {} address: requests go to public addresses only": (
        "{0} est une adresse {1} : les demandes ne vont qu’à des adresses publiques"
    ),
    "a cloud's metadata address": "une adresse de métadonnées d’un hébergeur",
    "a private or reserved address": "une adresse privée ou réservée",
    "an address inside a provider's network": "une adresse interne au réseau d’un fournisseur",
    "not an address": "sans adresse valable",
    "a user name or password in the link to {} is not accepted": (
        "un nom d’utilisateur ou un mot de passe dans le lien vers {0} n’est pas accepté"
    ),
    "only http and https are fetched, not {!r}": "seuls http et https sont lus, pas « {0} »",
    "the link names no host that could exist": "le lien ne nomme aucun serveur possible",
    "the link to {} names no port that could exist": "le lien vers {0} ne nomme aucun port possible",
    "Use the platform's public https link; for a rehearsal on this machine add --allow-private-addresses.": (
        "Prenez le lien https public de la plateforme ; pour un essai sur cette machine, ajoutez "
        "--allow-private-addresses."
    ),
    # what a platform answers
    "{} answered {}: the link is no longer accepted": "{0} a répondu {1} : le lien n’est plus accepté",
    "{} answered {}: there is no such calendar": "{0} a répondu {1} : ce calendrier n’existe pas",
    "{} answered {} in place of a calendar": "{0} a répondu {1} au lieu d’un calendrier",
    "{}: it asks us to slow down": "{0} : la plateforme nous demande de ralentir",
    "the calendar's link is not a web address": "le lien du calendrier n’est pas une adresse web",
    "this is not the address of a calendar": "ce n’est pas l’adresse d’un calendrier",
    "Copy the whole export link from the platform; it begins with https://.": (
        "Copiez le lien d’export entier de la plateforme ; il commence par https://."
    ),
    "Nothing to do: the last good calendar stays in force and we keep trying.": (
        "Rien à faire : le dernier bon calendrier reste valable et nous réessayons."
    ),
    "Nothing to do: we wait as long as the platform asks.": (
        "Rien à faire : nous attendons aussi longtemps que la plateforme le demande."
    ),
    "Copy the export link from the platform again and link the listing anew.": (
        "Copiez de nouveau le lien d’export de la plateforme et reliez l’annonce."
    ),
    "Check on the platform that the listing still exists; copy its export link again.": (
        "Vérifiez sur la plateforme que l’annonce existe toujours ; copiez de nouveau son lien d’export."
    ),
    "The last good calendar stays in force. If it lasts, open the link in a browser and compare.": (
        "Le dernier bon calendrier reste valable. Si cela dure, ouvrez le lien dans un navigateur et comparez."
    ),
    # what came in place of a calendar
    "the answer is empty: no calendar came": "la réponse est vide : aucun calendrier n’est venu",
    "{} came instead of a calendar": "{0} au lieu d’un calendrier",
    "{} (line {:d})": "{0} (ligne {1})",
    "a log-in page (HTML)": "une page de connexion (HTML)",
    "a web page (HTML)": "une page web (HTML)",
    "a JSON answer": "une réponse JSON",
    "a JSON answer (code {:d})": "une réponse JSON (code {0})",
    "a fragment without BEGIN:VCALENDAR": "un fragment sans BEGIN:VCALENDAR",
    "other text before BEGIN:VCALENDAR": "un autre texte avant BEGIN:VCALENDAR",
    "binary data": "des données binaires",
    "plain text": "du texte",
    "compressed data (gzip)": "des données compressées (gzip)",
    "a PDF document": "un document PDF",
    "a ZIP archive": "une archive ZIP",
    "an XML document": "un document XML",
    "something else": "autre chose",
    "free/busy times came instead of events": "des plages libre/occupé au lieu d’événements",
    # what breaks a calendar
    "a BEGIN or END that is not plain": "un BEGIN ou un END mal formé",
    "a component outside the calendar": "un élément hors du calendrier",
    "a line inside an event is not a property": "une ligne d’un événement n’est pas une propriété",
    "a line that is not a property": "une ligne qui n’est pas une propriété",
    "a property is longer than {} bytes": "une propriété dépasse {0} octets",
    "an END in the wrong place": "un END au mauvais endroit",
    "an END that belongs to no BEGIN": "un END sans BEGIN",
    "an added occurrence ends before it starts": "une occurrence ajoutée finit avant de commencer",
    "an event cannot be read": "un événement est illisible",
    "an event ends ({}) before it starts ({})": "un événement finit ({0}) avant de commencer ({1})",
    "an event has {} more than once": "un événement a plusieurs fois {0}",
    "an event has a DTEND and a DURATION that disagree": "un événement a un DTEND et une DURATION qui se contredisent",
    "an event has an undecodable {}": "un événement a un champ {0} illisible",
    "an event has no {}": "un événement n’a pas de {0}",
    "an event lies outside the calendar": "un événement sort du calendrier",
    "components are nested deeper than {}": "des éléments sont imbriqués sur plus de {0} niveaux",
    "events list more than {} dates or parts of rules": (
        "des événements énumèrent plus de {0} dates ou parties de règles"
    ),
    "events repeat more than {} times": "des événements se répètent plus de {0} fois",
    "events repeat for too long": "des événements se répètent trop longtemps",
    "more than {} events repeat": "plus de {0} événements se répètent",
    "an event repeats within the day": "un événement se répète dans la journée",
    "an event repeats by a rule that is not understood": "un événement se répète selon une règle inconnue",
    "an event repeats by a rule with several {}": "un événement se répète selon une règle où {0} figure plusieurs fois",
    "an event repeats by a rule with a number out of range": (
        "un événement se répète selon une règle dont un nombre est hors limites"
    ),
    "an event repeats by a weekday that is not understood": (
        "un événement se répète selon un jour de la semaine inconnu"
    ),
    "other text outside the calendar": "du texte hors du calendrier",
    "the answer is larger than {} bytes": "la réponse dépasse {0} octets",
    "the calendar cannot be read": "le calendrier est illisible",
    "the calendar has more than {} events": "le calendrier a plus de {0} événements",
    "the calendar has more than {} lines": "le calendrier a plus de {0} lignes",
    "the calendar stops inside an event: no END:VCALENDAR": (
        "le calendrier s’arrête au milieu d’un événement : pas de END:VCALENDAR"
    ),
    "the calendar stops: no END:VCALENDAR": "le calendrier s’arrête avant sa fin : pas de END:VCALENDAR",
    "the events have more than {} properties": "les événements ont plus de {0} propriétés",
    "{} events begin, {} can be read": "{0} événements commencent, {1} sont lisibles",
    # what was tolerated
    "line {:d}: {}": "ligne {0} : {1}",
    "{:d} x {}": "{0} × {1}",
    "left out, not an event": "laissé de côté, ce n’est pas un événement",
    "an event inside another component": "un événement dans un autre élément",
    "an alarm without an end": "une alarme sans fin",
    "{} calendars in one answer, taken together": "{0} calendriers en une réponse, pris ensemble",
    "no UID": "pas d’UID",
    "no DTEND": "pas de DTEND",
    "takes no night: cancelled": "n’occupe aucune nuit : annulé",
    "takes no night: begins and ends within a day": "n’occupe aucune nuit : commence et finit le même jour",
    "takes no night: every occurrence is excluded": "n’occupe aucune nuit : toutes les occurrences sont exclues",
    "ends on the day it starts: one night": "finit le jour où il commence : une nuit",
    "changes a repetition from here on: counted beside it": "change une répétition à partir d’ici : compté à côté",
    "repeats without end: followed until {}": "se répète sans fin : suivi jusqu’au {0}",
    "this does not look like a calendar of {}: its PRODID is another one": (
        "cela ne ressemble pas à un calendrier de {0} : son PRODID est un autre"
    ),
    "unpaid request, closed like a stay: add ?nonTentative to the export link to leave them out": (
        "demande non payée, fermée comme un séjour : ajoutez ?nonTentative au lien d’export pour les exclure"
    ),
    "the API did not answer ({}); its calendar was read instead": (
        "l’API n’a pas répondu ({0}) ; son calendrier a été lu à la place"
    ),
    # linking
    "the setting {} is a part of the private link": "le réglage {0} est une partie du lien privé",
    "Leave it out, or copy it from the address of the listing's own page.": (
        "Laissez-le vide, ou copiez-le depuis l’adresse de la page de l’annonce."
    ),
    "this link does not lead to a calendar: {}": "ce lien ne mène pas à un calendrier : {0}",
    "Copy the export link (iCal) from the platform again; open it in a browser to see what it holds.": (
        "Copiez de nouveau le lien d’export (iCal) de la plateforme ; ouvrez-le dans un navigateur pour voir "
        "ce qu’il contient."
    ),
    # publishing
    "two entries of a calendar have the same uid": "deux entrées d’un calendrier ont le même uid",
    "Give each closure a uid of its own.": "Donnez à chaque fermeture son propre uid.",
    "{} must be a time with a zone": "{0} doit être un instant avec fuseau",
    "{} must be printable text without a backslash, not empty": (
        "{0} doit être un texte imprimable, sans barre oblique inverse et non vide"
    ),
    "{} was restored from a backup: no calendar before {} was read whole": (
        "{0} a été restauré d’une sauvegarde : pas de calendrier avant que {1} ait été relu en entier"
    ),
    "`channelsync sync` reads it; `channelsync doctor` says what to do where that does not help.": (
        "`channelsync sync` relit ; si cela ne suffit pas, `channelsync doctor` dit quoi faire."
    ),
}
"""English wordings, and theirs in French."""
