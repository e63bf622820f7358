"""Reads printed scalar formulas back, as a person would, and compares them with the expression.

The printers decide where brackets may be left out. Whether they do so rightly is found out by a
second reading that knows nothing of trees: signs are translated into Python's, whose precedence is
that of mathematics, and the value is computed in fractions.
"""

import ast
import operator
import re
from fractions import Fraction

from hypothesis import strategies as st
from sympy import Integer, Rational

from symback.algebra.evaluated import evaluated
from symback.algebra.operators import Negative, Plus, Power, Quotient, Times
from symback.algebra.positions import Entry

VALUES = {"a": Fraction(2), "b": Fraction(-3, 2), "c": Fraction(5, 3), "w": Fraction(7)}
LEAVES = [*map(Entry, "abcw"), Integer(2), Integer(3), Integer(-4), Entry("w_0_1"), Entry("W1_2")]


def expressions():
    """Written scalar formulas, without powers that explode or divisions by zero."""

    def grown(inner):
        exponent = st.sampled_from([Integer(2), Integer(3), Integer(-1)])
        return st.one_of(
            st.builds(Plus, inner, inner),
            st.builds(Plus, inner, inner, inner),
            st.builds(Times, inner, inner),
            st.builds(Times, inner, inner, inner),
            st.builds(Negative, inner),
            st.builds(Quotient, inner, inner),
            st.builds(Power, inner, exponent),
        )

    return st.recursive(st.sampled_from(LEAVES), grown, max_leaves=8).filter(has_value)


def values(expression):
    """Return the exact value; ZeroDivisionError where there is none."""
    names = VALUES | {"w_0_1": VALUES["w"], "W1_2": VALUES["w"]}
    found = evaluated(expression).xreplace({Entry(k): Rational(v) for k, v in names.items()})
    if not found.is_Rational:
        raise ZeroDivisionError
    return Fraction(int(found.p), int(found.q))


def has_value(expression):
    try:
        return abs(values(expression)) < 10**12
    except ZeroDivisionError:
        return False


FROM_LATEX = [
    (r"w\^\{\(1\)\}_2|w_\{01\}", "w"),
    (r"\\[Bb]igg?[lr]", ""),
    (r"\\frac\{", "⟨{"),
    (r"\\cdot|\\,", "*"),
    (r"(\d) (?=[a-z])", r"\1*"),
]
FROM_UNICODE = [
    (r"w⁽¹⁾₂|w₀₁", "w"), (r" ?· ?", "*"), ("−", "-"), ("²", "**2"), ("³", "**3"), ("⁻¹", "**-1"),
]  # fmt: skip


def same_value(text, translation, expression):
    """Does the printed formula have the value of the expression?"""
    for pattern, plain in translation:
        text = re.sub(pattern, plain, text)
    text = _without_fractions(text).replace("^", "**").replace("{", "(").replace("}", ")")
    return computed(ast.parse(text.strip(), mode="eval").body) == values(expression)


def _without_fractions(text):
    """Turn ⟨{a}{b} into ((a)/(b))."""
    while "⟨" in text:
        start = text.rindex("⟨")
        middle = _closing(text, start + 1)
        end = _closing(text, middle + 1)
        top, bottom = text[start + 2 : middle], text[middle + 2 : end]
        text = f"{text[:start]}(({top})/({bottom})){text[end + 1:]}"
    return text


def _closing(text, start):
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    raise ValueError(text)


OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: lambda x, y: x ** int(y),
}  # fmt: skip


def computed(tree):
    if isinstance(tree, ast.BinOp):
        return OPERATORS[type(tree.op)](computed(tree.left), computed(tree.right))
    if isinstance(tree, ast.UnaryOp):
        return -computed(tree.operand)
    return VALUES[tree.id] if isinstance(tree, ast.Name) else Fraction(tree.value)
