"""The value of a printed matrix formula, read from its tree as a person reads it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from symback.notation.tree import (
    Brace,
    Call,
    Derivative,
    Fenced,
    Fraction,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Sum,
    Symbol,
    Tree,
    Words,
)

FUNCTIONS = {
    "tanh": np.tanh, "exp": np.exp, "log": np.log, "relu": lambda z: np.maximum(z, 0.0),
    "σ": lambda z: 1 / (1 + np.exp(-z)), "diag": lambda v: np.diag(v.ravel()),
    "tr": lambda m: np.trace(m).reshape(1, 1),
}  # fmt: skip
RELATIONS = {">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal}


class MatrixReader:
    """Reads formulas with the arrays of tensors; vectors are columns, numbers 1×1."""

    def __init__(self, known: Mapping[str, np.ndarray]) -> None:
        self.known = known
        self.shape: tuple[int, int] = (1, 1)

    def value(self, tree: Tree) -> np.ndarray:
        return getattr(self, f"_{type(tree).__name__.lower()}")(tree)

    def _symbol(self, tree: Symbol) -> np.ndarray:
        if tree.name == "1" and tree.bold:
            # Only the shape under it says how many ones.
            return np.ones(max(self.shape)).reshape(-1, 1)
        adjoint = "_bar" if "bar" in tree.accents else ""
        array = np.asarray(self.known[tree.name + adjoint], dtype=float)
        return array.reshape(-1, 1) if array.ndim < 2 else array

    def _derivative(self, tree: Derivative) -> np.ndarray:
        return self._symbol(Symbol(tree.bottom.name, "", accents=("bar",)))

    def _number(self, tree: Number) -> np.ndarray:
        size = float(tree.mantissa)
        return np.array([[-size if tree.negative else size]])

    def _brace(self, tree: Brace) -> np.ndarray:
        self.shape = tuple(int(size.mantissa) for size in tree.label.factors)
        value = self.value(tree.body)
        assert value.shape == self.shape, f"{tree.label} stands under {value.shape}"
        self.shape = (1, 1)
        return value

    def _product(self, tree: Product) -> np.ndarray:
        whole = self.value(tree.factors[0])
        for factor in tree.factors[1:]:
            value = self.value(factor)
            if tree.sign == "⊙" or 1 in (whole.size, value.size):
                assert tree.sign != "⊙" or whole.shape == value.shape
                whole = whole * value
            else:
                whole = whole @ value
        return whole

    def _sum(self, tree: Sum) -> np.ndarray:
        terms = [(1 if sign == "+" else -1) * self.value(term) for sign, term in tree.terms]
        assert len({term.shape for term in terms if term.size > 1}) < 2
        return sum(terms)

    def _power(self, tree: Power) -> np.ndarray:
        base = self.value(tree.base)
        if tree.exponent == Words("⊤"):
            return base.T
        exponent = float(self.value(tree.exponent).item())
        if isinstance(tree.base, Fenced) and tree.base.fence == "‖":
            exponent -= 1
        return base**exponent

    def _fenced(self, tree: Fenced) -> np.ndarray:
        value = self.value(tree.body)
        if tree.fence == "‖":
            return np.array([[math.fsum(value.ravel() ** 2)]])
        return np.abs(value) if tree.fence == "|" else value.astype(float)

    def _relation(self, tree: Relation) -> np.ndarray:
        left, right = map(self.value, tree.parts)
        return RELATIONS[tree.operators[0]](left, right)

    def _fraction(self, tree: Fraction) -> np.ndarray:
        return self.value(tree.top) / self.value(tree.bottom)

    def _root(self, tree: Root) -> np.ndarray:
        return np.sqrt(self.value(tree.body))

    def _call(self, tree: Call) -> np.ndarray:
        return FUNCTIONS[tree.unicode](*map(self.value, tree.arguments))
