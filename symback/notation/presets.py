"""Notations after well-known books: what each sets, and where that book writes so.

A preset is style only. Names come from the network: who wants Nielsen's C and w calls them so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """The fields of a ``Notation``, and the book and place that they are after."""

    fields: Mapping[str, object]
    source: str


PRESETS: dict[str, Preset] = {
    # w^l_{jk} leads from k to j; δ^l = (w^{l+1})ᵀ δ^{l+1} ⊙ σ'(z^l); samples are columns.
    "nielsen": Preset(
        {"adjoint": "signal", "numbered": "raised", "layout": "columns", "first_index": 1,
         "lowercase": True},
        "M. Nielsen, Neural Networks and Deep Learning (2015), chapter 2",
    ),
    # ∇_W J = Hᵀ G; bold matrices, the number of a layer in brackets above, samples are rows.
    "goodfellow": Preset(
        {"adjoint": "nabla", "numbered": "superscript", "bold": True, "first_index": 1},
        "I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (2016), sections 6.5.4 and 6.5.7",
    ),
    # dW = X.T.dot(dscores): names as a program has them, counted from 0, samples are rows.
    "cs231n": Preset(
        {"adjoint": "d", "digits": 6},
        "A. Karpathy, J. Johnson, F.-F. Li, CS231n notes, Backpropagation and Case Study",
    ),
    # ∂E/∂w5, every factor of the chain as a ratio, numbers to nine digits, δ for error signals.
    "mazur": Preset(
        {"adjoint": "signal", "first_index": 1, "digits": 9},
        "M. Mazur, A Step by Step Backpropagation Example (2015)",
    ),
}  # fmt: skip
