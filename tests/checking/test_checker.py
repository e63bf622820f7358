"""check: verdicts, shapes, lines that build on each other, arrays and functions, hints."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import symback as sb
from symback.checking.report import FOLLOWS, NO_VALUE, RIGHT, SHAPE, WRONG
from symback.errors import CheckError, DefinitionError, NotYetError, SymbackError
from tests.checking.planting import derivation_of

W1 = "X.T @ ((P - Y) @ W2.T * (1 - A1**2)) / N"


def dense() -> sb.Derivation:
    return derivation_of("dense")


@cache
def values() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    shapes = {"X": (5, 3), "W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return arrays | {"Y": np.eye(2)[[0, 1, 1, 0, 1]]}


@cache
def gradients() -> dict[str, np.ndarray]:
    return dict(sb.lambdify(dense())(values())[1])


def test_a_right_formula_is_right() -> None:
    report = sb.check(dense(), {"W1": W1})
    assert report
    assert report.passed
    assert report.first_wrong is None
    assert report["W1"].exact
    assert report.verdict == "right"
    assert report.require() is report


def test_a_formula_is_compared_in_more_digits_than_float64_has() -> None:
    report = sb.check(dense(), {"W1": f"{W1} * 1.000000000000001"})
    assert report["W1"].verdict == WRONG
    assert report["W1"].approximate


def test_a_wrong_shape_is_said_first() -> None:
    row = sb.check(dense(), {"W2": "(P - Y).T @ A1 / N"})["W2"]
    assert row.verdict == SHAPE
    assert "transposed, else right" in row.note
    row = sb.check(dense(), {"b2": "(P - Y) / N"})["b2"]
    assert row.verdict == SHAPE
    assert "sum over its axis 0 is missing" in row.note


def test_a_line_that_builds_on_a_wrong_one_is_not_called_wrong_itself() -> None:
    report = sb.check(dense(), [
        "dZ2 = P - Y", "dW2 = A1.T @ dZ2", "dA1 = dZ2 @ W2.T", "dZ1 = dA1*(1 - A1)",
        "dW1 = X.T @ dZ1", "db1 = dZ1.sum(axis=0)",
    ])  # fmt: skip
    verdicts = {row.name: row.verdict for row in report}
    assert verdicts == {
        "Z2": WRONG, "W2": FOLLOWS, "A1": FOLLOWS, "Z1": WRONG, "W1": FOLLOWS, "b1": FOLLOWS,
    }  # fmt: skip
    assert report.first_wrong.name == "Z2"
    assert report["Z2"].diagnosis.brief == "exactly N times"
    assert report["Z1"].diagnosis.mistakes == ("missing power",)
    assert "from your Z2" in report["W2"].note


def test_a_line_that_makes_up_for_another_says_so() -> None:
    report = sb.check(dense(), ["dZ2 = P - Y", "dW2 = A1.T @ dZ2 / N"])
    assert report["W2"].verdict == RIGHT
    assert report["W2"].exact
    assert report["W2"].note == "it makes up for your Z2"
    assert report["Z2"].verdict == WRONG
    assert report["Z2"].note == "W2 makes up for it"
    assert report["Z2"].diagnosis.brief == "exactly N times"


def test_a_mean_that_is_taken_at_the_end_leaves_the_gradients_right() -> None:
    """dZ = P - Y, and 1/m before every gradient of a parameter: so courses write it."""
    report = sb.check(
        dense(),
        """
m = X.shape[0]
dZ2 = P - Y
dW2 = 1/m * np.dot(A1.T, dZ2)
db2 = 1/m * np.sum(dZ2, axis=0, keepdims=True)
dZ1 = np.dot(dZ2, W2.T) * (1 - np.power(A1, 2))
dW1 = 1/m * np.dot(X.T, dZ1)
db1 = 1/m * np.sum(dZ1, axis=0, keepdims=True)
""",
    )
    verdicts = {row.name: row.verdict for row in report}
    right = dict.fromkeys(("W2", "b2", "W1", "b1"), RIGHT)
    assert verdicts == {**right, "Z2": WRONG, "Z1": FOLLOWS}


def test_the_first_wrong_tensor_is_that_of_the_backward_pass() -> None:
    claims = {"W1": f"2*{W1}", "b2": "(P - Y).sum(axis=0)", "W2": "A1.T @ (P - Y)"}
    assert sb.check(dense(), claims).first_wrong.name in ("b2", "W2")
    assert sb.check(dense(), claims, hints=0).verdict.startswith("3 of 3 claims are not right")


def test_arrays_hold_at_the_values_they_were_computed_with() -> None:
    assert sb.check(dense(), gradients(), at=values())
    # dW2 doubled and db1 quadrupled: the planted errors of a course on gradient checking.
    planted = gradients() | {"W2": 2 * gradients()["W2"], "b1": 4 * gradients()["b1"]}
    report = sb.check(dense(), planted, at=values())
    briefs = {row.name: row.diagnosis.brief for row in report if not row.passed}
    assert briefs == {"W2": "exactly 2 times", "b1": "exactly 4 times"}
    assert report["W1"].verdict == RIGHT


def test_arrays_in_single_precision_are_right_to_their_rounding() -> None:
    rounded = {name: array.astype("float32") for name, array in gradients().items()}
    assert sb.check(dense(), rounded, at=values())


def test_finite_differences_are_right_to_their_accuracy() -> None:
    rng = np.random.default_rng(2)
    array = gradients()["W1"]
    measured = array + 1e-8 * rng.normal(size=array.shape)
    report = sb.check(dense(), {"W1": measured}, at=values())
    assert report["W1"].verdict == RIGHT
    assert "finite differences" in report["W1"].note
    assert not report["W1"].exact


def test_a_function_is_called_at_random_points() -> None:
    def backward(X, Y, W1, b1, W2, b2):
        A1 = np.tanh(X @ W1 + b1)
        Z2 = A1 @ W2 + b2
        P = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)
        dZ2 = (P - Y) / len(X)
        return {"W2": A1.T @ dZ2, "b2": dZ2.sum(0), "W1": X.T @ (dZ2 @ W2.T)}

    report = sb.check(dense(), backward)
    assert report["W2"].passed
    assert report["b2"].passed
    assert report["W1"].diagnosis.mistakes == ("missing activation derivative",)


def test_hints_come_in_three_strengths_before_the_answer() -> None:
    claims = {"W1": "X.T @ ((P - Y) @ W2.T) / N"}
    texts = [str(sb.check(dense(), claims, hints=strength)) for strength in range(5)]
    assert "Look at ∂L/∂Z1" in texts[1]
    assert "tanh" not in texts[2]
    assert "derivative of tanh" in texts[3]
    assert "Z1_bar[n,h] = A1_bar[n,h]*(1 - A1[n,h]**2)" in texts[4]
    assert [len(text) for text in texts] == sorted(len(text) for text in texts)
    assert "Look at" not in texts[0]


def test_what_no_known_mistake_explains_is_said_honestly() -> None:
    row = sb.check(dense(), {"W1": "X.T @ (np.exp(P - Y) @ W2.T * (1 - A1**7)) / N"})["W1"]
    assert row.verdict == WRONG
    assert not row.diagnosis.known
    assert "None of the known mistakes" in row.diagnosis.cause


def test_what_is_wrong_in_some_entries_only_is_located() -> None:
    array = gradients()["W1"].copy()
    array[2, 1] += 0.5
    hint = sb.check(dense(), {"W1": array}, at=values())["W1"].diagnosis.hints[0]
    assert "[2, 1]" in hint or "position 1" in hint


def test_a_claim_that_has_no_value_is_a_row_and_no_traceback() -> None:
    report = sb.check(dense(), {"W1": "X.T @ Z1_bar", "b2": "1/(Y - Y).sum(axis=0)"})
    assert report["W1"].passed
    assert report["b2"].verdict == NO_VALUE
    assert "not finite" in report["b2"].note


def test_forward_tensors_may_be_claimed_too() -> None:
    report = sb.check(dense(), ["A1 = np.tanh(X @ W1 + b1)", "Z2 = A1 @ W2 - b2"])
    assert report["A1"].passed
    assert not report["Z2"].passed


def test_the_adjoint_of_a_layer_is_checked_with_its_upstream_adjoint() -> None:
    net = sb.parse("""
index n:N i:I j:J
input X[n,i]
parameter W[i,j]
Y[n,j] = sum(X[n,i]*W[i,j], i)
""")
    layer = sb.derive(net, wrt=["W", "X"], of="Y")
    assert sb.check(layer, {"W": "X.T @ Y_bar", "X": "Y_bar @ W.T"})
    assert not sb.check(layer, {"X": "2 * Y_bar @ W.T"})


def test_what_cannot_be_checked_is_refused_in_three_parts() -> None:
    with pytest.raises(DefinitionError, match="a derivation was asked for"):
        sb.check(dense().forward, {"W1": W1})
    with pytest.raises(CheckError, match="no claims"):
        sb.check(dense())
    with pytest.raises(CheckError, match="no such strength"):
        sb.check(dense(), {"W1": W1}, hints=9)
    with pytest.raises(NotYetError, match="Jacobian"):
        sb.check(sb.jacobian(dense().forward, "Z2", wrt="W2").derivation, {"W2": "A1"})


def test_a_dead_relu_hides_no_mistake() -> None:
    net = sb.parse("""
index n:N i:I
input X[n,i]
parameter w[i]
z[n] = sum(X[n,i]*w[i], i)
loss L = sum(relu(z[n]), n)
""")
    derivation = sb.derive(net)
    assert sb.check(derivation, {"w": "X.T @ (z > 0)"})
    assert not sb.check(derivation, {"w": "X.T @ np.ones(N)"})


def test_where_the_gradient_is_zero_no_cause_is_made_up() -> None:
    derivation = sb.derive(sb.parse(TWO_TERMS))
    zeros = {"x": np.zeros(3), "W": np.ones((3, 3)), "b": np.zeros(3), "lam": 0.0}
    assert sb.check(derivation, {"W": np.zeros((3, 3))}, at=zeros)
    row = sb.check(derivation, {"W": np.ones((3, 3))}, at=zeros)["W"]
    assert row.verdict == WRONG
    assert not row.diagnosis.known
    assert "every entry should be 0" in str(row.diagnosis.hints)


def test_the_missing_regulariser_is_named_without_the_rest_of_the_loss() -> None:
    row = sb.check(sb.derive(sb.parse(TWO_TERMS)), {"W": "2*np.outer(W @ x + b, x)"})["W"]
    assert row.diagnosis.mistakes == ("missing regulariser",)
    assert row.diagnosis.cause == (
        "The derivative of the term lam*sum(W[h,i]**2, h, i) of E is missing."
    )


TWO_TERMS = """
index h:3 i:3
input x[i] lam
parameter W[h,i] b[h]
loss E = sum((sum(W[h,i]*x[i], i) + b[h])**2, h) + lam*sum(W[h,i]**2, h, i)
"""


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("0.3", "too few digits to tell why"),
        ("0.123", "too few digits to tell why"),
        ("-0.082", "exactly -1 times"),
        ("0.164334", "exactly 2 times"),
    ],
)
def test_a_number_of_few_digits_gets_no_cause_by_chance(text: str, cause: str) -> None:
    at = {"i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1": 0.35, "b2": 0.60}
    at |= dict(zip(("w1", "w2", "w3", "w4"), (0.15, 0.20, 0.25, 0.30), strict=True))
    at |= dict(zip(("w5", "w6", "w7", "w8"), (0.40, 0.45, 0.50, 0.55), strict=True))
    row = sb.check(derivation_of("scalars"), {"w5": text}, at=at)["w5"]
    assert row.verdict == WRONG
    assert row.diagnosis.brief == cause


@pytest.mark.parametrize(
    "options",
    [{"seed": "x"}, {"seed": -1}, {"seed": 1.5}, {"seed": True}, {"names": 3}, {"at": 3}],
    ids=str,
)
def test_options_that_mean_nothing_are_refused_in_three_parts(options: dict) -> None:
    with pytest.raises(SymbackError) as caught:
        sb.check(dense(), {"W1": W1}, **options)
    assert caught.value.found
    assert caught.value.helps


def test_a_network_that_would_fill_the_memory_is_refused() -> None:
    text = "index i:10000 j:10000\ninput x[i]\nparameter W[i,j]\n"
    large = sb.derive(sb.parse(text + "loss L = sum(sum(x[i]*W[i,j], i)**2, j)"))
    with pytest.raises(NotYetError, match="numbers"):
        sb.check(large, {"W": "np.outer(x, x @ W)"})
