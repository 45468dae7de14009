"""Benchmark and grading suite for neural-network notebooks."""

__version__ = "0.1.0"
