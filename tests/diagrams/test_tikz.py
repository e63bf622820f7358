import re
from itertools import pairwise

import pytest

from symback.diagrams.curves import quadratics
from symback.diagrams.diagram import Diagram
from symback.diagrams.latex_rows import pieces_latex
from symback.diagrams.layout import lay_out
from symback.diagrams.marks import Path, Words, marks
from symback.diagrams.model import (
    DiagramEdge,
    DiagramGraph,
    DiagramGroup,
    DiagramNode,
    LegendEntry,
)
from symback.diagrams.richtext import Piece, plain, symbol, unfolded
from symback.diagrams.styles import NODE_STYLES
from symback.diagrams.tikz import write_tikz
from symback.render.pdf import is_available
from tests.diagrams.graphs import fully_connected, simple_graph
from tests.render.compiling import compiled, has_file

needs_tex = pytest.mark.skipif(not is_available(), reason="pdflatex is not installed")
HOSTILE = "\\input{/etc/passwd} \\write18{x} 100% #1 $a$ a_b^c ^^5c & ~ {z} } \x1b[31m 層 é ÷ "

PAPER = r"""\documentclass{article}
\usepackage[margin=20mm]{geometry}
\usepackage{xcolor,graphicx%s}
\begin{document}
\noindent
%s
\end{document}
"""


def hostile_graph():
    text = plain(HOSTILE)
    return DiagramGraph(
        HOSTILE,
        (
            DiagramNode(HOSTILE, "input", text, text, HOSTILE, HOSTILE, HOSTILE, group=HOSTILE),
            DiagramNode("y", "loss", symbol(HOSTILE, HOSTILE, HOSTILE, bar=True)),
        ),
        (DiagramEdge(HOSTILE, "y", 0, text, HOSTILE, HOSTILE),),
        (DiagramGroup(HOSTILE, text),),
        (LegendEntry("path 1", HOSTILE), LegendEntry("value", HOSTILE)),
    )


def every_kind():
    nodes = tuple(DiagramNode(kind, kind, symbol("z", kind)) for kind in NODE_STYLES)
    legend = tuple(LegendEntry(kind, kind) for kind in (*NODE_STYLES, "value", "path 2"))
    edges = tuple(
        DiagramEdge("input", node.id, value="0.5", gradient="−1·10⁻⁵", paths=(1, 2))
        for node in nodes[1:]
    )
    return DiagramGraph("every kind", nodes, edges, legend=legend)


GRAPHS = {
    "simple": lambda: simple_graph("x z, w z, z z, z E"),
    "neurons": lambda: fully_connected([3, 4, 2], bias=True),
    "every kind": every_kind,
    "hostile": hostile_graph,
}


@needs_tex
@pytest.mark.parametrize("drawn_by", ["", ",tikz"])
@pytest.mark.parametrize("name", GRAPHS)
def test_both_drawings_compile_and_fit(name, drawn_by, tmp_path):
    if drawn_by and not has_file("tikz.sty"):
        pytest.skip("TikZ is not installed")
    log = compiled(PAPER % (drawn_by, write_tikz(lay_out(GRAPHS[name]()))), tmp_path)
    assert "Output written" in log
    assert not re.findall(r"^!.*|Overfull.*", log, re.MULTILINE)


@pytest.mark.parametrize("name", GRAPHS)
def test_both_drawings_hold_every_row_of_text(name):
    figure = lay_out(GRAPHS[name]())
    tikz, picture = write_tikz(figure).split("\\else\n")
    words = sum(isinstance(mark, Words) for mark in marks(figure))
    assert tikz.count("\\node[") == words
    assert picture.count("\\makebox[0pt]") == words


@pytest.mark.parametrize("name", GRAPHS)
def test_braces_and_groups_are_closed(name):
    source = re.sub(r"\\[{}]", "", write_tikz(lay_out(GRAPHS[name]())))
    assert source.count("{") == source.count("}")
    for group in ("tikzpicture", "picture"):
        assert source.count(f"\\begin{{{group}}}") == source.count(f"\\end{{{group}}}") == 1


def test_hostile_words_reach_latex_only_as_words():
    source = write_tikz(lay_out(hostile_graph()))
    commands = set(re.findall(r"\\([A-Za-z]+)", source))
    assert not commands & {"input", "write", "immediate", "def", "csname"}
    assert "^^" not in source
    assert "\x1b" not in source
    assert re.findall(r"(?<!\\)[%#&]", source.replace("%\n", "")) == []


def test_the_same_figure_gives_the_same_text():
    first, second = (write_tikz(lay_out(every_kind())) for _ in range(2))
    assert first == second


def test_a_wide_figure_is_made_narrower():
    figure = lay_out(simple_graph(", ".join(f"a{n} a{n + 1}" for n in range(30))))
    scale = float(re.search(r"x=([0-9.]+)pt", write_tikz(figure, 300.0))[1])
    assert figure.width * scale == pytest.approx(300.0, abs=1.0)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (symbol("w", "1"), "$w_{1}$"),
        (symbol("Z", "1", bar=True), r"$\bar{Z}_{1}$"),
        (symbol("net", "h1"), r"$\mathrm{net}_{h1}$"),
        (symbol("net", "hidden", bar=True), r"$\overline{\mathrm{net}}_{\mathrm{hidden}}$"),
        (plain("σ"), r"$\sigma$"),
        (unfolded(plain("3·10⁻⁵")), r"3$\cdot$10${}^{{-}5}$"),
        ((Piece("(y − a)"), Piece("2", "sup")), "(y $-$ a)${}^{2}$"),
    ],
)
def test_pieces_are_set_as_formulas(pieces, expected):
    assert pieces_latex(pieces) == expected


def test_curves_keep_their_ends_and_pass_near_the_middle():
    pieces = quadratics((0.0, 0.0), (((0.0, 40.0), (100.0, 40.0), (100.0, 0.0)),))
    assert pieces[0][0] == (0.0, 0.0)
    assert pieces[-1][-1] == (100.0, 0.0)
    assert any(end == (50.0, 30.0) for _, _, end in pieces)
    assert all(a[-1] == b[0] for a, b in pairwise(pieces))


def test_a_circle_is_a_closed_path_round_its_middle():
    figure = lay_out(DiagramGraph("o", (DiagramNode("h", "neuron", symbol("h")),)))
    (outline,) = [mark for mark in marks(figure) if isinstance(mark, Path)]
    (x, y), radius = figure.nodes[0].box.centre, figure.nodes[0].box.width / 2
    for point in (segment[-1] for segment in outline.segments):
        assert (point[0] - x) ** 2 + (point[1] - y) ** 2 == pytest.approx(radius**2)


def test_a_diagram_saves_itself_as_latex(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    diagram = Diagram(simple_graph("x z"))
    source = diagram.save(tmp_path / "net.tex").read_text("utf-8")
    assert source.startswith("% Needs")
    assert diagram.tikz() in source
