"""The owner's pages, one package for each area: its routes, what they show, and the forms they read."""
