"""Names and the LaTeX of names: what is legal, and that nothing else gets through."""

import pytest

from symback.errors import DefinitionError
from symback.network.names import RESERVED_WORDS, checked_latex, checked_new_name


@pytest.mark.parametrize(
    "name", ["W1", "E", "I", "N", "S", "Q", "beta", "gamma", "pi", "x_t", "ell", "d"]
)
def test_legal_names(name):
    assert checked_new_name(name, "test", {}) == name


@pytest.mark.parametrize("name", sorted(RESERVED_WORDS))
def test_words_of_the_language_are_no_names(name):
    with pytest.raises(DefinitionError, match="language"):
        checked_new_name(name, "test", {})


@pytest.mark.parametrize(
    "name", ["Z_bar", "Z_bar2", "W_dot", "sb_x", "Z_bar_bar", "a_dot3", "_bar"]
)
def test_generated_names_need_leave(name):
    with pytest.raises(DefinitionError):
        checked_new_name(name, "test", {})


def test_generated_equations_have_leave():
    assert checked_new_name("Z_bar", "test", {}, generated=True) == "Z_bar"


def test_a_taken_name_says_what_has_it():
    with pytest.raises(DefinitionError, match="the size N"):
        checked_new_name("N", "test", {"N": "the size N"})


@pytest.mark.parametrize(
    "latex",
    [
        "Z^{(1)}", r"\hat{y}", r"\mathrm{net\_h1}", r"w^{(1)}_{01}", r"\bar{\dot{w}}_{0}", "x'",
        r"\tilde{\mathbf{W}}_{\text{out}}", r"\beta_1", "x_{i,j}", r"\operatorname{loss}", r"a\,b",
        r"\{a\}",
    ],
)  # fmt: skip
def test_latex_of_names_is_accepted(latex):
    assert checked_latex(latex, "test") == latex


@pytest.mark.parametrize(
    "latex",
    [
        r"\input{/etc/passwd}", r"\write18{rm}", r"\def\x{}", r"\catcode`\@", "^^5cinput{x}",
        r"\csname input\endcsname", r"\end{document}", r"\begin{x}", r"\include{x}", r"\openin5",
        r"\immediate", r"\newcommand{\x}{}", r"\url{x}", r"\href{x}{y}", "x^^M", "$x$", "x$",
        r"x\\y", "x%", "x#1", "x~y", "x&y", '"x"', "{", "}", "a}{b", "", "   ", "x" * 201, "x\ny",
        "é", "<script>\x00", "x\\", 3, None,
    ],
)  # fmt: skip
def test_latex_that_is_no_name_is_refused(latex):
    with pytest.raises(DefinitionError, match="LaTeX"):
        checked_latex(latex, "test")
