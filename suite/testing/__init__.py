"""The suite as a plugin of pytest: each check of a submission is a test."""
