"""Statistics: intervals, tolerance bounds, the sequential test of paired timings."""
