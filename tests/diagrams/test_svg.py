"""SVG: well-formed, escaped, self-contained, the same bytes; what is not known is not printed."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.diagrams.layout import lay_out
from symback.diagrams.model import (
    DiagramEdge,
    DiagramGraph,
    DiagramGroup,
    DiagramNode,
    LegendEntry,
)
from symback.diagrams.richtext import plain, symbol
from symback.diagrams.svg import number, write_svg
from symback.diagrams.typography import text_width
from tests.diagrams.graphs import any_graphs, fully_connected, simple_graph

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</script><script>alert(1)</script>",
    "</svg><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "' onload='alert(1)",
    "]]>&lt;&#x3c;&amp;",
    "\x00\x01\x1b[31m\x7f\ufffe\ud800\u202e",
    "{}%s\\N${x}`",
]


def elements(svg: str):
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in elements(svg).iter(f"{SVG}text")]


@given(any_graphs())
@settings(max_examples=40)
def test_every_graph_gives_well_formed_xml(graph):
    root = elements(write_svg(lay_out(graph)))
    edges = [g.get("data-edge") for g in root.iter(f"{SVG}g") if g.get("class") == "edge"]
    assert edges == [str(place) for place in range(len(graph.edges))]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_text(text):
    hostile = plain(text)
    graph = DiagramGraph(
        text,
        (
            DiagramNode(text, "input", hostile, hostile, text, text, text, text, group=text),
            DiagramNode("y", "loss", hostile),
        ),
        (DiagramEdge(text, "y", 0, hostile, text, text, text),),
        (DiagramGroup(text, hostile),),
        (LegendEntry(text, text),),
        description=text,
    )
    root = elements(write_svg(lay_out(graph)))
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "g",
        "path",
        "polygon",
        "text",
        "tspan",
    }
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on")]


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_any_text_is_kept_as_text(text):
    svg = write_svg(lay_out(DiagramGraph(text, (DiagramNode("x", "tensor", plain(text)),))))
    assert elements(svg).tag == f"{SVG}svg"


def test_no_script_and_no_resource_from_outside():
    svg = write_svg(lay_out(fully_connected([2, 2], bias=True)))
    assert not re.search(r"<script|href|url\(|@import|<image|<foreignObject", svg)
    assert svg.count("http") == 1  # the namespace


def test_the_same_graph_gives_the_same_bytes():
    one, other = (write_svg(lay_out(fully_connected([3, 4, 2]))) for _ in range(2))
    assert one == other


def test_what_was_not_computed_is_not_printed():
    assert texts(write_svg(lay_out(simple_graph("x z, z E")))) == ["x", "z", "E"]


def test_value_above_and_gradient_below_the_arrow_in_their_colours():
    graph = DiagramGraph(
        "one",
        (DiagramNode("x", "input", symbol("x")), DiagramNode("z", "tensor", symbol("z"))),
        (DiagramEdge("x", "z", value="2", gradient="−12"),),
    )
    figure = lay_out(graph)
    (edge,) = figure.edges
    above, below = edge.rows
    assert above.y < edge.tip[1] < below.y - below.row.size * 0.7
    svg = write_svg(figure)
    spans = {
        "".join(span.itertext()): span.get("fill") for span in elements(svg).iter(f"{SVG}tspan")
    }
    assert spans["2"] == "#0072B2"
    assert spans["−12"] == "#D55E00"


def test_subscripts_are_lower_and_smaller_and_a_bar_is_a_line():
    node = DiagramNode("Z", "tensor", symbol("Z", "1", bar=True))
    root = elements(write_svg(lay_out(DiagramGraph("bar", (node,)))))
    base, sub = root.iter(f"{SVG}tspan")
    assert base.get("font-style") == "italic"
    assert float(sub.get("y")) > float(base.get("y"))
    assert float(sub.get("font-size")) < float(base.get("font-size"))
    assert [path for path in root.iter(f"{SVG}path") if path.get("class", "").startswith("bar")]


def test_a_figure_has_words_for_readers_who_do_not_see_it():
    root = elements(write_svg(lay_out(simple_graph("x z, z E"))))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "simple"
    assert root.find(f"{SVG}desc").text == "3 nodes, 2 arrows: x → z, z → E."


def test_highlighted_paths_are_bands_with_their_numbers():
    graph = DiagramGraph(
        "paths",
        (
            DiagramNode("x", "input", symbol("x"), paths=(1, 2)),
            DiagramNode("z", "tensor", symbol("z")),
        ),
        (DiagramEdge("x", "z", paths=(1, 2)),),
    )
    svg = write_svg(lay_out(graph))
    assert svg.count('class="band path-1"') == svg.count('class="band path-2"') == 2


def test_a_group_has_a_frame_unless_another_node_stands_in_it():
    nodes = [DiagramNode(name, "tensor", symbol(name), group=group) for name, group in ("ag", "bg")]
    groups = (DiagramGroup("g", plain("layer 1")),)
    free = DiagramGraph("g", tuple(nodes), (DiagramEdge("a", "b"),), groups)
    assert 'class="group"' in write_svg(lay_out(free))
    between = DiagramGraph(
        "g",
        (nodes[0], DiagramNode("c", "tensor", symbol("c")), nodes[1]),
        (DiagramEdge("a", "c"), DiagramEdge("c", "b")),
        groups,
    )
    assert 'class="group"' not in write_svg(lay_out(between))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.126, "0.13"), (-0.001, "0"), (-2.5, "-2.5"), (1e6, "1000000")],
)
def test_coordinates_are_short(value, text):
    assert number(value) == text


def test_a_text_is_held_to_its_room_whatever_the_font():
    node = DiagramNode("x", "tensor", plain("accuracy"))
    svg = write_svg(lay_out(DiagramGraph("held", (node,))))
    (span,) = elements(svg).iter(f"{SVG}tspan")
    assert float(span.get("textLength")) == pytest.approx(text_width("accuracy", 17.0), abs=0.01)


def test_a_long_legend_runs_over_several_lines_of_the_paper():
    legend = tuple(LegendEntry("input", f"entry number {number}") for number in range(12))
    node = DiagramNode("x", "input", symbol("x"))
    figure = lay_out(DiagramGraph("legend", (node,), legend=legend))
    assert len({mark.box.y for mark in figure.legend}) > 1
    assert all(mark.row.x + mark.row.row.width < figure.width for mark in figure.legend)
    assert all(mark.box.y + mark.box.height < figure.height for mark in figure.legend)
