"""Keeps the calendars of a holiday let in step: a night taken anywhere is closed everywhere else."""
