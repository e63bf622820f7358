"""bind(values, into=…): results are written where the caller wants them."""

import numpy as np
import pytest

from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.errors import ValuesError
from symback.network.text_reader import parse

TEXT = """
network two
index n:N i:3 h:2
input X[n,i] Y[n,h]
parameter W[i,h] b[h] c unused[i]
Z[n,h] = sum(X[n,i]*W[i,h], i) + b[h] + c
loss L = sum((Z[n,h] - Y[n,h])**2, n, h)/N
"""


def made():
    d = derive(parse(TEXT))
    generator = np.random.default_rng(1)
    shapes = {"X": (5, 3), "Y": (5, 2), "W": (3, 2), "b": (2,), "c": (), "unused": (3,)}
    values = {name: generator.normal(size=shape) for name, shape in shapes.items()}
    values["c"] = np.array(0.5)
    gradients = d.gradient_names
    return compile_network(d.network, (), value=d.of, gradients=gradients), values


def flat(values, names=("W", "b", "c", "unused")):
    vector, views, start = np.full(12, np.nan), {}, 0
    for name in names:
        views[name] = vector[start : start + values[name].size].reshape(values[name].shape)
        start += values[name].size
    return vector, views


def test_gradients_fill_views_of_one_vector_in_every_call():
    program, values = made()
    vector, views = flat(values)
    bound = program.bind(values, into=views)
    for _ in range(3):
        values["W"] += 0.25
        loss = bound()
        expected, gradients = program(values)
        assert loss == expected
        whole = np.concatenate([gradients[name].ravel() for name in views])
        np.testing.assert_array_equal(vector, whole)
        assert all(bound.grads[name] is views[name] for name in views)


def test_some_results_may_stay_where_they_are():
    program, values = made()
    target = np.empty((3, 2))
    bound = program.bind(values, into={"W": target})
    bound()
    np.testing.assert_array_equal(target, program(values)[1]["W"])
    np.testing.assert_array_equal(bound.grads["b"], program(values)[1]["b"])


def test_outputs_that_are_views_are_copied():
    net = parse("""
network turned
index i:2 j:3
input A[i,j]
B[j,i] = A[i,j] + 1
C[j,i] = B[j,i]*2
""")
    program = compile_network(net, ["B", "C"])
    values = {"A": np.arange(6.0).reshape(2, 3)}
    targets = {"B": np.empty((3, 2)), "C": np.empty((3, 2))}
    bound = program.bind(values, into=targets)
    for _ in range(2):
        values["A"] += 1
        bound()
        np.testing.assert_array_equal(targets["B"], values["A"].T + 1)
        np.testing.assert_array_equal(targets["C"], 2 * values["A"].T + 2)


def test_the_next_state_may_be_written_into_the_memory_of_the_last_but_one():
    rule = parse("""
network mean
index j:P
input m[j] x[j]
m_next[j] = 0.5*m[j] + 0.5*x[j]
""")
    program = compile_network(rule, ["m_next"])
    one, two, x = np.zeros(4), np.empty(4), np.ones(4)
    forth = program.bind({"m": one, "x": x}, into={"m_next": two})
    back = program.bind({"m": two, "x": x}, into={"m_next": one})
    forth()
    assert two.tolist() == [0.5] * 4
    back()
    assert one.tolist() == [0.75] * 4


@pytest.mark.parametrize(
    "target",
    [
        lambda values: {"nonsense": np.empty((3, 2))},
        lambda values: {"W": np.empty((3, 2), "float32")},
        lambda values: {"W": np.empty((2, 3)).T},
        lambda values: {"W": [[0.0] * 2] * 3},
        lambda values: {"W": values["W"]},
        lambda values: {"W": values["X"][:3, :2].copy()[:, :1]},
        lambda values: {"unused": np.empty(4)},
        lambda values: dict.fromkeys(("b", "c"), np.empty(2)),
    ],
)
def test_arrays_that_cannot_take_a_result_are_refused(target):
    program, values = made()
    with pytest.raises(ValuesError, match="was to be written into an array"):
        program.bind(values, into=target(values))()


def test_a_target_of_another_shape_is_not_filled_by_repetition():
    program, values = made()
    with pytest.raises(ValuesError, match=r"shapes \(2,\) and \(3, 2\)"):
        program.bind(values, into={"b": np.empty((3, 2))})()
