"""Sentences in each language, and text from submissions made safe to show."""
