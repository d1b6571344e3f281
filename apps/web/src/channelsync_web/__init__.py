"""The web application: the owner's calendar, and the feeds that the platforms read."""
