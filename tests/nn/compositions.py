"""Hypothesis strategies: random stacks of layers on images and on sequences, with a loss."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st

import symback as sb
from symback import nn

n, c, y, x, t, i = sb.indices("n:N c:2 y:4 x:3 t:T i:2")
SMOOTH = ("tanh", "sigmoid", "softplus", "silu")

# Each takes a way to draw, and returns a layer that waits. All of them end with the axes they had.
IMAGES = (
    lambda draw: nn.conv2d(2, draw([1, 2]), padding=draw([0, 1]), activation=draw(SMOOTH)),
    lambda draw: nn.conv2d(2, 2, stride=draw([1, 2]), dilation=draw([1, 2]), padding=1, groups=2),
    lambda draw: nn.depthwise(2, padding="same", activation=draw(SMOOTH)),
    lambda draw: nn.conv_transposed(1, 2, stride=draw([1, 2]), dilation=draw([1, 3])),
    lambda draw: nn.max_pool(2, stride=draw([1, 2]), padding=draw([0, 1])),
    lambda draw: nn.average_pool(2, stride=1, padding=draw([0, 1])),
    lambda draw: draw([nn.instance_norm(affine=True), nn.batch_norm(eps=0.1)]),
    lambda draw: nn.group_norm(1, eps=0.1),
    lambda draw: nn.residual(nn.depthwise(3, padding="same", activation=draw(SMOOTH))),
    lambda draw: nn.activate(draw(SMOOTH)),
)
SEQUENCES = (
    lambda draw: nn.rnn(draw([1, 2]), reverse=draw([False, True]), activation=draw(SMOOTH)),
    lambda draw: nn.gru(2),
    lambda draw: nn.bidirectional(nn.rnn(1)),
    lambda draw: nn.dense(draw([1, 3]), activation=draw(SMOOTH)),
    lambda draw: draw([nn.layer_norm(eps=0.5), nn.rms_norm(eps=0.5)]),
    lambda draw: (
        lambda net, X: nn.residual(
            net, X, nn.dense(2, activation=draw(SMOOTH)), nn.dense(X.letters[-1])
        )
    ),
    lambda draw: nn.multi_head_attention(1, width=draw([1, 2]), causal=draw([False, True])),
    lambda draw: nn.sinusoidal_positions(),
)


@st.composite
def networks(draw) -> sb.Network:
    """Random stacks of one to three layers, a dense layer and a loss."""

    def chosen(options):
        return draw(st.sampled_from(list(options)))

    net = sb.Network("stack")
    kind = chosen(["images", "sequences"])
    if kind == "images":
        X, moves = net.input("X", n, c, y, x), IMAGES
    else:
        X, moves = net.input("X", t, n, i), SEQUENCES
    for _ in range(draw(st.integers(1, 3))):
        # What a layer refuses, such as a kernel that is too large, is left out.
        with suppress(sb.SymbackError):
            X = chosen(moves)(chosen)(net, X)
    over = chosen([X.letters[-1:], X.letters[2:], X.letters[-2:]])
    P = nn.dense(net, X, 2, over=over, activation=chosen(["tanh", None]))
    Y = net.input("target", *P.letters)
    loss = chosen([nn.squared_loss, nn.huber_loss, nn.cosine_loss])
    loss(net, P, Y)
    return net
