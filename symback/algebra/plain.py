"""Expressions as text of the language: what ``str()`` of a node gives and the parser reads back."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, floor
from sympy.core.numbers import Number

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    BINDER_NAMES,
    Binder,
    Bounded,
    Delta,
    Floored,
    InRange,
    Iverson,
    Padded,
    Partial,
    ReadAt,
    Remainder,
    Total,
    Where,
)
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Node,
    Not,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.positions import Affine, Entry

# How tightly each form binds; an operand that binds less tightly than its place asks for gets
# brackets.
LOOSEST, OR, AND, COMPARISON, SUM, PRODUCT, POWER, ATOM = range(8)


def plain(expression: Expr) -> str:
    """Return the expression as text of the language."""
    try:
        return _plain(expression)[0]
    except RecursionError:
        # Only what no network accepts nests that deep; error messages print it all the same.
        return "an expression nested too deep to print"


def _plain(expression: Expr) -> tuple[str, int]:
    """Return (text, how tightly it binds)."""
    form = FORMS.get(type(expression))
    if form:
        return form(expression)
    if isinstance(expression, Number):
        return _number(expression)
    if isinstance(expression, Binder):
        return _binder(expression)
    if expression.args and not isinstance(expression, Node):
        name = type(expression).__name__
        return (
            f"{name}({', '.join(_in(a, LOOSEST) for a in expression.args if isinstance(a, Expr))})",
            ATOM,
        )
    return str(expression), ATOM


def _in(expression: Expr, place: int) -> str:
    """Return the text of an operand, in brackets if its place asks for them."""
    text, binding = _plain(expression)
    return text if binding >= place else f"({text})"


def _number(number: Number) -> tuple[str, int]:
    text = str(number)
    if text.startswith("-"):
        return text, SUM
    return text, PRODUCT if "/" in text else ATOM


def _sum(terms: tuple[Expr, ...]) -> tuple[str, int]:
    text = _in(terms[0], SUM)
    for term in terms[1:]:
        shown = _in(term.args[0], PRODUCT) if isinstance(term, Negative) else _in(term, SUM + 1)
        text += (" - " if isinstance(term, Negative) else " + ") + shown
    return text, SUM


def _product(factors: tuple[Expr, ...]) -> tuple[str, int]:
    # ∂E/∂a*∂a/∂w would hide where one derivative ends.
    first = ATOM if isinstance(factors[0], (Partial, Total)) else PRODUCT
    shown = [_in(factors[0], first)]
    for factor in factors[1:]:
        # a*(b/c) keeps its brackets: without them it would be read as (a*b)/c.
        shown.append(_in(factor, PRODUCT + 1))
    return "*".join(shown), PRODUCT


def _sympy_product(expression: Mul) -> tuple[str, int]:
    coefficient, rest = expression.as_coeff_Mul()
    if coefficient.is_negative:
        return f"-{_in(Mul(-coefficient, rest), PRODUCT)}", SUM
    above, below = [], []
    for factor in Mul.make_args(expression):
        if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.is_negative:
            below.append(Pow(factor.base, -factor.exp))
        elif factor.is_Rational and factor.q != 1:
            above += [Integer(factor.p)] if factor.p != 1 else []
            below.append(Integer(factor.q))
        else:
            above.append(factor)
    text = "*".join(_in(f, PRODUCT + (i > 0)) for i, f in enumerate(above)) or "1"
    if not below:
        return text, PRODUCT
    bottom = "*".join(_in(f, PRODUCT + (i > 0)) for i, f in enumerate(below))
    if len(below) > 1 or _plain(below[0])[1] < POWER:
        bottom = f"({bottom})"
    return f"{text}/{bottom}", PRODUCT


def _power(base: Expr, exponent: Expr) -> tuple[str, int]:
    return f"{_in(base, ATOM)}**{_in(exponent, POWER)}", POWER


def _sympy_power(expression: Pow) -> tuple[str, int]:
    if expression.exp.is_Rational and expression.exp.is_negative:
        return (
            _sympy_product(Mul(1, expression, evaluate=False))
            if expression.exp != -1
            else (f"1/{_in(expression.base, POWER)}", PRODUCT)
        )
    return _power(expression.base, expression.exp)


def _floor(size: floor) -> tuple[str, int]:
    return _divided("//", *size.args[0].as_numer_denom())


def _divided(sign: str, above: Expr, below: Expr) -> tuple[str, int]:
    # Why as loose as a sum? -a//2 would be read as (-a)//2.
    return f"{_in(above, PRODUCT)}{sign}{_in(below, PRODUCT + 1)}", SUM


def _affine(position: Affine) -> tuple[str, int]:
    text = ""
    for letter, coefficient in sorted(
        position.coefficients.items(), key=lambda p: (p[1] < 0, p[0].name)
    ):
        size = abs(coefficient)
        shown = letter.name if size == 1 else f"{size}*{letter.name}"
        text += (" - " if coefficient < 0 else " + ") + shown
    constant = position.constant
    text = text[3:] if text.startswith(" + ") else "-" + text[3:]
    if constant != 0:
        if text.startswith("-"):
            return f"{_in(constant, SUM)} - {text[1:]}", SUM
        shown = _in(constant, SUM)
        text += f" - {shown[1:]}" if shown.startswith("-") else f" + {shown}"
    return text, SUM


def _binder(node: Binder) -> tuple[str, int]:
    letters = [
        f"({b.letter.name}, {plain(b.low)}, {plain(b.high)})" if isinstance(b, Bounded) else b.name
        for b in node.binders
    ]
    if isinstance(node, ReadAt) and node.at != node.letters[0]:
        letters.append(f"at={plain(node.at)}")
    return f"{BINDER_NAMES[type(node)]}({plain(node.body)}, {', '.join(letters)})", ATOM


def _call(name: str):
    return lambda e: (f"{name}({', '.join(plain(a) for a in e.args)})", ATOM)


def _in_range(condition: InRange) -> tuple[str, int]:
    position, low, high = condition.args
    return f"{_in(low, SUM)} <= {_in(position, SUM)} < {_in(high, SUM)}", COMPARISON


def _comparison(condition: Comparison) -> tuple[str, int]:
    left, right = (_in(a, SUM) for a in condition.args[1:])
    return f"{left} {condition.operator} {right}", COMPARISON


def _entry(entry: Entry) -> tuple[str, int]:
    if not entry.positions:
        return entry.tensor, ATOM
    return f"{entry.tensor}[{','.join(plain(p) for p in entry.positions)}]", ATOM


def _ratio(symbol: str):
    return lambda e: (f"{symbol}{_in(e.args[0], ATOM)}/{symbol}{_in(e.args[1], ATOM)}", PRODUCT)


FORMS = {
    Entry: _entry,
    Index: lambda e: (e.name, ATOM),
    Affine: _affine,
    Decimal: lambda e: (e.text, SUM if e.text.startswith("-") else ATOM),
    Plus: lambda e: _sum(e.args) if e.args else ("0", ATOM),
    Times: lambda e: _product(e.args) if e.args else ("1", ATOM),
    Negative: lambda e: ("-" + _in(e.args[0], PRODUCT), SUM),
    Quotient: lambda e: (f"{_in(e.args[0], PRODUCT)}/{_in(e.args[1], PRODUCT + 1)}", PRODUCT),
    Power: lambda e: _power(*e.args),
    Add: lambda e: _sum(
        tuple(Negative(-t) if t.as_coeff_Mul()[0].is_negative else t for t in e.as_ordered_terms())
    ),
    Mul: _sympy_product,
    Pow: _sympy_power,
    floor: _floor,
    Floored: lambda e: _divided("//", *e.args),
    Remainder: lambda e: _divided(" % ", *e.args),
    Padded: _call("padded"),
    Pointwise: lambda e: (f"{e.name}({', '.join(plain(a) for a in e.arguments)})", ATOM),
    Delta: _call("delta"),
    Iverson: _call("iverson"),
    Where: _call("where"),
    Comparison: _comparison,
    InRange: _in_range,
    Both: lambda e: (" & ".join(_in(a, ATOM) for a in e.args), AND),
    Either: lambda e: (" | ".join(_in(a, ATOM) for a in e.args), OR),
    Not: lambda e: (f"~{_in(e.args[0], ATOM)}", ATOM),
    Partial: _ratio("∂"),
    Total: _ratio("∂"),
}


# Node prints itself through this module, which imports Node: so the method is attached here.
Node._sympystr = lambda self, printer: plain(self)
Node._sympyrepr = Node._sympystr
# Why beside the printer's methods? Its set-up takes longer than the text.
Node.__str__ = Node.__repr__ = plain
