"""The design that all pages share: colours, type, print, security policy, and figures as inline SVG.

Public: `open_templates`; figures are drawn by the modules beside it.
"""

from suite.pages.environment import open_templates

__all__ = ["open_templates"]
