"""Positions with strides and dilations, and their gradients: no layer is known, all are right."""

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.network.network import Network

# size of the filter, stride, dilation, size of the output
WINDOWS = {
    "stride 1": (3, 1, 1, "H-2"),
    "stride 2": (3, 2, 1, "(H-3)//2+1"),
    "dilation 2": (2, 1, 2, "H-2"),
    "stride 2 and dilation 3": (2, 2, 3, "(H-4)//2+1"),
}


def convolution(row):
    size, stride, dilation, length = WINDOWS[row]
    n, c, o, a, r, p = indices(f"n:N c:2 o:3 a:H r:{size} p:{length}")
    net = Network("convolution")
    x = net.input("x", n, c, a)
    w, b = net.parameter("W", c, r, o), net.parameter("b", o)
    product = x[n, c, stride * p + dilation * r] * w[c, r, o]
    z = net.define("z", (n, o, p), f.sum_over(product, c, r) + b[o])
    y = net.define("y", (n, o, p), f.relu(z[n, o, p]))
    net.loss("L", f.sum_over(y[n, o, p] ** 2, n, o, p) / n.size)
    return net


@pytest.mark.parametrize("height", [7, 8])
@pytest.mark.parametrize("row", WINDOWS)
def test_convolutions_and_their_gradients_agree_with_the_interpreter(row, height):
    net = convolution(row)
    d = derive(net, wrt=["W", "b", "x"])
    program = compile_network(d.network, (), value="L", gradients=d.gradient_names)
    rng = np.random.default_rng(0)
    values = {
        "x": rng.normal(size=(2, 2, height)),
        "W": rng.normal(size=(2, WINDOWS[row][0], 3)),
        "b": rng.normal(size=3),
    }
    loss, grads = program(values)
    expected = interpret(d.network, values, number=float)
    assert loss == pytest.approx(float(expected["L"]), rel=1e-13)
    for name, adjoint in d.gradient_names.items():
        np.testing.assert_allclose(grads[name], expected[adjoint], atol=1e-13)


def test_a_convolution_is_one_copy_into_columns_and_one_product():
    program = compile_network(convolution("stride 2"), ["z"])
    # The first copy puts the samples last.
    assert [s.function for s in program.plan.statements] == ["copy", "copy", "dot", "add"]


def test_the_columns_are_made_once_for_the_product_and_the_gradient_of_the_filter():
    d = derive(convolution("stride 2"), wrt=["W"])
    program = compile_network(d.network, (), value="L", gradients=d.gradient_names)
    assert [s.function for s in program.plan.statements].count("copy") == 2
