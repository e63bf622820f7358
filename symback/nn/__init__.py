"""Layers and losses: functions that add forward equations to a network and return a tensor.

    H = sb.nn.dense(net, X, 32, activation="tanh", name="hidden")

Nothing here has a backward pass: gradients come from the equations, by the one engine. A size may
be given where a letter is meant; the letter is then a new one. Without network and input a layer
waits for them: ``sb.nn.sequential(net, X, sb.nn.dense(32, activation="relu"), sb.nn.dense(10))``.
"""

from symback.nn.attention import attention, multi_head_attention
from symback.nn.axes import flatten
from symback.nn.convolution import conv1d, conv2d, conv3d, depthwise
from symback.nn.dense import activate, dense, embedding, residual
from symback.nn.dropout import dropout
from symback.nn.elsewhere import meant
from symback.nn.layer import Layer
from symback.nn.losses import (
    absolute_loss,
    binary_cross_entropy,
    cosine_loss,
    cross_entropy,
    gaussian_kl,
    hinge_loss,
    huber_loss,
    kl_divergence,
    nll_loss,
    squared_loss,
    triplet_loss,
)
from symback.nn.normalisation import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from symback.nn.pooling import average_pool, global_average_pool, global_max_pool, max_pool
from symback.nn.positions import learned_positions, sinusoidal_positions
from symback.nn.recurrent import gru, lstm, rnn
from symback.nn.sequential import sequential
from symback.nn.time_axis import bidirectional, concatenate, last_step
from symback.nn.transformer import transformer_block
from symback.nn.transposed import conv_transposed

# In the order of the page of layers.
LAYERS = (
    "dense", "activate", "residual", "sequential", "dropout", "flatten", "concatenate",
    "conv1d", "conv2d", "conv3d", "depthwise", "conv_transposed",
    "max_pool", "average_pool", "global_max_pool", "global_average_pool",
    "rnn", "lstm", "gru", "bidirectional", "last_step",
    "batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm",
    "embedding", "sinusoidal_positions", "learned_positions",
    "attention", "multi_head_attention", "transformer_block",
)  # fmt: skip
LOSSES = (
    "squared_loss", "absolute_loss", "huber_loss", "binary_cross_entropy", "cross_entropy",
    "nll_loss", "kl_divergence", "gaussian_kl", "hinge_loss", "triplet_loss", "cosine_loss",
)  # fmt: skip
__all__ = [
    "LAYERS",
    "LOSSES",
    "Layer",
    "absolute_loss",
    "activate",
    "attention",
    "average_pool",
    "batch_norm",
    "bidirectional",
    "binary_cross_entropy",
    "concatenate",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transposed",
    "cosine_loss",
    "cross_entropy",
    "dense",
    "depthwise",
    "dropout",
    "embedding",
    "flatten",
    "gaussian_kl",
    "global_average_pool",
    "global_max_pool",
    "group_norm",
    "gru",
    "hinge_loss",
    "huber_loss",
    "instance_norm",
    "kl_divergence",
    "last_step",
    "layer_norm",
    "learned_positions",
    "lstm",
    "max_pool",
    "multi_head_attention",
    "nll_loss",
    "residual",
    "rms_norm",
    "rnn",
    "sequential",
    "sinusoidal_positions",
    "squared_loss",
    "transformer_block",
    "triplet_loss",
]


def __getattr__(name: str) -> object:
    helps = "" if name.startswith("__") else f"\n  try:   {meant(name, (*LAYERS, *LOSSES))}"
    raise AttributeError(f"module 'symback.nn' has no attribute {name!r}{helps}")
