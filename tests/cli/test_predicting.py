"""``symback predict``: new data in, predictions in the units of the data out."""

import csv
import io
import sys

import numpy as np
import pytest

import symback as sb
from symback.cli.main import main
from symback.training.storage import load_arrays, save_arrays
from tests.cli.networks import BINARY, FLOWERS, HOUSE, IRIS, ROWS


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with networks, data and what was learned from it."""
    folder = tmp_path_factory.mktemp("trained")
    for name, text in {
        "house.symback": HOUSE, "house.csv": ROWS, "iris.symback": IRIS, "iris.csv": FLOWERS,
        "binary.symback": BINARY,
    }.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        house = ["train", "house.symback", "--data", "house.csv", "--columns", "X=sqft,rooms"]
        house += ["Y=price", "--scale", "X=standard", "Y=minmax", "--epochs", "400"]
        assert main([*house, "--optimizer", "adam:0.1", "--save", "house.npz"]) == 0
        iris = ["train", "iris.symback", "--data", "iris.csv", "--columns", "X=..", "--one-hot"]
        iris += ["Y=species", "--scale", "X=standard", "--epochs", "100"]
        assert main([*iris, "--optimizer", "adam:0.2", "--save", "iris.npz"]) == 0
        binary = ["train", "binary.symback", "--data", "iris.csv", "--columns", "x=length"]
        (folder / "two.csv").write_text("length;species\n-1;rose\n1;tulip\n-2;rose\n2;tulip\n")
        binary[3], more = "two.csv", ["--one-hot", "y=species", "--epochs", "100"]
        assert main([*binary, *more, "--optimizer", "adam:0.5", "--save", "binary.npz"]) == 0
    return folder


@pytest.fixture
def there(trained, monkeypatch, capsys):
    monkeypatch.chdir(trained)
    return trained


def predict(name, *more, data=None):
    files = ["--parameters", f"{name}.npz", "--data", data or f"{name}.csv"]
    return ["predict", f"{name}.symback", *files, *more]


def table(text):
    return list(csv.reader(io.StringIO(text)))


def test_predictions_are_printed_in_the_unit_and_under_the_name_of_their_target(there, capsys):
    assert main(predict("house")) == 0
    shown = capsys.readouterr()
    head, *rows = table(shown.out)
    assert head == ["price"]
    prices = [float(line.split(",")[2]) for line in ROWS.splitlines()[1:]]
    np.testing.assert_allclose([float(row[0]) for row in rows], prices, rtol=0.02)
    assert shown.err == ""


def test_predictions_are_those_of_the_scaled_network_scaled_back(there, capsys):
    assert main(predict("house", "--to", "p.npz")) == 0
    kept = load_arrays("house.npz")
    rows = np.array([line.split(",") for line in ROWS.splitlines()[1:]], float)
    forward = sb.lambdify(sb.read("house.symback"), outputs=["P"])
    x = (rows[:, :2] - kept["X.shift"]) / kept["X.divisor"]
    plain = forward({"X": x, "w": kept["w"], "b": kept["b"]})["P"]
    expected = plain * kept["Y.divisor"] + kept["Y.shift"]
    np.testing.assert_allclose(load_arrays("p.npz")["P"], expected, rtol=1e-13)


def test_classes_are_told_by_name_with_the_probability_of_each(there, capsys):
    assert main(predict("iris", "--to", "p.csv", "--to", "p.npz")) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "wrote p.csv\nwrote p.npz\n")
    head, *rows = table((there / "p.csv").read_text())
    assert head == ["species", "P(setosa)", "P(versicolor)", "P(virginica)"]
    truth = [line.split(";")[-1] for line in FLOWERS.split()[1:]]
    assert [row[0] for row in rows] == truth
    assert float(rows[0][1]) > 0.5
    kept = load_arrays("p.npz")
    assert kept["Y"].tolist() == truth
    assert kept["P"].shape == (12, 3)


def test_two_classes_of_one_number_are_told_from_a_half_on(there, capsys):
    assert main(predict("binary", data="two.csv")) == 0
    head, *rows = table(capsys.readouterr().out)
    assert head == ["species", "p(tulip)"]
    assert [row[0] for row in rows] == ["rose", "tulip", "rose", "tulip"]


def test_new_data_may_have_its_columns_elsewhere_and_come_through_a_pipe(
    there, capsys, monkeypatch
):
    text = "note,rooms,sqft\nold,2,1\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(predict("house", data="-")) == 0
    (there / "new.csv").write_text("a,b\n2,1\n")
    assert main(predict("house", "--columns", "X=b,a", data="new.csv")) == 0
    first, second = capsys.readouterr().out.split("price\n")[1:]
    assert first == second
    assert float(first) == pytest.approx(19, rel=0.02)


def test_any_tensor_can_be_asked_for(there, capsys):
    assert main(predict("iris", "--output", "Z,P")) == 0
    head, *rows = table(capsys.readouterr().out)
    assert head[:3] == ["Z[0]", "Z[1]", "Z[2]"]
    z = np.array([[float(cell) for cell in row[:3]] for row in rows])
    p = np.array([[float(cell) for cell in row[4:]] for row in rows])
    np.testing.assert_allclose(p, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), rtol=1e-12)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (predict("house", "--output", "Q"), "its tensors: X, Y, w, b, P, L"),
        (predict("house", data="iris.csv"), "the columns sqft, rooms of iris.csv"),
        (predict("house", data="none.csv"), "No such file"),
        (["predict", "house.symback", "--parameters", "iris.npz", "--data", "house.csv"], "w"),
        (predict("iris", "--output", "P,L"), "columns of 1, 12 lines"),
        (predict("house", "--to", "house.npz"), "this command reads that file"),
        (["predict", "house.symback", "--parameters", "no.npz", "--data", "x"], "No such file"),
    ],
)
def test_what_cannot_be_predicted_is_said(command, told, there, capsys):
    assert main(command) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
    assert "Traceback" not in shown.err


def test_the_loss_on_data_with_answers_is_an_output_like_others(there, capsys):
    assert main(predict("iris", "--output", "L")) == 0
    head, loss = capsys.readouterr().out.splitlines()
    assert head == "L"
    assert 0 < float(loss) < 0.1


def test_a_missing_cell_of_new_data_is_named(there, capsys):
    (there / "gap.csv").write_text("sqft,rooms\n1,2\n,3\n")
    assert main(predict("house", data="gap.csv")) == 2
    assert "gap.csv, line 3, column sqft" in capsys.readouterr().err
    assert main(predict("house", "--drop-missing", data="gap.csv")) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 2
    assert "left out 1 line of gap.csv" in shown.err


def test_parameters_of_other_shapes_are_an_error_that_names_both(there, capsys):
    save_arrays(there / "wrong.npz", {"w": np.zeros(5), "b": np.zeros(())})
    files = ["--parameters", "wrong.npz", "--data", "house.csv"]
    assert main(["predict", "house.symback", *files, "--columns", "X=sqft,rooms"]) == 2
    assert "w[i]" in capsys.readouterr().err
