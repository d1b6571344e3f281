"""What is said of keys, backups, settings and the messages to owners, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["KEEPING"]

KEEPING: Final[Mapping[str, str]] = {
    # keys
    "{} is not the key that sealed this database's addresses": (
        "{0} n’est pas la clé qui a scellé les adresses de cette base"
    ),
    "Put the right key in place, or beside it into CHANNELSYNC_OLD_KEYS.": (
        "Mettez la bonne clé en place, ou à côté dans CHANNELSYNC_OLD_KEYS."
    ),
    "something was sealed with the old key just now": "quelque chose vient d’être scellé avec l’ancienne clé",
    "Run it again: it goes on.": "Relancez : cela reprend où cela s’est arrêté.",
    "Run it again: it goes on with what is left.": "Relancez : cela reprend avec ce qui reste.",
    "{} sealed secrets do not open ({}); the old key is kept, everything else is sealed anew": (
        "{0} secrets scellés ne s’ouvrent pas ({1}) ; l’ancienne clé est gardée, tout le reste est scellé de nouveau"
    ),
    "Link those listings anew, or restore the last backup; then run it again.": (
        "Reliez ces annonces, ou restaurez la dernière sauvegarde ; puis relancez."
    ),
    "Azure does not know who we are": "Azure ne sait pas qui nous sommes",
    "keys in Azure Key Vault need more packages": "les clés dans Azure Key Vault demandent d’autres paquets",
    "Install channelsync-core[azure].": "Installez channelsync-core[azure].",
    "{} cannot be asked ({})": "{0} ne peut pas être interrogé ({1})",
    "Check the address in CHANNELSYNC_KEY_VAULT and this machine's network; then start again.": (
        "Vérifiez l’adresse dans CHANNELSYNC_KEY_VAULT et le réseau de cette machine ; puis relancez."
    ),
    "Give this machine a managed identity, or run `az login`.": (
        "Donnez à cette machine une identité gérée, ou lancez `az login`."
    ),
    "the master key was wrapped by a key of another vault than {}": (
        "la clé maîtresse a été enveloppée par une clé d’un autre coffre que {0}"
    ),
    "Set CHANNELSYNC_KEY_VAULT to the address it had before.": "Remettez dans CHANNELSYNC_KEY_VAULT l’adresse d’avant.",
    "Write it as {}, without a version.": "Écrivez-la {0}, sans version.",
    "the key file {} can be read by others": "le fichier de clé {0} peut être lu par d’autres",
    "the key file {} cannot be read: {}": "le fichier de clé {0} est illisible : {1}",
    "the key file {} cannot be written: {}": "le fichier de clé {0} ne peut pas être écrit : {1}",
    "the key file {} is missing: without it the feed links cannot be read": (
        "le fichier de clé {0} manque : sans lui, les liens des calendriers sont illisibles"
    ),
    "Run: chmod 600 {}": "Lancez : chmod 600 {0}",
    "Run channelsync as the user who owns the file.": (
        "Lancez channelsync avec l’utilisateur à qui appartient le fichier."
    ),
    "Make room, or give the folder write permission.": "Faites de la place, ou autorisez l’écriture dans le dossier.",
    "the key is in CHANNELSYNC_KEY, so the next one is yours to set": (
        "la clé est dans CHANNELSYNC_KEY : c’est donc à vous de poser la suivante"
    ),
    (
        "Everywhere: set CHANNELSYNC_OLD_KEYS to the value that CHANNELSYNC_KEY has now and CHANNELSYNC_KEY "
        "to a new one (`openssl rand -base64 32`), start every program again, then run `channelsync keys "
        "rotate` once more."
    ): (
        "Partout : mettez dans CHANNELSYNC_OLD_KEYS la valeur actuelle de CHANNELSYNC_KEY, et dans "
        "CHANNELSYNC_KEY une nouvelle (`openssl rand -base64 32`), redémarrez tous les programmes, puis "
        "relancez `channelsync keys rotate`."
    ),
    "a PostgreSQL database needs its key in CHANNELSYNC_KEY": (
        "une base PostgreSQL a besoin de sa clé dans CHANNELSYNC_KEY"
    ),
    "Set CHANNELSYNC_KEY to 32 random bytes in base64 (`openssl rand -base64 32`), the same everywhere.": (
        "Mettez dans CHANNELSYNC_KEY 32 octets aléatoires en base64 (`openssl rand -base64 32`), les mêmes partout."
    ),
    "the database does not hold the key that {} wrapped": "la base ne contient pas la clé que {0} a enveloppée",
    (
        "Restore the last backup. If it is lost for good, copy each export link from its platform again and "
        "link the listings anew."
    ): (
        "Restaurez la dernière sauvegarde. Si elle est perdue pour de bon, copiez de nouveau chaque lien "
        "d’export et reliez les annonces."
    ),
    (
        "Put the right key back: it was saved with the backups. If it is lost for good, copy each export link "
        "from its platform again and link the listings anew."
    ): (
        "Remettez la bonne clé : elle est gardée avec les sauvegardes. Si elle est perdue pour de bon, copiez "
        "de nouveau chaque lien d’export et reliez les annonces."
    ),
    (
        "Put the file back from your backup. If it is lost for good, copy each export link from its platform "
        "again and link the listings anew."
    ): (
        "Remettez le fichier depuis votre sauvegarde. S’il est perdu pour de bon, copiez de nouveau chaque "
        "lien d’export et reliez les annonces."
    ),
    "what {} unwrapped is not the key {}": "ce que {0} a désenveloppé n’est pas la clé {1}",
    "Restore the last backup: the database was changed.": "Restaurez la dernière sauvegarde : la base a été modifiée.",
    "the wrapped keys in the database are damaged": "les clés enveloppées dans la base sont abîmées",
    "{} does not hold a key: {} bytes in base64 are expected": (
        "{0} ne contient pas de clé : {1} octets en base64 sont attendus"
    ),
    "the {} of {} was sealed with key {}; {} holds key {}": (
        "un secret de {1} ({0}) a été scellé avec la clé {2} ; {3} contient la clé {4}"
    ),
    "none": "aucune",
    "access": "accès",
    "calendar": "calendrier",
    "the sealed {} of {} does not open: it was changed, or moved here from elsewhere": (
        "un secret scellé de {1} ({0}) ne s’ouvre pas : il a été modifié, ou vient d’ailleurs"
    ),
    "the sealed {} of {} is damaged, or was sealed by a newer channelsync": (
        "un secret scellé de {1} ({0}) est abîmé, ou a été scellé par un channelsync plus récent"
    ),
    "Update channelsync, or restore the last backup.": (
        "Mettez channelsync à jour, ou restaurez la dernière sauvegarde."
    ),
    "Restore the last backup, or link the listing anew.": (
        "Restaurez la dernière sauvegarde, ou reliez de nouveau l’annonce."
    ),
    "there is no key yet that another could replace": "il n’y a pas encore de clé à remplacer",
    "The first one is made when the first listing is linked.": (
        "La première est créée quand la première annonce est reliée."
    ),
    "the key was replaced just now by somebody else": "la clé vient d’être remplacée par quelqu’un d’autre",
    # settings
    "{} is {!r}, which is neither fr nor en": "{0} vaut « {1} », qui n’est ni fr ni en",
    "Set it to fr or en, or remove it.": "Mettez fr ou en, ou retirez-le.",
    "{} is {!r}, which is neither yes nor no": "{0} vaut « {1} », qui n’est ni oui ni non",
    "Set {} to 1 or 0, or remove it.": "Mettez {0} à 1 ou 0, ou retirez-le.",
    "{} is {!r}, which is no whole number from {} to {}": (
        "{0} vaut « {1} », qui n’est pas un nombre entier de {2} à {3}"
    ),
    "Set {} to such a number, or remove it.": "Donnez un tel nombre à {0}, ou retirez-le.",
    "{} is not a web address": "{0} n’est pas une adresse web",
    "Set {} to an https:// address, or remove it.": "Mettez dans {0} une adresse https://, ou retirez-le.",
    "CHANNELSYNC_BASE_URL does not begin with https://": "CHANNELSYNC_BASE_URL ne commence pas par https://",
    "CHANNELSYNC_BASE_URL is not the address of a server": "CHANNELSYNC_BASE_URL n’est pas l’adresse d’un serveur",
    "Write it as https://HOST, as platforms reach it from outside.": (
        "Écrivez https://HÔTE, comme les plateformes le joignent de l’extérieur."
    ),
    "Calendars are found by secret addresses: serve them encrypted.": (
        "Les calendriers se trouvent à des adresses secrètes : servez-les chiffrées."
    ),
    "CHANNELSYNC_KEY and CHANNELSYNC_KEY_VAULT are both set": (
        "CHANNELSYNC_KEY et CHANNELSYNC_KEY_VAULT sont tous deux définis"
    ),
    "Keep one. To move into the vault, rename CHANNELSYNC_KEY to CHANNELSYNC_OLD_KEYS, then rotate the keys.": (
        "Gardez-en un. Pour passer au coffre, renommez CHANNELSYNC_KEY en CHANNELSYNC_OLD_KEYS, puis changez les clés."
    ),
    "CHANNELSYNC_KEY_VAULT is not the address of a key": "CHANNELSYNC_KEY_VAULT n’est pas l’adresse d’une clé",
    "Write it as https://NAME.vault.azure.net/keys/KEY, without a version.": (
        "Écrivez https://NOM.vault.azure.net/keys/CLÉ, sans version."
    ),
    "not a place to listen at: {!r}": "ce n’est pas un endroit où écouter : « {0} »",
    "Give HOST:PORT, for example 127.0.0.1:8081.": "Donnez HÔTE:PORT, par exemple 127.0.0.1:8081.",
    "cannot listen at {}: {}": "impossible d’écouter sur {0} : {1}",
    "the host is not known": "le serveur est inconnu",
    "Choose another port with --health.": "Choisissez un autre port avec --health.",
    # backups
    "Take another backup: the folder keeps those of earlier days.": (
        "Prenez une autre sauvegarde : le dossier garde celles des jours précédents."
    ),
    "this installation has a recovery phrase already; it was shown once and is kept nowhere": (
        "cette installation a déjà une phrase de récupération ; elle a été montrée une fois et n’est gardée nulle part"
    ),
    "If it is lost, `channelsync backup --init --again` makes another for the backups from now on.": (
        "Si elle est perdue, `channelsync backup --init --again` en fait une autre pour les prochaines sauvegardes."
    ),
    "this installation has no recovery phrase yet, so there is nothing to seal a backup for": (
        "cette installation n’a pas encore de phrase de récupération : rien ne permet de sceller une sauvegarde"
    ),
    "Run `channelsync backup --init` once, and write down the recovery phrase that it shows.": (
        "Lancez une fois `channelsync backup --init`, et notez la phrase de récupération affichée."
    ),
    "what is noted of the recovery phrase is damaged": "ce qui est noté de la phrase de récupération est abîmé",
    "Run `channelsync backup --init --again`.": "Lancez `channelsync backup --init --again`.",
    "the backup does not hold what it should: it was made by another program, or by a fault of ours": (
        "la sauvegarde ne contient pas ce qu’elle devrait : elle vient d’un autre programme, ou d’une faute "
        "de notre part"
    ),
    "the {} of the backup did not come back as they were": (
        "une partie de la sauvegarde ({0}) n’est pas revenue à l’identique"
    ),
    "the backup holds {!r}, which no database of its version has": (
        "la sauvegarde contient « {0} », qu’aucune base de sa version n’a"
    ),
    "a row of the backup's {} cannot be read": "une ligne de la sauvegarde ({0}) est illisible",
    "the backup's {} has columns that no database of its version has": (
        "une table de la sauvegarde ({0}) a des colonnes qu’aucune base de sa version n’a"
    ),
    "the recovery phrase has {} words; these are {}": "la phrase de récupération a {0} mots ; en voici {1}",
    "Type the words as they were shown, with blanks between them.": (
        "Tapez les mots comme ils ont été montrés, séparés par des espaces."
    ),
    "the recovery phrase is mistyped: one of its words is another one, or two have changed places": (
        "la phrase de récupération est mal tapée : un mot est faux, ou deux mots sont intervertis"
    ),
    "word {} of the recovery phrase is mistyped": "le mot {0} de la phrase de récupération est mal tapé",
    "Compare it with your note, letter by letter.": "Comparez avec votre note, lettre par lettre.",
    "CHANNELSYNC_BACKUP is neither a folder nor the address of a container": (
        "CHANNELSYNC_BACKUP n’est ni un dossier ni l’adresse d’un conteneur"
    ),
    "Write it as /path, or as https://ACCOUNT.blob.core.windows.net/CONTAINER.": (
        "Écrivez /chemin, ou https://COMPTE.blob.core.windows.net/CONTENEUR."
    ),
    "backups would go over the network without https": "les sauvegardes passeraient par le réseau sans https",
    "Write the container's address with https://.": "Écrivez l’adresse du conteneur avec https://.",
    "the folder of the backups is not there: {}": "le dossier des sauvegardes n’est pas là : {0}",
    "Make it, or mount its disk; the folder itself is never made here.": (
        "Créez-le, ou montez son disque ; le dossier n’est jamais créé d’ici."
    ),
    "the backup arrived cut short at {}": "la sauvegarde est arrivée tronquée à {0}",
    "Azure Blob Storage needs more packages": "Azure Blob Storage demande d’autres paquets",
    "no room for the backup in {}: the disk is full": "pas de place pour la sauvegarde, le disque est plein : {0}",
    "the folder {}": "le dossier {0}",
    "Make room there; the backups of earlier days are whole.": (
        "Faites-y de la place ; les sauvegardes des jours précédents sont entières."
    ),
    "the backup cannot be kept in {}: {}": "la sauvegarde ne peut pas être gardée à cet endroit, {0} : {1}",
    "{} refuses or does not answer": "{0} refuse ou ne répond pas",
    "{} refuses or does not answer (HTTP {})": "{0} refuse ou ne répond pas (HTTP {1})",
    "Check that it is there and that this user may write to it.": (
        "Vérifiez qu’il existe et que cet utilisateur peut y écrire."
    ),
    "Check CHANNELSYNC_BACKUP: the container must be there, and the signature or identity be allowed in.": (
        "Vérifiez CHANNELSYNC_BACKUP : le conteneur doit exister, et la signature ou l’identité y avoir accès."
    ),
    "the backup {} cannot be read: {}": "la sauvegarde {0} est illisible : {1}",
    "there is no backup called {!r}": "aucune sauvegarde ne s’appelle « {0} »",
    "there is no backup to restore": "il n’y a pas de sauvegarde à restaurer",
    "Check its permissions.": "Vérifiez ses droits d’accès.",
    "Give the path of a backup, or set CHANNELSYNC_BACKUP to where they are kept.": (
        "Donnez le chemin d’une sauvegarde, ou mettez dans CHANNELSYNC_BACKUP l’endroit où elles sont gardées."
    ),
    "the backup is damaged or cut short, or somebody changed it": (
        "la sauvegarde est abîmée ou tronquée, ou quelqu’un l’a modifiée"
    ),
    "this backup was made by a newer channelsync, or its beginning is damaged": (
        "cette sauvegarde a été faite par un channelsync plus récent, ou son début est abîmé"
    ),
    "this is no backup of channelsync, or its beginning is damaged": (
        "ce n’est pas une sauvegarde de channelsync, ou son début est abîmé"
    ),
    "this backup was made with another recovery phrase, or its beginning is damaged": (
        "cette sauvegarde a été faite avec une autre phrase de récupération, ou son début est abîmé"
    ),
    "Use the phrase that was shown when that installation was set up.": (
        "Utilisez la phrase montrée à la mise en place de cette installation."
    ),
    # messages
    "Nothing to do: it is tried again, and the next way is taken where one is set up.": (
        "Rien à faire : nous réessayons, et prenons la voie suivante s’il y en a une."
    ),
    "apprise knows no service of this address": "apprise ne connaît aucun service à cette adresse",
    "Its form is told in apprise's own documentation.": "Sa forme est décrite dans la documentation d’apprise.",
    "Its form is told in apprise's own documentation, for example ntfys://TOPIC.": (
        "Sa forme est décrite dans la documentation d’apprise, par exemple ntfys://SUJET."
    ),
    "the service behind apprise did not take the message": "le service derrière apprise n’a pas pris le message",
    "Check its address with: channelsync notify test": "Vérifiez son adresse avec : channelsync notify test",
    "this service needs one more package": "ce service demande un paquet de plus",
    "Install channelsync-core[notices].": "Installez channelsync-core[notices].",
    "Install channelsync-core[mail].": "Installez channelsync-core[mail].",
    "push messages need one more package": "les notifications demandent un paquet de plus",
    "CHANNELSYNC_NOTIFICATION_HUB is not the connection string of a notification hub": (
        "CHANNELSYNC_NOTIFICATION_HUB n’est pas la chaîne de connexion d’un hub de notification"
    ),
    "Check CHANNELSYNC_NOTIFICATION_HUB: its policy needs the rights Listen and Send.": (
        "Vérifiez CHANNELSYNC_NOTIFICATION_HUB : sa stratégie a besoin des droits Listen et Send."
    ),
    "Copy one of the hub's access policies, and write ;EntityPath= and its name after it.": (
        "Copiez une des stratégies d’accès du hub, et écrivez ;EntityPath= et son nom à la suite."
    ),
    "the notification hub answered {}": "le hub de notification a répondu {0}",
    "the notification hub {}": "le hub de notification : {0}",
    "this device takes no messages any more, says the notification hub": (
        "cet appareil ne prend plus de messages, dit le hub de notification"
    ),
    "the key cannot be written to {!r}: {}": "la clé ne peut pas être écrite dans « {0} » : {1}",
    "Name a file that is not there yet, in a folder of yours.": (
        "Nommez un fichier qui n’existe pas encore, dans un de vos dossiers."
    ),
    "the keys of this push subscription are damaged": "les clés de cet abonnement aux notifications sont abîmées",
    "the push service answered {}": "le service de notifications a répondu {0}",
    "the push service {}": "le service de notifications : {0}",
    "did not answer in time": "il n’a pas répondu à temps",
    "broke off or garbled its answer": "il a interrompu ou abîmé sa réponse",
    "has no valid certificate, or its encryption failed": (
        "il n’a pas de certificat valable, ou le chiffrement a échoué"
    ),
    "cannot be reached, or closed the connection": "il est injoignable, ou a coupé la connexion",
    "this push subscription is over ({})": "cet abonnement aux notifications est terminé ({0})",
    "this push subscription leads where nothing is sent": (
        "cet abonnement aux notifications mène là où rien n’est envoyé"
    ),
    "a push subscription must lead to https": "un abonnement aux notifications doit mener à https",
    "the push service of this browser is not known here": (
        "le service de notifications de ce navigateur n’est pas connu ici"
    ),
    "Whoever runs this server can add it to CHANNELSYNC_PUSH_HOSTS: {!r}.": (
        "Qui fait tourner ce serveur peut l’ajouter à CHANNELSYNC_PUSH_HOSTS : « {0} »."
    ),
    "this device is not known": "cet appareil n’est pas connu",
    "It may have been removed: open channelsync on it, and turn its alerts on again.": (
        "Il a peut-être été retiré : ouvrez-y channelsync et réactivez ses alertes."
    ),
    "this is not a push subscription": "ce n’est pas un abonnement aux notifications",
    "Hand over what the browser's pushManager.subscribe() gives, as JSON.": (
        "Transmettez ce que donne pushManager.subscribe() du navigateur, en JSON."
    ),
    "the key for push messages could not be kept": "la clé des notifications n’a pas pu être gardée",
    "e-mails need one more package": "les e-mails demandent un paquet de plus",
    "the mail server {} does not accept our user name or password": (
        "le serveur d’e-mail {0} n’accepte pas notre nom d’utilisateur ou notre mot de passe"
    ),
    "{} does not accept our user name or password": "{0} n’accepte pas notre nom d’utilisateur ou notre mot de passe",
    "the mail server {}": "le serveur d’e-mail {0}",
    "Correct CHANNELSYNC_SMTP_URL.": "Corrigez CHANNELSYNC_SMTP_URL.",
    "If it lasts, check CHANNELSYNC_SMTP_URL.": "Si cela dure, vérifiez CHANNELSYNC_SMTP_URL.",
    "the mail server puts the address off ({})": "le serveur d’e-mail diffère l’adresse ({0})",
    "the mail server puts the mail off ({})": "le serveur d’e-mail diffère le message ({0})",
    "the mail server says that the address does not exist ({})": (
        "le serveur d’e-mail dit que l’adresse n’existe pas ({0})"
    ),
    "the mail server refuses the address ({})": "le serveur d’e-mail refuse l’adresse ({0})",
    "the mail server refuses the mail ({})": "le serveur d’e-mail refuse le message ({0})",
    "Check the address, and whether the server may send from ours.": (
        "Vérifiez l’adresse, et que le serveur peut envoyer depuis la nôtre."
    ),
    "this is not an e-mail address": "ce n’est pas une adresse e-mail",
    "Write it as name@example.org, without a name or brackets around it.": (
        "Écrivez nom@example.org, sans nom ni crochets autour."
    ),
    "CHANNELSYNC_SMTP_URL is not the address of a mail server": (
        "CHANNELSYNC_SMTP_URL n’est pas l’adresse d’un serveur d’e-mail"
    ),
    "CHANNELSYNC_SMTP_URL names no port that could exist": "CHANNELSYNC_SMTP_URL ne nomme aucun port possible",
    "CHANNELSYNC_SMTP_URL would send mails and passwords in the open to another machine": (
        "CHANNELSYNC_SMTP_URL enverrait les messages et les mots de passe en clair à une autre machine"
    ),
    "Write it as smtps://USER:PASSWORD@HOST:PORT, or smtp:// for a server that begins with STARTTLS.": (
        "Écrivez smtps://UTILISATEUR:MOTDEPASSE@HÔTE:PORT, ou smtp:// pour un serveur qui commence par STARTTLS."
    ),
    "CHANNELSYNC_MAIL_FROM is not an e-mail address": "CHANNELSYNC_MAIL_FROM n’est pas une adresse e-mail",
    "nobody is set to send our mails": "aucun expéditeur n’est défini pour nos e-mails",
    "Set CHANNELSYNC_MAIL_FROM to the address our mails come from.": (
        "Mettez dans CHANNELSYNC_MAIL_FROM l’adresse d’où partent nos e-mails."
    ),
    "this is not an address of a service": "ce n’est pas l’adresse d’un service",
    "there are {} devices already": "il y a déjà {0} appareils",
    "Remove one that is no longer used.": "Retirez-en un qui ne sert plus.",
    "{} failed ({})": "{0} a échoué ({1})",
    "{} is {}, and a day has the hours 0 to 23": "{0} vaut {1}, et un jour a les heures 0 à 23",
    "there is no way called {!r}": "aucune voie ne s’appelle « {0} »",
    "The ways are: {}.": "Les voies sont : {0}.",
    # the service
    "the heartbeat is held back: nobody has looked for due listings lately": (
        "le signe de vie est retenu : personne n’a cherché d’annonces à lire ces derniers temps"
    ),
    "See in the log what holds the worker up.": "Voyez dans le journal ce qui retient le worker.",
    "the heartbeat is not sent: {}": "le signe de vie n’est pas envoyé : {0}",
    "Set CHANNELSYNC_HEARTBEAT_URL to a public address.": "Mettez dans CHANNELSYNC_HEARTBEAT_URL une adresse publique.",
    "the monitor of the heartbeat answers HTTP {}": "la surveillance du signe de vie répond HTTP {0}",
    "Check CHANNELSYNC_HEARTBEAT_URL.": "Vérifiez CHANNELSYNC_HEARTBEAT_URL.",
    "{} sends no webhooks": "{0} n’appelle pas (pas de webhooks)",
    "Its mails can be used: open the address for {!r}.": "Ses e-mails peuvent servir : ouvrez l’adresse pour « {0} ».",
    "there is no owner and no account {!r}": "il n’y a ni propriétaire ni compte « {0} »",
    "a queue on PostgreSQL needs more packages": "une file sur PostgreSQL demande d’autres paquets",
    "the queue in the database {} cannot be used": "la file dans la base {0} est inutilisable",
    "Check that the PostgreSQL server runs, and that its user may create a schema.": (
        "Vérifiez que le serveur PostgreSQL tourne, et que son utilisateur peut créer un schéma."
    ),
    # the platforms' mails
    "CHANNELSYNC_IMAP_URL is not the address of a mailbox": (
        "CHANNELSYNC_IMAP_URL n’est pas l’adresse d’une boîte aux lettres"
    ),
    "Write it as imaps://USER:PASSWORD@HOST/FOLDER; write @ in the user's name as %40.": (
        "Écrivez imaps://UTILISATEUR:MOTDEPASSE@HÔTE/DOSSIER ; écrivez %40 pour un @ dans le nom d’utilisateur."
    ),
    "the mailbox on {} cannot be read ({})": "la boîte aux lettres sur {0} est illisible ({1})",
    "the mailbox on {} does not let us in": "la boîte aux lettres sur {0} ne nous laisse pas entrer",
    "Check user and password in CHANNELSYNC_IMAP_URL; some providers want an app password.": (
        "Vérifiez l’utilisateur et le mot de passe dans CHANNELSYNC_IMAP_URL ; certains fournisseurs veulent "
        "un mot de passe d’application."
    ),
    "Polling goes on; mails are read when it answers again.": (
        "Les calendriers sont toujours lus ; les e-mails le seront quand elle répondra de nouveau."
    ),
    "it is not known under which name {} vouches for senders, so no mail could be believed": (
        "on ne sait pas sous quel nom {0} se porte garant des expéditeurs : aucun e-mail ne pourrait être cru"
    ),
    (
        "Open a mail of the platform in that mailbox, show its source, and set CHANNELSYNC_MAIL_AUTHSERV to "
        "the first word of the topmost Authentication-Results, up to the ;."
    ): (
        "Ouvrez un e-mail de la plateforme dans cette boîte, affichez sa source, et mettez dans "
        "CHANNELSYNC_MAIL_AUTHSERV le premier mot du premier Authentication-Results, jusqu’au ;."
    ),
    "a mailbox needs one more package": "une boîte aux lettres demande un paquet de plus",
    "{} kinds of mail have been taught already": "{0} sortes d’e-mails ont déjà été apprises",
    "Forget one that is no longer sent.": "Oubliez-en une qui n’est plus envoyée.",
    "mails need one more package to be told from forged ones": (
        "distinguer les vrais e-mails des faux demande un paquet de plus"
    ),
    "{!r} is not a name that a mail server writes into Authentication-Results": (
        "« {0} » n’est pas un nom qu’un serveur d’e-mail écrit dans Authentication-Results"
    ),
    "It is the first word of that field in a mail that arrived.": (
        "C’est le premier mot de ce champ dans un e-mail reçu."
    ),
    "the words of the subject must have 1 to {} characters": "les mots de l’objet doivent faire de 1 à {0} caractères",
    "this is not the address of a sender": "ce n’est pas l’adresse d’un expéditeur",
    "Copy it from the mail as it stands behind the name, such as no-reply@example.com.": (
        "Copiez-la de l’e-mail, telle qu’elle figure après le nom, comme no-reply@example.com."
    ),
    "Give the words that stand in the subject of every such mail.": (
        "Donnez les mots qui figurent dans l’objet de tous ces e-mails."
    ),
    "no mailbox is configured": "aucune boîte aux lettres n’est configurée",
    "Set CHANNELSYNC_IMAP_URL: imaps://, the user, the password, the host and the folder.": (
        "Définissez CHANNELSYNC_IMAP_URL : imaps://, l’utilisateur, le mot de passe, le serveur et le dossier."
    ),
    "{} has no key {}, or no such version of it": "{0} n’a pas de clé {1}, ou pas cette version",
    "{} refuses us the key {}": "{0} nous refuse la clé {1}",
    "Give this identity the role Key Vault Crypto Service Encryption User on that key.": (
        "Donnez à cette identité le rôle Key Vault Crypto Service Encryption User sur cette clé."
    ),
    "Restore it there: keys are kept.": "Restaurez-la là-bas : les clés y sont conservées.",
    "{} answered {:d}": "{0} a répondu {1}",
    "Try again; if it lasts, look at the vault in the Azure portal.": (
        "Réessayez ; si cela dure, regardez le coffre dans le portail Azure."
    ),
    # what became of a message
    "given up: a day old": "abandonné : vieux d’un jour",
    "given up: {}": "abandonné : {0}",
    "no address": "pas d’adresse",
    "no worker has the way {}": "aucun worker n’a la voie {0}",
    "nothing happened": "il ne s’est rien passé",
    "out of date": "dépassé",
    "quiet hours": "heures calmes",
    "taken": "pris en charge",
    # taking one's data away
    "there is more data than one file may hold": "il y a plus de données qu’un fichier ne peut en contenir",
    "Ask whoever runs this service for a backup.": "Demandez une sauvegarde à la personne qui gère ce service.",
    # the web app's own settings
    "CHANNELSYNC_METRICS_TOKEN is shorter than {} characters, or has others than ASCII": (
        "CHANNELSYNC_METRICS_TOKEN a moins de {0} caractères, ou d’autres que ceux de l’ASCII"
    ),
    "Draw one, for example with `openssl rand -hex 20`.": "Tirez-en un, par exemple avec `openssl rand -hex 20`.",
    "CHANNELSYNC_TRUSTED_PROXIES holds what is neither an address nor a network": (
        "CHANNELSYNC_TRUSTED_PROXIES contient ce qui n’est ni une adresse ni un réseau"
    ),
    "Write addresses or networks with commas, for example 127.0.0.1,10.0.0.0/8.": (
        "Écrivez des adresses ou des réseaux séparés par des virgules, par exemple 127.0.0.1,10.0.0.0/8."
    ),
    "there is no port {}": "il n’y a pas de port {0}",
    "Choose one from 1 to 65535.": "Choisissez-en un de 1 à 65535.",
    "no worker is installed beside the web app": "aucun worker n’est installé à côté de l’application web",
    "Install channelsync-worker, or leave --with-worker away.": (
        "Installez channelsync-worker, ou retirez --with-worker."
    ),
    "the screens do not start": "les écrans ne démarrent pas",
    "See the lines above.": "Voyez les lignes au-dessus.",
    "no date": "pas de date",
}
"""English wordings, and theirs in French."""
