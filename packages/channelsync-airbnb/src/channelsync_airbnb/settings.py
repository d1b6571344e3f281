"""What an owner needs to connect Airbnb: the fields, where to find their values, where to paste our link.

French first, then English. Airbnb's menus move and no page of its help could be read, so the texts name a page by what
it does. Subjects of mails are those seen in hosts' code and real mails; a mail only ever causes a look.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedReader, MailHint, Setting

__all__ = [
    "ACCOUNT",
    "ADDRESS",
    "CONSENT_ADDRESS",
    "HELP_EXPORT_EN",
    "HELP_EXPORT_FR",
    "HELP_IMPORT_EN",
    "HELP_IMPORT_FR",
    "MAIL_HINTS",
    "READERS",
    "RESERVATION_PAGE",
    "SETTINGS",
]

HELP_EXPORT_FR: Final = (
    "Sur Airbnb, ouvrez le calendrier de l’annonce, puis ses réglages de disponibilité, et cherchez la page qui "
    "connecte des calendriers (« Connecter à un autre site web »). Copiez le lien du calendrier Airbnb : il commence "
    "par https://www.airbnb. et contient /calendar/ical/. Prenez-le en entier, avec ce qui suit le point "
    "d’interrogation."
)
HELP_EXPORT_EN: Final = (
    "On Airbnb, open the listing's calendar, then its availability settings, and look for the page that connects "
    "calendars (“Connect to another website”). Copy the link of the Airbnb calendar: it begins with "
    "https://www.airbnb. and contains /calendar/ical/. Take all of it, with what follows the question mark."
)
HELP_IMPORT_FR: Final = (
    "Sur la même page, collez le lien que channelsync donne pour cette annonce dans le champ de l’autre calendrier, "
    "et nommez-le « channelsync ». Un bouton y relit le calendrier tout de suite."
)
HELP_IMPORT_EN: Final = (
    "On the same page, paste the link that channelsync gives for this listing into the field for the other calendar, "
    "and call it “channelsync”. A button there reads the calendar again at once."
)

SETTINGS: Final = (
    Setting(
        "feed",
        label_fr="Lien d’export du calendrier Airbnb",
        label_en="Export link of the Airbnb calendar",
        help_fr="Ce lien est secret : qui le connaît lit votre calendrier. Il est chiffré et jamais réaffiché.",
        help_en="This link is secret: whoever has it reads your calendar. It is encrypted and never shown again.",
        secret=True,
        required=True,
    ),
)
"""The fields of the form."""

ADDRESS: Final = "https://api.airbnb.com/v2/"
"""Where Airbnb's API is (seen in all integrations)."""
CONSENT_ADDRESS: Final = "https://www.airbnb.com/oauth2/auth"
"""The page on which an owner agrees (seen in working integrations)."""

ACCOUNT: Final = (
    Setting(
        "client_id",
        label_fr="Identifiant de l’application",
        label_en="Client id of the application",
        help_fr=(
            "Airbnb l’attribue avec le secret lorsqu’il accepte une demande d’accès partenaire. Sans cette "
            "acceptation, reliez l’annonce par son calendrier : c’est la voie habituelle."
        ),
        help_en=(
            "Airbnb gives it, with the secret, when it grants a partner's application. Without that link the listing "
            "by its calendar: it is the usual way."
        ),
        required=True,
    ),
    Setting(
        "client_secret",
        label_fr="Secret de l’application",
        label_en="Client secret of the application",
        help_fr="Attribué avec l’identifiant. Il est chiffré et jamais réaffiché.",
        help_en="Given along with the client id. It is encrypted and never shown again.",
        secret=True,
        required=True,
    ),
    Setting(
        "call_secret",
        label_fr="Mot de passe des appels d’Airbnb",
        label_en="Password of Airbnb's calls",
        help_fr=(
            "Si vous avez convenu avec Airbnb d’un en-tête Authorization pour ses appels vers channelsync, sa valeur "
            "exacte. Vide : l’adresse impossible à deviner protège seule."
        ),
        help_en=(
            "If you have agreed with Airbnb on an Authorization header for its calls to channelsync, its exact value. "
            "Empty: the address that nobody can guess protects alone."
        ),
        secret=True,
    ),
    Setting(
        "calendar",
        label_fr="Écriture du calendrier",
        label_en="Writing the calendar",
        help_fr="« async » est la forme actuelle ; « classic » l’ancienne, pour un accès accordé avant 2024.",
        help_en="“async” is the present form; “classic” the older one, for an access granted before 2024.",
        choices=("async", "classic"),
        default="async",
    ),
    Setting(
        "address",
        label_fr="Adresse de l’interface",
        label_en="Address of the API",
        help_fr="À ne changer que pour un essai contre un simulateur.",
        help_en="To be changed only for a rehearsal against a simulator.",
        default=ADDRESS,
    ),
    Setting(
        "consent_address",
        label_fr="Adresse de la page d’autorisation",
        label_en="Address of the consent page",
        help_fr="À ne changer que pour un essai contre un simulateur.",
        help_en="To be changed only for a rehearsal against a simulator.",
        default=CONSENT_ADDRESS,
    ),
)
"""The fields of an account on the API."""

_SENDERS: Final = ("automated@airbnb.com", "express@airbnb.com", "noreply@airbnb.com")
_DOMAIN: Final = "airbnb.com"

MAIL_HINTS: Final = (
    MailHint(_SENDERS, _DOMAIN, r"^Reservation confirmed\b", "new"),
    MailHint(_SENDERS, _DOMAIN, r"Réservation confirmée", "new"),
    MailHint(_SENDERS, _DOMAIN, r"^予約確定", "new"),
    MailHint(_SENDERS, _DOMAIN, r"^キャンセルのお知らせ", "cancelled"),
    MailHint(_SENDERS, _DOMAIN, r"^予約変更が承認されました", "changed"),
)
"""Subjects as seen: English in real mails of 2023 and 2024, French and Japanese in hosts' code."""

RESERVATION_PAGE: Final = "https://www.airbnb.com/hosting/reservations/details/{code}"
"""A reservation's page: the link that Airbnb itself puts into its calendar (measured)."""

READERS: Final = (FeedReader(r"airbnb", "inferred: no recording of its reader is known"),)
"""A client that names Airbnb, at an address that only Airbnb was given; any other is learned from its rhythm."""
