"""Tidying moves on one term: facts that are known, names that are there, factors that join.

Each returns the terms that take the term's place with the facts for its reason, or None.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Rational

from symback.algebra.canonical import key
from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, Iverson, LogSumExp, Softmax
from symback.algebra.operators import Comparison, Decimal, Negative, Plus, Pointwise
from symback.algebra.positions import Entry
from symback.algebra.terms import (
    ONE,
    Term,
    Terms,
    base_and_exponent,
    product_parts,
    raised,
    term_expression,
)
from symback.algebra.traversal import free_letters, rebuilt
from symback.derivation.knowledge import Knowledge, named_entry, share_letter

Facts = tuple[tuple[str, Expr | str], ...]
Move = tuple[Terms, Facts]
MOST_PLACES = 30  # of a decimal that multiplying numbers may make


def sums_to_one(which: str) -> Callable[[Term, Knowledge], tuple[Terms, Facts] | None]:
    """Return the move Σ_k Y_k = 1 for the tensors of a kind: "one_hot" or "shares"."""

    def change(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
        for place, factor in enumerate(term.factors):
            letter = _summed_along(factor, knowledge, which)
            if letter is None or letter not in term.letters:
                continue
            others = term.factors[:place] + term.factors[place + 1 :]
            if any(letter in free_letters(f) for f in others):
                continue
            letters = tuple(k for k in term.letters if k != letter)
            fact = term_expression(Term(ONE, (factor,), (letter,)))
            return (Term(term.coefficient, others, letters),), (
                ("fact", factor),
                ("letter", letter),
                ("sum", fact),
            )
        return None

    return change


def _summed_along(factor: Expr, knowledge: Knowledge, which: str) -> Index | None:
    """Return the letter along which the factor's entries are known to add up to 1."""
    if isinstance(factor, Softmax) and which == "shares":
        return share_letter(factor)
    if isinstance(factor, Entry) and factor.tensor in getattr(knowledge, which):
        last = factor.positions[-1]
        alone = all(last not in free_letters(p) for p in factor.positions[:-1])
        return last if isinstance(last, Index) and alone else None
    return None


def repetition(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """Σ_i a = size·a, where nothing in a depends on i."""
    for letter in term.letters:
        if not any(letter in free_letters(f) for f in term.factors):
            letters = tuple(k for k in term.letters if k != letter)
            coefficient, factors = product_parts(letter.size)
            after = Term(term.coefficient * coefficient, (*term.factors, *factors), letters)
            return (after,), (("letter", letter), ("size", letter.size))
    return None


def reuse(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """tanh(Z) = A, where the forward pass has A."""
    found: dict[Entry, Expr] = {}

    def change(node: Expr) -> Expr | None:
        if isinstance(node, (Pointwise, Softmax, LogSumExp)):
            entry = named_entry(node, knowledge.named)
            if entry is not None:
                found.setdefault(entry, node)
                return entry
        return None

    factors = tuple(rebuilt(f, change) for f in term.factors)
    if not found:
        return None
    facts = tuple(("named", Comparison("==", entry, node)) for entry, node in found.items())
    return (Term(term.coefficient, factors, term.letters),), facts


def reflection(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """σ(-z) = 1 - σ(z)."""

    def change(node: Expr) -> Expr | None:
        if (
            isinstance(node, Pointwise)
            and node.name == "sigmoid"
            and isinstance(node.args[1], Negative)
        ):
            return Plus(ONE, Negative(Pointwise("sigmoid", node.args[1].args[0])))
        return None

    factors = tuple(rebuilt(f, change) for f in term.factors)
    if factors == term.factors:
        return None
    return (Term(term.coefficient, factors, term.letters),), (("mirrored", "σ(-z) = 1 - σ(z)"),)


def flat(term: Term) -> Term:
    """Open products among the factors, numbers join the coefficient."""
    coefficient, factors = term.coefficient, ()
    for factor in term.factors:
        own, more = product_parts(factor)
        coefficient, factors = coefficient * own, factors + more
    return Term(coefficient, factors, term.letters)


def cancel(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """a·(1/a) = 1 and a^m·a^n = a^(m+n), for whole exponents; [c]·[c] = [c]."""
    places: dict[tuple, int] = {}
    factors: list[Expr] = []
    joined: list[Expr] = []
    for factor in flat(term).factors:
        base, exponent = base_and_exponent(factor)
        found = places.get(key(base))
        if found is None or not _may_join(factors[found], exponent):
            places[key(base)] = len(factors)
            factors.append(factor)
            continue
        total = base_and_exponent(factors[found])[1] + exponent
        if isinstance(base, (Iverson, Delta)) and exponent > 0:
            total = ONE  # 0² = 0 and 1² = 1
        factors[found] = ONE if total == 0 else raised(base, total) if total != 1 else base
        joined.append(base)
    if not joined:
        return None
    after = flat(Term(term.coefficient, tuple(factors), term.letters))
    return (Term(flat(term).coefficient, after.factors, term.letters),), tuple(
        ("joined", b) for b in joined
    )


def _may_join(present: Expr, exponent: Rational) -> bool:
    """May these powers of one base be joined? Only whole exponents: √x·√x needs x ≥ 0."""
    return present != ONE and base_and_exponent(present)[1].is_Integer and exponent.is_Integer


def square_of_a_root(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """(√a)² = a; the root is there, so a is not negative."""
    factors, facts = [], ()
    for factor in flat(term).factors:
        base, exponent = base_and_exponent(factor)
        is_root = isinstance(base, Pointwise) and base.name == "sqrt"
        if is_root and exponent.is_Integer and exponent.is_even:
            factors.append(raised(base.args[1], exponent / 2))
            facts += (("root", base),)
        else:
            factors.append(factor)
    if not facts:
        return None
    return (flat(Term(flat(term).coefficient, tuple(factors), term.letters)),), facts


def multiply_numbers(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """2·0.5 = 1: decimals among the factors and the coefficient become one number."""
    term = flat(term)
    numbers = [f for f in term.factors if isinstance(base_and_exponent(f)[0], Decimal)]
    above = abs(term.coefficient.p)
    if not numbers or (len(numbers) == 1 and above == 1 and isinstance(numbers[0], Decimal)):
        return None
    others = tuple(f for f in term.factors if f not in numbers)
    value = Rational(above)
    for base, exponent in map(base_and_exponent, numbers):
        value *= base.value**exponent
    sign = 1 if term.coefficient > 0 else -1
    coefficient, spelled = Rational(sign, term.coefficient.q), decimal(value)
    if spelled is None or value.is_Integer:
        coefficient, spelled = coefficient * value, None
    factors = others if spelled is None else (spelled, *others)
    return (Term(coefficient, factors, term.letters),), (("number", spelled or value),)


def decimal(value: Rational) -> Decimal | None:
    """Return the decimal that spells a rational exactly; None where none does, as for 1/3."""
    places = 0
    while value.q != 1 and 10**places % value.q and places < MOST_PLACES:
        places += 1
    if 10**places % value.q:
        return None
    digits = str(abs(value.p) * (10**places // value.q)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return Decimal(f"-{text}" if value < 0 else text)


def turn(term: Term, knowledge: Knowledge) -> tuple[Terms, Facts] | None:
    """-(a - b) = b - a."""
    if term.coefficient >= 0:
        return None
    for place, factor in enumerate(term.factors):
        if isinstance(factor, Plus) and len(factor.args) == 2:
            first, second = factor.args
            if isinstance(second, Negative) and not isinstance(first, Negative):
                turned = Plus(second.args[0], Negative(first))
                factors = (*term.factors[:place], turned, *term.factors[place + 1 :])
                return (Term(-term.coefficient, factors, term.letters),), (("turned", factor),)
    return None
