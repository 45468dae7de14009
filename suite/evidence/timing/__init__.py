"""Is a model as fast as the reference? Paired timing: both run in turns, each stopped while the other works."""
