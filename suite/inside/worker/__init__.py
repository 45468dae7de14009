"""The part of the suite that runs inside the sandbox, in the same process as the submission's code.

It runs the Jupyter kernel, remembers the models that come to life, and answers the host's questions afterwards. Nothing
that it says is believed without proof. The host never imports this package.
"""
