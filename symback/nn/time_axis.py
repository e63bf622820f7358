"""What is done with a recurrence as a whole: both directions, the last step."""

from __future__ import annotations

from dataclasses import replace

from symback.algebra.operators import sum_of
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import letters_among, tensor_of
from symback.nn.axes import merged
from symback.nn.layer import Layer, layer
from symback.nn.names import bound, fresh, names_of


@layer
def bidirectional(net: Network, X: object, step: object, *, name: str | None = None) -> Tensor:
    """Y[t,n,m] = Σ_k h[t,n,k]·δ(m, k) + Σ_k h′[T−1−t,n,k]·δ(m, K+k): h forwards, h′ backwards.

    ``step`` is a recurrent layer that waits: bidirectional(net, X, sb.nn.lstm(32)).

    Source: Schuster & Paliwal, Bidirectional recurrent neural networks, IEEE Trans. Signal
    Processing 45 (1997), section II.B.
    """
    if not isinstance(step, Layer) or "reverse" in step.keywords:
        raise DefinitionError(
            "bidirectional: a recurrent layer was asked for", f"{type(step).__name__} {step!s:.60}",
            "write it without network and input, and without reverse: sb.nn.lstm(32)",
        )  # fmt: skip
    forward = step(net, X)
    own = step.keywords.get("name")
    renamed = {} if own is None else {"name": f"{own}_back"}
    backward = replace(step, keywords={**step.keywords, "reverse": True, **renamed})(net, X)
    return _joined(net, forward, backward, name)


def _joined(net: Network, forward: Tensor, backward: Tensor, name: str | None) -> Tensor:
    t, *samples, unit = forward.letters
    out = fresh(net, unit.name, unit.size + backward.shape[-1], forward.letters)
    names = names_of(net, name, "Y")
    other = backward.letters[-1]
    left = merged(forward.entry, (unit,), out)
    right = merged(backward[(t.size - 1 - t, *samples, other)], (other,), out, unit.size)
    return net.define(names["Y"], (t, *samples, out), left + right)


@layer
def concatenate(
    net: Network, X: object, *others: object, along: object = None, name: str | None = None
) -> Tensor:
    """Y[n,m] = Σ_i X[n,i]·δ(m, i) + Σ_k F[n,k]·δ(m, I+k): tensors side by side along one letter.

    ``along`` is a letter of X, by default the last; the other sizes must be the same.

    Source: Huang, Liu, van der Maaten & Weinberger, Densely connected convolutional networks, CVPR
    2017, equation 2.
    """
    X = tensor_of(net, X, "concatenate", 1)
    (letter,) = letters_among(X, X.letters[-1] if along is None else along, "concatenate: along")
    place = X.letters.index(letter)
    tensors = [X, *(tensor_of(net, T, "concatenate", 1) for T in others)]
    rest = {(*T.shape[:place], *T.shape[place + 1 :]) for T in tensors}
    if len(rest) > 1 or not others:
        raise DefinitionError(
            f"concatenate along {letter}", " and ".join(map(str, tensors)),
            "give two or more tensors of the same sizes but for that of this letter",
        )  # fmt: skip
    before, behind = X.letters[:place], X.letters[place + 1 :]
    out = fresh(net, letter.name, sum(T.shape[place] for T in tensors), X.letters)
    terms, start = [], 0
    for T in tensors:
        own = T.letters[place]
        if own in (*before, *behind):
            own = bound(net, letter.name, own.size, (*X.letters, out))
        terms.append(merged(T[(*before, own, *behind)], (own,), out, start))
        start = start + own.size
    names = names_of(net, name, "Y")
    return net.define(names["Y"], (*before, out, *behind), sum_of(terms))


@layer
def last_step(net: Network, X: object, *, name: str | None = None) -> Tensor:
    """Y[n,k] = h[T−1,n,k]: the last step of a recurrence, whose time is the first letter.

    Source: Sutskever, Vinyals & Le, Sequence to sequence learning with neural networks, NeurIPS
    2014, section 2.
    """
    X = tensor_of(net, X, "last_step", 1, "(t, …)")
    t, *others = X.letters
    names = names_of(net, name, "Y")
    return net.define(names["Y"], tuple(others), X[(t.size - 1, *others)])
