"""Commands on networks with random tensors, buffers and states: train, predict, export."""

import runpy

import numpy as np
import pytest

from symback.cli.main import main
from symback.training.storage import load_arrays

NORMALISED = """network n
index n:N i:3 h:4
input X[n,i] y[n]
parameter W[i,h] v[h]
random M[n,h] bernoulli(0.5)
buffer mean_run[h]
Z[n,h] = sum(X[n,i]*W[i,h], i)
mu[h] = mean(Z[n,h], n)
A[n,h] = tanh(Z[n,h] - mu[h])*M[n,h]*2
p[n] = sum(A[n,h]*v[h], h)
loss L = mean((p[n] - y[n])**2, n)
update mean_run[h] = 0.9*mean_run[h] + 0.1*mu[h]
prediction mu[h] = mean_run[h]
"""
SEQUENCE = """network s
index t:T n:N k:3 j:3
input X[t,n] y[n]
parameter w[k] U[j,k] v[k]
state h[t,n,k] initial v[k]
h[t,n,k] = tanh(X[t,n]*w[k] + sum(h[t-1,n,j]*U[j,k], j))
p[n] = sum(h[T-1,n,k]*v[k], k)
loss L = mean((p[n] - y[n])**2, n)
"""


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A folder with two networks and their data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.symback").write_text(NORMALISED)
    (tmp_path / "s.symback").write_text(SEQUENCE)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(24, 3))
    rows = [",".join(map(str, row)) for row in np.c_[x, 50 * x[:, 0] + 200].round(3)]
    (tmp_path / "n.csv").write_text("\n".join(["a,b,c,y", *rows]))
    series = rng.normal(size=(4, 24))
    np.savez(tmp_path / "s.npz", X=series, y=series.mean(0))
    return tmp_path


def train(name, data, *more):
    options = ["--epochs", "3", "--batch", "8", "--save", f"{name}_w.npz"]
    assert main(["train", f"{name}.symback", "--data", data, *more, *options]) == 0
    return load_arrays(f"{name}_w.npz")


def test_buffers_are_saved_and_predict_in_the_units_of_the_data(there, capsys):
    learned = train("n", "n.csv", "--columns", "X=a,b,c", "y=y", "--scale", "y=standard")
    assert (learned["mean_run"] != 0).any()
    capsys.readouterr()
    asked = ["--parameters", "n_w.npz", "--data", "n.csv", "--columns", "X=a,b,c"]
    assert main(["predict", "n.symback", *asked]) == 0
    x = np.loadtxt("n.csv", delimiter=",", skiprows=1)[:, :3]
    p = np.tanh(x @ learned["W"] - learned["mean_run"]) @ learned["v"]
    y = np.loadtxt("n.csv", delimiter=",", skiprows=1)[:, 3]
    found = [float(line) for line in capsys.readouterr().out.split()[1:]]
    np.testing.assert_allclose(found, p * y.std() + y.mean(), rtol=1e-9)


def test_an_exported_module_predicts_without_drawing(there):
    train("n", "n.csv", "--columns", "X=a,b,c", "y=y")
    assert (
        main(["export", "n.symback", "--parameters", "n_w.npz", "--forward", "--to", "m.py"]) == 0
    )
    module = runpy.run_path("m.py")
    x = np.ones((2, 3))
    learned = load_arrays("n_w.npz")
    p = np.tanh(x @ learned["W"] - learned["mean_run"]) @ learned["v"]
    np.testing.assert_allclose(module["predict"](x)["p"], p, rtol=1e-12)


def test_sequences_train_predict_and_are_exported(there, capsys):
    learned = train("s", "s.npz", "--val", "0.25")
    capsys.readouterr()
    assert main(["predict", "s.symback", "--parameters", "s_w.npz", "--data", "s.npz"]) == 0
    found = [float(line) for line in capsys.readouterr().out.split()[1:]]
    x = np.load("s.npz")["X"]
    h = np.tile(learned["v"], (24, 1))
    for row in x:
        h = np.tanh(row[:, None] * learned["w"] + h @ learned["U"])
    np.testing.assert_allclose(found, h @ learned["v"], rtol=1e-9)
    assert (
        main(["export", "s.symback", "--parameters", "s_w.npz", "--forward", "--to", "m.py"]) == 0
    )
    module = runpy.run_path("m.py")
    np.testing.assert_allclose(module["predict"](x)["p"], h @ learned["v"], rtol=1e-9)
