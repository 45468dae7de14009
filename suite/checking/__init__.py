"""Students check their own work: the same run and the same checks as in grading, as far as they may be told.

No held-out row and, unless the instructor hands them out, no reference is on their machine. Public: `check`,
`write_public`, `find_public`, `tell`.
"""
