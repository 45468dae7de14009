"""The warm server: a process that has imported the frameworks and forks a sandboxed kernel for each submission.

It runs on the host's side of the border, knows nothing of any submission and runs no code of one: a fork reads its
orders, shuts itself in (fresh namespaces, its own root, no privileges) and only then becomes a worker. The host never
imports this package.
"""
