import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.diagrams.edgewise import arrows_of, derive_flows, with_copies
from symback.network.network import Network
from tests.diagrams.networks import classifier, one_neuron


def numbers_of(network, of, at):
    flows = derive_flows(network, of)
    computed = interpret(flows.network, at, outputs=flows.adjoints, number=float)
    return flows.numbers(network, {**at, **computed})


def test_the_network_with_copies_computes_the_same():
    net, at = classifier()
    copies = with_copies(net).network
    assert interpret(copies, at, number=float)["L"] == pytest.approx(
        interpret(net, at, number=float)["L"]
    )


def test_the_flows_of_a_tensor_add_up_to_its_gradient():
    """x + x -> a + a -> b·b + x: every arrow of a pair carries its own part."""
    net = Network("diamond")
    x = net.input("x")
    a = net.define("a", (), x + x)
    b = net.define("b", (), a + a)
    net.loss("L", b * b + x)
    numbers = numbers_of(net, "L", {"x": 3.0})
    flows = {arrow: float(value) for arrow, value in numbers.flows.items()}
    assert flows == {
        ("a", 0): 48, ("a", 1): 48, ("b", 0): 24, ("b", 1): 24,
        ("L", 0): 12, ("L", 1): 12, ("L", 2): 1,
    }  # fmt: skip
    assert float(numbers.gradients["x"]) == 48 + 48 + 1


def test_flows_of_tensors_add_up_to_their_gradients():
    net, at = classifier()
    numbers = numbers_of(net, "L", at)
    for name, gradient in numbers.gradients.items():
        parts = [
            numbers.flows[equation.target, place]
            for equation in net.equations
            for place, source in arrows_of(equation)
            if source == name
        ]
        assert np.allclose(sum(parts), gradient), name


def test_gradients_are_those_of_the_network_itself():
    net = one_neuron()
    at = {"x": 2.0, "w": 0.5, "b": 0.0, "y": 1.0}
    numbers = numbers_of(net, "E", at)
    step = 1e-6
    for name in at:
        above, below = (
            interpret(net, {**at, name: at[name] + sign * step}, number=float)["E"]
            for sign in (1, -1)
        )
        assert float(numbers.gradients[name]) == pytest.approx((above - below) / (2 * step))


def test_constants_get_no_copy():
    net = Network("scaled")
    x, c = net.input("x"), net.constant("lam", 0.01)
    net.loss("L", c * x)
    assert list(with_copies(net).copies) == [("L", 1)]
