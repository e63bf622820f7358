"""What layers and losses are called elsewhere: help for who asks for a name that is not here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from symback.nn.arguments import ACTIVATIONS

# Names of PyTorch and Keras without case, _ and the number of axes, and what is written here.
CALLED = {
    "linear": "dense",
    "conv": "conv2d",
    "convtranspose": "conv_transposed",
    "transposedconv": "conv_transposed",
    "depthwiseconv": "depthwise",
    "maxpooling": "max_pool",
    "avgpool": "average_pool",
    "averagepooling": "average_pool",
    "adaptiveavgpool": "global_average_pool",
    "adaptivemaxpool": "global_max_pool",
    "globalaveragepooling": "global_average_pool",
    "globalmaxpooling": "global_max_pool",
    "batchnormalization": "batch_norm",
    "layernormalization": "layer_norm",
    "transformerencoderlayer": "transformer_block",
    "positionalencoding": "sinusoidal_positions",
    "concat": "concatenate",
    "add": "residual",
    "activation": "activate",
    "mseloss": "squared_loss",
    "mse": "squared_loss",
    "meansquarederror": "squared_loss",
    "loss": "absolute_loss",  # L1Loss
    "mae": "absolute_loss",
    "smoothloss": "huber_loss",  # SmoothL1Loss
    "bce": "binary_cross_entropy",
    "bceloss": "binary_cross_entropy",
    "bcewithlogitsloss": "binary_cross_entropy",
    "binarycrossentropyloss": "binary_cross_entropy",
    "crossentropyloss": "cross_entropy",
    "categoricalcrossentropy": "cross_entropy",
    "sparsecategoricalcrossentropy": "cross_entropy",
    "kldivloss": "kl_divergence",
    "tripletmarginloss": "triplet_loss",
    "cosineembeddingloss": "cosine_loss",
}


def meant(name: str, known: Sequence[str]) -> str:
    """Return what may help who asked for a layer of this name."""
    plain = _plain(name)
    by_plain = {_plain(own): own for own in known} | CALLED
    functions = {_plain(own): own for own in (*ACTIVATIONS, "softmax")}
    # Why by the whole name first? conv1d and conv2d differ in nothing else.
    for own in known:
        if own.replace("_", "") == name.lower().replace("_", ""):
            return f"write sb.nn.{own}"
    if plain in functions:
        own = functions[plain]
        return f'write sb.nn.activate("{own}"), or activation="{own}" in a layer'
    close = get_close_matches(plain, by_plain, 1, 0.85)
    if close:
        return f"write sb.nn.{by_plain[close[0]]}"
    return "docs/layers.md lists all, and so do sb.nn.LAYERS and sb.nn.LOSSES"


def _plain(name: str) -> str:
    """Return a name without case, _ and a number of axes such as 2d."""
    return re.sub(r"\d+d?", "", name.lower()).replace("_", "")
