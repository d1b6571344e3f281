"""Secrets at rest: each sealed with a key of its own, which the master key wraps; and what keeps secrets out of logs.

An export link is a credential: whoever has it reads the calendar. So links and tokens stand in the database as
envelopes: a fresh data key seals the secret (AES-256-GCM), the master key wraps the data key, and the name of what it
belongs to is bound into both, so that an envelope copied to another row does not open. Each envelope names its master
key, so that several can be in use while one takes the place of another.

Where the master key comes from:

* ``CHANNELSYNC_KEY_VAULT``, the address of a key in Azure Key Vault, wherever it is set: the master key then stands in
  the database, wrapped by a key that never leaves Azure, and is unwrapped once by each process;
* else ``CHANNELSYNC_KEY``, 32 bytes in base64, wherever it is set; PostgreSQL needs one of these two, because several
  machines share the database and a key made silently on one of them would lock out the others;
* else, for SQLite, the file ``<database>.key`` beside the database, readable by its owner alone. It is made when the
  first secret is sealed, and never overwritten; when secrets exist and the file does not, nothing is made or read.

Keys named in ``CHANNELSYNC_OLD_KEYS`` seal nothing and still open what they sealed. ``Manager.rotate_keys`` puts a new
key in the place of the present one.

Back the key up apart from the database: without it the links cannot be read by anybody, us included.
"""

from channelsync.vault.keys import new_key
from channelsync.vault.redacting import RedactingFilter, redact, redact_logs
from channelsync.vault.sealing import Vault, open_vault

__all__ = ["RedactingFilter", "Vault", "new_key", "open_vault", "redact", "redact_logs"]
