"""Grades a class: collects, runs and judges submissions, and stores their evidence."""
