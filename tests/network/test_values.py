"""What checked_values accepts, what it refuses, and that it says everything at once."""

import numpy as np
import pytest
from sympy import Symbol

from symback.algebra.functions import sum_over
from symback.algebra.letters import indices, size_symbol
from symback.errors import ValuesError
from symback.network.network import Network
from symback.network.text_reader import parse
from symback.network.values import bound_sizes, checked_values, size_value

N, H, R, K = (size_symbol(name) for name in "NHRK")


def classifier() -> Network:
    n, i, k, c = indices("n:N i:3 k:2 c:K")
    net = Network("classifier")
    X, W = net.input("X", n, i), net.parameter("W", i, k)
    net.input("Y", n, k, one_hot=True)
    net.input("V", n, c, one_hot=True)
    net.input("ids", n, integer=True)
    net.constant("lam", 0.5)
    net.define("Z", (n, k), sum_over(X[n, i] * W[i, k], i))
    return net


GOOD = {
    "X": np.ones((4, 3)),
    "Y": np.eye(2)[[0, 1, 1, 0]],
    "W": np.ones((3, 2)),
    "ids": [0, 1, 2, 3],
}


def check(needed="X Y W", dtype="float64", check_finite=False, **changed):
    return checked_values(
        classifier(), GOOD | changed, needed.split(), dtype=dtype, check_finite=check_finite
    )


def test_good_values_come_back_as_arrays_and_sizes():
    arrays, sizes = check("X Y W ids")
    assert sizes == {N: 4}
    assert arrays["X"] is GOOD["X"]
    assert arrays["ids"].dtype == "int64"


def test_lists_integers_and_truth_values_become_reals():
    arrays, _ = check(X=[[True, 0, 2]] * 4, dtype="float32")
    assert arrays["X"].dtype == "float32"
    assert arrays["X"][0].tolist() == [1, 0, 2]


def test_integer_classes_of_one_rank_less_become_ones_and_zeros():
    arrays, sizes = check(Y=[1, 0, 1.0, 1])
    assert arrays["Y"].tolist() == [[0, 1], [1, 0], [0, 1], [0, 1]]
    assert sizes == {N: 4}


def test_values_that_are_not_needed_are_passed_over():
    arrays, _ = check("X W", Y="anything")
    assert set(arrays) == {"X", "W"}


def test_a_defined_tensor_is_accepted_when_the_caller_asks_for_it():
    arrays, _ = check("X Z", Z=np.ones((4, 2)))
    assert arrays["Z"].shape == (4, 2)


def test_a_network_of_scalars_takes_numbers():
    net = Network("neuron")
    net.input("x")
    arrays, sizes = checked_values(net, {"x": 2}, ["x"])
    assert arrays["x"].shape == ()
    assert sizes == {}


def test_a_tensor_may_stand_for_its_name():
    net = classifier()
    assert set(checked_values(net, {net["X"]: np.ones((2, 3))}, ["X"])[0]) == {"X"}


@pytest.mark.parametrize(
    ("needed", "changed", "said"),
    [
        ("X Y W", {"Wq": 1.0}, "'Wq' is no tensor of the network"),
        ("X Y W", {3: 1.0}, "'3' is no tensor"),
        ("X Y W", {"lam": 1.0}, "lam is a constant (0.5) and takes no value"),
        ("X Y W", {"Z": 1.0}, "Z[n,k] is computed by the network and takes no value"),
        ("X V", {}, "no value for V[n,c]"),
        ("X", {"X": np.ones(3)}, "X[n,i] has rank 2, its value has shape (3,)"),
        ("X", {"X": np.ones((4, 5))}, "X[n,i] has 3 along i, its value has 5"),
        ("X", {"X": np.ones((0, 3))}, "its axis n has length 0"),
        ("X Y", {"X": np.ones((5, 3))}, "size N is 5 in X[n,i], 4 in Y[n,k]"),
        ("X", {"X": "pickle"}, "X[n,i] was given text"),
        ("X", {"X": [[1, 2, "3"]]}, "X[n,i] was given text"),
        ("X", {"X": [[1, 2, None]]}, "X[n,i] was given objects"),
        ("X", {"X": [[1, 2, 10**40]]}, "X[n,i] was given objects"),
        ("X", {"X": [[1, 2, 3j]]}, "X[n,i] was given complex numbers"),
        ("X", {"X": [[1, 2, 3], [1, 2]]}, "a list whose rows differ in length"),
        (
            "Y",
            {"Y": np.full((4, 2), 0.5)},
            "Y[n,k] is one_hot along k, its value is not at [0]: [0.5 0.5]",
        ),
        ("Y", {"Y": [[0, 1], [1, 1]]}, "its value is not at [1]: [1 1]"),
        ("Y", {"Y": [[0, float("nan")]]}, "its value is not at [0]"),
        ("Y", {"Y": [0, 1, 2, 0]}, "Y[n,k] has classes 0 … 1, its value has 2 at [2]"),
        ("Y", {"Y": [0, -1]}, "its value has -1 at [1]"),
        ("Y", {"Y": [0, 0.5]}, "Y[n,k] holds integers, its value has 0.5 at [1]"),
        ("V", {"V": [0, 1]}, "nothing says how many there are"),
        ("ids", {"ids": [0, 1.5]}, "ids[n] holds integers, its value has 1.5 at [1]"),
        ("ids", {"ids": [0, float("nan")]}, "ids[n] holds integers, its value has nan at [1]"),
        ("ids", {"ids": [0, 1e30]}, "its value has 1e+30 at [1]"),
        ("ids", {"ids": np.array([2**63], "uint64")}, "its value has 9223372036854775808 at [0]"),
    ],
)
def test_what_does_not_fit_is_said(needed, changed, said):
    with pytest.raises(ValuesError) as caught:
        check(needed, **{str(k): v for k, v in changed.items()})
    assert said in caught.value.found
    assert caught.value.helps


def test_a_name_close_to_another_is_suggested():
    with pytest.raises(ValuesError, match="did you mean W"):
        checked_values(classifier(), {"X": 1, "WW": 2}, ["X"])


def test_all_problems_come_in_one_error():
    with pytest.raises(ValuesError) as caught:
        check("X Y W V", X=np.ones((5, 4)), Y=np.ones((4, 2)), W="w", Q=1)
    for said in (
        "'Q'",
        "V[n,c]",
        "W[i,k] was given text",
        "size N is 5",
        "has 3 along i",
        "one_hot along k",
    ):
        assert said in caught.value.found


def test_values_must_be_a_mapping():
    with pytest.raises(ValuesError, match="mapping"):
        checked_values(classifier(), [1, 2], ["X"])


def test_nan_is_refused_only_when_asked():
    spoiled = np.ones((4, 3))
    spoiled[2, 1] = np.nan
    assert np.isnan(check(X=spoiled)[0]["X"][2, 1])
    with pytest.raises(ValuesError, match=r"X has nan at \[2, 1\] \(1 of 12 not finite\)"):
        check(X=spoiled, check_finite=True)


def test_too_large_for_float32_is_not_finite():
    with pytest.raises(ValuesError, match="X has inf"):
        check(X=np.full((4, 3), 1e300), dtype="float32", check_finite=True)


def convolution() -> Network:
    a, p, r = indices("a:H p:H-R+1 r:R")
    net = Network("convolution")
    x, w = net.input("x", a), net.parameter("w", r)
    net.define("z", p, sum_over(x[p + r] * w[r], r))
    return net


def test_size_expressions_are_computed_and_compared():
    net = convolution()
    assert bound_sizes(net, {"x": (7,), "w": (3,)}) == {H: 7, R: 3}
    assert bound_sizes(net, {"x": (7,), "w": (3,), "z": (5,)}) == {H: 7, R: 3}
    with pytest.raises(ValuesError, match=r"H - R \+ 1 = 5 along p"):
        bound_sizes(net, {"x": (7,), "w": (3,), "z": (6,)})


def test_a_size_below_one_names_its_tensor():
    with pytest.raises(ValuesError, match=r"size of letter p in z\[p\]: H - R \+ 1 = -1"):
        bound_sizes(convolution(), {"x": (2,), "w": (4,)})


def test_a_fractional_size_is_refused():
    n, h = indices("n:N h:K")
    net = Network("halves")
    x = net.input("x", n)
    half = indices("j:N")
    net.define("s", (), sum_over(x[half], half))
    with pytest.raises(ValuesError, match="no integer"):
        size_value(Symbol("N", integer=True, positive=True) / 2, {N: 3})
    assert size_value(h.size * 2 - 9, {K: 3}) == -3


def test_an_unbound_size_is_named():
    with pytest.raises(ValuesError, match="no value for H"):
        size_value(H - R, {R: 3})


def test_an_unknown_dtype_is_refused():
    with pytest.raises(ValuesError, match="float64 or float32"):
        check(dtype="int8")


def test_who_misses_a_random_tensor_hears_of_the_predictor():
    net = parse("index n:N\ninput x[n]\nrandom M[n] bernoulli(0.5)\ny[n] = x[n]*M[n]")
    with pytest.raises(ValuesError, match=r"M\[n\] is random: .*net\.predictor\(\)"):
        checked_values(net, {"x": [1.0]}, ["x", "M"])
    with pytest.raises(ValuesError) as caught:
        checked_values(net, {"M": [1.0]}, ["x", "M"])
    assert "predictor" not in str(caught.value)
