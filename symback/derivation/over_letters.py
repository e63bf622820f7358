"""Local derivatives of what runs over letters: sums, means, softmax, maxima, products."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from sympy import Expr, oo

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Binder,
    Bounded,
    First,
    IndexMax,
    IndexMean,
    IndexMin,
    IndexProduct,
    IndexSum,
    LogSumExp,
    Softmax,
    Where,
)
from symback.algebra.operators import Both, Comparison, Either, Negative, Plus, Pointwise
from symback.algebra.terms import ONE, Term, opened, unbound
from symback.algebra.traversal import fresh_letter, rename, with_letters
from symback.derivation.guards import guarded
from symback.derivation.site import Outcome, Site, derivative, recorded


def _over_index(name: str) -> Callable[[Expr, Site], Outcome]:
    def rule(expression: IndexSum | IndexMean, site: Site) -> Outcome:
        body, letters = unbound(expression, site.taken)
        site.taken |= {k.name for k in letters}
        terms, part = derivative(body, site)
        if any(isinstance(b, Bounded) for b in expression.binders):
            terms = tuple(map(guarded, terms))
        summed = tuple(Term(t.coefficient, t.factors, letters + t.letters) for t in terms)
        return recorded(name, expression, site, summed, [part])

    return rule


def _logsumexp(expression: LogSumExp, site: Site) -> Outcome:
    body, letters = unbound(expression, site.taken)
    site.taken |= {k.name for k in letters}
    terms, part = derivative(body, site)
    if len(letters) == 1:
        share = site.name_of(Softmax(expression.body, expression.letters[0], letters[0]))
    else:
        share = Pointwise("exp", Plus(body, Negative(expression)))
    weighted = tuple(Term(t.coefficient, (share, *t.factors), letters + t.letters) for t in terms)
    return recorded("log-sum-exp", expression, site, weighted, [part])


def _softmax(expression: Softmax, site: Site) -> Outcome:
    body, letters = unbound(expression, site.taken)
    (letter,) = letters
    site.taken.add(letter.name)
    share = site.name_of(expression)
    other = site.name_of(Softmax(expression.body, expression.letters[0], letter))
    terms, part = derivative(body, site)
    own = tuple(
        Term(
            t.coefficient,
            (share, *(with_letters(f, {letter: expression.at}) for f in t.factors)),
            t.letters,
        )
        for t in terms
    )
    spread = tuple(
        Term(-t.coefficient, (share, other, *t.factors), letters + t.letters) for t in terms
    )
    return recorded("softmax", expression, site, own + spread, [part])


def _extremum(name: str, sign: Callable[[Expr], Expr]) -> Callable[[IndexMax, Site], Outcome]:
    """Return the rule of a maximum (of a minimum: the maximum of -body): the first winner counts.

    Over several letters the first in row order: the first u whose best v is best, then the first v.
    """

    def rule(expression: IndexMax | IndexMin, site: Site) -> Outcome:
        body, letters, brackets = opened(expression, site.taken)
        site.taken |= {k.name for k in letters}
        terms, part = derivative(body, site)
        contest = sign(body)
        if brackets:
            contest = Where(reduce(Both, (b.args[0] for b in brackets)), contest, -oo)
        masks = []
        for place, letter in enumerate(letters):
            later = letters[place + 1 :]
            best = IndexMax(contest, *later) if later else contest
            masks.append(First(best, letter, letter))
        won = tuple(
            Term(t.coefficient, (*brackets, *masks, *t.factors), letters + t.letters) for t in terms
        )
        return recorded(
            name, expression, site, tuple(map(guarded, won)) if brackets else won, [part]
        )

    return rule


def _product(expression: IndexProduct, site: Site) -> Outcome:
    """Π over the others, times the derivative of one: no division, so a factor 0 does no harm."""
    body, letters, brackets = opened(expression, site.taken)
    site.taken |= {k.name for k in letters}
    terms, part = derivative(body, site)
    others = _others(expression, letters, site.taken)
    by_one = tuple(
        Term(t.coefficient, (*brackets, others, *t.factors), letters + t.letters) for t in terms
    )
    by_one = tuple(map(guarded, by_one)) if brackets else by_one
    return recorded("product over index", expression, site, by_one, [part])


def _others(product: IndexProduct, here: tuple[Index, ...], taken: set[str]) -> IndexProduct:
    """Return the product over all values of its letters but those ``here``."""
    names, mapping = {*taken, *(k.name for k in product.letters)}, {}
    for letter in product.letters:
        mapping[letter] = fresh = fresh_letter(letter, names)
        names.add(fresh.name)
    differ = (
        Comparison("!=", mapping[k], own) for k, own in zip(product.letters, here, strict=True)
    )
    body = Where(reduce(Either, differ), rename(product.body, mapping), ONE)
    binders = (
        Bounded(mapping[b.letter], b.low, b.high) if isinstance(b, Bounded) else mapping[b]
        for b in product.binders
    )
    return IndexProduct(body, *binders)


# The rules of binders, by type of node.
OVER_LETTERS: dict[type, Callable[[Binder, Site], Outcome]] = {
    IndexSum: _over_index("sum over index"),
    IndexMean: _over_index("mean over index"),
    IndexMax: _extremum("maximum over index", lambda body: body),
    IndexMin: _extremum("minimum over index", Negative),
    IndexProduct: _product,
    LogSumExp: _logsumexp,
    Softmax: _softmax,
}
