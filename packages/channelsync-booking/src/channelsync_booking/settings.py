"""What an owner needs to connect Booking.com: the one field, where to find its value, where to paste ours.

The menu is the one that Booking.com's help names as quoted by others (*Rates & Availability > Sync calendars*, for at
most twenty room types of one unit each, and with no channel manager connected); the choice of what is exported is
reported by one provider's help. There are no links into the extranet: its addresses carry a session, and a typed one
logs the owner out (reported). French first, then English.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedReader, MailHint, Setting

__all__ = ["HELP_EXPORT_EN", "HELP_EXPORT_FR", "HELP_IMPORT_EN", "HELP_IMPORT_FR", "MAIL_HINTS", "READERS", "SETTINGS"]

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
