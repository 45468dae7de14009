"""The code that runs in the sandbox, beside the code of a submission. Nothing that it says is believed without proof.

The host never imports this package; it imports `suite.codec` and `suite.errors` alone.
"""
