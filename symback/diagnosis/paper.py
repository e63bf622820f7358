"""Paper: a document with a chart, which prints, shows and saves itself."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path

from symback.charts.chart import Chart, Sheet
from symback.errors import FileError
from symback.files import write_whole
from symback.notation.numbers import number
from symback.notation.tree import Number, Tree, Words
from symback.notation.unicode import unicode_of
from symback.render.document import Document, Formula, Heading, Inlines
from symback.render.html import html
from symback.render.latex import latex
from symback.render.markdown import markdown
from symback.render.parts import figure
from symback.render.pdf import pdf
from symback.render.text import text

DETAIL = 2
PICTURES = (".svg", ".png")
SUFFIXES = ".svg, .png, .html, .tex, .pdf, .md or .txt"
# Digits of a measured number: more say nothing about a tendency.
DIGITS = 2


class Paper(ABC):
    """A document about a network, and a chart of its numbers."""

    caption = ""

    @property
    @abstractmethod
    def document(self) -> Document:
        """The page, without its picture."""

    @abstractmethod
    def plot(self) -> Chart | Sheet:
        """Return the chart of the numbers."""

    def svg(self) -> str:
        """Return the chart as the text of an SVG file."""
        return self.plot().svg()

    def text(self, columns: int = 100) -> str:
        """Return the page as Unicode text."""
        return text(self.document, DETAIL, columns)

    @cached_property
    def illustrated(self) -> Document:
        """The page with its chart, which stands before the first heading."""
        chart, blocks = self.plot(), self.document.blocks
        shown = figure(chart.svg(), self.caption, str(chart))
        places = [place for place, block in enumerate(blocks) if isinstance(block, Heading)]
        before = places[0] if places else len(blocks)
        return Document(self.document.title, (*blocks[:before], shown, *blocks[before:]))

    def html(self) -> str:
        """Return the page with its chart as one HTML file."""
        return html(self.illustrated, DETAIL)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the chart (svg, png) or the page (html, tex, pdf, md, txt), as the suffix says.

        Raises FileError, and NotYetError for pdf without pdflatex.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix in PICTURES:
            return self.plot().save(path)
        made = {
            ".html": self.html, ".txt": self.text,
            ".tex": lambda: latex(self.document), ".pdf": lambda: pdf(latex(self.document)),
            ".md": lambda: markdown(self.document),
        }.get(suffix)  # fmt: skip
        if made is None:
            raise FileError(
                f"save as {str(path)[:200]!r}", f"the suffix {path.suffix!r}", f"use {SUFFIXES}"
            )
        return write_whole(path, made())

    def __str__(self) -> str:
        return self.text()


def measured(value: float) -> Tree:
    """Return a measured number with two digits: 0.21, 3.4·10⁻⁶."""
    shown = f"{value:.{DIGITS - 1}e}"
    mantissa, marked, exponent = shown.partition("e")
    if not marked:
        return Words(shown)
    power = int(exponent)
    negative, mantissa = mantissa.startswith("-"), mantissa.lstrip("-")
    if float(mantissa) == 0:
        return Number("0")
    if -3 <= power <= 3:
        places = max(0, DIGITS - 1 - power)
        return Number(f"{abs(value):.{places}f}", negative=negative)
    return Number(mantissa, power, negative)


def limit_form(value: float) -> Tree:
    """Return an exact limit that was found on a grid: 0.25, 1, 1.13."""
    return number(round(value, 2))


def words(content: Inlines) -> str:
    """Return a sentence as plain text."""
    return "".join(
        unicode_of(part.tree) if isinstance(part, Formula) else getattr(part, "text", "")
        for part in content
    )


def counted_words(number: int, word: str) -> str:
    """Return 1 layer, 2 layers, 1,437 samples."""
    return f"{number:,} {word}{'s' * (number != 1)}"
