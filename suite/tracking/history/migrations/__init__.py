"""Steps from one schema to the next, run when a record is opened; file names sort in their order."""
