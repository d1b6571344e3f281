"""People who sign in: their sessions, passwords, second factors, passkeys, and the services that vouch for them.

`People` keeps and decides; how a password is hashed, a code of an app is counted or a passkey's signature is checked is
the web app's, which hands in what came of it. Nothing that opens anything is kept as itself: tokens, tickets and
recovery codes stand in the ledger as hashes, the secret of an authenticator app as a sealed secret.
"""

from channelsync.service.people.choosing import LONGEST_PASSWORD, SHORTEST_PASSWORD, acceptable
from channelsync.service.people.people import People
from channelsync.service.people.sessions import SignedIn

__all__ = ["LONGEST_PASSWORD", "SHORTEST_PASSWORD", "People", "SignedIn", "acceptable"]
