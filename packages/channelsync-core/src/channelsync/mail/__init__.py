"""Mails of the platforms, recognised: they only ever make us look, and only where they are proven genuine."""
