"""The documents: each command that they show is run, and what is generated of them is fresh."""
