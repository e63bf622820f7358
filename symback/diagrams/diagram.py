"""Diagram: what ``sb.draw`` returns. It shows itself in a notebook and saves itself to a file."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from symback.diagrams.dot import write_dot
from symback.diagrams.figure import Figure
from symback.diagrams.layout import lay_out
from symback.diagrams.model import DiagramGraph
from symback.diagrams.pdf import write_pdf
from symback.diagrams.pictures import can_draw, draw_picture, draw_with_graphviz
from symback.diagrams.richtext import RichText
from symback.diagrams.svg import describe, escape, write_svg
from symback.diagrams.tikz import NEEDS, write_tikz
from symback.errors import DefinitionError, FileError
from symback.files import write_whole

ENGINES = ("symback", "graphviz")
SUFFIXES = (".svg", ".dot", ".gv", ".tex", ".png", ".pdf")


class Diagram:
    """A diagram as data (``graph``), placed when it is first needed (``figure``)."""

    def __init__(
        self,
        graph: DiagramGraph,
        figure: Figure | None = None,
        captions: Callable[[], Sequence[RichText]] | None = None,
    ) -> None:
        self.graph, self._figure, self._captions = graph, figure, captions

    @cached_property
    def figure(self) -> Figure:
        """The placed figure."""
        return self._figure or lay_out(self.graph)

    def backward(self) -> Sequence[Diagram]:
        """Return the backward pass step by step: a Series of figures with the same places.

        ``.save("backward.svg")`` writes backward-01.svg and so on. Raises DefinitionError where
        there is no goal.
        """
        # Why here? A series is made of diagrams.
        from symback.diagrams.series import Series

        return Series(self, self._captions() if self._captions and self.graph.backward else ())

    @cached_property
    def dot(self) -> str:
        """The diagram as DOT text; no Graphviz program is needed for it."""
        return write_dot(self.graph)

    @cached_property
    def _svg(self) -> str:
        return write_svg(self.figure)

    def tikz(self) -> str:
        r"""Return the diagram as LaTeX, to be put into a document with \\input.

        TikZ draws it if the document loads tikz, else LaTeX itself; needs xcolor and graphicx.
        """
        return write_tikz(self.figure)

    def svg(self) -> str:
        """Return the diagram as the text of a self-contained SVG file."""
        return self._svg

    def save(self, path: str | os.PathLike[str], *, engine: str = "symback") -> Path:
        """Write the diagram in the format that the suffix of ``path`` names; return the path.

        With engine="graphviz" the program ``dot`` places and draws an .svg, .png or .pdf.

        .svg, .dot (or .gv), .tex and .pdf need nothing else; for .png see ``pictures``. The file is
        complete or not there: it is written under another name and renamed. Raises FileError.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise FileError(
                f"save the diagram as {str(path)!r}",
                f"the suffix {path.suffix!r} names no format of diagrams",
                "use one of " + ", ".join(SUFFIXES),
            )
        if engine not in ENGINES:
            raise DefinitionError(
                f"save the diagram with engine={str(engine)[:40]!r}", "no such engine",
                "use " + " or ".join(ENGINES),
            )  # fmt: skip
        if engine == "graphviz" and suffix in (".svg", ".png", ".pdf"):
            asked = f"save the diagram as {str(path)!r} with Graphviz"
            content = draw_with_graphviz(suffix[1:], self.dot, asked)
        elif suffix == ".svg":
            content = self.svg().encode("utf-8")
        elif suffix == ".tex":
            content = f"{NEEDS}\n{self.tikz()}\n".encode()
        elif suffix in (".dot", ".gv"):
            content = self.dot.encode("utf-8")
        else:
            asked = f"save the diagram as {str(path)!r}"
            content = self._picture(suffix[1:], asked)
        write_whole(path, content)
        return path

    def _picture(self, kind: str, asked: str) -> bytes:
        if kind == "pdf":
            try:
                return write_pdf(self.figure, asked)
            except FileError as missing:
                # A letter that needs a font: programs that bring fonts come next.
                if not can_draw(kind):
                    raise missing
        return draw_picture(kind, self.svg, lambda: self.dot, asked)

    def __repr__(self) -> str:
        nodes, edges = len(self.graph.nodes), len(self.graph.edges)
        return f"Diagram({self.graph.title!r}: {nodes} nodes, {edges} edges)"

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.image(), "image/svg+xml": self.svg(), "text/plain": repr(self)}

    def image(self) -> str:
        """Return the diagram as an HTML image that holds its SVG, named by words."""
        # Why an image and not the SVG itself? A notebook that is not trusted drops inline SVG.
        data = base64.b64encode(self.svg().encode("utf-8")).decode("ascii")
        words = escape(f"{self.graph.title}: {self.graph.description or describe(self.graph)}")
        return f'<img style="max-width:100%" alt="{words}" src="data:image/svg+xml;base64,{data}"/>'
