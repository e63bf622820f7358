"""SVG as PNG, by the optional package resvg-py: the one place that asks for it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from symback.errors import FileError

ZOOM = 2.0  # pixels of a PNG for each unit of a picture


def is_there() -> bool:
    """Return whether the package is installed."""
    return find_spec("resvg_py") is not None


def png_of(
    svg: str, asked: str, zoom: float = ZOOM, helps: str = "pip install resvg-py, or save .svg"
) -> bytes:
    """Return a picture as PNG; raises FileError, which ``helps`` by saying what to install."""
    try:
        return bytes(import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=zoom))
    except ImportError:
        found = "the package resvg-py is not installed"
    except ValueError as problem:
        found, helps = f"resvg: {str(problem)[:200]}", "save as .svg instead"
    raise FileError(asked, found, helps)
