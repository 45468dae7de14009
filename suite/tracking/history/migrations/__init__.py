"""Migrations from one schema to the next, run when a record is opened, in the order of their file names."""
