"""Level "layers": one box for each layer, repeated ones once, numbers on the arrows between."""

import numpy as np
import pytest

from symback.diagrams.layout import lay_out
from symback.diagrams.richtext import to_unicode
from symback.network.text_reader import parse
from tests.diagrams.graphs import complaints
from tests.diagrams.networks import classifier, edge, graph_of, mazur, node
from tests.diagrams.test_blocks import deep


def lines(box) -> list[str]:
    return [to_unicode(line) for line in box.details]


def test_a_box_says_its_equations_parameters_and_shape():
    graph = graph_of(classifier()[0], "layers")
    box = node(graph, "A1")
    assert to_unicode(box.label) == "A₁"
    assert lines(box) == [
        "Z₁[n,h] = Σᵢ X[n,i]·W₁[i,h] + b₁[h]",
        "A₁[n,h] = tanh(Z₁[n,h])",
        "16 parameters: W₁ 3 × 4, b₁ 4",
    ]
    assert (box.kind, box.shape) == ("layer", "N × 4")
    assert box.names == ("Z1", "A1", "W1", "b1")
    assert node(graph, "L").kind == "loss"


def test_arrows_between_boxes_have_the_numbers_of_the_tensor_that_goes_along():
    net, at = classifier()
    small, large = graph_of(net, "layers", at), graph_of(net, "equations", at)
    assert edge(small, "A1", "P").value == edge(large, "A1", "P").value
    assert edge(small, "A1", "P").gradient == edge(large, "A1", "P").gradient
    assert not edge(graph_of(net, "layers"), "A1", "P").has_text


def test_neurons_of_a_layer_share_a_box_and_an_arrow():
    net, at = mazur()
    graph = graph_of(net, "layers", at)
    hidden = node(graph, "h2")
    assert to_unicode(hidden.label) == "h₁, h₂"
    assert hidden.shape == "2 neurons"
    assert edge(graph, "h2", "o2").value == "(0.5933, 0.5969)"
    assert edge(graph, "h2", "o2").gradient == "(0.03635, 0.04137)"
    assert [n.names for n in graph.nodes if n.kind == "input"] == [("i1", "i2"), ("t1", "t2")]


def test_a_tensor_that_a_layer_reads_twice_brings_both_gradients_back():
    net = parse("parameter w\na = w**2\nb = 3*a\nloss E = a*b + a")
    graph = graph_of(net, "layers", {"w": 2.0})
    flow = float(edge(graph, "b", "E").gradient.strip("()").split(",")[0])
    assert flow == pytest.approx(3 * 4 + 1)


def test_what_an_earlier_step_made_comes_back_by_an_arrow_of_its_own():
    net = parse("""
    index t:T
    input x[t]
    parameter w u
    state h[t]
    g[t] = sigmoid(w*x[t] + u*h[t-1])
    h[t] = tanh(w*x[t])*g[t]
    loss E = h[T-1]**2
    """)
    graph = graph_of(net, "layers")
    assert edge(graph, "h", "g").earlier
    assert to_unicode(edge(graph, "h", "g").label) == "t − 1"
    assert not edge(graph, "g", "h").earlier
    assert not edge(graph, "g", "h").has_text


def test_repeated_layers_are_drawn_once_with_their_number():
    net = deep(18)
    at = {"X": np.ones((2, 5))} | {p.name: np.eye(5) / 2 for p in net.parameters}
    graph = graph_of(net, "layers", at)
    (box,) = (n for n in graph.nodes if n.group)
    assert to_unicode(box.label) == "A₁ … A₁₈"
    assert lines(box)[-1] == "450 parameters: W₀ 5 × 5, …, W₁₇ 5 × 5"
    assert {"A1", "A18", "W0", "W17"} <= set(box.names)
    assert [to_unicode(group.label) for group in graph.groups] == ["× 18"]
    assert any("18 that are alike" in note for note in graph.notes)
    assert edge(graph, box.id, "L").value == "norm " + f"{2 * np.sqrt(10) / 2**18:.3e}".replace(
        "e-05", "·10⁻⁵"
    )


def test_inside_a_repeated_group_no_numbers_stand():
    net = deep(6, residual=True)
    at = {"X": np.ones((2, 5))} | {p.name: np.eye(5) / 2 for p in net.parameters}
    graph = graph_of(net, "layers", at)
    inside = {n.id for n in graph.nodes if n.group}
    assert len(inside) == 2
    for arrow in graph.edges:
        within = {arrow.source, arrow.target} <= inside
        assert bool(arrow.value) is not within


def test_a_shared_parameter_is_counted_where_it_is_read_first():
    graph = graph_of(deep(2, tied=True), "layers")
    boxes = [lines(n) for n in graph.nodes if n.kind == "layer"]
    assert boxes[0][-1] == "25 parameters: W 5 × 5"
    assert boxes[1][-1] == "shared: W"


def test_sizes_that_are_not_known_are_counted_by_their_letters():
    net = parse("index n:N d:D\ninput x[d]\nparameter w[d]\nloss E = sum(x[d]*w[d], d)")
    (box,) = (n for n in graph_of(net, "layers").nodes if n.kind == "loss")
    assert lines(box)[-1] == "D parameters: w D"


def test_the_paths_of_a_weight_run_from_box_to_box():
    graph = graph_of(classifier()[0], "layers", weight="W1")
    assert node(graph, "A1").paths == (1,)
    assert edge(graph, "A1", "P").paths == (1,)
    assert edge(graph, "X", "A1").paths == ()


@pytest.mark.parametrize("layers", [3, 20])
def test_many_boxes_stand_one_below_the_other_and_nothing_overlaps(layers):
    net = deep(layers, residual=True, skips=True)
    at = {"X": np.ones((2, 5))} | {p.name: np.eye(5) / 2 for p in net.parameters}
    graph = graph_of(net, "layers", at, weight="W0" if layers == 3 else "")
    assert graph.direction == "down"
    figure = lay_out(graph)
    assert figure.width < 1000
    assert complaints(figure) == []
