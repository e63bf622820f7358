"""Random recurrences, derived: programs of all tensors, and of gradients alone, as interpreted."""

import random

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.operators import as_expression
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.network.network import Network
from symback.network.text_reader import parse
from tests.compiler.support import assert_agrees, random_values

T, N, K, J = indices("t:T n:N k:K j:K")
SIZES = ({"T": 4, "N": 2, "K": 3}, {"T": 1, "N": 1, "K": 2}, {"T": 2, "N": 3, "K": 1})


class Maker:
    """Writes random states and what they are computed from; every choice is its random numbers'."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.net = net = Network("random")
        self.inputs = [net.input("X", T, N, K), net.input("R", N, T, K)]
        self.weights = [net.parameter("W", J, K), net.parameter("U", J, K)]
        self.vectors = [net.parameter("b", K), net.parameter("c", N, K), net.parameter("a")]
        self.states = []
        for number in range(self.random.randint(1, 2)):
            start = self.pick(None, 1, self.vectors[0][K], self.vectors[1][N, K])
            self.states.append(net.state(f"h{number}", T, N, K, initial=start))
        self.stages = []

    def pick(self, *options):
        return self.random.choice(options)

    def network(self) -> Network:
        for number in range(self.random.randint(0, 3)):
            letters = self.pick((T, N, K), (N, T, K))
            self.stages.append(self.net.define(f"z{number}", letters, self.expression(3)))
        for state in self.states:
            inner = f.tanh(self.expression(2) + self.earlier(K))
            self.stages.append(self.net.define(state.name, (T, N, K), inner))
        self.stages.append(self.net.define("y", (T, N, K), self.expression(2)))
        self.net.loss(
            "L", sum((self.loss() for _ in range(self.random.randint(1, 2))), as_expression(0))
        )
        return self.net

    def at(self, tensor, time, letter):
        return tensor[tuple({T: time, N: N, K: letter}[k] for k in tensor.letters)]

    def earlier(self, letter):
        """A state at an earlier step."""
        return self.at(self.pick(*self.states), T - self.pick(1, 1, 1, 2), letter)

    def now(self, letter):
        """What is known at a step: an input, a stage, a vector, a number, an earlier step."""
        kind = self.random.random()
        if kind < 0.35:
            return self.earlier(letter)
        if kind < 0.6 and self.stages:
            return self.at(self.pick(*self.stages), T, letter)
        if kind < 0.8:
            return self.at(self.pick(*self.inputs), self.pick(T, T, T.size - 1 - T), letter)
        b, c, a = self.vectors
        return self.pick(b[letter], c[N, letter], a.entry, as_expression(2), (T + 1) / T.size)

    def expression(self, depth: int):
        kind = self.random.random()
        if not depth or kind < 0.15:
            return self.now(K)
        if kind < 0.4:
            return f.sum_over(self.now(J) * self.pick(*self.weights)[J, K], J)
        if kind < 0.5:
            return f.call(self.pick("tanh", "sigmoid", "sin"), self.expression(depth - 1))
        if kind < 0.58:
            condition = self.pick(f.eq(T, 0), T < 1, T >= 1, T < T.size - 1, K <= T)
            return f.where(condition, self.expression(depth - 1), self.now(K))
        if kind < 0.64:
            return f.iverson(self.pick(T > 0, f.ne(T, 1))) * self.expression(depth - 1)
        if kind < 0.7:
            return self.now(K) - f.mean_over(self.now(J), J)
        a, b = self.expression(depth - 1), self.expression(depth - 1)
        return self.pick(a + b, a - b, a * b, a / (1 + b**2), a * (1 - b), 2 * a)

    def loss(self):
        tensor = self.pick(*self.states, *self.stages)
        last, every = self.at(tensor, T.size - 1, K), self.at(tensor, T, K)
        return self.pick(
            f.sum_over(last**2, N, K),
            f.mean_over(f.cos(every), T, N, K),
            f.sum_over(every * self.at(self.inputs[0], T, K), T, N, K),
            f.sum_over((every - self.at(self.states[0], T - 1, K)) ** 2, T, N, K),
        )


@pytest.mark.parametrize("seed", [*range(16), 173])
def test_a_random_recurrence_agrees_with_its_meaning(seed):
    network = Maker(seed).network()
    d = derive(network)
    sizes = SIZES[seed % len(SIZES)]
    assert_agrees(d.network, sizes, seed=seed)
    program = compile_network(d.network, (), value=d.of, gradients=d.gradient_names)
    for sizes in SIZES:
        values = random_values(d.network, sizes, seed)
        expected = interpret(d.network, values, number=float)
        _, gradients = program({name: values[name] for name in program.inputs})
        for name, adjoint in d.gradient_names.items():
            right = np.zeros_like(values[name]) if adjoint is None else expected[adjoint]
            scale = max(1.0, np.abs(right).max(initial=0))
            np.testing.assert_allclose(
                gradients[name] / scale, right / scale, atol=1e-11, err_msg=name
            )


STEPS = [
    ("", "padded(h[t+1,n,k])*h[t,n,k]"),
    ("", "where(2*t < T, h[2*t,n,k], 0)**2"),
    (" initial 3", "padded(h[2*t-1,n,k])**2"),
    (" initial 3", "where(2*t-2 < T, h[2*t-2,n,k], 0)**2"),
    (" initial 3", "padded(h[t-1,n,k])**2 + h[t-1,n,k]"),
]


@pytest.mark.parametrize(("initial", "loss"), STEPS)
@pytest.mark.parametrize("before", ["h[t-1,n,j]", "padded(h[t-1,n,j])"])
def test_steps_before_and_behind_agree_for_every_number_of_steps(before, initial, loss):
    network = parse(
        f"index t:T n:N k:2 j:2\ninput X[t,n,k]\nparameter U[j,k]\nstate h[t,n,k]{initial}\n"
        f"h[t,n,k] = tanh(X[t,n,k] + sum({before}*U[j,k], j))\n"
        f"loss L = sum({loss}, t, n, k)"
    )
    derived = derive(network, wrt=["X", "U"]).network
    for steps in (1, 2, 3, 5):
        assert_agrees(derived, {"T": steps, "N": 2})
