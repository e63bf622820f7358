"""Attention: each query reads a mean of values, weighted by how well their keys fit it.

Heads are an axis of their own. What PyTorch stores as one matrix for all heads is W_Q[i,a,d] here:
feature i, head a, feature d of the head; so nothing is cut apart or put together.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, oo

from symback.algebra.functions import softmax, sqrt, sum_over, where
from symback.algebra.letters import Index
from symback.algebra.operators import Condition
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import tensor_of
from symback.nn.layer import layer
from symback.nn.names import fresh, letter_of, names_of


@layer
def attention(
    net: Network, Q: object, K: object, V: object, *, causal: bool = False, mask: object = None,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """O[n,q,e] = Σ_k P[n,q,k]·V[n,k,e], P = softmax_k(Σ_d Q[n,q,d]·K[n,k,d]/√D).

    Letters before the last two are samples and heads, the same in all three. ``causal`` lets query
    q read the keys k ≤ q; ``mask`` is a tensor over k, (q,k), (n,k) or (n,q,k), and keys where it
    is 0 are not read. A query that may read none gets 0.

    Source: Vaswani et al., Attention is all you need, NeurIPS 2017, equation 1.
    """
    Q, K, V = (tensor_of(net, T, "attention", 2, "(…, q, d)") for T in (Q, K, V))
    fits = (
        K.rank == V.rank == Q.rank
        and K.shape[:-2] == V.shape[:-2] == Q.shape[:-2]
        and (K.shape[-1], V.shape[-2]) == (Q.shape[-1], K.shape[-2])
    )
    if not fits:
        raise DefinitionError(
            f"attention of {Q} over {K} and {V}",
            f"shapes {Q.shape}, {K.shape}, {V.shape}",
            "Q[…,q,d], K[…,k,d] and V[…,k,e] share samples, the features d, and the keys k",
        )
    k, e = K.letters[-2], V.letters[-1]
    k = fresh(net, "s", k.size, Q.letters) if k in Q.letters else k
    e = fresh(net, "e", e.size, (*Q.letters, k)) if e in (*Q.letters[:-1], k) else e
    names = names_of(net, name, "O", "S", "P")
    return _attended(net, Q, K, V, k, e, names, _conditions(net, Q, k, causal, mask))


def _attended(
    net: Network, Q: Tensor, K: Tensor, V: Tensor, k: Index, e: Index, names: Mapping[str, str],
    conditions: tuple[Condition, ...],
) -> Tensor:  # fmt: skip
    """Define the scores S, −∞ where a condition fails, the weights P and what is read, O."""
    *samples, q, d = Q.letters
    score: Expr = sum_over(Q.entry * K[(*samples, k, d)], d) / sqrt(d.size)
    for condition in conditions:
        score = where(condition, score, -oo)
    S = net.define(names["S"], (*samples, q, k), score)
    P = net.define(names["P"], (*samples, q, k), softmax(S.entry, k))
    read = sum_over(P.entry * V[(*samples, k, e)], k)
    return net.define(names["O"], (*samples, q, e), read)


def _conditions(
    net: Network, Q: Tensor, k: Index, causal: bool, mask: object
) -> tuple[Condition, ...]:
    """Return what must hold for a key to be read."""
    *samples, q, _ = Q.letters
    found: list[Condition] = [k <= q] if causal else []
    if mask is not None:
        mask = tensor_of(net, mask, "attention: mask", 1, "(…, k)")
        found.append(mask[_places(mask, tuple(samples), q, k)] > 0)
    return tuple(found)


def _places(mask: Tensor, samples: tuple[Index, ...], q: Index, k: Index) -> tuple[Index, ...]:
    """Return the letters at which a mask is read, found by its sizes."""
    forms = ((*samples, q, k), (*samples[:1], q, k), (*samples[:1], k), (q, k), (k,))
    for letters in forms:
        if mask.shape == tuple(letter.size for letter in letters):
            return letters
    shown = ", ".join(f"[{','.join(letter.name for letter in form)}]" for form in forms[1:])
    raise DefinitionError(
        f"attention: the mask {mask}", f"its shape {mask.shape}", f"a mask is one over {shown}"
    )


@layer
def multi_head_attention(
    net: Network, X: object, heads: object, *, keys: object = None, width: object = None,
    causal: bool = False, mask: object = None, bias: bool = True, init: object = None,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Y[n,q,j] = Σ_{a,e} O[n,a,q,e]·W_O[a,e,j] + b_O[j]: attention in each head a, then a sum.

    Q[n,a,q,d] = Σ_i X[n,q,i]·W_Q[i,a,d] + b_Q[a,d]; K and V likewise of X, or of the tensor
    ``keys`` (cross-attention). ``heads`` and ``width`` of a head (by default features / heads) are
    sizes or letters. Y has the letters of X.

    Source: Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.2.2.
    """
    layer = "multi_head_attention"
    X = tensor_of(net, X, layer, 2, "(…, q, i)")
    source = X if keys is None else tensor_of(net, keys, layer, 2, "(…, k, i)")
    *samples, q, i = X.letters
    if source.shape[:-2] != X.shape[:-2]:
        raise DefinitionError(
            f"{layer} of {X} over {source}", f"shapes {X.shape} and {source.shape}",
            "the letters before the last two are samples: they must have the same sizes",
        )  # fmt: skip
    k, f = source.letters[-2:]
    k = fresh(net, "s", k.size, X.letters) if k in X.letters else k
    a = letter_of(net, heads, "a", f"{layer}: heads", (*X.letters, k))
    d = letter_of(net, _width(X, a, width), "d", f"{layer}: width", (*X.letters, k, a))
    e = fresh(net, "e", d.size, (*X.letters, k, a, d))
    stored = [f"{kind}_{part}" for part in "QKVO" for kind in "Wb"]
    names = names_of(net, name, "Y", *"QKVSPO", *stored)

    def project(part: str, T: Tensor, place: Index, feature: Index, width: Index) -> Tensor:
        weight = net.parameter(names[f"W_{part}"], feature, a, width, init=init)
        value = sum_over(T[(*samples, place, feature)] * weight.entry, feature)
        if bias:
            value = value + net.parameter(names[f"b_{part}"], a, width).entry
        return net.define(names[part], (*samples, a, place, width), value)

    Q = project("Q", X, q, i, d)
    K, V = project("K", source, k, f, d), project("V", source, k, f, e)
    O = _attended(net, Q, K, V, k, e, names, _conditions(net, Q, k, causal, mask))
    W = net.parameter(names["W_O"], a, e, i, init=init)
    Y = sum_over(O.entry * W.entry, a, e)
    if bias:
        Y = Y + net.parameter(names["b_O"], i).entry
    return net.define(names["Y"], X.letters, Y)


def _width(X: Tensor, heads: Index, width: object) -> object:
    if width is not None:
        return width
    features = X.shape[-1]
    if features % heads.size != 0:
        raise DefinitionError(
            f"multi_head_attention: {heads.size} heads of {X}",
            f"{features} features, not surely a multiple of {heads.size}",
            "choose a number of heads that divides the features, or give the width of a head",
        )
    return features / heads.size
