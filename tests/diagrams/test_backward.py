"""The order of the backward pass, and how an SVG tells it."""

import re

import pytest

from symback.algebra.functions import sin
from symback.diagrams.backward import backward_order
from symback.diagrams.layout import lay_out
from symback.diagrams.svg import write_svg
from symback.network.network import Network
from tests.diagrams.networks import classifier, graph_of, mazur, one_neuron


@pytest.mark.parametrize(
    ("wrt", "order"),
    [
        ((), "E a z w b"),
        (("w",), "E a z w"),
        (("x",), "E a z x"),
        (("E",), "E"),
    ],
)
def test_the_pass_starts_at_the_goal_and_ends_at_what_is_asked_for(wrt, order):
    assert backward_order(one_neuron(), "E", wrt) == tuple(order.split())


def test_every_adjoint_comes_after_those_that_it_is_computed_from():
    net, _ = mazur()
    order = backward_order(net, "E")
    for equation in net.equations:
        for name in net.graph.predecessors(equation.target):
            if name in order:
                assert order.index(name) > order.index(equation.target)
    assert "t1" not in order


def test_a_network_without_parameters_goes_back_to_its_inputs():
    net = Network("layer")
    x = net.input("x")
    net.define("y", (), sin(x))
    assert backward_order(net, "y") == ("y", "x")
    assert backward_order(net, "") == ()


def test_gradients_in_an_svg_carry_their_place_in_the_pass():
    net, at = mazur()
    svg = write_svg(lay_out(graph_of(net, "scalars", at)))
    pass_ = re.search(r'data-backward="([^"]*)"', svg)[1].split()
    assert tuple(pass_) == backward_order(net, "E")
    h1 = re.search(r'data-node="h1" data-names="([^"]*)">(.*?)</g>', svg)
    assert h1[1] == "net_h1 h1"
    assert f'class="gradient" data-order="{pass_.index("h1")}"' in h1[2]
    assert 'data-target="o1" data-slot="0" data-names="w5">' in svg


def test_the_gradient_on_an_arrow_has_the_place_of_the_tensor_that_it_leaves():
    net, at = classifier()
    graph = graph_of(net, "equations", at)
    for edge in graph.edges:
        if edge.source in graph.backward:
            assert graph.backward[edge.order] == edge.source
        else:
            assert edge.order is None
