"""Which calls a program makes: products for contractions, few passes over arrays."""

import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.network.network import Network
from tests.bench.networks import classifier, layers

n, m, i, j, k, t = indices("n:N m:N i:64 j:64 k:10 t:7")


def calls(letters, expression, *tensors):
    """Return the functions that the program of an equation calls."""
    net = Network()
    for name, axes in tensors:
        net.input(name, *axes)
    net.define("result", letters, expression({t.name: t for t in net.inputs}))
    return [s.function for s in compile_network(net, ["result"]).plan.statements]


X, W, V, b = ("X", (n, i)), ("W", (i, k)), ("V", (n, i)), ("b", (i,))
T, U = ("T", (n, t, i)), ("U", (n, t, k))
CALLS = {
    "a dense layer": (
        (n, k), lambda v: f.sum_over(v["X"][n, i] * v["W"][i, k], i) + v["c"][k],
        (X, W, ("c", (k,))), ["dot", "add"]),
    "a transposed factor": (
        (n, m), lambda v: f.sum_over(v["X"][n, i] * v["X"][m, i], i), (X,), ["dot"]),
    "a weight gradient over two letters": (
        (i, k), lambda v: f.sum_over(v["T"][n, t, i] * v["U"][n, t, k], n, t), (T, U), ["dot"]),
    "a matrix on an array of rank 3": (
        (n, t, k), lambda v: f.sum_over(v["T"][n, t, i] * v["W"][i, k], i), (T, W), ["dot"]),
    "attention": (
        (n, t, k), lambda v: f.sum_over(v["A"][n, t, m] * v["B"][n, m, k], m),
        (("A", (n, t, m)), ("B", (n, m, k))), ["matmul"]),
    "column sums": ((i,), lambda v: f.sum_over(v["X"][n, i], n), (X,), ["dot"]),
    "row sums": ((n,), lambda v: f.sum_over(v["X"][n, i], i), (X,), ["dot"]),
    "means": ((n,), lambda v: f.mean_over(v["X"][n, i], i), (X,), ["dot"]),
    "a full sum": ((), lambda v: f.sum_over(v["X"][n, i], n, i), (X,), ["dot", "dot"]),
    "squares": ((), lambda v: f.sum_over(v["X"][n, i] ** 2, n, i), (X,), ["dot"]),
    "products along rows": (
        (n,), lambda v: f.sum_over(v["X"][n, i] * v["V"][n, i], i), (X, V), ["vecdot"]),
    "products along columns": (
        (i,), lambda v: f.sum_over(v["X"][n, i] * v["V"][n, i], n), (X, V), ["multiply", "dot"]),
    "a chain": (
        (n,), lambda v: f.sum_over(v["X"][n, i] * v["W"][i, k] * v["c"][k], i, k),
        (X, W, ("c", (k,))), ["dot", "dot"]),
    "a scaled product": (
        (n, k), lambda v: f.sum_over(v["X"][n, i] * v["W"][i, k], i) / 8, (X, W),
        ["dot", "multiply"]),
    "one minus": ((n, i), lambda v: 1 - v["X"][n, i], (X,), ["subtract"]),
    "tanh'": ((n, i), lambda v: 1 - v["X"][n, i] ** 2, (X,), ["multiply", "subtract"]),
    "relu'": (
        (n, i), lambda v: v["V"][n, i] * f.iverson(v["X"][n, i] > 0), (X, V),
        ["greater", "multiply"]),
    "a reciprocal square": ((n, i), lambda v: v["X"][n, i] ** -2, (X,), ["multiply", "divide"]),
    "small factors first": (
        (n, i), lambda v: v["X"][n, i] * v["b"][i] * v["b"][i] * 3, (X, b),
        ["multiply", "multiply", "multiply"]),
    "b - a": ((n, i), lambda v: -(v["X"][n, i] - v["V"][n, i]), (X, V), ["subtract"]),
    "a common factor": (
        (n, i), lambda v: v["X"][n, i] * v["V"][n, i] + v["X"][n, i] * v["b"][i], (X, V, b),
        ["add", "multiply"]),
    "softmax": (
        (n, i), lambda v: f.softmax(v["X"][n, i], i), (X,),
        ["maximum_reduce", "subtract", "exp", "dot", "divide"]),
    "a sigmoid": ((n, i), lambda v: f.sigmoid(v["X"][n, i]), (X,),
                  ["multiply", "tanh", "multiply", "add"]),
    "a slice": ((n,), lambda v: 2 * v["X"][n, 0], (X,), ["multiply"]),
}  # fmt: skip


@pytest.mark.parametrize("row", CALLS)
def test_these_calls_and_no_more(row):
    letters, expression, tensors, expected = CALLS[row]
    assert calls(letters, expression, *tensors) == expected


def compiled(network):
    d = derive(network)
    return compile_network(d.network, (), value=d.of, gradients=d.gradient_names)


def test_no_loop_and_no_einsum_over_entries():
    text = compiled(classifier("digits", [64, 32, 10], "relu")).source
    run = text[text.index("def run") : text.index("def bind")]
    assert "einsum" not in run
    assert "for " not in run.replace("formula", "")


def test_layers_take_turns_in_memory():
    """A layer adds its output and its two gradients; what is in between is used again."""
    few, many = (len(_buffers(compiled(layers(count)))) for count in (4, 14))
    assert many - few <= 3 * 10


def _buffers(program):
    return [line for line in program.code.workspace if line.name.startswith("buffer")]


def test_a_hidden_layer_costs_nine_calls():
    few, many = (len(compiled(layers(count)).plan.statements) for count in (4, 14))
    # dot, add, tanh; multiply, subtract, multiply, dot, dot, dot
    assert many - few == 9 * 10


def test_compiling_grows_linearly():
    few, many = (len(compiled(layers(count, 4)).code.run) for count in (10, 40))
    assert many <= 4 * few
