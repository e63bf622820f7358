"""Explanation: what ``sb.explain`` returns. It prints, shows and saves itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from symback.errors import DefinitionError, FileError
from symback.explanation.equations import PageEquation, equations_of
from symback.explanation.picture import picture
from symback.explanation.program_cells import program_cells
from symback.explanation.showing import as_html, as_latex, in_marimo, plain
from symback.files import write_whole
from symback.record.archive import stored
from symback.record.steps import AdjointRecord
from symback.render.document import Document
from symback.render.html import html
from symback.render.latex import latex
from symback.render.markdown import figures_of, folded_markdown, markdown
from symback.render.notebook import notebook
from symback.render.pdf import pdf
from symback.render.pictures import drawing
from symback.render.text import text

SUFFIXES = ".html, .tex, .pdf, .md, .ipynb, .txt or .json"


class Explanation:
    """A derivation as a page: ``print`` it, show it in a notebook, or ``save`` it.

    ``wanted`` are the tensors whose gradients the page is about, ``names`` all whose derivations it
    shows, ``at`` the values that it was computed with.
    """

    def __init__(
        self,
        page: Document,
        derivation: Any,
        names: tuple[str, ...],
        detail: int,
        wanted: tuple[str, ...] = (),
        at: Mapping[str, object] | None = None,
    ) -> None:
        # A sentence needs no picture.
        drawn = picture(derivation, at) if detail else None
        blocks = (drawn, *page.blocks) if drawn else page.blocks
        self.document, self.detail = Document(page.title, blocks), detail
        self._derivation, self._names = derivation, names
        self._wanted, self._at = wanted or tuple(derivation.wrt), at

    @property
    def steps(self) -> tuple[AdjointRecord, ...]:
        """The recorded derivations that the page shows, in the order of the backward pass."""
        return tuple(self._derivation[name].record for name in self._names)

    @property
    def equations(self) -> tuple[PageEquation, ...]:
        """The numbered equations of the page, each of which can be saved as a picture."""
        return equations_of(self.document)

    def equation(self, number: int | str) -> PageEquation:
        """Return the equation with this number, or with this label; raises DefinitionError."""
        found = self.equations
        for one in found:
            if number in (one.label, one.number) or one.number == f"({number})":
                return one
        last = found[-1].number if found else "none"
        raise DefinitionError(
            f"equation {str(number)[:40]!r} of an explanation", "no such equation",
            f"the last one is {last}; explanation.equations lists them with their labels",
        )  # fmt: skip

    def text(self, columns: int = 100) -> str:
        """Return the page as Unicode text."""
        return text(self.document, max(self.detail, 2), columns)

    def latex(self, fragment: bool = False, label: str | None = None) -> str:
        r"""Return the page as a LaTeX document; as a ``fragment`` to paste into a paper or slides.

        ``label`` is put before every \\label of a fragment.
        """
        if label is not None and not isinstance(label, str):
            found = f"a {type(label).__name__}"
            raise DefinitionError("latex: label", found, 'a word for this fragment: label="mazur"')
        return latex(self.document, fragment=fragment, label=label)

    def markdown(self) -> str:
        """Return the page as Markdown with LaTeX formulas; words stand for its figures."""
        return markdown(self.document)

    def html(self) -> str:
        """Return the page as one HTML file, with the network's picture; it loads nothing else."""
        return html(self.document, max(self.detail, 2))

    def notebook(self, offline: bool = False) -> str:
        """Return the page as the text of a notebook, with cells that compute and check it.

        ``offline`` makes images of the equations, for readers without MathJax; it needs the extra
        ``images``.
        """
        cells = program_cells(self._derivation, self._wanted, self._at)
        return notebook(self.document, cells, offline)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as the suffix says; return the path.

        html, tex, pdf, md (with each figure beside it, as page-figure-1.svg), ipynb, txt, and json,
        which holds the recorded steps. The file is complete or not there. Raises FileError, and
        NotYetError for pdf without pdflatex.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix == ".md":
            return self._save_markdown(path)
        made = {
            ".html": self.html, ".tex": self.latex, ".pdf": lambda: pdf(self.latex()),
            ".ipynb": self.notebook, ".txt": self.text, ".json": lambda: stored(self._derivation),
        }.get(suffix)  # fmt: skip
        if made is None:
            raise FileError(
                f"save the explanation as {str(path)!r}", f"the suffix {path.suffix!r}",
                f"use {SUFFIXES}",
            )  # fmt: skip
        return write_whole(path, made())

    def _save_markdown(self, path: Path) -> Path:
        """Write the page and, beside it, its figures: pages such as GitHub's show only files."""
        names: dict[str, str] = {}
        for number, figure in enumerate(figures_of(self.document), 1):
            shown = drawing(figure)
            if shown:
                name = f"{path.stem}-figure-{number}.svg"
                write_whole(path.with_name(name), shown)
                names[figure.svg] = name
        return write_whole(path, markdown(self.document, figures=names))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        title = plain(self.document.title)
        shown = title if len(title) <= 60 else title[:59] + "…"
        return f"Explanation({shown!r}, detail={self.detail}, {len(self._names)} derivations)"

    # In a notebook -------------------------------------------------------------------------------

    @property
    def _results(self) -> tuple[str, ...]:
        return tuple(f"adj:{name}" for name in self._wanted)

    def _repr_html_(self) -> str | None:
        return as_html(self.document, self._results, self.detail)

    def _repr_markdown_(self) -> str:
        return folded_markdown(self.document, self._results, self.detail)

    def _repr_latex_(self) -> str | None:
        return as_latex(self.document)

    def _display_(self) -> object:
        return in_marimo(self._repr_markdown_())
