"""Diagrams as PNG, and as PDF with fonts of their own, by whatever on this machine can draw.

Our own SVG is converted if something can convert it (the package resvg-py for PNG, the program
rsvg-convert for both); else Graphviz's ``dot`` draws the DOT text in a layout of its own.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

from symback import raster
from symback.errors import FileError

LONGEST_RUN = 120.0  # seconds


def can_draw(kind: str) -> bool:
    """Return whether something on this machine draws "png" or "pdf"."""
    if kind == "png" and raster.is_there():
        return True
    return any(shutil.which(program) for program in ("rsvg-convert", "dot"))


def draw_picture(kind: str, svg: Callable[[], str], dot: Callable[[], str], asked: str) -> bytes:
    """Return a diagram as "png" or "pdf"; FileError if nothing draws it, or drawing fails."""
    if kind == "png" and raster.is_there():
        return raster.png_of(svg(), asked)
    convert, graphviz = shutil.which("rsvg-convert"), shutil.which("dot")
    if convert:
        zoom = ["--zoom", str(raster.ZOOM)] if kind == "png" else []
        return _run([convert, "--format", kind, *zoom], svg(), asked)
    if graphviz:
        return _run([graphviz, f"-T{kind}"], dot(), asked)
    raise FileError(
        asked,
        f"nothing on this machine that draws {kind.upper()}",
        ("pip install resvg-py, or " if kind == "png" else "")
        + "install librsvg (rsvg-convert) or Graphviz (dot); .svg and .dot need nothing",
    )


def draw_with_graphviz(kind: str, dot: str, asked: str) -> bytes:
    """Return DOT text drawn by Graphviz as "svg", "png" or "pdf"; FileError if it is not found."""
    graphviz = shutil.which("dot")
    if graphviz is None:
        raise FileError(
            asked,
            "no program dot on the PATH",
            'install Graphviz, or leave out engine="graphviz": symback has a layout of its own',
        )
    return _run([graphviz, f"-T{kind}"], dot, asked)


def _run(command: list[str], text: str, asked: str) -> bytes:
    """Return what a program makes of a text, which goes through standard input."""
    try:
        done = subprocess.run(
            command,
            input=text.encode("utf-8"),
            capture_output=True,
            timeout=LONGEST_RUN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise FileError(asked, f"running {command[0]}: {problem}", "save as .svg instead") from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip()[:500]
        found = f"{command[0]} ended with {done.returncode}: {said}"
        raise FileError(asked, found, "save as .svg instead")
    return done.stdout
