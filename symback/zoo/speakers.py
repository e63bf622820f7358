"""A one-dimensional convolutional network: who speaks, from cepstra over time."""

from __future__ import annotations

from sympy import oo

from symback import nn
from symback.algebra.functions import max_over, relu, softmax, where
from symback.algebra.letters import indices
from symback.network.network import Network


def speaker_network(
    coefficients: int = 12, frames: int = 29, channels: int = 32, speakers: int = 9
) -> Network:
    """P = softmax(Σ_c H·W + b), H[n,c] = relu(max_t Z2[n,c,t]) over the frames t < length[n].

    Inputs: X[n,c,t], coefficients over time; length[n], the number of frames, an integer; Y[n,k]
    one-hot. Z1 and Z2 are convolutions over 5 and 3 frames. What stands behind the end of an
    utterance is never the largest.

    Source: Waibel, Hanazawa, Hinton, Shikano & Lang, Phoneme recognition using time-delay neural
    networks, IEEE Trans. ASSP 37 (1989), figure 2; with the largest instead of the sum over time.
    """
    net = Network("speakers")
    n, c, t, k = indices(f"n:N c:{coefficients} t:{frames} k:{speakers}")
    X, length = net.input("X", n, c, t), net.input("length", n, integer=True)
    Y = net.input("Y", n, k, one_hot=True)
    A = nn.conv1d(net, X, channels, 5, padding="same", activation="relu", init="he")
    Z = nn.conv1d(net, A, channels, 3, padding="same", init="he")
    c2 = Z.letters[1]
    M = net.define("M", (n, c2), max_over(where(t < length[n], Z.entry, -oo), t))
    H = net.define("H", (n, c2), relu(M.entry))
    Z = nn.dense(net, H, k)
    P = net.define("P", (n, k), softmax(Z.entry, k))
    nn.cross_entropy(net, P, Y)
    return net
