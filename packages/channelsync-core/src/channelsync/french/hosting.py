"""What is said of files on other machines, and of calendars on static hosting, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["HOSTING"]

HOSTING: Final[Mapping[str, str]] = {
    # by SFTP
    "{} is not the address of a folder": "{0} n’est pas l’adresse d’un dossier",
    "Write it as sftp://USER@HOST/FOLDER.": "Écrivez-la sous la forme sftp://USER@HOST/FOLDER.",
    "SFTP needs one more package": "SFTP demande un paquet de plus",
    "Install channelsync-core[sftp].": "Installez channelsync-core[sftp].",
    "what lies at {} is no calendar of ours": "ce qui est posé à {0} n’est pas un de nos calendriers",
    "{} is not known by its key": "la clé de {0} n’est pas connue",
    "Add it to ~/.ssh/known_hosts of the service's user.": (
        "Ajoutez-la au fichier ~/.ssh/known_hosts de l’utilisateur du service."
    ),
    "{} lets nobody in who shows what we have": "{0} n’accepte pas ce que nous montrons pour entrer",
    "{} refuses or does not answer ({})": "{0} refuse ou ne répond pas ({1})",
    "Check the address, the user's key and the folder there, and that ~/.ssh/known_hosts has that machine.": (
        "Vérifiez l’adresse, la clé de l’utilisateur, le dossier, et que ~/.ssh/known_hosts connaît cette machine."
    ),
    # static hosting
    "CHANNELSYNC_PUBLISH is neither a folder nor the address of one": (
        "CHANNELSYNC_PUBLISH n’est ni un dossier, ni l’adresse d’un dossier"
    ),
    "Write it as /path, sftp://USER@HOST/FOLDER or https://ACCOUNT.blob.core.windows.net/CONTAINER.": (
        "Écrivez /chemin, sftp://USER@HOST/FOLDER ou https://ACCOUNT.blob.core.windows.net/CONTAINER."
    ),
    "Check CHANNELSYNC_PUBLISH, and that this user may write there.": (
        "Vérifiez CHANNELSYNC_PUBLISH, et que cet utilisateur a le droit d’y écrire."
    ),
    "no calendar can be kept in the folder {}: {}": "aucun calendrier ne peut être posé dans le dossier {0} : {1}",
    "nothing says where the calendars are to lie": "rien ne dit où poser les calendriers",
    "Set CHANNELSYNC_PUBLISH to a folder, or to the address of one.": (
        "Donnez à CHANNELSYNC_PUBLISH un dossier, ou l’adresse d’un dossier."
    ),
    "a newer calendar lies at {}: it is left as it is": (
        "un calendrier plus récent est posé à {0} : il est laissé tel quel"
    ),
    "Another installation writes there, or this one was put back from a backup.": (
        "Une autre installation y écrit, ou celle-ci a été restaurée d’une sauvegarde."
    ),
    "the calendar arrived otherwise at {}": "le calendrier est arrivé différent à {0}",
}
