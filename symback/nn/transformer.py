"""The transformer block: attention and a network for each position, each with a residual."""

from __future__ import annotations

from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import Activation, tensor_of
from symback.nn.attention import multi_head_attention
from symback.nn.dense import dense, residual
from symback.nn.dropout import dropout
from symback.nn.layer import layer
from symback.nn.names import part
from symback.nn.normalisation import layer_norm

PLACES = ("pre", "post")


@layer
def transformer_block(
    net: Network, X: object, heads: object, units: object = None, *, norm: str = "pre",
    activation: Activation = "gelu", causal: bool = False, mask: object = None, p: object = 0,
    eps: object = 1e-5, name: str | None = None,
) -> Tensor:  # fmt: skip
    """H = X + attention(norm X); Y = H + dense(f(dense(norm H))).

    ``units`` is the width of the inner layer, by default four times the features. norm="post" is
    the first form, H = norm(X + attention X). With ``p`` > 0 both branches end in dropout.

    Source: Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.1 ("post"); Xiong et
    al., On layer normalization in the transformer architecture, ICML 2020, table 1 ("pre").
    """
    X = tensor_of(net, X, "transformer_block", 2, "(…, t, j)")
    if norm not in PLACES:
        raise DefinitionError(
            f"transformer_block: norm={norm!r} was asked for", "no such place",
            'use "pre" (before attention and dense layers) or "post" (behind the residuals)',
        )  # fmt: skip
    j = X.letters[-1]
    units = 4 * j.size if units is None else units

    def normed(T: Tensor, role: str) -> Tensor:
        return layer_norm(net, T, eps=eps, name=part(name, role))

    def dropped(T: Tensor, role: str) -> Tensor:
        return dropout(net, T, p, name=part(name, role)) if p != 0 else T

    def attend(T: Tensor) -> Tensor:
        made = multi_head_attention(net, T, heads, causal=causal, mask=mask, name=part(name, "att"))
        return dropped(made, "drop1")

    def feed(T: Tensor) -> Tensor:
        inner = dense(net, T, units, activation=activation, name=part(name, "ff1"))
        return dropped(dense(net, inner, j, name=part(name, "ff2")), "drop2")

    if norm == "pre":
        H = residual(net, X, attend(normed(X, "norm1")), name=part(name, "H"))
        return residual(net, H, feed(normed(H, "norm2")), name=name)
    H = normed(residual(net, X, attend(X), name=part(name, "sum1")), "H")
    return layer_norm(net, residual(net, H, feed(H), name=part(name, "sum2")), eps=eps, name=name)
