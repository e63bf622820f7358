"""Programs of recurrences agree with the literal interpreter, forwards, backwards and derived."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from symback.compiler import intervals
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.derivation.second import hvp
from symback.network.text_reader import parse
from tests.compiler.support import assert_agrees, random_values

HEAD = "network n\nindex t:T n:N i:3 j:2 k:2 r:2\n"
LAST = "loss L = sum((h[T-1,n,k] - Y[n,k])**2, n, k)/N"
EVERY = "loss L = sum((h[t,n,k] - Y[n,k])**2, t, n, k)/(N*T)"
RNN = """
input X[t,n,i] Y[n,k]
parameter W[i,k] U[j,k] b[k] h0[k]
state h[t,n,k] initial h0[k]
Z[t,n,k] = sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j) + b[k]
h[t,n,k] = tanh(Z[t,n,k])
"""
NETWORKS = {
    "last step": RNN + LAST,
    "every step": RNN + EVERY,
    "batch before time": """
input X[n,t,i] Y[n,k]
parameter W[i,k] U[j,k]
state h[t,n,k]
Z[n,t,k] = sum(X[n,t,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j)
h[t,n,k] = tanh(Z[n,t,k])
"""
    + EVERY,
    "two steps back": """
input X[t,n,k] Y[n,k]
parameter U[j,k] a
state h[t,n,k] initial 1/2
h[t,n,k] = tanh(X[t,n,k] + a*h[t-2,n,k] + sum(h[t-1,n,j]*U[j,k], j))
"""
    + LAST,
    "states that depend on each other": """
input X[t,n,k] Y[n,k]
parameter U[j,k] p[k] c0[n,k]
state h[t,n,k]
state c[t,n,k] initial c0[n,k]
F[t,n,k] = sigmoid(X[t,n,k] + sum(h[t-1,n,j]*U[j,k], j) + p[k]*c[t-1,n,k])
c[t,n,k] = F[t,n,k]*c[t-1,n,k] + (1 - F[t,n,k])*X[t,n,k]
h[t,n,k] = sigmoid(X[t,n,k] + p[k]*c[t,n,k])*tanh(c[t,n,k])
"""
    + LAST,
    "gated": """
input X[t,n,k] Y[n,k]
parameter A[j,k] B[j,k] C[j,k]
state h[t,n,k]
z[t,n,k] = sigmoid(X[t,n,k] + sum(h[t-1,n,j]*A[j,k], j))
r_gate[t,n,k] = sigmoid(X[t,n,k] + sum(h[t-1,n,j]*B[j,k], j))
g[t,n,k] = tanh(X[t,n,k] + sum(r_gate[t,n,j]*h[t-1,n,j]*C[j,k], j))
h[t,n,k] = (1 - z[t,n,k])*g[t,n,k] + z[t,n,k]*h[t-1,n,k]
"""
    + EVERY,
    "stacked": """
input X[t,n,k] Y[n,k]
parameter U[j,k] V[j,k] W[j,k]
state f[t,n,k]
f[t,n,k] = tanh(X[t,n,k] + sum(f[t-1,n,j]*U[j,k], j))
state h[t,n,k]
h[t,n,k] = tanh(sum(f[t,n,j]*W[j,k], j) + sum(h[t-1,n,j]*V[j,k], j))
"""
    + LAST,
    "both directions": """
input X[t,n,k] Y[n,k]
parameter U[j,k] V[j,k]
state f[t,n,k]
f[t,n,k] = tanh(X[t,n,k] + sum(f[t-1,n,j]*U[j,k], j))
state g[t,n,k]
g[t,n,k] = tanh(X[T-1-t,n,k] + sum(g[t-1,n,j]*V[j,k], j))
h[t,n,k] = f[t,n,k]*g[T-1-t,n,k]
"""
    + EVERY,
    "samples of several lengths": """
input X[t,n,k] Y[n,k] length[n] integer
parameter U[j,k]
state h[t,n,k]
h[t,n,k] = where(t < length[n], tanh(X[t,n,k] + sum(h[t-1,n,j]*U[j,k], j)), h[t-1,n,k])
"""
    + LAST,
    "weights of time": """
input X[t,n,k] Y[n,k]
parameter U[t,j,k] w[t]
state h[t,n,k] initial 1
h[t,n,k] = tanh(w[t]*X[t,n,k]*t + sum(h[t-1,n,j]*U[t,j,k], j)/(t+1))
"""
    + EVERY,
    "time in conditions": """
input X[t,n,k] Y[n,k]
parameter a[k]
state h[t,n,k] initial 1
h[t,n,k] = where(t < 2, X[t,n,k], a[k]*h[t-1,n,k]) + iverson(t == T - 2)*a[k] + h[t-1,n,k]*X[0,n,k]
"""
    + LAST,
    "reads outside of the recurrence": RNN
    + """
D[t,n,k] = h[t,n,k] - h[t-1,n,k]
E[n,k] = h[T-1,n,k]*h[T-2,n,k]
loss L = sum(D[t,n,k]**2, t, n, k) + sum(E[n,k]*Y[n,k], n, k)
""",
    "other axes": """
input X[t,n,k] Y[n,k]
parameter w[r]
state h[t,n,k]
h[t,n,k] = X[t,n,k] + sum(w[r]*h[t-1,n,r], r)*mean(h[t-1,n,j], j) + h[t-1,n,1-k]
"""
    + LAST,
    "softmax over a state": """
input X[t,n,k] Y[n,k]
parameter U[j,k]
state h[t,n,k] initial X[0,n,k]
s[t,n,k] = sum(h[t-1,n,j]*U[j,k], j)
h[t,n,k] = softmax(s[t,n,k], k)*X[t,n,k]
"""
    + LAST,
    "words": """
input ids[t,n] integer  Y[n,k]
parameter E[r,k] U[j,k]
state h[t,n,k]
h[t,n,k] = tanh(E[ids[t,n],k] + sum(h[t-1,n,j]*U[j,k], j))
"""
    + EVERY,
    "a window over the state": """
input X[t,n,k] Y[n,k]
parameter K[i]
state h[t,n,k]
z[t,n,k] = sum(padded(h[t-1,n,k+i-1])*K[i], i)
h[t,n,k] = tanh(X[t,n,k] + z[t,n,k])
"""
    + LAST,
    "the largest of a state": """
input X[t,n,k] Y[n,k]
parameter U[j,k]
state h[t,n,k]
m[t,n] = max(h[t-1,n,k], k)
h[t,n,k] = tanh(X[t,n,k] + sum(h[t-1,n,j]*U[j,k], j)) + m[t,n]/2
"""
    + EVERY,
    "a state at places from data": """
input ids[n] integer Y[n,k] X[t,n,k] at[t,n] integer
parameter a
state h[t,n,k]
h[t,n,k] = tanh(X[t,n,k] + a*h[t-1,n,ids[n]] + h[t-1,n,at[t,n]]/2)
"""
    + LAST,
    "attention over all inputs in each step": """
index s:S
input X[s,n,k] Y[n,k] D[t,n,k]
parameter U[j,k]
state h[t,n,k]
e[t,n,s] = sum(h[t-1,n,j]*X[s,n,j], j)
a[t,n,s] = softmax(e[t,n,s], s)
h[t,n,k] = tanh(D[t,n,k] + sum(a[t,n,s]*X[s,n,k], s) + sum(h[t-1,n,j]*U[j,k], j))
"""
    + LAST,
    "normalised in each step": """
input X[t,n,k] Y[n,k]
parameter U[j,k] g[k]
state h[t,n,k]
z[t,n,k] = X[t,n,k] + sum(h[t-1,n,j]*U[j,k], j)
mu[t,n] = mean(z[t,n,k], k)
v[t,n] = mean((z[t,n,k] - mu[t,n])**2, k)
h[t,n,k] = tanh(g[k]*(z[t,n,k] - mu[t,n])/sqrt(v[t,n] + 0.1))
"""
    + EVERY,
}
SCALARS = """network n
index t:T
input x[t] y
parameter a b s0
state s[t] initial s0
s[t] = tanh(a*s[t-1] + b*x[t])
loss L = (s[T-1] - y)**2
"""
FIBONACCI = """network n
index t:T
state f[t] initial 1
f[t] = f[t-1] + f[t-2]
input x[t]
y = sum(f[t]*x[t], t)
"""
SIZES = tuple(
    {"T": steps, "N": samples, "S": 3} for steps, samples in ((5, 3), (1, 1), (2, 2), (3, 1))
)


def network_of(name: str):
    return parse(HEAD + NETWORKS[name])


@cache
def derived(name: str):
    return derive(network_of(name))


@cache
def program_of(name: str):
    d = derived(name)
    return compile_network(d.network, (), value=d.of, gradients=d.gradient_names)


def assert_gradients_agree(d, program, sizes: dict[str, int]) -> None:
    """Compare value and gradients with the interpreter, nothing else being an output."""
    values = random_values(d.network, sizes)
    for name in {"ids", "at"}.intersection(values):
        values[name] %= 2
    expected = interpret(d.network, values, number=float)
    for _ in range(2):
        # Twice: memory of the first call must not show in the second.
        loss, gradients = program({name: values[name] for name in program.inputs})
        np.testing.assert_allclose(loss, expected[d.of], rtol=1e-12)
        for name, adjoint in d.gradient_names.items():
            found, right = gradients[name], expected[adjoint]
            scale = max(1.0, np.abs(right).max(initial=0))
            np.testing.assert_allclose(found / scale, right / scale, atol=1e-12, err_msg=name)


CASES = [(name, sizes) for name in NETWORKS for sizes in SIZES]


@pytest.mark.parametrize("name", [name for name in NETWORKS if "integer" not in NETWORKS[name]])
def test_every_tensor_of_a_derived_recurrence_agrees(name):
    assert_agrees(derived(name).network, {"T": 4, "N": 2, "S": 3})


@pytest.mark.parametrize(("name", "sizes"), CASES, ids=str)
def test_gradients_alone_agree(name, sizes):
    assert_gradients_agree(derived(name), program_of(name), sizes)


def assert_network_agrees(network, sizes: dict[str, int]) -> None:
    d = derive(network)
    program = compile_network(d.network, (), value=d.of, gradients=d.gradient_names)
    assert_gradients_agree(d, program, sizes)


def test_a_recurrence_of_numbers_agrees():
    assert_network_agrees(parse(SCALARS), {"T": 4})
    assert_agrees(derive(parse(SCALARS)).network, {"T": 1})


def test_a_recurrence_without_inputs_agrees():
    network = parse(FIBONACCI)
    program = compile_network(network, ["f"])
    assert program({"x": np.zeros(7)})["f"].tolist() == [2, 3, 5, 8, 13, 21, 34]


def test_a_state_in_no_cycle_is_read_at_earlier_steps():
    network = parse(
        HEAD + "input X[t,k] Y[k]\nstate h[t,k] initial Y[k]\nh[t,k] = 2*X[t,k]\n"
        "D[t,k] = h[t,k] - h[t-1,k]"
    )
    assert_agrees(network, {"T": 4})


@pytest.mark.parametrize("name", ["last step", "states that depend on each other"])
def test_a_recurrence_derived_twice_agrees(name):
    network = hvp(network_of(name)).network
    for sizes in ({"T": 3, "N": 2}, {"T": 1, "N": 1}):
        assert_agrees(network, sizes)


def test_a_truncated_recurrence_agrees():
    d = derive(network_of("every step"), window=2)
    for sizes in ({"T": 5, "N": 2}, {"T": 1, "N": 1}):
        assert_agrees(d.network, sizes)


def test_time_with_a_number_of_steps_agrees():
    text = (HEAD + NETWORKS["last step"]).replace("t:T", "t:3").replace("h[T-1", "h[2")
    assert_network_agrees(parse(text), {"N": 2})


def test_hidden_size_one_agrees():
    text = (HEAD + NETWORKS["gated"]).replace("j:2 k:2", "j:1 k:1")
    assert_network_agrees(parse(text), {"T": 3, "N": 2})


def test_numbers_of_half_the_length_agree():
    assert_agrees(derived("gated").network, {"T": 4, "N": 3}, dtype="float32")


def test_another_number_of_steps_needs_no_other_program():
    d, program = derived("last step"), program_of("last step")
    text = program.source
    for steps in (7, 2, 7):
        values = random_values(d.network, {"T": steps, "N": 2})
        loss, _ = program({name: values[name] for name in program.inputs})
        assert loss == pytest.approx(interpret(d.network, values, number=float)["L"])
    assert program.source == text


def test_the_text_of_a_recurrence_runs_with_numpy_alone():
    name = "states that depend on each other"
    d, program = derived(name), program_of(name)
    values = random_values(d.network, {"T": 4, "N": 2})
    values = {name: values[name] for name in program.inputs}
    namespace: dict = {}
    exec(program.source, namespace)
    loss, gradients = namespace["value_and_gradients"](**values)
    expected_loss, expected = program(values)
    assert loss == expected_loss
    for name, gradient in expected.items():
        assert np.array_equal(gradients[name], gradient)
    assert max(map(len, program.source.splitlines())) <= 100


def plan_of(name: str):
    return program_of(name).plan


def test_the_input_is_projected_before_the_loop():
    forwards, backwards = plan_of("last step").loops
    assert [s.function for s in forwards.steps[0].statements] == ["dot", "add", "tanh"]
    inner = backwards.steps[-1].statements
    assert [s.function for s in inner] == ["dot", "multiply"]
    assert (forwards.direction, backwards.direction) == (1, -1)


def test_the_gradient_of_a_weight_is_one_product_over_all_steps():
    plan = plan_of("last step")
    after = plan.statements[plan.statements.index(plan.loops[-1]) + 1 :]
    assert {s.function for s in after} == {"dot"}


def test_what_is_read_in_the_same_step_alone_has_no_memory():
    names = {memory.name for memory in plan_of("last step").memories}
    assert names == {"h_memory", "Z_bar"}


@pytest.mark.parametrize("name", ["last step", "states that depend on each other"])
def test_conditions_that_are_too_many_to_split_time_by_are_masks(name, monkeypatch):
    monkeypatch.setattr(intervals, "MOST_INTERVALS", 0)
    network = network_of(name)
    assert_network_agrees(network, {"T": 3, "N": 2})
    assert_network_agrees(network, {"T": 1, "N": 2})
