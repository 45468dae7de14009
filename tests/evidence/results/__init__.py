"""Functions and values beside the reference's."""
