"""Files of a person's own backward pass are read and never run; no text ends in a Python error."""

import random

import pytest

import symback as sb
from symback.checking.claim import Claim
from tests.checking.reading.bench import claims, value, verdicts

STUDENT = '''
"""My backward pass."""
import numpy as np

def tanh_prime(a):
    squared = a*a
    return 1 - squared

def forward(X, W1, b1):
    return np.tanh(X @ W1 + b1)

def backward(X, Y, params, cache, lam=0.0):
    N = X.shape[0]
    W2 = params["W2"]
    A1, P = cache["A1"], cache["P"]
    scores = P.copy()
    scores[np.arange(N), np.argmax(Y, axis=1)] -= 1
    scores /= N
    grads = {}
    grads["W2"] = A1.T @ scores
    dZ1 = scores @ W2.T * tanh_prime(A1)
    grads["W1"] = X.T @ dZ1
    grads["W1"] += lam * params["W1"]
    db1 = dZ1.mean(axis=0)
    print("done")
    return grads

if __name__ == "__main__":
    open("ran", "w")
'''


@pytest.fixture
def student(tmp_path):
    path = tmp_path / "student.py"
    path.write_text(STUDENT, encoding="utf-8")
    return path


def test_a_file_is_read_line_by_line_and_never_run(student, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    expected = [("W2", True), ("Z1", True), ("W1", True), ("b1", False)]
    assert verdicts(student) == verdicts(str(student)) == expected
    assert [c.place for c in claims(student)] == [f"student.py, line {n}" for n in (20, 21, 23, 24)]
    assert not (tmp_path / "ran").exists()


def test_the_source_of_a_claim_shows_all_lines_that_make_it_up(student):
    assert [c.source for c in claims(student)][1:3] == [
        "scores @ W2.T * tanh_prime(A1)",
        'grads["W1"] = X.T @ dZ1; grads["W1"] += lam * params["W1"]',
    ]


def test_a_file_of_straight_lines_and_a_method_are_read_too(tmp_path):
    path = tmp_path / "lines.py"
    path.write_text("from numpy import *\nimport numpy as xp\ndW1 = xp.dot(X.T, dZ1)\n")
    assert verdicts(path) == [("W1", True)]
    path.write_text("class Net:\n def backward(self, dZ1):\n  self.dW1 = self.X.T @ dZ1\n")
    assert verdicts(path) == [("W1", True)]
    path.write_text("def backward():\n gw = X.T @ dZ1\n return {'W1': gw}\n")
    assert [(c.name, c.source) for c in claims(path)] == [("W1", "X.T @ dZ1")]


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("dW1 = X.T @ dZ1\nfor n in range(3):\n  dW1 += 1\n", "line 2, column 1", "for"),
        ("def backward():\n  while True: pass\n  dW1 = X\n", "line 2, column 3", "while"),
        ("dW1 = f(X)\ndef f(x):\n  return f(x)\n", "line 3", "too many calls"),
        ("dW1 = f(X)\ndef f(x):\n  y = x\n", "line 3", "no such last line"),
        ("dW1 = f(X, X)\ndef f(x):\n  return x\n", "line 1", "f(X, X)"),
        ("def a():\n  dW1 = X\ndef b():\n  dW1 = X\n", "line 3", "a, b"),
        ("dW1 = X.T @\n", "line 1", "it ends here"),
        ("dW1 = os.system('true')\n", "line 1, column 7: the name os", "not known"),
        ("q = load()\ndW1 = X.T @ q\n", "line 1, column 5: the function load", "not one of"),
        ("q = P\nq -= Y\ndZ2 = P - Y\n", "line 2, column 1: the name P", "one array with q"),
        ("dW1 = W1\ndW1.fill(0)\n", "line 2", "dW1.fill(0)"),
        ("X += load()\ndW1 = X.T @ dZ1\n", "line 1, column 6: the function load", "not one of"),
        ("W2 = W2 - lr*dW2\ndA1 = dZ2 @ W2.T\n", "line 1, column 11: the name lr", "not known"),
        ("W2 -= lr*dW2\ndA1[n,h] = sum(dZ2[n,k]*W2[h,k], k)\n", "line 1", "not known"),
        ("W2[lr] = 0\ndA1 = dZ2 @ W2.T\n", "line 1", "not known"),
        ("dW2 += lr*W2\n", "line 1", "not known"),
        ("x = 1\n", "a line about a gradient", "names: x"),
        ("", "a line about a gradient", "none"),
        ("\x00", "student.py", "a binary file"),
    ],
)
def test_what_a_file_may_not_hold_is_said_with_its_place(tmp_path, text, asked, found):
    path = tmp_path / "student.py"
    path.write_text(text)
    with pytest.raises(sb.SymbackError) as caught:
        claims(path)
    assert asked in str(caught.value)
    assert found in caught.value.found


def test_lines_of_a_file_that_define_no_gradient_are_passed_over(tmp_path):
    path = tmp_path / "student.py"
    path.write_text(
        "import os, matplotlib.pyplot as plt\nX, Y = load('data.npz')\nplt.plot(range(3))\n"
        "W1, b1 = cache\nA1 = forward(X)[0]\nos.system('true')\nlog = [1, 2]\ndW1 = X.T @ dZ1\n"
    )
    assert verdicts(path) == [("W1", True)]
    path.write_text("dW1 = X.T @ dZ1\nW1 -= lr*dW1\nW2 = W2 - lr*dW2\n")
    assert verdicts(path) == [("W1", True)]


def test_what_is_changed_in_place_is_changed_under_its_other_names_too(tmp_path):
    path = tmp_path / "student.py"
    path.write_text("D = P.copy()\nD -= Y\nD /= N\ndZ2 = D\ndP = -Y/P/N\n")
    assert verdicts(path) == [("Z2", True), ("P", True)]


def test_torch_is_read_like_numpy_but_for_its_variance(tmp_path):
    path = tmp_path / "student.py"
    text = "import torch\nimport torch.nn.functional as F\ndb1 = dZ1.sum(0, keepdim=True)\n"
    text += "dA1 = (dZ2 @ W2.t()).clone()\ndZ1 = dA1 * (1.0 - torch.tanh(Z1).pow(2))\n"
    path.write_text(text)
    assert [right for _, right in verdicts(path)] == [True] * 3
    path.write_text(text + "dZ2 = P - P.var(0)\n")
    with pytest.raises(sb.SymbackError, match="PyTorch divides by N - 1"):
        claims(path)


def test_a_file_that_is_missing_or_too_long_is_said(tmp_path):
    with pytest.raises(sb.SymbackError):
        claims(tmp_path / "none.py")
    (tmp_path / "long.py").write_text("dW1 = X\n" * 40_000)
    with pytest.raises(sb.SymbackError):
        claims(tmp_path / "long.py")


# Any text ----------------------------------------------------------------------------------------

SEEDS = [
    "X.T @ ((P - Y) @ W2.T * (1 - A1**2)) / N",
    "sum(X[n,i]*Z1_bar[n,h], n)",
    "np.einsum('nh,nk->hk', A1, dZ2)",
    "np.sum(dA1*(1-np.tanh(Z1)**2), axis=0, keepdims=True)",
    "W1_bar[i,h] = sum(X[n,i]*Z1_bar[n,h], n) = X.T @ dZ1",
    "dZ2 = (P - Y)/N; dW2 = A1.T @ dZ2",
    "dA1 = dZ2 @ W2.T; dA1[A1 <= 0] = 0",
    "grads = {'W1': X.T @ dZ1, 'b1': dZ1.sum(0)}",
    "D = P[np.arange(N), np.argmax(Y, axis=1)]; dW1 = D.mean()*W1",
    "N, K = P.shape; dW1 = np.outer(X[0], dZ1[0]).reshape(6, -1)",
    "dX = np.expand_dims(X[:, None, 0], 1)[..., ::-1].squeeze()",
    "dW2[h,k] = iverson(0 <= h < 3)*delta(h, 0)*where(W2[h,k] > 0, 1, -1)",
    "dW1 = np.eye(6) @ W1 + np.diag(np.ones(6)) @ W1 - 1e-3*np.sqrt(W1**2)",
]
ATOMS = """X Y W1 b1 Z1 P N n i 0 1 -1 2.5 1e400 10**10**10 None : ... @ .T ** * + - / // % == <
> = ( ) [ ] { } , ; ' " # lambda if for np. np sum exp axis= axis=9 keepdims=True δ2 Z̄1 ² · ᵀ é f''
*X _ b'' __class__ .shape .shape[0] np.newaxis return while True 0x10 1j np.arange(10**9) X.size
np.eye(10**12) np.zeros((10**9,9)) .reshape(-1,-1) [9] [-99] [X] exp(exp(exp(exp(9))))""".split()
ATOMS += ["\x00", "\ud800", "\n", "\t"]


def mutated(rng: random.Random) -> str:
    text = rng.choice(SEEDS)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.randint(0, 6))
        middle = rng.choice(["", rng.choice(ATOMS), text[start:end] * rng.choice([2, 50])])
        if rng.random() < 0.2:
            other = rng.choice(SEEDS)
            middle, end = other[rng.randint(0, len(other)) :], len(text)
        text = text[:start] + middle + text[end:]
    return text


def test_thousands_of_mutated_texts_are_claims_or_errors_of_symback():
    rng, read, refused = random.Random(5), 0, 0
    for number in range(2500):
        text = mutated(rng)
        try:
            for claim in claims({"W1": text} if number % 2 else text):
                assert isinstance(claim, Claim)
                value(claim, exact=number % 3 > 0)
                read += 1
        except sb.SymbackError:
            refused += 1
    assert read > 400
    assert refused > 1000


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "X" + ")" * 5000,
        "-" * 50_000 + "X",
        "X" + " + X" * 30_000,
        "X" + ".T" * 20_000,
        "X[" * 3000 + "0" + "]" * 3000,
        "dW1 = " * 3000 + "X",
        "dW1 = X\n" * 5000,
        "a = X\n" + "a = a * a\n" * 60 + "dW1 = np.sin(np.exp(a))",
        "a = X\n" + "a = a[:, None] * a\n" * 30 + "dW1 = a",
        "dW1 = X @ X.T" + " @ X @ X.T" * 30,
        "dW1 = 9**9**9**9 * W1",
        "dW1 = np.ones((10**6, 10**6))",
        "9" * 100_000,
    ],
)
def test_what_is_deep_long_or_huge_ends_quickly(text):
    said = ""
    try:
        for claim in claims(text):
            value(claim)
    except sb.SymbackError as error:
        said = str(error)
    assert len(said) < 2000
