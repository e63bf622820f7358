"""Language models: the next character of a text, by an LSTM or by a causal transformer."""

from __future__ import annotations

from symback import nn
from symback.algebra.functions import log, mean_over, softmax
from symback.algebra.letters import Index, indices
from symback.network.network import Network
from symback.network.tensors import Tensor


def character_lstm(characters: int = 39, features: int = 32, units: int = 96) -> Network:
    """P[t,n,v] = softmax_v(Σ_k h[t,n,k]·W[k,v] + b[v]), where h is an LSTM of T steps.

    Inputs: ids[n,t] and y[n,t], integers: a window of text, and the character that follows each
    of its characters. L is the mean of −log P[t,n,y[n,t]], in nats.

    Source: Graves, Generating sequences with recurrent neural networks, arXiv:1308.0850, section 2.
    """
    net = Network("character_lstm")
    n, t, v = indices(f"n:N t:T v:{characters}")
    ids, y = (net.input(name, n, t, integer=True) for name in ("ids", "y"))
    X = nn.embedding(net, ids, v, features, init="normal(1)")
    Z = nn.dense(net, nn.lstm(net, X, units, time=t), v)
    return _predicting(net, Z, y, v)


def character_transformer(
    characters: int = 39, steps: int = 32, features: int = 64, heads: int = 4, blocks: int = 2
) -> Network:
    """P[n,t,v] = softmax_v(Σ_j norm(H)[n,t,j]·W[j,v] + b[v]); H: causal blocks of E[ids] + places.

    Inputs: ids[n,t] and y[n,t], integers: a window of ``steps`` characters, and the character that
    follows each. Character t reads the characters up to t. L is the mean of −log P[n,t,y[n,t]].

    Source: Radford, Narasimhan, Salimans & Sutskever, Improving language understanding by
    generative pre-training, 2018, equation 2; with the norm before each branch.
    """
    net = Network("character_transformer")
    n, t, v, j = indices(f"n:N t:{steps} v:{characters} j:{features}")
    ids, y = (net.input(name, n, t, integer=True) for name in ("ids", "y"))
    H = nn.embedding(net, ids, v, j, init="normal(0.1)")
    H = nn.learned_positions(net, H, init="normal(0.1)")
    for _ in range(blocks):
        H = nn.transformer_block(net, H, heads, activation="gelu_tanh", causal=True)
    Z = nn.dense(net, nn.layer_norm(net, H), v)
    return _predicting(net, Z, y, v)


def _predicting(net: Network, Z: Tensor, y: Tensor, v: Index) -> Network:
    """Define P = softmax of Z along v, and the loss −mean log P at the characters y[n,t]."""
    P = net.define("P", Z.letters, softmax(Z.entry, v))
    first, second, _ = Z.letters
    net.loss("L", -mean_over(log(P[first, second, y.entry]), *y.letters))
    return net
