"""Ways of reaching an owner: each takes a message and an address, and knows nothing of what is told.

`smtp` sends e-mails, `push` speaks to browsers and telephones (Web Push), `hub` does so by Azure Notification Hubs,
`apprise_` reaches whatever that package knows. Each is a `channelsync.ports.Transport`; the packages they stand on come
with the extras ``mail`` and ``notices`` and are loaded when first used.
"""

from __future__ import annotations
