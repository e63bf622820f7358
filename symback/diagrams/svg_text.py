"""Parts of an SVG text: escaped words, numbers, colours, and rows of set text."""

from __future__ import annotations

from symback.diagrams.figure import PlacedRow
from symback.diagrams.richtext import BASE, clean
from symback.diagrams.styles import COLOURS, LINE_WIDTH, TEXT_COLOURS
from symback.diagrams.typography import SetPiece, has_known_width, text_width

LONG_TEXT = 4  # the length from which on the width of a text is fixed


def escape(text: str) -> str:
    """Return ``text`` as XML character data that is also safe inside a quoted attribute."""
    text = clean(text)
    for character, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("'", "&#39;"),
    ):
        text = text.replace(character, entity)
    return text


def number(value: float) -> str:
    """Return a coordinate with at most two decimals, never -0."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def list_attribute(name: str, words: tuple[object, ...]) -> str:
    """Return an attribute that holds words separated by blanks; nothing without words."""
    return f' {name}="{escape(" ".join(map(str, words)))}"' if words else ""


def fill(colour: str) -> str:
    """Return the attribute that fills with a colour of the table, as on light paper."""
    return f'fill="{COLOURS[colour][0]}"'


def stroke(colour: str, width: float = LINE_WIDTH) -> str:
    """Return the attributes of a line in a colour of the table, as on light paper."""
    return f'stroke="{COLOURS[colour][0]}" stroke-width="{number(width)}"'


def text_row(placed: PlacedRow, order: int | None = None) -> str:
    """A text element; each piece is placed by itself, so another font moves no subscript far.

    ``order`` is the place of a gradient in the backward pass.
    """
    if not placed.row.pieces:
        return ""
    spans, bars = [], []
    for piece in placed.row.pieces:
        text = piece.piece.text.strip()
        colour = TEXT_COLOURS[piece.role]
        x, y = placed.x + piece.x, placed.y + piece.y
        if text:
            lead = len(piece.piece.text) - len(piece.piece.text.lstrip())
            x += 0.25 * piece.size * lead
            style = ' font-style="italic"' if piece.piece.italic else ""
            style += _length(text, piece)
            spans.append(
                f'<tspan class="f-{colour}" x="{number(x)}" y="{number(y)}" '
                f'font-size="{number(piece.size)}" {fill(colour)}{style}>{escape(text)}</tspan>'
            )
        if piece.piece.bar and piece.piece.place == BASE and text:
            lean = 0.1 * piece.size if piece.piece.italic else 0.0
            left, right = x + lean, placed.x + piece.x + piece.width + 0.4 * lean
            height = number(placed.y + piece.bar_y)
            bars.append(
                f'<path class="bar s-{colour}" d="M{number(left)} {height}H{number(right)}" '
                f"{stroke(colour, 0.06 * piece.size)}/>"
            )
    turned = ""
    if placed.angle:
        x, y = placed.pivot
        turned = f' transform="rotate({number(placed.angle)} {number(x)} {number(y)})"'
    roles = dict.fromkeys(piece.role.replace(" ", "-") for piece in placed.row.pieces)
    place = f' data-order="{order}"' if order is not None and "gradient" in roles else ""
    turn = turned if not bars else ""
    text = f'<text class="{" ".join(roles)}"{place}{turn}>{"".join(spans)}</text>'
    return f"<g{turned}>{text}{''.join(bars)}</g>" if bars else text


def _length(text: str, piece: SetPiece) -> str:
    """Hold a text to the room that was reserved for it: a reader's font may be wider than ours."""
    if len(text) < LONG_TEXT or not has_known_width(text):
        return ""
    width = text_width(text, piece.size, piece.piece.italic)
    return f' textLength="{number(width)}" lengthAdjust="spacingAndGlyphs"'
