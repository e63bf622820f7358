"""Layers that are alike are found, and said once with the number of the layer as a letter."""

import pytest

from symback.derivation.derive import derive
from symback.explanation.families import families
from symback.explanation.teacher import explanation
from symback.network.text_reader import parse
from symback.notation.latex import latex_of
from symback.notation.layout import layout
from symback.notation.numbered import lettered, numbered
from symback.notation.unicode import unicode_of


def deep(layers: int, residual: str = "") -> str:
    """Return the text of a dense network of so many layers."""
    numbers = range(1, layers + 1)
    lines = [
        "network deep", "index n:N i:4 h:4", "input X[n,i] Y[n,h]",
        "parameter " + " ".join(f"W{number}[i,h] b{number}[h]" for number in numbers),
    ]  # fmt: skip
    before = "X[n,i]"
    for number in numbers:
        lines.append(f"Z{number}[n,h] = sum({before}*W{number}[i,h], i) + b{number}[h]")
        lines.append(f"A{number}[n,h] = tanh(Z{number}[n,h])")
        before = f"A{number}[n,i]"
    lines.append(f"loss L = sum((A{layers}[n,h] - Y[n,h])**2, n, h)/(2*N)")
    return "\n".join(lines)


def found(text: str) -> dict[str, tuple[str, ...]]:
    """Return {first member: all members} of the families of a network's equations."""
    equations = parse(text).equations
    made = families({e.target: (e.entry, e.written) for e in equations})
    return {family.members[0]: family.members for family in made.values()}


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Z12", ("Z{}", 12)), ("net_h1", ("net_h{}", 1)), ("a3_w", ("a{}_w", 3)), ("L", None)],
)
def test_the_last_number_of_a_name_is_that_of_its_layer(name, parts):
    assert numbered(name) == parts


def test_layers_whose_formulas_differ_by_a_number_are_a_family():
    made = found(deep(6))
    assert made["A1"] == tuple(f"A{number}" for number in range(1, 7))
    # Z1 reads X, not A0.
    assert made["Z2"] == tuple(f"Z{number}" for number in range(2, 7))


def test_three_layers_are_too_few_and_another_formula_parts_a_family():
    assert "Z2" not in found(deep(3))
    changed = deep(9).replace("A5[n,h] = tanh(Z5[n,h])", "A5[n,h] = sigmoid(Z5[n,h])")
    made = found(changed)
    assert made["A1"] == ("A1", "A2", "A3", "A4")
    assert made["A6"] == ("A6", "A7", "A8", "A9")


def test_a_layer_that_reads_two_before_it_is_no_neighbour_of_one_that_reads_one():
    changed = deep(9).replace("sum(A4[n,i]*W5", "sum(A3[n,i]*W5")
    made = found(changed)
    assert made["Z6"] == ("Z6", "Z7", "Z8", "Z9")
    assert "Z5" not in sum(made.values(), ())


def test_a_name_that_both_stays_and_moves_makes_no_family():
    text = deep(6)
    for number in range(2, 7):
        text = text.replace(f" + b{number}[h]", f" + b{number}[h]*A1[n,h]")
    assert "Z2" not in found(text)


def test_a_formula_of_one_layer_becomes_that_of_all():
    equation = parse(deep(4)).equation("Z3")
    shifts = {"Z3": (3, 0), "W3": (3, 0), "b3": (3, 0), "A2": (2, -1)}
    tree = lettered(layout(equation.written), shifts)
    assert unicode_of(tree) == "Σ_i A(ℓ−1)[n,i]·Wℓ[i,h] + bℓ[h]"
    assert r"A_{\ell-1,ni}" in latex_of(tree)
    assert r"W_{\ell,ih}" in latex_of(tree)


def test_a_deep_network_is_told_in_the_length_of_a_shallow_one():
    few = explanation(derive(parse(deep(6)))).text().count("\n")
    many = explanation(derive(parse(deep(24)))).text().count("\n")
    assert many <= few + 4


def test_every_gradient_of_a_deep_network_is_among_the_results():
    text = explanation(derive(parse(deep(6))), checks=False).text()
    results = text[text.index("\nResults\n") :]
    assert "∂L/∂W1[i,h]" in results
    assert "∂L/∂Wℓ[i,h] = Σ_n Z̄ℓ[n,h] · A(ℓ−1)[n,i]" in results
    assert "for ℓ = 2, …, 6" in results


def test_one_gradient_of_a_deep_network_folds_only_what_lies_on_its_way():
    text = explanation(derive(parse(deep(12))), "W3", checks=False).text()
    assert "Z̄ℓ[n,h] = Āℓ[n,h] · (1 − Aℓ[n,h]²)" in text
    assert "for ℓ = 3, …, 12" in text


@pytest.mark.parametrize("detail", [0, 1])
def test_short_forms_say_layers_once_too(detail):
    text = explanation(derive(parse(deep(12))), detail=detail, checks=False).text()
    assert "ℓ = 2, …, 12" in text
    assert "W7" not in text
