"""``symback diagnose`` and ``cost``: at data from files, in the units of saved parameters."""

import numpy as np
import pytest

import symback as sb
from symback.cli.main import main
from symback.training.storage import load_arrays
from tests.cli.networks import FLOWERS, IRIS

DATA = ["--data", "iris.csv"]
COLUMNS = ["--columns", "X=..", "--one-hot", "Y=species", "--scale", "X=standard"]


@pytest.fixture
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iris.symback").write_text(IRIS, encoding="utf-8")
    (tmp_path / "iris.csv").write_text(FLOWERS, encoding="utf-8", newline="")
    return tmp_path


def numbers():
    """Return the data of the table as arrays, scaled."""
    cells = [line.split(";") for line in FLOWERS.split()[1:]]
    X = np.array([row[:2] for row in cells], float)
    classes = ["setosa", "versicolor", "virginica"]
    Y = np.eye(3)[[classes.index(row[2]) for row in cells]]
    return {"X": (X - X.mean(axis=0)) / X.std(axis=0), "Y": Y}


def test_gradients_are_diagnosed_where_training_would_start(there, capsys):
    assert main(["diagnose", "iris.symback", *DATA, *COLUMNS, "--seed", "4"]) == 0
    net = sb.read("iris.symback")
    run = sb.train(net, numbers(), optimizer=sb.SGD(0.0), epochs=1, seed=4)
    assert capsys.readouterr().out == f"{sb.diagnose(net, numbers() | run.parameters)}\n"


def test_saved_parameters_are_diagnosed_in_the_units_they_were_learned_in(there, capsys):
    learn = ["train", "iris.symback", *DATA, *COLUMNS, "--epochs", "5", "--save", "w.npz"]
    assert main(learn) == 0
    capsys.readouterr()
    assert main(["diagnose", "iris.symback", *DATA, "--at", "w.npz", "--update", "sgd:0.1"]) == 0
    kept = load_arrays("w.npz")
    values = numbers() | {"W": kept["W"], "b": kept["b"]}
    expected = sb.diagnose(sb.read("iris.symback"), values, update=sb.SGD(0.1))
    assert capsys.readouterr().out == f"{expected}\n"


def test_training_goes_on_from_saved_parameters_in_their_units(there, capsys):
    learn = ["train", "iris.symback", *DATA, "--epochs", "5", "--optimizer", "sgd:0.1"]
    assert main([*learn, *COLUMNS, "--save", "a.npz"]) == 0
    assert main([*learn, "--at", "a.npz", "--save", "b.npz"]) == 0
    learn[learn.index("5")] = "10"
    assert main([*learn, *COLUMNS, "--save", "c.npz"]) == 0
    assert (there / "b.npz").read_bytes() == (there / "c.npz").read_bytes()


def test_without_data_it_says_what_is_missing(there, capsys):
    assert main(["diagnose", "iris.symback"]) == 2
    assert "no value for X, Y" in capsys.readouterr().err
    assert main(["diagnose", "E = (w*x - 1)**2", "--wrt", "w", "--at", "x=2,w=3"]) == 0


def test_costs_are_printed_for_open_and_for_given_sizes(there, capsys):
    net = sb.read("iris.symback")
    assert main(["cost", "iris.symback"]) == 0
    assert capsys.readouterr().out == f"{sb.cost(net)}\n"
    assert main(["cost", "iris.symback", "--sizes", "N=7", "--to", "c.txt"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "wrote c.txt\n")
    assert (there / "c.txt").read_text(encoding="utf-8").strip() == sb.cost(
        net, sizes={"N": 7}
    ).text().strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["cost", "iris.symback", "--sizes", "N=0"],
        ["cost", "iris.symback", "--sizes", "N=many"],
        ["cost", "iris.symback", "--sizes", "Q=3"],
        ["cost", "iris.symback", "--to", "c.docx"],
        ["diagnose", "iris.symback", *DATA, "--columns", "X=a"],
        ["diagnose", "iris.symback", *DATA, *COLUMNS, "--at", "none.npz"],
        ["diagnose", "iris.symback", *DATA, *COLUMNS, "--at", "Q=1"],
    ],
)
def test_wrong_input_is_said_in_three_parts(arguments, there, capsys):
    assert main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert "  found: " in shown
