"""``symback export``: a module that needs only NumPy, run by a Python that knows no symback."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

import symback as sb
from symback.cli.main import main
from symback.training.storage import save_arrays
from tests.cli.networks import FLOWERS, HOUSE, IRIS, ROWS

RNG = np.random.default_rng(3)
WEIGHTS = {"w": RNG.normal(size=2), "b": np.array(0.5)}
DATA = {"X": RNG.normal(size=(4, 2)), "Y": RNG.normal(size=4)}


@pytest.fixture
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "house.symback": HOUSE, "house.csv": ROWS, "iris.symback": IRIS, "iris.csv": FLOWERS,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    save_arrays("w.npz", WEIGHTS)
    save_arrays("d.npz", DATA)
    return tmp_path


def run(folder, code):
    """Run code in this folder with a Python that finds NumPy and nothing of symback."""
    hidden = "import sys; sys.path.insert(0, '.'); sys.modules['symback'] = None\n"
    done = subprocess.run(
        [sys.executable, "-I", "-c", hidden + textwrap.dedent(code)],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gradients_are_exported_as_a_module_for_numpy_alone(there):
    assert main(["export", "house.symback", "--to", "grad.py"]) == 0
    code = """
        import numpy, grad
        given = dict(numpy.load("d.npz")) | dict(numpy.load("w.npz"))
        loss, gradients = grad.value_and_gradients(**given)
        numpy.savez("out.npz", loss=loss, **gradients)
    """
    run(there, code)
    loss, gradients = sb.lambdify(sb.derive(sb.read("house.symback")))(DATA | WEIGHTS)
    found = np.load(there / "out.npz")
    assert found["loss"] == loss
    for name, gradient in gradients.items():
        np.testing.assert_array_equal(found[name], gradient)


def test_a_module_with_its_parameters_needs_only_data(there):
    command = ["export", "house.symback", "--forward", "--parameters", "w.npz", "--to", "p.py"]
    assert main(command) == 0
    shown = run(there, "import p; print(p.predict([[1, 2], [3, 4]])['P'].tolist())")
    forward = sb.lambdify(sb.read("house.symback"), outputs=["P"])
    expected = forward(WEIGHTS | {"X": np.array([[1.0, 2], [3, 4]])})["P"]
    assert shown == f"{expected.tolist()}\n"


def test_gradients_at_saved_parameters_need_only_data(there):
    assert main(["export", "house.symback", "--parameters", "w.npz", "--to", "g.py"]) == 0
    shown = run(there, "import g; print(g.learned([[1, 2]], [3])[1]['w'].tolist())")
    gradients = sb.lambdify(sb.derive(sb.read("house.symback")))(
        WEIGHTS | {"X": [[1, 2]], "Y": [3]}
    )[1]
    assert shown == f"{gradients['w'].tolist()}\n"


def test_a_module_scales_as_training_did_and_knows_the_classes(there, capsys):
    learn = ["train", "iris.symback", "--data", "iris.csv", "--columns", "X=..", "--one-hot"]
    learn += ["Y=species", "--scale", "X=standard", "--epochs", "30", "--save", "iris.npz"]
    assert main(learn) == 0
    files = ["--parameters", "iris.npz"]
    assert main(["export", "iris.symback", "--forward", *files, "--to", "iris_net.py"]) == 0
    assert main(["predict", "iris.symback", *files, "--data", "iris.csv", "--to", "p.npz"]) == 0
    code = """
        import numpy, iris_net
        answer = iris_net.predict([[1.5, 1.5]])["P"][0]
        print(repr(numpy.load("p.npz")["P"][1].tolist() == answer.tolist()))
        print(iris_net.CLASSES["Y"][1])
    """
    assert run(there, code) == "True\nversicolor\n"
    source = (there / "iris_net.py").read_text()
    assert "X_scaled[n,i] = (X[n,i] - X_shift[i])/X_divisor[i]" in source


def test_gradients_of_a_scaled_network_are_by_its_own_parameters(there):
    learn = ["train", "house.symback", "--data", "house.csv", "--columns", "X=sqft,rooms"]
    learn += ["Y=price", "--scale", "X=standard", "Y=standard", "--epochs", "3"]
    assert main([*learn, "--save", "s.npz"]) == 0
    assert main(["export", "house.symback", "--parameters", "s.npz", "--to", "s.py"]) == 0
    shown = run(there, "import s; print(sorted(s.learned([[1, 2]], [17])[1]))")
    assert shown == "['b', 'w']\n"


def test_names_of_the_network_do_not_clash_with_those_of_the_module(there):
    text = "input X\nparameter PARAMETERS predict\noutputs = PARAMETERS*X\n"
    (there / "n.symback").write_text(text + "loss L = (outputs - predict)**2\n")
    save_arrays("n.npz", {"PARAMETERS": np.array(2.0), "predict": np.array(1.0)})
    command = ["export", "n.symback", "--output", "outputs", "--parameters", "n.npz"]
    assert main([*command, "--to", "n.py"]) == 0
    shown = run(there, "import n; print(n.predict(X=3.0)['outputs'])")
    assert float(shown) == 6


def test_a_program_is_printed_without_a_file_to_write(there, capsys):
    assert main(["export", "E = (w*x - y)**2", "--wrt", "w"]) == 0
    assert "def value_and_gradients(x, y, w):" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        ["export", "house.symback", "--to", "no/folder/g.py"],
        ["export", "house.symback", "--parameters", "d.npz", "--to", "g.py"],
        ["export", "house.symback", "--parameters", "none.npz", "--to", "g.py"],
        ["export", "house.symback", "--output", "Q", "--to", "g.py"],
        ["export", "house.symback", "--wrt", "Q", "--to", "g.py"],
    ],
)
def test_what_cannot_be_exported_is_said_and_nothing_is_written(command, there, capsys):
    assert main(command) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert "  found: " in shown
    assert not (there / "g.py").exists()


def test_too_many_parameters_for_a_module_are_refused(there, capsys):
    (there / "big.symback").write_text(
        "index n:N i:I k:K\ninput X[n,i]\nparameter W[i,k]\nP[n,k] = sum(X[n,i]*W[i,k], i)\n"
    )
    save_arrays("big.npz", {"W": np.zeros((500, 500))})
    assert main(["export", "big.symback", "--forward", "--parameters", "big.npz"]) == 2
    assert "250,000 numbers" in capsys.readouterr().err
