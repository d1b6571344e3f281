"""What the command line says of its own arguments, of files and of the machine, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["COMMANDS"]

COMMANDS: Final[Mapping[str, str]] = {
    # the words of argparse
    "argument {}: {}": "argument {0} : {1}",
    "the following arguments are required: {}": "il manque ces arguments : {0}",
    "unrecognized arguments: {}": "arguments inconnus : {0}",
    "expected one argument": "il manque sa valeur",
    "expected at least one argument": "il faut au moins une valeur",
    "expected at most one argument": "au plus une valeur",
    "expected {} arguments": "{0} valeurs sont attendues",
    "not allowed with argument {}": "ne va pas avec l’argument {0}",
    "one of the arguments {} is required": "il faut l’un de ces arguments : {0}",
    "invalid choice: {!r} (choose from {})": "« {0} » n’est pas un choix possible (parmi {1})",
    "invalid {} value: {!r}": "« {1} » n’est pas une valeur possible ({0})",
    "ignored explicit argument {!r}": "cette option ne prend pas de valeur : « {0} »",
    "ambiguous option: {} could match {}": "option ambiguë : {0} peut être {1}",
    # the command line's own
    "there is no command {!r}": "il n’y a pas de commande « {0} »",
    "See `{} --help`.": "Voyez `{0} --help`.",
    "there is no fault called {!r}": "il n’y a pas de panne appelée « {0} »",
    "what stays open has no end, and so no answer as JSON": (
        "ce qui reste ouvert n’a pas de fin, donc pas de réponse en JSON"
    ),
    "Leave out --json or --serve.": "Retirez --json ou --serve.",
    "There are: all, apis, none, {}.": "Il y a : all, apis, none, {0}.",
    "the rate of {} must be a number from 0 to {}, not {!r}": (
        "le taux de {0} doit être un nombre de 0 à {1}, pas « {2} »"
    ),
    "It counts: {}.": "Il compte : {0}.",
    "times in thirty days of a unit": "fois en trente jours d’un logement",
    "share of listings, lives, sales or hints that have it": (
        "part des annonces, des vies, des ventes ou des appels qui l’ont"
    ),
    "an argument is not of the form {}": "un argument n’a pas la forme {0}",
    "Write {}, without blanks around the equals sign.": "Écrivez {0}, sans espaces autour du signe égal.",
    "the owner's answer has to be typed in": "la réponse du propriétaire doit être tapée",
    "Run this at a terminal, or give the address that came back: --answer FILE.": (
        "Lancez ceci dans un terminal, ou donnez l’adresse revenue : --answer FICHIER."
    ),
    "the platform says that access was refused": "la plateforme dit que l’accès a été refusé",
    "this is not the address to which the platform sends you back": (
        "ce n’est pas l’adresse où la plateforme vous renvoie"
    ),
    "Begin again, and agree on the platform's page.": "Recommencez, et acceptez sur la page de la plateforme.",
    "Copy the whole address from the browser's line, after you have agreed.": (
        "Copiez l’adresse entière du navigateur, après avoir accepté."
    ),
    "the field {} is a secret, and is not taken from the command line": (
        "le champ {0} est un secret, et n’est pas pris de la ligne de commande"
    ),
    "Give it in a file: --secrets FILE, or --secrets - for standard input.": (
        "Donnez-le dans un fichier : --secrets FICHIER, ou --secrets - pour l’entrée standard."
    ),
    "the secret fields of the account are missing: {}": "les champs secrets du compte manquent : {0}",
    "Give them in a file: --secrets FILE, or --secrets - for standard input.": (
        "Donnez-les dans un fichier : --secrets FICHIER, ou --secrets - pour l’entrée standard."
    ),
    "the secrets cannot be read from there": "les secrets ne peuvent pas être lus à cet endroit",
    "there is far more in the file of secrets than an account has": (
        "le fichier des secrets contient bien plus que n’en a un compte"
    ),
    "Give a text file with one FIELD=VALUE a line, or - for standard input.": (
        "Donnez un fichier texte avec un CHAMP=VALEUR par ligne, ou - pour l’entrée standard."
    ),
    "Give a text file with one FIELD=VALUE a line.": "Donnez un fichier texte avec un CHAMP=VALEUR par ligne.",
    "--again says how to make the phrase": "--again dit comment faire la phrase",
    "Use it with --init.": "Utilisez-le avec --init.",
    "nothing says where the backup is to go": "rien ne dit où va la sauvegarde",
    "Give a FILE, or set CHANNELSYNC_BACKUP to a folder.": (
        "Donnez un FICHIER, ou mettez un dossier dans CHANNELSYNC_BACKUP."
    ),
    "the file of the phrase cannot be read: {}": "le fichier de la phrase est illisible : {0}",
    "Give its path after --phrase-file, or type the phrase when asked.": (
        "Donnez son chemin après --phrase-file, ou tapez la phrase quand elle est demandée."
    ),
    "Say whose mails they are: --owner NAME, as `channelsync owner list` shows it.": (
        "Dites à qui sont ces e-mails : --owner NOM, comme le montre `channelsync owner list`."
    ),
    "there is no mail at {!r}": "il n’y a pas d’e-mail à « {0} »",
    "Save the mail with its whole head (often: show source, or save as .eml), and give that file.": (
        "Enregistrez l’e-mail avec tout son en-tête (souvent : afficher la source, ou enregistrer en .eml), "
        "et donnez ce fichier."
    ),
    "not an hour: {!r}": "ce n’est pas une heure : « {0} »",
    "Give 0 to 23.": "Indiquez de 0 à 23.",
    "there is no kind of notice called {!r}": "aucune sorte de message ne s’appelle « {0} »",
    "The kinds are: {}.": "Les sortes sont : {0}.",
    "cannot write to the folder {!r}: {}": "impossible d’écrire dans le dossier « {0} » : {1}",
    "Give --out a folder that this user may write to, with room on its disk.": (
        "Donnez à --out un dossier où cet utilisateur peut écrire, avec de la place sur son disque."
    ),
    "{} is not of the recorded form": "{0} n’a pas la forme d’un enregistrement",
    "{}, line {} is not of the recorded form": "{0}, ligne {1} : ce n’est pas la forme d’un enregistrement",
    'A line is {{"t": unix time, "events": [[from, to, kind, uid], ...]}}.': (
        'Une ligne est {{"t": temps unix, "events": [[de, à, sorte, uid], ...]}}.'
    ),
    "not a number of minutes: {!r}": "ce n’est pas un nombre de minutes : « {0} »",
    "Give a whole number from 1 to {}.": "Donnez un nombre entier de 1 à {0}.",
    "Give a whole number from {} to {}.": "Donnez un nombre entier de {0} à {1}.",
    "cannot read the recording {}: {}": "l’enregistrement {0} est illisible : {1}",
    "the recording {} is empty": "l’enregistrement {0} est vide",
    "Give a .jsonl or .jsonl.gz file of recorded calendars.": (
        "Donnez un fichier .jsonl ou .jsonl.gz de calendriers enregistrés."
    ),
    "not a number that will do: {!r}": "ce nombre ne convient pas : « {0} »",
    "not a number of years: {!r}": "ce n’est pas un nombre d’années : « {0} »",
    "Give a number above 0 and up to {}, such as 0.25.": (
        "Donnez un nombre supérieur à 0 et jusqu’à {0}, par exemple 0.25."
    ),
    "{} takes no name behind a colon, or this one cannot be used: {!r}": (
        "{0} ne prend pas de nom après deux-points, ou celui-ci est impossible : « {1} »"
    ),
    "Only `ical` has names of its own, such as ical:abritel.": "Seul `ical` a des noms à lui, comme ical:abritel.",
    "a file: address names another machine": "une adresse file: désigne une autre machine",
    "Give the path of a file on this machine.": "Donnez le chemin d’un fichier sur cette machine.",
    "cannot read {!r}: it is no ordinary file, or not readable for this user": (
        "impossible de lire « {0} » : ce n’est pas un fichier ordinaire, ou cet utilisateur ne peut pas le lire"
    ),
    "cannot read {!r}: {}": "impossible de lire « {0} » : {1}",
    "Give an https:// address or the path of a file.": "Donnez une adresse https:// ou le chemin d’un fichier.",
    "Give the path of an .ics file, or an https:// address.": (
        "Donnez le chemin d’un fichier .ics, ou une adresse https://."
    ),
    "Give the .ics file in it.": "Donnez le fichier .ics qui s’y trouve.",
    "Give an .ics file that this user may read.": "Donnez un fichier .ics que cet utilisateur peut lire.",
    "a listing is linked by its export link or by an account, and one of them is needed": (
        "une annonce se relie par son lien d’export ou par un compte, et il faut l’un des deux"
    ),
    "Give --feed URL, or --account ID --listing ID (see `channelsync account listings`).": (
        "Donnez --feed URL, ou --account ID --listing ID (voyez `channelsync account listings`)."
    ),
    "not a number of turnover nights: {!r}": "ce n’est pas un nombre de nuits de rotation : « {0} »",
    # the machine
    "internal error ({})": "erreur interne ({0})",
    "internal error ({}); add --debug to see where, and please report it": (
        "erreur interne ({0}) ; ajoutez --debug pour voir où, et signalez-la s’il vous plaît"
    ),
    "Make room on the disk.": "Faites de la place sur le disque.",
    "Make room: the user's share of the disk is used up.": (
        "Faites de la place : la part de disque de l’utilisateur est épuisée."
    ),
    "The disk is read-only: choose another place.": "Le disque est en lecture seule : choisissez un autre endroit.",
    "Check the permissions of the file and its folder.": "Vérifiez les droits du fichier et de son dossier.",
    "Check the disk.": "Vérifiez le disque.",
    "Close other programs, or raise the limit of open files.": (
        "Fermez d’autres programmes, ou relevez la limite de fichiers ouverts."
    ),
    "Close other programs.": "Fermez d’autres programmes.",
    "it failed": "cela a échoué",
    "no space left on device": "plus de place sur le disque",
    "disk quota exceeded": "part de disque dépassée",
    "read-only file system": "disque en lecture seule",
    "permission denied": "accès refusé",
    "operation not permitted": "opération interdite",
    "input/output error": "erreur d’entrée-sortie",
    "too many open files": "trop de fichiers ouverts",
    "too many open files in system": "trop de fichiers ouverts sur la machine",
    "no such file or directory": "fichier ou dossier introuvable",
    "is a directory": "c’est un dossier",
    "not a directory": "ce n’est pas un dossier",
    "file name too long": "nom de fichier trop long",
    "address already in use": "adresse déjà utilisée",
    "cannot assign requested address": "adresse impossible sur cette machine",
    "file exists": "le fichier existe déjà",
    # the doctor
    "Set this machine's clock, and let it follow a time server.": (
        "Réglez l’horloge de cette machine, et laissez-la suivre un serveur de temps."
    ),
    "The clock was set back, or was wrong before: let it follow a time server.": (
        "L’horloge a été reculée, ou était fausse avant : laissez-la suivre un serveur de temps."
    ),
    "it says {} UTC, but the last look was at {} UTC": "elle dit {0} UTC, mais la dernière lecture date de {1} UTC",
    # recordings of calendars
    "the key {!r} of this recording is missing or none": (
        "la clé « {0} » de cet enregistrement manque ou n’en est pas une"
    ),
    "Begin a new recording: another --out.": "Commencez un nouvel enregistrement : un autre --out.",
    "cannot write the recording {!r}: {}": "impossible d’écrire l’enregistrement « {0} » : {1}",
    "Give --out a file that this user may write, with room on its disk.": (
        "Donnez à --out un fichier que cet utilisateur peut écrire, avec de la place sur son disque."
    ),
    "no address came": "aucune adresse n’est venue",
    "Give the calendar's address, its file, or - and the address on standard input.": (
        "Donnez l’adresse du calendrier, son fichier, ou - et l’adresse sur l’entrée standard."
    ),
    "nothing says whose calendar this is": "rien ne dit de quelle plateforme est ce calendrier",
    "Add --channel: {}.": "Ajoutez --channel : {0}.",
    "not a number of fetches: {!r}": "ce n’est pas un nombre de lectures : « {0} »",
    # what a rehearsal missed
    "Airbnb did not send the owner back with a code": "Airbnb n’a pas renvoyé le propriétaire avec un code",
    "Airbnb's notification did not arrive": "l’appel d’Airbnb n’est pas arrivé",
    "Booking.com was closed {} s after the notification only": "Booking.com n’a été fermé que {0} s après l’appel",
    "GreenGo was opened too early": "GreenGo a été ouvert trop tôt",
    "an echo was taken for a guest": "nos dates renvoyées ont été prises pour un séjour",
    "an outage opened nights": "une panne a ouvert des nuits",
    "closed on {} only": "fermé sur {0} seulement",
    "exposed on {}, not on {}": "encore réservable sur {0}, pas sur {1}",
    "the API was not asked again": "l’API n’a pas été redemandée",
    "the block has no label": "le blocage n’a pas de nom",
    "the calendar was not read in the place of the API": "le calendrier n’a pas été lu à la place de l’API",
    "the cancellation was judged wrongly": "l’annulation a été mal jugée",
    "the conflict names the wrong nights": "la double réservation nomme les mauvaises nuits",
    "the echo was not recognised": "nos dates renvoyées n’ont pas été reconnues",
    "the guest could not book on {}": "le voyageur n’a pas pu réserver sur {0}",
    "the outage was not told": "la panne n’a pas été dite",
    "the owner was not told of the reservation": "le propriétaire n’a pas été prévenu de la réservation",
    "the recovery was not told": "la reprise n’a pas été dite",
    "{} conflicts were found, not one": "{0} doubles réservations ont été trouvées, pas une",
    "{} did not read our calendar": "{0} n’a pas lu notre calendrier",
    "{} did not reopen {}": "{0} n’a pas rouvert {1}",
    "{} is still exposed": "{0} est encore réservable",
    "{} still sells {}": "{0} vend encore {1}",
    "{} was not looked at": "{0} n’a pas été lu",
    # writing a plugin
    "there is no folder {!r}": "il n’y a pas de dossier « {0} »",
    "Make it first, or choose another --folder.": "Créez-le d’abord, ou choisissez un autre --folder.",
    "{!r} is there already": "« {0} » existe déjà",
    "Nothing is overwritten: choose another name or --folder.": (
        "Rien n’est écrasé : choisissez un autre nom ou un autre --folder."
    ),
    "the name {!r} is taken here": "le nom « {0} » est déjà pris ici",
    "Choose another: a name that two plugins have belongs to neither.": (
        "Choisissez-en un autre : un nom que deux extensions portent n’est à aucune."
    ),
}
"""English wordings, and theirs in French."""
