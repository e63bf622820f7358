"""Pooling: the largest or the mean of each window, or of a whole axis."""

from __future__ import annotations

from symback.algebra.functions import max_over, mean_over
from symback.algebra.letters import Index
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import letters_among, per_axis, tensor_of, whole
from symback.nn.layer import layer
from symback.nn.names import names_of
from symback.nn.windows import Sliding, Windows, windows


@layer
def max_pool(
    net: Network, X: object, kernel: object, *, axes: int = 2, stride: object = None,
    padding: object = 0, dilation: object = 1, name: str | None = None,
) -> Tensor:  # fmt: skip
    """M[n,c,y,x] = max_{r,s} X[n,c,d·y+r,d·x+s]: the largest of each window, over 1 to 3 ``axes``.

    The stride d is the kernel unless given. Padding is never the largest; a dilated window that
    meets nothing else gives −∞. Of equal entries the first one counts, and the whole gradient goes
    to it.

    Source: Ranzato, Huang, Boureau & LeCun, Unsupervised learning of invariant feature hierarchies,
    CVPR 2007; Boureau, Ponce & LeCun, A theoretical analysis of feature pooling, ICML 2010.
    """
    space = _space(net, X, "max_pool", axes, kernel, stride, padding, dilation)
    for axis in space.axes:
        reach = axis.dilation * (axis.tap.size - 1) + 1
        if max(axis.before, axis.after) >= reach:
            raise DefinitionError(
                f"max_pool of {space.X}: padding {axis.before} along {axis.source}",
                f"windows of {reach}: some would lie in the padding alone",
                "use less padding than the kernel has",
            )
    names = names_of(net, name, "M")
    channel = space.X.letters[-axes - 1]
    largest = max_over(space.largest(channel), *space.taps)
    return net.define(names["M"], (*space.samples, channel, *space.places), largest)


@layer
def average_pool(
    net: Network, X: object, kernel: object, *, axes: int = 2, stride: object = None,
    padding: object = 0, name: str | None = None,
) -> Tensor:  # fmt: skip
    """M[n,c,y,x] = 1/(R·S) Σ_{r,s} X[n,c,d·y+r,d·x+s]: the mean of each window.

    The stride is the kernel unless given. Padding counts as zeros, as in PyTorch.

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document
    recognition, Proc. IEEE 86 (1998), section II.B, there with a factor and a bias.
    """
    space = _space(net, X, "average_pool", axes, kernel, stride, padding, 1)
    names = names_of(net, name, "M")
    channel = space.X.letters[-axes - 1]
    mean = mean_over(space.read(channel), *space.taps)
    return net.define(names["M"], (*space.samples, channel, *space.places), mean)


def _space(
    net: Network, X: object, layer: str, axes: int, kernel: object, stride: object,
    padding: object, dilation: object,
) -> Windows:  # fmt: skip
    X = tensor_of(net, X, layer, whole(axes, f"{layer}: axes", 1, 3) + 1, "(…, c, y, x)")
    if stride is None:
        sizes = per_axis(kernel, axes, f"{layer}: kernel")
        stride = tuple(int(k.size) if _is_known(k) else k for k in sizes)
    return windows(net, X, axes, Sliding(layer, kernel, stride, padding, dilation))


def _is_known(kernel: object) -> bool:
    """Is the kernel a letter whose size is a number?"""
    return isinstance(kernel, Index) and kernel.size.is_Integer


@layer
def global_average_pool(
    net: Network, X: object, *, over: object = None, name: str | None = None
) -> Tensor:
    """M[n,c] = 1/(H·W) Σ_{y,x} X[n,c,y,x]: the mean over the last two letters, or over ``over``.

    Source: Lin, Chen & Yan, Network in network, ICLR 2014, section 3.2.
    """
    return _global(net, X, over, name, "global_average_pool", mean_over)


@layer
def global_max_pool(
    net: Network, X: object, *, over: object = None, name: str | None = None
) -> Tensor:
    """M[n,c] = max_{y,x} X[n,c,y,x]: the largest over the last two letters, or over ``over``.

    Of equal entries the first one counts, and the whole gradient goes to it.

    Source: Collobert et al., Natural language processing (almost) from scratch, JMLR 12 (2011),
    section 3.3.2, "max layer".
    """
    return _global(net, X, over, name, "global_max_pool", max_over)


def _global(
    net: Network, X: object, over: object, name: str | None, layer: str, reduction: object
) -> Tensor:
    X = tensor_of(net, X, layer, 2 if over is None else 1, "(…, y, x)")
    summed = letters_among(X, X.letters[-2:] if over is None else over, f"{layer}: over")
    kept = tuple(letter for letter in X.letters if letter not in summed)
    names = names_of(net, name, "M")
    return net.define(names["M"], kept, reduction(X.entry, *summed))
