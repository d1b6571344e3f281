"""The help of the command line in French: what each command does, and each of its options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["USAGE"]

USAGE: Final[Mapping[str, str]] = {
    # argparse
    "usage: ": "utilisation : ",
    "positional arguments": "arguments",
    "options": "options",
    "options of every command": "options de toutes les commandes",
    "commands": "commandes",
    "verbs": "verbes",
    "show this help message and exit": "montrer cette aide et s’arrêter",
    "show program's version number and exit": "montrer la version et s’arrêter",
    # every command
    "Keeps the calendars of a holiday let in step: a night taken anywhere is closed everywhere else.": (
        "Tient ensemble les calendriers d’un logement : une nuit prise quelque part est fermée partout ailleurs."
    ),
    "the database (default: $CHANNELSYNC_DB, or channelsync.db)": (
        "la base (par défaut : $CHANNELSYNC_DB, ou channelsync.db)"
    ),
    "the clock, for rehearsals (default: the real time)": "l’horloge, pour les essais (par défaut : l’heure réelle)",
    "answer with one JSON document on standard output": "répondre par un document JSON sur la sortie standard",
    "words of tables (default: $CHANNELSYNC_LANG, or fr)": "la langue (par défaut : $CHANNELSYNC_LANG, ou fr)",
    "the language (default: $CHANNELSYNC_LANG, or fr)": "la langue (par défaut : $CHANNELSYNC_LANG, ou fr)",
    "fetch calendars from loopback and private addresses as well": (
        "lire aussi des calendriers à des adresses locales et privées"
    ),
    "show where an error comes from": "montrer d’où vient une erreur",
    # without a database
    "read calendars once: who holds which nights, what to close where, what collides": (
        "lire des calendriers une fois : qui tient quelles nuits, quoi fermer où, ce qui se chevauche"
    ),
    "The exit code is 1 when a calendar cannot be read or a double booking is likely.": (
        "Le code de sortie est 1 quand un calendrier est illisible ou une double réservation probable."
    ),
    "a file or a web address, such as airbnb=a.ics": "un fichier ou une adresse web, comme airbnb=a.ics",
    "write for-CHANNEL.ics there, the calendar to publish to each channel": (
        "y écrire for-PLATEFORME.ics, le calendrier à publier pour chaque plateforme"
    ),
    "where the unit is (default: %(default)s)": "où est le logement (par défaut : %(default)s)",
    "play recorded calendars through the kernel, and tell what it would have decided and when": (
        "rejouer des calendriers enregistrés, et dire ce qui aurait été décidé et quand"
    ),
    "With --json, one JSON object a line, the last one a summary.": (
        "Avec --json, un objet JSON par ligne, le dernier étant un résumé."
    ),
    "a .jsonl or .jsonl.gz file": "un fichier .jsonl ou .jsonl.gz",
    "between looks (default: 15)": "entre deux lectures (par défaut : 15)",
    "play whole lives of a lodging against simulated platforms, and hold the laws of synchronisation": (
        "jouer des vies entières d’un logement contre des plateformes simulées, et vérifier les lois de la "
        "synchronisation"
    ),
    "The exit code is 1 when a law was broken; the seed that shows it is printed.": (
        "Le code de sortie est 1 quand une loi a été enfreinte ; la graine qui le montre est affichée."
    ),
    "of the first life (default: drawn)": "de la première vie (par défaut : tirée au sort)",
    "so many lives (default: %(default)s)": "tant de vies (par défaut : %(default)s)",
    "length of a life (default: 90 days)": "durée d’une vie (par défaut : 90 jours)",
    "the same in days": "la même en jours",
    "names with commas between, NAME=RATE, all (default), apis or none; `--faults help` lists them": (
        "noms séparés par des virgules, NOM=TAUX, all (par défaut), apis ou none ; `--faults help` les liste"
    ),
    "processes (default: as many as cores)": "processus (par défaut : autant que de cœurs)",
    "serve a platform's simulators on this machine, to link to them as to the real ones": (
        "servir les simulateurs d’une plateforme sur cette machine, à relier comme les vraies"
    ),
    "Ends with Ctrl-C. Give --allow-private-addresses to the commands that link to them.": (
        "S’arrête par Ctrl-C. Ajoutez --allow-private-addresses aux commandes qui les relient."
    ),
    "listen here (default: a free port)": "écouter ici (par défaut : un port libre)",
    "end by itself after this": "s’arrêter de soi-même après ce temps",
    "our address at which the platform asks and calls": "notre adresse, où la plateforme demande et appelle",
    "list the channels found, what each can do, and the broken ones": (
        "lister les plateformes trouvées, ce que chacune sait faire, et celles qui sont en panne"
    ),
    "check the installation, the database, the clock, the keys and each link": (
        "vérifier l’installation, la base, l’horloge, les clés et chaque lien"
    ),
    "lay the calendars on static hosting, where no server of ours hands them out": (
        "poser les calendriers sur un hébergement statique, quand aucun serveur à nous ne les donne"
    ),
    "$CHANNELSYNC_PUBLISH says where: a folder, sftp://USER@HOST/FOLDER, or a container.": (
        "$CHANNELSYNC_PUBLISH dit où : un dossier, sftp://USER@HOST/FOLDER ou un conteneur."
    ),
    "also look from outside: name, certificate, what answers there": (
        "regarder aussi de l’extérieur : nom, certificat, ce qui y répond"
    ),
    "tell by which of our names each platform reads and calls, and whether an earlier one may end": (
        "dire par lequel de nos noms chaque plateforme lit et appelle, et si un ancien peut prendre fin"
    ),
    "watch three scenarios against simulated platforms": "regarder trois scénarios contre des plateformes simulées",
    "only this one": "seulement celui-ci",
    # lodgings and listings
    "add, list and show lodgings": "ajouter, lister et montrer des logements",
    "add a lodging": "ajouter un logement",
    "list the lodgings and their listings": "lister les logements et leurs annonces",
    "show a lodging: its listings, and what takes its nights, with ids": (
        "montrer un logement : ses annonces, et ce qui occupe ses nuits, avec les identifiants"
    ),
    "where it is (default: %(default)s)": "où il est (par défaut : %(default)s)",
    "nights kept free around a guest": "nuits gardées libres autour d’un séjour",
    "whose it is (default: the first owner)": "à qui il est (par défaut : le premier propriétaire)",
    "its name, slug or id": "son nom, son nom court ou son identifiant",
    "link a listing to a lodging: by its private export link, or by an account": (
        "relier une annonce à un logement : par son lien d’export privé, ou par un compte"
    ),
    "airbnb, booking, greengo, ical, ...": "airbnb, booking, greengo, ical, ...",
    "the export link (iCal) of the listing": "le lien d’export (iCal) de l’annonce",
    "the account on the platform's API that has the listing": "le compte sur l’API de la plateforme qui a l’annonce",
    "with --account: the listing's number on the platform": "avec --account : le numéro de l’annonce sur la plateforme",
    "a setting of the channel; may be repeated": "un réglage de la plateforme ; peut être répété",
    "unlink every listing of a lodging in one step; its calendars are empty then": (
        "retire toutes les annonces d’un logement d’un coup ; ses calendriers sont alors vides"
    ),
    "the listings are closed on their platforms: do it": "les annonces sont fermées sur leurs plateformes : le faire",
    "read a listing by another export link; nothing of it is forgotten": (
        "lit une annonce par un autre lien d’export ; rien d’elle n’est oublié"
    ),
    "the new export link (iCal) of the same listing": "le nouveau lien d’export (iCal) de la même annonce",
    "write everything an owner has here into one file (zip)": (
        "écrit tout ce qu’un propriétaire a ici dans un seul fichier (zip)"
    ),
    "a new file": "un nouveau fichier",
    "forget an owner with everything that is theirs; it cannot be undone": (
        "oublie un propriétaire et tout ce qui est à lui ; c’est définitif"
    ),
    "our calendars are removed on every platform: keep none": (
        "nos calendriers sont retirés de toutes les plateformes : n’en garder aucun"
    ),
    "do it": "le faire",
    "unlink a listing; its future stays remain closed elsewhere": (
        "retirer une annonce ; ses séjours à venir restent fermés ailleurs"
    ),
    "open its nights elsewhere": "ouvrir ses nuits ailleurs",
    "take over from direct links between platforms: the steps, and what only you know": (
        "prendre le relais de liens directs entre plateformes : les étapes, et ce que vous seul savez"
    ),
    "Answers: reservation | mine | old-link | double; where a calendar's open part ends, a date.": (
        "Réponses : reservation | mine | old-link | double ; là où finit la partie ouverte d’un calendrier, une date."
    ),
    "answer a question; may be repeated": "répondre à une question ; peut être répété",
    "the direct links between the platforms are gone": "les liens directs entre les plateformes sont retirés",
    # nights
    "close nights on every platform, for your own use": "fermer des nuits sur toutes les plateformes, pour votre usage",
    "ARRIVAL/DEPARTURE, departure not included": "ARRIVÉE/DÉPART, départ non compris",
    "even where a guest has these nights": "même là où un voyageur a ces nuits",
    "end a block made here": "mettre fin à un blocage fait ici",
    "as `unit show` lists it": "comme `unit show` le liste",
    "type in a reservation; its nights close on every platform": (
        "saisir une réservation ; ses nuits se ferment sur toutes les plateformes"
    ),
    "where it was made; what is seen there later is taken for it": (
        "où elle a été faite ; ce qui y est vu ensuite est pris pour elle"
    ),
    "kept here, never published": "gardé ici, jamais publié",
    "even where the nights are taken": "même là où les nuits sont prises",
    "end a reservation that was typed in here": "mettre fin à une réservation saisie ici",
    "confirm that what vanished from a listing at once is really gone": (
        "confirmer que ce qui a disparu d’un coup d’une annonce l’est vraiment"
    ),
    "say that a conflict is known; it comes back when it changes": (
        "dire qu’une double réservation est connue ; elle revient si elle change"
    ),
    "its id, as `conflicts` lists it": "son identifiant, comme `conflicts` le liste",
    # what happens
    "look at every listing that is due, close and open what has changed": (
        "lire chaque annonce qui doit l’être, fermer et ouvrir ce qui a changé"
    ),
    "also listings that are not due yet": "aussi les annonces qui n’ont pas encore à l’être",
    "print the calendar published for a listing": "afficher le calendrier publié pour une annonce",
    "record that the platform reads it now (rehearsals)": "noter que la plateforme le lit maintenant (essais)",
    "show the secret address of the calendar that a platform is to read, and who reads it": (
        "montrer l’adresse secrète du calendrier qu’une plateforme doit lire, et qui la lit"
    ),
    "replace it; the present one answers until the platform has read the new": (
        "la remplacer ; l’actuelle répond jusqu’à ce que la plateforme ait lu la nouvelle"
    ),
    "end a leaked address at once, and give another": "couper aussitôt une adresse divulguée, et en donner une autre",
    "of an unlinked listing: our calendar is removed on its platform": (
        "d’une annonce retirée : notre calendrier est retiré sur sa plateforme"
    ),
    "this client is the platform's: its visits are proof": (
        "ce client est celui de la plateforme : ses visites font preuve"
    ),
    "this client is not the platform's": "ce client n’est pas celui de la plateforme",
    "list the nights that are taken twice": "lister les nuits prises deux fois",
    "list the nights that a platform can still sell though they are taken": (
        "lister les nuits qu’une plateforme peut encore vendre alors qu’elles sont prises"
    ),
    "tell how every listing fares": "dire comment va chaque annonce",
    "the figures of the last 30 days instead": "plutôt les chiffres des 30 derniers jours",
    "tell what happened": "dire ce qui s’est passé",
    "only from then on": "seulement à partir de là",
    "tell why a night is closed or open, since when, with what proof": (
        "dire pourquoi une nuit est fermée ou ouverte, depuis quand, avec quelle preuve"
    ),
    "show a month: who holds each night, and what is proven where": (
        "montrer un mois : qui tient chaque nuit, et ce qui est prouvé où"
    ),
    "default: this month": "par défaut : ce mois-ci",
    # accounts
    "our access to the platforms' APIs": "notre accès aux API des plateformes",
    "connect an account on a platform's API": "connecter un compte sur l’API d’une plateforme",
    "list the accounts, and whether the platforms still accept them": (
        "lister les comptes, et dire si les plateformes les acceptent encore"
    ),
    "list the listings that an account has on its platform": "lister les annonces qu’un compte a sur sa plateforme",
    "let the owner allow us in on the platform's own page": (
        "laisser le propriétaire nous autoriser sur la page de la plateforme"
    ),
    "give a new access to an account that its platform refuses": (
        "donner un nouvel accès à un compte que sa plateforme refuse"
    ),
    "what to call it (default: the platform's name)": "comment l’appeler (par défaut : le nom de la plateforme)",
    "a field that is no secret; may be repeated": "un champ qui n’est pas secret ; peut être répété",
    "read the secret fields from here, one K=V a line (- for standard input)": (
        "lire les champs secrets ici, un K=V par ligne (- pour l’entrée standard)"
    ),
    "its id or name": "son identifiant ou son nom",
    "our page, as the platform knows it": "notre page, telle que la plateforme la connaît",
    "read the address to which the platform sent the owner back here": (
        "lire ici l’adresse où la plateforme a renvoyé le propriétaire"
    ),
    # hooks and mails
    "show the secret address where a platform, or a service for mails, calls us": (
        "montrer l’adresse secrète où une plateforme, ou un service d’e-mails, nous appelle"
    ),
    "a channel that calls, or mail": "une plateforme qui appelle, ou mail",
    "an owner's or an account's alone": "d’un seul propriétaire ou d’un seul compte",
    "give another address; the present one ends at once": "donner une autre adresse ; l’actuelle est coupée aussitôt",
    "end the address": "couper l’adresse",
    "the platforms' mails as a reason to look": "les e-mails des plateformes comme signal pour lire",
    "mails of this sender with these words in the subject are the channel's": (
        "les e-mails de cet expéditeur avec ces mots dans l’objet sont ceux de la plateforme"
    ),
    "forget what was taught about a sender": "oublier ce qui a été appris d’un expéditeur",
    "list what was taught": "lister ce qui a été appris",
    "say what a mail in a file is taken for, and why not": (
        "dire pour quoi un e-mail dans un fichier est pris, et pourquoi pas"
    ),
    "read the mailbox once, to see whether that works": "lire une fois la boîte aux lettres, pour voir si cela marche",
    "whose; needed where there are several owners": "de qui ; nécessaire s’il y a plusieurs propriétaires",
    "the mail with its whole head, as a mail program saves it (- for standard input)": (
        "l’e-mail avec tout son en-tête, comme un logiciel l’enregistre (- pour l’entrée standard)"
    ),
    # messages to owners
    "how owners are told what happens: ways, quiet hours, digests": (
        "comment les propriétaires sont prévenus : voies, heures calmes, résumés"
    ),
    "show how each owner is told": "montrer comment chaque propriétaire est prévenu",
    "write the key of alerts on devices into a file, for a notification hub": (
        "écrire dans un fichier la clé des alertes sur les appareils, pour un hub de notification"
    ),
    "a new file, which its owner alone may read": "un nouveau fichier, que son propriétaire seul peut lire",
    "change how an owner is told; what is not named stays": (
        "changer la façon dont un propriétaire est prévenu ; ce qui n’est pas nommé reste"
    ),
    "send a trial by each way, and say what came of it": "envoyer un essai par chaque voie, et dire ce qu’il en est",
    "whose; else all of them, or the only one": "de qui ; sinon tous, ou le seul",
    "where e-mails go; empty for nowhere": "où vont les e-mails ; vide pour nulle part",
    "whose hours count, for example Europe/Paris": "dont les heures comptent, par exemple Europe/Paris",
    "quiet hours: 22-7, or none": "heures calmes : 22-7, ou none",
    "the daily digest by e-mail": "le résumé quotidien par e-mail",
    "the weekly digest by e-mail": "le résumé hebdomadaire par e-mail",
    "when digests come, 0 to 23": "heure des résumés, de 0 à 23",
    "the ways of one kind of notice: push, mail, apprise with commas; none for no way, empty for the usual": (
        "les voies d’une sorte de message : push, mail, apprise avec des virgules ; none pour aucune, vide "
        "pour les habituelles"
    ),
    "a service that the package apprise knows; empty for none": (
        "un service que connaît le paquet apprise ; vide pour aucun"
    ),
    # keys, owners, audit, backups
    "the master key that seals links and tokens": "la clé maîtresse qui scelle les liens et les jetons",
    "show which keys are in use, by name only": "montrer quelles clés servent, par leur nom seul",
    "put a new key in the place of the present one, and seal every secret anew": (
        "mettre une nouvelle clé à la place de l’actuelle, et sceller de nouveau chaque secret"
    ),
    "Everything else may run meanwhile. Broken off, it goes on where it was when run again.": (
        "Tout le reste peut tourner pendant ce temps. Interrompu, cela reprend où c’était."
    ),
    "add and list owners, let one sign in anew": "ajouter et lister des propriétaires, en laisser un se reconnecter",
    "add an owner, and show a code to sign in with once": (
        "ajouter un propriétaire, et montrer un code pour se connecter une fois"
    ),
    "list the owners": "lister les propriétaires",
    "show a new code for an owner; earlier ones end": (
        "montrer un nouveau code pour un propriétaire ; les précédents ne valent plus"
    ),
    "where messages to this owner go": "où vont les messages pour ce propriétaire",
    "of messages (default: %(default)s)": "des messages (par défaut : %(default)s)",
    "a name or an id": "un nom ou un identifiant",
    "show the audit trail, and check that it is whole": "montrer le journal d’audit, et vérifier qu’il est entier",
    "follow the audit trail from its first line to its last": (
        "suivre le journal d’audit de sa première ligne à la dernière"
    ),
    "show who did what": "montrer qui a fait quoi",
    "write everything into one sealed file, while the service runs": (
        "tout écrire dans un fichier scellé, pendant que le service tourne"
    ),
    "Without FILE the backup goes where $CHANNELSYNC_BACKUP says. The first one shows the recovery phrase.": (
        "Sans FICHIER, la sauvegarde va où le dit $CHANNELSYNC_BACKUP. La première montre la phrase de récupération."
    ),
    "only make the recovery phrase, and show it": "seulement faire la phrase de récupération, et la montrer",
    "make another phrase, for the backups from now on": "faire une autre phrase, pour les prochaines sauvegardes",
    "put everything back from a backup": "tout remettre depuis une sauvegarde",
    "Without FILE the latest one of $CHANNELSYNC_BACKUP is taken. Stop the service first.": (
        "Sans FICHIER, la dernière de $CHANNELSYNC_BACKUP est prise. Arrêtez d’abord le service."
    ),
    "a file, or the name of a backup": "un fichier, ou le nom d’une sauvegarde",
    "holds the recovery phrase; - is standard input": "contient la phrase de récupération ; - est l’entrée standard",
    "a database that holds units is copied aside, not refused": (
        "une base qui contient des logements est mise de côté en copie, et non refusée"
    ),
    # what stands for a value
    "UNIT": "LOGEMENT",
    "CHANNEL": "PLATEFORME",
    "ACCOUNT": "COMPTE",
    "CHANNEL=SOURCE": "PLATEFORME=SOURCE",
    "CHANNEL=RECORDING": "PLATEFORME=ENREGISTREMENT",
    "COMMAND": "COMMANDE",
    "NAME": "NOM",
    "FILE": "FICHIER",
    "DIR": "DOSSIER",
    "PATH_OR_URL": "CHEMIN_OU_URL",
    "STAY": "SÉJOUR",
    "NIGHTS": "NUITS",
    "SECONDS": "SECONDES",
    "HOUR": "HEURE",
    "WORDS": "MOTS",
    "TEXT": "TEXTE",
    "ADDRESS": "ADRESSE",
    "ID=ANSWER": "ID=RÉPONSE",
    "KIND=WAYS": "SORTE=VOIES",
    "FROM-UNTIL": "DE-À",
    "LIST": "LISTE",
    "YYYY-MM": "AAAA-MM",
    # for developers
    "plugins for other platforms, for developers": "des extensions pour d’autres plateformes, pour développeurs",
    "write the skeleton of a plugin, with its simulator and its test": (
        "écrire le squelette d’une extension, avec son simulateur et son test"
    ),
    "the channel's name, such as gites-de-france": "le nom de la plateforme, comme gites-de-france",
    "for a platform that has a calendar link and no API": (
        "pour une plateforme qui a un lien de calendrier et pas d’API"
    ),
    "where channelsync-NAME is made (default: here)": "où channelsync-NOM est créé (par défaut : ici)",
    "leave everything running, and say where it is": "laisser tout tourner, et dire où",
    # the database and recordings
    "the database itself": "la base elle-même",
    "bring the database to this program's form, made where there is none": (
        "amener la base à la forme de ce programme, créée s’il n’y en a pas"
    ),
    "Whole or not at all.": "En entier ou pas du tout.",
    "An older channelsync cannot use the database afterwards: back it up first.": (
        "Un channelsync plus ancien ne peut plus s’en servir ensuite : sauvegardez-la d’abord."
    ),
    "bring the database to this program's version: back up, migrate, check": (
        "amener la base à la version de ce programme : sauvegarder, migrer, vérifier"
    ),
    "Stop every other program first.": "Arrêtez d’abord tous les autres programmes.",
    "Whatever fails, the former version goes on with its data.": (
        "Quoi qu’il arrive, l’ancienne version continue avec ses données."
    ),
    "somebody else has made one": "quelqu’un d’autre en a fait une",
    "write an anonymised recording of a calendar, for replay": (
        "écrire un enregistrement anonymisé d’un calendrier, pour le rejouer"
    ),
    "Kept: dates and kinds; identifiers as keyed hashes.": (
        "Sont gardés : dates et sortes ; identifiants sous forme d’empreintes à clé."
    ),
    "Titles, names, codes and the address are left out.": "Titres, noms, codes et adresse sont laissés de côté.",
    "the calendar's address or file; - reads the address from input": (
        "l’adresse ou le fichier du calendrier ; - lit l’adresse sur l’entrée"
    ),
    "add to this (default: %(default)s)": "ajouter à ceci (par défaut : %(default)s)",
    "go on, this long between two fetches": "continuer, avec ce temps entre deux lectures",
    "so many fetches (default: one)": "tant de lectures (par défaut : une)",
    "where the lodging is (default: %(default)s)": "où est le logement (par défaut : %(default)s)",
    "whose calendar it is (default: known by its address)": (
        "de quelle plateforme est ce calendrier (par défaut : reconnue à son adresse)"
    ),
}
"""English wordings, and theirs in French."""
