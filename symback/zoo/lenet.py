"""A convolutional network for images of digits, in the manner of LeNet-5."""

from __future__ import annotations

from collections.abc import Sequence

from symback import nn
from symback.algebra.functions import softmax
from symback.algebra.letters import indices
from symback.network.network import Network


def lenet(side: int = 8, channels: Sequence[int] = (16, 32), classes: int = 10) -> Network:
    """P = softmax(Σ M2·W3 + b3), where M = max pool, relu and A = conv 3×3, twice.

    Inputs: X[n,c,y,x], images with one channel and ``side`` rows and columns; Y[n,k] one-hot. A
    convolution of 3×3 keeps the size, pooling of 2×2 halves it; relu follows the pooling, where it
    gives the same as before it and costs a quarter.

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document
    recognition, Proc. IEEE 86 (1998), figure 2; with relu and max pooling, as is usual today.
    """
    net = Network("lenet")
    n, c, y, x, k = indices(f"n:N c:1 y:{side} x:{side} k:{classes}")
    tensor, Y = net.input("X", n, c, y, x), net.input("Y", n, k, one_hot=True)
    for width in channels:
        Z = nn.conv2d(net, tensor, width, 3, padding="same", init="he")
        tensor = nn.activate(net, nn.max_pool(net, Z, 2), "relu")
    Z = nn.dense(net, tensor, k, over=tensor.letters[1:])
    P = net.define("P", (n, k), softmax(Z.entry, k))
    nn.cross_entropy(net, P, Y)
    return net
