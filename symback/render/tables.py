"""Tables as plain text: columns as wide as they need to be, long cells wrapped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symback.notation.unicode import width

# A column is not made narrower than this, nor wider for the sake of one long word.
NARROWEST, LONGEST_WORD = 6, 40
Wrap = Callable[[str, int], list[str]]


def table_lines(
    head: Sequence[str], rows: Sequence[Sequence[str]], align: str, columns: int, wrap: Wrap
) -> list[str]:
    """Return a table as lines of at most ``columns``; ``wrap`` breaks a cell into lines."""
    widths = column_widths([head, *rows], align, columns - 3 * (len(head) - 1))
    lines = _row_lines(head, widths, "l" * len(head), wrap)
    lines.append("─┼─".join("─" * w for w in widths))
    tall = False
    for row in rows:
        cells = _row_lines(row, widths, align, wrap)
        # Where a row takes several lines, an empty line keeps it apart from the one before.
        if (len(cells) > 1 or tall) and row is not rows[0]:
            lines.append(" │ ".join(" " * w for w in widths).rstrip())
        tall = len(cells) > 1
        lines += cells
    return lines


def column_widths(rows: Sequence[Sequence[str]], align: str, room: int) -> list[int]:
    """Return widths that fit the room, if possible without cutting words or wrapping numbers."""
    columns = list(zip(*rows, strict=True))
    natural = [max(1, *map(width, column)) for column in columns]
    words = [[width(word) for cell in column for word in cell.split(" ")] for column in columns]
    least = [
        min(max(lengths), LONGEST_WORD) if side == "l" else whole
        for lengths, side, whole in zip(words, align, natural, strict=True)
    ]
    return shared(natural, least, room)


def shared(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return a width for each column, together no wider than the room.

    Every column gets its least width, and what is left over goes, one by one, to the column whose
    text needs most lines. Where even the least widths are too much, the widest give way.
    """
    if sum(natural) <= room:
        return list(natural)
    widths = list(least)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    for _ in range(room - sum(widths)):
        needs = [n / w for n, w in zip(natural, widths, strict=True)]
        widths[needs.index(max(needs))] += 1
    return widths


def _row_lines(cells: Sequence[str], widths: list[int], align: str, wrap: Wrap) -> list[str]:
    wrapped = [wrap(cell, w) or [""] for cell, w in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(map(len, wrapped))):
        parts = [
            aligned(cell[number] if number < len(cell) else "", w, side)
            for cell, w, side in zip(wrapped, widths, align, strict=True)
        ]
        lines.append(" │ ".join(parts).rstrip())
    return lines


def aligned(text: str, columns: int, side: str) -> str:
    """Return a text in a field, to the left (l), in the middle (c) or to the right (r)."""
    space = max(0, columns - width(text))
    before = {"l": 0, "c": space // 2, "r": space}[side]
    return " " * before + text + " " * (space - before)
