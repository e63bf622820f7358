"""Tables of numbers: small arrays whole, row by row; of large ones the shape and the beginning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from symback.explanation.lesson import Lesson
from symback.explanation.texts import TEXTS
from symback.notation.tree import Number, Product, Tree
from symback.render.document import Block, Inlines, Table
from symback.render.parts import inlines, passage, table

FEW_DIGITS = 6
# Arrays of at most so many rows and columns are printed as such.
SMALL = 4
# Others of at most so many entries are printed whole.
WHOLE_ARRAY = 16


def values_tables(
    lesson: Lesson, names: Iterable[str], caption: str, adjoints: bool = False
) -> list[Block]:
    """Return the arrays of tensors or of their adjoints; of layers alike the first and the last."""
    known = lesson.back_layers if adjoints else lesson.layers
    names = list(names)
    ends = [n for n in names if n not in known or n in known[n].ends]
    arrays = {}
    for name in ends:
        held = lesson.derivation.adjoint_name(name) if adjoints else name
        if held in lesson.values:
            symbol = lesson.result(name) if adjoints else lesson.name(name)
            arrays[name] = (symbol, lesson.values.array(held))
    words = TEXTS[caption] + (TEXTS["values alike"] if len(ends) < len(names) else "")
    return array_tables(lesson, arrays, words)


def array_tables(
    lesson: Lesson, arrays: Mapping[str, tuple[Tree, np.ndarray]], caption: str
) -> list[Block]:
    """Return a table of the small arrays as they are, and one of the others."""
    if lesson.notation.layout == "columns":
        arrays = {n: (s, a.T if a.ndim == 2 else a) for n, (s, a) in arrays.items()}
    small = [pair for pair in arrays.values() if _is_small(pair[1])]
    if not any(array.ndim for _, array in small):
        # Numbers alone need no table of rows and columns.
        small = []
    large = [pair for pair in arrays.values() if not any(pair is other for other in small)]
    tables: list[Table] = []
    if small:
        tables.append(_in_rows(lesson, small, caption))
    if large:
        tables.append(_in_lines(lesson, large, caption + TEXTS["values in lines"]))
    return [passage("numbers", *tables)] if tables else []


def _is_small(array: np.ndarray) -> bool:
    return array.ndim <= 2 and all(length <= SMALL for length in array.shape)


def _in_rows(lesson: Lesson, arrays: list[tuple[Tree, np.ndarray]], caption: str) -> Table:
    """Return one line for each row of a matrix; a vector is one row, a number one entry."""
    columns = max(array.shape[-1] for _, array in arrays if array.ndim)
    first = lesson.notation.first_index
    rows = []
    for symbol, array in arrays:
        for place, row in enumerate(np.atleast_2d(array)):
            numbers = [lesson.number(value, FEW_DIGITS) for value in row]
            cells = [*numbers, *[""] * (columns - len(numbers))]
            number = str(place + first) if array.ndim == 2 else ""
            rows.append(("" if place else symbol, number, *cells))
    head = [TEXTS["values head symbol"], TEXTS["values head row"]]
    head += [str(column + first) for column in range(columns)]
    return table(head, rows, align="lr" + "r" * columns, caption=caption)


def _in_lines(lesson: Lesson, arrays: list[tuple[Tree, np.ndarray]], caption: str) -> Table:
    rows = []
    for symbol, array in arrays:
        shape = Product(tuple(Number(str(s)) for s in array.shape), "×")
        shown = shape if array.shape else TEXTS["scalar shape"]
        rows.append((symbol, shown, _array_words(lesson, array)))
    head = [TEXTS[f"values head {part}"] for part in ("symbol", "shape", "values")]
    return table(head, rows, align="lll", caption=caption)


def _array_words(lesson: Lesson, array: np.ndarray) -> Inlines:
    flat = array.ravel()
    shown = flat[:WHOLE_ARRAY] if flat.size <= WHOLE_ARRAY else flat[: WHOLE_ARRAY // 4]
    width = array.shape[-1] if array.ndim > 1 else flat.size
    parts: list = []
    for place, value in enumerate(shown):
        if place:
            parts.append("; " if width and place % width == 0 else ", ")
        parts.append(lesson.number(value, FEW_DIGITS))
    if flat.size > len(shown):
        parts.append(TEXTS["and so on"])
    return inlines(*parts)
