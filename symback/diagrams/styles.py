"""How a diagram looks, as tables: node kinds, colours on light and dark paper, type sizes.

The two colours that carry meaning are Okabe and Ito's blue (forward values) and vermilion
(gradients); values also stand above and gradients below, and kinds differ in outline as well as
in tint.
"""

from __future__ import annotations

from dataclasses import dataclass

from symback import palette

BOX, ROUNDED, STADIUM, CIRCLE, BARE = "box", "rounded", "stadium", "circle", "bare"


@dataclass(frozen=True, slots=True)
class NodeStyle:
    """One row: the outline, the tint (a name of COLOURS), and whether it is doubled or dashed."""

    outline: str
    tint: str
    meaning: str
    double: bool = False
    dashed: bool = False


NODE_STYLES = {
    "input": NodeStyle(STADIUM, "input", "input"),
    "parameter": NodeStyle(BOX, "parameter", "parameter (learned)"),
    "constant": NodeStyle(BARE, "paper", "constant"),
    "random": NodeStyle(STADIUM, "input", "drawn at random", dashed=True),
    "buffer": NodeStyle(BOX, "parameter", "kept between steps", dashed=True),
    "state": NodeStyle(ROUNDED, "tensor", "state (recurrent)", dashed=True),
    "tensor": NodeStyle(ROUNDED, "tensor", "computed"),
    "layer": NodeStyle(ROUNDED, "parameter", "layer with parameters"),
    "operation": NodeStyle(CIRCLE, "tensor", "operation"),
    "neuron": NodeStyle(CIRCLE, "tensor", "neuron"),
    "unit": NodeStyle(CIRCLE, "paper", "bias unit, always 1", dashed=True),
    "output": NodeStyle(ROUNDED, "tensor", "output", double=True),
    "loss": NodeStyle(ROUNDED, "loss", "loss", double=True),
    "adjoint": NodeStyle(ROUNDED, "adjoint", "adjoint", dashed=True),
    "ellipsis": NodeStyle(BARE, "paper", "more of the same"),
}

# name -> (on light paper, on dark paper)
COLOURS = {
    "paper": palette.PAPER,
    "ink": palette.INK,
    "soft": palette.SOFT,
    "line": ("#4a4f55", "#a9afb7"),
    "value": palette.BLUE,
    "gradient": palette.VERMILION,
    "input": ("#e9f2f9", "#1d3142"),
    "parameter": ("#fdf5df", "#3a321b"),
    "tensor": ("#f7f7f5", "#23272d"),
    "loss": ("#f8e9f1", "#3d2433"),
    "adjoint": ("#fdeee3", "#402a1c"),
    "frame": ("#f1f3f4", "#1e2227"),
}

# Highlighted paths: Okabe and Ito's other colours, in the order of best contrast.
PATH_COLOURS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D31", "#F0E442")
# The same paths without colour: unbroken, dashes, dots and mixtures of them.
PATH_DASHES = ("", "11 5", "3 4", "14 4 3 4", "6 3", "14 4 3 4 3 4")

# The size of each kind of text, in user units (pixels at 100 %).
TEXT_SIZES = {
    "label": 17.0,
    "formula": 12.5,
    "shape": 11.0,
    "value": 12.0,
    "gradient": 12.0,
    "edge label": 13.0,
    "group": 12.0,
    "legend": 12.0,
}
TEXT_COLOURS = {
    "label": "ink",
    "formula": "ink",
    "shape": "soft",
    "value": "value",
    "gradient": "gradient",
    "edge label": "ink",
    "group": "soft",
    "legend": "ink",
}
FONTS = "'STIX Two Text','Times New Roman','Liberation Serif',Times,serif"

PADDING_ACROSS = 8.0  # between the text of a node and its outline, above and below
PADDING_ALONG = 12.0  # the same, left and right
SMALLEST_RADIUS = 19.0
LARGEST_RADIUS = 46.0  # a circle with more text than this becomes a stadium
LINE_HEIGHT = 1.28  # of a row of text, in units of its size
LINE_WIDTH = 1.2  # of arrows and outlines
BAND_WIDTH = 5.0  # of a highlighted path
ARROW_LENGTH = 9.0
ARROW_HALF_WIDTH = 3.6


def corner_radius(outline: str, height: float) -> float:
    """Return how round the corners of an outline are."""
    return {BOX: 1.5, STADIUM: min(height / 2, 20.0)}.get(outline, 7.0)


def path_colour(number: int) -> str:
    """Return the colour of highlighted path ``number`` (1, 2, …)."""
    return PATH_COLOURS[(number - 1) % len(PATH_COLOURS)]


def path_dashes(number: int) -> str:
    """Return the dashes of highlighted path ``number`` (1, 2, …); "" for an unbroken line."""
    return PATH_DASHES[(number - 1) % len(PATH_DASHES)]
