"""Backpropagation through time: the adjoint of a recurrence is one that runs backwards."""

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.derivation.second import hessian, hvp, jacobian
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.recurrences import Recurrence, stages
from symback.network.text_reader import parse
from symback.verification.referee import verify

RNN = """
network rnn
index t:T n:1 i:2 k:2 j:2
input X[t,n,i] Y[t,n,k]
parameter W[i,k] U[j,k] b[k] h0[k]
state h[t,n,k] initial h0[k]
Z[t,n,k] = sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j) + b[k]
h[t,n,k] = tanh(Z[t,n,k])
loss L = sum((h[t,n,k] - Y[t,n,k])**2, t, n, k)/2
"""

LSTM = """
network lstm
index t:T k:2 j:2
input X[t,k] Y[k]
parameter Ui[j,k] Uf[j,k] Uo[j,k] Ug[j,k] pi_[k] pf[k] po[k] c0[k]
state h[t,k]
state c[t,k] initial c0[k]
Zi[t,k] = X[t,k] + sum(h[t-1,j]*Ui[j,k], j) + pi_[k]*c[t-1,k]
Zf[t,k] = X[t,k] + sum(h[t-1,j]*Uf[j,k], j) + pf[k]*c[t-1,k]
Zg[t,k] = X[t,k] + sum(h[t-1,j]*Ug[j,k], j)
i[t,k] = sigmoid(Zi[t,k])
f[t,k] = sigmoid(Zf[t,k])
g[t,k] = tanh(Zg[t,k])
c[t,k] = f[t,k]*c[t-1,k] + i[t,k]*g[t,k]
Zo[t,k] = X[t,k] + sum(h[t-1,j]*Uo[j,k], j) + po[k]*c[t,k]
o[t,k] = sigmoid(Zo[t,k])
h[t,k] = o[t,k]*tanh(c[t,k])
loss L = sum((h[T-1,k] - Y[k])**2, k)/2
"""

GRU = """
network gru
index t:T k:2 j:2
input X[t,k] Y[t,k]
parameter Uz[j,k] Ur[j,k] U[j,k]
state h[t,k]
z[t,k] = sigmoid(X[t,k] + sum(h[t-1,j]*Uz[j,k], j))
r[t,k] = sigmoid(X[t,k] + sum(h[t-1,j]*Ur[j,k], j))
g[t,k] = tanh(X[t,k] + sum(U[j,k]*r[t,j]*h[t-1,j], j))
h[t,k] = (1 - z[t,k])*h[t-1,k] + z[t,k]*g[t,k]
loss L = sum((h[t,k] - Y[t,k])**2, t, k)/2
"""

BOTH_WAYS_AND_STACKED = """
network both
index t:T k:2
input X[t,k] Y[t,k]
parameter a[k] b[k] c[k] h0[k]
state f[t,k] initial h0[k]
state r[t,k]
state s[t,k] initial tanh(h0[k])/2
f[t,k] = tanh(X[t,k] + a[k]*f[t-1,k])
r[t,k] = tanh(X[T-1-t,k] + b[k]*r[t-1,k])
s[t,k] = sin(f[t,k] + c[k]*s[t-1,k]*s[t-2,k] + r[T-1-t,k])
loss L = sum((s[t,k] - Y[t,k])**2, t, k)/2
"""

LAGS = """
network lags
index t:T k:2
input X[t,k]
parameter a[k] b[k] h0[k]
state h[t,k] initial h0[k]*k
y[t,k] = sin(h[t-3,k])
h[t,k] = tanh(X[t,k] + a[k]*h[t-1,k] + b[k]*h[t-3,k])
loss L = sum(y[t,k], t, k) + sum(h[T-1,k]**2, k)
"""

NETWORKS = {"rnn": RNN, "lstm": LSTM, "gru": GRU, "both": BOTH_WAYS_AND_STACKED, "lags": LAGS}


def told(text: str, name: str, **settings: object) -> str:
    return str(derive(parse(text), **settings)[name])


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_and_every_step_are_right(name):
    net = parse(NETWORKS[name])
    report = verify(derive(net, wrt=[*net.parameters, net["X"]]), seed=1)
    assert report.passed, str(report)
    assert report.worst < 1e-15


@pytest.mark.parametrize("name", NETWORKS)
def test_derived_networks_are_texts(name):
    derived = derive(parse(NETWORKS[name])).network
    assert parse(str(derived)) == derived


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("steps", [1, 2])
def test_gradients_are_right_for_one_step_and_for_two(name, steps):
    net = parse(NETWORKS[name].replace("t:T", f"t:{steps}").replace("T-1", f"{steps - 1}"))
    report = verify(derive(net), steps=steps == 1)
    assert report.passed, str(report)


def test_the_adjoint_of_a_tanh_recurrence_is_that_of_the_textbook():
    """d_t = (g_t + U d_{t+1})(1 - h_t²), dW = Σ x_t d_t, dU = Σ h_{t-1} d_t, db = Σ d_t."""
    derivation = derive(parse(RNN))
    assert str(derivation["h"]) == (
        "h_bar[t,n,k] = h[t,n,k] - Y[t,n,k]"
        " + iverson(0 <= t + 1 < T)*sum(Z_bar[t + 1,n,k_1]*U[k,k_1], k_1)"
    )
    assert str(derivation["Z"]) == "Z_bar[t,n,k] = h_bar[t,n,k]*(1 - h[t,n,k]**2)"
    assert str(derivation["W"]) == "W_bar[i,k] = sum(Z_bar[t,n,k]*X[t,n,i], t, n)"
    assert str(derivation["U"]) == "U_bar[j,k] = sum(Z_bar[t,n,k]*h[t - 1,n,j], t, n)"
    assert str(derivation["b"]) == "b_bar[k] = sum(Z_bar[t,n,k], t, n)"
    assert str(derivation["h0"]) == "h0_bar[k] = sum(Z_bar[0,n,k_1]*U[k,k_1], n, k_1)"


def test_the_adjoints_run_backwards_in_time():
    *_, forward, _, backward, _, _, _, _ = stages(derive(parse(RNN)).network)
    assert isinstance(forward, Recurrence)
    assert (forward.targets, forward.direction) == (("Z", "h"), 1)
    assert isinstance(backward, Recurrence)
    assert (backward.targets, backward.direction) == (("h_bar", "Z_bar"), -1)


def test_the_gates_of_an_lstm_have_the_adjoints_of_the_literature():
    """Greff et al. 2017, LSTM: a search space odyssey, section II.B, with peepholes."""
    derivation = derive(parse(LSTM))
    found = {name: str(derivation[name].written) for name in "oifgc"}
    assert found["o"] == "h_bar[t,k]*tanh(c[t,k])"
    assert found["i"] == "c_bar[t,k]*g[t,k]"
    assert found["f"] == "c_bar[t,k]*c[t - 1,k]"
    assert found["g"] == "c_bar[t,k]*i[t,k]"
    terms = [
        "Zo_bar[t,k]*po[k]", "h_bar[t,k]*o[t,k]*(1 - tanh(c[t,k])**2)",
        "Zi_bar[t + 1,k]*pi_[k]", "Zf_bar[t + 1,k]*pf[k]", "c_bar[t + 1,k]*f[t + 1,k]",
    ]  # fmt: skip
    places = [found["c"].find(term) for term in terms]
    assert -1 not in places
    # What is read at the same step comes first.
    assert places[:2] == sorted(places[:2])
    assert max(places[:2]) < min(places[2:])
    assert str(derivation["c0"].written).count("[0,k]") >= 3


def test_the_adjoint_of_a_gru_has_the_four_ways_back():
    written = str(derive(parse(GRU))["h"].written)
    for part in ("h[t,k] - Y[t,k]", "h_bar[t + 1,k]*(1 - z[t + 1,k])", "Uz[k,", "Ur[k,", "U[k,"):
        assert part in written


def test_the_derivation_does_not_depend_on_the_number_of_steps():
    def lines(steps: object) -> list[str]:
        derivation = derive(parse(RNN.replace("t:T", f"t:{steps}")))
        return [str(s.rule) for n in derivation.adjoints for r in [derivation[n].record]
                for s in r.walk()]  # fmt: skip

    assert lines("T") == lines(2) == lines(1000)


# The initial value --------------------------------------------------------------------------------


def test_what_an_initial_value_is_made_of_is_read_where_the_state_is():
    steps = derive(parse(RNN))["h0"].steps
    assert steps[0].rule == "initial value"
    before, after = steps[0].changed[0]
    assert (str(before), str(after)) == (
        "h[t - 1,n,j]", "where(t == 0, h0[j], h[t - 1,n,j])"
    )  # fmt: skip


@pytest.mark.parametrize("goal", ["padded(h[t-1])**2", "h[t-1]**2", "padded(h[2*t-1])**2"])
def test_padded_reads_before_the_first_step_are_0_and_not_the_initial_value(goal):
    text = "index t:T\ninput x[t]\nparameter h0 a\nstate h[t] initial h0\n"
    text += "h[t] = tanh(x[t] + a*h[t-1] + padded(h[t-2]))"
    report = verify(derive(parse(f"{text}\nloss L = sum(h[t] + {goal}, t)")), seed=1)
    assert report.passed, str(report)
    alone = text.replace("a*h[t-1]", "a*padded(h[t-1])")
    assert told(f"{alone}\nloss L = sum(h[t], t)", "h0", wrt=["h0"]) == "h0_bar = 0"


def test_an_initial_value_does_not_disturb_other_derivatives():
    rules = [step.rule for name in "WUb" for step in derive(parse(RNN))[name].steps]
    assert "initial value" not in rules


def test_an_initial_value_that_is_computed_gets_its_own_adjoint():
    text = RNN.replace("initial h0[k]", "initial a[k]").replace(
        "Z[t,n,k] =", "a[k] = tanh(h0[k])\nZ[t,n,k] ="
    )
    derivation = derive(parse(text), wrt=["h0"])
    assert str(derivation["h0"]) == "h0_bar[k] = a_bar[k]*(1 - a[k]**2)"
    assert verify(derivation).passed


# Goals --------------------------------------------------------------------------------------------


def test_a_state_as_the_goal_has_an_upstream_adjoint_and_a_total_one():
    derivation = derive(parse(RNN), of="h")
    assert derivation.upstream == "h_bar"
    assert str(derivation["h"]) == (
        "h_total_bar[t,n,k] = h_bar[t,n,k]"
        " + iverson(0 <= t + 1 < T)*sum(Z_bar[t + 1,n,k_1]*U[k,k_1], k_1)"
    )
    assert verify(derivation).passed
    assert parse(str(derivation.network)) == derivation.network


def test_a_goal_before_the_state_within_the_step():
    derivation = derive(parse(RNN), of="Z", wrt=["U", "Z"])
    assert verify(derivation).passed


# Windows ------------------------------------------------------------------------------------------


def test_a_window_cuts_what_flows_back_in_a_line_of_its_own():
    derivation = derive(parse(RNN), window=3)
    assert derivation["h"].steps[0].rule == "truncation"
    assert "iverson((t + 1) % 3 != 0)" in str(derivation["h"])
    assert str(derivation["h0"]) == str(derive(parse(RNN))["h0"])
    assert [s.rule for s in derivation["U"].steps].count("truncation") == 0
    assert parse(str(derivation.network)) == derivation.network


@pytest.mark.parametrize("name", ["rnn", "lags", "lstm"])
def test_truncated_gradients_are_those_of_states_held_fixed(name):
    derivation = derive(parse(NETWORKS[name]), window=2)
    assert verify(derivation, seed=2).passed
    assert derivation.differentiated != derivation.network


def test_windows_are_sequences_of_their_own_with_the_last_state_before_them():
    """The gradient of 6 steps in windows of 3 is the sum of the gradients of two sequences of 3."""
    net, generator = parse(RNN), np.random.default_rng(0)
    values = {t.name: generator.normal(size=[6 if str(s) == "T" else int(s) for s in t.shape])
              for t in net.given}  # fmt: skip
    whole = interpret(derive(net, window=3).network, values, number=float)
    plain = derive(net).network
    early = {**values, "X": values["X"][:3], "Y": values["Y"][:3]}
    first = interpret(plain, early, number=float)
    late = {**values, "X": values["X"][3:], "Y": values["Y"][3:], "h0": whole["h"][2, 0]}
    second = interpret(plain, late, number=float)
    for name in ("W_bar", "U_bar", "b_bar"):
        np.testing.assert_allclose(whole[name], first[name] + second[name], atol=1e-12)
    np.testing.assert_allclose(whole["h0_bar"], first["h0_bar"], atol=1e-12)


def test_a_window_longer_than_the_sequence_cuts_nothing():
    net, generator = parse(RNN), np.random.default_rng(1)
    values = {t.name: generator.normal(size=[3 if str(s) == "T" else int(s) for s in t.shape])
              for t in net.given}  # fmt: skip
    whole = interpret(derive(net).network, values, number=float)
    cut = interpret(derive(net, window=3).network, values, number=float)
    np.testing.assert_allclose(whole["U_bar"], cut["U_bar"])


@pytest.mark.parametrize("window", [0, -1, 1.5, "a b", "a", "W"])
def test_a_window_is_a_number_of_steps(window):
    with pytest.raises(DefinitionError, match="window"):
        derive(parse(RNN), window=window)


# Second derivatives -------------------------------------------------------------------------------

SMALL = """
network small
index t:T k:2 j:2
input X[t,k]
parameter U[j,k] h0[k]
state h[t,k] initial h0[k]
h[t,k] = tanh(X[t,k] + sum(h[t-1,j]*U[j,k], j))
loss L = sum(h[t,k]**2, t, k)/2
"""


def some_values(net: Network) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    return {t.name: generator.normal(size=[3 if str(s) == "T" else int(s) for s in t.shape])
            for t in net.given}  # fmt: skip


def test_a_hessian_vector_product_of_a_recurrence_runs_forwards_and_backwards():
    derivation = hvp(parse(SMALL))
    assert verify(derivation).passed
    found = [s.direction for s in stages(derivation.network) if isinstance(s, Recurrence)]
    assert found == [1, -1, 1, -1]


def test_a_hessian_keeps_the_adjoints_that_recur_and_is_symmetric():
    net = parse(SMALL)
    blocks = hessian(net)
    values = some_values(net)
    found = interpret(blocks.network, values, number=float)
    own = found["U_U_bar2"].reshape(4, 4)
    np.testing.assert_allclose(own, own.T, atol=1e-12)
    mixed = np.moveaxis(found["h0_U_bar2"], 0, 2)
    np.testing.assert_allclose(found["U_h0_bar2"], mixed, atol=1e-12)
    assert "U_h_bar2" in str(blocks["U", "h0"].written)
    assert parse(str(blocks.network)) == blocks.network


def test_a_jacobian_of_a_state_by_its_initial_value():
    blocks = jacobian(parse(SMALL), of="h", wrt="h0")
    assert verify(blocks.derivation).passed
    values = some_values(parse(SMALL))
    by_rows = interpret(blocks.network, values, number=float)["h0_bar"]
    assert by_rows.shape == (3, 2, 2)
