"""Figures of a document as files and images of their own, made anew of harmless parts."""

from __future__ import annotations

import base64

from symback.notation.mathml_text import escaped
from symback.render.document import Figure
from symback.render.html_figures import inline_svg


def drawing(block: Figure) -> str:
    """Return a figure as the text of an SVG file; "" if it holds no drawing."""
    shown = inline_svg(block.svg, escaped(block.alternative))
    # A file of its own has to say that it is SVG.
    return shown.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def image(block: Figure) -> str:
    """Return a figure as an HTML image that holds its picture itself; "" if there is none."""
    shown = drawing(block)
    return data_image(shown, block.alternative) if shown else ""


def data_image(svg: str, words: str) -> str:
    """Return SVG as an HTML image that loads nothing; ``words`` say what it shows."""
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    # Whatever looks for formulas must find none in the words.
    quiet = escaped(words).replace("$", "&#36;").replace("\\", "&#92;")
    source = f"data:image/svg+xml;base64,{data}"
    return f'<img style="max-width:100%" alt="{quiet}" src="{source}"/>'
