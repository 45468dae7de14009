"""Validation of what the suite claims of its own verdicts: simulated and real, beside the rules of others."""
