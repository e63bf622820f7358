"""``symback train``: data files in, what was learned out, whatever happens on the way."""

import json

import numpy as np
import pytest

from symback.cli.main import main
from symback.training.storage import load_arrays, save_arrays
from tests.cli.networks import FLOWERS, HOUSE, IRIS, ROWS


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A folder to work in, with networks and their data."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "house.symback": HOUSE, "house.csv": ROWS, "iris.symback": IRIS, "iris.csv": FLOWERS,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    return tmp_path


def train(*more):
    columns = ["--columns", "X=sqft,rooms", "Y=price"]
    return ["train", "house.symback", "--data", "house.csv", *columns, "--epochs", "5", *more]


def flowers(*more):
    columns = ["--columns", "X=..", "--one-hot", "Y=species", "--epochs", "30"]
    return ["train", "iris.symback", "--data", "iris.csv", *columns, *more]


def failed(arguments, capsys):
    """Run a command that must fail as bad input, and return what it says."""
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert "Traceback" not in shown.err
    return shown.err


def test_train_learns_from_a_table_and_saves_what_it_learned(there, capsys):
    options = ("--epochs", "400", "--optimizer", "adam:0.3", "--batch", "4", "--save", "w.npz")
    assert main(train(*options)) == 0
    shown = capsys.readouterr()
    assert shown.err == "wrote w.npz\n"
    assert "400 epochs, 1,200 steps with Adam(rate=0.3" in shown.out
    learned = load_arrays("w.npz")
    np.testing.assert_allclose(learned["w"], [10, 2], rtol=0.02)


def test_train_from_arrays_and_from_given_parameters(there, capsys):
    X = np.array([[1.0, 2], [3, 1], [2, 2]])
    save_arrays("house.npz", {"X": X, "Y": X @ [10, 2] + 5})
    save_arrays("start.npz", {"w": np.array([10.0, 2]), "b": np.array(5.0)})
    sources = ["train", "house.symback", "--data", "house.npz", "--epochs", "1"]
    assert main([*sources, "--at", "start.npz", "--save", "w.npz"]) == 0
    np.testing.assert_allclose(load_arrays("w.npz")["w"], [10, 2], rtol=1e-12)


def test_one_seed_gives_the_same_file(there):
    for name in ("a.npz", "b.npz"):
        assert main(train("--batch", "5", "--seed", "3", "--save", name)) == 0
    assert (there / "a.npz").read_bytes() == (there / "b.npz").read_bytes()


def test_training_that_fails_is_status_1_and_loses_nothing(there, capsys):
    assert main(train("--epochs", "3000", "--optimizer", "sgd:5", "--save", "w.npz")) == 1
    shown = capsys.readouterr()
    assert "made by" in shown.err
    assert "--scale" in shown.err
    assert "wrote w.npz" in shown.err
    assert np.isfinite(load_arrays("w.npz")["w"]).all()


# Units -------------------------------------------------------------------------------------------


def test_scales_are_measured_on_what_is_not_held_back_and_saved_beside_the_parameters(there):
    scale = ("--scale", "X=standard", "Y=minmax", "--val", "0.25", "--save", "w.npz")
    assert main(train(*scale)) == 0
    kept = load_arrays("w.npz")
    assert sorted(kept) == [
        "X.columns", "X.divisor", "X.shift", "Y.columns", "Y.divisor", "Y.shift", "b", "w",
    ]  # fmt: skip
    assert kept["X.columns"].tolist() == ["sqft", "rooms"]
    rows = np.array([line.split(",") for line in ROWS.splitlines()[1:]], float)
    assert kept["X.shift"].shape == (2,)
    assert not np.allclose(kept["X.shift"], rows[:, :2].mean(axis=0))
    assert kept["Y.divisor"] <= np.ptp(rows[:, 2])


def test_what_is_learned_with_scales_is_what_is_learned_from_scaled_data(there):
    rows = np.array([line.split(",") for line in ROWS.splitlines()[1:]], float)
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    save_arrays("scaled.npz", {"X": scaled[:, :2], "Y": scaled[:, 2]})
    assert main(train("--scale", "X=standard", "Y=standard", "--save", "a.npz")) == 0
    plain = ["train", "house.symback", "--data", "scaled.npz", "--epochs", "5"]
    assert main([*plain, "--save", "b.npz"]) == 0
    a, b = load_arrays("a.npz"), load_arrays("b.npz")
    np.testing.assert_allclose(a["w"], b["w"], rtol=1e-12)


def test_a_column_that_never_changes_is_moved_and_not_divided(there):
    rows = "sqft,rooms,price\n1,3,10\n2,3,20\n"
    (there / "house.csv").write_text(rows)
    assert main(train("--scale", "X=standard", "--save", "w.npz")) == 0
    assert load_arrays("w.npz")["X.divisor"].tolist() == [0.5, 1]


def test_classes_as_text_are_learned_and_saved(there, capsys):
    assert main(flowers("--scale", "X=8", "--optimizer", "adam:0.2", "--save", "w.npz")) == 0
    kept = load_arrays("w.npz")
    assert kept["Y.classes"].tolist() == ["setosa", "versicolor", "virginica"]
    assert kept["X.columns"].tolist() == ["length", "width"]
    assert kept["X.divisor"].tolist() == [8, 8]


def test_two_classes_become_0_and_1_where_nothing_is_one_hot(there):
    (there / "d.csv").write_text("x,kind\n1,benign\n3,malignant\n2,benign\n")
    (there / "n.symback").write_text(
        "index n:N\ninput x[n] y[n]\nparameter w\np[n] = sigmoid(w*x[n])\n"
        "loss L = mean((p[n] - y[n])**2, n)\n"
    )
    command = ["train", "n.symback", "--data", "d.csv", "--one-hot", "y=kind", "--epochs", "1"]
    assert main([*command, "--save", "w.npz"]) == 0
    assert load_arrays("w.npz")["y.classes"].tolist() == ["benign", "malignant"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--scale", "X"], "--scale X=standard"),
        (["--scale", "X=cubic"], "mean 0, deviation 1"),
        (["--scale", "X=0"], "a division by 0"),
        (["--scale", "w=standard"], "no data for w"),
        (["--scale", "X=standard", "X=minmax"], "is there twice"),
        (["--columns", "X=sqft,rooms", "Q=price"], "no tensor of the network"),
        (["--columns", "X=sqft,rooms", "w=price"], "a parameter"),
        (["--columns", "X=sqft", "Y=price"], "1 column: sqft"),
        (["--columns", "X=sqft,rooms"], "the column Y of house.csv"),
        (["--columns", "X=sqft,rooms", "Y=prize"], "did you mean price?"),
        (["--columns", "X=sqft,rooms", "Y=price", "--one-hot", "Y"], "two classes become 0 and 1"),
        (["--val", "1.5"], "share"),
        (["--val", "none.csv"], "No such file"),
        (["--val", "0.01"], "12 samples, of which 0 would be held back"),
        (["--patience", "3"], "--val 0.2"),
        (["--metrics", "r2"], "--val 0.2"),
        (["--metrics", "beauty", "--val", "0.5"], "no such metric"),
        (["--metrics", "accuracy", "--val", "0.5", "--at", "Q=1"], "'Q' is no tensor"),
        (["--resume"], "--checkpoint run.npz"),
    ],
)
def test_wrong_options_of_data_say_what_helps(options, told, there, capsys):
    assert told in failed(train(*options), capsys)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("length,width,species\n1,2,a\n1,2,b\n", "2 in iris.csv: a, b"),
        ("length,width,species\n1,2,a\n1,,b\n", "iris.csv, line 3, column width"),
        ("length,width,species\n1,2,a\n1,long,b\n", "iris.csv, line 3, column width"),
        ("length,width,species\n1,2,a\n1,2\n", "2 cells, line 1 has 3"),
        ("length,width,width,species\n1,2,3,a\n", "2 columns of this name"),
        ("1,2,a\n3,4,b\n", "--no-header"),
    ],
)
def test_wrong_tables_are_named_with_line_and_column(text, told, there, capsys):
    (there / "iris.csv").write_text(text)
    assert told in failed(flowers(), capsys)


def test_data_that_is_held_back_in_a_file_has_no_other_classes(there, capsys):
    (there / "more.csv").write_text("length,width,species\n1,2,setosa\n1,2,rose\n")
    said = failed(flowers("--val", "more.csv"), capsys)
    assert "more.csv, line 3, column species" in said
    assert "its classes: setosa, versicolor, virginica" in said


# What is kept ------------------------------------------------------------------------------------


def test_with_patience_the_parameters_of_the_best_epoch_are_saved(there, capsys):
    options = ("--epochs", "400", "--optimizer", "adam:0.5", "--val", "0.3", "--patience", "4")
    assert main(train(*options, "--save", "w.npz", "--history", "h.json")) == 0
    said = capsys.readouterr()
    assert "stopped early" in said.out
    columns = json.loads((there / "h.json").read_text())["columns"]
    best = int(np.argmin(columns["validation_loss"])) + 1
    assert f"the best epoch was {best}" in said.err
    again = train(*options[2:-2], "--epochs", str(best), "--save", "v.npz")
    assert main(again) == 0
    assert load_arrays("w.npz")["w"].tolist() == load_arrays("v.npz")["w"].tolist()


def test_what_was_learned_is_kept_elsewhere_when_its_file_cannot_be_written(
    there, capsys, monkeypatch
):
    (there / "other").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(there / "other"))
    (there / "w.npz").mkdir()
    assert main(train("--save", "w.npz")) == 2
    said = capsys.readouterr().err
    assert "  found: Is a directory" in said
    (kept,) = (there / "other").glob("*/w.npz")
    assert f"kept what was learned in {kept}" in said
    assert load_arrays(kept)["w"].shape == (2,)


def test_a_network_without_a_loss_is_not_trained(there, capsys):
    (there / "house.symback").write_text(HOUSE.replace("loss L", "L"))
    assert "add a line such as: loss L" in failed(train(), capsys)


def test_the_history_is_written_as_numbers_and_as_a_chart(there, capsys):
    files = ("--history", "h.json", "--history", "h.svg")
    assert main(train(*files)) == 0
    assert len(json.loads((there / "h.json").read_text())["columns"]["loss"]) == 5
    assert (there / "h.svg").read_text().startswith("<svg")
    assert capsys.readouterr().err == "wrote h.json\nwrote h.svg\n"


def test_a_checkpoint_is_resumed_when_asked_and_never_replaced_unasked(there, capsys):
    kept = ("--checkpoint", "c.npz", "--batch", "5")
    assert main(train(*kept, "--epochs", "2")) == 0
    capsys.readouterr()
    assert "--resume goes on from it" in failed(train(*kept), capsys)
    assert main(train(*kept, "--epochs", "6", "--resume", "--save", "a.npz")) == 0
    assert main(train("--batch", "5", "--epochs", "6", "--save", "b.npz")) == 0
    assert (there / "a.npz").read_bytes() == (there / "b.npz").read_bytes()
    assert main(train("--checkpoint", "new.npz", "--resume")) == 0
    assert "begins anew" in capsys.readouterr().err


def test_schedules_clipping_and_settings_reach_the_training(there, capsys):
    options = ("--schedule", "warmup:2+cosine", "--clip", "norm:1", "--optimizer")
    assert main(train(*options, "momentum:0.1,mu=0.5", "--save", "a.npz")) == 0
    assert "Momentum(rate=0.1, mu=0.5)" in capsys.readouterr().out
    assert main(train("--optimizer", "momentum:0.1,mu=0.5", "--save", "b.npz")) == 0
    assert load_arrays("a.npz")["w"].tolist() != load_arrays("b.npz")["w"].tolist()


def test_missing_cells_are_left_out_when_asked_and_counted(there, capsys):
    (there / "house.csv").write_text(ROWS + "NA,2,20\n2,,20\n")
    assert main(train("--drop-missing")) == 0
    assert capsys.readouterr().err == "left out 2 lines of house.csv with a missing cell\n"


def test_data_of_large_numbers_are_told_that_a_scale_helps(there, capsys):
    rows = ("sqft,rooms,price\n", "850,2,1.2\n", "1200,3,1.5\n", "2500,5,3.3\n")
    (there / "large.csv").write_text("".join(rows), encoding="utf-8")
    large = ["--data", "large.csv"]
    assert main(train(*large)) == 0
    told = capsys.readouterr().err
    assert "X holds numbers beyond 100" in told
    assert "--scale X=standard" in told
    assert main(train(*large, "--scale", "X=standard")) == 0
    assert "beyond 100" not in capsys.readouterr().err
