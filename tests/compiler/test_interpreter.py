"""The literal interpreter: what each node means, its three kinds of number, derivatives, errors."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from sympy import Integer, Rational, oo, pi

from symback.algebra import functions as f
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import indices, size_symbol
from symback.algebra.nodes import InRange, Partial, Total
from symback.algebra.operators import Decimal, Not, Power
from symback.algebra.positions import Entry, as_position
from symback.compiler.interpreter import evaluate, interpret
from symback.errors import NotYetError, ValuesError
from symback.network.network import Network

i, j, n, p = indices("i:3 j:3 n:N p:(N+1)//2")
N = size_symbol("N")
X = np.array([[1.0, 2.0, 4.0], [-1.0, 0.5, 3.0]])
u = np.array([1.0, -2.0, 3.0])
x = Entry("x")


def read(name, *positions):
    return Entry(name, *(as_position(position, name) for position in positions))


def value(expression, **options):
    """Return the value at i = 2, n = 1."""
    environment = {"X": X, "u": u, "x": np.float64(0.75), "k": np.array([2, 0])}
    return evaluate(expression, environment, {i: 2, n: 1}, {N: 2}, **options)


EXPONENTIALS = sum(mpmath.exp(number) for number in u)
TABLE = {
    "entry": (read("X", n, i), 3),
    "affine position": (read("u", 2 * n - i + 1), -2),
    "size in a position": (read("u", n.size - n), -2),
    "gather": (read("u", read("k", n)), 1),
    "plus": (x + 1 + i, 3.75),
    "minus": (1 - x, 0.25),
    "times": (x * x * i, 1.125),
    "quotient": (x / 4, 0.1875),
    "power": (x**2, 0.5625),
    "negative base": (read("u", 1) ** 3, -8),
    "negative power": (x**-1, Rational(4, 3)),
    "0 to the 0": (Power(x - Decimal("0.75"), x - Decimal("0.75")), 1),
    "decimal": (Decimal("0.1") * 10, 1),
    "rational": (x * Rational(1, 3), 0.25),
    "pi": (pi * x, 0.75 * mpmath.pi),
    "letter and size as numbers": (i + n.size, 4),
    "floor of sizes": (p.size + x, 1.75),
    "arithmetic of SymPy": (evaluated((1 - x) / x + x**2 - 1), Rational(1, 3) + 0.5625 - 1),
    "pointwise": (f.sigmoid(x), 1 / (1 + mpmath.exp(-0.75))),
    "two arguments": (f.maximum(x, i), 2),
    "stop_gradient": (f.stop_gradient(x), 0.75),
    "sum": (f.sum_over(read("X", n, j) * read("u", j), j), -1 - 1 + 9),
    "sum over two letters": (f.sum_over(read("X", n, j), n, j), 9.5),
    "a summed letter hides the one outside": (f.sum_over(i, i) + i, 5),
    "sum of a letter that is absent": (f.sum_over(x, j), 2.25),
    "sum with bounds": (f.sum_over(read("u", j), (j, 1, i)), 1),
    "sum with bounds that enclose nothing": (f.sum_over(read("u", j), (j, i, 1)), 0),
    "mean": (f.mean_over(read("X", n, j), j), Rational(5, 6)),
    "logsumexp": (f.logsumexp(read("u", j), j), mpmath.log(EXPONENTIALS)),
    "logsumexp of large numbers": (f.logsumexp(10**9 * x, j) - 10**9 * x, mpmath.log(3)),
    "softmax": (f.softmax(read("u", i), i), mpmath.exp(3) / EXPONENTIALS),
    "softmax at another position": (
        f.softmax(read("u", j), j, at=n),
        mpmath.exp(-2) / EXPONENTIALS,
    ),
    "softmax of a masked entry": (f.softmax(f.where(f.eq(j, 2), -oo, 0), j, at=1), 0.5),
    "delta": (f.delta(i, 2) + f.delta(i, n), 1),
    "bracket": (f.iverson(x > 1) + 2 * f.iverson(f.ne(i, n)), 2),
    "range": (f.iverson(InRange(i, Integer(0), Integer(3))) + f.iverson(InRange(i, n, i)), 1),
    "both, either, not": (f.iverson(((x > 0) & (i > 2)) | Not(f.eq(i, 1))), 1),
    "where computes only what it takes": (f.where(x > 1, 1 / (x - x), x), 0.75),
    "a read outside under a bracket that is 0": (read("u", i + 1) * f.iverson(i <= 1), 0),
    "a read outside under a delta that is 0": (f.delta(i, n) * read("u", i + 1), 0),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_meaning_of(name):
    expression, expected = TABLE[name]
    expected = mpmath.mpf(expected.p) / expected.q if isinstance(expected, Rational) else expected
    found = value(expression)
    assert isinstance(found, mpmath.mpf)
    assert mpmath.almosteq(found, expected, 1e-15)
    assert value(expression, number=float) == pytest.approx(float(expected), rel=1e-6)


def test_more_digits_on_demand():
    with mpmath.workdps(200):
        expected = mpmath.exp(mpmath.mpf(3) / 4)
        found = value(f.exp(x), precision=200)
        assert mpmath.almosteq(found, expected, mpmath.mpf(10) ** -195)


def test_fractions_are_exact():
    third = evaluate(x / 3 + Decimal("0.1"), {"x": Fraction(1, 7)}, exact=True)
    assert third == Fraction(1, 21) + Fraction(1, 10)
    assert value(f.sum_over(f.relu(read("u", j)) ** 2, j) / 3, exact=True) == Fraction(10, 3)


@pytest.mark.parametrize("expression", [f.exp(x), x ** Rational(1, 2), pi * x, Partial(x, x)])
def test_what_is_no_fraction_is_refused(expression):
    if isinstance(expression, Partial):
        expression = Partial(x * x, x)
    with pytest.raises(ValuesError, match="exact"):
        value(expression, exact=True)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (read("u", i + 1), r"position \[3\] of an array of shape \(3,\)"),
        (read("u", n - i), r"position \[-1\]"),
        (read("q", i), "no values of q"),
        (read("X", n, j), "the letter j"),
        (x / (i - 2), "a division by zero"),
        (f.log(-x), "no real value"),
        (f.sqrt(read("u", 1)), "no real value"),
        ((0 - x) ** Rational(1, 2), "no real value"),
        (indices("q:Q").size + x, "no value for Q"),
    ],
)
def test_what_has_no_value_is_said(expression, said):
    with pytest.raises(ValuesError, match=said):
        value(expression)


def test_a_form_without_meaning_is_refused():
    with pytest.raises(NotYetError, match="derivative by"):
        value(Partial(x, x + 1))


@pytest.mark.parametrize("options", [{"precision": 3}, {"number": int}])
def test_an_unknown_kind_of_number_is_refused(options):
    with pytest.raises(ValuesError, match="precision"):
        value(x, **options)


def classifier() -> Network:
    a, h, k, m = indices("a:3 h:2 k:4 m:N")
    net = Network("classifier")
    X, Y = net.input("X", m, a), net.input("Y", m, k, one_hot=True)
    W, b, V = net.parameter("W", a, h), net.parameter("b", h), net.parameter("V", h, k)
    lam = net.constant("lam", 0.1)
    Z = net.define("Z", (m, h), f.sum_over(X[m, a] * W[a, h], a) + b[h])
    A = net.define("A", (m, h), f.tanh(Z[m, h]))
    P = net.define("P", (m, k), f.softmax(f.sum_over(A[m, h] * V[h, k], h), k))
    cross_entropy = -f.sum_over(Y[m, k] * f.log(P[m, k]), m, k) / m.size
    net.loss("L", cross_entropy + lam * f.sum_over(W[a, h] ** 2, a, h))
    return net


def random_values(seed=0):
    rng = np.random.default_rng(seed)
    return {
        "X": rng.normal(size=(5, 3)), "Y": [0, 3, 1, 1, 2], "W": rng.normal(size=(3, 2)),
        "b": rng.normal(size=2), "V": rng.normal(size=(2, 4)),
    }  # fmt: skip


def test_a_network_is_computed_as_numpy_computes_it():
    v = random_values()
    A = np.tanh(v["X"] @ v["W"] + v["b"])
    E = np.exp(A @ v["V"])
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.log(P[np.arange(5), v["Y"]]).mean() + 0.1 * (v["W"] ** 2).sum()
    found = interpret(classifier(), v, number=float)
    assert list(found) == ["Z", "A", "P", "L"]
    np.testing.assert_allclose(found["P"], P, rtol=1e-13)
    np.testing.assert_allclose(found["L"], loss, rtol=1e-13)
    assert interpret(classifier(), v, outputs=["L"])["L"][()] == pytest.approx(loss, rel=1e-13)


def test_outputs_need_only_what_they_depend_on():
    v = random_values()
    found = interpret(classifier(), {"X": v["X"], "W": v["W"], "b": v["b"]}, outputs=["A"])
    assert list(found) == ["A"]


def test_values_may_be_exact_numbers():
    net = Network("neuron")
    w, y = net.parameter("w"), net.input("y")
    net.loss("E", (w * 3 - y) ** 2)
    values = {"w": Fraction(1, 3), "y": np.array(Fraction(1, 7))}
    assert interpret(net, values, exact=True)["E"][()] == Fraction(36, 49)


def test_an_equation_without_a_value_is_named():
    net = Network("broken")
    q, r = net.input("q", i), net.input("r", i)
    net.define("s", i, q[i] / r[i])
    with pytest.raises(ValuesError, match=r"s\[1\]\n.*division by zero"):
        interpret(net, {"q": [1, 1, 1], "r": [1, 0, 1]})


def test_missing_values_are_named():
    with pytest.raises(ValuesError, match="no value for Y"):
        interpret(classifier(), {k: v for k, v in random_values().items() if k != "Y"})


def diamond() -> Network:
    """L = (a + a²)·w + stop_gradient(w)·c, with a = 3w and c = w²."""
    net = Network("diamond")
    w = net.parameter("w")
    a = net.define("a", (), 3 * w)
    c = net.define("c", (), w**2)
    s = net.define("s", (), f.stop_gradient(c))
    net.loss("L", (a + a**2) * w + s * c)
    return net


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Partial(Entry("L"), Entry("a")), (1 + 2 * 6) * 2),
        (Partial(Entry("L"), Entry("w")), 6 + 36),
        (Partial(Entry("L"), Entry("L")), 1),
        (Partial(Entry("w"), Entry("a")), 0),
        (Partial(Entry("a") * Entry("w") ** 2, Entry("w")), 24),
        (Total(Entry("L"), Entry("a")), 26),
        (Total(Entry("L"), Entry("c")), 4),
        (Total(Entry("L"), Entry("w")), 42 + 26 * 3 + 4 * 4),
        (Total(Entry("L"), Entry("L")), 1),
        (Total(Entry("a") * Entry("w"), Entry("w")), 6 + 2 * 3),
    ],
)
def test_direct_and_total_derivatives(node, expected):
    net = diamond()
    environment = {**interpret(net, {"w": 2}), "w": 2}
    assert mpmath.almosteq(evaluate(node, environment, network=net), expected, 1e-25)


def test_the_derivative_of_an_entry_by_an_entry():
    net = classifier()
    v = random_values()
    a, h, m = net.letters["a"], net.letters["h"], net.letters["m"]
    environment = {**interpret(net, v), **v, "Y": np.eye(4)[v["Y"]], "lam": 0.1}
    node = Partial(net["Z"][m, h], net["W"][a, h])
    found = evaluate(node, environment, {m: 4, a: 2, h: 1}, {N: 5}, network=net)
    assert mpmath.almosteq(found, v["X"][4, 2], 1e-25)
    with pytest.raises(ValuesError, match="position"):
        evaluate(node, environment, {m: 9, a: 2, h: 1}, {N: 5}, network=net)
