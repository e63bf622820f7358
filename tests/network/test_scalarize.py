"""scalarize: entry by entry the same values, names that can be read, sizes that are checked."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symback.algebra.evaluated import evaluated
from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.errors import DefinitionError, SymbackError
from symback.network.network import Network
from symback.network.scalar_names import latex_of_entry
from symback.network.scalarize import scalarize
from symback.network.text_reader import parse
from tests.network.expressions import expressions, network_with
from tests.strategies import networks

LENGTHS = {"N": 2, "J": 2, "K": 3}


def values_for(net: Network, sizes: dict[str, int], seed: int = 0) -> dict[str, np.ndarray]:
    """Return random values for every input and parameter; one-hot rows where they are declared."""
    random = np.random.default_rng(seed)
    bound = {symbol: sizes[name] for name, symbol in net.sizes.items()}
    values = {}
    for tensor in (*net.inputs, *net.parameters):
        shape = tuple(int(size.xreplace(bound)) for size in tensor.shape)
        values[tensor.name] = random.normal(size=shape)
        if tensor.one_hot:
            values[tensor.name] = np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
    return values


def entries_of(arrays: dict[str, np.ndarray]) -> dict[str, object]:
    """Return {"W1_0_1": value, …} for arrays by tensor name."""
    return {
        "_".join((name, *map(str, place))): np.asarray(array)[place]
        for name, array in arrays.items()
        for place in np.ndindex(np.shape(array))
    }


def assert_same_values(net: Network, sizes: dict[str, int]) -> None:
    scalars = scalarize(net, **{name: sizes[name] for name in net.sizes})
    assert all(not tensor.rank for tensor in scalars.tensors.values())
    assert parse(str(scalars)) == scalars
    values = values_for(net, sizes)
    expected = entries_of(interpret(net, values, precision=20))
    found = interpret(scalars, entries_of(values), precision=20)
    for name, value in expected.items():
        assert mpmath.almosteq(found[name][()], value, 1e-12, 1e-12), name


@given(networks())
@settings(max_examples=25)
def test_scalars_have_the_values_of_the_entries(net):
    assert_same_values(net, LENGTHS)


@given(networks(most_equations=4))
@settings(max_examples=10)
def test_a_derived_network_is_scalarized_too(net):
    assert_same_values(derive(net).network, LENGTHS)


@given(expressions, st.integers(2, 3))
@settings(max_examples=150)
def test_every_form_keeps_its_value(expression, length):
    try:
        net = network_with(expression)
        values = values_for(net, {"N": length})
        # Why no floats? Written out, logsumexp is log(exp(…) + …), which they overflow.
        expected = interpret(net, values, precision=20)["Z"]
    except SymbackError:
        assume(False)
    assume(all(mpmath.isfinite(value) for value in expected.flat))
    scalars = scalarize(net, N=length)
    found = interpret(scalars, entries_of(values), precision=20)
    for name, value in entries_of({"Z": expected}).items():
        assert mpmath.almosteq(found[name][()], value, 1e-9, 1e-9), name


def one(text: str, **sizes: int) -> list[str]:
    """Return the equations of the scalars, without declarations."""
    head = "index n:N m:N i:2 j:2\ninput X[n,i] x[i] y\nparameter W[i,j] w[i]\n"
    sizes = sizes or {"N": 1}
    lines = str(scalarize(parse(head + text), **sizes)).splitlines()
    return [line for line in lines if " = " in line and not line.startswith("latex")]


WRITTEN = {
    "loss L = sum(x[i]*w[i], i)": ["loss L = x_0*w_0 + x_1*w_1"],
    "loss L = y - sum(x[i], i)": ["loss L = y - (x_0 + x_1)"],
    "loss L = y + sum(x[i], i)": ["loss L = y + x_0 + x_1"],
    "loss L = sum(-x[i], i)": ["loss L = -x_0 - x_1"],
    "loss L = sum(W[i,j], i, j)": ["loss L = W_0_0 + W_0_1 + W_1_0 + W_1_1"],
    "loss L = sum(sum(W[i,j], j), i)": ["loss L = W_0_0 + W_0_1 + W_1_0 + W_1_1"],
    "loss L = sum(y, i)": ["loss L = 2*y"],
    "loss L = sum(y*x[i], i, j)": ["loss L = 2*(y*x_0 + y*x_1)"],
    "loss L = sum(1, i, j)": ["loss L = 4"],
    "loss L = mean(x[i], i)": ["loss L = (x_0 + x_1)/2"],
    "loss L = logsumexp(x[i], i)": ["loss L = log(exp(x_0) + exp(x_1))"],
    "loss L = sum(x[i], (i, 0, 0))": ["loss L = x_0"],
    "loss L = sum(x[i], (i, 1, 0)) + y": ["loss L = y"],
    "loss L = sum(delta(i, 1)*x[i], i)": ["loss L = x_1"],
    "loss L = sum(iverson(i <= j)*W[i,j], i, j)": ["loss L = W_0_0 + W_0_1 + W_1_1"],
    "loss L = sum(iverson(0 <= i - 1 < 2)*x[i - 1], i)": ["loss L = x_0"],
    "loss L = sum(where(i == 0, x[i], -x[i]), i)": ["loss L = x_0 - x_1"],
    "loss L = sum(where(x[i] > i, x[i], 0), i)": [
        "loss L = where(x_0 > 0, x_0, 0) + where(x_1 > 1, x_1, 0)"
    ],
    "loss L = sum(where(i == 0 or y > 0, x[i], 0), i)": ["loss L = x_0 + where(y > 0, x_1, 0)"],
    "loss L = sum(i*x[i], i)": ["loss L = x_1"],
    "loss L = sum((i + 1)*x[i]/2, i)": ["loss L = x_0/2 + 2*x_1/2"],
    "loss L = sum((i + 1)/4*x[i], i)": ["loss L = 1/4*x_0 + 1/2*x_1"],
    "loss L = sum(x[1 - i]*w[i], i)": ["loss L = x_1*w_0 + x_0*w_1"],
    "loss L = y*1 + 0*y + y**1": ["loss L = y*1 + 0*y + y**1"],
    "P[i] = softmax(w[i], i)": [
        "P_sum = exp(w_0) + exp(w_1)",
        "P_0 = exp(w_0)/P_sum",
        "P_1 = exp(w_1)/P_sum",
    ],
    "loss L = softmax(w[i], i, at=1)": ["L_sum = exp(w_0) + exp(w_1)", "loss L = exp(w_1)/L_sum"],
    "P[j] = sum(softmax(W[i,j], i), i)": [
        "P_sum_0 = exp(W_0_0) + exp(W_1_0)",
        "P_0 = exp(W_0_0)/P_sum_0 + exp(W_1_0)/P_sum_0",
        "P_sum_1 = exp(W_0_1) + exp(W_1_1)",
        "P_1 = exp(W_0_1)/P_sum_1 + exp(W_1_1)/P_sum_1",
    ],
    "loss L = max(x[i], i)": ["loss L = maximum(x_1, x_0)"],
    "loss L = min(W[i,j] + y, i, j)": [
        "loss L = minimum(W_1_1 + y, minimum(W_1_0 + y, minimum(W_0_1 + y, W_0_0 + y)))"
    ],
    "loss L = max(i, i) + y": ["loss L = 1 + y"],
    "loss L = y + sum(max(where(i <= j, W[j,i], -oo), i), j)": [
        "loss L = y + W_0_0 + maximum(W_1_1, W_1_0)"
    ],
    "loss L = max(y, (i, 1, 0))": ["loss L = -oo"],
    "loss L = prod(x[i] + 1, i)": ["loss L = (x_0 + 1)*(x_1 + 1)"],
    "loss L = prod(i*x[i], i)": ["loss L = 0"],
    "loss L = prod(x[i], (i, 1, 0)) + y": ["loss L = 1 + y"],
    "loss L = first(x[i], i, at=1)*y": ["loss L = iverson(x_1 > x_0)*y"],
    "loss L = first(x[i], i, at=0)*y": ["loss L = iverson(x_0 >= x_1)*y"],
    "loss L = first(where(i == 0, x[i], -oo), i, at=0)*y": ["loss L = y"],
    "loss L = sum(first(where(i == 1, x[i], -oo), i)*x[i], i)": ["loss L = x_1"],
    "loss L = sum(padded(x[i - 1])*w[i], i)": ["loss L = x_0*w_1"],
    "loss L = sum(padded(x[2*i + j - 1])*W[i,j], i, j)": ["loss L = x_0*W_0_1 + x_1*W_1_0"],
    "loss L = sum(x[j//2]*(j % 2)*w[j], j)": ["loss L = x_0*w_1"],
    "loss L = sum(exp(where(i < j, x[i], -oo)), i, j)": ["loss L = exp(x_0)"],
    "P[i] = softmax(where(i == 0, w[i], -oo), i)": [
        "P_sum = exp(w_0)",
        "P_0 = exp(w_0)/P_sum",
        "P_1 = 0",
    ],
    "state h[i] initial y\nh[i] = h[i-1]*w[i] + x[i]\nloss L = h[1]": [
        "h_0 = y*w_0 + x_0",
        "h_1 = h_0*w_1 + x_1",
        "loss L = h_1",
    ],
    "state h[i]\nstate g[i] initial 2\nh[i] = g[i-1]*h[i-2]\ng[i] = h[i] + g[i-1]\nloss L = g[1]": [
        "h_0 = 0",
        "g_0 = h_0 + 2",
        "h_1 = 0",
        "g_1 = h_1 + g_0",
        "loss L = g_1",
    ],
    "loss L = softmax(w[i], i, at=0)*softmax(x[i], i, at=0)": [
        "L_sum = exp(w_0) + exp(w_1)",
        "L_sum1 = exp(x_0) + exp(x_1)",
        "loss L = exp(w_0)/L_sum*(exp(x_0)/L_sum1)",
    ],
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.items(), ids=WRITTEN)
def test_sums_are_written_out_and_decided_factors_are_gone(text, expected):
    assert one(text) == expected


LAYERS = """
index n:N c:2 p:(H-R)//2+1 r:R a:H o:2 t:T j:2 k:2
input X[n,a,c] S[t,n,c]
parameter W[r,c,o] U[j,k] h0[n,k]
state h[t,n,k] initial tanh(h0[n,k])
Z[n,p,o] = sum(padded(X[n,2*p+r-1,c])*W[r,c,o], r, c)
M[n,o] = max(Z[n,p,o], p)
F[n,p,o] = first(Z[n,p,o], p)*prod(1 + X[n,a,o], a)
h[t,n,k] = tanh(S[t,n,k] + sum(h[t-1,n,j]*U[j,k], j) + M[n,k])
g[t] = mean(h[T-1-t,n,k], n, k)
loss L = sum(F[n,p,o], n, p, o) + sum(g[t]**2, t)
"""


def test_windows_maxima_and_recurrences_keep_their_values():
    net = parse(LAYERS)
    for sizes in ({"N": 1, "H": 5, "R": 3, "T": 3}, {"N": 2, "H": 4, "R": 3, "T": 1}):
        assert_same_values(net, sizes)
    assert_same_values(derive(net).network, {"N": 1, "H": 3, "R": 2, "T": 3})


def test_a_gather_is_refused_since_only_values_tell_its_place():
    net = parse("index n:N v:4\ninput ids[n] integer\nparameter E[v]\nloss L = sum(E[ids[n]], n)")
    with pytest.raises(DefinitionError, match=r"ids\[n\] is a position that only values tell"):
        scalarize(net, N=2)


def test_random_tensors_buffers_and_updates_become_scalars():
    net = parse(
        "index n:2\ninput x[n]\nconstant rate = 0.5\nrandom M[n] bernoulli(1 - rate)\n"
        "buffer m[n] initial 1\nmu[n] = x[n]*M[n]\nloss L = sum(mu[n], n)\n"
        "update m[n] = m[n]/2 + mu[n]\nprediction mu[n] = m[n]"
    )
    scalars = scalarize(net)
    assert parse(str(scalars)) == scalars
    lines = str(scalars).splitlines()
    assert "random M_1 bernoulli(1 - rate)" in lines
    assert "buffer m_0 initial 1" in lines
    assert "update m_1 = m_1/2 + mu_1" in lines
    assert "prediction mu_0 = m_0" in lines


def test_sizes_become_numbers():
    assert one("loss L = sum(X[n,i], n, i)/N", N=1) == ["loss L = X_0_0 + X_0_1"]
    assert one("loss L = sum(n*X[n,0], n)/(N + 1)", N=2) == ["loss L = X_1_0/3"]
    assert one("loss L = sum(X[n,0], n)/N", n=2) == ["loss L = (X_0_0 + X_1_0)/2"]


# Names -------------------------------------------------------------------------------------------


def test_entries_can_be_renamed_row_by_row():
    net = parse("index i:2 h:2\ninput x[i]\nparameter W1[i,h]\nz[h] = sum(x[i]*W1[i,h], i)")
    scalars = scalarize(net, names={"W1": "w1 w2, w3 w4", "x": ("a", "b")})
    assert [str(e) for e in scalars.equations] == ["z_0 = a*w1 + b*w3", "z_1 = a*w2 + b*w4"]
    assert scalars["w1"].latex is None
    assert scalars["z_0"].latex == "z_{0}"


LATEX = {
    ("W1", (0, 1)): "w^{(1)}_{01}",
    ("W", (3, 12)): "w_{3,12}",
    ("b", (12,)): "b_{12}",
    ("beta2", (0,)): r"\beta^{(2)}_{0}",
    ("hidden", (0,)): r"\mathrm{hidden}_{0}",
    ("Z1_bar", (0, 1)): r"\bar{z}^{(1)}_{01}",
    ("W_dot_bar2", (0,)): r"\bar{\dot{w}}_{0}",
    ("net_h", (1,)): r"\mathrm{net\_h}_{1}",
    ("L", ()): "L",
}


@pytest.mark.parametrize(("case", "expected"), LATEX.items(), ids=str)
def test_an_entry_prints_as_books_print_it(case, expected):
    assert latex_of_entry(*case) == expected


def test_the_latex_of_a_tensor_is_kept_for_its_entries():
    net = parse('index i:2\ninput x[i] c\nz = x[0]*c\nlatex x = "\\hat{x}"  c = "c_0"')
    scalars = scalarize(net)
    assert scalars["x_1"].latex == r"\hat{x}_{1}"
    assert scalars["c"].latex == "c_0"
    assert scalars["z"].latex is None


@pytest.mark.parametrize("name", ["W1", "W_a", "beta", "Q_bar", "x1_y2", "E"])
def test_every_generated_latex_is_legal(name):
    net = Network()
    i = parse("index i:3\ninput q[i]").letters["i"]
    net.input(name, i)
    assert scalarize(net)[f"{name}_2"].latex


def test_facts_are_kept_where_scalars_can_have_them():
    net = parse(
        "index i:2 k:3\ninput ids[i] integer y[i,k] one_hot\n"
        "parameter a[i] init ones b[i,k] init he s init he\nconstant c = 0.5"
    )
    net.parameter("d", net.letters["i"], init=np.array([1.5, 2.5]))
    scalars = scalarize(net)
    assert scalars["ids_0"].integer
    assert not scalars["y_0_0"].one_hot
    assert scalars["a_1"].init == "ones"
    assert scalars["b_0_0"].init is None
    assert scalars["s"].init == "he"
    assert scalars["d_1"].init == 2.5
    assert evaluated(scalars["c"].value) * 2 == 1


# Errors ------------------------------------------------------------------------------------------

NET = parse("index n:N i:2 p:N-2 q:(N-1)//2\ninput X[n,i] Y[p] U[q]\nloss L = sum(X[n,i], n, i)")

REFUSED = {
    "no value for N": {},
    "N = 0 is no size": {"N": 0},
    "N = -1 is no size": {"N": -1},
    "N = 2.5 is no size": {"N": 2.5},
    "N = True is no size": {"N": True},
    "N = two is no size": {"N": "two"},
    "M is no size and no letter": {"M": 2, "N": 4},
    "the letter i has size 2, not 3": {"i": 3, "N": 4},
    "N is both 4 and 5": {"N": 4, "n": 5},
    "the letter p has size N - 2, not 3": {"p": 3, "N": 4},
    "the size N - 2 is 0 for N = 2": {"N": 2},
    "scalars, ": {"N": 20_000},
    "200000000 of them in X[n,i]": {"N": 10**8},
}


@pytest.mark.parametrize(("message", "sizes"), REFUSED.items(), ids=REFUSED)
def test_sizes_that_do_not_fit_are_refused(message, sizes):
    with pytest.raises(DefinitionError) as caught:
        scalarize(NET, **sizes)
    assert message in str(caught.value)


def test_all_problems_of_the_sizes_are_in_one_error():
    with pytest.raises(DefinitionError) as caught:
        scalarize(NET, M=2, N=0)
    assert "M is no size" in str(caught.value)
    assert "N = 0" in str(caught.value)


CLASHES = {
    "W[0] and W_0 would both be W_0": "index i:2\nparameter W[i] W_0\nz = W[0]*W_0",
    "A_1[0] and A[1,0] would both be A_1_0": "index i:2 j:2\nparameter A_1[i] A[i,j]",
}


@pytest.mark.parametrize(("message", "text"), CLASHES.items(), ids=CLASHES)
def test_names_that_clash_are_refused(message, text):
    with pytest.raises(DefinitionError) as caught:
        scalarize(parse(text))
    found = str(caught.value)
    assert message in found or message.split(" would")[0].split(" and ")[0] in found
    assert "names={" in found


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"X": "a b"}, "2 names"),
        ({"Q": "a"}, "no such name"),
        ({"X": "a a c d e f g h"}, "would both be a"),
        ({"X": "L b c d e f g h"}, "would both be L"),
        ({"X": "lambda b c d e f g h"}, "'lam'"),
        ({"X": "a; b c d e f g h i"}, "name"),
    ],
)
def test_wrong_names_are_refused(names, words):
    with pytest.raises(DefinitionError) as caught:
        scalarize(NET, names, N=4)
    assert words in str(caught.value)


def test_a_read_outside_is_refused_when_the_sizes_are_known():
    net = parse("index n:N m:M\ninput x[n]\nz[m] = x[m + 1]*iverson(m < M)")
    with pytest.raises(DefinitionError, match=r"reads x\[2\], outside the shape \(2\)"):
        scalarize(net, N=2, M=2)


def test_too_many_terms_are_refused_before_they_are_made():
    net = parse("index n:N m:N k:N l:N\ninput x[n]\nloss L = sum(x[n]*x[m]*x[k]*x[l], n, m, k, l)")
    with pytest.raises(DefinitionError, match="more than 200000 terms"):
        scalarize(net, N=100)
