"""Students check their own work: the same run and the same checks as in grading, as far as they may be told.

No held-out row and, unless the instructor hands them out, no reference is on their machine. `public_file` says
what they are told, `self_check` runs a notebook, `telling` says what that showed, `magic` shows it in Jupyter.
"""
