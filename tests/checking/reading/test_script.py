"""Lines of a backward pass: each is judged alone, whatever they are called and however they add."""

import pytest

import symback as sb
from tests.checking.reading.bench import claims, verdicts

PASS = """
dZ2 = (P - Y)/N          # the output
dW2 = A1.T @ dZ2
db2 = np.sum(dZ2, axis=0, keepdims=True)
dZ1 = dZ2 @ W2.T * (
    1 - A1**2)
W1_grad = X.T @ dZ1; b1_grad = dZ1.sum(0)
"""


def test_a_right_backward_pass_is_right_line_by_line():
    assert verdicts(PASS) == [(n, True) for n in ("Z2", "W2", "b2", "Z1", "W1", "b1")]


def test_a_line_that_builds_on_a_wrong_one_is_judged_alone():
    wrong = PASS.replace("(P - Y)/N", "(P - Y)")
    assert verdicts(wrong)[0] == ("Z2", False)
    assert all(right for _, right in verdicts(wrong)[1:])
    assert claims(wrong)[1].reads == ("Z2",)


def test_helping_names_are_part_of_the_line_that_uses_them():
    found = claims("D = (P - Y)/N; g = D @ W2.T; dW1 = X.T @ (g*(1 - A1**2))")
    assert [(c.name, c.reads) for c in found] == [("W1", ())]
    assert verdicts("D = (P - Y)/N; g = D @ W2.T; dW1 = X.T @ (g*(1 - A1**2))") == [("W1", True)]


@pytest.mark.parametrize(
    "lines",
    [
        "D = P.copy(); D[np.arange(N), np.argmax(Y, axis=1)] -= 1; D /= N; dW2 = A1.T @ D",
        "N = X.shape[0]; m, q = W2.shape; dW2 = A1.T @ (P - Y) * (1/N) * m/m",
        "dW2 = np.zeros_like(W2); dW2 += A1.T @ P / N; dW2 -= A1.T @ Y / N",
        "grads = {}; grads['W2'] = A1.T @ dZ2",
        "grads = {'W2': A1.T @ dZ2}",
        "dW2[h,k] = sum(A1[n,h]*P[n,k], n)/N - sum(A1[n,h]*Y[n,k], n)/N",
        "E[n,k] = P[n,k] - Y[n,k]; dW2[h,k] = sum(A1[n,h]*E[n,k], n)/N",
        "E = P - Y; dW2[h,k] = sum(A1[n,h]*E[n,k], n)/N",
        "E, M = P - Y, 1/N; dW2 = A1.T @ E * M",
    ],
)
def test_many_ways_to_write_one_gradient(lines):
    assert verdicts(lines)[-1] == ("W2", True)


def test_a_mask_makes_another_quantity_of_an_adjoint():
    lines = "dA1 = dZ2 @ W2.T; dA1[A1 <= 0] = 0; dW1 = X.T @ dA1"
    assert verdicts(lines)[0] == ("A1", True)
    assert claims(lines)[1].reads == ("A1",)


def test_a_tensor_of_the_forward_pass_is_a_claim_too():
    assert verdicts("A1 = np.tanh(Z1); P = softmax(A1 @ W2); dW2 = A1.T @ dZ2") == [
        ("A1", True),
        ("P", False),
        ("W2", True),
    ]
    assert [c.name for c in claims("P = P - Y; dW2 = A1.T @ P / N")] == ["W2"]


def test_equal_lines_are_claims_each():
    lines = ["dZ2 = (P - Y)/N = (softmax(Z2) - Y)/N", "= P/N", "= P/N - Y/N"]
    assert verdicts({"Z2": lines}) == [("Z2", True), ("Z2", True), ("Z2", False), ("Z2", True)]
    assert [c.place for c in claims({"Z2": lines})] == ["line 1", "line 1", "line 2", "line 3"]


def test_names_may_be_explained():
    lines = "err = (P - Y)/N; gw = A1.T @ err"
    with pytest.raises(sb.SymbackError, match="names: err, gw"):
        claims(lines)
    assert verdicts(lines, names={"err": "Z2", "gw": "W2"}) == [("Z2", True), ("W2", True)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("for n in X: dW1 = n", "for"),
        ("while 1: pass", "while"),
        ("dW1 = lambda x: x", "lambda"),
        ("dW1 = X.T @ dZ1\nif W1: dW1 = 0", "if"),
        ("a, b = X", "2 names"),
        ("dW1 @= X", "@="),
        ("dW1 = X.T @ dZ1; dW1[0] += Q", "not known"),
        ("del X", "delete"),
        ("X.T @ dZ1", "X.T @ dZ1"),
        ("dA1 = dZ2 @ W2.T; dA1[W1 > 0] = 0", "condition of shape (6, 4)"),
        ("", "none"),
    ],
)
def test_what_is_no_straight_line_is_refused(lines, found):
    with pytest.raises(sb.SymbackError) as caught:
        claims(lines)
    assert found in caught.value.found


def test_an_error_counts_the_lines_of_the_person():
    with pytest.raises(sb.SymbackError, match="your lines, line 3, column 7: the name Q"):
        claims(["dZ2 = (P - Y)/N", "dW2 = A1.T @ dZ2", "dW1 = Q"])


def test_empty_lines_and_comments_are_counted_as_in_the_text():
    text = (
        "\n# first\ndZ2 = (P - Y)/N\n\ndW2 = (A1.T\n  @ dZ2); db2 = dZ2.sum(0)\ndW1 = X.T @ dZ1\n"
    )
    assert [c.place for c in claims(text)] == ["line 2", "line 4", "line 5", "line 6"]


def test_a_second_name_for_a_gradient_is_no_second_claim():
    text = "dW1 = X.T @ dZ1; grads = {}; grads['W1'] = dW1; out = {'dW1': grads['W1']}"
    assert [c.source for c in claims(text)][:1] == ["X.T @ dZ1"]
    assert len(claims("dW1 = X.T @ dZ1; grads = {'W1': dW1}")) == 1
    assert len(claims("dW1 = X.T @ dZ1; grads = {}; grads['W1'] = dW1")) == 1
