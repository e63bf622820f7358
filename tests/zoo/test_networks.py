"""The networks of the zoo: their equations are read back, and small ones of them are verified."""

import inspect

import numpy as np
import pytest

import symback as sb
from symback import zoo
from symback.zoo import NETWORKS

SMALL = {
    "lenet": {"side": 4, "channels": (1, 2), "classes": 2},
    "tied_autoencoder": {"inputs": 3, "hidden": 2, "code": 2},
    "linear_autoencoder": {"inputs": 3, "code": 2},
    "speaker_network": {"coefficients": 2, "frames": 4, "channels": 2, "speakers": 2},
    "recommender": {"members": 3, "questions": 2, "factors": 2},
    "forecaster": {"units": 2},
    "character_lstm": {"characters": 3, "features": 2, "units": 2},
    "character_transformer": {"characters": 3, "steps": 2, "features": 2, "heads": 1, "blocks": 1},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_and_programs_are_those_of_differences(name):
    report = sb.verify(sb.derive(NETWORKS[name](**SMALL[name])), steps=False)
    assert report.passed, report


@pytest.mark.parametrize("name", NETWORKS)
def test_the_text_of_a_network_is_read_back(name):
    network = NETWORKS[name]()
    assert sb.parse(str(network)) == network


@pytest.mark.parametrize("name", NETWORKS)
def test_a_docstring_says_the_formula_the_inputs_and_the_source(name):
    text = inspect.getdoc(NETWORKS[name])
    assert "=" in text.partition("\n")[0]
    assert "Inputs: " in text
    assert "Source: " in text
    assert getattr(zoo, name) is NETWORKS[name]


def test_relu_behind_pooling_is_relu_before_it():
    network = zoo.lenet(4, (2,), 2)
    rng = np.random.default_rng(0)
    run = sb.train(network, {"X": rng.normal(size=(5, 1, 4, 4)), "Y": np.eye(2)[[0, 1, 0, 1, 1]]},
                   optimizer=sb.SGD(0.1), epochs=1)  # fmt: skip
    values = sb.lambdify(network, outputs=["Z1", "A1"])(
        {"X": rng.normal(size=(5, 1, 4, 4))} | run.parameters
    )
    windows = np.maximum(values["Z1"], 0).reshape(5, 2, 2, 2, 2, 2)
    np.testing.assert_allclose(values["A1"], windows.max(axis=(3, 5)))


def test_the_largest_frame_is_one_that_was_spoken():
    network = zoo.speaker_network(2, 9, 3, 2)
    rng = np.random.default_rng(1)
    X, lengths = rng.normal(size=(4, 2, 9)), np.array([5, 9, 3, 1])
    data = {"X": X, "length": lengths, "Y": np.eye(2)[[0, 1, 1, 0]]}
    run = sb.train(network, data, optimizer=sb.SGD(0.1), epochs=1)
    values = sb.lambdify(network, outputs=["Z2", "M"])(data | run.parameters)
    for utterance, length in enumerate(lengths):
        expected = values["Z2"][utterance, :, :length].max(axis=1)
        np.testing.assert_allclose(values["M"][utterance], expected)


@pytest.mark.parametrize("name", ["character_lstm", "character_transformer"])
def test_a_character_is_predicted_from_those_before_it_alone(name):
    steps = {"steps": 4} if "transformer" in name else {}
    network = NETWORKS[name](**SMALL[name] | {"features": 6} | steps)
    ids = np.array([[0, 1, 2, 1], [0, 1, 0, 0]])
    run = sb.train(network, {"ids": ids, "y": ids}, optimizer=sb.SGD(0.5), epochs=2)
    P = run.predict({"ids": ids}, "P")
    first, second = P[:, 0], P[:, 1]
    if name == "character_transformer":
        first, second = P
    np.testing.assert_allclose(first[:2], second[:2])
    assert abs(first[2:] - second[2:]).max() > 1e-6


def test_the_linear_autoencoder_finds_the_plane_of_the_principal_components():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(60, 2)) @ rng.normal(size=(2, 4)) + 0.05 * rng.normal(size=(60, 4))
    run = sb.train(zoo.linear_autoencoder(4, 2), {"X": X}, optimizer=sb.Adam(0.02), epochs=600)
    lost = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)[2:]
    assert run.history["loss"][-1] == pytest.approx((lost**2).sum() / len(X), rel=1e-2)
