"""Penalties: terms of the loss whose gradients are derived, right, and those of weight decay."""

import numpy as np
import pytest

from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.errors import DefinitionError
from symback.network.text_reader import parse
from symback.training.optimisers import SGD, Momentum
from symback.training.parameters import Parameters, Stepper
from symback.training.penalties import penalize, weights
from symback.verification.referee import verify

TEXT = r"""
network two
index n:N i:3 h:4
input X[n,i] y[n]
parameter W1[i,h] init he b1[h] w2[h] b2
constant half = 0.5
Z[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]
A[n,h] = tanh(Z[n,h])
o[n] = sum(A[n,h]*w2[h], h) + b2*half
loss L = mean((o[n] - y[n])**2, n)
latex L = "\mathcal{L}"
"""


def values():
    generator = np.random.default_rng(4)
    shapes = {"X": (6, 3), "y": (6,), "W1": (3, 4), "b1": (4,), "w2": (4,), "b2": ()}
    return {name: generator.normal(size=shape) for name, shape in shapes.items()}


def gradients(network, given):
    d = derive(network)
    program = compile_network(d.network, (), value=d.of, gradients=d.gradient_names)
    return program(given)


def test_weights_are_what_is_multiplied_by_another_tensor():
    assert [t.name for t in weights(parse(TEXT))] == ["W1", "w2"]


@pytest.mark.parametrize("strengths", [{"l2": 0.3}, {"l1": 0.2}, {"l1": 0.2, "l2": 0.3}], ids=str)
def test_the_loss_and_its_gradients_have_the_terms(strengths):
    net, given = parse(TEXT), values()
    l1, l2 = strengths.get("l1", 0), strengths.get("l2", 0)
    before, plain = gradients(net, given)
    after, penalised = gradients(penalize(net, **strengths), given)
    arrays = [given["W1"], given["w2"]]
    extra = sum(l1 * np.abs(w).sum() + l2 * (w**2).sum() / 2 for w in arrays)
    assert after == pytest.approx(before + extra, rel=1e-13)
    for name in ("W1", "w2"):
        expected = plain[name] + l1 * np.sign(given[name]) + l2 * given[name]
        np.testing.assert_allclose(penalised[name], expected, rtol=1e-12)
    np.testing.assert_allclose(penalised["b1"], plain["b1"], rtol=1e-13)


def test_a_penalised_network_is_one_like_any_other():
    net = parse(TEXT)
    made = penalize(net, l1=0.01, l2=0.1)
    assert parse(str(made)) == made
    assert "l2*(sum(W1[i,h]**2, i, h) + sum(w2[h]**2, h))/2" in str(made)
    assert made["W1"].init == "he"
    assert made["L"].latex == r"\mathcal{L}"
    assert parse(TEXT) == net, "the network itself is not changed"
    assert verify(derive(made)).passed


def test_chosen_parameters_only():
    made = penalize(parse(TEXT), l2=1, by=["b1"])
    assert str(made).count("**2") == 2
    assert "sum(b1[h]**2, h)" in str(made)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "neither l1 nor l2"),
        ({"l2": -1}, "no finite number from 0"),
        ({"l1": "much"}, "no finite number from 0"),
        ({"l2": float("inf")}, "no finite number from 0"),
        ({"l2": True}, "no finite number from 0"),
        ({"l2": 1, "by": ["X"]}, "X\\[n,i\\] is no parameter"),
        ({"l2": 1, "by": []}, "none"),
        ({"l2": 1, "by": ["nonsense"]}, "no such name"),
    ],
)
def test_what_makes_no_penalty_is_refused(wrong, says):
    with pytest.raises(DefinitionError, match=says):
        penalize(parse(TEXT), **wrong)


def test_a_penalty_is_given_once():
    with pytest.raises(DefinitionError, match="l2 already"):
        penalize(penalize(parse(TEXT), l2=1), l2=1)


def test_a_network_without_a_loss_or_weights_has_no_penalty():
    with pytest.raises(DefinitionError, match="without a loss"):
        penalize(parse("network f\ninput x\nparameter w\ny = x*w"), l2=1)
    with pytest.raises(DefinitionError, match="multiplies anything"):
        penalize(parse("network f\ninput x\nparameter w\nloss L = (x - w)**2"), l2=1)


@pytest.mark.parametrize("momentum", [0, 0.8])
def test_l2_is_the_weight_decay_of_torch_over_100_steps(momentum):
    torch = pytest.importorskip("torch")
    names, given = ("W1", "b1", "w2", "b2"), values()
    d = derive(penalize(parse(TEXT), l2=0.05))
    program = compile_network(d.network, (), value=d.of, gradients=d.gradient_names)
    parameters = Parameters({name: given[name] for name in names}, "float64")
    optimizer = Momentum(0.1, momentum) if momentum else SGD(0.1)
    stepper = Stepper(optimizer, parameters)
    bound = program.bind(given | parameters.arrays, into=parameters.gradients)
    theirs = {n: torch.tensor(given[n], dtype=torch.float64, requires_grad=True) for n in names}
    groups = [
        {"params": [theirs["W1"], theirs["w2"]], "weight_decay": 0.05},
        {"params": [theirs["b1"], theirs["b2"]], "weight_decay": 0.0},
    ]
    reference = torch.optim.SGD(groups, lr=0.1, momentum=momentum)
    x, y = (torch.tensor(given[name]) for name in "Xy")
    for _ in range(100):
        bound()
        assert stepper.step()
        reference.zero_grad()
        hidden = torch.tanh(x @ theirs["W1"] + theirs["b1"])
        ((hidden @ theirs["w2"] + theirs["b2"] * 0.5 - y) ** 2).mean().backward()
        reference.step()
    for name in names:
        expected = theirs[name].detach().numpy()
        np.testing.assert_allclose(parameters.arrays[name], expected, rtol=0, atol=1e-10)
