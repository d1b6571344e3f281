"""What is said of upgrades and of telemetry, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["UPGRADES"]

UPGRADES: Final[Mapping[str, str]] = {
    "telemetry needs one more package": "la télémétrie demande un paquet de plus",
    "Install channelsync-core[telemetry], or unset OTEL_EXPORTER_OTLP_ENDPOINT.": (
        "Installez channelsync-core[telemetry], ou retirez OTEL_EXPORTER_OTLP_ENDPOINT."
    ),
    "another program has the database {} open": "un autre programme a la base {0} ouverte",
    "Stop every program of channelsync first (`systemctl stop ...`, on every machine), then try again.": (
        "Arrêtez d’abord tous les programmes de channelsync (`systemctl stop ...`, sur chaque machine), puis réessayez."
    ),
    "the copy of the database {} is not whole": "la copie de la base {0} n’est pas entière",
    "Check the disk; the database itself may be damaged: `channelsync doctor`.": (
        "Vérifiez le disque ; la base elle-même est peut-être abîmée : `channelsync doctor`."
    ),
    "the database {} is damaged: {}": "la base {0} est abîmée : {1}",
    "{} refers to no row of {}": "{0} renvoie à une ligne absente de {1}",
    "other rows than before in: {}": "d’autres lignes qu’avant dans : {0}",
    "{}: the calendar for {} would show other nights than before": (
        "{0} : le calendrier pour {1} montrerait d’autres nuits qu’avant"
    ),
    "Nothing was changed: the former channelsync goes on with its data. Please report this.": (
        "Rien n’a été modifié : l’ancien channelsync continue avec ses données. Merci de nous le signaler."
    ),
    "there is no database to upgrade": "il n’y a pas de base à mettre à niveau",
    "Every program makes one as it starts; `channelsync db upgrade` does so too.": (
        "Chaque programme en crée une au démarrage ; `channelsync db upgrade` aussi."
    ),
    "the upgrade to version {} came to nothing: {}": "la mise à niveau vers la version {0} n’a pas abouti : {1}",
    "a fault of channelsync ({})": "une faute de channelsync ({0})",
    "Nothing was changed: start the former channelsync again, it goes on with its data.": (
        "Rien n’a été modifié : relancez l’ancien channelsync, il continue avec ses données."
    ),
    "the backup before the upgrade has nowhere to go, or no recovery phrase to be sealed for": (
        "la sauvegarde d’avant la mise à niveau n’a pas de lieu, ou pas de phrase de récupération pour la sceller"
    ),
    (
        "With the former channelsync: `channelsync backup --init`, and set CHANNELSYNC_BACKUP. Or back up the server "
        "yourself, and add --without-backup."
    ): (
        "Avec l’ancien channelsync : `channelsync backup --init`, et réglez CHANNELSYNC_BACKUP. Ou sauvegardez "
        "vous-même le serveur, et ajoutez --without-backup."
    ),
}
"""English wordings, and theirs in French."""
