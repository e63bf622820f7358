"""The value of a formula that holds nothing but numbers, as a person reads it."""

import math
from collections.abc import Iterator

from symback.notation.tree import Call, Fenced, Fraction, Number, Power, Product, Root, Sum, Tree
from symback.notation.tree import Relation as Chain
from symback.render.document import Document, Equation, walk

FUNCTIONS = {
    "σ": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh, "exp": math.exp, "log": math.log,
    "relu": lambda z: max(z, 0.0),
}  # fmt: skip


def value(tree: Tree) -> float | None:
    """Return the number that a tree stands for; None if a letter or dots are in it."""
    read = READERS.get(type(tree))
    return None if read is None else read(tree)


def _number(tree: Number) -> float:
    size = float(tree.mantissa) * 10.0 ** (tree.exponent or 0)
    return -size if tree.negative else size


def _all(trees: tuple[Tree, ...]) -> list[float] | None:
    found = [value(tree) for tree in trees]
    return None if any(v is None for v in found) else found


def _sum(tree: Sum) -> float | None:
    found = _all(tuple(term for _, term in tree.terms))
    signs = [1 if sign == "+" else -1 for sign, _ in tree.terms]
    return None if found is None else sum(s * v for s, v in zip(signs, found, strict=True))


def _product(tree: Product) -> float | None:
    found = None if tree.sign else _all(tree.factors)
    return None if found is None else math.prod(found)


def _fraction(tree: Fraction) -> float | None:
    found = _all((tree.top, tree.bottom))
    return None if found is None else found[0] / found[1]


def _power(tree: Power) -> float | None:
    found = _all((tree.base, tree.exponent))
    return None if found is None else found[0] ** found[1]


def _call(tree: Call) -> float | None:
    found = _all(tree.arguments)
    known = tree.unicode in FUNCTIONS and not tree.over
    return FUNCTIONS[tree.unicode](*found) if found is not None and known else None


def _root(tree: Root) -> float | None:
    found = value(tree.body)
    return None if found is None else math.sqrt(found)


READERS = {
    Number: _number, Sum: _sum, Product: _product, Fraction: _fraction, Power: _power, Call: _call,
    Root: _root, Fenced: lambda tree: value(tree.body) if tree.fence == "(" else None,
}  # fmt: skip


def equal_sides(page: Document) -> Iterator[tuple[Equation, list[float]]]:
    """Yield each equation with the values of its sides that are numbers: all must be one number."""
    for block in walk(page.blocks):
        if isinstance(block, Equation):
            run: list[float] = []
            for line in block.lines:
                if line.left is not None:
                    if run:
                        yield block, run
                    run = []
                parts = line.right.parts if isinstance(line.right, Chain) else (line.right,)
                found = [value(part) for part in parts]
                if line.relation == "=" or line.left is not None:
                    run += [v for v in found if v is not None]
            if run:
                yield block, run
