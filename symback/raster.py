"""SVG as PNG, by the optional package resvg-py: the one place that asks for it."""

from __future__ import annotations

from importlib import import_module

from symback.errors import FileError

ZOOM = 2.0  # pixels of a PNG for each unit of a picture


def png_of(svg: str, asked: str, zoom: float = ZOOM) -> bytes:
    """Return a picture as PNG; raises FileError, which says what to install."""
    try:
        return bytes(import_module("resvg_py").svg_to_bytes(svg_string=svg, zoom=zoom))
    except ImportError:
        found, helps = "the package resvg-py is not installed", "pip install resvg-py, or save .svg"
    except ValueError as problem:
        found, helps = f"resvg: {str(problem)[:200]}", "save as .svg instead"
    raise FileError(asked, found, helps)
