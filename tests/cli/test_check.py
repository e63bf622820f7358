"""``symback check``: lines, files, arrays as claims; status 1 if one is wrong, 2 for bad input."""

import json
from pathlib import Path

import numpy as np
import pytest

import symback as sb
from symback.cli.main import main
from symback.training.storage import save_arrays

SQUARE = ["E = (w*x - y)**2", "--wrt", "w"]
NEURON = ["E = (sigmoid(w*x+b) - y)**2/2", "--wrt", "w,b"]
AT = ["--at", "x=1,w=3,y=1"]
DIGITS = str(Path(__file__).parents[2] / "examples" / "digits.symback")


@pytest.mark.parametrize(
    "claims",
    [
        ["w = 2*(w*x - y)*x"],
        ["dw = 2*(w*x - y)*x"],
        ["dE/dw = 2*(w*x - y)*x"],
        ["∂E/∂w = 2·x·(w*x − y) = 2*w*x**2 - 2*x*y"],
        ["d = w*x - y; dw = 2*d*x"],
        ["d = w*x - y", "gradient = 2*d*x", "--map", "gradient=w"],
        ["w = 4", *AT],
        ["E = 4.0", *AT],
        ["E = 1.44", "--after", "--update", "sgd:0.2", *AT],
    ],
)
def test_what_is_right_is_status_0(claims, capsys):
    assert main(["check", *SQUARE, *claims]) == 0
    shown = capsys.readouterr().out
    assert "right" in shown
    assert "wrong" not in shown


@pytest.mark.parametrize(
    "claims",
    [
        ["w = 2*(w*x - y)"],
        ["dw = -2*(w*x - y)*x"],
        ["w = 5", *AT],
        ["E = 1.45", "--after", "--update", "sgd:0.2", *AT],
    ],
)
def test_what_is_wrong_is_status_1(claims, capsys):
    assert main(["check", *SQUARE, *claims]) == 1
    assert "wrong" in capsys.readouterr().out


def test_hints_say_more_and_more(capsys):
    shown = []
    for strength in range(5):
        claim = "dw = (sigmoid(w*x + b) - y)*x"
        assert main(["check", *NEURON, claim, "--hints", str(strength)]) == 1
        shown.append(capsys.readouterr().out)
    assert [len(text.splitlines()) for text in shown] == sorted(len(t.splitlines()) for t in shown)
    assert "derivative of sigmoid" not in shown[2]
    assert "derivative of sigmoid" in shown[3]
    assert "w_bar" not in shown[3]
    assert "w_bar" in shown[4]


def test_a_file_of_a_backward_pass_is_read_and_named_line_by_line(tmp_path, capsys):
    path = tmp_path / "student.py"
    path.write_text("def backward():\n  dZ2 = P - Y\n  dW2 = A1.T @ dZ2\n  while 1: pass\n")
    assert main(["check", DIGITS, str(path)]) == 2
    assert "student.py, line 4, column 3" in capsys.readouterr().err
    path.write_text("def backward():\n  dZ2 = P - Y\n  dW2 = A1.T @ dZ2\n  return dW2\n")
    assert main(["check", DIGITS, str(path)]) == 1
    shown = capsys.readouterr().out
    assert "student.py, line 2" in shown
    assert "exactly N times" in shown
    assert "given that, this line is right" in shown


def test_arrays_of_gradients_come_from_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    net = sb.read(DIGITS)
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(3, 64)), "Y": np.eye(10)[[1, 5, 2]]}
    values |= {"W1": rng.normal(size=(64, 32)) / 8, "b1": np.zeros(32)}
    values |= {"W2": rng.normal(size=(32, 10)) / 8, "b2": np.zeros(10)}
    gradients = sb.lambdify(sb.derive(net))(values)[1]
    save_arrays("values.npz", values)
    save_arrays("gradients.npz", {f"d{name}": g for name, g in gradients.items()})
    assert main(["check", DIGITS, "gradients.npz", "--at", "values.npz"]) == 0
    assert main(["check", DIGITS, "gradients.npz"]) == 2
    Path("b2.json").write_text(json.dumps({"b2": (2 * gradients["b2"]).tolist()}))
    capsys.readouterr()
    assert main(["check", DIGITS, "b2.json", "--at", "values.npz"]) == 1
    assert "exactly 2 times" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [*SQUARE, "w = 2*(w*x -"],
        [*SQUARE, "w = Q"],
        [*SQUARE, "w"],
        [*SQUARE, "none.py"],
        [*SQUARE, "none.npz"],
        [*SQUARE, "none.py", "w = 1"],
        [*SQUARE, "q = 1"],
        [*SQUARE, ";"],
        [*SQUARE, "= 1"],
        [*SQUARE, "w = x", "--map", "dz"],
        [*SQUARE, "w = x", "--map", "dz=Q"],
        [*SQUARE, "E = 1", "--after"],
        [*SQUARE, "E = 1", "--after", "--update", "sgd:0.2"],
        [*SQUARE, "w = 4", "--at", "x=1"],
        ["none.symback", "w = 1"],
    ],
)
def test_bad_input_is_status_2_in_three_parts(arguments, capsys):
    assert main(["check", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert "found:" in error
    assert "Traceback" not in error
