"""Products and powers that a forward tensor already holds: (x - μ)/σ is x̂, (v + ε)^(-3/2) is r³."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr, Rational

from symback.algebra.canonical import key, value_key
from symback.algebra.operators import Comparison, Decimal, Negative, Plus, Power
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, base_and_exponent, product_parts, raised
from symback.algebra.traversal import free_letters, rename
from symback.derivation.term_moves import Facts, decimal, flat
from symback.network.tensors import Equation


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A tensor defined as Π base^exponent; the first base, the lead, has all of its letters."""

    entry: Entry
    written: Expr
    parts: tuple[tuple[Expr, Rational], ...]


def named_products(equations: Iterable[Equation]) -> tuple[NamedProduct, ...]:
    """Return the equations that define a power, a quotient, or a product by what has fewer letters.

    Why not all products? Of a gate o·tanh(c) the derivative o(1 - o) shows only while it is open.
    """
    return tuple(filter(None, map(_named, equations)))


def _named(equation: Equation) -> NamedProduct | None:
    coefficient, factors = product_parts(equation.written)
    parts = [power(f) for f in factors]
    if len({key(base) for base, _ in parts}) < len(parts):
        return None
    if coefficient != 1 or (len(parts) == 1 and parts[0][1] == 1):
        return None
    for place, (base, _) in enumerate(parts):
        if free_letters(base) == set(equation.letters):
            rest = (*parts[:place], *parts[place + 1 :])
            if all(e == 1 and free_letters(b) == free_letters(base) for b, e in parts):
                continue
            return NamedProduct(equation.entry, equation.written, (parts[place], *rest))
    return None


def power(factor: Expr) -> tuple[Expr, Rational]:
    """Return (base, exponent) of a factor, also where the exponent is spelled as a decimal."""
    if isinstance(factor, Power) and isinstance(factor.args[1], Decimal):
        return factor.args[0], factor.args[1].value
    return base_and_exponent(factor)


def reuse_products(products: tuple[NamedProduct, ...]):
    """Return the move that writes a product that a tensor holds by the tensor's name."""

    def change(term: Term, knowledge: object) -> tuple[tuple[Term, ...], Facts] | None:
        term, facts = flat(term), ()
        for product in products:
            found = _replaced(term, product)
            while found is not None:
                term, named = found
                facts += () if ("named", named) in facts else (("named", named),)
                found = _replaced(term, product)
        return ((term,), facts) if facts else None

    return change


def turn_to_products(products: tuple[NamedProduct, ...]):
    """Return the move -(a - b) = b - a where b - a is part of a product that has a name."""
    leads = {value_key(product.parts[0][0])[0] for product in products}

    def change(term: Term, knowledge: object) -> tuple[tuple[Term, ...], Facts] | None:
        for place, factor in enumerate(term.factors):
            turned = _turned(factor)
            if turned is not None and value_key(turned)[0] in leads:
                factors = (*term.factors[:place], turned, *term.factors[place + 1 :])
                return (Term(-term.coefficient, factors, term.letters),), (("turned", factor),)
        return None

    return change


def _turned(factor: Expr) -> Plus | None:
    """Return b - a for a - b."""
    if isinstance(factor, Plus) and len(factor.args) == 2:
        first, second = factor.args
        if isinstance(second, Negative) and not isinstance(first, Negative):
            return Plus(second.args[0], Negative(first))
    return None


def _replaced(term: Term, product: NamedProduct) -> tuple[Term, Expr] | None:
    """Write one occurrence of the product by name; every use removes a factor or a power."""
    (lead, _), *_ = product.parts
    wanted, letters = value_key(lead)
    for factor in term.factors:
        found, own = value_key(power(factor)[0])
        if found != wanted:
            continue
        mapping = dict(zip(letters, own, strict=True))
        parts = [(rename(base, mapping), exponent) for base, exponent in product.parts]
        places = [_place(term.factors, base) for base, _ in parts]
        if None in places:
            continue
        ratios = [
            power(term.factors[place])[1] / exponent
            for place, (_, exponent) in zip(places, parts, strict=True)
        ]
        times = int(min(ratios)) if all(r > 0 for r in ratios) else 0
        if times < 1:
            continue
        factors = list(term.factors)
        for place, (base, exponent) in zip(places, parts, strict=True):
            factors[place] = _lowered(factors[place], base, exponent * times)
        entry = rename(product.entry, mapping)
        lead_place = places[0]
        name = raised(entry, Rational(times))
        rest = [] if factors[lead_place] is None else [factors[lead_place]]
        factors[lead_place : lead_place + 1] = [name, *rest]
        kept = tuple(f for f in factors if f is not None)
        named = Comparison("==", entry, rename(product.written, mapping))
        return Term(term.coefficient, kept, term.letters), named
    return None


def _place(factors: tuple[Expr, ...], base: Expr) -> int | None:
    wanted = key(base)
    return next((i for i, f in enumerate(factors) if key(power(f)[0]) == wanted), None)


def _lowered(factor: Expr, base: Expr, exponent: Rational) -> Expr | None:
    """Return factor / base^exponent; None where nothing is left."""
    rest = power(factor)[1] - exponent
    if rest == 0:
        return None
    if not rest.is_Integer and isinstance(factor.args[1], Decimal):
        return Power(base, decimal(rest))
    return raised(base, rest)
