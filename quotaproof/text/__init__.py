"""Results as text for people: tables for a terminal, CSV and Markdown.

What makes a text is imported when it is first used, since some of it loads the solver and a table needs none.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
