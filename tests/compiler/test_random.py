"""Random networks, their derived networks included: programs against the literal interpreter."""

import random

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.algebra.operators import Decimal
from symback.algebra.positions import as_position
from symback.compiler import matrices, scheduling, storage
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.network.network import Network
from tests.compiler.support import assert_agrees, random_values

LETTERS = indices("n:N m:N i:I j:I k:K")
SIZES = ({"N": 2, "I": 3, "K": 2}, {"N": 3, "I": 1, "K": 2}, {"N": 1, "I": 2, "K": 3})


class Maker:
    """Writes random equations; every choice comes from its random numbers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.net = Network("random")
        self.net.input("x", *LETTERS[1:3], LETTERS[4])
        for number in range(3):
            letters = self.random.sample(LETTERS, self.random.randint(0, 3))
            self.net.input(f"x{number}", *letters)
        for number in range(3):
            letters = self.random.sample(LETTERS, self.random.randint(0, 2))
            self.net.parameter(f"p{number}", *letters)

    def network(self) -> Network:
        for number in range(self.random.randint(2, 5)):
            letters = tuple(self.random.sample(LETTERS, self.random.randint(0, 3)))
            self.net.define(f"t{number}", letters, self.expression(letters, 3))
        bound = self.random.sample(LETTERS, self.random.randint(1, 2))
        self.net.loss("L", f.sum_over(self.expression(tuple(bound), 3), *bound))
        return self.net

    def entry(self, letters):
        """An entry of some tensor, read with these letters where sizes allow."""
        tensor = self.random.choice(list(self.net.tensors.values()))
        positions = []
        for axis in tensor.letters:
            fitting = [k for k in letters if k.size == axis.size]
            choice = self.random.random()
            if fitting and choice < 0.8:
                positions.append(self.random.choice(fitting))
            elif fitting and choice < 0.9:
                letter = self.random.choice(fitting)
                positions.append(as_position(axis.size - 1 - letter, "position"))
            else:
                positions.append(as_position(self.random.choice([0, axis.size - 1]), "position"))
        return tensor[tuple(positions)] if positions else tensor.entry

    def expression(self, letters, depth):
        if depth == 0:
            return self.entry(letters)
        inner = lambda: self.expression(letters, depth - 1)  # noqa: E731
        kind = self.random.choice(KINDS)
        if kind == "sum":
            return inner() + self.random.choice([1, -2, Decimal("0.5")]) * inner()
        if kind == "difference":
            return inner() - inner()
        if kind == "product":
            return inner() * inner()
        if kind == "quotient":
            return inner() / (2 + inner() ** 2)
        if kind == "power":
            return inner() ** self.random.choice([2, 3])
        if kind == "function":
            name = self.random.choice(["tanh", "sigmoid", "relu", "sin", "softplus", "abs"])
            return f.call(name, inner())
        if kind == "where":
            return f.where(self.condition(letters), inner(), inner())
        if kind == "mask":
            return f.iverson(self.condition(letters)) * inner()
        free = [k for k in LETTERS if k not in letters]
        if not free:
            return inner()
        bound = self.random.sample(free, self.random.randint(1, min(2, len(free))))
        body = self.expression((*letters, *bound), depth - 1)
        if kind == "contraction":
            body = body * self.expression((*letters, *bound), depth - 1) * self.entry(bound)
        if kind == "softmax":
            at = next((k for k in letters if k.size == bound[0].size), 0)
            body = self.expression((*letters, bound[0]), depth - 1)
            return f.softmax(f.sin(body), bound[0], at=at)
        if kind == "logsumexp":
            return f.logsumexp(f.sin(body), *bound)
        return f.mean_over(body, *bound) if kind == "mean" else f.sum_over(body, *bound)

    def condition(self, letters):
        if letters and self.random.random() < 0.4:
            return self.random.choice(letters) <= self.random.choice([0, 1, *letters])
        return self.expression(letters, 0) > Decimal("0.1")


KINDS = ("sum", "difference", "product", "quotient", "power", "function", "where", "mask", "total",
         "contraction", "contraction", "softmax", "logsumexp", "mean")  # fmt: skip


def moderate(network, sizes, seed):
    """Is everything finite and of moderate size, and all of it large enough to be compared?"""
    values = random_values(network, sizes, seed)
    with np.errstate(all="ignore"):
        found = interpret(network, values, number=float)
    return all(np.isfinite(a).all() and np.abs(a).max(initial=0) < 1e6 for a in found.values())


@pytest.mark.parametrize("seed", range(60))
def test_a_random_network_agrees_with_the_interpreter(seed):
    network = Maker(seed).network()
    assert_agrees(network, SIZES[seed % 3], seed=seed)


@pytest.mark.parametrize("seed", range(25))
def test_a_random_derivation_agrees_with_the_interpreter(seed):
    network = Maker(seed).network()
    sizes = SIZES[seed % 3]
    wrt = [p.name for p in network.parameters]
    d = derive(network, wrt=wrt)
    if not moderate(d.network, sizes, seed):
        return
    values = random_values(network, sizes, seed)
    names = {n: a if a in d.network else None for n, a in d.gradient_names.items()}
    program = compile_network(d.network, (), value="L", gradients=names)
    loss, grads = program(values)
    found = interpret(d.network, values, number=float)
    assert loss == pytest.approx(float(found["L"]), rel=1e-11, abs=1e-12)
    for name, adjoint in names.items():
        expected = np.zeros_like(values[name]) if adjoint is None else found[adjoint]
        scale = max(1, np.abs(expected).max(initial=0))
        np.testing.assert_allclose(grads[name] / scale, expected / scale, atol=1e-11)


def disagreements(seeds):
    wrong = 0
    for seed in seeds:
        try:
            assert_agrees(Maker(seed).network(), SIZES[seed % 3], seed=seed)
        except Exception:  # a program that stops is caught too
            wrong += 1
    return wrong


def test_a_storage_that_overwrites_too_early_is_caught(monkeypatch):
    # Everything looks as if it ended with the statement that first reads it.
    honest = storage._last_uses

    def first_uses(plan):
        last = honest(plan)
        for number, statement in reversed(list(enumerate(plan.statements))):
            for value in storage._read(statement):
                if last[value] < len(plan.statements):
                    last[value] = number
        return last

    monkeypatch.setattr(storage, "_last_uses", first_uses)
    assert disagreements(range(20)) > 0


def test_a_contraction_with_a_letter_too_few_is_caught(monkeypatch):
    monkeypatch.setattr(matrices, "summed_now", lambda factors, pair, summed: frozenset())
    assert disagreements(range(20)) > 0


def test_a_schedule_in_disorder_is_caught(monkeypatch):
    monkeypatch.setattr(
        "symback.compiler.program.scheduled", lambda plan: sorted(plan.statements, key=str)
    )
    assert disagreements(range(20)) > 0


def test_moving_everything_up_changes_no_bit(monkeypatch):
    for seed in range(20):
        network = Maker(seed).network()
        values = random_values(network, SIZES[0], seed)
        outputs = [e.target for e in network.equations]
        monkeypatch.setattr(scheduling, "SMALLEST_MOVED", 0)
        moved = compile_network(network, outputs)
        monkeypatch.setattr(scheduling, "SMALLEST_MOVED", 10**12)
        kept = compile_network(network, outputs)
        needed = {name: values[name] for name in moved.inputs}
        for name, array in moved(needed).items():
            assert np.array_equal(array, kept(needed)[name], equal_nan=True)
