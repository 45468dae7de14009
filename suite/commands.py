"""Which commands begin in which way; apart, so that asking imports nothing."""

DELEGATED = frozenset({"check", "export", "grade", "replay", "report"})
"""Their imports take longer than to ask whether there is such a process."""
RUNNING = frozenset({"check", "grade", "verify"})
"""They run submissions, so that a warm server can import beside their own imports."""
