"""Rules tied to arrays, by backend: the same bits, the same checkpoints, and what is refused."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import symback as sb
from symback.errors import NotYetError, TrainingError
from symback.training.optimisers import OPTIMISERS, Adam, Optimizer
from symback.training.parameters import Parameters, Stepper

LINE = sb.parse("""
network line
index n:N i:3
input X[n,i] y[n]
parameter w[i] b
p[n] = sum(X[n,i]*w[i], i) + b
loss L = sum((y[n] - p[n])**2, n)/N
""")
GENERATOR = np.random.default_rng(5)
DATA = {"X": GENERATOR.normal(size=(20, 3)), "y": GENERATOR.normal(size=20)}


def trained(optimizer, backend, **options):
    """Return the parameters after some epochs with short batches at their ends."""
    options = {"epochs": 3, "batch_size": 8} | options
    run = sb.train(LINE, DATA, optimizer=optimizer, backend=backend, **options)
    return {name: array.tobytes() for name, array in run.parameters.items()}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kind", OPTIMISERS.values(), ids=OPTIMISERS)
def test_a_training_has_the_same_bits_with_every_backend(kind, dtype):
    pytest.importorskip("numba")
    found = trained(kind(0.05), "numba", dtype=dtype)
    assert found == trained(kind(0.05), "numpy", dtype=dtype)


def test_schedules_and_clipping_work_with_every_backend():
    pytest.importorskip("numba")
    options = {"schedule": sb.Cosine(), "clip": sb.ClipNorm(0.5)}
    assert trained(Adam(0.1), "numba", **options) == trained(Adam(0.1), "numpy", **options)


def test_a_training_goes_on_with_another_backend(tmp_path):
    pytest.importorskip("numba")
    checkpoint = tmp_path / "run.npz"
    trained(Adam(0.1), "numba", epochs=2, checkpoint=checkpoint)
    found = trained(Adam(0.1), "numpy", epochs=4, checkpoint=checkpoint)
    assert found == trained(Adam(0.1), "numpy", epochs=4)


def test_a_step_that_is_not_finite_is_named_with_every_backend():
    pytest.importorskip("numba")
    start = {"w": np.full(3, 1e160)}
    for backend in ("numpy", "numba"):
        with pytest.raises(TrainingError) as error:
            trained(Adam(0.1), backend, parameters=start)
        assert "inf" in str(error.value)


@dataclass(frozen=True, slots=True)
class Normalised(Optimizer):
    """A step of the length of the rate, whatever the gradient."""

    rate: float = 0.1

    RULE: ClassVar[str] = """
network normalised
index j:P
input theta[j] theta_bar[j] rate
theta_next[j] = theta[j] - rate*theta_bar[j]/sqrt(sum(theta_bar[j]**2, j))
"""


@dataclass(frozen=True, slots=True)
class Counting(Optimizer):
    """A rule whose states grow by themselves, one number and one vector."""

    rate: float = 0.1

    RULE: ClassVar[str] = """
network counting
index j:P
input theta[j] theta_bar[j] t s[j] rate
t_next = t + 1
s_next[j] = s[j] + 1
theta_next[j] = theta[j] - rate*theta_bar[j]/(s_next[j] + t_next)
"""


def test_states_are_0_before_the_first_step_and_counted_once_in_each():
    parameters = Parameters({"w": np.ones(2)}, "float64")
    stepper = Stepper(Counting(), parameters)
    for count in range(4):
        assert stepper.values["t"] == count
        assert stepper.values["s"].tolist() == [count, count]
        assert stepper.step()


def test_a_rule_that_is_no_loop_is_refused_with_numba_only():
    pytest.importorskip("numba")
    assert trained(Normalised(), "numpy")
    with pytest.raises(NotYetError, match="backend='numpy'"):
        trained(Normalised(), "numba")


@pytest.mark.parametrize("backend", ["torch", None, 3])
def test_an_unknown_backend_is_an_error(backend):
    with pytest.raises(TrainingError, match="no such backend"):
        trained(Adam(), backend)
