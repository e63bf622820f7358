"""Verdicts on the way: what is not finite, a gradient that vanishes, a gradient that explodes.

S. Hochreiter: Untersuchungen zu dynamischen neuronalen Netzen. Diploma thesis, TU München 1991;
Y. Bengio, P. Simard, P. Frasconi: Learning long-term dependencies with gradient descent is
difficult. IEEE Transactions on Neural Networks 5 (1994) 157–166.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from symback.algebra.nodes import Partial
from symback.algebra.pointwise import POINTWISE
from symback.algebra.positions import Entry
from symback.diagnosis.case import WARNING, Case, Verdict, say
from symback.diagnosis.paper import counted_words, limit_form, measured
from symback.diagnosis.slopes import shape_of
from symback.diagnosis.ways import FUNCTION, OTHER, WEIGHTS, Factor, Way
from symback.notation.layout import Typesetter
from symback.notation.tree import Tree
from symback.render.document import Inlines
from symback.render.parts import inlines

# The gradient at the first layer, over that at the last.
VANISHES, EXPLODES = 1e-2, 1e2
# A product of gains as near to 1 as this is not worth a word.
UNCHANGED = 0.1

# What is not finite ------------------------------------------------------------------------------


def broken(case: Case) -> Iterator[Verdict]:
    """The first tensor with NaN or an infinity: given, computed, or an adjoint."""
    m = case.measures
    d = m.derivation
    for tensor in (*d.forward.inputs, *d.forward.parameters):
        array = m.arrays.get(tensor.name)
        if array is not None and not np.isfinite(array).all():
            yield _break(case, tensor.name, int((~np.isfinite(array)).sum()), "given")
            return
    for name in d.forward.tensors:
        if name in m.forward and m.forward[name].broken:
            yield _break(case, name, m.forward[name].broken, "computed")
            return
    for name in d.adjoints:
        if m.adjoints[name].broken:
            yield _break(case, d.adjoint_name(name), m.adjoints[name].broken, "adjoint")
            return


def _break(case: Case, name: str, number: int, what: str) -> Verdict:
    count = f"{number:,} entr{'y' if number == 1 else 'ies'}"
    found = "broken given" if what == "given" else "broken computed"
    why = "broken why adjoint" if what == "adjoint" else "broken why"
    helps = "broken help given" if what == "given" else "broken help"
    shown = case.show.name(name)
    return Verdict(
        "broken", WARNING, (name,), say(found, tensor=shown, count=count), say(why), say(helps)
    )


# Vanishing and exploding -------------------------------------------------------------------------


def vanishing(case: Case) -> Iterator[Verdict]:
    """Parameters whose gradient has shrunk a hundredfold between the last layer and their own."""
    yield from _on_the_way(case, "vanishing", lambda ratio: 0 < ratio < VANISHES, min)


def exploding(case: Case) -> Iterator[Verdict]:
    """Parameters whose gradient has grown a hundredfold between the last layer and their own."""
    yield from _on_the_way(case, "exploding", lambda ratio: ratio > EXPLODES, max)


def _on_the_way(
    case: Case, kind: str, is_bad: Callable[[float], bool], extreme: Callable
) -> Iterator[Verdict]:
    """One verdict for all parameters with a bad ratio, explained by the worst of their ways."""
    bad = {name: way for name, way in case.ways.items() if is_bad(way.ratio)}
    if not bad:
        return
    worst = extreme(bad.values(), key=lambda way: way.ratio)
    show = case.show
    found = say(
        kind, low=show.name(worst.low), high=show.name(worst.high), ratio=measured(worst.ratio),
        layers=counted_words(worst.layers - 1, "layer"), parameters=case.names(tuple(bad)),
    )  # fmt: skip
    yield Verdict(
        kind, WARNING, tuple(bad), found, _product_in_words(case, worst), _cure(kind, worst)
    )


def _product_in_words(case: Case, way: Way) -> Inlines:
    """Return which kinds of factors multiply to what."""
    count = counted_words(len(way.factors), "local derivative")
    parts: list = [*say("product", jacobian=jacobian(case.show, way), count=count)]
    shares = [_share_of_function(way, name) for name in functions_on(way)]
    weights = [f for f in way.factors if f.kind == WEIGHTS]
    if weights:
        share, each = _share(weights)
        layers = counted_words(len(weights), "layer")
        several = {"each": measured(each)} if len(weights) > 1 else {}
        text = "share weights" if several else "share weights of one"
        shares.append(say(text, count=layers, share=measured(share), **several))
    if abs(way.share(OTHER) - 1) > UNCHANGED:
        shares.append(say("share other", share=measured(way.share(OTHER))))
    if abs(way.joined - 1) > UNCHANGED:
        shares.append(say("share joined", share=measured(way.joined)))
    for place, share in enumerate(shares):
        parts += [*inlines("; " if place else ""), *share]
    return inlines(*parts, ".")


def _share_of_function(way: Way, name: str) -> Inlines:
    factors = [f for f in way.factors if f.kind == FUNCTION and f.name == name]
    share, each = _share(factors)
    count, steepest, slope = len(factors), shape_of(name).steepest, slope_name(name)
    limit: Inlines = ()
    if steepest:
        bound = {"slope": slope, "limit": limit_form(steepest)}
        most = {"count": str(count), "most": measured(steepest**count)}
        is_small = steepest < 1 and count > 1
        limit = say("limit below 1", **bound, **most) if is_small else say("limit", **bound)
    if count == 1:
        return say("share function of one", slope=slope, share=measured(share), limit=limit)
    return say(
        "share function", count=str(count), slope=slope, share=measured(share),
        each=measured(each), limit=limit,
    )  # fmt: skip


def _share(factors: list[Factor]) -> tuple[float, float]:
    """Return (the product of gains, their geometric mean)."""
    product = math.prod(f.gain for f in factors)
    return product, product ** (1 / len(factors))


def functions_on(way: Way) -> tuple[str, ...]:
    """Return the functions on a way, each once."""
    return tuple(dict.fromkeys(f.name for f in way.factors if f.kind == FUNCTION))


def slope_name(function: str) -> str:
    """Return σ′ for sigmoid."""
    return f"{POINTWISE[function].unicode}′"


def jacobian(show: Typesetter, way: Way) -> Tree:
    """Return ∂high/∂low."""
    return show(Partial(Entry(way.high), Entry(way.low)))


def _cure(kind: str, way: Way) -> Inlines:
    """Return what helps against the kind of factor that does most of it."""
    slopes, weights = way.share(FUNCTION), way.share(WEIGHTS)
    if kind == "vanishing":
        return say("help slopes" if slopes <= weights else "help small weights")
    return say("help steep" if slopes >= weights else "help large weights")
