import pytest

from symback.errors import DefinitionError
from symback.network.latex_names import checked_latex


@pytest.mark.parametrize(
    "name",
    [
        "Z^{(1)}", r"\mathbf{W}_1", r"\theta_{ij}^2", "a'", r"\boldsymbol{\theta}", "W_{xh}",
        r"\hat y", r"\hat{y}_{in}", r"\text{in put}", r"\bar\theta", r"x_\theta", "a_1 b_2", "|x|",
    ],
)  # fmt: skip
def test_a_symbol_is_accepted(name):
    assert checked_latex(name, "W") == name


@pytest.mark.parametrize(
    "name",
    [
        r"\input{secrets}", "^^5cinput", "a_1_2", "a^2^3", "a'^2", "a_", "_", "{a", "a}", r"\hat_1",
        r"\hat", "%", "$x$", "a&b", "#1", "~", r"\def\x{1}", "", " ", "x" * 300, r"\left(a",
        "a\n\nb", r"\write18{ls}",
    ],
)  # fmt: skip
def test_anything_else_is_refused(name):
    with pytest.raises(DefinitionError):
        checked_latex(name, "W")
