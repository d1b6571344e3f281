"""Signing in, as people and strangers do it."""
