"""Where the submissions of a class are run: threads of this command, or a cluster."""
