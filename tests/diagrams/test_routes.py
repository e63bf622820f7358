"""Highlighted routes: every path of a weight once, through rewritten equations too."""

import pytest

from symback.algebra.functions import sigmoid
from symback.diagrams.routes import MOST_PATHS, named_route, weight_routes
from symback.errors import DefinitionError
from symback.network.network import Network
from tests.diagrams.networks import SMALL, circuit, edge, graph_of, mazur, node, one_neuron


def test_a_weight_has_one_route_for_each_path():
    net, _ = mazur()
    stations = [route.stations for route in weight_routes(net, "w1", "E")]
    assert stations == [
        ("w1", "net_h1", "h1", "net_o1", "o1", "E"),
        ("w1", "net_h1", "h1", "net_o2", "o2", "E"),
    ]


def test_the_paths_of_a_weight_fork_where_its_neuron_does():
    net, at = mazur()
    graph = graph_of(net, "scalars", at, weight="w1")
    lit = {(e.source, e.target): e.paths for e in graph.edges if e.paths}
    assert lit == {
        ("i1", "h1"): (1, 2),
        ("h1", "o1"): (1,),
        ("h1", "o2"): (2,),
        ("o1", "E"): (1,),
        ("o2", "E"): (2,),
    }
    assert node(graph, "h1").paths == (1, 2)
    assert [entry.text for entry in graph.legend if entry.kind == "path 2"] == [
        "path 2: w₁ → netₕ₁ → h₁ → netₒ₂ → o₂ → E"
    ]


def test_a_named_path_leads_through_the_operations_between_its_tensors():
    graph = graph_of(one_neuron(), "operations", SMALL, paths=[["w", "z", "a", "E"]])
    lit = [(e.source, e.target) for e in graph.edges if e.paths]
    made = [name for name, _ in lit if name.startswith("sb_op")]
    assert ("w", made[0]) in lit
    assert (made[0], "z") in lit
    assert {target for source, target in lit if source in ("a", *made[1:])} == {*made[1:], "E"}
    assert not edge(graph, "x", made[0]).paths


def test_many_paths_are_one_route_of_all_their_arrows():
    net = Network("wide")
    w = net.parameter("w")
    parts = [net.define(f"a{k}", (), sigmoid(w * k)) for k in range(1, MOST_PATHS + 2)]
    net.loss("E", sum(parts[1:], parts[0]))
    (route,) = weight_routes(net, "w", "E")
    assert len(route.arrows) == 2 * len(parts)
    assert route.words == f"{len(parts)} paths from w to E"


def test_an_arrow_that_skips_a_path_is_not_on_it():
    net, _ = circuit()
    route = named_route(net, ["w0", "f"])
    assert route.arrows == {("w0", "f")}
    assert route.runs_through("w0")
    assert not route.runs_through("w1")


@pytest.mark.parametrize(("weight", "of"), [("E", "E"), ("w1", "net_h2"), ("w1", "")])
def test_a_weight_without_a_path_is_refused(weight, of):
    with pytest.raises(DefinitionError, match="the paths of"):
        weight_routes(mazur()[0], weight, of)
