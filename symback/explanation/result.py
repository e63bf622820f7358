"""Explanation: what ``sb.explain`` returns. It prints, shows and saves itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from symback.errors import FileError, NotYetError
from symback.explanation.picture import picture
from symback.files import write_whole
from symback.notation.unicode import unicode_of
from symback.record.archive import stored
from symback.record.steps import AdjointRecord
from symback.render.document import Document, Formula
from symback.render.html import html
from symback.render.latex import latex
from symback.render.markdown import markdown
from symback.render.pdf import pdf
from symback.render.text import text

LATER = (".ipynb",)


class Explanation:
    """A derivation as a page: ``print`` it, or ``save`` it as html, tex, pdf, md, txt or json."""

    def __init__(
        self, page: Document, derivation: Any, names: tuple[str, ...], detail: int
    ) -> None:
        drawn = picture(derivation)
        blocks = (drawn, *page.blocks) if drawn else page.blocks
        self.document, self.detail = Document(page.title, blocks), detail
        self._derivation, self._names = derivation, names

    @property
    def steps(self) -> tuple[AdjointRecord, ...]:
        """The recorded derivations that the page shows, in the order of the backward pass."""
        return tuple(self._derivation[name].record for name in self._names)

    def text(self, columns: int = 100) -> str:
        """Return the page as Unicode text."""
        return text(self.document, max(self.detail, 2), columns)

    def latex(self, fragment: bool = False, label: str | None = None) -> str:
        r"""Return the page as a LaTeX document; as a ``fragment`` to paste into a paper or slides.

        ``label`` is put before every \\label of a fragment.
        """
        return latex(self.document, fragment=fragment, label=label)

    def markdown(self) -> str:
        """Return the page as Markdown with LaTeX formulas."""
        return markdown(self.document)

    def html(self) -> str:
        """Return the page as one HTML file, with the network's picture; it loads nothing else."""
        return html(self.document, max(self.detail, 2))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page as the suffix says (html, tex, pdf, md, txt, json); return the path.

        json holds the recorded steps. The file is complete or not there. Raises FileError, and
        NotYetError for ipynb and, without pdflatex, pdf.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix in LATER:
            raise NotYetError(
                f"save the explanation as {str(path)!r}",
                "not written yet",
                "use .html, .tex, .pdf, .md, .txt or .json",
            )
        made = {
            ".html": self.html, ".tex": self.latex, ".pdf": lambda: pdf(self.latex()),
            ".md": self.markdown, ".txt": self.text, ".json": lambda: stored(self._derivation),
        }.get(suffix)  # fmt: skip
        if made is None:
            raise FileError(
                f"save the explanation as {str(path)!r}", f"the suffix {path.suffix!r}",
                "use .html, .tex, .pdf, .md, .txt or .json",
            )  # fmt: skip
        return write_whole(path, made())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        title = "".join(
            unicode_of(part.tree) if isinstance(part, Formula) else getattr(part, "text", "")
            for part in self.document.title
        )
        shown = title if len(title) <= 60 else title[:59] + "…"
        return f"Explanation({shown!r}, detail={self.detail}, {len(self._names)} derivations)"

    def _repr_markdown_(self) -> str:
        return self.markdown()
