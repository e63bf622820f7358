"""Through time: what a recurrence carries back, against differences, and the words for it."""

import numpy as np
import pytest

import symback as sb

TEXT = """
network rnn
index t:T n:N i:3 k:4 j:4
input X[t,n,i] y[t,n]
parameter W[i,k] U[j,k] v[k]
state h[t,n,k]
h[t,n,k] = tanh(sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j))
p[t,n] = sum(h[t,n,k]*v[k], k)
loss L = mean((p[t,n] - y[t,n])**2, t, n)
"""
GATED = """
network gated
index t:T k:3
input X[t,k]
parameter w[k] u[k]
state c[t,k]
state h[t,k]
f[t,k] = sigmoid(u[k]*h[t-1,k] + 3)
c[t,k] = f[t,k]*c[t-1,k] + X[t,k]*w[k]
h[t,k] = tanh(c[t,k])
loss L = sum(h[T-1,k]**2, k)
"""


def values_of(scale: float, steps: int = 30) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    turn = np.linalg.qr(random.normal(size=(4, 4)))[0]
    return {
        "X": 0.1 * random.normal(size=(steps, 5, 3)), "y": random.normal(size=(steps, 5)),
        "W": random.normal(size=(3, 4)), "U": scale * turn, "v": random.normal(size=4),
    }  # fmt: skip


def found(values):
    return sb.diagnose(sb.derive(sb.parse(TEXT)), values)


def states(values):
    h = [np.zeros((values["X"].shape[1], 4))]
    for x in values["X"]:
        h.append(np.tanh(x @ values["W"] + h[-1] @ values["U"]))
    return h[1:]


def test_what_arrives_is_the_product_of_the_jacobians_of_steps():
    values = values_of(0.7, steps=6)
    h = states(values)
    (way,) = found(values).through_time
    p = h[-1] @ values["v"]
    gradient = (2 * (p - values["y"][-1]) / values["y"].size)[:, None] * values["v"]
    norms = [np.linalg.norm(gradient)]
    for state in h[:0:-1]:
        gradient = (gradient * (1 - state**2)) @ values["U"].T
        norms.append(np.linalg.norm(gradient))
    assert way.sent[::-1] == pytest.approx(np.array(norms) / norms[0], rel=1e-9)
    assert way.ratio == way.sent[0]


@pytest.mark.parametrize(
    ("scale", "kind"), [(0.3, "vanishing in time"), (1.0, ""), (2.0, "exploding in time")]
)
def test_recurrent_weights_decide_if_the_gradient_vanishes_or_explodes(scale, kind):
    values = values_of(scale, steps=12)
    values["X"] *= 1e-9
    kinds = [v.kind for v in found(values).verdicts if "time" in v.kind]
    assert kinds == ([kind] if kind else [])


def test_the_factors_of_a_step_are_its_slope_and_the_recurrent_weights():
    values = values_of(0.3)
    made = found(values)
    (way,) = made.through_time
    assert [factor.kind for factor in way.factors] == ["function", "weights"]
    assert way.widest["U"] == pytest.approx(0.3)
    text = str(made)
    assert "∂h[t]/∂h[t−1] = diag(1 − h²) · Uᵀ" in text
    assert "its largest singular value is 0.30" in text


def test_through_a_gate_the_gradient_goes_along_the_cell():
    random = np.random.default_rng(1)
    values = {"X": random.normal(size=(20, 3)), "w": np.ones(3), "u": 0.1 * np.ones(3)}
    (way,) = sb.diagnose(sb.derive(sb.parse(GATED)), values).through_time
    assert way.cycle == "c"
    assert [factor.variable for factor in way.factors] == ["c"]
    assert not way.is_only


def test_a_window_ends_what_flows_back():
    net = sb.parse(TEXT)
    (way,) = sb.diagnose(sb.derive(net, window=5), values_of(1.0)).through_time
    assert way.sent[25] > 0
    assert way.sent[24] == 0


def test_a_network_without_states_has_no_time():
    made = sb.diagnose(
        sb.derive(sb.parse("input x\nparameter w\nloss L = (w*x)**2")), {"x": 1, "w": 2}
    )
    assert made.through_time == ()
    assert "Through time" not in str(made)


def test_the_chart_shows_the_gradient_step_by_step():
    made = found(values_of(0.5))
    charts = [chart for chart in made.plot().charts if "step by step" in chart.title]
    assert [series.name for series in charts[0].series] == ["∂L/∂h", "from the last step"]
