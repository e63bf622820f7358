"""Placed figures: nothing overlaps, equal graphs give equal figures, large graphs are no trap."""

import time

import pytest
from hypothesis import given, settings

from symback.diagrams.layout import LARGEST_LATTICE, lay_out
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain, symbol
from symback.errors import DefinitionError, NotYetError
from tests.diagrams.graphs import any_graphs, complaints, fully_connected, simple_graph


@given(any_graphs())
@settings(max_examples=150)
def test_nothing_overlaps_in_any_graph(graph):
    figure = lay_out(graph)
    assert complaints(figure) == []
    assert len(figure.nodes) == len(graph.nodes)
    assert [placed.number for placed in figure.edges] == list(range(len(graph.edges)))


@given(any_graphs())
@settings(max_examples=30)
def test_the_same_graph_gives_the_same_figure(graph):
    assert lay_out(graph) == lay_out(graph)


@pytest.mark.parametrize("sizes", [[1, 1], [2, 2, 1], [2, 2, 2], [3, 4, 4, 2], [1, 5, 1], [6, 1]])
@pytest.mark.parametrize("bias", [False, True])
def test_nothing_overlaps_in_a_network_of_neurons(sizes, bias):
    figure = lay_out(fully_connected(sizes, bias=bias))
    assert complaints(figure, lines_may_cross_texts=True) == []
    assert figure.hidden_texts == 0


def test_the_checker_of_overlaps_does_complain():
    figure = lay_out(simple_graph("x z, z E"))
    first, second, third = figure.nodes
    moved = type(second)(second.node, second.outline, first.box, first.rows)
    broken = type(figure)(
        figure.graph, figure.width, figure.height, (first, moved, third), figure.edges
    )
    assert "z overlaps x" in complaints(broken)


def test_the_flow_of_data_is_straight_and_parameters_stand_below_it():
    nodes = [("X", "input"), ("W", "parameter"), ("b", "parameter"), ("Z", "tensor")]
    nodes += [("A", "tensor"), ("Y", "input"), ("L", "loss")]
    graph = DiagramGraph(
        "layer",
        tuple(DiagramNode(name, kind, symbol(name)) for name, kind in nodes),
        tuple(DiagramEdge(*pair) for pair in ("XZ", "WZ", "bZ", "ZA", "YL", "AL")),
    )
    middle = {placed.node.id: placed.box.centre for placed in lay_out(graph).nodes}
    assert len({middle[name][1] for name in "XZAL"}) == 1
    assert middle["X"][1] < middle["W"][1] < middle["b"][1]
    assert middle["Y"][1] > middle["A"][1]
    assert middle["Y"][0] == pytest.approx(middle["A"][0])


def test_a_diamond_is_symmetric():
    middle = {p.node.id: p.box.centre for p in lay_out(simple_graph("a b, a c, b d, c d")).nodes}
    assert middle["a"][1] == middle["d"][1]
    assert middle["b"][1] + middle["c"][1] == pytest.approx(2 * middle["a"][1])


def test_a_skip_connection_runs_round_the_block_that_it_skips():
    figure = lay_out(simple_graph("x F, F y, x y"))
    middle = {placed.node.id: placed.box.centre for placed in figure.nodes}
    assert middle["x"][1] == middle["F"][1] == middle["y"][1]
    assert complaints(figure) == []


def test_two_edges_with_the_same_ends_are_two_lines():
    first, second = lay_out(simple_graph("x y, x y")).edges
    assert first.segments != second.segments
    assert first.tip != second.tip


def test_a_loop_is_drawn_beside_its_node():
    figure = lay_out(simple_graph("h h"))
    (node,), (loop,) = figure.nodes, figure.edges
    assert min(y for segment in loop.segments for _, y in segment) < node.box.y


def test_a_cycle_keeps_the_direction_of_its_arrows():
    for placed in lay_out(simple_graph("a b, b c, c a")).edges:
        box = {p.node.id: p.box for p in lay_out(simple_graph("a b, b c, c a")).nodes}
        target, source = box[placed.edge.target], box[placed.edge.source]
        assert _touches(target, placed.tip)
        assert _touches(source, placed.start)


def _touches(box, point) -> bool:
    return (
        box.x - 0.01 <= point[0] <= box.x + box.width + 0.01
        and box.y - 0.01 <= point[1] <= box.y + box.height + 0.01
    )


def test_a_single_node_is_a_figure():
    figure = lay_out(DiagramGraph("one", (DiagramNode("x", "input", symbol("x")),)))
    assert complaints(figure) == []


def test_parts_that_do_not_hang_together_stand_apart():
    figure = lay_out(simple_graph("a b, c d, e f, g h"))
    assert complaints(figure) == []


def test_150_nodes_do_not_overlap():
    arrows = ", ".join(f"n{k} n{k + 1}, n{k} n{min(k + 7, 150)}" for k in range(150))
    figure = lay_out(simple_graph(arrows))
    assert len(figure.nodes) == 151
    assert complaints(figure) == []


def test_a_chain_of_10000_nodes_is_placed_without_recursion():
    arrows = ", ".join(f"n{k} n{k + 1}" for k in range(9_999))
    started = time.perf_counter()
    figure = lay_out(simple_graph(arrows))
    assert len(figure.nodes) == 10_000
    assert time.perf_counter() - started < 30


def test_a_graph_that_cannot_be_read_is_refused_before_the_work():
    arrows = ", ".join(f"n{k} n{k + 1}, n0 n{k + 1}" for k in range(400))
    with pytest.raises(NotYetError, match='level="layers"'):
        lay_out(simple_graph(arrows))
    assert 400 * 401 / 2 > LARGEST_LATTICE


def test_texts_that_have_no_room_are_counted_and_said():
    figure = lay_out(fully_connected([21, 20]))
    assert figure.hidden_texts == 420
    assert "420 arrows" in figure.notes[0].row.pieces[0].piece.text
    assert complaints(figure, lines_may_cross_texts=True) == []


def test_an_empty_graph_is_refused():
    with pytest.raises(DefinitionError, match="no nodes"):
        DiagramGraph("empty", ())


def test_a_label_longer_than_a_page_is_cut_with_an_ellipsis():
    figure = lay_out(DiagramGraph("long", (DiagramNode("x", "tensor", plain("x" * 5000)),)))
    assert figure.width < 600
    assert figure.nodes[0].rows[0].row.pieces[0].piece.text.endswith("…")
