"""The part of the suite that runs inside the sandbox, in the same process as the submission's code.

It runs the Jupyter kernel, keeps track of the models that the notebook makes, and answers the host's questions
afterwards. The host believes nothing that it says without proof, and never imports this package.
"""
