"""Axes put together: groups of channels as one axis, and all features of a sample in one row."""

from __future__ import annotations

from math import prod

from sympy import Expr

from symback.algebra.functions import delta, sum_over
from symback.algebra.letters import Index
from symback.algebra.operators import times
from symback.algebra.positions import Entry, affine
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import letters_among, tensor_of
from symback.nn.layer import layer
from symback.nn.names import letter_of, names_of


def merged(entry: Entry, letters: tuple[Index, ...], out: Index, start: Expr | int = 0) -> Expr:
    """Return Σ T[…,g,m,…]·δ(out, start + M·g + m): letters of an entry read as one, row by row.

    The first letter may have any size, the others an integer.
    """
    widths = [int(prod(int(k.size) for k in letters[i + 1 :])) for i in range(len(letters))]
    place = affine(start, dict(zip(letters, widths, strict=True)))
    return sum_over(times(entry, delta(out, place)), *letters)


@layer
def flatten(
    net: Network, X: object, units: object = None, *, over: object = None, name: str | None = None
) -> Tensor:
    """F[n,k] = Σ_{c,y,x} X[n,c,y,x]·δ(k, (c·H + y)·W + x): all letters but the first as one.

    ``over`` names neighbouring letters instead; ``units`` may be the letter of the result. A dense
    layer needs no flattening: dense(…, over=(c, y, x)) sums over all of them.

    Source: row-major order, as NumPy's reshape and PyTorch's Flatten have it.
    """
    X = tensor_of(net, X, "flatten", 2 if over is None else 1, "(n, …)")
    letters = letters_among(X, X.letters[1:] if over is None else over, "flatten: over")
    start = X.letters.index(letters[0])
    if X.letters[start : start + len(letters)] != letters:
        raise DefinitionError(
            f"flatten of {X} over {', '.join(k.name for k in letters)}",
            "letters with others between them",
            "only neighbouring letters make one axis",
        )
    if any(not letter.size.is_Integer for letter in letters[1:]):
        raise DefinitionError(
            f"flatten of {X}", f"the sizes {', '.join(str(k.size) for k in letters)}",
            "the place of an entry needs numbers; or sum over all: dense(…, over=…)",
        )  # fmt: skip
    size = prod((k.size for k in letters[1:]), start=letters[0].size)
    out = letter_of(net, size if units is None else units, "f", "flatten: units")
    if out.size != size:
        raise DefinitionError(
            f"flatten of {X} to {out}", f"{out.size} units for {size} entries", "leave units out"
        )
    names = names_of(net, name, "F")
    target = (*X.letters[:start], out, *X.letters[start + len(letters) :])
    return net.define(names["F"], target, merged(X.entry, letters, out))
