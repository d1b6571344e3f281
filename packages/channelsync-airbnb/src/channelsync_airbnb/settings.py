"""What an owner needs to connect Airbnb: its one field, where to find the value, where to paste our link.

French first, then English. Airbnb's menus move and no page of its help could be read, so the texts name a page by what
it does. Subjects of mails are those seen in hosts' code and real mails; a mail only ever causes a look.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedReader, MailHint, Setting

__all__ = [
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
