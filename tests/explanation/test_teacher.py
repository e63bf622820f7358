"""What can be asked of an explanation, and what is refused, with what helps."""

import time

import pytest

from symback.derivation.derive import derive
from symback.derivation.second import jacobian
from symback.errors import DefinitionError, DerivationError, NotYetError, SymbackError, ValuesError
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse
from symback.notation.options import Notation
from symback.record.archive import restored, stored
from symback.training.optimisers import SGD
from tests.explanation.networks import (
    CLASSES,
    DIGITS,
    MAZUR,
    MAZUR_AT,
    NEURON,
    NEURON_AT,
    RESIDUAL,
    XOR,
    XOR_AT,
    derived,
    forty_six,
)


def text(*args, **options):
    return explanation(*args, **{"checks": False, **options}).text()


# What is said


def test_the_whole_document_has_every_gradient():
    page = text(derived(DIGITS))
    for line in (
        "∂L/∂W1[i,h] = Σ_n Z̄1[n,h] · X[n,i]", "∂L/∂b1[h]   = Σ_n Z̄1[n,h]",
        "∂L/∂W2[h,k] = Σ_n Z̄2[n,k] · A1[n,h]", "= (P[n,k] − Y[n,k]) / N",
    ):  # fmt: skip
        assert line in page


def test_one_parameter_brings_only_what_it_needs():
    page = text(derived(DIGITS), "W2")
    assert "Z̄2[n,k]" in page
    assert "Ā1" not in page
    assert "W1[i,h]" in page  # the forward pass needs it


def test_a_tensor_may_be_given_in_place_of_its_name():
    derivation = derived(DIGITS)
    assert text(derivation, derivation.forward["W2"]) == text(derivation, "W2")


def test_any_tensor_on_the_way_can_be_explained():
    assert "Z̄1[n,h] = ∂L/∂Z1[n,h]" in text(derived(DIGITS), "Z1")
    assert "= −Y[n,k] / (P[n,k]·N)" in text(derived(DIGITS), "P")
    assert "∂L/∂X[n,i] = " in text(derived(DIGITS), "X")


def test_a_stable_form_is_said_and_named():
    page = text(derived(CLASSES))
    assert "log(P[n,k]) = Z[n,k] − logsumexp_k(Z[n,k])" in page
    assert "log of softmax" in page
    assert "never overflow" in page


def test_a_fork_says_that_contributions_add():
    page = text(derived(RESIDUAL))
    assert "and the contributions add." in page.replace("\n", " ")
    assert "W is used twice" in page
    assert "(+=)" in page


def test_kinks_are_declared_where_they_are_used_and_only_there():
    assert "relu'(0) = 0" in text(derived(RESIDUAL))
    assert "kink" not in text(derived(DIGITS))


def test_sums_over_samples_and_broadcasts_are_explained():
    page = text(derived(DIGITS)).replace("\n", " ")
    assert "Every sample n uses the same W1[i,h]" in page
    assert "Forward, b1[h] is used for every n (broadcast); backward, therefore, the sum" in page
    assert "The division by N is already in Z̄2[n,k], equation (6)" in page
    assert "Why W2ᵀ: the sum runs over k, the last index of W2[h,k]" in page


def test_terms_that_vanish_are_explained():
    page = text(derived(MAZUR), "w5", at=MAZUR_AT).replace("\n", " ")
    assert "(t2 − o2)² / 2 does not contain o1, so its derivative adds nothing to ∂E/∂o1." in page
    assert "o2 does not depend on w5" in page


def test_similar_weights_cite_the_first_of_their_kind():
    page = text(derived(MAZUR), at=MAZUR_AT)
    assert "As for ∂E/∂w5, equation (12)." in page
    assert page.count("Step 2: local derivatives") == 2


def test_the_update_is_made_with_the_optimisers_own_equations():
    page = text(derived(NEURON), "w", at=NEURON_AT, update=SGD(0.1))
    assert "w ← w − rate·∂E/∂w\n      = 0.5 − 0.1·(−12) = 1.7" in page
    assert "The loss goes from 9 to 0.36" in page


def test_a_layer_is_explained_with_its_upstream_adjoint():
    net = parse("network layer\nindex n:N i:3 h:2\ninput X[n,i]\nparameter W[i,h]\n"
                "Y[n,h] = sum(X[n,i]*W[i,h], i)")  # fmt: skip
    page = text(derive(net, ["X", "W"], of="Y"))
    assert "= Σ_h Ȳ[n,h] · W[i,h]" in page
    assert "the loss beyond Y" in page


def test_a_parameter_that_does_not_reach_the_loss_has_gradient_zero():
    net = parse("network odd\ninput x\nparameter w v\nloss E = (w*x)**2")
    page = text(derive(net), at={"x": 1.0, "w": 2.0}, update=SGD(0.1))
    assert "v does not reach E: its gradient is 0." in page


def test_a_scalar_that_does_not_reach_a_loss_of_tensors_has_gradient_zero():
    net = parse("network odd\nindex n:N\ninput X[n]\nparameter w v\nloss E = sum(w*X[n], n)")
    page = text(derive(net))
    assert "∂E/∂v = 0" in page
    assert "v does not reach E" in page


def test_a_scalar_loss_beside_tensors_that_it_does_not_read_is_explained():
    net = parse("network odd\nindex i:4\nparameter W[i] w\nloss E = w**2")
    assert "∂E/∂w = 2" in text(derive(net))


def test_an_equation_typed_in_place_is_explained():
    net = parse("network typed\ninput x y\nparameter w b\nloss E = (sigmoid(w*x + b) - y)**2/2")
    page = text(derive(net), at={"x": 2, "w": 0.5, "b": 0, "y": 1})
    assert "∂E/∂w = " in page


def test_a_second_derivation_is_explained():
    first = derived(NEURON)
    assert "∂w̄/∂w = " in text(derive(first.network, "w", "w_bar"))


def test_a_stored_derivation_is_explained_without_the_engine():
    again = restored(stored(derive(parse(DIGITS))))
    assert text(again) == text(derived(DIGITS))


def test_alike_layers_are_said_once_when_there_are_many():
    layers = 9
    lines = ["network deep", "index n:N h:3 j:3", "input X[n,h]"]
    lines += [f"parameter W{k}[h,j]" for k in range(1, layers + 1)]
    last = "X"
    for k in range(1, layers + 1):
        a, b = ("h", "j") if k % 2 else ("j", "h")
        weight = f"W{k}[{a},{b}]" if k % 2 else f"W{k}[{b},{a}]"
        lines.append(f"Z{k}[n,{b}] = sum({last}[n,{a}]*{weight}, {a})")
        lines.append(f"A{k}[n,{b}] = tanh(Z{k}[n,{b}])")
        last = f"A{k}"
    lines.append(f"loss L = mean({last}[n,j]**2, n, j)")
    page = text(derive(parse("\n".join(lines))))
    assert page.count("with the names of this layer") >= layers - 1


# How much is said


def test_detail_zero_is_a_sentence_for_each_weight():
    page = explanation(derived(MAZUR), at=MAZUR_AT, update=SGD(0.5), detail=0).text()
    assert "∂E/∂w1 = 0.000438568. o1 is too high (0.7514 against 0.01) and rises with w1" in page
    assert page.count("∂E/∂w") == 8
    assert len(page.splitlines()) < 22


def test_detail_one_has_a_line_for_each_adjoint():
    page = text(derived(DIGITS), detail=1)
    assert "Ā1[n,h] = Σ_k Z̄2[n,k] · W2[h,k]   from (3)" in page
    assert "Symbols" not in page


def test_detail_three_has_the_algebra_and_the_proofs():
    page = text(derived(MAZUR), "w5", detail=3)
    assert "1 is added and taken away" in page
    algebra = text(derived(RESIDUAL), "b", detail=3)
    assert "line by line" in algebra
    assert "sum over index: ∂ Σ_i a = Σ_i ∂a" in algebra


def test_the_numpy_form_shows_the_lines_that_run():
    page = text(derived(DIGITS), "W2", form="numpy")
    assert "W2_bar = dot(" in page
    assert "W1_bar" not in page


def test_the_scalar_form_follows_one_entry_number_by_number():
    given = {**XOR_AT, "X": [[1, 0]], "Y": [1]}
    page = text(derived(XOR), "W1", weight=(0, 1), form="scalar", at=given, update=SGD(0.5))
    assert "w⁽¹⁾₀₁ → z⁽¹⁾₀₁ → a⁽¹⁾₀₁ → z⁽²⁾₀ → a⁽²⁾₀ → L" in page
    assert "w⁽¹⁾₀₁ ← w⁽¹⁾₀₁ − rate·∂L/∂w⁽¹⁾₀₁" in page
    assert "= 0.3 − 0.5·0.074748665 = 0.262625667" in page


def test_the_scalar_form_refuses_a_book():
    given = {"X": [[0.0] * 64], "Y": [1], "W1": [[0.0] * 32] * 64, "b1": [0.0] * 32}
    given |= {"W2": [[0.0] * 10] * 32, "b2": [0.0] * 10}
    with pytest.raises(DefinitionError, match="gradients"):
        text(derived(DIGITS), form="scalar", at=given)


def test_notation_reaches_every_index():
    page = text(derived(XOR), "W1", weight=(0, 1), at=XOR_AT, notation=Notation(first_index=1))
    assert "Equation (10) at i = 1 and h = 2:" in page
    assert "Indices are counted from 1." in page


# What is refused


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"name": "nothing"}, DefinitionError),
        ({"name": "L"}, DerivationError),
        ({"name": "W1", "weight": (0, 32)}, DefinitionError),
        ({"name": "W1", "weight": (0,)}, DefinitionError),
        ({"name": "W1", "weight": (-1, 0)}, DefinitionError),
        ({"name": "W1", "weight": (0.5, 0)}, DefinitionError),
        ({"weight": (0, 0)}, DefinitionError),
        ({"form": "poem"}, DefinitionError),
        ({"notation": "knuth"}, DefinitionError),
        ({"form": "scalar"}, DefinitionError),
        ({"detail": 4}, DefinitionError),
        ({"detail": True}, DefinitionError),
        ({"update": SGD(0.5)}, ValuesError),
        ({"at": {"X": 1}}, ValuesError),
        ({"at": 3}, ValuesError),
    ],
)
def test_a_wrong_wish_is_refused_in_three_parts(asked, error):
    with pytest.raises(error) as caught:
        explanation(derived(DIGITS), **asked)
    assert caught.value.asked
    assert caught.value.found


def test_an_update_that_is_no_optimiser_is_refused():
    with pytest.raises(DefinitionError):
        explanation(derived(NEURON), at=NEURON_AT, update=0.5, checks=False)


def test_a_jacobian_is_not_explained_yet():
    net = parse("network f\nindex k:3\ninput x\nparameter w[k]\ny[k] = w[k]*x")
    found = jacobian(net, of="y", wrt="w")
    with pytest.raises(NotYetError):
        explanation(found.derivation)
    for nothing in (found, net, None):
        with pytest.raises(DefinitionError):
            explanation(nothing)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "one", None, [1, 2]])
def test_values_that_are_no_numbers_are_refused(bad):
    with pytest.raises(SymbackError):
        explanation(derived(NEURON), at={**NEURON_AT, "w": bad})


# How long it takes


def _seconds(build):
    start = time.process_time()
    build()
    return time.process_time() - start


def test_forty_six_weights_take_less_than_a_second():
    forty_six()
    taken = min(_seconds(lambda: explanation(forty_six(), checks=False).latex()) for _ in range(3))
    assert taken < 1


def test_no_line_of_latex_is_longer_than_150_characters():
    source = explanation(forty_six(), checks=False).latex()
    assert max(map(len, source.splitlines())) <= 150


def test_a_size_is_taken_from_an_array_that_nothing_reads():
    net = parse(
        "network unread\nindex n:N i:2\ninput x[i] y[n]\nparameter w[i]\n"
        "z = sum(x[i]*w[i], i)\nloss L = z**2 + N"
    )
    at = {"x": [1.0, 2.0], "y": [1.0, 2.0, 3.0], "w": [1.0, 1.0]}
    assert "= 12" in explanation(derive(net), at=at, checks=False).text()


def test_more_equations_than_a_page_takes_are_refused(monkeypatch):
    monkeypatch.setattr("symback.explanation.teacher.MOST_EQUATIONS", 5)
    with pytest.raises(DefinitionError, match="9 equations; a page takes 5"):
        explanation(derived(MAZUR))
