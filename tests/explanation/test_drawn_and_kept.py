"""Pages and pictures of networks with random tensors and buffers: dropout, running averages."""

import numpy as np
import pytest

import symback as sb

TEXT = """
network dropped
index n:N i:3 h:2
input X[n,i] Y[n,h]
parameter W[i,h]
random M[n,i] bernoulli(0.5)
buffer mean_run[i]
mu[i] = mean(X[n,i], n)
D[n,i] = (X[n,i] - mu[i])*M[n,i]/0.5
P[n,h] = sum(D[n,i]*W[i,h], i)
loss L = mean((P[n,h] - Y[n,h])**2, n, h)
update mean_run[i] = 0.9*mean_run[i] + 0.1*mu[i]
prediction mu[i] = mean_run[i]
"""
DRAW = np.random.default_rng(0).normal
LEARNING = {
    "X": DRAW(size=(2, 3)), "Y": DRAW(size=(2, 2)), "W": DRAW(size=(3, 2)), "M": np.ones((2, 3)),
}  # fmt: skip
PREDICTING = {name: LEARNING[name] for name in "XYW"} | {"mean_run": np.full(3, 0.25)}


def derived(predicts: bool = False) -> sb.Derivation:
    net = sb.parse(TEXT)
    return sb.derive(net.predictor() if predicts else net)


def test_the_symbols_say_what_is_drawn_and_what_is_kept():
    text = sb.explain(derived()).text()
    assert "drawn anew in each step of training: bernoulli(0.5)" in text
    assert "kept from step to step of training, read in equation" in (
        sb.explain(derived(predicts=True)).text()
    )


@pytest.mark.parametrize("form", ["index", "matrix", "scalar", "numpy"])
def test_values_of_random_tensors_and_buffers_are_read_in_every_form(form):
    for predicts, values in ((False, LEARNING), (True, PREDICTING)):
        page = sb.explain(derived(predicts), "W", form=form, at=values)
        assert page.text()


def test_a_large_network_is_computed_with_its_random_tensors():
    many = {"X": DRAW(size=(20_000, 3)), "Y": DRAW(size=(20_000, 2)), "M": np.ones((20_000, 3))}
    assert sb.explain(derived(), "W", at=LEARNING | many, detail=0).text()


def test_a_random_tensor_without_a_value_is_asked_for():
    with pytest.raises(sb.SymbackError, match=r"no value for M\[n,i\]"):
        sb.explain(derived(), "W", at={name: LEARNING[name] for name in "XYW"})


def test_the_values_of_random_tensors_and_buffers_are_drawn():
    for predicts, values in ((False, LEARNING), (True, PREDICTING)):
        edges = sb.draw(derived(predicts), at=values).graph.edges
        assert all(edge.value for edge in edges), [e for e in edges if not e.value]
