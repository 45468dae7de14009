"""What a university might add to the suite: a check, a diagnosis, a dataset, a report format and their sentences."""
