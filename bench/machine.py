"""What the figures were measured on."""

from __future__ import annotations

import datetime
import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("quotaproof", "ortools", "clingo", "highspy", "numpy", "numba", "pandas", "pydantic")


def processor() -> str:
    """Return the name of the processor."""
    path = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*:\s*(.+)", path.read_text(encoding="utf-8")) if path.exists() else []
    return str(names[0]).strip() if names else platform.processor() or platform.machine()


def described() -> list[str]:
    """Return date, machine and versions, one line each."""
    found: list[str] = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    where = f"{processor()}, {os.cpu_count()} cores{load}; {platform.system()} {platform.release()}"
    return [
        f"{datetime.date.today().isoformat()}; {where}; Python {platform.python_version()}",
        ", ".join(found),
    ]
