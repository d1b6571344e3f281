"""What is said of signing in, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["PEOPLE"]

PEOPLE: Final[Mapping[str, str]] = {
    "there is no such owner": "il n’y a pas de tel propriétaire",
    "somebody else signs in with this address": "quelqu’un d’autre se connecte avec cette adresse",
    "Choose another one.": "Choisissez-en une autre.",
    "this link does not open anything any more: it serves once, within half an hour": (
        "ce lien n’ouvre plus rien : il sert une fois, dans la demi-heure"
    ),
    "Ask for another one.": "Demandez-en un autre.",
    "this password has fewer than {} characters": "ce mot de passe a moins de {0} caractères",
    "this password has more than {} characters": "ce mot de passe a plus de {0} caractères",
    "this password is too easy to guess": "ce mot de passe est trop facile à deviner",
    "Three or four words that do not belong together make a good one.": (
        "Trois ou quatre mots qui n’ont rien à voir ensemble en font un bon."
    ),
    "codes of an app are asked for already": "les codes d’une application sont déjà demandés",
    "Turn them off first to set up another telephone.": (
        "Désactivez-les d’abord pour mettre en place un autre téléphone."
    ),
    "no app is being set up": "aucune application n’est en cours de mise en place",
    "Open the page of the settings again.": "Ouvrez de nouveau la page des réglages.",
    "this passkey is in use already": "cette clé d’accès sert déjà",
    "Use another device, or remove the passkey first.": (
        "Prenez un autre appareil, ou retirez d’abord la clé d’accès."
    ),
    "there are {} passkeys already": "il y a déjà {0} clés d’accès",
    "that service names people in a way that cannot be kept": (
        "ce service désigne les gens d’une façon qui ne peut être gardée"
    ),
    "that account opens the lodgings of somebody else already": "ce compte ouvre déjà les logements d’un autre",
    "Use another account of that service.": "Prenez un autre compte de ce service.",
    "there are {} accounts of other services already": "il y a déjà {0} comptes d’autres services",
    "the service that vouches for people does not answer as it should": (
        "le service qui se porte garant des gens ne répond pas comme il faudrait"
    ),
    "the service that vouches for people does not answer just now": (
        "le service qui se porte garant des gens ne répond pas en ce moment"
    ),
    "CHANNELSYNC_OIDC_ISSUER does not begin with https://": "CHANNELSYNC_OIDC_ISSUER ne commence pas par https://",
    "Who vouches for people has to be asked encrypted.": (
        "Ce qui se porte garant des gens doit être interrogé chiffré."
    ),
    "CHANNELSYNC_OIDC_ISSUER is set, and CHANNELSYNC_OIDC_CLIENT_ID is not": (
        "CHANNELSYNC_OIDC_ISSUER est renseigné, et CHANNELSYNC_OIDC_CLIENT_ID ne l’est pas"
    ),
    "Register this installation with that service, and set both.": (
        "Inscrivez cette installation auprès de ce service, et renseignez les deux."
    ),
}
"""English wordings, and theirs in French."""
