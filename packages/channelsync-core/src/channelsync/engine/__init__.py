"""The shell that makes things happen: it sends what flows ask for, and carries out what the kernel decides."""
