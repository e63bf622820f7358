"""Callbacks, early stopping and the best epoch."""

import math

import numpy as np
import pytest

from symback.errors import TrainingError
from symback.training.callbacks import EarlyStopping, EveryStep
from symback.training.watching import Tracker
from tests.training.networks import CLASSED, LABELS, ON_A_LINE, X, classes, line, same_bits

# Labels that follow nothing: what is learned of them does not help on others.
NOISE = {"X": X, "Y": np.random.default_rng(5).permutation(LABELS)}
OTHER = {"X": X + 0.3, "Y": np.random.default_rng(6).permutation(LABELS)}


def overfitted(**options):
    return classes(
        **({"data": NOISE, "validation": OTHER, "epochs": 40, "batch_size": None} | options)
    )


# Best --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upwards", "least", "numbers", "best"),
    [
        (False, 0, [3, 2, 1, 1, 2], 3),
        (True, 0, [3, 2, 5, 5], 3),
        (False, 0.5, [3, 2.6, 2.4, 2], 3),
        (False, 0, [math.nan, 2, 3], 2),
        (False, 0, [2, math.nan, math.inf], 1),
        (False, 0, [math.inf, 5], 2),
        (True, 0, [math.nan, math.nan], 0),
    ],
)
def test_the_best_is_the_first_that_none_beats_by_more_than_least(upwards, least, numbers, best):
    tracker = Tracker(upwards, least)
    for number in numbers:
        tracker.add(number)
    assert tracker.epoch == best
    assert tracker.epochs == len(numbers)


def test_the_best_run_is_the_one_of_the_lowest_validation_loss():
    run = overfitted()
    losses = run.history["validation_loss"]
    best = int(np.argmin(losses)) + 1
    assert best < 40
    assert len(run.best.history) == run.best.steps == best
    assert run.best.measure(OTHER)["loss"] == losses[best - 1]
    assert same_bits(run.best.parameters, overfitted(epochs=best).parameters)
    assert len(run.history) == 40


def test_without_validation_the_best_run_is_the_run_itself():
    run = classes()
    assert run.best is run
    assert line(validation=ON_A_LINE).best.history[-1]["epoch"] == 3


def test_the_best_may_be_judged_by_another_column():
    stop = EarlyStopping(1000, by="accuracy")
    run = overfitted(callbacks=stop)
    assert len(run.best.history) == int(np.argmax(run.history["accuracy"])) + 1


# Early stopping ----------------------------------------------------------------------------------


def test_patience_ends_training_when_the_validation_loss_stays():
    run = overfitted(patience=4)
    losses = overfitted().history["validation_loss"]
    best = int(np.argmin(losses[: len(run.history)])) + 1
    assert len(run.history) == best + 4
    assert run.stopped == (
        f"stopped early: the validation loss was best in epoch {best} ({losses[best - 1]:.5g}), "
        "4 epochs before"
    )
    assert run.stopped in str(run)


def test_a_number_that_never_is_one_ends_training_too():
    options = {"validation": ON_A_LINE, "metrics": {"nothing": lambda values: math.nan}}
    stop = EarlyStopping(3, by="nothing", more_is_better=True)
    run = line(epochs=9, callbacks=stop, **options)
    assert run.stopped == "stopped early: the nothing was no number in 3 epochs"
    assert run.best is run


def test_training_may_stop_by_its_own_loss():
    run = line(epochs=5000, callbacks=EarlyStopping(3, by="loss", least=1e-6))
    assert 10 < len(run.history) < 5000


def test_a_column_of_a_function_needs_a_direction():
    options = {"validation": ON_A_LINE, "metrics": {"error": lambda values: 1.0}, "epochs": 9}
    with pytest.raises(TrainingError, match="more_is_better=True"):
        line(**options, callbacks=EarlyStopping(2, by="error"))
    run = line(**options, callbacks=EarlyStopping(2, by="error", more_is_better=False))
    assert len(run.history) == 3


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"patience": 3}, "give validation="),
        ({"callbacks": EarlyStopping(3)}, "the history will have loss"),
        ({"callbacks": EarlyStopping(3, by="r2"), "validation": CLASSED}, "accuracy"),
        ({"patience": 0, "validation": CLASSED}, "patience=0"),
        ({"patience": "5", "validation": CLASSED}, "patience=5"),
    ],
)
def test_early_stopping_that_cannot_be_is_an_error(options, told):
    with pytest.raises(TrainingError) as error:
        classes(**options)
    assert told in str(error.value)


@pytest.mark.parametrize("least", [-1, math.nan, "0"])
def test_least_is_a_number_from_0(least):
    with pytest.raises(TrainingError, match="least"):
        EarlyStopping(3, least=least)


# Callbacks ---------------------------------------------------------------------------------------


def test_a_callback_sees_each_epoch():
    seen = []
    run = classes(callbacks=seen.append)
    assert [(m.epoch, m.step) for m in seen] == [(1, 4), (2, 8), (3, 12), (4, 16), (5, 20)]
    assert [m.row["loss"] for m in seen] == run.history["loss"]
    assert seen[-1].rate == 0.05


def test_a_callback_of_every_step_sees_the_loss_before_and_the_parameters_after_it():
    path = []

    def look(moment):
        path.append((moment.row["loss"], moment.parameters["w"]))

    run = line(callbacks=EveryStep(look), batch_size=50, shuffle=False)
    assert [loss for loss, _ in path] == run.history["loss"]
    np.testing.assert_array_equal(path[-1][1], run.parameters["w"])
    assert not np.array_equal(path[0][1], path[1][1])


def test_what_a_callback_does_to_its_copies_changes_nothing():
    def spoil(moment):
        moment.parameters["W"][...] = 0
        moment.row["loss"] = 0

    assert same_bits(classes(callbacks=spoil).parameters, classes().parameters)
    assert classes(callbacks=spoil).history == classes().history


@pytest.mark.parametrize(
    ("answer", "stopped"), [(True, "stopped by a callback"), ("it is good enough", "good enough")]
)
def test_a_callback_ends_training_by_true_or_by_a_reason(answer, stopped):
    run = classes(callbacks=[lambda moment: answer if moment.epoch == 2 else None])
    assert len(run.history) == 2
    assert stopped in run.stopped


def test_an_answer_that_is_neither_goes_on():
    assert len(classes(callbacks=lambda moment: moment.epoch).history) == 5


def test_a_callback_that_fails_is_told_and_the_run_is_kept():
    def fail(moment):
        raise RuntimeError("no more paper")

    with pytest.raises(TrainingError, match="the callback fail was called after step 4") as error:
        classes(callbacks=fail)
    assert "no more paper" in str(error.value)
    assert error.value.run.steps == 4
    assert isinstance(error.value.__cause__, RuntimeError)


@pytest.mark.parametrize("wrong", [7, "stop", [None], EarlyStopping])
def test_what_cannot_be_called_is_no_callback(wrong):
    with pytest.raises(TrainingError, match="give functions of one argument"):
        classes(callbacks=wrong)
