"""``verify`` passes what is right and fails what is wrong, however small the mistake."""

import numpy as np
import pytest
from sympy import Integer, Rational

from symback.algebra import functions as f
from symback.algebra.operators import Negative, Plus, Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import rebuilt
from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.errors import CheckError, NotYetError, ValuesError
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.verification.referee import verify
from tests.verification.altered import classifier, i, j, k, with_gradient, with_line

VALUES = {
    "X": [[0.5, -1, 2], [0.1, 0.3, -0.2]], "Y": [1, 0], "b": [0.1, -0.3],
    "U": [[0.4, -0.5, 0.6], [0.7, 0.2, -0.9], [0.3, 0.8, 0.1]],
    "W": [[1.0, -0.4], [0.2, 0.5], [-0.7, 0.9]],
}  # fmt: skip


def wrong_rows(derivation, **options):
    report = verify(derivation, **options)
    assert not report.passed
    assert "FAILED" in str(report)
    return {row.name: row.note for row in report.rows if not row.passed}


def test_a_right_derivation_passes():
    report = verify(classifier())
    assert report.passed, report
    assert report.worst < 1e-18
    assert [row.name for row in report.rows[:3]] == ["U", "W", "b"]
    assert [row.name for row in report.rows[3:]] == [f"{a}_bar" for a in classifier().adjoints]


def test_given_values_are_used():
    report = verify(classifier(), VALUES)
    assert report.passed, report
    assert report.setting.startswith("given values, N = 2; steps at random values")
    assert verify(classifier(), VALUES, steps=False).setting == "given values, N = 2"


def test_the_same_seed_gives_the_same_report():
    assert str(verify(classifier(), seed=3)) == str(verify(classifier(), seed=3))


def test_values_that_do_not_fit_are_refused():
    with pytest.raises(ValuesError, match="no value for X"):
        verify(classifier(), {"U": VALUES["U"]})


GRADIENT_MISTAKES = {
    "a factor": (lambda e: Times(Integer(2), e), "2 times"),
    "a sign": (lambda e: Negative(e), "sign is turned"),
    "a factor near 1": (lambda e: Times(Rational(100001, 100000), e), "1.00001 times"),
    "one entry": (lambda e: Plus(e, f.iverson(f.eq(i, 1)) * f.iverson(f.eq(j, 2)) / 100), "1 of 9"),
    "zero": (lambda e: Integer(0), "0 times"),
    "a summand": (lambda e: Plus(e, Times(Integer(1), e, e)), "differ"),
}


@pytest.mark.parametrize("mistake", GRADIENT_MISTAKES)
def test_a_wrong_gradient_fails(mistake):
    change, said = GRADIENT_MISTAKES[mistake]
    wrong = wrong_rows(with_gradient(classifier(), "U", change))
    assert said in wrong["U"]
    assert "step U_bar." in wrong["U_bar"]


@pytest.mark.parametrize("path", [0, 1])
def test_a_missing_path_fails(path):
    """U is read twice, so its gradient has two terms; each of them alone is wrong."""
    assert isinstance(classifier()["U"].written, Plus)
    wrong = wrong_rows(with_gradient(classifier(), "U", lambda e: e.args[path]))
    assert set(wrong) == {"U", "U_bar"}


def test_a_wrong_adjoint_on_the_way_fails_with_all_that_follows():
    wrong = wrong_rows(with_gradient(classifier(), "Z", lambda e: Times(Integer(3), e)))
    assert next(iter(wrong)) == "U"
    assert {"U", "W", "b", "Z_bar"} <= set(wrong)
    assert "3 times" in wrong["b"]


def test_a_swapped_letter_fails():
    def swapped(e):
        return rebuilt(e, lambda x: Entry("U", j, i) if x == Entry("U", i, j) else None)

    assert "H_bar" in wrong_rows(with_gradient(classifier(), "H", swapped))


def test_one_wrong_line_in_a_right_derivation_fails():
    wrong = wrong_rows(with_line(classifier(), "W", 1, lambda e: Times(Integer(-1), e)))
    assert set(wrong) == {"W_bar"}
    assert wrong["W_bar"].startswith("step W_bar.2, local derivative: ")


# Programs ----------------------------------------------------------------------------------------


def program(values):
    """The classifier by hand, in NumPy."""
    X, U, W, b = (np.asarray(values[name], dtype=float) for name in ("X", "U", "W", "b"))
    Y = np.asarray(values["Y"])
    H = np.tanh(X @ U)
    R = H @ U.T + X
    E = np.exp(R @ W + b)
    P = E / E.sum(axis=1, keepdims=True)
    Z_bar = (P - Y) / len(X)
    R_bar = Z_bar @ W.T
    H_bar = R_bar @ U * (1 - H**2)
    gradients = {"U": X.T @ H_bar + R_bar.T @ H, "W": R.T @ Z_bar, "b": Z_bar.sum(axis=0)}
    return -np.log((P * Y).sum(axis=1)).mean(), gradients


def test_a_right_program_passes():
    report = verify(classifier(), program=program)
    assert report.passed, report
    assert [row.name for row in report.rows if row.what == "program"] == ["L", "U", "W", "b"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda g: 1.00001 * g, "W[", ),
        (lambda g: g.T, "shape (2, 3), not (3, 2)"),
        (lambda g: g * np.nan, "nan"),
        (lambda g: g + np.array([[0, 0], [0, 1e-5], [0, 0]]), "W[1, 1]"),
    ],
)  # fmt: skip
def test_a_wrong_program_fails(change, said):
    def wrong(values):
        loss, gradients = program(values)
        return loss, gradients | {"W": change(gradients["W"])}

    assert said in wrong_rows(classifier(), program=wrong)["W"]


def large_values():
    rng = np.random.default_rng(0)
    size = 4_000
    return VALUES | {"X": rng.normal(size=(size, 3)), "Y": np.eye(2)[rng.integers(2, size=size)]}


def test_what_is_too_large_to_interpret_is_checked_by_the_program_itself():
    report = verify(classifier(), large_values(), program=program, steps=False)
    assert report.passed, report
    assert [row.what for row in report.rows] == ["program"] * 3


@pytest.mark.parametrize(
    "change", [lambda g: 1.0001 * g, lambda g: g + 1e-4 * (np.indices(g.shape).sum(axis=0) == 0)]
)
def test_a_wrong_program_fails_on_large_values(change):
    def wrong(values):
        loss, gradients = program(values)
        return loss, gradients | {"U": change(gradients["U"])}

    report = verify(classifier(), large_values(), program=wrong, steps=False)
    assert [row.name for row in report.rows if not row.passed] == ["U"]


def test_what_is_too_large_needs_a_program():
    with pytest.raises(NotYetError, match="pass the compiled program"):
        verify(classifier(), large_values(), steps=False)


# Other goals -------------------------------------------------------------------------------------


def test_a_layer_is_checked_with_its_upstream_adjoint():
    net = Network("layer")
    x, W = net.input("x", i), net.parameter("W", i, k)
    net.define("y", k, f.sigmoid(f.sum_over(x[i] * W[i, k], i)))
    d = derive(net, of="y", wrt=["x", "W"])
    assert verify(d).passed
    wrong = wrong_rows(with_gradient(d, "x", lambda e: Times(Integer(2), e)))
    assert set(wrong) == {"x", "x_bar"}


def test_a_derivation_of_a_derivation_passes():
    net = Network("neuron")
    w, x = net.parameter("w"), net.input("x")
    z = net.define("z", (), w * x)
    net.loss("E", f.tanh(z.entry) ** 2)
    second = derive(derive(net).network, of="w_bar", wrt=["w", "x"])
    assert verify(second).passed


def test_stop_gradient_is_no_path():
    net = Network("stopped")
    w = net.parameter("w")
    s = net.define("s", (), f.stop_gradient(w * w))
    net.loss("L", s * w + f.stop_gradient(w.entry))
    d = derive(net)
    assert verify(d).passed
    value = {"w": 3.0}
    assert float(interpret(d.network, value)["w_bar"][()]) == 9


def test_entries_at_a_kink_are_left_out():
    net = Network("kinked")
    x, w = net.input("x", i), net.parameter("w", i)
    net.loss("L", f.sum_over(f.relu(w[i] * x[i]), i))
    report = verify(derive(net), {"x": [1, 1, 1], "w": [0.5, 0, -0.5]}, steps=False)
    assert report.passed
    assert report.rows[0].checked == 2
    assert report.rows[0].note == "1 at a kink left out"
    all_kinks = verify(derive(net), {"x": [1, 1, 1], "w": [0, 0, 0]}, steps=False)
    assert all_kinks.rows[0].checked == 0
    assert "not compared: at a kink" in str(all_kinks)


def test_a_network_that_has_no_values_is_refused():
    net = Network("nowhere")
    w = net.parameter("w")
    net.loss("L", f.log(-(w**2) - 1))
    with pytest.raises(CheckError, match=r"none in \d+ attempts"):
        verify(derive(net))


def test_a_lowest_point_is_no_kink():
    net = Network("lowest")
    net.loss("L", net.parameter("x") ** 2)
    report = verify(derive(net), {"x": 0}, steps=False)
    assert report.passed
    assert report.rows[0].note == "all are 0 here"


CANCELS = """
network cancels
index i:3
input x[i]
parameter w
loss L = sum(w*x[i], i)
"""


@pytest.mark.parametrize(("off", "passed"), [(0.0, True), (1e-8, True), (1e-6, False)])
def test_what_is_left_of_numbers_that_cancel_may_have_their_rounding_and_no_more(off, passed):
    derivation = derive(parse(CANCELS))
    values = {"x": np.array([1e8, 1e-9, -1e8]), "w": 1.0}

    def program(given):
        return np.float64(1e-9 + off), {"w": np.float64(1e-9 + off)}

    report = verify(derivation, values, program=program, steps=False)
    assert {row.passed for row in report.rows if row.what == "program"} == {passed}


def test_a_small_gradient_is_compared_as_closely_as_a_large_one():
    derivation = derive(parse(CANCELS))
    values = {"x": np.array([1e-12, 2e-12, 4e-12]), "w": 1.0}

    def program(given):
        return np.float64(7e-12), {"w": np.float64(7e-12 * (1 + 1e-4))}

    rows = verify(derivation, values, program=program, steps=False).rows
    assert [row.passed for row in rows if row.what == "program"] == [True, False]


def test_scores_of_minus_infinity_are_verified_as_they_are():
    network = parse("""
network causal
index q:3 k:3 d:2
input Q[q,d]
parameter K[k,d]
S[q,k] = where(k <= q, sum(Q[q,d]*K[k,d], d), -oo)
P[q,k] = softmax(S[q,k], k)
loss L = sum(P[q,k]**2, q, k)
""")
    assert verify(derive(network)).passed
