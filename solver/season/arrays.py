"""Arrays of the odds, by what is in them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
