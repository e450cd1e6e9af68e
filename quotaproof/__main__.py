"""Run the command line: `python -m quotaproof`."""

from __future__ import annotations

from quotaproof.cli import main

if __name__ == "__main__":
    main()
