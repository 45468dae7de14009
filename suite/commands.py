"""Which commands run in forks of a process that has imported them; apart, so that asking imports nothing."""

DELEGATED = frozenset({"export", "grade", "replay", "report"})
"""Their imports take longer than to ask whether there is such a process."""
