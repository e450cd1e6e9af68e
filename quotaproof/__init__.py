"""quotaproof proves Olympic quota allocations.

The names of this module are its Python interface; they are in `__init__.pyi`,
and each is imported when it is first used.

Examples
--------
>>> import quotaproof
>>> scenario = quotaproof.load_scenario("sochi-2014")
>>> quotaproof.allocate(scenario, engine="greedy").places["men-relay"]["KAZ"]
1
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["__version__"]
