"""What an owner needs to connect Booking.com: the one field, where to find its value, where to paste ours.

The menu is the one that Booking.com's help names as quoted by others (*Rates & Availability > Sync calendars*, for at
most twenty room types of one unit each, and with no channel manager connected); the choice of what is exported is
reported by one provider's help. There are no links into the extranet: its addresses carry a session, and a typed one
logs the owner out (reported). French first, then English.

`ACCOUNT` is what connects the API instead, for whoever has a machine account there (certified providers only): the two
exclude each other for one property. The names of its fields are those of the platform's own token request.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedReader, MailHint, Setting

__all__ = [
    "ACCOUNT",
    "ADDRESS",
    "BXML",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "HELP_EXPORT_EN",
    "HELP_EXPORT_FR",
    "HELP_IMPORT_EN",
    "HELP_IMPORT_FR",
    "HOTEL",
    "MAIL_HINTS",
    "MESSAGES",
    "READERS",
    "REOPENS",
    "SECURE_ADDRESS",
    "SETTINGS",
    "TOKEN_ADDRESS",
]

HELP_EXPORT_FR: Final = (
    "Dans l’extranet de Booking.com, ouvrez « Tarifs et disponibilités », puis « Synchroniser les calendriers », et "
    "exportez le calendrier de l’hébergement. Si l’on vous demande quoi exporter, choisissez les dates réservées "
    "seulement et bloquez vos propres dates dans channelsync : ce que vous fermeriez dans l’extranet ne serait pas vu. "
    "Le lien commence par https://ical.booking.com/. Cette page n’existe pas si un channel manager est connecté."
)
HELP_EXPORT_EN: Final = (
    "In Booking.com's extranet open “Rates & Availability”, then “Sync calendars”, and export the lodging's calendar. "
    "If you are asked what to export, choose reserved dates only and block your own dates in channelsync: what you "
    "close in the extranet would not be seen. The link begins with https://ical.booking.com/. The page is not there "
    "while a channel manager is connected."
)
HELP_IMPORT_FR: Final = (
    "Sur la même page, importez un calendrier : collez le lien que channelsync donne pour cet hébergement et nommez-le "
    "« channelsync ». Un bouton y relit le calendrier tout de suite."
)
HELP_IMPORT_EN: Final = (
    "On the same page, import a calendar: paste the link that channelsync gives for this lodging and call it "
    "“channelsync”. A button there reads the calendar again at once."
)

SETTINGS: Final = (
    Setting(
        "feed",
        label_fr="Lien d’export du calendrier Booking.com",
        label_en="Export link of the Booking.com calendar",
        help_fr="Ce lien est secret : qui le connaît lit votre calendrier. Il est chiffré et jamais réaffiché.",
        help_en="This link is secret: whoever has it reads your calendar. It is encrypted and never shown again.",
        secret=True,
        required=True,
    ),
)

# The account on the API -----------------------------------------------------------------------------------------------
CLIENT_ID: Final = "client_id"
CLIENT_SECRET: Final = "client_secret"  # noqa: S105 - a field's name
HOTEL: Final = "hotel_id"
MESSAGES: Final = "messages"
BXML: Final = "bxml"
"""The value of `MESSAGES` by which reservations are taken away by reading."""
REOPENS: Final = "reopens"
ADDRESS: Final = "address"
SECURE_ADDRESS: Final = "secure_address"
TOKEN_ADDRESS: Final = "token_address"  # noqa: S105 - a field's name

ACCOUNT: Final = (
    Setting(
        CLIENT_ID,
        label_fr="Identifiant du compte machine",
        label_en="Client id of the machine account",
        help_fr="Donné par le portail des fournisseurs de Booking.com, avec le secret.",
        help_en="Given by Booking.com's provider portal, along with the secret.",
        required=True,
    ),
    Setting(
        CLIENT_SECRET,
        label_fr="Secret du compte machine",
        label_en="Client secret of the machine account",
        help_fr="Il est chiffré et jamais réaffiché. On l’échange chaque heure contre un jeton.",
        help_en="It is encrypted and never shown again. It is exchanged for a token every hour.",
        secret=True,
        required=True,
    ),
    Setting(
        HOTEL,
        label_fr="Numéro de l’établissement",
        label_en="Property id",
        help_fr=(
            "Le numéro affiché à côté du nom de l’établissement dans l’extranet ; un compte par établissement. "
            "Désactivez-y les demandes de réservation (« Request to Book ») : les nuits qu’une demande prend ne sont "
            "pas vues avant sa réservation."
        ),
        help_en=(
            "The number shown beside the property's name in the extranet; one account for each property. Switch "
            "“Request to Book” off there: nights that such a request takes are not seen before its reservation."
        ),
        required=True,
    ),
    Setting(
        MESSAGES,
        label_fr="Format des réservations",
        label_en="Form of reservations",
        help_fr=(
            "« ota » : chaque message attend d’être confirmé, rien ne se perd. « bxml » : lire un message le retire ; "
            "à choisir seulement si le compte machine n’a que ce format. Jamais les deux pour un même établissement."
        ),
        help_en=(
            "“ota”: each message waits until it is acknowledged, and none is lost. “bxml”: reading a message takes it "
            "away; only for a machine account that has no other form. Never both for one property."
        ),
        choices=("ota", BXML),
        default="ota",
    ),
    Setting(
        REOPENS,
        label_fr="Booking.com rouvre lui-même les nuits d’une réservation annulée",
        label_en="Booking.com itself opens the nights of a cancelled reservation",
        help_fr=(
            "« no », en cas de doute : nous les rouvrons, ce qui ne nuit pas si elles le sont déjà. « yes » : nous n’y "
            "touchons pas."
        ),
        help_en="“no”, when in doubt: we open them, which does no harm if they are open. “yes”: we leave them alone.",
        choices=("yes", "no"),
        default="no",
    ),
    Setting(
        ADDRESS,
        label_fr="Adresse de l’API",
        label_en="Address of the API",
        help_fr="À laisser telle quelle, sauf pour une répétition avec le simulateur.",
        help_en="Leave it as it is, but for a rehearsal with the simulator.",
        default="https://supply-xml.booking.com",
    ),
    Setting(
        SECURE_ADDRESS,
        label_fr="Adresse de l’API des réservations",
        label_en="Address of the API for reservations",
        help_fr="À laisser telle quelle, sauf pour une répétition avec le simulateur.",
        help_en="Leave it as it is, but for a rehearsal with the simulator.",
        default="https://secure-supply-xml.booking.com",
    ),
    Setting(
        TOKEN_ADDRESS,
        label_fr="Adresse qui donne les jetons",
        label_en="Address that gives the tokens",
        help_fr="À laisser telle quelle, sauf pour une répétition avec le simulateur.",
        help_en="Leave it as it is, but for a rehearsal with the simulator.",
        default="https://connectivity-authentication.booking.com",
    ),
)
"""What an owner fills in to connect the API; the addresses are documented."""

# Mail -----------------------------------------------------------------------------------------------------------------
_SENDERS: Final = ("noreply@booking.com",)
_DOMAIN: Final = "booking.com"

MAIL_HINTS: Final = (
    MailHint(_SENDERS, _DOMAIN, r"^Booking\.com - New booking!", "new"),
    MailHint(_SENDERS, _DOMAIN, r"^Booking\.com - Modified booking\b", "changed"),
    MailHint(_SENDERS, _DOMAIN, r"^Booking\.com - Cancelled booking\b", "cancelled"),
    MailHint(_SENDERS, _DOMAIN, r"^Booking\.com - Nouvelle réservation\b", "new"),
    MailHint(_SENDERS, _DOMAIN, r"^Booking\.com - Réservation annulée\b", "cancelled"),
    MailHint(_SENDERS, _DOMAIN, r"^Booking\.com - Hai una nuova prenotazione\b", "new"),
)
"""Subjects as seen in hosts' code, laid out after real mails; Italian only reported."""

READERS: Final = (FeedReader(r"booking\.?com|bookingcalendar", "inferred: no recording of its reader is known"),)
"""A client that names Booking.com, at an address that only it was given; any other is learned from its rhythm."""
