"""What an installation that runs by itself does besides deciding: work when it is due, take hints, tell, keep, measure."""
