"""The frameworks as they are inside the sandbox: one folder each."""
