import pytest

from symback.algebra.functions import relu, tanh
from symback.diagrams.layout import lay_out
from symback.diagrams.richtext import to_unicode
from symback.diagrams.scalars import find_neurons
from symback.errors import DefinitionError
from symback.network.network import Network
from tests.diagrams.graphs import complaints
from tests.diagrams.networks import classifier, edge, graph_of, mazur, node


def test_mazurs_network_is_drawn_in_columns_with_weights_and_gradients_on_the_arrows():
    net, at = mazur()
    graph = graph_of(net, "scalars", at)
    assert graph.arrangement == "columns"
    assert {n.id: n.column for n in graph.nodes} == {
        "i1": 0, "i2": 0, "1 1": 0, "h1": 1, "h2": 1, "1 2": 1,
        "o1": 2, "o2": 2, "t1": 2, "t2": 2, "E": 3,
    }  # fmt: skip
    shown = {to_unicode(e.label): (e.value, e.gradient) for e in graph.edges if e.label}
    assert shown["w₁"] == ("0.15", "0.0004386")
    assert shown["w₅"] == ("0.4", "0.08217")
    assert shown["w₇"] == ("0.5", "−0.02260")
    assert (node(graph, "h1").value, node(graph, "h1").gradient) == ("0.5933", "0.03635")
    assert node(graph, "E").value == "0.2984"
    assert complaints(lay_out(graph), lines_may_cross_texts=True) == []


def test_a_shared_bias_shows_each_part_of_its_gradient():
    net, at = mazur()
    graph = graph_of(net, "scalars", at)
    assert edge(graph, "1 1", "h1").gradient == "0.008771 of 0.01873"
    assert edge(graph, "1 1", "h2").gradient == "0.009954 of 0.01873"
    assert any(note.startswith("a of b") for note in graph.notes)


def test_a_neuron_names_its_sum_to_a_pointer():
    net, at = mazur()
    words = node(graph_of(net, "scalars", at), "h1").tooltip
    assert "h₁ = σ(netₕ₁)" in words
    assert "netₕ₁ = w₁·i₁ + w₂·i₂ + b₁; value 0.3775" in words


def test_paths_of_a_weight_run_through_neurons():
    net, at = mazur()
    path = ["w1", "net_h1", "h1", "net_o2", "o2", "E"]
    graph = graph_of(net, "scalars", at, paths=[path])
    lit = [(e.source, e.target) for e in graph.edges if e.paths]
    assert lit == [("i1", "h1"), ("h1", "o2"), ("o2", "E")]


def neuron_of(write) -> list[str]:
    net = Network("candidate")
    x, s = net.input("x"), net.input("s")
    w, b = net.parameter("w"), net.parameter("b")
    net.define("h", (), write(x, s, w, b))
    return list(find_neurons(net))


@pytest.mark.parametrize(
    "write",
    [
        lambda x, s, w, b: w * x + b,
        lambda x, s, w, b: b + x * w,
        lambda x, s, w, b: w * x,
        lambda x, s, w, b: w * x + b * s,
        lambda x, s, w, b: w * x + s,
        lambda x, s, w, b: tanh(w * x + b),
        lambda x, s, w, b: relu(w * x),
    ],
)
def test_a_weighted_sum_is_a_neuron(write):
    assert neuron_of(write) == ["h"]


@pytest.mark.parametrize(
    "write",
    [
        lambda x, s, w, b: x * s,
        lambda x, s, w, b: w * b,
        lambda x, s, w, b: x + s,
        lambda x, s, w, b: w * x - b,
        lambda x, s, w, b: 2 * w * x,
        lambda x, s, w, b: w * x**2,
        lambda x, s, w, b: (w * x + b) / 2,
    ],
)
def test_anything_else_is_no_neuron(write):
    assert neuron_of(write) == []


def test_a_sum_that_something_else_reads_stays_visible():
    net = Network("peek")
    x, w = net.input("x"), net.parameter("w")
    z = net.define("z", (), w * x)
    h = net.define("h", (), tanh(z))
    net.loss("L", h + z)
    graph = graph_of(net, "scalars")
    assert [n.id for n in graph.nodes] == ["x", "z", "h", "L"]
    assert node(graph, "z").kind == "neuron"
    assert node(graph, "h").kind == "tensor"


def test_a_skip_connection_is_drawn_in_layers():
    net = Network("skip")
    x = net.input("x")
    u, v = net.parameter("u"), net.parameter("v")
    h = net.define("h", (), tanh(u * x))
    net.loss("L", v * h + x)
    graph = graph_of(net, "scalars", {"x": 1.0, "u": 0.5, "v": 2.0})
    assert graph.arrangement == "layers"
    assert complaints(lay_out(graph)) == []


def test_without_neurons_the_equations_are_drawn():
    net = Network("plain")
    x, y = net.input("x"), net.input("y")
    net.loss("L", (x - y) ** 2)
    assert graph_of(net, "scalars") == graph_of(net, "equations")


def test_tensors_are_refused_with_what_helps():
    with pytest.raises(DefinitionError, match="scalarize"):
        graph_of(classifier()[0], "scalars")
