import pytest

from symback.diagrams.dot import write_dot
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain, symbol
from tests.diagrams.graphs import fully_connected, simple_graph


def test_nodes_edges_and_labels_are_there():
    dot = write_dot(fully_connected([2, 1]))
    assert dot.startswith("digraph {")
    assert "rankdir=LR" in dot
    assert 'n0 [label="a₀\\nvalue 0.593"' in dot
    assert 'n0 -> n2 [label="w₁₂ = 0.1234\\ngradient −0.0567"' in dot
    assert dot.count("rank=same") == 2


def test_parallel_edges_are_both_written():
    assert write_dot(simple_graph("x y, x y")).count("n0 -> n1") == 2


def test_down_is_top_to_bottom():
    assert "rankdir=TB" in write_dot(simple_graph("x y", direction="down"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<b>x</b>", '"<b>x</b>"'),
        ("a:b", '"a:b"'),
        ('"]; x [', '"\\"]; x ["'),
        ("\\N\\l", '"\\\\N\\\\l"'),
        ("&lt;", '"&amp;lt;"'),
        ("\x00\n", '"␀ "'),
    ],
)
def test_hostile_text_is_one_quoted_label(text, written):
    graph = DiagramGraph(
        text, (DiagramNode(text, "tensor", plain(text)),), (DiagramEdge(text, text, tooltip=text),)
    )
    dot = write_dot(graph)
    assert f"label={written} fillcolor" in dot
    assert "n0 -> n0" in dot
    assert "<<" not in dot


def test_the_same_graph_gives_the_same_text():
    assert write_dot(fully_connected([3, 2])) == write_dot(fully_connected([3, 2]))


def test_a_label_that_looks_like_markup_is_no_markup():
    dot = write_dot(DiagramGraph("<i>t</i>", (DiagramNode("x", "input", symbol("x")),)))
    assert 'label="<i>t</i>"' in dot
