"""The graph of a network: an edge for each slot; paths are counted without being walked."""

import networkx
import pytest

from symback.errors import DefinitionError
from symback.network.graph import (
    ancestors,
    consumers,
    descendants,
    graph_of,
    path_count,
    paths,
)
from symback.network.text_reader import parse

DIAMOND = parse(
    "index n:N\ninput x[n] c\nparameter w\n"
    "a[n] = w*x[n]*x[n]\nb[n] = tanh(a[n])\nd[n] = a[n] + c\n"
    "loss L = sum(b[n]*d[n], n)"
)


def test_every_operand_slot_is_an_edge():
    graph = graph_of(DIAMOND)
    assert isinstance(graph, networkx.MultiDiGraph)
    assert list(graph.nodes) == ["x", "c", "w", "a", "b", "d", "L"]
    assert graph.number_of_edges("x", "a") == 2
    assert graph.number_of_edges("a", "b") == 1
    assert [graph.edges["x", "a", number]["slot"] for number in (0, 1)] == [1, 2]
    assert graph.edges["x", "a", 0]["entry"] == "x[n]"


def test_nodes_say_what_they_are():
    nodes = graph_of(DIAMOND).nodes
    assert nodes["x"] == {"kind": "input", "shape": "(N,)"}
    assert nodes["w"] == {"kind": "parameter", "shape": "()"}
    assert nodes["L"]["equation"] == "L = sum(b[n]*d[n], n)"


def test_a_network_shows_its_graph():
    assert networkx.is_directed_acyclic_graph(DIAMOND.graph)
    assert list(networkx.topological_sort(DIAMOND.graph))[-1] == "L"


def test_consumers_come_in_the_order_of_equations():
    assert consumers(DIAMOND) == {
        "x": ("a",), "c": ("d",), "w": ("a",), "a": ("b", "d"), "b": ("L",), "d": ("L",), "L": (),
    }  # fmt: skip


def test_ancestors_and_descendants_come_in_the_order_of_the_network():
    assert ancestors(DIAMOND, ["b"]) == ("x", "w", "a", "b")
    assert ancestors(DIAMOND, "b") == ("x", "w", "a", "b")
    assert descendants(DIAMOND, [DIAMOND["c"]]) == ("c", "d", "L")
    assert descendants(DIAMOND, []) == ()


def test_all_paths_are_listed_in_order():
    assert paths(DIAMOND, "w", "L") == (("w", "a", "b", "L"), ("w", "a", "d", "L"))
    assert paths(DIAMOND, "c", "b") == ()
    assert paths(DIAMOND, "a", "a") == (("a",),)
    assert path_count(DIAMOND, "w", "L") == 2
    assert path_count(DIAMOND, "L", "w") == 0


def ladder(rungs: int):
    """Return a network in which the number of paths doubles on every rung."""
    lines = ["parameter a0"]
    for number in range(rungs):
        lines.append(f"b{number} = tanh(a{number})")
        lines.append(f"a{number + 1} = b{number} + a{number}")
    return parse("\n".join(lines))


def test_paths_are_counted_without_being_walked():
    net = ladder(200)
    assert path_count(net, "a0", "a200") == 2**200
    with pytest.raises(DefinitionError, match="path_count"):
        paths(net, "a0", "a200")


def test_the_limit_of_paths_is_exact():
    net = ladder(4)
    assert len(paths(net, "a0", "a4", limit=16)) == 16
    with pytest.raises(DefinitionError):
        paths(net, "a0", "a4", limit=15)


def test_a_chain_of_thousands_needs_no_recursion():
    net = parse("parameter a0\n" + "\n".join(f"a{k + 1} = tanh(a{k})" for k in range(3000)))
    assert len(paths(net, "a0", "a3000")[0]) == 3001
    assert len(ancestors(net, ["a3000"])) == 3001
    assert len(descendants(net, ["a0"])) == 3001


def test_an_unknown_name_is_an_error():
    with pytest.raises(DefinitionError, match="no such name"):
        path_count(DIAMOND, "q", "L")
