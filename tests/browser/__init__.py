"""The owner's pages in a real browser: how they look, who can use them, and stories end to end."""
