"""Libraries that come with an extra, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from quotaproof.model.errors import InputError


def library(name: str, extra: str) -> Any:
    """Return a module of an extra.

    Raises
    ------
    InputError
        If it is not installed; the sentence says how to install it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        advice = f"install it with: pip install 'quotaproof[{extra}]'"
        raise InputError(f"this needs the package {package}, which is not installed; {advice}") from error
