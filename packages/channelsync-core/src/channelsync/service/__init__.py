"""What an installation that runs by itself does: work that is due, hints, notices, backups, indicators."""
