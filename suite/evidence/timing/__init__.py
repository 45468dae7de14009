"""Is a model as fast as the reference? Paired timing, in turns, each side held still while the other works."""
