"""Open tasks: scores on held-out rows."""
