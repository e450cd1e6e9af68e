"""OR-Tools' modelling layer, loaded when something of it is used.

It loads numpy and pandas, which takes longer than most questions. Many modules that state models also have what is
asked where there is nothing to solve, so all of them take the layer from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        from ortools.sat.python import cp_model

        value = globals()[name] = getattr(cp_model, name)
        return value
