"""Random tensors, buffers and sequences in training: drawn, kept, resumed, predicted with."""

import numpy as np
import pytest

import symback as sb
from symback.errors import SymbackError, TrainingError
from symback.training.checkpoint import Checkpoint
from symback.training.draws import Draws

NORMALISED = """network n
index n:N i:3 h:4
input X[n,i] y[n]
parameter W[i,h] v[h]
constant keep = 0.75
random M[n,h] bernoulli(keep)
buffer mean_run[h]; square_run initial 1
Z[n,h] = sum(X[n,i]*W[i,h], i)
mu[h] = mean(Z[n,h], n)
A[n,h] = tanh(Z[n,h] - mu[h])*M[n,h]/keep
p[n] = sum(A[n,h]*v[h], h)
loss L = mean((p[n] - y[n])**2, n)
update mean_run[h] = 0.9*mean_run[h] + 0.1*mu[h]
update square_run = 0.5*square_run + 0.5*mean(mu[h]**2, h)
prediction mu[h] = mean_run[h]
"""
SEQUENCE = """network s
index t:T n:N i:2 k:6 j:6
input X[t,n,i] y[n]
parameter W[i,k] U[j,k] b[k] v[k]
state h[t,n,k]
h[t,n,k] = tanh(sum(X[t,n,i]*W[i,k], i) + sum(h[t-1,n,j]*U[j,k], j) + b[k])
p[n] = sum(h[T-1,n,k]*v[k], k)
loss L = mean((p[n] - y[n])**2, n)
"""
RNG = np.random.default_rng(0)
DATA = {"X": RNG.normal(size=(40, 3)), "y": RNG.normal(size=40)}


def trained(epochs=3, **options):
    given = {"optimizer": sb.Adam(0.01), "batch_size": 16, "progress": False, **options}
    return sb.train(sb.parse(NORMALISED), DATA, epochs=epochs, **given)


def test_buffers_are_updated_from_the_values_of_each_step():
    one_step = trained(1, batch_size=None, optimizer=sb.SGD(0.1))
    start = trained(1, batch_size=None, optimizer=sb.SGD(1e-300)).parameters
    mu = (DATA["X"] @ start["W"]).mean(0)
    np.testing.assert_allclose(one_step.buffers["mean_run"], 0.1 * mu, rtol=1e-12)
    np.testing.assert_allclose(one_step.buffers["square_run"], 0.5 + 0.5 * (mu**2).mean())


def test_prediction_uses_means_and_buffers():
    run = trained()
    x = DATA["X"][:5]
    z = x @ run.parameters["W"]
    expected = np.tanh(z - run.buffers["mean_run"]) @ run.parameters["v"]
    np.testing.assert_allclose(run.predict({"X": x}, "p"), expected, rtol=1e-12)
    loss = run.measure({"X": x, "y": DATA["y"][:5]})["loss"]
    np.testing.assert_allclose(loss, ((expected - DATA["y"][:5]) ** 2).mean(), rtol=1e-12)


def test_validation_is_measured_as_predictions_are_made():
    run = trained(2, validation={"X": DATA["X"][:9], "y": DATA["y"][:9]})
    measured = run.measure({"X": DATA["X"][:9], "y": DATA["y"][:9]})["loss"]
    assert run.history[-1]["validation_loss"] == measured


def test_a_training_that_goes_on_has_the_same_bits(tmp_path):
    whole = trained(4)
    path = tmp_path / "run.npz"
    trained(2, checkpoint=Checkpoint(path, every=1))
    resumed = trained(4, checkpoint=path)
    for name in whole.parameters | whole.buffers:
        a, b = (r.parameters | r.buffers for r in (whole, resumed))
        assert np.array_equal(a[name], b[name]), name


def test_another_seed_draws_other_numbers_and_the_same_seed_the_same():
    net = sb.parse(NORMALISED)
    arrays = {"M": np.zeros((50, 4))}

    def drawn(seed, step):
        Draws(net, ["M"], seed, "float64").fill(arrays, step)
        return arrays["M"].copy()

    assert np.array_equal(drawn(1, 7), drawn(1, 7))
    assert not np.array_equal(drawn(1, 7), drawn(1, 8))
    assert not np.array_equal(drawn(1, 7), drawn(2, 7))
    assert set(np.unique(drawn(1, 7))) == {0.0, 1.0}
    assert 0.65 < np.mean([drawn(3, step) for step in range(40)]) < 0.85


def test_the_best_epoch_keeps_its_buffers(tmp_path):
    run = trained(6, validation=0.25, callbacks=[sb.EarlyStopping(6)])
    again = trained(len(run.best.history), validation=0.25)
    assert np.array_equal(run.best.buffers["mean_run"], again.buffers["mean_run"])
    path = run.save(tmp_path / "w.npz")
    with np.load(path) as arrays:
        assert set(arrays) == {"W", "v", "mean_run", "square_run"}


def test_training_starts_from_given_buffers():
    run = trained(1, parameters={"mean_run": np.full(4, 100.0)}, batch_size=None)
    assert (run.buffers["mean_run"] > 80).all()


def test_a_buffer_that_would_not_be_finite_stops_training_and_is_named():
    text = NORMALISED.replace("0.9*mean_run[h]", "log(mean_run[h] - 1)")
    with pytest.raises(TrainingError, match="mean_run"):
        sb.train(sb.parse(text), DATA, optimizer=sb.SGD(0.1), epochs=1, progress=False)


def test_minimising_what_is_drawn_anew_is_an_error():
    with pytest.raises(SymbackError, match="M, mean_run"):
        sb.minimize(sb.parse(NORMALISED), DATA, method=sb.LBFGS(), iterations=2)


def test_sequences_are_sampled_behind_their_time():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(5, 30, 2))
    data = {"X": x, "y": x[:, :, 0].mean(0)}
    options = {"optimizer": sb.Adam(0.02), "epochs": 30, "progress": False}
    run = sb.train(sb.parse(SEQUENCE), data, batch_size=8, validation=0.2, **options)
    assert run.steps == 30 * 3
    assert run.history[-1]["loss"] < 0.3 * run.history[0]["loss"]
    assert run.predict({"X": x[:3, :2]}, "p").shape == (2,)


def test_sequences_train_as_by_steps_of_torch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    data = {"X": rng.normal(size=(4, 6, 2)), "y": rng.normal(size=6)}
    start = {n: rng.normal(size=s) * 0.3 for n, s in
             {"W": (2, 6), "U": (6, 6), "b": (6,), "v": (6,)}.items()}  # fmt: skip
    run = sb.train(
        sb.parse(SEQUENCE), data, optimizer=sb.SGD(0.1), epochs=20, parameters=start, progress=False
    )
    learned = {n: torch.tensor(a, requires_grad=True) for n, a in start.items()}
    rule = torch.optim.SGD(learned.values(), lr=0.1)
    for _ in range(20):
        h = torch.zeros(6, 6, dtype=torch.float64)
        for x in torch.tensor(data["X"]):
            h = torch.tanh(x @ learned["W"] + h @ learned["U"] + learned["b"])
        loss = ((h @ learned["v"] - torch.tensor(data["y"])) ** 2).mean()
        rule.zero_grad()
        loss.backward()
        rule.step()
    for name, tensor in learned.items():
        np.testing.assert_allclose(run.parameters[name], tensor.detach().numpy(), atol=1e-10)
