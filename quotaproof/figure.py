"""Figures: a canvas that needs no display, and bytes that depend on nothing but what is drawn."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from quotaproof.model.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


FORMS = (".svg", ".png")
PRINT = 300
"""Dots per inch of a PNG, enough for print."""

TONES = "Blues"
"""The colours of numbers, which are a scale of lightness as well."""

LARGEST = 6000
"""Most dots of its longer side; a larger figure has fewer per inch."""


def require() -> None:
    """Raise InputError unless matplotlib is installed."""
    told = logging.getLogger("matplotlib")
    if told.level == logging.NOTSET:  # that it has nowhere to keep its lists of fonts is of no use to who draws
        told.setLevel(logging.ERROR)
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise InputError("pictures need matplotlib; install it with pip install 'quotaproof[plot]'") from error


def require_name(name: str, what: str) -> None:
    """Raise InputError unless a picture of this name can be drawn; `what` says what it is, such as `a heat map`."""
    if not name.endswith(FORMS):
        raise InputError(f"{name!r} is no name for {what}; it must end in .svg or .png")
    require()


def figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches; InputError if matplotlib is not installed."""
    require()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    empty = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(empty)
    return empty


def tone(share: float) -> str:
    """Return a tone from near white (0) to dark blue (1); the more the darker, so that it is as clear in grey."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return to_hex(colormaps[TONES](share))


def saved(drawn: Figure, form: str) -> bytes:
    """Return a figure as `svg` or `png`."""
    import matplotlib as mpl

    buffer = io.BytesIO()
    # No date and a fixed salt: the same drawing gives the same bytes.
    with mpl.rc_context({"svg.hashsalt": "quotaproof", "svg.fonttype": "none"}):
        dots = min(PRINT, LARGEST / max(drawn.get_size_inches()))
        drawn.savefig(
            buffer, format=form, dpi=dots if form == "png" else 120, metadata={"Date": None} if form == "svg" else {}
        )
    return buffer.getvalue()
