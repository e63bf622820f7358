"""Clipping: what bounds a gradient before the optimiser reads it, as equations.

A rule of clipping reads the gradient θ̄ of all parameters and has an equation for what takes its
place. R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks.
ICML 2013, Algorithm 1 (by norm). T. Mikolov: Statistical Language Models Based on Neural Networks.
PhD thesis, Brno 2012 (by value).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from symback.training.rule import Rule


@dataclass(frozen=True, slots=True)
class Clipping(Rule):
    """The base of clippings: ``RULE`` has an equation for theta_bar_next."""


@dataclass(frozen=True, slots=True)
class ClipNorm(Clipping):
    """θ̄ ← θ̄·limit/‖θ̄‖ where ‖θ̄‖ > limit: the direction stays, the length is bounded."""

    limit: float

    RULE: ClassVar[str] = r"""
network clip_norm
index j:P
input theta_bar[j] limit
norm = sqrt(sum(theta_bar[j]**2, j))
theta_bar_next[j] = theta_bar[j]*where(norm > limit, limit/norm, 1)
latex limit = "c"  norm = "r"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "norm": "the length of the gradient of all parameters together",
        "limit": "the greatest length that is let through",
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural "
        "networks. ICML 2013, Algorithm 1",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.nn.utils.clip_grad_norm_(parameters, max_norm=limit), which divides "
        "by the norm plus 0.000001.",
    )


@dataclass(frozen=True, slots=True)
class ClipValue(Clipping):
    """θ̄ ← min(max(θ̄, −limit), limit), entry by entry: the direction may change."""

    limit: float

    RULE: ClassVar[str] = r"""
network clip_value
index j:P
input theta_bar[j] limit
theta_bar_next[j] = minimum(maximum(theta_bar[j], -limit), limit)
latex limit = "c"
"""
    MEANINGS: ClassVar[dict[str, str]] = {
        "limit": "the greatest absolute value of an entry that is let through"
    }
    SOURCES: ClassVar[tuple[str, ...]] = (
        "T. Mikolov: Statistical Language Models Based on Neural Networks. PhD thesis, Brno "
        "University of Technology 2012",
    )
    REMARKS: ClassVar[tuple[str, ...]] = (
        "In PyTorch: torch.nn.utils.clip_grad_value_(parameters, clip_value=limit).",
    )


# The clippings by the names that the command line reads.
CLIPPINGS: dict[str, type[Clipping]] = {"norm": ClipNorm, "value": ClipValue}
