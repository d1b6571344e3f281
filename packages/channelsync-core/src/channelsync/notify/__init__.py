"""Transports: a message, an address, and whether it was taken; none of them knows what is told."""
