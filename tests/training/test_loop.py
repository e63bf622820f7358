"""``train``: what it learns, that one seed gives the same bits, and how it stops."""

import gc
import signal
import tracemalloc

import numpy as np
import pytest

from symback.derivation.derive import derive
from symback.errors import SymbackError, TrainingError, ValuesError
from symback.network.text_reader import parse
from symback.training.callbacks import EveryStep
from symback.training.clipping import ClipNorm, ClipValue
from symback.training.loop import train
from symback.training.optimisers import SGD, AdaGrad, Adam
from symback.training.storage import load_arrays
from tests.training.networks import (
    CLASSED,
    CLASSES,
    LABELS,
    LINE,
    ON_A_LINE,
    X,
    classes,
    line,
    same_bits,
)  # fmt: skip

NEURON = parse("input x y\nparameter w\np = w*x\nloss L = (p - y)**2")


# What is learned ---------------------------------------------------------------------------------


def test_one_step_of_one_neuron_is_the_step_by_hand():
    run = train(NEURON, {"x": 2, "y": 4}, optimizer=SGD(0.1), epochs=1, parameters={"w": 0.5})
    assert run.history["loss"] == [9]
    assert run.parameters["w"] == pytest.approx(1.7, abs=1e-15)
    assert run.steps == 1


def test_a_full_batch_is_gradient_descent():
    run = train(LINE, ON_A_LINE, optimizer=SGD(0.1), epochs=3)
    w, b = np.zeros(2), 0.0
    for _ in range(3):
        error = X @ w + b - ON_A_LINE["y"]
        w, b = w - 0.2 * X.T @ error / 50, b - 0.2 * error.mean()
    np.testing.assert_allclose(run.parameters["w"], w, rtol=1e-12)
    np.testing.assert_allclose(run.parameters["b"], b, rtol=1e-12)


def test_small_batches_find_the_line_too():
    run = train(LINE, ON_A_LINE, optimizer=SGD(0.1), epochs=60, batch_size=7)
    np.testing.assert_allclose(run.parameters["w"], [2, -3], rtol=1e-6)
    assert run.parameters["b"] == pytest.approx(0.5, rel=1e-6)
    assert run.steps == 60 * 8


def test_an_epoch_of_batches_sees_every_sample_once_and_weighs_batches_by_their_length():
    still = train(LINE, ON_A_LINE, optimizer=SGD(0), epochs=2, batch_size=7)
    whole = train(LINE, ON_A_LINE, optimizer=SGD(0), epochs=1)
    np.testing.assert_allclose(still.history["loss"], whole.history["loss"] * 2, rtol=1e-12)


def test_a_derivation_can_be_given_instead_of_a_network():
    one, other = (train(x, ON_A_LINE, optimizer=SGD(0.1), epochs=2) for x in (LINE, derive(LINE)))
    assert same_bits(one.parameters, other.parameters)


def test_a_derivation_without_the_gradient_of_a_parameter_is_refused():
    with pytest.raises(TrainingError, match="no gradient by b"):
        train(derive(LINE, ["w"]), ON_A_LINE, optimizer=SGD(0.1), epochs=2)


def test_a_derivation_of_a_scalar_that_is_no_loss_is_trained_and_measured():
    net = parse(str(LINE).replace("loss L", "L"))
    with pytest.raises(SymbackError, match="no loss"):
        train(net, ON_A_LINE, optimizer=SGD(0.1), epochs=2)
    run = train(derive(net, of="L"), ON_A_LINE, optimizer=SGD(0.1), epochs=2, validation=0.2)
    assert same_bits(run.parameters, line(epochs=2, validation=0.2).parameters)
    assert run.measure(ON_A_LINE, "r2").keys() == {"loss", "r2"}


def test_a_derivation_of_an_array_is_refused():
    with pytest.raises(TrainingError, match=r"a derivation of p\[n\]"):
        train(derive(LINE, of="p"), ON_A_LINE, optimizer=SGD(0.1), epochs=2)


def test_classes_may_be_given_as_integers_and_accuracy_is_measured_on_validation():
    run = classes(epochs=40, validation=CLASSED)
    assert run.history.columns == ("epoch", "loss", "validation_loss", "accuracy")
    answers = run.predict({"X": X}, "P").argmax(axis=1)
    assert run.history[-1]["accuracy"] == (answers == LABELS).mean() > 0.9
    loss = -np.log(run.predict({"X": X}, "P")[np.arange(50), LABELS]).mean()
    assert run.history[-1]["validation_loss"] == pytest.approx(loss, rel=1e-12)


def test_a_network_without_classes_has_a_validation_loss_only():
    run = train(LINE, ON_A_LINE, optimizer=SGD(0.1), epochs=1, validation=ON_A_LINE)
    assert run.history.columns == ("epoch", "loss", "validation_loss")


def test_float32_is_kept():
    run = classes(dtype="float32")
    assert {a.dtype.name for a in run.parameters.values()} == {"float32"}
    assert run.predict({"X": X}, "P").dtype == np.float32


def test_data_and_starting_values_are_not_changed():
    data = {"X": X.copy(), "Y": np.eye(3)[LABELS]}
    start = {"b": np.ones(5)}
    train(CLASSES, data, optimizer=SGD(0.5), epochs=2, batch_size=16, parameters=start)
    np.testing.assert_array_equal(data["X"], X)
    np.testing.assert_array_equal(start["b"], np.ones(5))


# One seed, the same bits -------------------------------------------------------------------------


def test_one_seed_gives_the_same_bits_and_another_gives_others():
    one, same, other = classes(), classes(), classes(seed=4)
    assert same_bits(one.parameters, same.parameters)
    assert one.history == same.history
    assert not same_bits(one.parameters, other.parameters)


def test_validation_and_progress_do_not_change_what_is_learned(capsys):
    quiet = classes()
    assert same_bits(quiet.parameters, classes(validation=CLASSED, progress=True).parameters)
    assert "epoch 5/5" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_printed(capsys):
    classes()
    assert capsys.readouterr() == ("", "")


# Start -------------------------------------------------------------------------------------------


def test_parameters_start_as_given_as_declared_or_by_default():
    net = parse(str(CLASSES).replace("b[h] V[h,k]", "b[h] init ones V[h,k] init he"))
    start = train(net, CLASSED, optimizer=SGD(0), epochs=1, parameters={"W": np.full((2, 5), 7)})
    assert (start.parameters["W"] == 7).all()
    assert (start.parameters["b"] == 1).all()
    assert start.parameters["V"].std() > 0.3


def test_a_size_may_come_from_a_given_parameter():
    net = parse(str(CLASSES).replace("h:5", "h:H"))
    with pytest.raises(ValuesError, match="no value for H"):
        train(net, CLASSED, optimizer=SGD(0.1), epochs=1)
    run = train(net, CLASSED, optimizer=SGD(0.1), epochs=1, parameters={"b": np.zeros(9)})
    assert run.parameters["W"].shape == (2, 9)


# Stopping ----------------------------------------------------------------------------------------


def test_the_equation_that_made_the_first_infinity_is_named_and_what_was_learned_is_kept():
    net = parse("input x\nparameter w\nz = w*x\na = exp(z)\nloss L = a**2")
    with pytest.raises(TrainingError) as error:
        train(net, {"x": 1}, optimizer=SGD(-0.0), epochs=1, parameters={"w": 1e4})
    assert "a = inf, made by a = exp(z)" in str(error.value)
    assert "epoch 1, step 1 of SGD(rate=-0.0)" in str(error.value)
    assert error.value.run.parameters["w"] == 1e4
    assert "stopped" in str(error.value.run)


def test_a_rate_that_is_too_high_ends_with_the_last_finite_parameters():
    with pytest.raises(TrainingError) as error:
        train(LINE, ON_A_LINE, optimizer=SGD(1e3), epochs=1000)
    run = error.value.run
    assert np.isfinite(run.parameters["w"]).all()
    assert 5 < run.steps == len(run.history) < 1000


def test_a_gradient_that_is_not_finite_is_traced_to_its_equation():
    net = parse("input x\nparameter w\ns = sqrt(w*x)\nloss L = s")
    with pytest.raises(TrainingError, match=r"w_bar = inf, made by w_bar = s_bar"):
        train(net, {"x": 1}, optimizer=SGD(0.1), epochs=1, parameters={"w": 0})


def test_an_update_that_overflows_is_traced_to_the_rule():
    with pytest.raises(TrainingError, match=r"theta_next\[0\] = -inf, made by theta_next"):
        train(NEURON, {"x": 2, "y": 0}, optimizer=SGD(1e308), epochs=1, parameters={"w": 50})


def test_ctrl_c_ends_with_a_whole_step_and_keeps_what_was_learned():
    def interrupt(moment):
        if moment.step == 5:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    run = classes(epochs=100, callbacks=EveryStep(interrupt))
    assert signal.getsignal(signal.SIGINT) is before
    assert len(run.history) == 1
    assert run.steps == 5
    assert "Ctrl-C" in run.stopped
    assert "Ctrl-C" in str(run)


def test_a_second_ctrl_c_interrupts_at_once():
    def interrupt(moment):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        classes(callbacks=EveryStep(interrupt))


# Wrong input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"optimizer": Adam}, "write optimizer=sb.Adam"),
        ({"optimizer": "adam"}, "write optimizer=sb.Adam"),
        ({"epochs": 0}, "epochs=0"),
        ({"epochs": 2.5}, "epochs=2.5"),
        ({"seed": -1}, "seed=-1"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"batch": "h"}, "batch='h'"),
        ({"dtype": "float16"}, "float16"),
        ({"parameters": {"W": np.zeros((2, 4))}}, "W[i,h] has 5 along h"),
        ({"parameters": {"W": np.full((2, 5), np.nan)}}, "not finite"),
        ({"parameters": {"X": X}}, "X is an input"),
        ({"parameters": {"Q": 1}}, "'Q' is no tensor"),
        ({"parameters": 7}, "parameters"),
        ({"validation": {"X": X}}, "no value for Y"),
        ({"validation": {"X": X, "Y": LABELS, "W": 1}}, "W is a parameter"),
        ({"metrics": "accuracy"}, "no validation data"),
        ({"validation": 0}, "no data and no share"),
        ({"validation": 1.5}, "no data and no share"),
        ({"validation": True}, "no data and no share"),
        ({"validation": "0.2"}, "no data and no share"),
        ({"validation": 0.001}, "of which 0 would be held back"),
        ({"shuffle": "no"}, "use True or False"),
        ({"schedule": "cosine"}, "use a schedule such as sb.Cosine()"),
        ({"clip": 1.0}, "use sb.ClipNorm(1.0)"),
        ({"patience": 3}, "give validation="),
        ({"checkpoint": "run.pkl"}, "use .npz"),
    ],
)
def test_wrong_options_are_errors_that_say_which(options, told):
    with pytest.raises(SymbackError) as error:
        classes(**options)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"X": X}, "no value for Y"),
        ({"X": X, "Y": LABELS[:-1]}, "size N is 50 in X[n,i], 49 in Y[n,k]"),
        ({"X": X, "Y": LABELS + 1}, "classes 0 … 2"),
        ({"X": np.where(X > 2, np.nan, X), "Y": LABELS}, "not finite"),
        ({"X": X, "Y": LABELS, "b": np.zeros(5)}, "give it in parameters="),
        ({"X": [["a", "b"]], "Y": [0]}, "not numbers"),
        ({"X": X[:0], "Y": LABELS[:0]}, "has no entries"),
        ([X, LABELS], "data"),
    ],
)
def test_wrong_data_is_an_error_that_says_where(data, told):
    with pytest.raises(SymbackError) as error:
        train(CLASSES, data, optimizer=SGD(0.1), epochs=1)
    assert told in str(error.value)


def test_accuracy_that_cannot_be_measured_is_an_error():
    with pytest.raises(TrainingError, match="that are not 0 or 1"):
        train(
            LINE, ON_A_LINE, optimizer=SGD(0.1), epochs=1, validation=ON_A_LINE, metrics="accuracy"
        )


# Run ---------------------------------------------------------------------------------------------


def test_a_run_predicts_from_the_inputs_that_are_needed():
    run = classes()
    assert run.predict({"X": X[:3]}, "P").shape == (3, 3)
    assert run.predict({"X": X[:1]}, CLASSES["A"]).shape == (1, 5)
    with pytest.raises(ValuesError, match="no value for X"):
        run.predict({}, "P")
    with pytest.raises(SymbackError, match="'Q'"):
        run.predict({"X": X}, "Q")


def test_saved_parameters_go_on_where_they_were(tmp_path):
    run = classes()
    again = classes(parameters=load_arrays(run.save(tmp_path / "w.npz")), optimizer=SGD(0))
    assert same_bits(run.parameters, again.parameters)


def test_a_run_prints_what_it_was_and_its_history():
    run = classes(epochs=2)
    title, head, *rows = str(run).splitlines()
    assert title.startswith("classes: 2 epochs, 8 steps with Adam(rate=0.05")
    assert head.split() == ["epoch", "loss"]
    assert len(rows) == 2
    assert repr(run) == f"Run({title})"
    assert run._repr_html_().startswith(
        f"<p>{title}</p><table><tr><th>epoch</th><th>loss</th></tr>"
    )


def test_a_run_in_a_notebook_has_its_table_and_its_chart():
    shown = classes(epochs=3)._repr_html_()
    assert "<th>loss</th>" in shown
    assert "data:image/svg+xml;base64," in shown


@pytest.mark.parametrize(
    ("optimizer", "clip", "named"),
    [
        (Adam(0.1), None, r"v_next\[0\] = inf, made by v_next"),
        (AdaGrad(0.1), None, r"s_next\[0\] = inf, made by s_next"),
        (SGD(0.1), ClipNorm(1.0), "norm = inf, made by norm"),
    ],
)
def test_a_square_that_overflows_does_not_let_training_stand_still_unseen(optimizer, clip, named):
    net = parse("input x\nparameter w\nloss E = x*w")
    with pytest.raises(TrainingError, match=named) as error:
        train(net, {"x": 1e200}, optimizer=optimizer, clip=clip, epochs=3, parameters={"w": 1})
    assert error.value.run.parameters["w"] == 1


def test_an_infinite_gradient_is_named_and_not_clipped_to_a_finite_one():
    net = parse("input x\nparameter w\nloss E = x*sqrt(w)")
    options = {"optimizer": SGD(0.1), "clip": ClipValue(1.0), "parameters": {"w": 0}}
    with pytest.raises(TrainingError, match="w_bar = inf, made by w_bar") as error:
        train(net, {"x": 1}, epochs=3, **options)
    assert error.value.run.steps == 0


def test_a_finite_gradient_whose_square_overflows_is_fine_where_nothing_squares_it():
    net = parse("input x\nparameter w\nloss E = x*w")
    run = train(net, {"x": 1e200}, optimizer=SGD(1e-200), epochs=2, parameters={"w": 1})
    assert run.parameters["w"] == -1


# Memory ------------------------------------------------------------------------------------------


def test_memory_does_not_grow_over_10000_steps():
    held = []

    def look(moment):
        if moment.epoch in (200, 1000):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    run = line(epochs=1000, batch_size=5, optimizer=Adam(0.01), callbacks=look)
    tracemalloc.stop()
    assert run.steps == 10_000
    # A row of the history is a dict of two numbers: 800 of them are less than 300 kB.
    assert held[1] - held[0] < 3e5
