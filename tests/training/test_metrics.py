"""Metrics: which tensor predicts which target, their formulas, and where they have no value."""

import numpy as np
import pytest

from symback.errors import SymbackError, TrainingError
from symback.network.text_reader import parse
from symback.training.loop import train
from symback.training.metrics import Metric, accuracy, mae, pair_of, pairs_of, r2, rmse
from symback.training.optimisers import SGD, Adam
from tests.training.networks import (
    ANSWERED,
    CLASSED,
    CLASSES,
    LABELS,
    LINE,
    ON_A_LINE,
    YES_NO,
    X,
    classes,
    line,
)  # fmt: skip

# Which tensor predicts which target --------------------------------------------------------------

SMOOTHED = parse(
    "index n:N i:2 k:3\ninput X[n,i] Y[n,k] one_hot\nparameter W[i,k]\n"
    "S[n,k] = 9*Y[n,k]/10 + 1/30\nP[n,k] = softmax(sum(X[n,i]*W[i,k], i), k)\n"
    "loss L = -sum(S[n,k]*log(P[n,k]), n, k)/N"
)
RESIDUAL = parse(
    "index n:N i:2\ninput X[n,i] y[n]\nparameter w[i]\np[n] = sum(X[n,i]*w[i], i)\n"
    "r[n] = y[n] - p[n]\ns[n] = r[n]**2\nloss L = mean(s[n], n)"
)
WEIGHTED = parse(
    "index n:N i:2\ninput X[n,i] y[n] c[n]\nparameter w[i]\np[n] = sum(X[n,i]*w[i], i)\n"
    "loss L = mean(c[n]*(y[n] - p[n])**2, n)"
)
CODER = parse(
    "index n:N i:2 h:1\ninput X[n,i]\nparameter U[i,h] V[h,i]\nH[n,h] = sum(X[n,i]*U[i,h], i)\n"
    "R[n,i] = sum(H[n,h]*V[h,i], h)\nloss L = mean((X[n,i] - R[n,i])**2, n, i)"
)
NEURON = parse("input x y\nparameter w\np = w*x\nloss L = (p - y)**2")


@pytest.mark.parametrize(
    ("network", "pairs"),
    [
        (CLASSES, [("Y", "P")]),
        (LINE, [("y", "p")]),
        (YES_NO, [("y", "p")]),
        (SMOOTHED, [("Y", "P")]),
        (RESIDUAL, [("y", "p")]),
        (NEURON, [("y", "p")]),
        (WEIGHTED, [("y", "p"), ("c", "p")]),
        (CODER, []),
    ],
)
def test_the_last_tensor_with_the_letters_of_a_target_that_does_not_need_it_predicts_it(
    network, pairs
):
    assert pairs_of(network, "L") == pairs


def test_what_the_network_leaves_open_is_an_error_until_it_is_said():
    with pytest.raises(TrainingError, match="p for y, p for c"):
        pair_of(WEIGHTED, "L", Metric("mae"))
    assert pair_of(WEIGHTED, "L", Metric("mae", target="y")) == ("y", "p")
    with pytest.raises(TrainingError, match="no tensor that has the letters of an input"):
        pair_of(CODER, "L", Metric("r2"))
    assert pair_of(CODER, "L", Metric("r2", "X", "R")) == ("X", "R")


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        (Metric("mae", "y", "w"), "w[i], which the loss does not depend on|letters differ"),
        (Metric("mae", "X", "p"), "whose letters differ"),
        (Metric("mae", "y", "Q"), "'Q'"),
        (Metric("mae", "Q"), "no tensor that has the letters"),
    ],
)
def test_a_pair_that_does_not_fit_is_an_error(metric, told):
    with pytest.raises(SymbackError) as error:
        pair_of(LINE, "L", metric)
    assert any(part in str(error.value) for part in told.split("|"))


# Formulas ----------------------------------------------------------------------------------------


def test_the_formulas_give_the_numbers_by_hand():
    y, p = np.array([1.0, 2, 3, 6]), np.array([1.0, 3, 3, 4])
    assert mae(y, p) == 0.75
    assert rmse(y, p) == pytest.approx(np.sqrt(5 / 4))
    assert r2(y, p) == pytest.approx(1 - 5 / 14)
    assert accuracy(np.array([0, 1, 2]), np.array([0, 2, 2])) == 2 / 3


def test_r2_is_1_for_right_predictions_and_0_for_the_mean():
    y = np.array([1.0, 2, 3])
    assert r2(y, y) == 1
    assert r2(y, np.full(3, 2.0)) == 0


def test_a_probability_is_the_answer_1_from_one_half_on():
    run = train(YES_NO, ANSWERED, optimizer=Adam(0.1), epochs=60, validation=ANSWERED,
                metrics="accuracy")  # fmt: skip
    answers = run.predict({"X": X}, "p") >= 0.5
    assert run.history[-1]["accuracy"] == (answers == ANSWERED["y"]).mean() > 0.9


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        (Metric("accuracy", prediction="z"), "no probabilities"),
        ("recall", "use 'accuracy', 'r2', 'mae', 'rmse'"),
        (["mae", "mae"], "a name that is taken"),
        ({"loss": "mae"}, "a name that is taken"),
        (7, "a int"),
        (lambda values: values["nothing"], "it raised KeyError"),
        (lambda values: "much", "it returned 'much'"),
        (lambda values: values["p"], "let it return one number"),
    ],
)
def test_a_metric_that_cannot_be_measured_is_an_error(metrics, told):
    with pytest.raises(TrainingError) as error:
        train(YES_NO, ANSWERED, optimizer=SGD(3.0), epochs=9, validation=ANSWERED, metrics=metrics)
    assert told in str(error.value)


def test_targets_on_a_scale_have_no_accuracy_and_equal_ones_no_r2():
    with pytest.raises(TrainingError, match="targets that are not 0 or 1"):
        line(validation=ON_A_LINE, metrics="accuracy")
    with pytest.raises(TrainingError, match="all targets are 3"):
        line(validation={"X": X, "y": np.full(50, 3.0)}, metrics="r2")


# In the history ----------------------------------------------------------------------------------


def test_metrics_are_columns_in_the_order_in_which_they_were_named():
    def largest(values):
        return abs(values["p"] - values["y"]).max()

    run = line(validation=ON_A_LINE, metrics=["r2", "mae", largest], epochs=50, batch_size=10)
    assert run.history.columns == ("epoch", "loss", "validation_loss", "r2", "mae", "largest")
    assert run.history[-1]["r2"] > 0.999
    assert run.history[-1]["mae"] <= run.history[-1]["largest"]


def test_a_function_reads_all_tensors_and_cannot_change_them():
    seen = {}

    def look(values):
        seen.update(values)
        for array in values.values():
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0
        return 0

    line(validation=ON_A_LINE, metrics={"nothing": look}, epochs=1)
    assert set(seen) == {"X", "y", "w", "b", "p", "L"}


def test_a_run_measures_other_data():
    run = classes(epochs=20)
    found = run.measure(CLASSED)
    assert list(found) == ["loss", "accuracy"]
    assert found["accuracy"] == (run.predict({"X": X}, "P").argmax(1) == LABELS).mean()
    assert list(line().measure(ON_A_LINE, ["mae", "r2"])) == ["loss", "mae", "r2"]
    assert line().measure(ON_A_LINE).keys() == {"loss"}


# Confusion ---------------------------------------------------------------------------------------


def test_the_confusion_matrix_counts_true_classes_by_answers():
    run = classes(epochs=20)
    table = run.confusion(CLASSED, names=["none", "one", "both"])
    answers = run.predict({"X": X}, "P").argmax(1)
    for true in range(3):
        for answer in range(3):
            assert table.counts[true, answer] == ((true == LABELS) & (answer == answers)).sum()
    assert table.accuracy == (answers == LABELS).mean()
    assert table.recall[1] == (answers[LABELS == 1] == 1).mean()
    assert table.precision[1] == (LABELS[answers == 1] == 1).mean()
    title, head, *rows = str(table).splitlines()
    assert title.startswith("P for Y: ")
    assert head.split() == ["none", "one", "both", "recall"]
    assert [row.split()[0] for row in rows] == ["none", "one", "both", "precision"]


def test_names_in_a_confusion_matrix_are_words_and_not_markup():
    table = classes(epochs=1).confusion(CLASSED, names=["<b>", "a", "b"])
    assert "&lt;b&gt;" in table._repr_html_()
    with pytest.raises(SymbackError, match="3 classes"):
        classes(epochs=1).confusion(CLASSED, names=["a"])


def test_two_classes_have_a_confusion_matrix_too():
    run = train(YES_NO, ANSWERED, optimizer=Adam(0.1), epochs=60)
    table = run.confusion(ANSWERED)
    assert table.counts.shape == (2, 2)
    assert table.counts.sum() == 50
    with pytest.raises(TrainingError, match="targets that are not 0 or 1"):
        line().confusion(ON_A_LINE)


@pytest.mark.parametrize("of", ["softmax(Z[t,n,k], k)", "Z[t,n,k]"])
def test_integers_that_pick_a_class_have_an_accuracy_and_a_confusion(of):
    net = parse(f"""
    index n:N t:T i:2 k:3
    input X[n,t,i] y[n,t] integer
    parameter W[i,k] init ones
    Z[t,n,k] = sum(X[n,t,i]*W[i,k], i)
    P[t,n,k] = {of}
    loss L = -mean(P[t,n,y[n,t]] - logsumexp(P[t,n,k], k), n, t)
    """)
    draw = np.random.default_rng(0)
    data = {"X": draw.normal(size=(5, 4, 2)), "y": draw.integers(0, 3, (5, 4))}
    run = train(net, data, optimizer=SGD(0.5), epochs=3)
    right = (run.predict(data, "P").argmax(-1) == data["y"].T).mean()
    assert run.measure(data, "accuracy")["accuracy"] == pytest.approx(right)
    assert run.confusion(data).counts.trace() == right * 20
    asked = Metric("accuracy", target="y", prediction="Z")
    assert run.measure(data, asked)["accuracy"] == pytest.approx(right)
