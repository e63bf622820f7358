"""First values of parameters: their spread, their defaults, and one seed, the same bits."""

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices, size_symbol
from symback.errors import SymbackError, ValuesError
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.training.initial import fans, initial_parameters

n, i, h, k, m = indices("n:N i:30 h:50 k:4 m:M")


def network(init=None, bias=None):
    """Return Z = X·W + b, Q = Z·V with V declared the other way round: V[k,h]."""
    net = Network("net")
    X = net.input("X", n, i)
    W, b = net.parameter("W", i, h, init=init), net.parameter("b", h, init=bias)
    V, s = net.parameter("V", k, h), net.parameter("s")
    Z = net.define("Z", (n, h), f.sum_over(X[n, i] * W[i, h], i) + b[h] * s)
    net.define("Q", (n, k), f.sum_over(Z[n, h] * V[k, h], h))
    return net


def test_the_fans_are_read_off_the_equation_whatever_the_order_of_letters():
    net = network()
    assert [fans(net, net[name], {}) for name in "WVbs"] == [(30, 50), (50, 4), (1, 50), (1, 1)]


@pytest.mark.parametrize(
    "loss",
    [
        "mean((sum(X[n,i]*W[i,h], i) - Y[n,h])**2, n, h)",
        "-sum(Y[n,h]*log(softmax(sum(X[n,i]*W[i,h], i), h)), n, h)/N",
    ],
)
def test_sums_of_outputs_that_the_loss_adds_up_are_no_part_of_the_fans(loss):
    net = parse(
        "index n:N i:30 h:50\ninput X[n,i] Y[n,h] one_hot\nparameter W[i,h] init orthogonal\n"
        f"loss L = {loss}"
    )
    assert fans(net, net["W"], {}) == (30, 50)
    W = initial_parameters(net, {}, {}, seed=0)["W"]
    assert np.abs(W @ W.T - np.eye(30)).max() < 1e-14


def test_sums_within_sums_of_one_output_are_all_a_part_of_what_it_reads():
    net = parse(
        "index n:N i:3 j:4 h:5\ninput X[n,i,j]\nparameter W[i,j,h]\n"
        "Z[n,h] = 2*sum(sum(X[n,i,j]*W[i,j,h], j), i)\nloss L = sum(Z[n,h]**2, n, h)"
    )
    assert fans(net, net["W"], {}) == (12, 5)


def test_glorot_is_the_default_of_matrices_and_zeros_of_the_others():
    values = initial_parameters(network(), {}, {}, seed=0)
    limit = np.sqrt(6 / 80)
    assert values["W"].shape == (30, 50)
    assert 0.99 * limit < np.abs(values["W"]).max() <= limit
    assert values["W"].std() == pytest.approx(limit / np.sqrt(3), rel=0.05)
    assert not values["b"].any()
    assert values["s"].shape == ()


def test_he_is_normal_with_variance_2_over_in():
    W = initial_parameters(network(init="he"), {}, {}, seed=0)["W"]
    assert W.std() == pytest.approx(np.sqrt(2 / 30), rel=0.05)
    assert np.abs(W).max() > 3 * W.std()


def test_zeros_ones_and_arrays_are_taken_as_they_are():
    start = np.arange(1500.0).reshape(30, 50)
    values = initial_parameters(network(init=start, bias="ones"), {}, {}, seed=0)
    assert values["W"] is start
    assert (values["b"] == 1).all()
    assert not initial_parameters(network(init="zeros"), {}, {}, seed=0)["W"].any()


def test_one_seed_gives_the_same_bits_and_another_gives_others():
    one, same, other = (initial_parameters(network(), {}, {}, seed)["W"] for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert (one != other).all()


def test_a_parameter_that_is_given_does_not_change_how_the_others_start():
    given = {"W": np.zeros((30, 50))}
    with_it = initial_parameters(network(), {}, given, seed=3)
    without = initial_parameters(network(), {}, {}, seed=3)
    assert with_it["W"] is given["W"]
    np.testing.assert_array_equal(with_it["V"], without["V"])


def test_a_size_that_nothing_gives_is_named():
    net = Network("net")
    net.parameter("W", i, m)
    with pytest.raises(ValuesError, match="no value for M"):
        initial_parameters(net, {}, {}, seed=0)
    assert initial_parameters(net, {size_symbol("M"): 7}, {}, seed=0)["W"].shape == (30, 7)


@pytest.mark.parametrize(
    ("init", "variance"),
    [
        ("glorot_normal", 2 / 80),
        ("he_uniform", 2 / 30),
        ("lecun", 1 / 30),
        ("uniform(0.3)", 0.3**2 / 3),
        ("normal(0.02)", 0.02**2),
    ],
)
def test_the_spread_is_the_one_that_the_name_says(init, variance):
    W = initial_parameters(network(init=init), {}, {}, seed=3)["W"]
    assert W.std() == pytest.approx(np.sqrt(variance), rel=0.05)
    assert abs(W.mean()) < 4 * W.std() / np.sqrt(W.size)
    if "uniform" in init:
        assert np.abs(W).max() <= np.sqrt(3 * variance)


def test_orthogonal_rows_or_columns_keep_lengths_whatever_the_order_of_letters():
    net = Network("turned")
    X = net.input("X", n, i)
    W = net.parameter("W", i, h, init="orthogonal")  # 30 in, 50 out
    V = net.parameter("V", k, h, init="orthogonal")  # 50 in, 4 out, declared the other way round
    Z = net.define("Z", (n, h), f.sum_over(X[n, i] * W[i, h], i))
    net.define("Q", (n, k), f.sum_over(Z[n, h] * V[k, h], h))
    values = initial_parameters(net, {}, {}, seed=0)
    np.testing.assert_allclose(values["W"] @ values["W"].T, np.eye(30), atol=1e-12)
    np.testing.assert_allclose(values["V"] @ values["V"].T, np.eye(4), atol=1e-12)
    assert values["V"].flags.c_contiguous


def test_orthogonal_tensors_of_rank_3_are_matrices_from_all_inputs_to_all_outputs():
    net = Network("heads")
    a, b, c = indices("a:3 b:4 c:5")
    x, W = net.input("x", b, c), net.parameter("W", b, a, c, init="orthogonal")
    net.define("z", (a,), f.sum_over(W[b, a, c] * x[b, c], b, c))
    W = initial_parameters(net, {}, {}, seed=0)["W"]
    matrix = W.transpose(0, 2, 1).reshape(20, 3)
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(3), atol=1e-12)


def test_an_initialiser_with_a_number_is_written_and_read_back():
    net = network(init="normal(0.02)", bias="uniform(0.5)")
    assert "W[i,h] init normal(0.02)" in str(net)
    assert parse(str(net)) == net
    assert parse(str(net))["b"].init == "uniform(0.5)"


@pytest.mark.parametrize(
    "init", ["normal", "normal()", "normal(0)", "normal(x)", "uniform(inf)", "he(2)", "", "a b"]
)
def test_an_initialiser_that_is_none_is_refused_in_python_and_in_text(init):
    with pytest.raises(SymbackError, match="init"):
        network(init=init)
    with pytest.raises(SymbackError, match="init"):
        parse(f"network net\nindex i:3\nparameter W[i] init {init}\nloss L = sum(W[i], i)")
