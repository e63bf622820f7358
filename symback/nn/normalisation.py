"""Normalisation: each a mean and a variance over some letters, and a scale and a shift.

What distinguishes the layers is over which letters the statistics run; the equations are the same.
Variances divide by the number of entries, as in the papers. ``eps`` keeps rows without variance
finite: they become 0, then the shift.
"""

from __future__ import annotations

from sympy import Expr, Integer

from symback.algebra.functions import maximum, mean_over, sqrt
from symback.algebra.letters import Index
from symback.algebra.operators import as_expression
from symback.algebra.positions import affine as position
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import letters_among, number, spelled, tensor_of, whole
from symback.nn.axes import merged
from symback.nn.layer import layer
from symback.nn.names import fresh, names_of, written_latex


@layer
def batch_norm(
    net: Network, X: object, *, feature: object = None, eps: object = 1e-5,
    momentum: object = 0.1, affine: bool = True, running: bool = True, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Y = γ[c]·(X − μ[c])/√(σ²[c] + ε) + β[c], where μ and σ² run over all letters but c.

    ``feature`` is the letter c: by default the second of X[n,c,…]. With ``running`` the buffers
    mu_run ← (1−m)·mu_run + m·μ, and so var_run with the variance that divides by M − 1, take the
    place of μ and σ² at prediction; m is ``momentum``, the weight of the new batch as in PyTorch.

    Source: Ioffe & Szegedy, Batch normalization, ICML 2015, algorithms 1 and 2.
    """
    X = tensor_of(net, X, "batch_norm", 2 if feature is None else 1, "(n, c, …)")
    (c,) = letters_among(X, X.letters[1] if feature is None else feature, "batch_norm: feature")
    over = tuple(letter for letter in X.letters if letter != c)
    if not over:
        raise DefinitionError(
            f"batch_norm of {X}", f"no letter beside the feature {c}", "give it a batch: X[n, c]"
        )
    momentum = number(momentum, "batch_norm: momentum", most=1)
    names = _names(net, name, affine, "mu_run", "var_run")
    if running:
        mu_run = net.buffer(names["mu_run"], c, initial=0)
        var_run = net.buffer(names["var_run"], c, initial=1)
    Xhat = _normalised(net, X.entry, X.letters, (c,), over, names, name, eps)
    if running:
        mu, var = net[names["mu"]].entry, net[names["var"]].entry
        count = as_expression(Integer(1))
        for letter in over:
            count = count * letter.size
        unbiased = var * count / maximum(count - 1, 1)
        kept = spelled(momentum, lambda m: 1 - m)
        net.update(mu_run.name, kept * mu_run.entry + momentum * mu)
        net.update(var_run.name, kept * var_run.entry + momentum * unbiased)
        net.prediction(names["mu"], mu_run.entry)
        net.prediction(names["var"], var_run.entry)
    return _scaled(net, Xhat.entry, X.letters, names, (c,)) if affine else Xhat


@layer
def layer_norm(
    net: Network, X: object, *, over: object = None, eps: object = 1e-5, affine: bool = True,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Y = γ[i]·(X − μ[n])/√(σ²[n] + ε) + β[i]; μ and σ² run over the last letter, or ``over``.

    Source: Ba, Kiros & Hinton, Layer normalization, arXiv:1607.06450, equation 4.
    """
    X = tensor_of(net, X, "layer_norm", 1, "(…, i)")
    summed = letters_among(X, X.letters[-1] if over is None else over, "layer_norm: over")
    kept = tuple(letter for letter in X.letters if letter not in summed)
    names = _names(net, name, affine)
    Xhat = _normalised(net, X.entry, X.letters, kept, summed, names, name, eps)
    return _scaled(net, Xhat.entry, X.letters, names, summed) if affine else Xhat


@layer
def instance_norm(
    net: Network, X: object, *, eps: object = 1e-5, affine: bool = False, name: str | None = None
) -> Tensor:
    """Y = (X − μ[n,c])/√(σ²[n,c] + ε), where μ and σ² run over the letters behind the channel c.

    X is X[n,c,y,x] or X[n,c,x]. With ``affine`` it is scaled and shifted by γ[c] and β[c].

    Source: Ulyanov, Vedaldi & Lempitsky, Instance normalization, arXiv:1607.08022, equation 6.
    """
    X = tensor_of(net, X, "instance_norm", 3, "(n, c, …)")
    n, c, *space = X.letters
    names = _names(net, name, affine)
    Xhat = _normalised(net, X.entry, X.letters, (n, c), tuple(space), names, name, eps)
    return _scaled(net, Xhat.entry, X.letters, names, (c,)) if affine else Xhat


@layer
def group_norm(
    net: Network, X: object, groups: int, *, eps: object = 1e-5, affine: bool = True,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Y = γ[c]·(X − μ[n,g])/√(σ²[n,g] + ε) + β[c], where μ and σ² run over the channels of group g.

    X is X[n,c,…]; channel E·g + e is the e-th of group g, and the statistics run over e and all
    letters behind c.

    Source: Wu & He, Group normalization, ECCV 2018, equations 1 to 6.
    """
    X = tensor_of(net, X, "group_norm", 2, "(n, c, …)")
    n, c, *space = X.letters
    if not c.size.is_Integer or c.size % whole(groups, "group_norm: groups"):
        raise DefinitionError(
            f"group_norm: {groups} groups of the channels {c}",
            f"{c.size} channels: no number, or no multiple of {groups}",
            "choose a number of groups that divides the channels",
        )
    g = fresh(net, "g", groups, X.letters)
    e = fresh(net, "e", c.size / groups, (*X.letters, g))
    read = X[(n, position(0, {g: int(e.size), e: 1}), *space)]
    names = _names(net, name, True)
    Xhat = _normalised(net, read, (n, g, e, *space), (n, g), (e, *space), names, name, eps)
    return _scaled(net, merged(Xhat.entry, (g, e), c), X.letters, names, (c,) * affine)


@layer
def rms_norm(
    net: Network, X: object, *, over: object = None, eps: object = 1e-5, affine: bool = True,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Y = γ[i]·X/√(mean_i X² + ε), where the mean runs over the last letter, or ``over``.

    Source: Zhang & Sennrich, Root mean square layer normalization, NeurIPS 2019, equation 4.
    """
    X = tensor_of(net, X, "rms_norm", 1, "(…, i)")
    summed = letters_among(X, X.letters[-1] if over is None else over, "rms_norm: over")
    kept = tuple(letter for letter in X.letters if letter not in summed)
    names = names_of(net, name, "Y", "rms", "gamma")
    eps = number(eps, "rms_norm: eps")
    rms = net.define(names["rms"], kept, sqrt(mean_over(X.entry**2, *summed) + eps))
    Y = X.entry
    if affine:
        Y = net.parameter(names["gamma"], *summed, init="ones").entry * Y
    return net.define(names["Y"], X.letters, Y / rms.entry)


def _names(net: Network, name: str | None, scaled: bool, *others: str) -> dict[str, str]:
    """Return the names of the statistics and of the output, which is X̂ where nothing is scaled."""
    roles = ("mu", "var", "Xhat", "gamma", "beta", *others)
    return names_of(net, name, "Y" if scaled else "Xhat", *roles)


def _normalised(
    net: Network, read: Expr, letters: tuple[Index, ...], kept: tuple[Index, ...],
    over: tuple[Index, ...], names: dict[str, str], name: str | None, eps: object,
) -> Tensor:  # fmt: skip
    """Define μ, σ² and X̂ = (X − μ)/√(σ² + ε), and return X̂[letters].

    ``read`` is X at the letters; the statistics run ``over`` some of them and have the ``kept``.
    """
    eps = number(eps, "eps")
    mu = net.define(names["mu"], kept, mean_over(read, *over))
    var = net.define(names["var"], kept, mean_over((read - mu.entry) ** 2, *over))
    written_latex(net, var.name, r"\sigma^{2}_{%}", name)
    Xhat = net.define(names["Xhat"], letters, (read - mu.entry) / sqrt(var.entry + eps))
    if Xhat.name != name:
        written_latex(net, Xhat.name, r"\hat{X}_{%}", name)
    return Xhat


def _scaled(
    net: Network, Xhat: Expr, target: tuple[Index, ...], names: dict[str, str],
    letters: tuple[Index, ...],
) -> Tensor:  # fmt: skip
    """Define Y[target] = γ·X̂ + β with γ and β over some letters; without any, Y = X̂."""
    if letters:
        gamma = net.parameter(names["gamma"], *letters, init="ones")
        Xhat = gamma.entry * Xhat + net.parameter(names["beta"], *letters).entry
    return net.define(names["Y"], target, Xhat)
