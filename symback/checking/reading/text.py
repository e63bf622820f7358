"""The text of a person's formulas: read into a syntax tree, bounded, with errors at their place."""

from __future__ import annotations

import ast
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

from symback.errors import TextError
from symback.network.text_source import Piece, Source, source_of

LONGEST_TEXT = 200_000
MOST_NODES = 20_000
DEEPEST = 100
DEEP = "give parts of it names of their own"

# Signs that people paste from books and pages -> what Python writes.
SIGNS = str.maketrans({
    "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "⊙": "*", "∘": "*", "÷": "/",
    "²": "**2", "³": "**3", "½": "(1/2)", "≤": "<=", "≥": ">=", "≠": "!=", "ᵀ": ".T", "⊤": ".T",
    "Σ": "sum", "∑": "sum", "\u00a0": " ", "\u2009": " ", "\ufeff": "",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of a text under the name that errors give it."""

    source: Source

    def offset(self, node: ast.AST) -> int:
        """Return the column of a node; Python counts it in bytes."""
        line = self.source.lines[node.lineno - 1]
        return len(line.encode()[: node.col_offset].decode(errors="ignore"))

    def error(self, node: ast.AST, asked: str, found: str, helps: str = "") -> TextError:
        """Return an error that shows the line of a node with a caret."""
        place = Piece(self.source, "", node.lineno - 1, self.offset(node))
        return place.error(0, asked, found, helps)

    def refuse(self, node: ast.AST, asked: str, found: str, helps: str = "") -> NoReturn:
        raise self.error(node, asked, found, helps)

    def of(self, node: ast.AST, longest: int = 60) -> str:
        """Return the text of a node, clipped, on one line."""
        lines = [line.encode() for line in self.source.lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        text = " ".join(b" ".join(lines).decode(errors="ignore").split())
        return text if len(text) <= longest else text[: longest - 1] + "…"


def text_of(written: str, file: str) -> Text:
    """Return the lines of a text, signs from books replaced; raises TextError."""
    if len(written) > LONGEST_TEXT:
        helps = f"texts run to {LONGEST_TEXT} characters"
        raise TextError(f"{file}: a formula was asked for", f"{len(written)} characters", helps)
    return Text(source_of(unicodedata.normalize("NFC", written).translate(SIGNS), file))


def statements_of(text: Text) -> list[ast.stmt]:
    """Return the statements of a text, none of them ever run; raises TextError."""
    asked = f"{text.source.file}: a formula was asked for"
    try:
        tree = ast.parse("\n".join(text.source.lines))
    except SyntaxError as error:
        raise _syntax_error(text, error) from None
    except (RecursionError, MemoryError):
        raise TextError(asked, "one that nests too deep to read", DEEP) from None
    except ValueError as error:
        raise TextError(asked, str(error)[:80]) from None
    _check_extent(text, tree)
    return tree.body


def _syntax_error(text: Text, error: SyntaxError) -> TextError:
    lines = text.source.lines
    line = min(max((error.lineno or 1) - 1, 0), len(lines) - 1)
    column = min(max((error.offset or 1) - 1, 0), len(lines[line]))
    found = "brackets in each other, too many" if "nested" in (error.msg or "") else "it ends here"
    if "nested" not in (error.msg or "") and column < len(lines[line].rstrip()):
        found = f"something that does not fit here ({error.msg})"
    return Piece(text.source, "", line, column).error(0, "a formula was asked for", found)


def _check_extent(text: Text, tree: ast.AST) -> None:
    """Raise TextError for a tree that is too large or too deep; it does not recurse."""
    stack, seen = [(tree, 0, tree)], 0
    while stack:
        node, depth, placed = stack.pop()
        placed = node if hasattr(node, "lineno") else placed
        seen += 1
        if depth > DEEPEST or seen > MOST_NODES:
            found = "one that nests too deep" if depth > DEEPEST else "one that is too long"
            raise text.error(placed, "a formula was asked for", found, DEEP)
        stack.extend((child, depth + 1, placed) for child in ast.iter_child_nodes(node))
