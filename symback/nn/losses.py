"""Losses: a number for each sample, and their mean or sum.

The prediction comes first, then the target, which is read at the prediction's letters, in whatever
order it has them; its own may be others of the same sizes. ``reduction`` is "mean" or "sum", over
all letters but that of classes or features. With ``term`` the result is a scalar, L1, L2, … or
``name``, to add up in net.loss("L", …), not the loss.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, Integer

from symback.algebra.functions import (
    absolute,
    exp,
    log,
    logsumexp,
    maximum,
    mean_over,
    relu,
    softplus,
    sqrt,
    sum_over,
    where,
)
from symback.algebra.letters import Index
from symback.algebra.nodes import Softmax
from symback.algebra.operators import Pointwise
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import number, spelled, tensor_of
from symback.nn.layer import layer
from symback.nn.names import taken

REDUCTIONS = {"mean": mean_over, "sum": sum_over}


@layer
def squared_loss(
    net: Network, prediction: object, target: object, *, reduction: str = "mean",
    name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean (P − T)²: without a half, as MSELoss of PyTorch.

    Source: Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805.
    """
    P, T, letters = _pair(net, prediction, target, "squared_loss")
    return _loss(net, (P - T) ** 2, letters, reduction, name, term)


@layer
def absolute_loss(
    net: Network, prediction: object, target: object, *, reduction: str = "mean",
    name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean |P − T|, with derivative 0 at P = T.

    Source: Bloomfield & Steiger, Least absolute deviations, 1983.
    """
    P, T, letters = _pair(net, prediction, target, "absolute_loss")
    return _loss(net, absolute(P - T), letters, reduction, name, term)


@layer
def huber_loss(
    net: Network, prediction: object, target: object, *, delta: object = 1,
    reduction: str = "mean", name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean of e²/2 where |e| ≤ δ, else δ·(|e| − δ/2), with e = P − T.

    Source: Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35 (1964),
    example (iii).
    """
    P, T, letters = _pair(net, prediction, target, "huber_loss")
    delta = number(delta, "huber_loss: delta")
    e = P - T
    outer = absolute(e) - delta / Integer(2)
    value = where(absolute(e) <= delta, e**2 / 2, outer if delta == 1 else delta * outer)
    return _loss(net, value, letters, reduction, name, term)


@layer
def binary_cross_entropy(
    net: Network, prediction: object, target: object, *, logits: bool | None = None,
    reduction: str = "mean", name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = −mean (T·log P + (1 − T)·log(1 − P)); of logits Z, mean (softplus(Z) − T·Z).

    A probability that an equation defines as sigmoid(Z) is finite for every Z: its logarithm is
    made stable. One that is 0 or 1 exactly has an infinite loss. Without ``logits`` a computed
    prediction must be a sigmoid; of others it is to be said what they are.

    Source: Bishop, Pattern recognition and machine learning, 2006, equations 4.90 and 5.21.
    """
    P, T, letters = _pair(net, prediction, target, "binary_cross_entropy")
    if _are_logits(net, P.tensor, logits, "binary_cross_entropy", "a sigmoid"):
        value = softplus(P) - T * P
    else:
        value = -(T * log(P)) - (1 - T) * log(1 - P)
    return _loss(net, value, letters, reduction, name, term)


@layer
def cross_entropy(
    net: Network, prediction: object, target: object, *, logits: bool | None = None,
    reduction: str = "mean", name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = −mean_n Σ_k Y[n,k]·log P[n,k]; of logits Z, −mean_n Σ_k Y[n,k]·(Z[n,k] − logsumexp_k Z).

    Classes are the last letter. The target is one-hot or probabilities, Y[n,k], or integers, y[n]:
    then −mean_n log P[n,y[n]]. Without ``logits`` a computed prediction must be a softmax; of
    others it is to be said what they are. PyTorch's CrossEntropyLoss reads logits.

    Source: Bishop, Pattern recognition and machine learning, 2006, equations 4.108 and 5.24.
    """
    P = _prediction(net, prediction, "cross_entropy", 1)
    k = P.letters[-1]
    logits = _are_logits(net, P.name, logits, "cross_entropy", "a softmax")
    logarithm = (lambda z: z - logsumexp(P.entry, k)) if logits else log
    return _classes(net, P, target, logarithm, "cross_entropy", reduction, name, term)


def _are_logits(net: Network, name: str, logits: bool | None, what: str, share: str) -> bool:
    """Return whether a prediction holds logits, as was said or as its equation shows.

    Why not take one of the two for granted? The logarithm of a raw score is no loss, and says so
    late, as NaN, or never.
    """
    equation = net.equation(name)
    if logits is not None or equation is None:
        return bool(logits)
    written = equation.written
    is_share = isinstance(written, Softmax) or (
        isinstance(written, Pointwise) and written.name == "sigmoid"
    )
    if not is_share:
        raise DefinitionError(
            f"{what}: probabilities or logits?",
            f"{equation.entry} is computed, and is not {share}",
            "say logits=True for raw scores, logits=False for probabilities",
        )
    return False


@layer
def nll_loss(
    net: Network, prediction: object, target: object, *, reduction: str = "mean",
    name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = −mean_n Σ_k Y[n,k]·P[n,k], where P holds logarithms of probabilities; or −mean P[n,y[n]].

    Source: Goodfellow, Bengio & Courville, Deep learning, 2016, equation 6.12.
    """
    P = _prediction(net, prediction, "nll_loss", 1)
    return _classes(net, P, target, lambda p: p, "nll_loss", reduction, name, term)


@layer
def kl_divergence(
    net: Network, prediction: object, target: object, *, reduction: str = "mean",
    name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean_n Σ_k T[n,k]·(log T[n,k] − log P[n,k]), and 0 where T[n,k] = 0.

    This is D(T‖P) for each sample n: PyTorch's batchmean, of probabilities and not logarithms.

    Source: Kullback & Leibler, On information and sufficiency, Ann. Math. Statist. 22 (1951),
    equation 2.5.
    """
    P, T, letters = _pair(net, prediction, target, "kl_divergence", least=1)
    each = where(T > 0, T * (log(T) - log(P)), 0)
    return _loss(net, sum_over(each, letters[-1]), letters[:-1], reduction, name, term)


@layer
def gaussian_kl(
    net: Network, mean: object, log_variance: object, *, reduction: str = "mean",
    name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean_n ½ Σ_k (μ² + exp(l) − l − 1), the divergence of N(μ, exp l) from N(0, 1).

    Source: Kingma & Welling, Auto-encoding variational Bayes, ICLR 2014, appendix B.
    """
    m, l, letters = _pair(net, mean, log_variance, "gaussian_kl", least=1)
    each = sum_over(m**2 + exp(l) - l - 1, letters[-1]) / 2
    return _loss(net, each, letters[:-1], reduction, name, term)


@layer
def hinge_loss(
    net: Network, prediction: object, target: object, *, margin: object = 1,
    reduction: str = "mean", name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean max(0, margin − T·Z), where the target T is −1 or 1.

    Source: Cortes & Vapnik, Support-vector networks, Machine Learning 20 (1995), equations 17, 18.
    """
    Z, T, letters = _pair(net, prediction, target, "hinge_loss")
    value = relu(number(margin, "hinge_loss: margin") - T * Z)
    return _loss(net, value, letters, reduction, name, term)


@layer
def triplet_loss(
    net: Network, anchor: object, positive: object, negative: object, *, margin: object = 1,
    reduction: str = "mean", name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean_n max(0, Σ_i (A − P)² − Σ_i (A − N)² + margin).

    Squared distances as in the paper; PyTorch takes their roots.

    Source: Schroff, Kalenichenko & Philbin, FaceNet, CVPR 2015, equation 3.
    """
    A, P, letters = _pair(net, anchor, positive, "triplet_loss", least=1)
    _, N, _ = _pair(net, anchor, negative, "triplet_loss", least=1)
    i = letters[-1]
    apart = sum_over((A - P) ** 2, i) - sum_over((A - N) ** 2, i)
    value = relu(apart + number(margin, "triplet_loss: margin"))
    return _loss(net, value, letters[:-1], reduction, name, term)


@layer
def cosine_loss(
    net: Network, prediction: object, target: object, *, eps: object = 1e-8,
    reduction: str = "mean", name: str = "L", term: bool = False,
) -> Tensor:  # fmt: skip
    """L = mean_n (1 − Σ_i U·V/(|U|·|V|)), where a length below ε counts as ε.

    A zero vector so has cosine 0 with every other, and no infinite gradient.

    Source: Salton, Wong & Yang, A vector space model for automatic indexing, Comm. ACM 18 (1975);
    as a loss: Chopra, Hadsell & LeCun, Learning a similarity metric discriminatively, CVPR 2005.
    """
    U, V, letters = _pair(net, prediction, target, "cosine_loss", least=1)
    eps, i = number(eps, "cosine_loss: eps"), letters[-1]
    least = spelled(eps, lambda number: number * number)
    lengths = [sqrt(maximum(sum_over(vector**2, i), least)) for vector in (U, V)]
    cosine = sum_over(U * V, i) / (lengths[0] * lengths[1])
    return _loss(net, 1 - cosine, letters[:-1], reduction, name, term)


def _pair(
    net: Network, prediction: object, target: object, layer: str, least: int = 0
) -> tuple[Expr, Expr, tuple[Index, ...]]:
    """Return the entries of both at the letters of the first, and these. Raises DefinitionError."""
    P = _prediction(net, prediction, layer, least)
    T = tensor_of(net, target, layer, least)
    read = _read_at(T, P.letters)
    if read is None:
        raise DefinitionError(
            f"{layer} of {P} and {T}", f"shapes {P.shape} and {T.shape}",
            "prediction and target must have the same sizes",
        )  # fmt: skip
    return P.entry, read, P.letters


def _read_at(T: Tensor, letters: tuple[Index, ...]) -> Expr | None:
    """Return the target's entry at letters: by their names in any order, else by their sizes."""
    if set(T.letters) == set(letters):
        return T.entry
    return T[letters] if T.shape == tuple(letter.size for letter in letters) else None


def _prediction(net: Network, prediction: object, layer: str, least: int) -> Tensor:
    """Return the tensor that predicts. Raises DefinitionError for classes, which are a target."""
    P = tensor_of(net, prediction, layer, least, "(…, k)")
    if P.one_hot or P.integer:
        # Why here? Keras has the target first, and the logarithm of one-hot entries is infinite.
        raise DefinitionError(
            f"{layer}: the prediction {P}",
            f"an input of {'one-hot rows' if P.one_hot else 'integers'}, which is a target",
            f"the prediction comes first: {layer}(net, prediction, {P.name})",
        )
    return P


def _classes(
    net: Network, P: Tensor, target: object, logarithm: Callable[[Expr], Expr], layer: str,
    reduction: str, name: str, term: bool,
) -> Tensor:  # fmt: skip
    """Define −mean Σ_k Y[n,k]·logarithm(P[n,k]), or −mean logarithm(P[n,y[n]]) of integers y."""
    T = tensor_of(net, target, layer, 0)
    *samples, k = P.letters
    label = _read_at(T, tuple(samples)) if T.integer else None
    shares = _read_at(T, P.letters)
    if label is not None:
        each = logarithm(P[(*samples, label)])
    elif shares is not None:
        each = sum_over(shares * logarithm(P.entry), k)
    else:
        raise DefinitionError(
            f"{layer} of {P} and {T}", f"shapes {P.shape} and {T.shape}",
            f"a target over the letters of {P}, or integers over all but the last "
            f"(net.input(…, integer=True))",
        )  # fmt: skip
    return _loss(net, each, tuple(samples), reduction, name, term, negative=True)


def _loss(
    net: Network, value: Expr, letters: tuple[Index, ...], reduction: str, name: str, term: bool,
    negative: bool = False,
) -> Tensor:  # fmt: skip
    """Define the mean or the sum of a value over its letters as the loss, or as a term of it."""
    if reduction not in REDUCTIONS:
        raise DefinitionError(
            f"the loss {name}: reduction={reduction!r:.40} was asked for",
            "no such reduction", 'use "mean" or "sum"',
        )  # fmt: skip
    total = REDUCTIONS[reduction](value, *letters) if letters else value
    total = -total if negative else total
    if not term:
        return net.loss(name, total)
    if name == "L":  # left free for the loss that the terms make
        used = taken(net)
        name = next(f"L{number}" for number in range(1, len(used) + 2) if f"L{number}" not in used)
    return net.define(name, (), total)
