"""np.einsum in formulas: "ni,nh->ih" names the axes, and what is not on the right is summed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

import numpy as np
from sympy import Expr

from symback.checking.reading.parts import Evaluation, Part, whole
from symback.checking.reading.shapes import Misfit, Shape

SUBSCRIPTS = re.compile(r"([A-Za-z]*(?:,[A-Za-z]*)*)(?:->([A-Za-z]*))?\Z")
MOST_LETTERS = 10


def einsum(text: str, subscripts: str, operands: Sequence[Part]) -> Part:
    """Return the part that np.einsum(subscripts, …) is; raises Misfit."""
    written = "".join(subscripts.split())
    match = SUBSCRIPTS.match(written)
    if match is None:
        raise Misfit(f"{subscripts[:40]!r} is not of the form 'ni,nh->ih'")
    inputs = match[1].split(",")
    output = _implied(match[1]) if match[2] is None else match[2]
    lengths = _lengths(inputs, output, [part.shape for part in operands])
    call = f"{','.join(inputs)}->{output}"

    def summed(at: Evaluation, *arrays: np.ndarray) -> np.ndarray:
        at.spend(prod(at.lengths(tuple(lengths.values()))), text)
        return np.einsum(call, *arrays)

    return whole(text, tuple(lengths[letter] for letter in output), summed, *operands)


def _implied(letters: str) -> str:
    """Return the letters that appear once, in the order of the alphabet, as NumPy takes them."""
    return "".join(sorted(k for k in set(letters) - {","} if letters.count(k) == 1))


def _lengths(inputs: list[str], output: str, shapes: list[Shape]) -> dict[str, Expr]:
    if len(inputs) != len(shapes):
        raise Misfit(f"{len(inputs)} groups of letters for {len(shapes)} arrays")
    lengths: dict[str, Expr] = {}
    for letters, shape in zip(inputs, shapes, strict=True):
        if len(letters) != len(shape):
            raise Misfit(f"{letters or 'no letter'} for an array with {len(shape)} axes")
        for letter, size in zip(letters, shape, strict=True):
            if lengths.setdefault(letter, size) != size:
                raise Misfit(f"{letter} has lengths {lengths[letter]} and {size}")
    if len(lengths) > MOST_LETTERS:
        raise Misfit(f"{len(lengths)} letters, and {MOST_LETTERS} are the most")
    if len(set(output)) < len(output) or not set(output) <= set(lengths):
        raise Misfit(f"the right side {output} names each letter of the left at most once")
    return lengths
