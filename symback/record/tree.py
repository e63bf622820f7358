"""Expressions as JSON trees of the closed set of forms, and back; nothing in a file can run.

A node is ["Plus", operand, …]; a letter ["Index", "n", size]; a number ["1/2"]; a size {"size":
"N"}. Whatever is not on the list of forms is refused.
"""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, Tuple, floor, oo, pi
from sympy.core.symbol import Str

from symback.algebra import nodes, operators, positions
from symback.algebra.letters import LARGEST_SIZE, Index, checked_name, size_symbol
from symback.algebra.pointwise import POINTWISE
from symback.errors import FileError

DEEPEST = 400
LONGEST_NUMBER = 400

FORMS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        operators.Plus, operators.Times, operators.Negative, operators.Quotient, operators.Power,
        operators.Comparison, operators.Both, operators.Either, operators.Not, operators.Pointwise,
        operators.Decimal, positions.Entry, nodes.Bounded, nodes.IndexSum, nodes.IndexMean,
        nodes.IndexMax, nodes.IndexMin, nodes.IndexProduct, nodes.LogSumExp, nodes.Softmax,
        nodes.First, nodes.Padded, nodes.Floored, nodes.Remainder, nodes.Delta, nodes.InRange,
        nodes.Iverson, nodes.Where, nodes.Partial, nodes.Total, Add, Mul, Pow, floor,
    )
}  # fmt: skip
CONSTANTS = {"pi": pi, "oo": oo, "-oo": -oo}
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
# What the name operand of a form must be; other forms have no operand that is a name.
NAME_CHECKS = {
    "Entry": lambda name: bool(checked_name(name, "a stored tensor")),
    "Pointwise": lambda name: name in POINTWISE,
    "Comparison": lambda name: name in OPERATORS,
    "Decimal": lambda text: len(text) <= LONGEST_NUMBER and _is_decimal(text),
}


# How many operands a form has, from and to; the first of these may be a name.
OPERANDS: dict[str, tuple[int, int]] = {
    "Plus": (0, 10**6), "Times": (0, 10**6), "Negative": (1, 1), "Quotient": (2, 2),
    "Power": (2, 2), "Comparison": (3, 3), "Both": (2, 10**6), "Either": (2, 10**6), "Not": (1, 1),
    "Pointwise": (2, 4), "Decimal": (1, 1), "Entry": (1, 10**3), "Bounded": (3, 3),
    "Softmax": (3, 3), "First": (3, 3), "Padded": (1, 1), "Floored": (2, 2), "Remainder": (2, 2),
    "Delta": (2, 2), "InRange": (3, 3), "Iverson": (1, 1), "Where": (3, 3), "Partial": (2, 2),
    "Total": (2, 2), "Add": (2, 10**6), "Mul": (2, 10**6), "Pow": (2, 2), "floor": (1, 1),
}  # fmt: skip
OF_CONDITIONS = ("Both", "Either", "Not", "Iverson")


def tree_of(expression: Expr) -> object:
    """Return an expression as a tree of lists, texts and numbers."""
    if isinstance(expression, Index):
        return ["Index", expression.name, tree_of(expression.size)]
    if isinstance(expression, positions.Affine):
        pairs = [[tree_of(k), c] for k, c in expression.coefficients.items()]
        return ["Affine", tree_of(expression.constant), pairs]
    if isinstance(expression, Symbol):
        return {"size": expression.name}
    for name, constant in CONSTANTS.items():
        if expression == constant:
            return {"constant": name}
    if isinstance(expression, Rational):
        return [str(expression)]
    name = type(expression).__name__
    if FORMS.get(name) is not type(expression):
        raise FileError(
            f"storing {str(expression)[:60]}", f"the form {name}", "it cannot be stored"
        )
    return [name, *(a.name if isinstance(a, Str) else tree_of(a) for a in expression.args)]


def expression_from(tree: object, depth: int = 0) -> Expr:
    """Return the expression that a tree spells; raises FileError for other forms."""
    if depth > DEEPEST:
        raise _refused("a tree nested too deep")
    if isinstance(tree, dict) and len(tree) == 1:
        return _named_value(tree)
    if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
        raise _refused(str(tree)[:60])
    head, rest = tree[0], tree[1:]
    if not rest:
        return _number(head)
    if head == "Index" and len(rest) == 2 and isinstance(rest[0], str):
        return Index(checked_name(rest[0], "a stored letter"), expression_from(rest[1], depth + 1))
    if head == "Affine":
        return _affine(rest, depth)
    form = FORMS.get(head)
    if form is None:
        raise _refused(head[:60])
    if head in NAME_CHECKS:
        if not isinstance(rest[0], str) or not NAME_CHECKS[head](rest[0]):
            raise _refused(f"{head} {str(rest[0])[:60]}")
        operands = [expression_from(a, depth + 1) for a in rest[1:]]
        _check_operands(form, operands, len(rest))
        return form(rest[0], *operands)
    operands = [expression_from(a, depth + 1) for a in rest]
    _check_operands(form, operands, len(rest))
    return form(*operands)


def _check_operands(form: type, operands: list[Expr], count: int) -> None:
    """Raise FileError for operands that a form cannot have: too many, or of another kind."""
    name = form.__name__
    fewest, most = OPERANDS.get(name, (2, 10**3))
    wrong = not fewest <= count <= most
    if not wrong and issubclass(form, nodes.Binder):
        bound = operands[1:2] if issubclass(form, nodes.ReadAt) else operands[1:]
        wrong = not all(isinstance(b, (Index, nodes.Bounded)) for b in bound)
    if not wrong and form is nodes.Bounded:
        wrong = not isinstance(operands[0], Index)
    if not wrong and form is nodes.Padded:
        wrong = not isinstance(operands[0], positions.Entry)
    asked = len(operands) if name in OF_CONDITIONS else int(name == "Where")
    kinds = [isinstance(operand, operators.Condition) for operand in operands]
    if wrong or not all(kinds[:asked]) or any(kinds[asked:]):
        raise _refused(f"{name} of {', '.join(type(a).__name__ for a in operands)[:60]}")


def _named_value(tree: dict) -> Expr:
    ((kind, name),) = tree.items()
    if kind == "size" and isinstance(name, str):
        return size_symbol(name)
    if kind == "constant" and name in CONSTANTS:
        return CONSTANTS[name]
    raise _refused(str(tree)[:60])


def _number(text: str) -> Rational:
    above, slash, below = text.removeprefix("-").partition("/")
    whole = (
        above.isascii() and above.isdigit() and (not slash or (below.isascii() and below.isdigit()))
    )
    if len(text) > LONGEST_NUMBER or not whole or (slash and int(below) == 0):
        raise _refused(f"the number {text[:60]}")
    value = Rational(int(above), int(below)) if slash else Integer(int(above))
    return -value if text.startswith("-") else value


def _is_decimal(text: str) -> bool:
    mantissa, _, exponent = text.lower().partition("e")
    digits = mantissa.removeprefix("-").replace(".", "", 1)
    power = exponent.removeprefix("-").removeprefix("+")
    return (
        digits.isascii()
        and digits.isdigit()
        and (not exponent or (power.isdigit() and int(power) <= 308))
    )


def _affine(rest: list, depth: int) -> Expr:
    if len(rest) != 2 or not isinstance(rest[1], list):
        raise _refused("an affine position")
    pairs = []
    for pair in rest[1]:
        if not (
            isinstance(pair, list)
            and len(pair) == 2
            and type(pair[1]) is int
            and abs(pair[1]) <= LARGEST_SIZE
        ):
            raise _refused("an affine position")
        letter = expression_from(pair[0], depth + 1)
        if not isinstance(letter, Index):
            raise _refused("an affine position")
        pairs.append(Tuple(letter, Integer(pair[1])))
    return positions.Affine(expression_from(rest[0], depth + 1), Tuple(*pairs))


def _refused(found: str) -> FileError:
    return FileError(
        "reading a stored expression", found, "it is not in the form that symback writes"
    )
