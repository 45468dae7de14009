"""Compares what functions return and variables hold with the reference's: `ResultExaminer`."""
