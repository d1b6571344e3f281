"""The worker: a thin composition that looks at every listing that is due, for as long as it runs."""
