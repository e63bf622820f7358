r"""Documents as LaTeX: a whole article, or a fragment to be pasted into a paper or slides.

The article needs amsmath, amssymb, mathtools, xcolor, hyperref, booktabs, geometry and graphicx,
which the smallest TeX installations have. Its macros (\pd, \adj) stand at the top, where they can
be changed; a fragment needs mathtools, amssymb, booktabs and hyperref, and uses no macros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symback.notation.latex import DISPLAY, MACROS, Mode
from symback.notation.latex_text import escaped, typewriter
from symback.render.document import (
    Block,
    Box,
    Check,
    Code,
    Details,
    Document,
    Equation,
    Figure,
    Heading,
    Items,
    Paragraph,
    Passage,
    Table,
    Text,
    numbering,
    shown,
)
from symback.render.latex_equations import equation
from symback.render.latex_page import (
    Page,
    anchor,
    bookmark,
    captioned,
    inlines,
    label_latex,
)
from symback.render.latex_tables import table

# A line of LaTeX holds about so many characters.
LINE_LENGTH = 110

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb,mathtools}
\usepackage{xcolor,graphicx,booktabs}
\usepackage[hidelinks]{hyperref}
\allowdisplaybreaks
\AtBeginDocument{\setlength{\abovedisplayskip}{6pt plus 2pt}%
  \setlength{\belowdisplayskip}{6pt plus 2pt}}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em plus 0.2em}
\emergencystretch=3em
"""


def latex(made: Document, fragment: bool = False, label: str | None = None, detail: int = 3) -> str:
    r"""Return the document as LaTeX; the same document gives the same bytes.

    ``fragment`` leaves out the preamble and macros; ``label`` is put before every \label, so that
    several fragments can stand in one paper. Details of a level above ``detail`` are left out.
    """
    display = DISPLAY if fragment else Mode(macros=True)
    kinds = {b.label: type(b) for b in shown(made.blocks, detail) if getattr(b, "label", "")}
    prefix = f"{label_latex(label)}:" if label else ""
    page = Page(numbering(made), kinds, prefix, detail, display)
    body = _blocks(made.blocks, page)
    if fragment:
        return folded(body) + "\n"
    title = f"\\begin{{center}}\n{{\\LARGE {inlines(made.title, page)}\\par}}\n\\end{{center}}"
    known = f"\\hypersetup{{pdftitle={{{bookmark(made.title)}}}}}\n"
    inside = folded(f"{title}\n\n{body}")
    return f"{PREAMBLE}{MACROS}{known}\\begin{{document}}\n{inside}\n\\end{{document}}\n"


def folded(source: str) -> str:
    """Return the source with long lines broken at spaces, where TeX does not mind."""
    return "\n".join(
        part
        for line in source.splitlines()
        for part in (_parts(line) if len(line) > LINE_LENGTH else (line,))
    )


def _parts(line: str) -> list[str]:
    parts = []
    while len(line) > LINE_LENGTH:
        cut = line.rfind(" ", 1, LINE_LENGTH)
        cut = cut if cut > 0 else line.find(" ", 1)
        if cut < 0:
            break
        parts.append(line[:cut])
        line = line[cut + 1 :]
    return [*parts, line] if line else parts


def _blocks(blocks: Iterable[Block], page: Page) -> str:
    text = ""
    for block in blocks:
        written = WRITE[type(block)](block, page)
        # A display belongs to the paragraph before it; an empty line would add an empty paragraph.
        between = "\n" if isinstance(block, Equation) else "\n\n"
        text += (between if text and written else "") + written
    return text


# Blocks of words


SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


def _heading(block: Heading, page: Page) -> str:
    title = inlines(block.title, page)
    bookmarked = rf"\texorpdfstring{{{title}}}{{{bookmark(block.title)}}}"
    return rf"\{SECTIONS[block.level]}*{{{bookmarked}}}" + anchor(block.label, page)


def _paragraph(block: Paragraph, page: Page) -> str:
    return inlines(block.content, page)


def _items(block: Items, page: Page) -> str:
    kind = "enumerate" if block.numbered else "itemize"
    lines = [rf"\item {inlines(item, page)}" for item in block.items]
    tight = r"\setlength{\itemsep}{0pt}\setlength{\parskip}{2pt}"
    return "\n".join([rf"\begin{{{kind}}}{tight}", *lines, rf"\end{{{kind}}}"])


def _check(block: Check, page: Page) -> str:
    mark = r"\checkmark" if block.passed else r"\times"
    return rf"${mark}$~{inlines(block.content, page)}"


# So many characters of a program fit on a line, by size of type.
CODE_SIZES = ((86, r"\small"), (96, r"\footnotesize"), (107, r"\scriptsize"))


def _code(block: Code, page: Page) -> str:
    widest, smallest = CODE_SIZES[-1]
    lines = [
        line[start : start + widest]
        for line in block.text.splitlines()
        for start in range(0, max(1, len(line)), widest)
    ]
    longest = max(map(len, lines), default=0)
    size = next((size for fits, size in CODE_SIZES if longest <= fits), smallest)
    shown = "\\\\\n".join(typewriter(line) or "~" for line in lines)
    return f"{{{size}\\ttfamily\\raggedright\n{shown}\\par}}"


def _box(block: Box, page: Page) -> str:
    inside = _blocks(block.blocks, page.narrower(2.0))
    return (
        "\\begin{center}\\fbox{\\begin{minipage}{0.94\\textwidth}\n"
        "\\setlength{\\abovedisplayskip}{3pt}\\setlength{\\belowdisplayskip}{3pt}\n"
        f"{inside}\n\\end{{minipage}}}}\\end{{center}}"
    )


def _details(block: Details, page: Page) -> str:
    if block.level > page.detail:
        return ""
    summary = (
        Text(part.text, part.weight or "emphasis") if isinstance(part, Text) else part
        for part in block.summary
    )
    inside = _blocks((Paragraph(tuple(summary)), *block.blocks), page.narrower(2.5))
    return f"\\begin{{quote}}\n{inside}\n\\end{{quote}}"


def _figure(block: Figure, page: Page) -> str:
    words = rf"\fbox{{\parbox{{0.8\textwidth}}{{{escaped(block.alternative)}}}}}"
    if block.file:
        path = "".join(c for c in block.file if c.isascii() and (c.isalnum() or c in "-_./"))
        picture = rf"\includegraphics[width=0.9\textwidth]{{{path}}}"
        words = rf"\IfFileExists{{{path}}}{{{picture}}}{{{words}}}"
    return captioned(block, words, page)


WRITE: dict[type[Block], Callable[..., str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Equation: equation,
    Table: table,
    Figure: _figure,
    Box: _box,
    Check: _check,
    Details: _details,
    Passage: lambda block, page: _blocks(block.blocks, page) if block.shown else "",
    Code: _code,
}
