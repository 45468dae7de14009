"""The code that runs in the sandbox with a submission's code. The host believes nothing that it says without proof.

The host never imports this package, which imports only `suite.codec` and `suite.errors`.
"""
