import dataclasses

import pytest

from symback.diagrams.layout import lay_out
from symback.diagrams.model import DiagramEdge, DiagramGraph, DiagramNode
from symback.diagrams.richtext import plain, symbol
from tests.diagrams.graphs import complaints, fully_connected


def middles(graph):
    return {placed.node.id: placed.box.centre for placed in lay_out(graph).nodes}


def test_arrows_are_straight_and_columns_are_upright():
    figure = lay_out(fully_connected([2, 3, 1]))
    assert all(len(edge.segments) == 1 and len(edge.segments[0]) == 1 for edge in figure.edges)
    middle = {placed.node.id: placed.box.centre for placed in figure.nodes}
    assert middle["a1_0"][0] == middle["a1_1"][0] == middle["a1_2"][0]
    assert middle["a1_1"][1] == pytest.approx((middle["a0_0"][1] + middle["a0_1"][1]) / 2)


def test_neurons_keep_the_order_in_which_they_were_given():
    middle = middles(fully_connected([4, 2]))
    heights = [middle[f"a0_{number}"][1] for number in range(4)]
    assert heights == sorted(heights)


def test_bias_units_stand_below_and_do_not_move_the_neurons():
    with_bias, without = (
        middles(fully_connected([2, 2], bias=True)),
        middles(fully_connected([2, 2])),
    )
    assert with_bias["a0_0"][1] == pytest.approx(with_bias["a1_0"][1])
    assert without["a0_0"][1] == pytest.approx(without["a1_0"][1])
    assert with_bias["unit0"][1] > with_bias["a0_1"][1]


def test_texts_lie_along_their_arrows():
    figure = lay_out(fully_connected([2, 2]))
    slanted = [edge for edge in figure.edges if abs(edge.start[1] - edge.tip[1]) > 5]
    assert slanted
    assert all(abs(row.angle) > 5 for edge in slanted for row in edge.rows)


def test_small_networks_have_no_arrow_through_a_text():
    for sizes in ([1, 1], [2, 1], [2, 2], [2, 2, 2]):
        figure = lay_out(fully_connected(sizes, bias=True))
        assert not any(row.crossed for edge in figure.edges for row in edge.rows)


def test_twin_arrows_run_side_by_side():
    graph = fully_connected([1, 1], texts=False)
    twins = dataclasses.replace(graph, edges=graph.edges * 2)
    figure = lay_out(twins)
    first, second = figure.edges
    assert abs(first.tip[1] - second.tip[1]) == pytest.approx(10)
    assert complaints(figure) == []


def test_the_texts_of_twin_arrows_stand_apart():
    graph = fully_connected([1, 1])
    figure = lay_out(dataclasses.replace(graph, edges=graph.edges * 2))
    assert complaints(figure, lines_may_cross_texts=True) == []
    assert not any(row.crossed for edge in figure.edges for row in edge.rows)


def test_a_crowd_of_texts_is_left_out_and_said():
    figure = lay_out(fully_connected([8, 8, 1]))
    assert figure.hidden_texts == 64
    assert sum(bool(edge.rows) for edge in figure.edges) == 8
    assert complaints(figure, lines_may_cross_texts=True) == []


def test_an_edge_that_skips_a_column_is_laid_out_in_layers():
    nodes = tuple(
        DiagramNode(name, "neuron", symbol(name), column=column)
        for column, name in enumerate("abc")
    )
    edges = (DiagramEdge("a", "b"), DiagramEdge("b", "c"), DiagramEdge("a", "c", label=plain("w")))
    figure = lay_out(DiagramGraph("skip", nodes, edges, arrangement="columns"))
    assert complaints(figure) == []
    assert any(len(segment) == 3 for segment in figure.edges[2].segments)
