"""One equation of a page: its TeX, its picture, and how it shows itself in a notebook."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from symback.errors import FileError
from symback.files import write_whole
from symback.raster import ZOOM
from symback.render.document import Document, Equation, numbering, walk
from symback.render.images import equation_svg, png
from symback.render.latex import latex
from symback.render.mathjax import aligned
from symback.render.references import resolved
from symback.render.text import text

SUFFIXES = ".svg, .png, .tex or .txt"


@dataclass(frozen=True, slots=True)
class PageEquation:
    """A numbered equation of an explanation, with all its lines: ``explanation.equation(18)``."""

    number: str
    label: str
    block: Equation

    def svg(
        self, colour: str = "black", background: str | None = "white", numbered: bool = True
    ) -> str:
        """Return the equation as SVG whose letters are outlines; it needs the extra ``images``.

        Without ``background`` the picture is clear, and ``colour`` has to suit what is below it.
        """
        return equation_svg(self.block, self.number if numbered else "", colour, background)

    def png(
        self,
        colour: str = "black",
        background: str | None = "white",
        numbered: bool = True,
        zoom: float = ZOOM,
    ) -> bytes:
        """Return the equation as PNG, ``zoom`` times the size of the SVG."""
        return png(self.svg(colour, background, numbered), zoom)

    def latex(self) -> str:
        """Return the equation in LaTeX, to be pasted: the packages that it needs are named."""
        return latex(self._alone(), fragment=True)

    def text(self, columns: int = 100) -> str:
        """Return the equation as lines of Unicode text."""
        return text(self._alone(), columns=columns)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the equation as .svg, .png, .tex or .txt; return the path. Raises FileError."""
        path = Path(path)
        made = {
            ".svg": self.svg, ".png": self.png, ".tex": self.latex, ".txt": self.text
        }.get(path.suffix.lower())  # fmt: skip
        if made is None:
            raise FileError(
                f"save equation {self.number} as {str(path)[:200]!r}",
                f"the suffix {path.suffix[:40]!r}", f"use {SUFFIXES}",
            )  # fmt: skip
        return write_whole(path, made())

    def _alone(self) -> Document:
        return Document((), (Equation(self.block.lines, "", self.block.stacked),))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"PageEquation({self.number} {self.label!r}: {len(self.block.lines)} lines)"

    def _repr_latex_(self) -> str:
        return f"$${aligned(self.block, {self.label: self.number}, tagged=False)}$$"


def equations_of(made: Document) -> tuple[PageEquation, ...]:
    """Return the numbered equations of a document, in the order of their numbers."""
    numbers = numbering(made)
    found = (block for block in walk(made.blocks) if isinstance(block, Equation) and block.label)
    return tuple(
        PageEquation(numbers[block.label], block.label, resolved(block, numbers)) for block in found
    )
