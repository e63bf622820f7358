"""Convolution over one, two or three axes, grouped and depthwise.

As everywhere in this field, "convolution" is the cross-correlation: the kernel is not flipped. The
axes are (…, c, y, x): samples, channels, then space. A kernel is W[out, in, r, s], as in PyTorch.
"""

from __future__ import annotations

from symback.algebra.functions import sum_over
from symback.algebra.letters import Index
from symback.algebra.positions import affine
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import Activation, tensor_of, whole
from symback.nn.axes import merged
from symback.nn.finish import Finish
from symback.nn.layer import layer
from symback.nn.names import bound, fresh, letter_of
from symback.nn.windows import Sliding, Windows, windows

SPACE = {1: "(n, c, x)", 2: "(n, c, y, x)", 3: "(n, c, z, y, x)"}


@layer
def conv1d(
    net: Network, X: object, channels: object, kernel: object, *, stride: object = 1,
    padding: object = 0, dilation: object = 1, groups: int = 1, bias: bool = True,
    activation: Activation = None, init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Z[n,o,x] = Σ_c Σ_r W[o,c,r]·X[n,c,s·x+d·r−p] + b[o], with stride s, dilation d, padding p.

    ``channels`` and ``kernel`` are sizes or letters; ``padding`` counts zeros on both sides, "same"
    keeps the size, "valid" is 0. With ``groups`` each group of channels has kernels of its own.

    Source: Waibel, Hanazawa, Hinton, Shikano & Lang, Phoneme recognition using time-delay neural
    networks, IEEE Trans. ASSP 37 (1989), section II.
    """
    sliding = Sliding("conv1d", kernel, stride, padding, dilation)
    finish = Finish("conv1d", bias, activation, init, name)
    return _convolution(net, X, 1, channels, sliding, groups, finish)


@layer
def conv2d(
    net: Network, X: object, channels: object, kernel: object, *, stride: object = 1,
    padding: object = 0, dilation: object = 1, groups: int = 1, bias: bool = True,
    activation: Activation = None, init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Z[n,o,y,x] = Σ_c Σ_{r,s} W[o,c,r,s]·X[n,c,y+r−p,x+s−p] + b[o], and strides as in conv1d.

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document
    recognition, Proc. IEEE 86 (1998), section II; the sizes: Dumoulin & Visin, A guide to
    convolution arithmetic for deep learning, arXiv:1603.07285, relations 1 to 6.
    """
    sliding = Sliding("conv2d", kernel, stride, padding, dilation)
    finish = Finish("conv2d", bias, activation, init, name)
    return _convolution(net, X, 2, channels, sliding, groups, finish)


@layer
def conv3d(
    net: Network, X: object, channels: object, kernel: object, *, stride: object = 1,
    padding: object = 0, dilation: object = 1, groups: int = 1, bias: bool = True,
    activation: Activation = None, init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Z[n,o,z,y,x] = Σ_c Σ_{r,s,u} W[o,c,r,s,u]·X[n,c,z+r−p,y+s−p,x+u−p] + b[o].

    Source: Ji, Xu, Yang & Yu, 3D convolutional neural networks for human action recognition,
    IEEE Trans. PAMI 35 (2013), equation 2.
    """
    sliding = Sliding("conv3d", kernel, stride, padding, dilation)
    finish = Finish("conv3d", bias, activation, init, name)
    return _convolution(net, X, 3, channels, sliding, groups, finish)


def _convolution(
    net: Network, X: object, axes: int, channels: object, sliding: Sliding, groups: int,
    finish: Finish,
) -> Tensor:  # fmt: skip
    X = tensor_of(net, X, sliding.layer, axes + 2, SPACE[axes])
    channel = X.letters[-axes - 1]
    space = windows(net, X, axes, sliding)
    beside = (*X.letters, *space.letters)
    out = letter_of(net, channels, channel.name, f"{sliding.layer}: channels", beside)
    if whole(groups, f"{sliding.layer}: groups") > 1:
        return _grouped(net, X, channel, out, space, groups, finish)
    names = finish.names(net)
    W = net.parameter(names["W"], out, channel, *space.taps, init=finish.init)
    Z = sum_over(W.entry * space.read(channel), channel, *space.taps)
    return finish.define(net, names, (*space.samples, out, *space.places), Z, out)


def _grouped(
    net: Network, X: Tensor, channel: Index, out: Index, space: Windows, groups: int,
    finish: Finish,
) -> Tensor:  # fmt: skip
    """G[n,g,m,…] = Σ W[M·g+m,e,…]·X[n,E·g+e,…]; Z[n,o,…] = G with g and m as one letter o."""
    for letter in (channel, out):
        if not letter.size.is_Integer or letter.size % groups != 0:
            raise DefinitionError(
                f"{finish.layer}: {groups} groups of the channels {letter}",
                f"{letter.size} channels: no number, or no multiple of {groups}",
                "choose numbers of channels that are multiples of groups",
            )
    beside = (*X.letters, out, *space.letters)
    g = fresh(net, "g", groups, beside)
    e = bound(net, "e", channel.size / groups, (*beside, g))
    m = fresh(net, "m", out.size / groups, (*beside, g, e))
    names = finish.names(net, "G")
    W = net.parameter(names["W"], out, e, *space.taps, init=finish.init)
    weight = W[(affine(0, {g: int(m.size), m: 1}), e, *space.taps)]
    read = space.read(affine(0, {g: int(e.size), e: 1}))
    target = (*space.samples, g, m, *space.places)
    G = net.define(names["G"], target, sum_over(weight * read, e, *space.taps))
    target = (*space.samples, out, *space.places)
    return finish.define(net, names, target, merged(G.entry, (g, m), out), out)


@layer
def depthwise(
    net: Network, X: object, kernel: object, *, axes: int = 2, multiplier: int = 1,
    stride: object = 1, padding: object = 0, dilation: object = 1, bias: bool = True,
    activation: Activation = None, init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Z[n,c,y,x] = Σ_{r,s} W[c,r,s]·X[n,c,y+r−p,x+s−p] + b[c]: a kernel for each channel.

    With a ``multiplier`` m > 1 there are m kernels for each channel, W[o,r,s], and channel o reads
    channel ⌊o/m⌋, as in PyTorch with groups = channels.

    Source: Chollet, Xception: deep learning with depthwise separable convolutions, CVPR 2017,
    section 2; Howard et al., MobileNets, arXiv:1704.04861, equation 3.
    """
    X = tensor_of(net, X, "depthwise", whole(axes, "depthwise: axes", 1, 3) + 2, "(n, c, y, x)")
    channel = X.letters[-axes - 1]
    space = windows(net, X, axes, Sliding("depthwise", kernel, stride, padding, dilation))
    finish = Finish("depthwise", bias, activation, init, name)
    if whole(multiplier, "depthwise: multiplier") == 1:
        names = finish.names(net)
        W = net.parameter(names["W"], channel, *space.taps, init=init)
        Z = sum_over(W.entry * space.read(channel), *space.taps)
        return finish.define(net, names, (*space.samples, channel, *space.places), Z, channel)
    beside = (*X.letters, *space.letters)
    out = fresh(net, channel.name, channel.size * multiplier, beside)
    m = fresh(net, "m", multiplier, (*beside, out))
    names = finish.names(net, "G")
    W = net.parameter(names["W"], out, *space.taps, init=init)
    weight = W[(affine(0, {channel: multiplier, m: 1}), *space.taps)]
    target = (*space.samples, channel, m, *space.places)
    G = net.define(names["G"], target, sum_over(weight * space.read(channel), *space.taps))
    target = (*space.samples, out, *space.places)
    return finish.define(net, names, target, merged(G.entry, (channel, m), out), out)
