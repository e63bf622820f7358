"""The range run: rates grow, and the one that is suggested learns."""

import numpy as np
import pytest

from symback.errors import SymbackError
from symback.training.clipping import ClipNorm
from symback.training.optimisers import SGD, Adam
from symback.training.rates import RateRange, rate_range, smoothed
from tests.training.networks import CLASSED, CLASSES, LINE, ON_A_LINE, X, classes


def ranged(**options):
    return rate_range(CLASSES, CLASSED, **({"batch_size": 16, "high": 1e4} | options))


def test_the_rate_grows_by_one_factor_from_low_to_high():
    found = ranged(low=1e-5, high=1e-2, steps=31)
    np.testing.assert_allclose(found.rates, np.geomspace(1e-5, 1e-2, 31), rtol=1e-12)
    assert len(found.losses) == len(found.smoothed) == 31
    assert not found.diverged


def test_it_ends_early_where_the_loss_has_grown():
    found = rate_range(LINE, ON_A_LINE, high=1e6)
    assert found.diverged
    assert len(found.rates) < 100
    assert np.isfinite(found.losses).all()


@pytest.mark.parametrize("optimizer", [SGD(1.0), Adam()])
def test_the_suggested_rate_learns_faster_than_a_hundredth_and_a_hundred_times_it(optimizer):
    rate = ranged(optimizer=optimizer).suggestion
    losses = {}
    for factor in (0.01, 1, 100):
        try:
            made = type(optimizer)(rate * factor)
            losses[factor] = classes(optimizer=made, epochs=8).history["loss"][-1]
        except SymbackError:
            losses[factor] = np.inf
    assert losses[1] < losses[0.01]
    assert losses[1] < losses[100]


def test_the_suggestion_lies_between_the_bounds():
    found = ranged()
    assert found.lowest <= found.suggestion <= found.highest


def test_one_seed_gives_the_same_run_and_the_optimisers_rate_plays_no_part():
    one, two = ranged(optimizer=SGD(5.0)), ranged(optimizer=SGD(0.1))
    np.testing.assert_array_equal(one.losses, two.losses)
    assert (one.losses[:10] != ranged(seed=1).losses[:10]).any()


def test_a_loss_that_does_not_fall_gives_no_suggestion():
    rates = np.geomspace(1e-6, 1, 40)
    flat = 1 + 0.01 * np.random.default_rng(0).normal(size=40)
    found = RateRange(rates, flat, smoothed(flat), SGD(1.0), False)
    assert found.suggestion is found.lowest is found.highest is None
    assert "did not fall" in str(found)
    assert "<svg" in found.chart().svg()


def test_it_prints_a_table_and_a_sentence_and_is_drawn(tmp_path):
    found = ranged()
    head, *rows, sentence = str(found).splitlines()
    assert head.split() == ["rate", "loss", "smoothed"]
    assert len(rows) == 12
    assert f"{found.suggestion:.2g}" in sentence
    assert "suggestion" in found.save(tmp_path / "range.svg").read_text("utf-8")
    assert sentence in found._repr_html_()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"low": 0}, "no two growing numbers"),
        ({"low": 1, "high": 0.1}, "no two growing numbers"),
        ({"high": float("inf")}, "no two growing numbers"),
        ({"low": "a"}, "no two growing numbers"),
        ({"steps": 5}, "steps=5"),
        ({"optimizer": "sgd"}, "optimizer=sgd"),
        ({"clip": 1.0}, "sb.ClipNorm"),
    ],
)
def test_wrong_options_are_errors(options, told):
    with pytest.raises(SymbackError) as error:
        ranged(**options)
    assert told in str(error.value)


def test_a_loss_that_is_not_finite_from_the_start_is_an_error():
    with pytest.raises(SymbackError, match="not finite after 0 steps"):
        rate_range(LINE, ON_A_LINE, parameters={"w": np.full(2, 1e300)})


def test_clipping_takes_part():
    # The gradient of the line is large: cut to length 1, the loss grows later.
    free = rate_range(LINE, {"X": X, "y": 100 * X[:, 0]}, high=1e3)
    cut = rate_range(LINE, {"X": X, "y": 100 * X[:, 0]}, high=1e3, clip=ClipNorm(1.0))
    assert cut.highest > 10 * free.highest
