"""Transposed convolution: the gradient of a convolution, used as a layer that makes X larger."""

from __future__ import annotations

from sympy import Expr, Integer

from symback.algebra.functions import delta, sum_over
from symback.algebra.letters import Index, as_size
from symback.algebra.operators import product_of
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import Activation, per_axis, tensor_of, whole
from symback.nn.finish import Finish
from symback.nn.layer import layer
from symback.nn.names import bound, fresh, letter_of
from symback.nn.windows import TAPS, Axis

LAYER = "conv_transposed"


@layer
def conv_transposed(
    net: Network, X: object, channels: object, kernel: object, *, axes: int = 2,
    stride: object = 1, padding: object = 0, dilation: object = 1, output_padding: object = 0,
    bias: bool = True, activation: Activation = None, init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Z[n,o,a] = Σ_c Σ_{x,r} X[n,c,x]·W[c,o,r]·δ(a, s·x+d·r−p) + b[o]: a convolution's gradient.

    Each entry of X writes a kernel to where a convolution of these settings would have read. The
    new size is s·(x−1) + d·(r−1) + 1 − 2p + ``output_padding``; the weight is W[in, out, r, s].

    Source: Zeiler, Krishnan, Taylor & Fergus, Deconvolutional networks, CVPR 2010; the sizes:
    Dumoulin & Visin, arXiv:1603.07285, relation 13.
    """
    X = tensor_of(net, X, LAYER, whole(axes, f"{LAYER}: axes", 1, 3) + 2, "(n, c, y, x)")
    channel = X.letters[-axes - 1]
    settings = (kernel, stride, padding, dilation, output_padding)
    letters, space = X.letters, []
    each = [per_axis(value, axes, LAYER) for value in settings]
    for letter, stem, *given in zip(X.letters[-axes:], TAPS, *each, strict=False):
        space.append(_axis(net, letter, stem, *given, letters))
        letters = (*letters, space[-1].source, space[-1].tap)
    out = letter_of(net, channels, channel.name, f"{LAYER}: channels", letters)
    finish = Finish(LAYER, bias, activation, init, name)
    names = finish.names(net)
    taps = tuple(axis.tap for axis in space)
    W = net.parameter(names["W"], channel, out, *taps, init=init)
    deltas = [delta(axis.source, axis.position) for axis in space]
    summed = (channel, *X.letters[-axes:], *taps)
    Z = sum_over(product_of([X.entry, W.entry, *deltas]), *summed)
    target = (*X.letters[: -axes - 1], out, *(axis.source for axis in space))
    return finish.define(net, names, target, Z, out)


def _axis(
    net: Network, letter: Index, stem: str, kernel: object, stride: object, padding: object,
    dilation: object, extra: object, beside: tuple[Index, ...],
) -> Axis:  # fmt: skip
    """Return the axis of a convolution whose windows are X and which reads where we write."""
    stride, dilation = whole(stride, f"{LAYER}: stride"), whole(dilation, f"{LAYER}: dilation")
    padding = whole(padding, f"{LAYER}: padding", 0)
    extra = whole(extra, f"{LAYER}: output_padding", 0)
    if extra >= max(stride, dilation):
        raise DefinitionError(
            f"{LAYER}: output_padding={extra} was asked for",
            f"stride {stride}, dilation {dilation}",
            "no entry of X could reach so far: it must be less than the larger of them",
        )
    size = kernel.size if isinstance(kernel, Index) else as_size(kernel, f"{LAYER}: kernel")
    count: Expr = stride * (letter.size - 1) + dilation * (size - 1) + 1 - 2 * padding + extra
    if count.is_nonpositive:
        raise DefinitionError(
            f"{LAYER}: the axis {letter} with padding {padding}", f"{count} positions",
            "use less padding: here it is cut off",
        )  # fmt: skip
    source = fresh(net, letter.name, count, beside)
    tap = kernel if isinstance(kernel, Index) else bound(net, stem, size, (*beside, source))
    return Axis(source, letter, tap, stride, dilation, Integer(padding), Integer(padding))
