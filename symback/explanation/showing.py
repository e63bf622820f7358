"""How an object shows itself in a notebook, given as a document.

JupyterLab takes the HTML card, whose formulas it sets itself, trusted or not. VS Code and Colab set
no formulas within HTML, so they are given Markdown only. marimo asks ``_display_`` first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from symback.notation.latex_text import escaped
from symback.notation.unicode import unicode_of
from symback.render.card import card
from symback.render.document import Document, Equation, Formula, Inlines, Paragraph, numbering, walk
from symback.render.markdown import folded_markdown
from symback.render.mathjax import aligned


def sets_formulas_in_html() -> bool:
    """Does the notebook that this runs in set formulas within HTML?"""
    main = sys.modules.get("__main__")
    return not hasattr(main, "__vsc_ipynb_file__") and "google.colab" not in sys.modules


def latex_of(made: Document) -> str:
    """Return the formulas of a document, each as a display that both TeX and MathJax take.

    Of the words only the paragraphs of a page without sections are kept.
    """
    labels = numbering(made)
    shown = []
    for block in walk(made.blocks):
        if isinstance(block, Equation):
            shown.append(f"$${aligned(block, labels, tagged=False)}$$")
        elif isinstance(block, Paragraph) and block in made.blocks:
            shown.append(escaped(plain(block.content)))
    return "\n\n".join(shown)


def plain(content: Inlines) -> str:
    """Return parts of a line as words."""
    return "".join(
        unicode_of(part.tree) if isinstance(part, Formula) else getattr(part, "text", "")
        for part in content
    )


def attach(kind: type, document_of: Callable[[Any], Document]) -> None:
    """Give a class the methods by which notebooks ask its objects for what they show."""
    kind._repr_html_ = lambda self: as_html(document_of(self))
    kind._repr_latex_ = lambda self: as_latex(document_of(self))
    kind._repr_markdown_ = lambda self: folded_markdown(document_of(self))
    kind._display_ = lambda self: in_marimo(folded_markdown(document_of(self)))


def as_html(made: Document, results: Iterable[str] = (), detail: int = 2) -> str | None:
    """Return a document as a card, for notebooks that set its formulas."""
    return card(made, results, detail) if sets_formulas_in_html() else None


def as_latex(made: Document) -> str | None:
    """Return the formulas of a document, for notebooks that do not set its Markdown better."""
    return latex_of(made) if sets_formulas_in_html() else None


def in_marimo(markdown: str) -> object:
    """Return Markdown as marimo shows it; only marimo asks for it."""
    return import_module("marimo").md(markdown)
