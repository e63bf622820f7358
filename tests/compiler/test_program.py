"""What users hold in their hands: programs called, bound, as a vector, with bad values."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.errors import ValuesError
from symback.network.network import Network
from tests.compiler.support import assert_agrees, random_values
from tests.derivation.networks import deep, digits, logistic, neuron


def compiled(network, wrt=None, of=None, **options):
    d = derive(network, wrt=wrt, of=of)
    return compile_network(d.network, (), value=d.of, gradients=d.gradient_names, **options)


NETWORKS = {
    "neuron": (neuron(), {}, None),
    "logistic": (logistic(), {"N": 3, "K": 2}, ["z"]),
    "deep": (deep(3, 4), {"N": 3}, None),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_value_and_gradients_agree_with_the_interpreter(name):
    network, sizes, wrt = NETWORKS[name]
    d = derive(network, wrt=wrt)
    values = random_values(network, sizes)
    loss, grads = compiled(network, wrt)(values)
    expected = interpret(d.network, values, number=float)
    assert isinstance(loss, float)
    assert loss == pytest.approx(expected[d.of], rel=1e-13)
    for tensor, adjoint in d.gradient_names.items():
        assert grads[tensor].shape == np.shape(values[tensor])
        np.testing.assert_allclose(grads[tensor], expected[adjoint], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_gradients_are_new_arrays_of_the_type_of_the_program(dtype):
    f_ = compiled(digits(), dtype=dtype)
    values = random_values(digits(), {"N": 5})
    _, first = f_(values)
    kept = {name: g.copy() for name, g in first.items()}
    _, second = f_({**values, "W1": values["W1"] + 1})
    for name in first:
        assert first[name].dtype == dtype
        assert first[name].flags.c_contiguous
        assert first[name].flags.owndata
        assert np.array_equal(first[name], kept[name])
        assert not np.shares_memory(first[name], second[name])


def test_every_batch_size_runs_without_compiling_again(monkeypatch):
    f_ = compiled(digits())
    monkeypatch.setattr("symback.compiler.printing.lambdify", None)
    for size in (1, 2, 64, 3):
        values = random_values(digits(), {"N": size})
        logits = np.tanh(values["X"] @ values["W1"] + values["b1"]) @ values["W2"] + values["b2"]
        highest = logits.max(axis=1, keepdims=True)
        logs = logits - highest - np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
        loss, grads = f_(values)
        assert loss == pytest.approx(-(values["Y"] * logs).sum() / size, rel=1e-13)
        np.testing.assert_allclose(
            grads["b2"], (np.exp(logs) - values["Y"]).mean(axis=0), atol=1e-14
        )


def test_bound_programs_see_what_is_written_into_their_arrays():
    f_ = compiled(digits())
    values = random_values(digits(), {"N": 4})
    g = f_.bind(values)
    assert g() == g.loss == f_(values)[0]
    values["W1"] += 0.1
    values["X"][0] = 0
    loss, grads = f_(values)
    assert g() == loss
    for name in grads:
        assert np.array_equal(g.grads[name], grads[name])


def test_bound_programs_see_writes_into_arrays_with_gaps_too():
    n, i, k = indices("n:N i:I k:K")
    net = Network()
    x, w = net.input("x", n, i, k), net.parameter("w", i, k)
    net.loss("L", f.sum_over(f.sum_over(x[n, i, k] * w[i, k], i, k) ** 2, n))
    f_ = compiled(net)
    x = np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))
    w = np.ones((4, 3)).T
    g = f_.bind({"x": x, "w": w})
    g()
    w *= 2
    x[1] += 1
    assert g() == pytest.approx(((x * w).sum(axis=(1, 2)) ** 2).sum(), rel=1e-14)


def test_bound_programs_reuse_their_buffers():
    g = compiled(neuron()).bind({"x": 2.0, "w": 0.5, "b": 0.0, "y": 1.0})
    g()
    first = dict(g.grads)
    g()
    assert all(g.grads[name] is first[name] for name in first)


def test_threads_share_a_program():
    f_ = compiled(deep(3, 16))
    cases = [random_values(deep(3, 16), {"N": 40}, seed) for seed in range(4)]
    expected = [f_(values) for values in cases]
    wrong = []

    def work(number):
        for _ in range(50):
            loss, grads = f_(cases[number])
            same = all(np.array_equal(grads[n], expected[number][1][n]) for n in grads)
            if loss != expected[number][0] or not same:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_outputs_come_as_a_dictionary_and_need_only_what_they_depend_on():
    net = digits()
    predict = compile_network(net, ["P", "A1"])
    values = random_values(net, {"N": 3})
    del values["Y"]
    found = predict(values)
    assert list(found) == ["P", "A1"]
    np.testing.assert_allclose(found["P"].sum(axis=1), 1)
    assert predict.inputs == ("X", "W1", "b1", "W2", "b2")


def test_an_output_may_be_an_input():
    net = digits()
    values = random_values(net, {"N": 2})
    found = compile_network(net, ["X"])({"X": values["X"]})
    assert np.array_equal(found["X"], values["X"])
    assert not np.shares_memory(found["X"], values["X"])


def test_an_array_as_goal_takes_an_upstream_adjoint():
    net = digits()
    f_ = compiled(net, wrt=["X"], of="A1")
    values = random_values(net, {"N": 3})
    upstream = np.random.default_rng(1).normal(size=(3, 32))
    given = {name: values[name] for name in ("X", "W1", "b1")}
    found, grads = f_({**given, "A1_bar": upstream})
    expected = np.tanh(values["X"] @ values["W1"] + values["b1"])
    np.testing.assert_allclose(found, expected, atol=1e-14)
    np.testing.assert_allclose(
        grads["X"], (upstream * (1 - expected**2)) @ values["W1"].T, atol=1e-13
    )


def test_a_gradient_that_does_not_exist_is_zero():
    net = digits()
    n = net["X"].letters[0]
    net.parameter("unused", n)
    d = derive(net, wrt=["W1", "b2"])
    gradients = {**d.gradient_names, "unused": None}
    f_ = compile_network(d.network, (), value="L", gradients=gradients, dtype="float32")
    values = random_values(net, {"N": 3})
    _, grads = f_(values)
    assert grads["unused"].dtype == "float32"
    assert np.array_equal(grads["unused"], np.zeros(3))
    g = f_.bind(values)
    g()
    assert np.array_equal(g.grads["unused"], np.zeros(3))


def test_two_equal_gradients_are_two_arrays():
    i = indices("i:3")
    net = Network()
    a, b = net.parameter("a", i), net.parameter("b", i)
    net.loss("L", f.sum_over((a[i] + b[i]) ** 2, i))
    g = compiled(net).bind({"a": np.ones(3), "b": np.ones(3)})
    g()
    assert np.array_equal(g.grads["a"], g.grads["b"])
    assert not np.shares_memory(g.grads["a"], g.grads["b"])


def test_integers_booleans_and_classes_are_accepted():
    net = digits()
    f_ = compiled(net)
    values = random_values(net, {"N": 4})
    loss, _ = f_(values)
    assert f_({**values, "Y": values["Y"].argmax(axis=1)})[0] == loss
    assert f_({**values, "Y": values["Y"].astype(bool)})[0] == loss
    whole = {**values, "X": np.ones((4, 64), int)}
    assert f_(whole)[0] == f_({**values, "X": np.ones((4, 64))})[0]


def test_integer_tensors_may_be_numbers():
    n = indices("n:N")
    net = Network()
    k, c = net.input("k", n, integer=True), net.input("c", integer=True)
    net.define("y", (n,), k[n] * c + 1)
    for dtype in ("float64", "float32"):
        found = compile_network(net, ["y"], dtype=dtype)({"k": [1, 2], "c": 3})
        assert found["y"].dtype == dtype
        assert found["y"].tolist() == [4, 7]


def test_all_problems_of_the_values_come_in_one_error():
    values = random_values(digits(), {"N": 4})
    bad = {**values, "X": values["X"][:, :5], "w9": 1}
    del bad["b2"]
    with pytest.raises(ValuesError) as error:
        compiled(digits())(bad)
    assert all(word in str(error.value) for word in ("w9", "b2", "X[n,i]"))


def test_check_finite_names_the_place():
    values = random_values(digits(), {"N": 4})
    values["W1"][3, 2] = np.nan
    f_ = compiled(digits())
    with pytest.raises(ValuesError, match=r"W1 has nan at \[3, 2\]"):
        f_(values, check_finite=True)
    assert np.isnan(f_(values)[0])


def test_a_read_outside_is_refused_when_the_sizes_are_known():
    n = indices("n:N")
    net = Network()
    x = net.input("x", n)
    net.define("y", (n,), f.where(n >= 1, x[n - 1], x[n - 2]))
    with pytest.raises(ValuesError, match=r"x\[n - 2\] lies outside"):
        compile_network(net, ["y"])({"x": [1.0, 2.0]})


def test_vector_serves_optimisers():
    net = deep(2, 3)
    values = random_values(net, {"N": 4})
    f_ = compiled(net)
    fun, theta0, unpack = f_.vector(values)
    loss, gradient = fun(theta0)
    expected, grads = f_(values)
    assert loss == expected
    assert np.array_equal(gradient, np.concatenate([g.ravel() for g in grads.values()]))
    moved = theta0 - 0.1 * gradient
    assert fun(moved)[0] == f_({**values, **unpack(moved)})[0]
    assert fun(theta0)[0] == expected
    assert all(np.array_equal(part, values[name]) for name, part in unpack(theta0).items())


@pytest.mark.parametrize("size", [800.0, -800.0])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_large_arguments_give_finite_numbers_and_no_warning(size, dtype):
    n, k = indices("n:N k:K")
    net = Network()
    z, y = net.input("z", n, k), net.input("y", n, k, one_hot=True)
    a = net.define("a", (n, k), f.sigmoid(z[n, k]))
    p = net.define("p", (n, k), f.softmax(z[n, k], k))
    cross = f.sum_over(y[n, k] * f.log(p[n, k]), n, k)
    binary = f.sum_over(y[n, k] * f.log(a[n, k]) + (1 - y[n, k]) * f.log(1 - a[n, k]), n, k)
    net.loss("L", -cross - binary + f.sum_over(f.logsumexp(z[n, k], k), n))
    values = {"z": np.array([[size, 0.0, -size], [1.0, size, size]]), "y": [0, 2]}
    loss, grads = compiled(net, wrt=["z"], dtype=dtype)(values)
    assert np.isfinite(loss)
    assert np.isfinite(grads["z"]).all()


@pytest.mark.parametrize("value", [1000.0, -1000.0, 0.0])
def test_plain_numbers_overflow_to_infinity_as_arrays_do(value):
    net = Network()
    x = net.input("x")
    for name, expression in {
        "e": f.exp(x), "q": 1 / x, "g": f.log(x), "r": f.sqrt(x), "s": f.sigmoid(x),
    }.items():  # fmt: skip
        net.define(name, (), expression)
    found = compile_network(net, ["e", "q", "g", "r", "s"])({"x": value})
    with np.errstate(all="ignore"):
        x = np.float64(value)
        expected = [np.exp(x), 1 / x, np.log(x), np.sqrt(x), 0.5 * np.tanh(0.5 * x) + 0.5]
    np.testing.assert_array_equal(list(found.values()), expected)


def test_names_of_functions_are_free_for_tensors():
    n = indices("n:N")
    net = Network()
    for name in ("dot", "multiply", "float64", "aligned", "array", "float", "half", "buffer_1"):
        net.input(name, n)
    tensors = {t.name: t for t in net.inputs}
    product = 1 + sum((t[n] * t[n] / 2 for t in net.inputs), start=0)
    net.define("exp_", (n,), f.exp(product) * f.sum_over(tensors["dot"][n] * tensors["half"][n], n))
    values = {t.name: np.full(2, 0.1) for t in net.inputs}
    found = compile_network(net, ["exp_"])(values)["exp_"]
    np.testing.assert_allclose(found, np.exp(1 + 8 * 0.005) * 0.02)


def test_values_of_shapes_seen_before_are_checked_too():
    f_ = compiled(digits())
    values = random_values(digits(), {"N": 4})
    f_(values)
    for name, wrong in {
        "Y": np.full((4, 10), 0.1),
        "X": np.full((4, 64), np.nan),
        "b1": np.zeros(31),
        "W1": [[0.0]],
    }.items():
        with pytest.raises(ValuesError, match=name):
            f_({**values, name: wrong}, check_finite=True)
    with pytest.raises(ValuesError, match="b9"):
        f_({**values, "b9": np.zeros(3)})


def test_vector_of_what_is_no_loss_is_an_error():
    for program in (compile_network(digits(), ["P"]), compiled(digits(), wrt=["X"], of="A1")):
        with pytest.raises(ValuesError, match="scalar"):
            program.vector({})


def test_vector_speaks_double_precision_to_optimisers():
    fun, theta0, _ = compiled(deep(2, 3), dtype="float32").vector(
        random_values(deep(2, 3), {"N": 4})
    )
    loss, gradient = fun(theta0)
    assert isinstance(loss, float)
    assert theta0.dtype == gradient.dtype == "float64"


def test_many_sizes_do_not_fill_the_memory():
    f_ = compiled(neuron_of_batches())
    for size in range(1, 40):
        f_({"x": np.ones(size), "w": 1.0})
    assert len(f_._pools) <= 8


def neuron_of_batches():
    n = indices("n:N")
    net = Network()
    x, w = net.input("x", n), net.parameter("w")
    net.loss("L", f.sum_over(f.tanh(x[n] * w), n))
    return net


def test_deep_and_wide_expressions_compile():
    n = indices("n:N")
    net = Network()
    x, w = net.input("x", n), net.parameter("w", n)
    deepest = x[n]
    for _ in range(70):
        deepest = f.tanh(deepest + w[n])
    net.define("deepest", (n,), deepest)
    widest = sum((x[n] * (number + 1) for number in range(900)), start=w[n])
    net.define("widest", (n,), widest)
    net.define("longest", (n,), f.exp(w[n]) ** 16 * x[n] ** 3 / (1 + x[n] ** 2))
    found = compile_network(net, ["deepest", "widest", "longest"])({"x": [0.5], "w": [0.1]})
    assert found["widest"] == pytest.approx(0.1 + 0.5 * 900 * 901 / 2)
    assert found["longest"] == pytest.approx(np.exp(1.6) * 0.1)


def test_ten_thousand_equations_compile_without_recursion():
    net = Network()
    x = net.input("x")
    last = x
    for number in range(10_000):
        last = net.define(f"t{number}", (), last * x + 1)
    found = compile_network(net, ["t9999"])({"x": 0.5})
    assert found["t9999"] == pytest.approx(2)


def test_other_names_of_tensors_are_read_anywhere():
    n, m, i = indices("n:N m:N i:I")
    net = Network()
    x, b = net.input("x", n, i), net.input("b", i)
    turned = net.define("turned", (i, n), x[n, i])
    rows = net.define("rows", (n, i), 2 * b[i])
    three = net.define("three", (n,), 3)
    grid = net.define("grid", (n, i), n + 2 * i)
    net.define("corner", (), grid[n.size - 1, 0] + x[0, 0])
    net.define("alias", (n,), turned[0, n] + rows[0, i.size - 1] + three[n.size - 1 - n])
    net.define("reversed_rows", (n, i), rows[n.size - 1 - n, i.size - 1 - i])
    net.define("diagonal", (n,), turned[0, n] * rows[n, 0])
    net.define("product", (n, m), f.sum_over(turned[i, n] * rows[m, i], i))
    assert_agrees(net, {"N": 3, "I": 2})
    assert_agrees(net, {"N": 1, "I": 1})


def test_long_chains_of_other_names_do_not_recurse():
    n, i = indices("n:N i:I")
    net = Network()
    last = net.input("b", i)
    net.input("x", n)
    last = net.define("a0", (n, i), last[i])
    for number in range(1, 1500):
        last = net.define(f"a{number}", (n, i), 1 - last[n, i.size - 1 - i])
    found = compile_network(net, ["a1499"])({"b": [0.25, 0.5], "x": [0.0]})
    assert found["a1499"].tolist() == [[0.5, 0.75]]


def test_a_product_of_many_sums_is_not_multiplied_out():
    letters = indices(" ".join(f"l{number}:2" for number in range(13)))
    net = Network()
    vectors = [net.input(f"v{number}", k)[k] for number, k in enumerate(letters)]
    pairs = [a + b for a, b in pairwise(vectors)]
    product = pairs[0]
    for pair in pairs[1:]:
        product = product * pair
    net.define("L", (), f.sum_over(product, *letters))
    program = compile_network(net, ["L"])
    assert len(program.plan.statements) < 60
    found = program({f"v{number}": [0.5, 0.5] for number in range(13)})
    assert found["L"] == pytest.approx(2.0**13)
