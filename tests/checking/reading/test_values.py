"""Numbers as claims: arrays hold at one point, functions are called, their faults are theirs."""

import numpy as np
import pytest

import symback as sb
from tests.checking.reading.bench import claims, derivation, point, value, values, verdicts

AT = {name: np.array(v) for name, v in values()[0].items()}


def backward(X, Y, W2, A1, P):
    scores = (P - Y) / len(X)
    hidden = scores @ W2.T * (1 - A1**2)
    return {"W2": A1.T @ scores, "b1": hidden.sum(0)}


def test_a_function_is_called_with_the_tensors_that_its_arguments_name():
    assert verdicts(backward) == [("W2", True), ("b1", True)]
    assert verdicts({"W1": lambda X, Z1_bar: X.T @ Z1_bar}) == [("W1", True)]
    assert verdicts({"W1": lambda X, Z1_bar, rate=1: rate * X.T @ Z1_bar}) == [("W1", True)]


def test_a_function_of_one_mapping_gets_the_inputs_and_parameters():
    program = sb.lambdify(derivation())
    assert verdicts(lambda values: program(values)) == [(n, True) for n in ("W1", "b1", "W2", "b2")]
    assert verdicts(lambda **values: program(values)[1])[0] == ("W1", True)


def test_a_function_cannot_change_the_values():
    def spoils(X, Z1_bar):
        X *= 2
        return X.T @ Z1_bar / 2

    before = point(False).tensors["X"].copy()
    assert verdicts({"W1": spoils}) == [("W1", True)]
    assert (point(False).tensors["X"] == before).all()


def test_the_error_of_a_function_names_its_line_and_is_no_traceback():
    def fails(X):
        return X @ X

    with pytest.raises(sb.SymbackError) as caught:
        verdicts({"W1": fails})
    assert caught.value.asked.startswith("fails was called")
    assert "ValueError: matmul" in caught.value.found
    assert "in fails, test_values.py, line" in caught.value.found


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (lambda X, Q: Q, "no tensor Q"),
        (lambda X, /: X, "no tensor X"),
        (lambda values: values, "dict, which is no array"),
        (lambda X: "text", "str, which is no array"),
        (lambda X: None, "NoneType"),
        (lambda X: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_function_that_does_not_fit_is_said(function, found):
    with pytest.raises(sb.SymbackError) as caught:
        verdicts({"W1": function})
    assert found in caught.value.found


@pytest.mark.parametrize("returned", [3, None, {}, {"Q": 1}, [1, 2]])
def test_a_whole_backward_pass_returns_a_dictionary_of_gradients(returned):
    with pytest.raises(sb.SymbackError):
        verdicts(lambda X: returned)


def test_an_array_holds_at_the_values_that_it_was_computed_with():
    gradient = sb.lambdify(derivation())(AT)[1]["W1"]
    (claim,) = claims({"W1": gradient}, at=AT)
    assert not claim.exact
    assert claim.values["X"] is AT["X"]
    assert verdicts({"W1": gradient.tolist()}, at=AT) == [("W1", True)]
    with pytest.raises(sb.SymbackError, match="give the values that it was computed with"):
        claims({"W1": gradient})


@pytest.mark.parametrize("value", ["text", [[1, 2], [3]], {"a": 1}, 1j, None, object()])
def test_what_is_no_array_of_numbers_is_said(value):
    with pytest.raises(sb.SymbackError):
        claims({"b1": value}, at=AT)


@pytest.mark.parametrize(
    ("value", "rounding"),
    [
        (0.082167041, 5e-10),
        (0.39, 0.005),
        (-4.0, 0.0),
        (7, 0.0),
        (0.1 + 0.2, 0.0),
        ([0.25, 1.125], 0.005),
        (np.array([0.25]), 0.0),
        (np.float32([0.5, 2.0]), 4e-5),
    ],
)
def test_numbers_written_by_hand_are_as_exact_as_their_digits(value, rounding):
    (claim,) = claims({"b1": value}, at=AT)
    assert claim.rounding == pytest.approx(rounding, rel=1e-6)


def test_a_claim_about_the_loss_is_about_its_value():
    (claim,) = claims({"L": 0.5}, at=AT)
    assert (claim.about, claim.source) == ("forward", "0.5")
    (claim,) = claims({"L": "-sum(Y[n,k]*log(P[n,k]), n, k)/N"})
    assert claim.about == "forward"
    assert verdicts({"L": "-(Y * np.log(P)).sum(axis=1).mean()"}) == [("L", True)]


@pytest.mark.parametrize("claimed", [3, None, {}, [], {"Q": "X"}, {3: "X"}, {"W1": ""}, [1, 2]])
def test_what_is_no_claim_is_said(claimed):
    with pytest.raises(sb.SymbackError):
        claims(claimed)


def test_an_entry_of_the_mapping_may_name_the_adjoint():
    for key in ("W1", "dW1", "W1.grad", "W1_bar", "dL/dW1", "∂L/∂W1", derivation().forward["W1"]):
        assert verdicts({key: "X.T @ dZ1"}) == [("W1", True)]


def test_a_number_that_is_written_out_is_meant_for_every_entry():
    (claim,) = claims("dW1 = 0")
    assert value(claim).shape == (6, 4)
    assert not np.any(value(claim))


def test_names_of_pytorch_are_explained_once():
    found = claims({"fc1.weight": "X.T @ dZ1"}, names={"fc1.weight": "W1"})
    assert [c.name for c in found] == ["W1"]
    assert verdicts("Z1.grad = A1_bar*(1 - A1**2); W1.grad = X.T @ Z1.grad") == [
        ("Z1", True),
        ("W1", True),
    ]
