"""What an owner needs to connect GreenGo: its two fields, where to find the values, where to paste our link.

French first, then English. No help page of GreenGo about calendars is public: the places named come from one host's
notes (reported).
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedReader, Setting

__all__ = [
    "CALENDAR_PAGE",
    "HELP_EXPORT_EN",
    "HELP_EXPORT_FR",
    "HELP_IMPORT_EN",
    "HELP_IMPORT_FR",
    "READERS",
    "SETTINGS",
]

HELP_EXPORT_FR: Final = (
    "Dans votre espace hôte GreenGo, ouvrez le calendrier du logement (son identifiant est dans l’adresse de la "
    "page : vérifiez que c’est le bon) et cherchez l’export iCal. Le lien commence par "
    "https://calendars.greengo.voyage/, avec ou sans .ics à la fin. Chaque logement a le sien."
)
HELP_EXPORT_EN: Final = (
    "In your GreenGo host space open the lodging's calendar (its id is in the page's address: check that it is the "
    "right one) and look for the iCal export. The link begins with https://calendars.greengo.voyage/, with or "
    "without .ics at the end. Each lodging has its own."
)
HELP_IMPORT_FR: Final = (
    "Au même endroit, ajoutez un calendrier externe et collez le lien que channelsync donne pour ce logement. GreenGo "
    "ne dit pas à quel rythme il le lit : channelsync l’apprend en un jour. D’ici là, fermez aussi à la main les "
    "dates très proches."
)
HELP_IMPORT_EN: Final = (
    "In the same place add an external calendar and paste the link that channelsync gives for this lodging. GreenGo "
    "does not say how often it reads it: channelsync learns that within a day. Until then close very near dates by "
    "hand as well."
)

SETTINGS: Final = (
    Setting(
        "feed",
        label_fr="Lien d’export du calendrier GreenGo",
        label_en="Export link of the GreenGo calendar",
        help_fr="Ce lien est secret : qui le connaît lit votre calendrier. Il est chiffré et jamais réaffiché.",
        help_en="This link is secret: whoever has it reads your calendar. It is encrypted and never shown again.",
        secret=True,
        required=True,
    ),
    Setting(
        "lodging",
        label_fr="Identifiant du logement sur GreenGo",
        label_en="Id of the lodging on GreenGo",
        help_fr=(
            "Ce qui suit host-calendar/ dans l’adresse du calendrier du logement. Quand des nuits prises ailleurs sont "
            "encore réservables sur GreenGo, l’alerte ouvre alors ce calendrier aux bonnes dates : fermez-les-y tout "
            "de suite, puis rechargez la page pour vérifier."
        ),
        help_en=(
            "What follows host-calendar/ in the address of the lodging's calendar. When nights taken elsewhere can "
            "still be booked on GreenGo, the alert then opens that calendar at the right dates: close them there at "
            "once, then reload the page to check."
        ),
    ),
)
"""The fields of the form."""

CALENDAR_PAGE: Final = (
    "https://www.greengo.voyage/calendar/host-calendar/{listing}?startDate={arrival}&endDate={departure}"
)
"""A lodging's calendar, opened at some nights (reported by one host).

Whether the second date is the last night or the day after is unknown: it is the day after here, the careful one.
"""

READERS: Final = (FeedReader(r"greengo", "inferred: no recording of its reader is known"),)
"""A client that names GreenGo, at an address that only GreenGo was given; any other is learned from its rhythm."""
