r"""Documents as LaTeX: a whole article, or a fragment to be pasted into a paper or slides.

An article has its macros (\pd, \adj, …) at the top, where they can be changed. A fragment uses no
macros, its labels have a prefix of their own, and its first line names the packages that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from symback.diagrams.tikz import write_tikz
from symback.notation.latex import DISPLAY, Mode
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
    Inlines,
    Items,
    Paragraph,
    Passage,
    Table,
    Text,
    numbering,
    shown,
    walk,
)
from symback.render.latex_equations import equations, is_joined
from symback.render.latex_page import (
    FRAGMENT_WIDTH,
    POINTS,
    TEXT_WIDTH,
    Page,
    anchor,
    bookmark,
    captioned,
    heading_inlines,
    inlines,
    is_wide,
    label_latex,
    plain_title,
)
from symback.render.latex_preamble import LAYOUT, MACROS, NEEDS, PACKAGES
from symback.render.latex_tables import lines_of, table

# A line of LaTeX holds about so many characters.
LINE_LENGTH = 110
# A result that takes more lines than this is not kept on one page.
LONGEST_BOX = 24


def latex(made: Document, fragment: bool = False, label: str | None = None, detail: int = 3) -> str:
    r"""Return the document as LaTeX; the same document gives the same bytes.

    ``fragment`` leaves out the preamble and macros; ``label`` is put before every \label, so that
    several fragments can stand in one paper (without one, a fragment's labels begin with its
    title). Details of a level above ``detail`` are left out.
    """
    display = DISPLAY if fragment else Mode(macros=True)
    kinds = {b.label: type(b) for b in shown(made.blocks, detail) if getattr(b, "label", "")}
    if label is None and fragment:
        label = plain_title(made.title)
    prefix = f"{label_latex(label)}:" if label else ""
    room = FRAGMENT_WIDTH if fragment else TEXT_WIDTH
    page = Page(numbering(made), kinds, prefix, detail, display, room, fragment)
    body = _blocks(made.blocks, page)
    if fragment:
        inside = f"\\allowdisplaybreaks\\emergencystretch=3em\n{folded(body)}\n\\par"
        return f"{NEEDS}\n\\begingroup\n{inside}\\endgroup\n"
    known = f"\\hypersetup{{pdftitle={{{bookmark(made.title)}}}}}\n"
    title = (
        f"\\title{{{heading_inlines(made.title, page)}}}\n"
        "\\author{}% who hands it out\n\\date{}% and when\n"
    )
    parts = ("\\maketitle", body, _appendix(made, page))
    inside = folded("\n\n".join(part for part in parts if part))
    preamble = f"{PACKAGES}{MACROS}{LAYOUT}{known}\n{folded(title)}"
    return f"{preamble}\n\\begin{{document}}\n{inside}\n\\end{{document}}\n"


def _appendix(made: Document, page: Page) -> str:
    """Return the lines of the program as an appendix, if the text itself does not show them."""
    lines = [
        block.text
        for passage in walk(made.blocks)
        if isinstance(passage, Passage) and passage.form == "numpy" and not passage.shown
        for block in passage.blocks if isinstance(block, Code)
    ]  # fmt: skip
    if not lines:
        return ""
    return (
        "\\appendix\n\\section{The program}\nThe NumPy lines that compute these equations, in the "
        f"order of the text.\n\n{_code(Code(chr(10).join(lines)), page)}"
    )


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
    for joined, run in groupby(_flat(blocks), is_joined):
        # Equations that follow each other are one display, aligned throughout.
        for part in [list(run)] if joined else [[block] for block in run]:
            is_display = isinstance(part[0], Equation)
            written = equations(part, page) if is_display else WRITE[type(part[0])](part[0], page)
            # A display belongs to the paragraph before it; an empty line would add another.
            between = "\n" if is_display else "\n\n"
            text += (between if text and written else "") + written
    return text


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks, those of a passage in its place: its displays belong to the words before."""
    for block in blocks:
        if isinstance(block, Passage):
            yield from _flat(block.blocks if block.shown else ())
        else:
            yield block


# Blocks of words


SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}
# A fragment is a part of something: its headings have no numbers and rank lower.
WITHIN = {1: "subsection*", 2: "subsubsection*", 3: "paragraph*"}


def _heading(block: Heading, page: Page) -> str:
    title = heading_inlines(block.title, page)
    if page.fragment:
        return rf"\{WITHIN[block.level]}{{{title}}}" + anchor(block.label, page)
    bookmarked = rf"\texorpdfstring{{{title}}}{{{bookmark(block.title)}}}"
    return rf"\{SECTIONS[block.level]}{{{bookmarked}}}" + anchor(block.label, page)


def _paragraph(block: Paragraph, page: Page) -> str:
    return _ragged(block.content, inlines(block.content, page), page)


def _ragged(content: Inlines, words: str, page: Page) -> str:
    """Return a paragraph; one with formulas too wide for a straight margin gets a ragged one."""
    return f"{{\\raggedright {words}\\par}}" if is_wide(content, page) else words


def _items(block: Items, page: Page) -> str:
    kind = "enumerate" if block.numbered else "itemize"
    lines = [rf"\item {inlines(item, page)}" for item in block.items]
    tight = r"\setlength{\itemsep}{0pt}\setlength{\parskip}{2pt}" if page.fragment else ""
    tight += r"\raggedright" if any(is_wide(item, page) for item in block.items) else ""
    return "\n".join([rf"\begin{{{kind}}}{tight}", *lines, rf"\end{{{kind}}}"])


def _check(block: Check, page: Page) -> str:
    word = "passed" if block.passed else "failed"
    mark = rf"\{word}" if page.display.macros else MARKS[word]
    return _ragged(block.content, rf"{mark}~{inlines(block.content, page)}", page)


MARKS = {"passed": r"$\checkmark$", "failed": r"$\times$"}
# So many characters of a program fit on a line, by size of type, of an article's width.
CODE_SIZES = ((86, r"\small"), (96, r"\footnotesize"), (107, r"\scriptsize"))


def _code(block: Code, page: Page) -> str:
    share = page.room / TEXT_WIDTH
    widest, smallest = int(CODE_SIZES[-1][0] * share), CODE_SIZES[-1][1]
    lines = [
        line[start : start + widest]
        for line in block.text.splitlines()
        for start in range(0, max(1, len(line)), widest)
    ]
    longest = max(map(len, lines), default=0)
    size = next((size for fits, size in CODE_SIZES if longest <= fits * share), smallest)
    if not page.fragment and all(_is_verbatim(line) for line in lines):
        shown = "\n".join(lines)
        return f"{{{size}\n\\begin{{verbatim}}\n{shown}\n\\end{{verbatim}}\n}}"
    shown = "\\\\\n".join(typewriter(line) or "~" for line in lines)
    return f"{{{size}\\ttfamily\\raggedright\n{shown}\\par}}"


def _is_verbatim(line: str) -> bool:
    """Can a line of a program stand as it is? What has no glyph or ends the block cannot."""
    return line.isascii() and (line.isprintable() or not line) and "\\end" not in line


def _box(block: Box, page: Page) -> str:
    is_long = sum(lines_of(part, page) for part in block.blocks) > LONGEST_BOX
    if page.fragment:
        inside = _blocks(block.blocks, page.narrower(2.0, within=True))
        if is_long:
            return f"\\par\\medskip\\hrule\\medskip\n{inside}\n\\par\\medskip\\hrule\\medskip"
        return (
            "\\begin{center}\\fbox{\\begin{minipage}{0.94\\linewidth}\n"
            f"{inside}\n\\end{{minipage}}}}\\end{{center}}"
        )
    name = "longresult" if is_long else "result"
    inside = _blocks(block.blocks, page if is_long else page.narrower(2.0, within=True))
    return f"\\begin{{{name}}}\n{inside}\n\\end{{{name}}}"


def _details(block: Details, page: Page) -> str:
    if block.level > page.detail:
        return ""
    summary = (
        Text(part.text, part.weight or "emphasis") if isinstance(part, Text) else part
        for part in block.summary
    )
    inside = _blocks((Paragraph(tuple(summary)), *block.blocks), page.narrower(4.5))
    return f"\\begin{{quote}}\n{inside}\n\\end{{quote}}"


def _figure(block: Figure, page: Page) -> str:
    if block.drawing is not None:
        drawn = write_tikz(block.drawing, 0.97 * POINTS * page.room)
        # Slides and columns may be narrower than the page for which it was drawn.
        fitted = (
            f"\\sbox0{{%\n{drawn}}}%\n\\ifdim\\wd0>\\linewidth"
            "\\resizebox{\\linewidth}{!}{\\usebox0}\\else\\usebox0\\fi"
        )
        return captioned(block, fitted, page)
    words = rf"\fbox{{\parbox{{0.8\linewidth}}{{{escaped(block.alternative)}}}}}"
    if block.file:
        path = "".join(c for c in block.file if c.isascii() and (c.isalnum() or c in "-_./"))
        picture = rf"\includegraphics[width=0.9\linewidth]{{{path}}}"
        words = rf"\IfFileExists{{{path}}}{{{picture}}}{{{words}}}"
    return captioned(block, words, page)


WRITE: dict[type[Block], Callable[..., str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Table: table,
    Figure: _figure,
    Box: _box,
    Check: _check,
    Details: _details,
    Code: _code,
}
