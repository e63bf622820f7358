"""Write maps: which sums are un-solved, how they are written, and what is never looped over."""

import numpy as np
import pytest

from symback.algebra.nodes import Delta, IndexSum
from symback.algebra.traversal import subexpressions
from symback.compiler.nests import unsolved
from symback.compiler.program import compile_network
from symback.compiler.runtime import bins, counted, first_of_taps, scattered, tap_pairs, tap_rows
from symback.derivation.derive import derive
from symback.network.text_reader import parse

CONVOLUTION = """
index n:N c:2 i:12 d:3 r:3 p:10 a:5 u:2
input X[n,c,i]
parameter W[d,c,r]
Z[n,d,p] = tanh(sum(X[n,c,p+r]*W[d,c,r], c, r))
M[n,d,a] = max(Z[n,d,2*a+u], u)
loss L = sum(M[n,d,a]**2, n, d, a)/N
"""
EMBEDDING = """
index n:N v:V j:4
input ids[n] integer
parameter E[v,j]
H[n,j] = E[ids[n],j]
loss L = sum(H[n,j]**3, n, j)
"""


def gradients(text, wrt):
    d = derive(parse(f"network test\n{text}"), wrt=wrt)
    return d.network, compile_network(d.network, (), value="L", gradients=d.gradient_names)


def functions(program):
    return [s.function for s in program.plan.statements]


def deltas(expression):
    return [node for node in subexpressions(expression) if isinstance(node, Delta)]


def test_a_full_convolution_is_one_product_and_additions_by_tap():
    network, program = gradients(CONVOLUTION, ["X"])
    written = network.equation("X_bar").written
    assert len(deltas(unsolved(written))) == 1
    assert functions(program)[-2:] == ["dot", "scattered"]


def test_the_gradient_of_a_filter_is_not_unsolved():
    # W1_bar[r] = Σ Y_bar[2p+r-1] X[p] [0 <= 2p+r-1 < 9]: all pairs of Y and X would be multiplied.
    text = """
    index n:N p:5 r:3 y:9
    input X[n,p]
    parameter W[r]
    Y[n,y] = sum(X[n,p]*W[r]*delta(y, 2*p+r-1), p, r)
    loss L = sum(Y[n,y]**3, n, y)
    """
    network, program = gradients(text, ["W"])
    written = next(
        n for n in subexpressions(network.equation("W_bar").written) if isinstance(n, IndexSum)
    )
    assert unsolved(written) is written
    assert "framed" in functions(program)


def test_a_maximum_over_a_window_is_taken_apart_and_its_gradient_written_by_tap():
    _, program = gradients(CONVOLUTION, ["X"])
    assert "maximum_of_taps" in functions(program)
    assert "first_of_taps" in functions(program)
    assert "take" not in functions(program)


def test_a_table_is_read_by_rows_and_its_gradient_is_counted():
    _, program = gradients(EMBEDDING, ["E"])
    assert functions(program).count("take") == 1
    assert functions(program)[-2:] == ["counted", "check_inside"]
    values = {"E": np.random.default_rng(0).normal(size=(6, 4)), "ids": np.array([5, 1, 5])}
    expected = np.zeros((6, 4))
    np.add.at(expected, values["ids"], 3 * values["E"][values["ids"]] ** 2)
    np.testing.assert_allclose(program(values)[1]["E"], expected, atol=1e-15)


@pytest.mark.parametrize("size", [1, 40])
def test_the_loop_is_over_taps_only(size):
    _, program = gradients(CONVOLUTION, ["X", "W"])
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(size, 2, 12)), "W": rng.normal(size=(3, 2, 3))}
    _, sizes = program._checked(values, False)
    for parts in (x for x in program._workspace(sizes) if isinstance(x, tuple)):
        assert len(parts[1]) <= 3


# The functions of the runtime ---------------------------------------------------------------------


def test_rows_leave_out_what_lies_outside():
    out, array = np.empty(4), np.arange(1.0, 7.0).reshape(2, 3)
    # array[r, p] belongs to 2p + r - 1
    rows = tap_rows(out, array, ((-1, (1, 2)),), (0,))
    assert scattered(rows, array, out).tolist() == [4.0, 2.0, 5.0, 3.0]


def test_windows_that_cover_are_copied_without_zeros():
    out, array = np.empty(6), np.arange(6.0).reshape(2, 3)
    covered, pairs = tap_rows(out, array, ((0, (1, 2)),), (0,))
    assert covered
    assert scattered((covered, pairs), array, out).tolist() == [0, 3, 1, 4, 2, 5]


def test_reversed_places_and_empty_arrays():
    out, array = np.empty(3), np.arange(3.0)
    assert scattered(tap_rows(out, array, ((2, (-1,)),), ()), array, out).tolist() == [2, 1, 0]
    nothing = np.empty((0,))
    assert scattered(tap_rows(out, nothing, ((0, (1,)),), ()), nothing, out).tolist() == [0, 0, 0]


@pytest.mark.parametrize("step", [2, -2])
def test_into_an_empty_array_nothing_is_written(step):
    _, rows = tap_rows(np.empty((0, 3)), np.ones((1, 3)), ((0, (step, 0)), (0, (0, 1))), ())
    assert rows == []


def test_what_is_counted_outside_is_left_out():
    out = np.empty((2, 2))
    places = bins((2, 2), (None, 1), np.array([0, 1, 2, -1, 1]))
    assert counted(places, np.arange(1.0, 6.0), out).tolist() == [[0, 1], [0, 7]]


def test_among_equals_the_first_counts():
    array = np.array([[1.0, 2.0, 2.0, 0.0], [3.0, 2.0, 1.0, 0.0], [3.0, 1.0, 2.0, 0.0]])
    out = np.empty((3, 4))
    first_of_taps(tap_pairs(array, out, 0), array, array.max(0), out)
    assert out.tolist() == [[0, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]
