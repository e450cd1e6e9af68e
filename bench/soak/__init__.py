"""Random allocations by the million, each answered in several ways that share no reasoning (`make soak`)."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

# The draws and the twins are those of the tests, which are no installed package.
for _folder in (ROOT / "tests" / "solver" / "engines", ROOT / "tests" / "solver", ROOT / "tests", ROOT):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
