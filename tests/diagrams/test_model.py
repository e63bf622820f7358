import json

import pytest
from hypothesis import given, settings

from symback.diagrams.model import (
    DiagramEdge,
    DiagramGraph,
    DiagramGroup,
    DiagramNode,
    LegendEntry,
    graph_from_data,
    graph_to_data,
)
from symback.diagrams.richtext import Piece, symbol
from symback.errors import DefinitionError
from tests.diagrams.graphs import any_graphs, fully_connected

X = DiagramNode("x", "input", symbol("x"))


@given(any_graphs())
@settings(max_examples=40)
def test_json_keeps_every_graph(graph):
    assert graph_from_data(json.loads(json.dumps(graph_to_data(graph)))) == graph


def test_json_keeps_groups_legend_and_paths():
    graph = DiagramGraph(
        "all",
        (DiagramNode("x", "input", symbol("x"), group="g", paths=(1, 2)),),
        (DiagramEdge("x", "x", 1, paths=(2,)),),
        (DiagramGroup("g", symbol("layer")),),
        (LegendEntry("value", "forward"),),
        "down",
    )
    assert graph_from_data(json.loads(json.dumps(graph_to_data(graph)))) == graph


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"nodes": ()}, "no nodes"),
        ({"nodes": (X, X)}, "two nodes have the id 'x'"),
        ({"nodes": (X,), "edges": (DiagramEdge("x", "y"),)}, "names the node 'y'"),
        ({"nodes": (DiagramNode("x", "star", ()),)}, "has the kind 'star'"),
        ({"nodes": (DiagramNode("x", "input", (), group="g"),)}, "in the group 'g'"),
        ({"nodes": (DiagramNode("x", "input", (Piece("x", "up"),)),)}, "in the place 'up'"),
        ({"nodes": (X,), "direction": "left"}, "direction is 'left'"),
        ({"nodes": (X,), "arrangement": "circle"}, "arrangement is 'circle'"),
    ],
)
def test_a_graph_that_does_not_hang_together_is_refused(arguments, found):
    with pytest.raises(DefinitionError) as caught:
        DiagramGraph("broken", **arguments)
    assert found in caught.value.found


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(schema=99),
        lambda data: data.pop("nodes"),
        lambda data: data.update(nodes=7),
        lambda data: data["nodes"][0].update(id=3),
        lambda data: data["nodes"][0].update(column="1"),
        lambda data: data["nodes"][0].update(paths=[True]),
        lambda data: data["nodes"][0].update(label=["x"]),
        lambda data: data["edges"][0].pop("value"),
    ],
)
def test_broken_data_is_refused(change):
    data = json.loads(json.dumps(graph_to_data(fully_connected([1, 1]))))
    change(data)
    with pytest.raises(DefinitionError, match="reading a diagram"):
        graph_from_data(data)


@pytest.mark.parametrize("data", [None, 3, "text", [], {}])
def test_what_is_no_diagram_is_refused(data):
    with pytest.raises(DefinitionError, match="reading a diagram"):
        graph_from_data(data)
