r"""A figure in LaTeX: by TikZ where a document has loaded it, else in the picture environment.

Our own layout has placed every part; TeX draws the lines and sets the words. Both drawings are in
the text, and \ifdefined chooses, so that the same source compiles with the smallest TeX. Needs
xcolor and graphicx. The same figure gives the same text.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from symback.diagrams.curves import Quadratic, between, length_of, quadratics
from symback.diagrams.figure import Figure, PlacedRow, Point, turn
from symback.diagrams.latex_rows import colour_name, row_latex
from symback.diagrams.marks import CENTRED, Mark, Path, Words, marks
from symback.diagrams.styles import COLOURS, TEXT_COLOURS, path_colour

NEEDS = r"% Needs \usepackage{xcolor,graphicx}; looks best with \usepackage{tikz}."
# Points for each unit: at most this much, and fewer where the figure is too wide or too tall.
LARGEST_SCALE = 0.62
TEXT_WIDTH, TALLEST = 440.0, 400.0
HEAD_STROKES = 5
# The distance of the dots that make a curve, in widths of the line.
DENSE, DOTTED = 0.6, 2.5


def write_tikz(figure: Figure, width: float = TEXT_WIDTH) -> str:
    """Return the figure as LaTeX, at most ``width`` points wide."""
    scale = min(LARGEST_SCALE, width / figure.width, TALLEST / figure.height)
    drawn = list(marks(figure))
    colours = dict.fromkeys(name for mark in drawn for name in _colours(mark))
    lines = [
        r"\begingroup",
        # A document that defines a colour by this name beforehand decides how it looks.
        *(rf"\providecolor{{{colour_name(c)}}}{{HTML}}{{{_shade(c)}}}" for c in colours),
        r"\ifdefined\tikzpicture",
        *_tikz(figure, drawn, scale),
        r"\else",
        *_picture(figure, drawn, scale),
        r"\fi",
        r"\endgroup",
    ]
    return "\n".join(lines)


def _colours(mark: Mark) -> Iterable[str]:
    if isinstance(mark, Path):
        return tuple(name for name in (mark.line, mark.fill) if name)
    return (*(TEXT_COLOURS[p.role] for p in mark.row.row.pieces), *["paper"] * mark.row.crossed)


def _shade(colour: str) -> str:
    if colour in COLOURS:
        return COLOURS[colour][0].lstrip("#").upper()
    number = colour.removeprefix("path ")
    return path_colour(int(number) if number.isdecimal() else 1).lstrip("#").upper()


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _at(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _place(words: Words) -> Point:
    """Return the point of the base line by which the words are held, turned with their row."""
    row = words.row
    middle = row.row.width / 2 if words.anchor == CENTRED else 0.0
    return turn((row.x + middle, row.y), row.pivot, row.angle)


# TikZ ---------------------------------------------------------------------------------------------


def _tikz(figure: Figure, drawn: list[Mark], scale: float) -> list[str]:
    return [
        rf"\begin{{tikzpicture}}[x={scale:.3f}pt,y=-{scale:.3f}pt,inner sep=0pt]",
        rf"\useasboundingbox (0,0) rectangle {_at((figure.width, figure.height))};",
        *(
            _tikz_path(mark, scale) if isinstance(mark, Path) else _tikz_words(mark, scale)
            for mark in drawn
        ),
        r"\end{tikzpicture}%",
    ]


def _tikz_path(path: Path, scale: float) -> str:
    options = []
    if path.line:
        options += [f"draw={colour_name(path.line)}", f"line width={scale * path.width:.2f}pt"]
    if path.fill:
        options.append(f"fill={colour_name(path.fill)}")
    if path.dashed:
        options.append("dashed")
    steps = (
        f"-- {_at(segment[0])}" if len(segment) == 1
        else f".. controls {_at(segment[0])} and {_at(segment[1])} .. {_at(segment[2])}"
        for segment in path.segments
    )  # fmt: skip
    close = " -- cycle" if path.fill else ""
    return rf"\path[{','.join(options)}] {_at(path.start)} {' '.join(steps)}{close};"


def _tikz_words(words: Words, scale: float) -> str:
    row = words.row
    options = ["anchor=base" if words.anchor == CENTRED else "anchor=base west"]
    if row.angle:
        options.append(f"rotate={_number(-row.angle)}")
    if row.crossed:
        options += [f"fill={colour_name('paper')}", "fill opacity=0.8", "text opacity=1"]
    shown = row_latex(row.row, scale)
    return rf"\node[{','.join(options)}] at {_at(_place(words))} {{{shown}}};"


# picture ------------------------------------------------------------------------------------------


def _picture(figure: Figure, drawn: list[Mark], scale: float) -> list[str]:
    height = figure.height
    lines = [
        rf"\setlength{{\unitlength}}{{{scale:.3f}pt}}",
        rf"\begin{{picture}}{_at((figure.width, height))}",
    ]
    for mark in drawn:
        lines += (
            _picture_path(mark, height, scale) if isinstance(mark, Path)
            else _picture_words(mark, height, scale)
        )  # fmt: skip
    return [*lines, r"\end{picture}%"]


def _picture_path(path: Path, height: float, scale: float) -> list[str]:
    """Return strokes; areas stay empty, but for the heads of arrows, which are hatched closely."""
    if path.is_head:
        colour, strokes = path.fill, _hatched(path)
    elif path.line:
        colour, strokes = path.line, quadratics(path.start, path.segments)
    else:
        colour, strokes = path.fill, quadratics(path.start, path.segments)
    gap = path.width * (DOTTED if path.dashed else DENSE)
    drawn = [
        _stroke(stroke, height, gap, path.dashed) for stroke in strokes if stroke[0] != stroke[2]
    ]
    head = rf"\linethickness{{{scale * path.width:.2f}pt}}\color{{{colour_name(colour)}}}"
    return [head, *drawn] if drawn else []


def _stroke(stroke: Quadratic, height: float, gap: float, dotted: bool) -> str:
    """Return a line, or a curve as a row of dots that are ``gap`` apart."""
    (x, y), bend, (to_x, to_y) = stroke
    if dotted:
        pass
    elif y == to_y == bend[1]:
        left = _flipped((min(x, to_x), y), height)
        return rf"\put{left}{{\line(1,0){{{_number(abs(to_x - x))}}}}}"
    elif x == to_x == bend[0]:
        low = _flipped((x, max(y, to_y)), height)
        return rf"\put{low}{{\line(0,1){{{_number(abs(to_y - y))}}}}}"
    # TeX would count the dots itself, and divide by zero where a curve is short.
    dots = max(2, ceil(length_of(stroke) / gap))
    return rf"\qbezier[{dots}]" + "".join(_flipped(point, height) for point in stroke)


def _hatched(head: Path) -> list[Quadratic]:
    """Return lines from the tip of an arrow's head to its back, so close that they fill it."""
    (left,), _, (right,) = head.segments[:3]
    parts = [number / (HEAD_STROKES - 1) for number in range(HEAD_STROKES)]
    ends = [between(left, right, part) for part in parts]
    return [stroke for end in ends for stroke in quadratics(head.start, ((end,),))]


def _flipped(point: Point, height: float) -> str:
    return _at((point[0], height - point[1]))


def _picture_words(words: Words, height: float, scale: float) -> list[str]:
    row: PlacedRow = words.row
    shown = row_latex(row.row, scale)
    if row.crossed:
        shown = rf"\setlength{{\fboxsep}}{{1pt}}\colorbox{{{colour_name('paper')}}}{{{shown}}}"
    side = "c" if words.anchor == CENTRED else "l"
    box = rf"\makebox[0pt][{side}]{{\smash{{{shown}}}}}"
    if row.angle:
        box = rf"\rotatebox{{{_number(-row.angle)}}}{{{box}}}"
    return [rf"\put{_flipped(_place(words), height)}{{{box}}}"]
