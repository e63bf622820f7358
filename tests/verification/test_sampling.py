"""Random values: inside every domain, away from every kink, the same for the same seed."""

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices, size_symbol
from symback.algebra.operators import Decimal
from symback.compiler.interpreter import interpret
from symback.errors import CheckError
from symback.network.network import Network
from symback.verification.sampling import SMALLEST_MARGIN, generator, random_sample

n, i, k = indices("n:N i:3 k:K")


def drawn(expression, *letters, seed=0):
    """Return the values of the arguments x (over n, i) and of y = expression."""
    net = Network("probe")
    net.input("x", n, i)
    net.define("y", letters, expression)
    sample = random_sample(net, seed=seed)
    return sample.values["x"], interpret(net, sample.values, number=float)["y"]


x = Network("probe").input("x", n, i)[n, i]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("expression", "distance"),
    [
        (f.log(x), lambda x: x),
        (f.sqrt(x - 2), lambda x: x - 2),
        (f.call("log1p", -x), lambda x: 1 - x),
        (f.log(x) + f.log(1 - x), lambda x: np.minimum(x, 1 - x)),
        (f.relu(x), np.abs),
        (f.maximum(x, 2 - x), lambda x: np.abs(2 * x - 2)),
        (1 / (x - 1), lambda x: np.abs(x - 1)),
        (x**-2, np.abs),
        (x ** Decimal("1.5"), lambda x: x),
        (f.where(x > 1, x, 0), lambda x: np.abs(x - 1)),
        (f.where(x > 0, f.log(x), x), np.abs),
    ],
)
def test_arguments_stay_in_their_domain_and_off_their_kinks(expression, distance, seed):
    values, _ = drawn(expression, n, i, seed=seed)
    assert distance(values).min() > SMALLEST_MARGIN


def test_a_domain_behind_other_equations_is_found():
    net = Network("deep")
    W, X = net.parameter("W", i), net.input("X", n, i)
    z = net.define("z", n, f.sum_over(X[n, i] * W[i], i))
    net.define("y", n, f.log(z[n]) + f.sqrt(z[n] - 3))
    sample = random_sample(net)
    assert (interpret(net, sample.values, number=float)["z"] > 3).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_largest_two_of_a_maximum_differ_behind_a_relu_too(seed):
    net = Network("pooled")
    X = net.input("X", n, i)
    A = net.define("A", (n, i), f.relu(X[n, i]))
    net.define("M", n, f.max_over(A[n, i], i))
    sample = random_sample(net, seed=seed)
    ordered = np.sort(np.maximum(sample.values["X"], 0), axis=1)
    assert (ordered[:, -1] - ordered[:, -2] > SMALLEST_MARGIN).all()


def test_an_entry_that_is_read_twice_ties_with_itself():
    net = Network("twice")
    ids, E = net.input("ids", n, i, integer=True), net.parameter("E", k)
    net.define("m", n, f.max_over(E[ids[n, i],], i))
    assert random_sample(net, sizes={size_symbol("K"): 1}).values["E"].shape == (1,)


def test_integers_may_be_as_near_to_each_other_as_they_like():
    net = Network("masked")
    X, length = net.input("X", n, i), net.input("length", n, integer=True)
    net.define("m", n, f.sum_over(f.where(i < length[n], X[n, i], 0), i))
    sample = random_sample(net)
    assert (sample.values["length"] < sample.values["X"].shape[1]).all()


def test_facts_are_kept():
    net = Network("facts")
    net.input("Y", n, k, one_hot=True)
    net.input("ids", n, integer=True)
    sample = random_sample(net)
    assert (sample.values["Y"].sum(axis=1) == 1).all()
    assert set(np.unique(sample.values["Y"])) == {0, 1}
    assert sample.values["ids"].dtype.kind == "i"


def test_sizes_are_small_and_different():
    net = Network("sizes")
    net.input("Y", n, k)
    sizes = random_sample(net).sizes
    assert len(set(sizes.values())) == 2
    assert all(2 <= size <= 4 for size in sizes.values())
    assert random_sample(net, sizes={size_symbol("N"): 9}).values["Y"].shape[0] == 9


def test_sizes_fit_size_expressions():
    a, p, r = indices("a:H p:H-2*R+1 r:R")
    net = Network("convolution")
    u, w = net.input("u", a), net.parameter("w", r)
    net.define("z", p, f.sum_over(u[p + 2 * r] * w[r], r))
    sample = random_sample(net)
    H, R = (sample.sizes[size_symbol(name)] for name in "HR")
    assert H - 2 * R + 1 >= 1


def test_a_dead_gradient_is_avoided():
    net = Network("relu")
    w = net.parameter("w")
    net.loss("L", f.relu(w.entry))
    for seed in range(20):
        assert random_sample(net, seed=seed, alive=["L"]).values["w"] > 0


def test_the_same_seed_draws_the_same():
    one, two, other = (drawn(f.log(x), n, i, seed=seed)[0] for seed in (1, 1, 2))
    assert (one == two).all()
    assert one.shape != other.shape or (one != other).any()


def test_what_cannot_be_sampled_is_said():
    with pytest.raises(CheckError) as caught:
        drawn(f.log(x) + f.log(-x), n, i)
    assert "none in 400 attempts" in caught.value.found
    assert "not positive" in caught.value.found


@pytest.mark.parametrize("seed", ["x", -1, 1.5, True, None], ids=repr)
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(CheckError, match="no whole number"):
        generator(seed)
