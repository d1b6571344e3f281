"""The app on a telephone: without a network, and the devices that are alerted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "No network: this is how it was {when}. Nothing can be changed for now.": (
        "Pas de réseau : voici où les choses en étaient {when}. Rien ne peut être modifié pour l’instant."
    ),
    "No network: nothing was sent. Try again once you are connected.": (
        "Pas de réseau : rien n’a été envoyé. Réessayez une fois connecté."
    ),
    "Offline": "Hors ligne",
    "No network": "Pas de réseau",
    "This page needs the network. Your calendars are looked after all the same: what was closed stays closed.": (
        "Cette page a besoin du réseau. Vos calendriers restent suivis : ce qui était fermé le reste."
    ),
    "Try again": "Réessayer",
    "Something happened: open channelsync to see it.": "Il y a du nouveau : ouvrez channelsync pour le voir.",
    "Alerts on your devices": "Alertes sur vos appareils",
    "A telephone or a computer can alert you at once, even while channelsync is closed.": (
        "Un téléphone ou un ordinateur peut vous alerter aussitôt, même quand channelsync est fermé."
    ),
    "This device": "Cet appareil",
    "You are told of a new reservation, of a double booking, and of a platform that does not answer any more.": (
        "Vous apprenez une nouvelle réservation, une double réservation, une plateforme qui ne répond plus."
    ),
    "An alert names the lodging, the platform and the dates: never a guest.": (
        "Une alerte nomme le logement, la plateforme et les dates : jamais un voyageur."
    ),
    "It arrives also when you are signed out. To stop it, remove the device from the list below.": (
        "Elle arrive aussi quand vous êtes déconnecté. Pour l’arrêter, retirez l’appareil de la liste ci-dessous."
    ),
    "Name of this device": "Nom de cet appareil",
    "To find it again in the list.": "Pour le retrouver dans la liste.",
    "Alert me on this device": "M’alerter sur cet appareil",
    "Your browser asks whether you allow it: answer “Allow”.": (
        "Votre navigateur demande si vous êtes d’accord : répondez « Autoriser »."
    ),
    "This device alerts you.": "Cet appareil vous alerte.",
    (
        "Your browser blocks alerts from channelsync. Allow notifications for this site in the browser’s settings, "
        "then come back."
    ): (
        "Votre navigateur bloque les alertes de channelsync. Autorisez les notifications de ce site dans les réglages "
        "du navigateur, puis revenez."
    ),
    "I have allowed them": "Je les ai autorisées",
    (
        "On an iPhone or iPad, first put channelsync on the home screen (Share, then “Add to Home Screen”), open it "
        "from there and come back to this page."
    ): (
        "Sur un iPhone ou un iPad, mettez d’abord channelsync sur l’écran d’accueil (Partager, puis « Sur l’écran "
        "d’accueil »), ouvrez-le de là et revenez à cette page."
    ),
    "This browser cannot show alerts. Try another one, or choose e-mail in the notification settings.": (
        "Ce navigateur ne sait pas montrer d’alertes. Essayez-en un autre, ou choisissez l’e-mail dans les réglages "
        "des notifications."
    ),
    "Your browser could not sign up for alerts. Check the network and try again.": (
        "Votre navigateur n’a pas pu s’abonner aux alertes. Vérifiez le réseau, puis réessayez."
    ),
    "Alerts need JavaScript, which is switched off in this browser.": (
        "Les alertes ont besoin de JavaScript, qui est désactivé dans ce navigateur."
    ),
    "Install the app on this device": "Installer l’application sur cet appareil",
    "Your devices": "Vos appareils",
    "this device": "cet appareil",
    "does not answer": "ne répond plus",
    "Send a trial": "Envoyer un essai",
    "None yet. Without one, alerts come by e-mail, where you have given an address.": (
        "Aucun pour l’instant. Sans appareil, les alertes viennent par e-mail, si vous avez donné une adresse."
    ),
    "Notification settings": "Réglages des notifications",
    "Device without a name": "Appareil sans nom",
    "Last alert {when}": "Dernière alerte {when}",
    "Since {day}, no alert yet": "Depuis le {day}, aucune alerte encore",
    "Android telephone": "Téléphone Android",
    "Windows computer": "Ordinateur Windows",
    "Linux computer": "Ordinateur Linux",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac": "Mac",
    "This device alerts you from now on.": "Cet appareil vous alerte désormais.",
    "The device is removed: it receives nothing any more.": "Appareil retiré : il ne reçoit plus rien.",
    "The trial is on its way: it shows within seconds.": "L’essai est parti : il s’affiche dans quelques secondes.",
}
