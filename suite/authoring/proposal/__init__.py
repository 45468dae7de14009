"""An assignment is proposed from an instructor's own notebook: the master."""
