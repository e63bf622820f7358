"""form="matrix": what a page prints has the numbers of the network, and reasons for each move."""

from __future__ import annotations

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.derivation.derive import derive
from symback.errors import DefinitionError
from symback.explanation.matrix_form import matrix_adjoint, matrix_stage
from symback.explanation.teacher import explanation, new_lesson
from symback.network.text_reader import parse
from symback.notation.options import Notation
from symback.render.document import Equation, Passage, walk
from tests.derivation.test_matrix import WHOLE
from tests.explanation.matrix_reader import MatrixReader
from tests.explanation.networks import DIGITS, MAZUR, derived

# Samples have an open size, so that they are known as samples.
LAYER = WHOLE["a layer with a bias"].replace("n:3", "n:N").replace("2*3", "2*N")


def numbered(blocks) -> list[Equation]:
    return [b for b in walk(blocks) if isinstance(b, Equation) and b.label]


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_every_matrix_formula_of_a_page_has_its_tensors_numbers_and_shapes(text, layout):
    network = parse(text)
    derivation = derive(network, [t.name for t in (*network.parameters, *network.inputs)])
    generator = np.random.default_rng(7)
    values = {
        t.name: generator.uniform(0.3, 1.5, [int(s) for s in t.shape])
        for t in (*network.inputs, *network.parameters)
    }
    known = values | interpret(derivation.network, values, number=float)
    known = {k: v.T for k, v in known.items()} if layout == "columns" else known
    reader = MatrixReader(known)
    lesson = new_lesson(derivation, Notation(layout=layout), form="matrix", detail=2)
    pages = {e.target: matrix_stage(lesson, e.target) for e in network.equations}
    pages |= {
        derivation.adjoint_name(n): matrix_adjoint(lesson, n)
        for n in derivation.adjoints if derivation[n].written != 0
    }  # fmt: skip
    for name, blocks in pages.items():
        formula = numbered(blocks)[0].lines[0].right
        found = reader.value(formula)
        expected = np.reshape(known[name], (-1, 1)) if known[name].ndim < 2 else known[name]
        assert found.shape == expected.shape, name
        assert np.allclose(found, expected, rtol=1e-10), name


SAID = {
    "a transpose by its letters": "Why Xᵀ: the sum runs over n, the first index of X[n,i]",
    "⊙ by a diagonal matrix": "to multiply by a diagonal matrix is to multiply entry by entry",
    "the batch sum": "Every sample n uses the same W[i,h]",
    "a bias forward": "𝟏 · bᵀ lays b out once for every n",
    "a bias backward": "Z̄ᵀ · 𝟏 adds up over n",
    "turning": "= Σ_n Xᵀ[i,n] · Z̄[n,h]",
    "one entry": "(Xᵀ·Z̄)[3,1] = Z̄[0,1]·X[0,3] + Z̄[1,1]·X[1,3] + …",
    "both conventions": "Z = X·W here is Z = W·X there",
    "the chain rule": "∂L/∂Z[n,h′] · ∂Z[n,h′]/∂W[i,h]",
    "the result": "∂L/∂W = Xᵀ · Z̄ ",
    "the ones in the table": "𝟏          │ a column of ones",
}


@pytest.fixture(scope="module")
def page() -> str:
    return explanation(derive(parse(LAYER)), form="matrix", checks=False).text()


@pytest.mark.parametrize("what", SAID)
def test_a_page_says(what, page):
    flat = " ".join(page.split())
    assert " ".join(SAID[what].split()) in flat


def test_shapes_stand_under_their_factors(page):
    braces = next(line for line in page.splitlines() if "4×N" in line and "└" in line)
    assert braces.index("4×N") < braces.index("N×2")


def test_in_columns_the_gradient_is_the_one_of_books_with_columns():
    notation = Notation(layout="columns")
    page = explanation(derive(parse(LAYER)), form="matrix", checks=False, notation=notation).text()
    assert "∂L/∂W = Z̄ · Xᵀ" in page
    assert "∂L/∂b = Z̄ · 𝟏" in page
    assert "is the transpose of theirs" in page


def test_what_has_no_matrix_form_stays_index_by_index_and_says_why():
    page = explanation(derived(DIGITS), form="matrix", checks=False)
    text = " ".join(page.text().split())
    assert "There is no matrix form: softmax runs along k" in text


def test_a_network_of_numbers_has_no_matrices():
    with pytest.raises(DefinitionError, match="matri"):
        explanation(derived(MAZUR), form="matrix")


def test_passages_hold_each_tensor_in_every_form():
    page = explanation(derive(parse(LAYER)), checks=False).document
    forms = [(b.form, b.shown) for b in walk(page.blocks) if isinstance(b, Passage)]
    assert {("index", True), ("matrix", True), ("numpy", False)} <= set(forms)
    other = explanation(derive(parse(LAYER)), form="matrix", checks=False).document
    forms = [(b.form, b.shown) for b in walk(other.blocks) if isinstance(b, Passage)]
    assert {("index", False), ("numpy", False)} <= set(forms)


def test_the_chain_rule_comes_first_in_pure_partials():
    lines = explanation(derived(DIGITS), "W1", checks=False).text().splitlines()
    pure = "= Σ_{n′,k} ∂L/∂Z2[n′,k] · ∂Z2[n′,k]/∂A1[n,h]   chain rule"
    first = next(n for n, line in enumerate(lines) if pure in line)
    assert "Z̄2[n′,k] · ∂Z2[n′,k]/∂A1[n,h]" in lines[first + 1]
    assert "Z̄2 for ∂L/∂Z2" in lines[first + 1]


@pytest.mark.parametrize("detail", [0, 1])
def test_short_pages_give_results_in_the_form_that_was_asked_for(detail):
    derivation = derived(DIGITS)
    assert "∂L/∂W1 = Xᵀ · " in explanation(derivation, form="matrix", detail=detail).text()
    assert "∂L/∂W1[i,h] = Σ_n " in explanation(derivation, detail=detail).text()
