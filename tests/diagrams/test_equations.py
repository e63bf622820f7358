import numpy as np
import pytest

import symback as sb
from symback.derivation.derive import derive
from symback.diagrams.layout import lay_out
from symback.diagrams.richtext import to_unicode
from symback.network.network import Network
from tests.diagrams.graphs import complaints
from tests.diagrams.networks import SMALL, classifier, edge, graph_of, mazur, node, one_neuron
from tests.diagrams.test_blocks import deep


def test_a_node_for_each_tensor_and_an_arrow_for_each_reading():
    graph = graph_of(one_neuron())
    assert [n.id for n in graph.nodes] == ["x", "y", "w", "b", "z", "a", "E"]
    assert [(e.source, e.target, e.slot) for e in graph.edges] == [
        ("w", "z", 0), ("x", "z", 1), ("b", "z", 2), ("z", "a", 0), ("y", "E", 0), ("a", "E", 1),
    ]  # fmt: skip
    kinds = {n.id: n.kind for n in graph.nodes}
    assert (kinds["x"], kinds["w"], kinds["z"], kinds["E"]) == (
        "input", "parameter", "tensor", "loss",
    )  # fmt: skip


def test_without_values_no_number_is_written():
    graph = graph_of(one_neuron())
    assert not any(e.value or e.gradient for e in graph.edges)
    assert not any(n.value or n.gradient for n in graph.nodes)
    assert not {"value", "gradient"} & {entry.kind for entry in graph.legend}


def test_values_and_gradients_stand_on_the_arrows():
    graph = graph_of(one_neuron(), at=SMALL)
    assert (edge(graph, "z", "a").value, edge(graph, "z", "a").gradient) == ("1", "−0.05288")
    assert (edge(graph, "w", "z").value, edge(graph, "w", "z").gradient) == ("0.5", "−0.1058")
    assert (edge(graph, "y", "E").value, edge(graph, "y", "E").gradient) == ("1", "0.2689")
    assert (node(graph, "E").value, node(graph, "E").gradient) == ("0.03616", "1")


def test_what_cannot_be_computed_yet_is_absent():
    """Without the target y there is a prediction, but no loss and no gradient."""
    at = {name: value for name, value in SMALL.items() if name != "y"}
    graph = graph_of(one_neuron(), at=at)
    assert edge(graph, "a", "E").value == "0.7311"
    assert edge(graph, "y", "E").value == node(graph, "E").value == ""
    assert not any(e.gradient for e in graph.edges)
    assert not any(n.gradient for n in graph.nodes)


def test_a_tensor_read_twice_shows_the_sum_of_its_flows_on_its_node():
    net = Network("square")
    x = net.input("x")
    net.loss("L", x * x)
    graph = graph_of(net, at={"x": 3.0})
    assert [e.gradient for e in graph.edges] == ["3", "3"]
    assert node(graph, "x").gradient == "6"


def test_tensors_show_shapes_formulas_and_norms():
    net, at = classifier()
    graph = graph_of(net, at=at)
    assert node(graph, "X").shape == "N × 3"
    assert to_unicode(node(graph, "A1").formula) == "tanh(Z₁[n,h])"
    assert edge(graph, "W1", "Z1").value.startswith("norm ")
    assert node(graph, "Z1").tooltip.startswith("Z₁[n,h] = Σᵢ X[n,i]·W₁[i,h] + b₁[h]; value")


def test_a_derivation_is_drawn_as_its_network_and_a_derived_network_with_its_adjoints():
    net = one_neuron()
    derivation = derive(net)
    assert graph_of(derivation, at=SMALL) == graph_of(net, at=SMALL)
    adjoint = node(graph_of(derivation.network), "z_bar")
    assert (adjoint.kind, to_unicode(adjoint.label)) == ("adjoint", "z̄")


def test_a_second_derivation_can_be_drawn_with_numbers():
    net = one_neuron()
    second = derive(derive(net).network, wrt="w", of="w_bar")
    graph = graph_of(second, at=SMALL)
    assert edge(graph, "z_bar", "w_bar").gradient == "2"
    assert node(graph, "w_bar").kind == "adjoint"


def test_a_network_without_a_loss_shows_values_only():
    net = Network("forward")
    x = net.input("x")
    net.define("y", (), x * 2)
    graph = graph_of(net, at={"x": 4.0})
    assert (edge(graph, "x", "y").value, edge(graph, "x", "y").gradient) == ("4", "")
    assert node(graph, "y").value == "8"


def test_constants_carry_their_values_in_their_labels():
    net = Network("scaled")
    x, lam = net.input("x"), net.constant("lam", 0.01)
    net.loss("L", lam * x)
    graph = graph_of(net, at={"x": 2.0})
    assert to_unicode(node(graph, "lam").label) == "λ = 0.01"
    assert edge(graph, "lam", "L").value == edge(graph, "lam", "L").gradient == ""


def test_highlighted_paths_are_on_their_arrows_and_in_the_legend():
    net, at = mazur()
    path = ["w1", "net_h1", "h1", "net_o1", "o1", "E"]
    graph = graph_of(net, at=at, paths=[path])
    assert edge(graph, "h1", "net_o1").paths == (1,)
    assert edge(graph, "h1", "net_o2").paths == ()
    assert node(graph, "o1").paths == (1,)
    assert "w₁ → netₕ₁" in graph.legend[-1].text


@pytest.mark.parametrize("level", ["equations", "operations"])
def test_diagrams_of_networks_have_no_overlaps(level):
    for net, at in (mazur(), classifier()):
        assert complaints(lay_out(graph_of(net, level, at))) == []


@pytest.mark.parametrize(("level", "layers"), [("equations", 12), ("operations", 6)])
def test_a_chain_longer_than_a_page_is_wide_goes_down_with_its_numbers(level, layers):
    net = deep(layers)
    at = {"X": np.ones((2, 5))} | {p.name: np.eye(5) / 2 for p in net.parameters}
    graph = graph_of(net, level, at)
    assert graph.direction == "down"
    assert "forward value, left" in [entry.text for entry in graph.legend]
    figure = lay_out(graph)
    assert figure.width < 1000
    assert complaints(figure) == []


def test_an_initial_value_has_an_arrow_and_values_of_a_recurrence_are_computed():
    net = sb.parse("""
    index t:T
    input x[t]
    parameter w h0
    state h[t] initial h0
    h[t] = tanh(w*h[t-1] + x[t])
    loss E = h[T-1]**2
    """)
    values = {"x": [0.5, -1.0], "w": 0.7, "h0": 0.3}
    graph = sb.draw(sb.derive(net), at=values).graph
    arrows = {(e.source, e.target): e for e in graph.edges}
    assert "".join(piece.text for piece in arrows["h0", "h"].label) == "initial"
    loss, gradients = sb.lambdify(sb.derive(net))(values)
    found = float(arrows["h0", "h"].gradient.replace("−", "-"))
    assert found == pytest.approx(float(gradients["h0"]), rel=1e-3)
    (goal,) = [node for node in graph.nodes if node.id == "E"]
    assert float(goal.value) == pytest.approx(loss, rel=1e-3)
    assert arrows["h", "h"].earlier
    assert arrows["h", "h"].gradient


def test_a_box_that_reads_its_own_earlier_steps_has_a_loop():
    net = sb.parse("""
    index t:T
    input x[t]
    parameter w
    state h[t]
    h[t] = tanh(w*h[t-1] + x[t])
    loss E = h[T-1]**2
    """)
    edges = sb.draw(net, level="layers").graph.edges
    assert any(e.source == e.target == "h" and e.earlier for e in edges)
