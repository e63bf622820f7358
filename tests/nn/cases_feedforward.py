"""Cases of layers without time: dense, convolution, pooling, normalisation, dropout."""

from __future__ import annotations

import numpy as np

import symback as sb
from symback import nn
from tests.nn import loops
from tests.nn.support import Case, torch

F = torch.nn.functional if torch else None
n, i, c, e, l, y, x, z, w, a, u = sb.indices("n:N i:4 c:2 e:4 l:7 y:4 x:3 z:3 w:2 a:1 u:1")


def X(net, *letters, **facts):
    return net.input("X", *letters, **facts)


def dense_case(name, activation, function, theirs):
    return Case(
        name,
        lambda net: nn.dense(net, X(net, n, i), 3, activation=activation),
        lambda v: loops.mapped(function, loops.dense(v["X"], v["W1"], v["b1"])),
        lambda v: theirs(v["X"] @ v["W1"] + v["b1"]),
    )


DENSE = (
    dense_case("dense", None, lambda z: z, lambda z: z),
    dense_case("dense with tanh", "tanh", np.tanh, lambda z: z.tanh()),
    dense_case("dense with relu", "relu", lambda z: max(z, 0), lambda z: z.relu()),
    dense_case("dense with gelu", "gelu", lambda z: z * (1 + loops.math.erf(z / 2**0.5)) / 2,
               lambda z: F.gelu(z)),
    dense_case("dense with a function", lambda z: sb.leaky_relu(z, 0.1),
               lambda z: z if z > 0 else 0.1 * z, lambda z: F.leaky_relu(z, 0.1)),
    Case(
        "dense with softmax",
        lambda net: nn.dense(net, X(net, n, i), 3, activation="softmax"),
        lambda v: np.array([loops.softmax_row(r) for r in loops.dense(v["X"], v["W1"], v["b1"])]),
        lambda v: (v["X"] @ v["W1"] + v["b1"]).softmax(-1),
    ),
    Case(
        "dense without units or bias",
        lambda net: nn.dense(net, X(net, n, i), None, bias=False),
        lambda v: np.array([sum(row[j] * v["W1"][j] for j in range(4)) for row in v["X"]]),
        lambda v: v["X"] @ v["W1"],
    ),
    Case(
        "dense over three letters",
        lambda net: nn.dense(net, X(net, n, c, y, x), 2, over=(c, y, x)),
        lambda v: loops.dense(v["X"].reshape(2, -1), v["W1"].reshape(-1, 2), v["b1"]),
        lambda v: v["X"].flatten(1) @ v["W1"].flatten(0, 2) + v["b1"],
    ),
    Case(
        "dense back to its own letter",
        lambda net: nn.dense(net, X(net, n, i), i),
        lambda v: loops.dense(v["X"], v["W1"], v["b1"]),
        lambda v: v["X"] @ v["W1"] + v["b1"],
    ),
    Case(
        "residual",
        lambda net: nn.residual(net, X(net, n, i), nn.dense(3, activation="tanh"), nn.dense(i)),
        lambda v: v["X"] + loops.dense(
            loops.mapped(np.tanh, loops.dense(v["X"], v["W1"], v["b1"])), v["W2"], v["b2"]
        ),
        lambda v: v["X"] + (v["X"] @ v["W1"] + v["b1"]).tanh() @ v["W2"] + v["b2"],
    ),
    Case(
        "activate",
        lambda net: nn.activate(net, X(net, n, i), "softmax"),
        lambda v: np.array([loops.softmax_row(row) for row in v["X"]]),
        lambda v: v["X"].softmax(-1),
    ),
    Case(
        "flatten",
        lambda net: nn.flatten(net, X(net, n, c, y, x)),
        lambda v: np.array([[a for b in s for row in b for a in row] for s in v["X"]]),
        lambda v: v["X"].flatten(1),
    ),
    Case(
        "concatenate",
        lambda net: nn.concatenate(net, X(net, n, i, c), net.input("A", n, l, c), along=i),
        lambda v: np.array([[*a, *b] for a, b in zip(v["X"], v["A"], strict=True)]),
        lambda v: torch.cat([v["X"], v["A"]], 1),
    ),
    Case(
        "dropout",
        lambda net: nn.dropout(net, X(net, n, i), 0.2),
        lambda v: v["X"] * v["M1"] / 0.8,
        lambda v: v["X"] * v["M1"] / 0.8,
        values={"M1": lambda rng, shape: rng.integers(0, 2, shape).astype(float)},
    ),
)  # fmt: skip


def conv_case(name, letters, kernel, units=2, **settings):
    layer = (nn.conv1d, nn.conv2d, nn.conv3d)[len(letters) - 3]
    theirs = (F.conv1d, F.conv2d, F.conv3d)[len(letters) - 3] if F else None
    return Case(
        name,
        lambda net: layer(net, X(net, *letters), units, kernel, **settings),
        lambda v: loops.convolution(v["X"], v["W1"], v["b1"], **settings),
        lambda v: theirs(v["X"], v["W1"], v["b1"], **settings),
    )


def transposed_case(name, letters, kernel, **settings):
    theirs = (F.conv_transpose1d, F.conv_transpose2d)[len(letters) - 3] if F else None
    return Case(
        name,
        lambda net: nn.conv_transposed(
            net, X(net, *letters), 2, kernel, axes=len(letters) - 2, **settings
        ),
        lambda v: loops.transposed(v["X"], v["W1"], v["b1"], **settings),
        lambda v: theirs(v["X"], v["W1"], v["b1"], **settings),
    )


CONVOLUTION = (
    conv_case("conv1d", (n, c, l), 3),
    conv_case("conv1d, strides overlap", (u, c, l), 3, stride=2, padding=1),
    conv_case("conv1d, stride beyond the kernel", (u, c, l), 2, stride=3),
    conv_case("conv1d, stride and dilation", (u, c, l), 3, stride=2, dilation=3, padding=2),
    conv_case("conv1d, kernel of size 1", (u, c, l), 1),
    conv_case("conv1d, kernel as large as the input", (u, c, l), 7),
    conv_case("conv1d, groups", (u, e, l), 2, groups=2, units=2),
    conv_case("conv2d", (u, c, y, x), 2),
    conv_case("conv2d, padded", (u, a, w, z), 3, padding=1),
    conv_case("conv2d, two strides", (u, a, y, x), (3, 2), stride=(2, 1), padding=(0, 1)),
    conv_case("conv2d, groups with stride", (u, e, z, w), 2, groups=4, stride=2, units=4),
    conv_case("conv3d", (u, a, w, z, x), 2, stride=2, padding=1, units=1),
    Case(
        "conv2d, same",
        lambda net: nn.conv2d(net, X(net, u, a, z, w), 2, (2, 3), padding="same"),
        lambda v: loops.convolution(
            np.pad(v["X"], ((0, 0), (0, 0), (0, 1), (1, 1))), v["W1"], v["b1"]
        ),
        lambda v: F.conv2d(F.pad(v["X"], (1, 1, 0, 1)), v["W1"], v["b1"]),
    ),
    Case(
        "depthwise",
        lambda net: nn.depthwise(net, X(net, u, c, z, w), 2, padding=1),
        lambda v: loops.convolution(v["X"], v["W1"][:, None], v["b1"], padding=1, groups=2),
        lambda v: F.conv2d(v["X"], v["W1"][:, None], v["b1"], padding=1, groups=2),
    ),
    Case(
        "depthwise with a multiplier",
        lambda net: nn.depthwise(net, X(net, n, c, z), 2, axes=1, multiplier=2),
        lambda v: loops.convolution(v["X"], v["W1"][:, None], v["b1"], groups=2),
        lambda v: F.conv1d(v["X"], v["W1"][:, None], v["b1"], groups=2),
    ),
    transposed_case("transposed", (u, c, z), 3),
    transposed_case("transposed, stride", (u, c, z), 3, stride=2, padding=1, output_padding=1),
    transposed_case("transposed, dilation", (u, c, z), 2, stride=2, dilation=3),
    transposed_case("transposed over two axes", (u, a, w, z), 2, stride=2),
)


def pool_case(name, letters, kernel, stride, padding=0, dilation=1):
    axes = len(letters) - 2
    theirs = (F.max_pool1d, F.max_pool2d)[axes - 1] if F else None
    return Case(
        name,
        lambda net: nn.max_pool(
            net, X(net, *letters), kernel, axes=axes, stride=stride, padding=padding,
            dilation=dilation,
        ),
        lambda v: loops.pooled(v["X"], kernel, stride, padding, max, dilation),
        lambda v: theirs(v["X"], kernel, stride, padding, dilation),
    )  # fmt: skip


def mean_case(name, kernel, stride, padding=0):
    return Case(
        name,
        lambda net: nn.average_pool(
            net, X(net, n, c, y, x), kernel, stride=stride, padding=padding
        ),
        lambda v: loops.pooled(v["X"], kernel, stride, padding, loops.mean, outside=0),
        lambda v: F.avg_pool2d(v["X"], kernel, stride, padding),
    )


POOLING = (
    pool_case("max pool", (n, c, y, x), 2, 2),
    pool_case("max pool, overlapping and padded", (u, c, y, x), 3, 2, padding=1),
    pool_case("max pool, dilated", (u, c, l), 2, 1, dilation=3),
    mean_case("average pool", 2, 2),
    mean_case("average pool, overlapping and padded", 3, 2, padding=1),
    Case(
        "global average pool",
        lambda net: nn.global_average_pool(net, X(net, n, c, y, x)),
        lambda v: np.array([[loops.mean(list(m.flat)) for m in s] for s in v["X"]]),
        lambda v: v["X"].mean((2, 3)),
    ),
    Case(
        "global max pool",
        lambda net: nn.global_max_pool(net, X(net, n, c, y, x)),
        lambda v: np.array([[max(m.flat) for m in s] for s in v["X"]]),
        lambda v: v["X"].amax((2, 3)),
    ),
)


def norm_case(name, letters, build, key, theirs, eps=1e-5, scale=lambda v: (1, 0)):
    def looped(v):
        Y = loops.normalised(v["X"], loops.together(v["X"].shape, key), eps)
        gamma, beta = scale(v)
        return gamma * Y + beta

    return Case(name, lambda net: build(net, X(net, *letters)), looped, theirs)


def by_channel(v):
    shape = (-1, *[1] * (v["X"].ndim - 2))
    return v["gamma1"].reshape(shape), v["beta1"].reshape(shape)


NORMALISATION = (
    norm_case(
        "batch norm", (n, i), nn.batch_norm, lambda p: p[1],
        lambda v: F.batch_norm(v["X"], None, None, v["gamma1"], v["beta1"], True),
        scale=lambda v: (v["gamma1"], v["beta1"]),
    ),
    norm_case(
        "batch norm of images", (n, c, y, z),
        lambda net, X: nn.batch_norm(net, X, running=False, eps=0.1), lambda p: p[1],
        lambda v: F.batch_norm(v["X"], None, None, v["gamma1"], v["beta1"], True, eps=0.1),
        eps=0.1, scale=by_channel,
    ),
    norm_case(
        "batch norm of the last letter, not scaled", (n, l, c),
        lambda net, X: nn.batch_norm(net, X, feature=c, affine=False, running=False),
        lambda p: p[2],
        lambda v: F.batch_norm(v["X"].flatten(0, 1), None, None, training=True).reshape(2, 7, 2),
    ),
    norm_case(
        "layer norm", (n, i), nn.layer_norm, lambda p: p[0],
        lambda v: F.layer_norm(v["X"], (4,), v["gamma1"], v["beta1"]),
        scale=lambda v: (v["gamma1"], v["beta1"]),
    ),
    norm_case(
        "layer norm over two letters", (n, c, z),
        lambda net, X: nn.layer_norm(net, X, over=(c, z), affine=False), lambda p: p[0],
        lambda v: F.layer_norm(v["X"], (2, 3)),
    ),
    norm_case(
        "group norm", (n, e, z), lambda net, X: nn.group_norm(net, X, 2),
        lambda p: (p[0], p[1] // 2),
        lambda v: F.group_norm(v["X"], 2, v["gamma1"], v["beta1"]), scale=by_channel,
    ),
    norm_case(
        "instance norm", (n, c, z), nn.instance_norm, lambda p: p[:2],
        lambda v: F.instance_norm(v["X"]),
    ),
    Case(
        "rms norm",
        lambda net: nn.rms_norm(net, X(net, n, i)),
        lambda v: np.array([
            [g * a / (sum(other * other for other in row) / 4 + 1e-5) ** 0.5
             for g, a in zip(v["gamma1"], row, strict=True)]
            for row in v["X"]
        ]),
        lambda v: F.rms_norm(v["X"], (4,), v["gamma1"], 1e-5),
    ),
)  # fmt: skip
CASES = (*DENSE, *CONVOLUTION, *POOLING, *NORMALISATION)
