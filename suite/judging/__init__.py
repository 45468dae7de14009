"""From evidence to verdicts and causes, with arithmetic alone: nothing here runs or asks anything."""
