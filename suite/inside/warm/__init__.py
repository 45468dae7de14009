"""The warm server: a process that has imported the frameworks and forks a sandboxed kernel for each submission.

It runs outside the sandbox, knows nothing about submissions and runs none of their code: a fork reads its orders,
isolates itself (new namespaces, its own root, no privileges) and only then becomes a worker. The host never imports
this package.
"""
