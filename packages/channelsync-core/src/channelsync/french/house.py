"""What is said of lodgings, listings, accounts, owners and the database, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["HOUSE"]

HOUSE: Final[Mapping[str, str]] = {
    # lodgings and listings
    "no unit is called {!r}": "aucun logement ne s’appelle « {0} »",
    "several owners have a unit called {}": "plusieurs propriétaires ont un logement appelé {0}",
    "Give its id: {}.": "Donnez son identifiant : {0}.",
    "The units are: {}.": "Les logements sont : {0}.",
    "There is no unit yet: channelsync unit add NAME": "Il n’y a pas encore de logement : channelsync unit add NOM",
    "a turnover of {} nights": "une rotation de {0} nuits",
    "Give 0 to {}.": "Indiquez de 0 à {0}.",
    "there is a unit called {} already": "il y a déjà un logement appelé {0}",
    "Choose another name.": "Choisissez un autre nom.",
    "not a name: {!r}": "ce n’est pas un nom : « {0} »",
    "Give 1 to {} characters.": "Donnez de 1 à {0} caractères.",
    "there is no unit {}": "il n’y a pas de logement {0}",
    "`channelsync unit list` lists them.": "`channelsync unit list` les liste.",
    "{} is linked to this unit already": "{0} est déjà relié à ce logement",
    "Unlink it first: channelsync unlink UNIT {}": "Retirez d’abord l’annonce : channelsync unlink LOGEMENT {0}",
    "Unlink it first: channelsync unlink {} CHANNEL": "Retirez d’abord l’annonce : channelsync unlink {0} PLATEFORME",
    "there is no listing {!r}": "il n’y a pas d’annonce « {0} »",
    "`channelsync unit show UNIT` lists them.": "`channelsync unit show LOGEMENT` les liste.",
    "the options of a listing are too long, or are not plain data": (
        "les options d’une annonce sont trop longues, ou ne sont pas de simples données"
    ),
    "{} has no listing {}": "{0} n’a pas d’annonce {1}",
    "{} has no listing called {!r}": "{0} n’a pas d’annonce appelée « {1} »",
    "{} has several listings called {!r}": "{0} a plusieurs annonces appelées « {1} »",
    "Linked there: none.": "Aucune n’y est reliée.",
    "Linked there: {}.": "Reliées là : {0}.",
    "{} earlier addresses of {} still answer": "{0} anciennes adresses de {1} répondent encore",
    "Paste the present one into the platform, or end them with --cut.": (
        "Collez l’adresse actuelle dans la plateforme, ou coupez les anciennes avec --cut."
    ),
    "{} has {!r} linked": "{0} a encore « {1} » relié",
    "{} never had {!r}": "{0} n’a jamais eu « {1} »",
    "{!r} is a client that anybody may have": "« {0} » est un client que n’importe qui peut avoir",
    "A fetch by it cannot prove that the platform has read the calendar.": (
        "Sa visite ne peut pas prouver que la plateforme a lu le calendrier."
    ),
    "{!r} names another platform": "« {0} » désigne une autre plateforme",
    "Paste there the address that is made for it, in place of this one.": (
        "Collez là-bas l’adresse qui lui est destinée, à la place de celle-ci."
    ),
    "the private link of {} is not in the database": "le lien privé de {0} n’est pas dans la base",
    "Unlink the listing and link it anew.": "Retirez l’annonce et reliez-la de nouveau.",
    "another owner's lodging": "un logement d’un autre propriétaire",
    "{} is linked through an account": "{0} est relié par un compte",
    "Connect its account anew.": "Reconnectez son compte.",
    "Its settings are those of the account.": "Ses réglages sont ceux du compte.",
    "by the time zone {} a stay is over already that is not over yet": (
        "avec le fuseau horaire {0}, un séjour qui n’est pas terminé le serait déjà"
    ),
    "Check the time zone. If it is the right one, change it in some hours.": (
        "Vérifiez le fuseau horaire. Si c’est le bon, changez-le dans quelques heures."
    ),
    "{} was unlinked meanwhile": "{0} a été retiré entre-temps",
    "Link it anew.": "Reliez-la de nouveau.",
    "it shows little of what is known of this listing: it is another of {}": (
        "il montre trop peu de ce qui est connu de cette annonce : c’est le calendrier d’une autre annonce de {0}"
    ),
    "Copy the export link of the right listing; once all its stays have ended, unlink it and link it anew.": (
        "Copiez le lien d’export de la bonne annonce ; si tous ses séjours ont pris fin, retirez-la puis reliez-la."
    ),
    "the calendars of a retired lodging are empty: each platform opens what was taken on another": (
        "les calendriers d’un logement retiré sont vides : chaque plateforme rouvre ce qui était pris sur une autre"
    ),
    "Close or end its listings on their platforms first, then add --yes.": (
        "Fermez ou supprimez d’abord ses annonces sur leurs plateformes, puis ajoutez --yes."
    ),
    "{} and everything of theirs would be forgotten; that cannot be undone": (
        "{0} et tout ce qui est à lui seraient oubliés ; c’est définitif"
    ),
    "Write it down first (channelsync owner export), then add --yes.": (
        "Gardez-en d’abord une copie (channelsync owner export), puis ajoutez --yes."
    ),
    "the file {} cannot be written: {}": "le fichier {0} ne peut pas être écrit : {1}",
    "Give the path of a new file, in a folder that you may write to.": (
        "Donnez le chemin d’un nouveau fichier, dans un dossier où vous pouvez écrire."
    ),
    "{} has not been looked at on every platform since the restore": (
        "{0} n’a pas encore été relu sur toutes ses plateformes depuis la restauration"
    ),
    "Wait until it has been, or remove our calendars on the platforms first.": (
        "Attendez que ce soit fait, ou retirez d’abord nos calendriers des plateformes."
    ),
    # accounts
    "Compare the listing's number with the one that is linked.": (
        "Comparez le numéro de l’annonce à celui qui est relié."
    ),
    "What was sold there would be lost: unlink it first.": "Ce qui y a été vendu serait perdu : retirez-la d’abord.",
    "it shows none of the {} reservations known of this listing: it is another of {}": (
        "elle ne montre aucune des {0} réservations connues de cette annonce : c’en est une autre de {1}"
    ),
    "{} is linked to another listing of {} already": "{0} est déjà relié à une autre annonce de {1}",
    "there is an account called {} on {} already": "il y a déjà un compte appelé {0} sur {1}",
    "Choose another name, or reconnect that one.": "Choisissez un autre nom, ou reconnectez ce compte.",
    "the access of {} is not in the database": "l’accès de {0} n’est pas dans la base",
    "{} refuses the account {}: {}": "{0} refuse le compte {1} : {2}",
    "Connect the account anew: channelsync account reconnect {}": (
        "Connectez de nouveau le compte : channelsync account reconnect {0}"
    ),
    "{} asks for no field {!r}": "{0} ne demande pas de champ « {1} »",
    "{} is reached by calendar links only": "{0} n’est accessible que par des liens de calendrier",
    "Link its listings by their export links: channelsync link UNIT CHANNEL --feed URL": (
        "Reliez ses annonces par leurs liens d’export : channelsync link LOGEMENT PLATEFORME --feed URL"
    ),
    "Asked for: {}.": "Champs demandés : {0}.",
    "the field {} has a value that is not offered": "le champ {0} a une valeur qui n’est pas proposée",
    "the field {} is missing": "le champ {0} manque",
    "the field {} is too long, or holds what cannot be printed": (
        "le champ {0} est trop long, ou contient ce qui ne peut pas être imprimé"
    ),
    "Give it.": "Indiquez-le.",
    "Copy it from the platform again.": "Copiez-le de nouveau depuis la plateforme.",
    "no account is called {!r}": "aucun compte ne s’appelle « {0} »",
    "several accounts are called {!r}": "plusieurs comptes s’appellent « {0} »",
    "Accounts: none.": "Il n’y a aucun compte.",
    "Accounts: {}.": "Comptes : {0}.",
    "the account {} is one on {}": "le compte {0} est un compte sur {1}",
    "{} cannot be read through an account": "{0} ne peut pas être lu par un compte",
    "Link it as {}.": "Reliez-la comme {0}.",
    "the account has no listing {!r} on {}": "le compte n’a pas d’annonce « {0} » sur {1}",
    "this is not a listing's number": "ce n’est pas le numéro d’une annonce",
    "this listing of {} is linked to {} already": "cette annonce de {0} est déjà reliée à {1}",
    "`channelsync account listings ACCOUNT` lists them.": "`channelsync account listings COMPTE` les liste.",
    "One listing is one lodging: unlink it there first.": "Une annonce, c’est un logement : retirez-la d’abord là-bas.",
    "It has: none.": "Il n’en a aucune.",
    "It has: {}.": "Il a : {0}.",
    "{} does not show this listing: {}": "{0} ne montre pas cette annonce : {1}",
    "Try again later; if that does not help, tell the plugin's authors.": (
        "Réessayez plus tard ; si cela ne suffit pas, prévenez les auteurs de l’extension."
    ),
    "{} asks no owner for consent": "{0} ne demande d’accord à aucun propriétaire",
    "Give the account's fields: channelsync account add.": "Donnez les champs du compte : channelsync account add.",
    "{} does not tell which listings an account has": "{0} ne dit pas quelles annonces a un compte",
    "Give the listing's number on the platform: --listing.": (
        "Donnez le numéro de l’annonce sur la plateforme : --listing."
    ),
    # owners
    "no owner is called {!r}": "aucun propriétaire ne s’appelle « {0} »",
    "several owners are called {!r}": "plusieurs propriétaires s’appellent « {0} »",
    "Give one of these: {}.": "Donnez l’un de ceux-ci : {0}.",
    "Add one: channelsync owner add NAME": "Ajoutez-en un : channelsync owner add NOM",
    "Name one: --owner NAME.": "Nommez-en un : --owner NOM.",
    "the language {!r} is not offered": "la langue « {0} » n’est pas proposée",
    "Use fr or en.": "Choisissez fr ou en.",
    "there is an owner called {} already": "il y a déjà un propriétaire appelé {0}",
    "Choose another name, or `channelsync owner reset` gives them a new code.": (
        "Choisissez un autre nom, ou `channelsync owner reset` lui donne un nouveau code."
    ),
    "this code does not open anything: it is mistyped, used, or older than a day": (
        "ce code n’ouvre rien : mal tapé, déjà utilisé, ou vieux de plus d’un jour"
    ),
    "`channelsync owner reset NAME` makes another.": "`channelsync owner reset NOM` en fait un autre.",
    "there is no owner yet": "il n’y a pas encore de propriétaire",
    "there are several owners": "il y a plusieurs propriétaires",
    "there is no such owner": "ce propriétaire n’existe pas",
    # the database
    "{} on this machine": "{0} sur cette machine",
    "the database {} is locked by another program": "la base {0} est verrouillée par un autre programme",
    "Wait for the other command to finish, or close the program that holds it, and try again.": (
        "Attendez la fin de l’autre commande, ou fermez le programme qui la tient, et réessayez."
    ),
    "the database {} has too many users in this program": "la base {0} a trop d’utilisateurs dans ce programme",
    "Try again in a moment.": "Réessayez dans un instant.",
    "Try again.": "Réessayez.",
    "the database {} cannot grow: its disk is full": "la base {0} ne peut plus grandir : son disque est plein",
    "Make room on the disk; nothing was lost.": "Faites de la place sur le disque ; rien n’est perdu.",
    "the database {} cannot be written: it, or its folder, is read-only for this user": (
        "la base {0} ne peut pas être écrite : elle, ou son dossier, est en lecture seule pour cet utilisateur"
    ),
    "Run channelsync as the user who owns it, or give that user write permission on the file and its folder.": (
        "Lancez channelsync avec l’utilisateur à qui elle appartient, ou donnez-lui le droit d’écrire le "
        "fichier et son dossier."
    ),
    "the database {} cannot be opened: its folder cannot be read or written by this user": (
        "la base {0} ne peut pas être ouverte : cet utilisateur ne peut pas lire ou écrire son dossier"
    ),
    "Check the path and the permissions of its folder.": "Vérifiez le chemin et les droits de son dossier.",
    "the database {} is not a database": "{0} n’est pas une base de données",
    "Give the path of a channelsync database, or of a new file.": (
        "Donnez le chemin d’une base channelsync, ou d’un nouveau fichier."
    ),
    "the database {} is damaged": "la base {0} est abîmée",
    "Keep a copy of the file, then restore the last backup.": (
        "Gardez une copie du fichier, puis restaurez la dernière sauvegarde."
    ),
    "the database {} cannot be read or written: the disk is full or reports an error": (
        "la base {0} ne peut être ni lue ni écrite : le disque est plein ou signale une erreur"
    ),
    "Make room on the disk, or check it; nothing was lost.": (
        "Faites de la place sur le disque, ou vérifiez-le ; rien n’est perdu."
    ),
    "the database {} does not answer": "la base {0} ne répond pas",
    "Check that the PostgreSQL server runs, and the host, port and name in the URL.": (
        "Vérifiez que le serveur PostgreSQL tourne, et l’hôte, le port et le nom dans l’adresse."
    ),
    "the database {} refuses the user or the password": "la base {0} refuse l’utilisateur ou le mot de passe",
    "Check them in the URL.": "Vérifiez-les dans l’adresse.",
    "the database {} does not exist on its server": "la base {0} n’existe pas sur son serveur",
    "Create it: CREATE DATABASE …": "Créez-la : CREATE DATABASE …",
    "the database {} was changed by another program at the same moment": (
        "la base {0} a été modifiée par un autre programme au même moment"
    ),
    "the database {} refused a statement": "la base {0} a refusé une instruction",
    "Run `channelsync doctor`; if it finds nothing, this is a fault of channelsync.": (
        "Lancez `channelsync doctor` ; s’il ne trouve rien, c’est une faute de channelsync."
    ),
    "the database {} belongs to another program": "la base {0} appartient à un autre programme",
    "the database {} was written by a newer channelsync": "la base {0} a été écrite par un channelsync plus récent",
    "Update channelsync on this machine, or restore the backup made before the other version was used.": (
        "Mettez channelsync à jour sur cette machine, ou restaurez la sauvegarde faite avant l’autre version."
    ),
    "the database could not be brought up to this version": "la base n’a pas pu être amenée à cette version",
    "Nothing was changed. Restore the last backup, or reinstall channelsync.": (
        "Rien n’a été modifié. Restaurez la dernière sauvegarde, ou réinstallez channelsync."
    ),
    "the database {} holds units already": "la base {0} contient déjà des logements",
    "Restore into a new one, or add --replace, which keeps a copy of what is there.": (
        "Restaurez dans une nouvelle base, ou ajoutez --replace, qui garde une copie de l’ancienne."
    ),
    "the database {} is no file that could be copied": "la base {0} n’est pas un fichier que l’on puisse copier",
    "Make another, empty database, and give its URL.": "Créez une autre base, vide, et donnez son adresse.",
    "a database needs a place": "une base a besoin d’un emplacement",
    "Give the path of a file, or a postgresql:// URL.": "Donnez le chemin d’un fichier, ou une adresse postgresql://.",
    "not the URL of a database channelsync can use": (
        "ce n’est pas l’adresse d’une base que channelsync puisse utiliser"
    ),
    "Give the path of a file, sqlite:///path, or postgresql://user@host/name.": (
        "Donnez le chemin d’un fichier, sqlite:///chemin, ou postgresql://utilisateur@hôte/nom."
    ),
    "the folder of {} does not exist": "le dossier de {0} n’existe pas",
    "{} is a folder": "{0} est un dossier",
    "{!r} is a folder": "« {0} » est un dossier",
    "Give the path of a file in it, for example channelsync.db.": (
        "Donnez le chemin d’un fichier dedans, par exemple channelsync.db."
    ),
    "Create it first (mkdir -p {}), as a user who may look there.": (
        "Créez-le d’abord (mkdir -p {0}), avec un utilisateur qui y a accès."
    ),
    "PostgreSQL needs one more package": "PostgreSQL demande un paquet de plus",
    "Install channelsync-core[postgres].": "Installez channelsync-core[postgres].",
    "a stored calendar was written by a newer channelsync": (
        "un calendrier enregistré a été écrit par un channelsync plus récent"
    ),
    "a stored calendar is damaged": "un calendrier enregistré est abîmé",
    "the stored {} was written by a newer channelsync": (
        "une donnée enregistrée ({0}) a été écrite par un channelsync plus récent"
    ),
    "the stored {} is damaged": "une donnée enregistrée ({0}) est abîmée",
    "Restore the last backup; `channelsync doctor` says what else is affected.": (
        "Restaurez la dernière sauvegarde ; `channelsync doctor` dit ce qui est touché d’autre."
    ),
    "what is stored of {} is damaged": "ce qui est enregistré de {0} est abîmé",
    "Restore the last backup.": "Restaurez la dernière sauvegarde.",
    "a stored notice cannot be read: a newer channelsync wrote it, or it is damaged": (
        "un message enregistré est illisible : un channelsync plus récent l’a écrit, ou il est abîmé"
    ),
    "Update channelsync on this machine.": "Mettez channelsync à jour sur cette machine.",
    "the audit trail does not add up: line {} is missing": "le journal d’audit ne tient pas : la ligne {0} manque",
    "the audit trail does not add up: line {} is not the last: what came after it is missing": (
        "le journal d’audit ne tient pas : la ligne {0} n’est pas la dernière, la suite manque"
    ),
    "the audit trail does not add up: line {} was changed": (
        "le journal d’audit ne tient pas : la ligne {0} a été modifiée"
    ),
    "Compare the database with the last backup; somebody may have changed it by hand.": (
        "Comparez la base à la dernière sauvegarde ; quelqu’un l’a peut-être modifiée à la main."
    ),
}
"""English wordings, and theirs in French."""
