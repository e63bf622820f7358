r"""Formulas in the TeX that pages of others set: GitHub, notebooks, whatever runs MathJax or KaTeX.

Many of these pages read Markdown first and formulas second. So a formula is written such that
Markdown has nothing to change in it: no <, > or |, no \, or \{, no _ that could open emphasis, no
brackets that look like a link. What remains is \\ between rows and, among words, signs like \%.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from symback.notation.aligned import broken
from symback.notation.extents import extent
from symback.notation.latex import DISPLAY, INLINE, latex_of, relation_latex
from symback.notation.tree import Tree
from symback.render.document import Equation, Formula, Inlines, Line
from symback.render.latex_page import row_latex
from symback.render.references import resolved

NO_LABELS: Mapping[str, str] = MappingProxyType({})
# A page on GitHub, and the output of a notebook, are about this many widths of an M wide.
# Estimates are high, and formulas with words beside them may use that.
ROOM, BESIDE = 48.0, 54.0
# What a number such as (12) takes, a relation, the space before a reason, and a letter of one.
NUMBER, RELATION, GAP, LETTER = 3.5, 1.6, 2.0, 0.5
# What Markdown or HTML would change, and another spelling of the same.
SPELLED = (
    # GitHub has long refused \operatorname.
    (re.compile(r"\\operatorname\*\{([^{}]*)\}"), r"\\mathop{\\mathrm{\1}}\\limits "),
    (re.compile(r"\\operatorname\{([^{}]*)\}"), r"\\mathop{\\mathrm{\1}}\\nolimits "),
    (re.compile(r"\\,"), r"\\thinspace "),
    (re.compile(r"\\[;:>]"), r"\\thickspace "),
    (re.compile(r"\\!"), r"\\negthinspace "),
    (re.compile(r"\\\{"), r"\\lbrace "),
    (re.compile(r"\\\}"), r"\\rbrace "),
    (re.compile(r"\\\|"), r"\\Vert "),
    (re.compile(r"(?<!\\) *\|"), r" \\vert "),
    (re.compile(r" *<"), r" \\lt "),
    (re.compile(r" *>"), r" \\gt "),
    (re.compile(r"\*"), r"\\ast "),
    (re.compile(r"~"), r"\\space "),
    (re.compile(r"\]\("), r"] ("),
    # Two backslashes end a row where a line ends.
    (re.compile(r"\\\\ "), "\\\\\\\\\n"),
    # After a sign or a space, _ could open emphasis; before a space it cannot.
    (re.compile(r"(?<=[^\w\\])_(?=\S)"), r"_ "),
    (re.compile(r" {2,}"), r" "),
)


def inline(tree: Tree) -> str:
    """Return a formula within a line, without its dollar signs."""
    return " ".join(spelled(latex_of(tree, INLINE)).split())


def aligned(block: Equation, labels: Mapping[str, str] = NO_LABELS, tagged: bool = True) -> str:
    r"""Return the lines of an equation as one ``aligned``, without its dollar signs.

    ``labels`` are the numbers of the page. Its own number is a \tag, or stands beside, where plain
    LaTeX must take it, too (``tagged`` False).
    """
    number = labels.get(block.label, "")
    rows = [spelled(row) for row in _rows(resolved(block, labels).lines, bool(number))]
    body = " \\\\\n".join(rows)
    digits = number.strip("()")
    mark = rf"\tag{{{digits}}}" if tagged else rf"\qquad ({digits})"
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}{mark if number else ''}"


def spelled(formula: str) -> str:
    """Return a formula that Markdown and HTML hand on unchanged."""
    for wrong, right in SPELLED:
        formula = wrong.sub(right, formula)
    return formula


def _rows(lines: Sequence[Line], is_numbered: bool) -> list[str]:
    """Return the rows of all lines; reasons stand in a column if it fits beside every row."""
    left = max(extent(one.left) if one.left else 0.0 for one in lines)
    room = max(ROOM - left - RELATION - NUMBER * is_numbered, ROOM / 3)
    parts = [broken(one.right, lambda tree: (extent(tree),), (room,)) for one in lines]
    widest = max(extent(part) for row in parts for part in row)
    reasons = max(_width(one.reason) for one in lines)
    are_beside = widest + GAP + reasons <= room + BESIDE - ROOM
    return [
        row for one, own in zip(lines, parts, strict=True) for row in _line(one, own, are_beside)
    ]


def _line(one: Line, parts: tuple[Tree, ...], is_beside: bool) -> list[str]:
    left = latex_of(one.left, DISPLAY) + " " if one.left else ""
    rows = [f"{left}&{relation_latex(one.relation)} {latex_of(parts[0], DISPLAY)}"]
    rows += [rf"&\quad {row_latex(part, DISPLAY)}" for part in parts[1:]]
    if one.reason and is_beside:
        rows[0] += f" && {_reason(one.reason)}"
    elif one.reason:
        rows.append(rf"&\quad \text{{(}}{_reason(one.reason)}\text{{)}}")
    return rows


def _width(content: Inlines) -> float:
    return sum(
        extent(part.tree, flat=True) if isinstance(part, Formula)
        else LETTER * len(getattr(part, "text", ""))
        for part in content
    )  # fmt: skip


# Signs that mean something in TeX or Markdown, set as mathematics between two stretches of words.
SIGNS = {
    "\\": r"\backslash ", "{": r"\lbrace ", "}": r"\rbrace ", "~": r"\sim ", "^": r"\wedge ",
    "*": r"\ast ", "<": r"\lt ", ">": r"\gt ", "|": r"\vert ", "`": r"\text{‘}",
    "$": r"\$", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_",
}  # fmt: skip
WORDS = re.compile("([" + re.escape("".join(SIGNS)) + "])")


def _reason(content: Inlines) -> str:
    """Return the words beside a formula, and the formulas among them, as mathematics."""
    return "".join(
        latex_of(part.tree, INLINE) if isinstance(part, Formula)
        else words(getattr(part, "text", ""))
        for part in content
    )  # fmt: skip


def words(text: str) -> str:
    """Return words within a formula; whatever they hold, they are printed and never obeyed."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split("\n")))
    return "".join(SIGNS.get(part) or rf"\text{{{part}}}" for part in WORDS.split(visible) if part)
