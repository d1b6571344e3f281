"""The web app: a thin composition over channelsync. For now it only says that it is there; see the README."""
