"""How Alembic runs here: on the connection it is handed, in its transaction: a failure leaves nothing behind."""

from __future__ import annotations

from alembic import context

from channelsync.ledger.service_tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
