"""What a backward pass computes at each step, as the captions of a series of figures."""

from __future__ import annotations

from collections.abc import Mapping

from symback.algebra.positions import Entry
from symback.derivation.derive import Derivation
from symback.diagrams.naming import Namer, namer_of
from symback.diagrams.richtext import RichText, plain, to_unicode


def captions(
    derivation: Derivation,
    backward: tuple[str, ...],
    gradients: Mapping[str, str],
    spelled: Mapping[str, RichText],
) -> list[RichText]:
    """Return "w̄₅ = ∂E/∂w₅ = net̄_o1 · h₁ = 0.08217" for each tensor of the pass, in its order.

    ``gradients`` are the numbers that are known, ``spelled`` how tensors without a name print.
    """
    namer = namer_of(derivation.network, derivation.of, with_ratios(derivation, spelled))
    return [_caption(derivation, name, namer, gradients.get(name, "")) for name in backward]


def with_ratios(derivation: Derivation, spelled: Mapping[str, RichText]) -> dict[str, RichText]:
    """Return how tensors without a name print, and their adjoints: ∂E/∂(x·w)."""
    ratio = _ratio(namer_of(derivation.forward), derivation.of)
    adjoints = {derivation.adjoint_name(n): (*ratio, *text) for n, text in spelled.items()}
    return {**spelled, **adjoints}


def _ratio(namer: Namer, of: str) -> RichText:
    return (*plain("∂"), *namer.name(of), *plain("/∂"))


def _caption(derivation: Derivation, name: str, namer: Namer, number: str) -> RichText:
    of = derivation.of
    if name == of and derivation.upstream:
        upstream = namer.formula(Entry(derivation.upstream, *derivation.forward[of].letters))
        return (*upstream, *plain(" is given"))
    ratio = _ratio(namer, of)
    if name == of:
        return (*ratio, *namer.name(of), *plain(" = 1"))
    gradient = derivation[name]
    told = (*ratio, *namer.formula(gradient.problem.variable))
    if gradient.adjoint not in namer.spelled:
        bar = namer.formula(Entry(gradient.adjoint, *derivation.goal_letters, *gradient.indices))
        told = (*bar, *plain(" = "), *told)
    right = namer.formula(gradient.written)
    told = (*told, *plain(" = "), *right)
    if not number or number == to_unicode(right):
        return told
    # A number of a tensor is its norm, to which the formula is not equal.
    return (*told, *plain(f", {number}" if gradient.indices else f" = {number}"))
