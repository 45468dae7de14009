"""Sentences in each language, and texts of submissions made fit to be shown."""
