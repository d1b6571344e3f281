"""The lodgings: first steps, listings, taking over, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    # the list
    "No listing is linked yet.": "Aucune annonce reliée pour l’instant.",
    "Your first lodging": "Votre premier logement",
    "A name, then one link from each platform: about three minutes for each.": (
        "Un nom, puis un lien de chaque plateforme : environ trois minutes pour chacune."
    ),
    "See this lodging": "Ouvrir",
    "{count} stay to clarify": "{count} séjour à clarifier",
    "{count} stays to clarify": "{count} séjours à clarifier",
    "{count} stay": "{count} séjour",
    "{count} stays": "{count} séjours",
    "from {first} to {last}": "du {first} au {last}",
    "nothing taken": "rien de pris",
    "Its history": "Son historique",
    "Nothing is read or closed for it any more, and it has no line in the calendar. What happened is kept.": (
        "Plus rien n’est lu ni fermé pour lui, et il n’a plus de ligne au calendrier. Ce qui s’est passé est gardé."
    ),
    "No longer in our hands": "Plus entre nos mains",
    "{count} calendar of ours to remove": "{count} de nos calendriers à retirer",
    "{count} calendars of ours to remove": "{count} de nos calendriers à retirer",
    # how a listing fares
    "{where} refuses the link: link it again": "{where} refuse le lien : à reconnecter",
    "Waiting for {where} since the restore": "Depuis la restauration, {where} n’a pas encore été relu",
    "First reading to come": "Première lecture à venir",
    "Never read yet: nothing is known of it": "Jamais lu : rien n’en est connu",
    "Calendars withheld: {other} has not been read since the restore": (
        "Calendriers retenus : {other} n’a pas été relu depuis la restauration"
    ),
    # after a restore
    "Our calendars are withheld since the restore": "Nos calendriers sont retenus depuis la restauration",
    "What was sold since the backup is not known yet: until it is, we give out no calendar, and nothing opens. "
    "Your platforms keep what they read last.": (
        "Ce qui a été vendu depuis la sauvegarde n’est pas encore connu : d’ici là, nous ne donnons aucun calendrier "
        "et rien n’est rouvert. Vos plateformes gardent ce qu’elles ont lu en dernier."
    ),
    "No longer linked, so nobody reads it. Link it anew; or, if nothing is sold there beyond what is known here, "
    "say so: what is known stays closed.": (
        "Plus reliée, donc plus lue. Reliez-la de nouveau ; ou, si rien n’y est vendu de plus que ce qui est connu "
        "ici, dites-le : ce qui est connu reste fermé."
    ),
    "It no longer shows some dates. If they are really free there, confirm it.": (
        "Elle ne montre plus certaines dates. Si elles y sont bien libres, confirmez-le."
    ),
    "Not read whole since {when}. It is tried by itself.": "Pas relue en entier depuis la restauration, {when}. "
    "Les lectures continuent toutes seules.",
    "Remove it on the platform, then say so here.": "Retirez-le sur la plateforme, puis dites-le ici.",
    "Not all of them can be read yet: it is tried again by itself.": (
        "Tous ne peuvent pas encore être lus : nous réessayons de nous-mêmes."
    ),
    "Link it anew": "La relier de nouveau",
    "No more is sold there": "Rien de plus n’y est vendu",
    "Why": "Pourquoi",
    "Noted: our calendars no longer wait for that listing, and what is known stays closed.": (
        "Noté : nos calendriers n’attendent plus cette annonce, et ce qui est connu reste fermé."
    ),
    "Why, and how that ends": "Pourquoi, et comment cela se termine",
    "Disappearance under watch: we keep it closed": "Disparition observée : nous gardons fermé",
    "{where} has not come to read your dates yet": "Pas encore lu par {where}",
    "{count} night can still be booked": "{count} nuit encore réservable",
    "{count} nights can still be booked": "{count} nuits encore réservables",
    "In step": "À jour",
    "Told by us, night by night": "Prévenu par nous, nuit par nuit",
    "Please check:": "À vérifier :",
    # a new lodging
    "A new lodging": "Un nouveau logement",
    "Name of the lodging": "Nom du logement",
    "As you call it: the house by the lake, the red gîte…": "Comme vous l’appelez : la maison du lac, le gîte rouge…",
    "Where is it listed?": "Où est-il en ligne ?",
    "Time zone, nights between two stays": "Fuseau horaire, nuits entre deux séjours",
    "Where is it?": "Où se trouve-t-il ?",
    "Nights kept free around a guest": "Nuits laissées libres autour d’un voyageur",
    "For cleaning. Closed on the other platforms before and after each guest.": (
        "Pour le ménage. Fermées sur les autres plateformes avant et après chaque voyageur."
    ),
    "none": "aucune",
    "My own website": "Mon propre site",
    "Another platform": "Une autre plateforme",
    "Metropolitan France": "France métropolitaine",
    "Guadeloupe": "Guadeloupe",
    "Martinique": "Martinique",
    "French Guiana": "Guyane",
    "Réunion": "La Réunion",
    "Mayotte": "Mayotte",
    "New Caledonia": "Nouvelle-Calédonie",
    "French Polynesia": "Polynésie française",
    "Belgium": "Belgique",
    "Switzerland": "Suisse",
    "Spain": "Espagne",
    "Italy": "Italie",
    "Portugal": "Portugal",
    "United Kingdom": "Royaume-Uni",
    # linking
    "On which platform is this listing of {name}?": "Sur quelle plateforme se trouve cette annonce de {name} ?",
    "Do you have partner access to a platform’s interface?": "Vous avez un accès partenaire à une plateforme ?",
    "Connect an account": "Connecter un compte",
    "The platform’s export link": "Le lien d’export de la plateforme",
    "The link from {where}": "Le lien donné par {where}",
    "1. Copy the calendar’s export link there": "1. Copiez là-bas le lien d’export du calendrier",
    "2. Paste it here": "2. Collez-le ici",
    "Name of the platform": "Nom de la plateforme",
    "Export link": "Lien d’export",
    "It is secret: it is encrypted, and never shown again.": (
        "Il est secret : nous le chiffrons et ne le montrons plus jamais."
    ),
    "What I know about this calendar": "Ce que je sais de ce calendrier",
    "Link, and read now": "Relier et lire tout de suite",
    "Later": "Plus tard",
    "Or link it through your account:": "Ou reliez-la par votre compte :",
    "Then one more platform.": "Ensuite, encore une plateforme.",
    "Then {count} more platforms.": "Ensuite, encore {count} plateformes.",
    "Give the platform’s name.": "Indiquez le nom de la plateforme.",
    "Yes": "Oui",
    "No": "Non",
    "I do not know": "Je ne sais pas",
    "No, never": "Non, jamais",
    "Any other": "Une autre",
    "Local time": "Heure locale",
    "UTC": "UTC",
    "My website": "Mon site",
    "Gîtes de France": "Gîtes de France",
    "Abritel": "Abritel",
    "Vrbo": "Vrbo",
    "Steps as hosts describe them (November 2026). Menus move: find the page that connects calendars.": (
        "Étapes décrites par des hôtes (novembre 2026). Les menus changent : cherchez où connecter un calendrier."
    ),
    "Steps after Booking.com's own help, as others quote it (November 2026).": (
        "Étapes selon l’aide de Booking.com, telle que d’autres la citent (novembre 2026)."
    ),
    "Steps from the notes of one host (August 2026): GreenGo publishes no help on calendars.": (
        "Étapes tirées des notes d’un hôte (août 2026) : GreenGo ne publie pas d’aide sur les calendriers."
    ),
    "Each platform has its own words: these are the usual ones.": (
        "Chaque plateforme a ses mots : voici les plus courants."
    ),
    # our link
    "The link to paste": "Le lien à coller",
    "The link to paste on {where}": "Lien à coller sur {where}",
    "Found there:": "Trouvé là-bas :",
    "{where} does not answer just now: it is linked all the same, and will be read.": (
        "{where} ne répond pas en ce moment : l’annonce est reliée quand même et sera lue."
    ),
    "1. Copy this link": "1. Copiez ce lien",
    "For {where} only, and for this lodging: each platform has its own.": (
        "Pour {where} seulement, et pour ce logement : chaque plateforme a le sien."
    ),
    "Link to paste": "Lien à coller",
    "Real platforms cannot read this address: this server has no public https name yet (CHANNELSYNC_BASE_URL).": (
        "Les vraies plateformes ne peuvent pas lire cette adresse : il manque le nom public en https de ce serveur "
        "(CHANNELSYNC_BASE_URL)."
    ),
    "2. Paste it on {where}": "2. Collez-le sur {where}",
    "3. Wait for the first visit": "3. Attendez la première visite",
    "From now on {where} knows the dates that are taken elsewhere.": (
        "{where} connaît désormais les dates prises ailleurs."
    ),
    "This line turns green by itself. Some platforms come within minutes, others within hours; you may leave "
    "this page.": (
        "Cette ligne devient verte toute seule. Certaines plateformes passent en quelques minutes, d’autres en "
        "quelques heures ; vous pouvez quitter cette page."
    ),
    "Somebody else has read this address.": "Quelqu’un d’autre a lu cette adresse.",
    "Next platform": "Plateforme suivante",
    "Done": "Terminé",
    # a lodging
    "Emergency sheet": "Fiche de secours",
    "Several calendars show the same dates. Until you answer, these dates stay closed: nothing is at risk.": (
        "Plusieurs calendriers montrent les mêmes dates. Tant que vous n’avez pas répondu, elles restent fermées : "
        "rien ne risque d’être vendu deux fois."
    ),
    "{where} no longer shows some dates": "{where} ne montre plus certaines dates",
    "We keep them closed: {nights}.": "Nous les gardons fermées : {nights}.",
    "Look": "Voir",
    "Listings": "Annonces",
    "Taken there": "Pris là-bas",
    "Read by us": "Lu par nous",
    "not yet": "pas encore",
    "Closed by us": "Fermé par nous",
    "Can still be booked": "Encore réservable",
    "Calendar open": "Calendrier ouvert",
    "until {day}": "jusqu’au {day}",
    "See the connection": "Voir la connexion",
    "Link the first one: its dates are read at once.": "Reliez la première : ses dates sont lues tout de suite.",
    # taking over
    "Setting in motion, step by step": "Mise en route, pas à pas",
    "In this order no night stands open in between.": "Dans cet ordre, aucune nuit ne reste ouverte entre-temps.",
    "Read every calendar": "Lire tous les calendriers",
    "This happens by itself within minutes.": "Cela se fait tout seul en quelques minutes.",
    "Paste our link on each platform, and wait for its visit": (
        "Coller notre lien sur chaque plateforme, et attendre sa visite"
    ),
    "Remove the old direct links between your platforms": "Retirer les anciens liens directs entre vos plateformes",
    "On each platform, remove the calendars of the other platforms that you had imported there; keep ours. If "
    "there were none, just say so.": (
        "Sur chaque plateforme, retirez les calendriers des autres plateformes que vous y aviez importés ; gardez le "
        "nôtre. S’il n’y en avait pas, dites-le simplement."
    ),
    "It is done": "C’est fait",
    "Watch for {count} hours": "Surveiller pendant {count} heures",
    "Until {when} at least, and until each platform has come by once more. It ends by itself.": (
        "Pas avant {when}, ni avant une nouvelle visite de chaque plateforme. Cela se termine tout seul."
    ),
    "done": "fait",
    "Unlinked, but our calendar may still be there": "Retirées, mais notre calendrier y est peut-être encore",
    "Remove it on the platform, then say so here: until then its address answers an empty calendar.": (
        "Retirez-le sur la plateforme, puis dites-le ici : d’ici là, son adresse répond par un calendrier vide."
    ),
    "It is removed there": "Il y est retiré",
    "To clarify": "À clarifier",
    "Your platforms show the same dates in several places. One answer for each stay; leave open what you do "
    "not know: it stays closed.": (
        "Vos plateformes montrent les mêmes dates à plusieurs endroits. Une réponse par séjour ; laissez ce que vous "
        "ne savez pas : cela reste fermé."
    ),
    "A guest who booked on {where}": "Un voyageur qui a réservé sur {where}",
    "What {other} shows is then the copy.": "Ce que montre {other} en est alors la copie.",
    "A copy of what {other} shows": "Une copie de ce que montre {other}",
    "Brought there by the old direct link between the two.": "Apportée par l’ancien lien direct entre les deux.",
    "My own closing, made on {where}": "Ma propre fermeture, faite sur {where}",
    "You open it again there, when you want to.": "Vous la rouvrirez là-bas, quand vous voudrez.",
    "Another guest: it is booked twice": "Un autre voyageur : c’est réservé deux fois",
    "We treat it as a double booking at once.": "Nous le traitons aussitôt comme une double réservation.",
    "The dates stay closed everywhere.": "Les dates restent fermées partout.",
    "Nothing any more: an old copy": "Plus rien : une ancienne copie",
    "Only if you are sure: the dates may then be opened elsewhere.": (
        "Seulement si vous en êtes sûr : les dates pourront alors rouvrir ailleurs."
    ),
    "First day that is not open yet": "Premier jour qui n’est pas encore ouvert",
    "Closed dates before it count as taken. In doubt, look on {where} how far its calendar can be booked.": (
        "Avant ce jour, une date fermée compte comme prise. Dans le doute, regardez sur {where} jusqu’où l’on peut "
        "réserver."
    ),
    "Record my answers": "Enregistrer mes réponses",
    "Nothing to clarify": "Rien à clarifier",
    "Every stay is known for what it is.": "Chaque séjour est connu pour ce qu’il est.",
    "Back to the lodging": "Retour au logement",
    # a connection
    "A connection": "Une connexion",
    "{where} no longer shows these dates: {nights}.": "{where} ne montre plus ces dates : {nights}.",
    "Look on {where}. Cancelled? Then say so: the dates open elsewhere at once. Still there? Do nothing: "
    "platforms sometimes give an incomplete calendar for a while. Without your word they open only once "
    "several readings agree.": (
        "Regardez sur {where}. C’est annulé ? Dites-le : les dates rouvrent aussitôt ailleurs. C’est toujours là ? Ne "
        "faites rien : une plateforme donne parfois un calendrier incomplet pendant un moment. Sans réponse de votre "
        "part, elles ne rouvrent que si plusieurs lectures concordent."
    ),
    "Yes, these dates are free again": "Oui, ces dates sont de nouveau libres",
    "How it goes": "Comment ça va",
    "Read now": "Lire maintenant",
    "Next one": "La prochaine",
    "Its rhythm": "Son rythme",
    "it comes back within a minute": "elle revient en moins d’une minute",
    "it comes back within {count} minutes": "elle revient en moins de {count} minutes",
    "Dates that are nobody’s stay": "Des dates qui ne sont le séjour de personne",
    "Closed by you on {where}: open them again there": "Fermé par vous sur {where} : rouvrez-le là-bas",
    "Our dates, sent back by {where}": "Nos dates, renvoyées par {where}",
    "The link that {where} reads": "Le lien que lit {where}",
    "Show it": "Le montrer",
    "To be quicker: {where} has a button that reads our calendar again at once, where its link is pasted.": (
        "Pour aller plus vite : {where} a un bouton qui relit aussitôt notre calendrier, là où son lien est collé."
    ),
    "To be quicker: close these dates on {where} by hand; it reads our calendar in its own time.": (
        "Pour aller plus vite : fermez ces dates à la main sur {where}, qui lit notre calendrier à son heure."
    ),
    "Close these dates on {where} now": "Fermer ces dates sur {where} maintenant",
    "{count} visit, the last one {when}": "{count} visite, la dernière {when}",
    "{count} visits, the last one {when}": "{count} visites, la dernière {when}",
    "This is {where}": "C’est {where}",
    "Not {where}": "Pas {where}",
    "Who has read it in the last month": "Qui l’a lu depuis un mois",
    "It is {where}": "C’est {where}",
    "It is not {where}": "Ce n’est pas {where}",
    "you said so": "vous l’avez dit",
    "learned from its rhythm": "appris de son rythme",
    "it gives its name": "d’après son nom",
    "unknown so far": "inconnu jusqu’ici",
    "another platform: our link was pasted in the wrong place": (
        "une autre plateforme : notre lien a été collé au mauvais endroit"
    ),
    "a browser, or what says so": "un navigateur, ou ce qui se dit tel",
    "a tool, or a calendar program": "un outil, ou un programme d’agenda",
    "Nobody has read it yet.": "Personne ne l’a encore lu.",
    "Somebody else has this link: replace it": "Quelqu’un d’autre a ce lien : le remplacer",
    "How": "Comment",
    "Without haste": "Sans urgence",
    "The present link answers until {where} has read the new one: nothing opens in between.": (
        "Le lien actuel répond jusqu’à ce que {where} ait lu le nouveau : rien ne s’ouvre entre-temps."
    ),
    "At once: it has leaked": "Tout de suite : il a fuité",
    "Earlier links answer no more. Paste the new one right away: until then {where} learns of nothing new.": (
        "Les anciens liens ne répondent plus. Collez le nouveau sans attendre : d’ici là, {where} n’apprend rien de "
        "nouveau."
    ),
    "Give me a new link": "Me donner un nouveau lien",
    "{count} earlier link still answers.": "{count} ancien lien répond encore.",
    "{count} earlier links still answer.": "{count} anciens liens répondent encore.",
    "{where} has given you another export link": "{where} vous a donné un autre lien d’export",
    "Paste it here: it is the same listing, nothing is lost, and the old link is forgotten.": (
        "Collez-le ici : c’est la même annonce, rien n’est perdu, et l’ancien lien est oublié."
    ),
    "Connect again": "Reconnecter",
    "New export link": "Nouveau lien d’export",
    "Unlink {where}": "Retirer {where}",
    "Linked through an account": "Reliée par un compte",
    "Its export link may stand in while {where} does not answer:": (
        "Son lien d’export peut prendre le relais quand {where} ne répond pas :"
    ),
    "give it as well": "le donner aussi",
    # leaving
    "Unlink a listing": "Retirer une annonce",
    "Unlink {where} from {name}": "Retirer {where} de {name}",
    "We shall neither read {where} any more nor close dates there. On {where} itself nothing is removed; "
    "remove our calendar there too.": (
        "Nous ne lirons plus {where} et n’y fermerons plus de dates. Sur {where} même, rien n’est effacé ; retirez-y "
        "aussi notre calendrier."
    ),
    "What becomes of the dates taken there ({found})?": "Que deviennent les dates prises là-bas ({found}) ?",
    "Keep them closed elsewhere": "Les garder fermées ailleurs",
    "Right if guests are still to come. They pass with time.": (
        "À choisir si des voyageurs doivent encore venir. Elles passeront avec le temps."
    ),
    "Open them elsewhere": "Les rouvrir ailleurs",
    "Only if nobody comes any more: others can book these dates at once.": (
        "Seulement si plus personne ne vient : d’autres peuvent réserver ces dates aussitôt."
    ),
    "Unlink": "Retirer",
    "Back": "Revenir",
    # settings of a lodging
    "Settings of the lodging": "Réglages du logement",
    "Stop renting out this lodging here": "Ne plus gérer ce logement ici",
    "Every listing is unlinked: {where}. Nothing is read or closed any more.": (
        "Toutes les annonces sont retirées : {where}. Plus rien n’est lu ni fermé."
    ),
    "Our calendars are empty from then on: each platform opens the dates that were taken on another. So close "
    "or end the listings there first.": (
        "Nos calendriers sont alors vides : chaque plateforme rouvre les dates prises sur une autre. Fermez ou "
        "terminez donc d’abord les annonces là-bas."
    ),
    "I have closed the listings, or I look after double bookings myself from now on.": (
        "J’ai fermé les annonces, ou je veille désormais moi-même aux doubles réservations."
    ),
    "Unlink everything": "Tout retirer",
    "Tick the box first: nothing was changed.": "Cochez d’abord la case : rien n’a été changé.",
    # the sheet
    "Print this page (Ctrl+P) and keep it: with it you can do without this server. It holds no secret link.": (
        "Imprimez cette page (Ctrl+P) et gardez-la : elle permet de se passer de ce serveur. Elle ne contient aucun "
        "lien secret."
    ),
    "State of {when}": "État du {when}",
    "1. What is taken now": "1. Ce qui est pris",
    "Dates": "Dates",
    "Request under way": "Demande en cours",
    "Dates taken (reservation or closing)": "Dates prises (réservation ou fermeture)",
    "and one more": "et une de plus",
    "2. If this server is gone: do this the same day": "2. Si ce serveur disparaît : à faire le jour même",
    "As a rule platforms keep what they read last: what is closed stays closed. But a new reservation closes "
    "nothing elsewhere any more.": (
        "Les plateformes gardent en général ce qu’elles ont lu en dernier : les dates déjà fermées le restent. Mais "
        "une nouvelle réservation ne ferme plus rien ailleurs."
    ),
    "Compare the dates above with each platform’s calendar, and close by hand what is missing.": (
        "Comparez les dates ci-dessus avec le calendrier de chaque plateforme, et fermez à la main ce qui manque."
    ),
    "Link the platforms directly to one another, as below: each one imports the calendars of the others.": (
        "Reliez les plateformes directement entre elles, comme ci-dessous : chacune importe le calendrier des autres."
    ),
    "Only then remove the calendar called “channelsync” on each platform.": (
        "Alors seulement, retirez de chaque plateforme le calendrier nommé « channelsync »."
    ),
    "Its link for the others": "Son lien, pour les autres",
    "To import the others there": "Pour y importer les autres",
    "Where our link was pasted, add the export link of each other platform: {others}.": (
        "Là où notre lien a été collé, ajoutez le lien d’export de chacune des autres : {others}."
    ),
    # what was done
    "Linked, and read for the first time.": "Reliée, et lue pour la première fois.",
    "Read just now.": "Lu à l’instant.",
    "Confirmed: these dates open where nothing else takes them.": (
        "Confirmé : ces dates rouvrent là où rien d’autre ne les prend."
    ),
    "Connected again: nothing was lost.": "Reconnectée : rien n’est perdu.",
    "Settings saved.": "Réglages enregistrés.",
    "Here is the new link; the earlier one answers until this one is read.": (
        "Voici le nouveau lien ; l’ancien répond jusqu’à ce que celui-ci soit lu."
    ),
    "The earlier link answers no more: paste this one now.": (
        "L’ancien lien ne répond plus : collez celui-ci maintenant."
    ),
    "Noted.": "Noté.",
    "Unlinked: its future stays remain closed elsewhere.": "Retirée : ses séjours à venir restent fermés ailleurs.",
    "Unlinked: its dates open elsewhere where nothing else takes them.": (
        "Retirée : ses dates rouvrent ailleurs, là où rien d’autre ne les prend."
    ),
    "Noted: this address answers nothing any more.": "Noté : cette adresse ne répond plus rien.",
    "Your answers are recorded.": "Vos réponses sont enregistrées.",
    "Noted: we watch closely for two days.": "Noté : nous surveillons de près pendant deux jours.",
    "Not yet: wait until every platform has read your dates.": (
        "Pas encore : attendez que chaque plateforme ait lu vos dates."
    ),
    "Lodging saved.": "Logement enregistré.",
    "This lodging is in nobody's hands but yours now.": "Ce logement n’est plus qu’entre vos mains.",
    # accounts
    "Accounts on platforms": "Comptes sur les plateformes",
    "Connected": "Connecté",
    "Your consent is missing": "Il manque votre accord",
    "Its access could not be renewed; we try again": "Son accès n’a pas pu être renouvelé ; nous réessayons",
    "Refused by the platform: connect it again": "Refusé par la plateforme : à reconnecter",
    "An account": "Un compte",
    "Finish the connection": "Terminer la connexion",
    "The platform says that you did not agree.": "La plateforme dit que vous n’avez pas donné votre accord.",
    "The account is kept.": "Le compte est gardé.",
    "For those who have a partner’s access to a platform’s interface. Few owners have: the export link is the "
    "usual way, and does the same.": (
        "Pour qui a un accès partenaire à l’interface d’une plateforme. C’est rare : le lien d’export est la voie "
        "habituelle, et suffit."
    ),
    "No account yet.": "Aucun compte pour l’instant.",
    "{count} listing linked": "{count} annonce reliée",
    "{count} listings linked": "{count} annonces reliées",
    "Connect an account on {where}": "Connecter un compte sur {where}",
    "Connect": "Connecter",
    "Secrets are encrypted, and never shown again.": "Les secrets sont chiffrés et jamais réaffichés.",
    "{where} asks for your consent": "{where} demande votre accord",
    "You agree on a page of {where}, then come back here.": (
        "Vous donnez votre accord sur une page de {where}, puis vous revenez ici."
    ),
    "Go to {where}": "Aller sur {where}",
    "Give its access again": "Redonner son accès",
    "Link one of its listings": "Relier une de ses annonces",
    "Listing": "Annonce",
    "Number of the listing there": "Numéro de l’annonce là-bas",
    "This account has no listing.": "Ce compte n’a aucune annonce.",
    "{where} has answered. One click, and {name} is connected.": "{where} a répondu. Un clic, et {name} est connecté.",
}
