"""L-BFGS and Newton-CG through SciPy: where they end, what they report, and without SciPy."""

import sys

import numpy as np
import pytest

from symback.derivation.derive import derive
from symback.errors import SymbackError, TrainingError
from symback.network.text_reader import parse
from symback.training import minimising
from symback.training.minimising import LBFGS, NewtonCG, minimize
from symback.training.penalties import penalize

LINE = """
network line
index n:N i:3
input X[n,i] y[n]
parameter w[i] b
z[n] = sum(X[n,i]*w[i], i) + b
loss L = mean((z[n] - y[n])**2, n)
"""
CURVED = """
network curved
index n:N i:2 h:3
input X[n,i] y[n]
parameter W[i,h] b[h] v[h] init glorot
A[n,h] = tanh(sum(X[n,i]*W[i,h], i) + b[h])
z[n] = sum(A[n,h]*v[h], h)
loss L = mean((z[n] - y[n])**2, n)
"""


def data(letters=3):
    generator = np.random.default_rng(6)
    X = generator.normal(size=(40, letters))
    return {"X": X, "y": X @ np.arange(1.0, letters + 1) + 0.1 * generator.normal(size=40) + 2}


@pytest.fixture
def scipy():
    return pytest.importorskip("scipy.optimize")


@pytest.mark.parametrize("method", [LBFGS(tolerance=1e-9), NewtonCG()], ids=repr)
def test_a_line_ends_at_the_solution_of_the_normal_equations(method, scipy):
    given = data()
    run = minimize(parse(LINE), given, method=method)
    X = np.column_stack([given["X"], np.ones(40)])
    expected = np.linalg.lstsq(X, given["y"], rcond=None)[0]
    found = np.append(run.parameters["w"], run.parameters["b"])
    np.testing.assert_allclose(found, expected, atol=1e-7)
    assert run.stopped == ""
    assert run.history["loss"][-1] == pytest.approx(np.mean((X @ expected - given["y"]) ** 2))


def test_the_products_of_newtons_method_are_those_of_the_hessian(scipy):
    d, given = derive(parse(CURVED)), data(2)
    generator = np.random.default_rng(0)
    start = {"W": generator.normal(size=(2, 3)), "b": np.zeros(3), "v": generator.normal(size=3)}
    problem = minimising._Problem(d, given, start)
    theta, direction = problem.parameters.theta.copy(), generator.normal(size=12)
    step = 1e-6
    gradients = [problem(theta + sign * step * direction)[1] for sign in (1, -1)]
    expected = (gradients[0] - gradients[1]) / (2 * step)
    np.testing.assert_allclose(problem.product(theta, direction), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("method", [LBFGS(), NewtonCG(1e-6)], ids=repr)
def test_a_curved_loss_falls_to_where_its_gradient_is_nearly_0(method, scipy):
    net = penalize(parse(CURVED), l2=1e-2)
    run = minimize(net, data(2), method=method, iterations=400, seed=2)
    d, losses = derive(net), run.history["loss"]
    assert losses[-1] < losses[0]
    problem = minimising._Problem(d, data(2), run.parameters)
    _, gradient = problem(problem.parameters.theta.copy())
    assert np.abs(gradient).max() < 1e-4
    assert run.steps == len(losses)
    assert run.predict({"X": data(2)["X"]}, "z").shape == (40,)


def test_too_few_iterations_are_said(scipy):
    run = minimize(parse(CURVED), data(2), iterations=2)
    assert run.stopped == "stopped after 2 iterations, before it had converged"
    assert len(run.history) == 2


def test_ctrl_c_keeps_what_was_learned(scipy, monkeypatch):
    class Asked(minimising.Interruption):
        asked = property(lambda self: True, lambda self, value: None)

    monkeypatch.setattr(minimising, "Interruption", Asked)
    run = minimize(parse(CURVED), data(2))
    assert run.stopped.startswith("stopped by Ctrl-C")
    assert len(run.history) == run.steps == 1


def test_the_same_seed_gives_the_same_bits(scipy):
    one, same = (minimize(parse(CURVED), data(2), iterations=5, seed=1) for _ in "ab")
    assert all(one.parameters[n].tobytes() == same.parameters[n].tobytes() for n in one.parameters)


def test_without_scipy_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(TrainingError, match=r"symback\[scipy\]"):
        minimize(parse(LINE), data())


def test_a_start_that_is_not_finite_names_the_equation(scipy):
    net = parse(LINE.replace("mean((z[n] - y[n])**2, n)", "mean(log(z[n]), n)"))
    with pytest.raises(TrainingError, match=r"made by (L|adjoint)"):
        minimize(net, data(), parameters={"w": np.zeros(3), "b": np.array(0.0)})


@pytest.mark.parametrize(
    "options",
    [
        {"method": "lbfgs"},
        {"iterations": 0},
        {"iterations": 2.5},
        {"seed": -1},
        {"parameters": {"nonsense": 1}},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(options, scipy):
    with pytest.raises(SymbackError):
        minimize(parse(LINE), data(), **options)


@pytest.mark.parametrize("make", [lambda: LBFGS(memory=2.5), lambda: NewtonCG("small")])
def test_settings_that_make_no_sense_are_refused(make):
    with pytest.raises(TrainingError, match="was asked for"):
        make()
