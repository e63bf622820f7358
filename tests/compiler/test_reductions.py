"""Maxima, products, padded reads, gathers and the like: every form compiles, and is right."""

import numpy as np
import pytest
from sympy import oo

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.errors import ValuesError
from symback.network.network import Network
from symback.network.text_reader import parse
from tests.compiler.support import assert_agrees

SIZES = {"N": 3, "I": 4, "K": 2, "V": 5}
n, i, j, k, v, m, p = indices("n:N i:I j:I k:K v:V m:N p:2")


def network():
    net = Network("forms")
    net.input("X", n, i, k)
    net.input("E", v, k)
    net.input("ids", n, integer=True)
    net.input("at", i, integer=True)
    net.input("one", integer=True)
    return net


NET = network()
X, E, ids, at, one = (NET[name] for name in ("X", "E", "ids", "at", "one"))

FORMS = {
    "the largest": ((n,), f.max_over(X[n, i, k], i, k)),
    "the first of a vector": ((j,), f.first(X[0, i, 0], i, at=j) * X[1, j, 1]),
    "the smallest": ((n, k), f.min_over(X[n, i, k], i)),
    "a product": ((n, k), f.product_over(X[n, i, k], i)),
    "a product of one value": ((n,), f.product_over(X[n, 0, 0], i)),
    "the largest so far": ((n, i, k), f.max_over(X[n, j, k], (j, 0, i))),
    "the largest before": ((i,), f.max_over(X[0, j, 0], (j, 0, i - 1))),
    "the smallest before": ((i,), f.min_over(X[0, j, 0], (j, 0, i - 1))),
    "the product before": ((i, k), f.product_over(X[0, j, k], (j, 0, i - 1))),
    "the sum before": ((i, k), f.sum_over(X[0, j, k], (j, 0, i - 1))),
    "a maximum with one letter too many": ((n,), f.max_over(X[n, 0, 0], i)),
    "the first of the largest": ((n, i, k), f.first(X[n, i, k], i)),
    "the first of the largest elsewhere": ((n,), f.first(X[n, i, 0], i, at=2)),
    "the first of equals": ((n, i), f.first(f.relu(X[n, i, 0]), i)),
    "the first of constants": ((i,), f.first(X[0, 0, 0], j, at=i)),
    "the first of numbers": ((n, p), X[n, 0, 0] * f.first(p * (1 - p), p)),
    "a count of places": ((i, n), X[n, i, 0] * f.sum_over(f.iverson(p + i <= 2), p)),
    "a delta with a letter that stays": (
        (n, i, j),
        f.sum_over(X[n, p + 1, 0] * f.delta(i + p, j), p),
    ),
    "a padded read": ((n, i, k), f.padded(X[n, i - 2, k])),
    "a padded window": ((i,), f.sum_over(f.padded(X[0, i + 2 * p - 1, 0]) * E[p + 1, 0], p)),
    "padded, reversed and strided": ((i,), f.padded(X[0, 5 - 2 * i, 1])),
    "a floor as a position": ((n, i), X[n, i // 2, 0]),
    "floors of several letters": ((n, i, k, v), X[n // 2, i // 2, k] * X[n % 2, v // 2, k // 2]),
    "a remainder as a position": ((n, i), X[n, i % 3, i // 3]),
    "floor and remainder as values": ((i,), (i // 2) * X[0, i, 0] + (i - 3) % 2),
    "a gather": ((n, k), E[ids[n], k]),
    "a gather at a number": ((n,), E[ids[n], 1]),
    "one gathered entry": ((), E[ids[0], 1]),
    "a gather at a scalar": ((k,), E[one, k]),
    "a gather of a gather": ((i, k), E[ids[at[i]], k]),
    "two gathers at once": ((n, i), X[n, at[i], one]),
    "a product of gathers": ((n, i), f.sum_over(E[ids[n], k] * E[at[i], k], k)),
    "a padded gather": ((n, k), f.padded(X[ids[n], 0, k])),
    "a guarded gather": ((n, k), f.where(ids[n] >= 2, E[ids[n], k], k)),
    "a gathered tensor that is computed": ((n, k), E[ids[n], k] * X[n // 2, 0, k]),
    "a delta with a gather": ((v, k), f.sum_over(f.delta(ids[n], v) * X[n, 0, k], n)),
    "a delta with letters": ((i, j), f.delta(2 * i - 1, j) * X[0, i, 0]),
    "masked logits": ((n, i), f.softmax(f.where(j <= i, X[n, j, 0], -oo), j, at=0)),
    "a masked maximum": ((n, i), f.max_over(f.where(j <= i, X[n, j, 0], -oo), j)),
    "integers as numbers": ((n,), ids[n] * X[n, 0, 0] + one),
}


def values(seed=0):
    rng = np.random.default_rng(seed)
    return {
        "X": rng.normal(size=(3, 4, 2)).round(1), "E": rng.normal(size=(5, 2)),
        "ids": rng.integers(0, 5, 3), "at": rng.integers(0, 3, 4), "one": 1,
    }  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", FORMS)
def test_every_form_agrees_with_the_interpreter(name, dtype):
    letters, expression = FORMS[name]
    net = network()
    net.define("y", letters, expression)
    program = compile_network(net, ["y"], dtype=dtype)
    for seed in range(3):
        given = {t: a for t, a in values(seed).items() if t in program.inputs}
        expected = interpret(net, values(seed), number=float)["y"]
        tolerance = 1e-14 if dtype == "float64" else 1e-6
        np.testing.assert_allclose(program(given)["y"], expected, atol=tolerance, rtol=tolerance)


def test_rows_of_which_all_is_masked_have_the_softmax_0_and_no_log_sum_exp():
    net = Network("masked")
    x = net.input("x", n, i)
    s = net.define("s", (n, i), f.where(n >= 1, x[n, i], -oo))
    net.define("y", (n, i), f.softmax(s[n, i], i))
    net.define("l", n, f.logsumexp(s[n, i], i))
    program = compile_network(net, ["y", "l"])
    for scale in (1, 800):
        given = {"x": scale * np.random.default_rng(0).normal(size=(3, 4))}
        found = program(given)
        assert np.all(found["y"][0] == 0)
        assert found["l"][0] == -np.inf
        np.testing.assert_allclose(found["y"][1:].sum(1), 1)
        expected = interpret(net, given, number=float)
        np.testing.assert_allclose(found["y"], expected["y"], atol=1e-15)
        np.testing.assert_allclose(found["l"], expected["l"], rtol=1e-15)


@pytest.mark.parametrize("wrong", [-1, 5])
def test_a_gather_outside_is_refused_in_every_call(wrong):
    net = network()
    net.define("y", (n, k), E[ids[n], k])
    program = compile_network(net, ["y"])
    given = {"E": np.ones((5, 2)), "ids": np.array([0, 4, 2])}
    program(given)
    given["ids"][1] = wrong
    with pytest.raises(ValuesError, match=r"ids\[n\]"):
        program(given)


@pytest.mark.parametrize(
    "total",
    [
        "sum(x[n,k]*u, (n, 2, N-1), k)",
        "sum(x[n,k]*u, (n, N-1, 0), k)",
        "sum(u**2, (n, 0, N-4))",
        "sum(x[n,k]*x[m,k]*u, (n, 2, N-1), (m, 0, N-3), k)",
        "sum(padded(x[n+1,k])*u, (n, 1, N-3), k)",
        "prod(x[n,k]*u, (n, 2, N-1), k)",
    ],
)
def test_bounds_that_leave_nothing_at_some_sizes(total):
    network = parse(f"index n:N m:N k:3\nparameter u x[n,k]\nloss L = {total}")
    derived = derive(network).network
    for size in (1, 2, 3, 5):
        assert_agrees(derived, {"N": size})
