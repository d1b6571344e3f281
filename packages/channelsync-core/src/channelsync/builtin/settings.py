"""What the owner fills in to link a calendar of any other platform, and the help beside it, in French and English."""

from __future__ import annotations

from typing import Final

from channelsync.adapter import FeedReader, Setting
from channelsync.builtin.presets import PRESETS
from channelsync.traits import EchoHabit

__all__ = ["HELP_EXPORT_EN", "HELP_EXPORT_FR", "HELP_IMPORT_EN", "HELP_IMPORT_FR", "READERS", "SETTINGS"]

HELP_EXPORT_FR: Final = (
    "Sur la plateforme, cherchez dans le calendrier du logement « Exporter », « Synchroniser » ou « iCal » et copiez "
    "le lien. Sur Abritel et Vrbo, ajoutez ?nonTentative à la fin du lien pour laisser de côté les demandes non payées."
)
HELP_EXPORT_EN: Final = (
    "On the platform, look in the lodging's calendar for “Export”, “Synchronise” or “iCal” and copy the link. On "
    "Abritel and Vrbo, add ?nonTentative to the end of the link to leave unpaid requests out."
)
HELP_IMPORT_FR: Final = (
    "Au même endroit, cherchez « Importer un calendrier » et collez le lien que channelsync donne pour ce logement et "
    "cette plateforme."
)
HELP_IMPORT_EN: Final = (
    "In the same place, look for “Import a calendar” and paste the link that channelsync gives for this lodging and "
    "this platform."
)

_YES_NO: Final = ("yes", "no")

SETTINGS: Final = (
    Setting(
        "feed",
        label_fr="Lien d’export du calendrier",
        label_en="Calendar export link",
        help_fr="Ce lien est secret : qui le connaît lit votre calendrier. Il est chiffré et jamais réaffiché.",
        help_en="This link is secret: whoever has it reads your calendar. It is encrypted and never shown again.",
        secret=True,
        required=True,
    ),
    Setting(
        "preset",
        label_fr="Plateforme",
        label_en="Platform",
        help_fr="« plain » ne suppose rien et convient à toutes.",
        help_en="“plain” supposes nothing and fits all.",
        choices=tuple(PRESETS),
        default="plain",
    ),
    Setting(
        "echo",
        label_fr="Renvoie-t-elle les dates qu’elle importe ?",
        label_en="Does it send back the dates it imports?",
        help_fr="Dans le doute, laissez « unknown » : channelsync l’apprend tout seul.",
        help_en="If in doubt leave “unknown”: channelsync learns it by itself.",
        choices=tuple(habit.value for habit in EchoHabit),
        default=EchoHabit.UNKNOWN.value,
    ),
    Setting(
        "empty_is_normal",
        label_fr="Un calendrier vide est-il souvent vrai ?",
        label_en="Is an empty calendar often true?",
        help_fr="Oui pour un site où l’on réserve rarement.",
        help_en="Yes for a site where bookings are rare.",
        choices=_YES_NO,
        default="no",
    ),
    Setting(
        "merges",
        label_fr="Les séjours qui se touchent forment-ils un seul événement ?",
        label_en="Do stays that touch come as one event?",
        help_fr="Dans le doute : non.",
        help_en="If in doubt: no.",
        choices=_YES_NO,
        default="no",
    ),
    Setting(
        "clips",
        label_fr="Un séjour en cours commence-t-il aujourd’hui dans le calendrier ?",
        label_en="Does a running stay begin today in the calendar?",
        help_fr="Dans le doute : non.",
        help_en="If in doubt: no.",
        choices=_YES_NO,
        default="no",
    ),
    Setting(
        "horizon_months",
        label_fr="Le calendrier n’est ouvert que pour … mois",
        label_en="The calendar is open for … months only",
        help_fr="0 s’il n’y a pas de limite. Les dates au-delà ne sont pas fermées ailleurs.",
        help_en="0 where there is no limit. Dates beyond it are not closed elsewhere.",
        default="0",
    ),
    Setting(
        "imports_every",
        label_fr="Elle lit notre calendrier toutes les … minutes",
        label_en="It reads our calendar every … minutes",
        help_fr="Une estimation suffit : le vrai rythme est appris.",
        help_en="An estimate will do: the true rhythm is learned.",
        default="240",
    ),
    Setting(
        "dates",
        label_fr="Heures en UTC",
        label_en="Times in UTC",
        help_fr="« utc » si la plateforme écrit les jours comme des minuits UTC, « local » sinon.",
        help_en="“utc” if the platform writes days as UTC midnights, “local” otherwise.",
        choices=("local", "utc"),
        default="local",
    ),
    Setting(
        "guest_titles",
        label_fr="Titres qui annoncent à coup sûr un voyageur",
        label_en="Titles that certainly mean a guest",
        help_fr="Débuts de titres séparés par |. Tout autre titre compte comme « peut-être un voyageur ».",
        help_en="Beginnings of titles, separated by |. Any other title counts as perhaps a guest.",
    ),
    Setting(
        "block_titles",
        label_fr="Titres qui n’annoncent à coup sûr aucun voyageur",
        label_en="Titles that certainly mean no guest",
        help_fr="Débuts de titres séparés par |. Seulement si vous en êtes certain.",
        help_en="Beginnings of titles, separated by |. Only if you are certain.",
    ),
)
"""The fields of the form: the link, then the options of `channelsync.builtin.options`."""

READERS: Final = (
    FeedReader(r"abritel|vrbo|homeaway", "inferred: no recording of its reader is known"),
    FeedReader(r"holidu|lodgify|smoobu|abracadaroom|clevacances", "inferred: no recording of its reader is known"),
)
"""Clients that name a platform, at an address that only one was given; any other is learned from its rhythm."""
