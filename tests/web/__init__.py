"""The owner's pages, through the real app on a real database; those in a real browser are in ``tests/browser``."""
