"""The worker: looks at every listing when it is due, decides, writes and proves."""
