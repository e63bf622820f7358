"""Cases of losses: each against loops over samples, and against torch's own."""

from __future__ import annotations

import math

import numpy as np

import symback as sb
from symback import nn
from tests.nn.support import Case, torch

F = torch.nn.functional if torch else None
n, k, i = sb.indices("n:N k:3 i:2")


def chances(rng, shape):
    """Rows of probabilities."""
    drawn = rng.random(shape) + 0.1
    return drawn / drawn.sum(-1, keepdims=True)


def shares(rng, shape):
    return rng.uniform(0.1, 0.9, shape)


def signs(rng, shape):
    return rng.choice([-1.0, 1.0], shape)


def classes(rng, shape):
    return rng.integers(0, 3, shape)


def one_hot(rng, shape):
    return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]


def entrywise(name, layer, each, theirs, values=(), reduction="mean", **settings):
    """A loss that is a number for each entry of P and T."""

    def looped(v):
        numbers = [each(p, t) for p, t in zip(v["P"].flat, v["T"].flat, strict=True)]
        return np.array(sum(numbers) / (len(numbers) if reduction == "mean" else 1))

    return Case(
        name,
        lambda net: layer(
            net, net.input("P", n, k), net.input("T", n, k), reduction=reduction, **settings
        ),
        looped,
        lambda v: theirs(v["P"], v["T"]),
        values=dict(values),
    )


def huber(e, delta):
    return e * e / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)


ENTRYWISE = (
    entrywise("squared", nn.squared_loss, lambda p, t: (p - t) ** 2, lambda p, t: F.mse_loss(p, t)),
    entrywise(
        "squared, summed", nn.squared_loss, lambda p, t: (p - t) ** 2,
        lambda p, t: F.mse_loss(p, t, reduction="sum"), reduction="sum",
    ),
    entrywise("absolute", nn.absolute_loss, lambda p, t: abs(p - t), lambda p, t: F.l1_loss(p, t)),
    entrywise(
        "huber", nn.huber_loss, lambda p, t: huber(p - t, 1), lambda p, t: F.huber_loss(p, t)
    ),
    entrywise(
        "huber, other delta", nn.huber_loss, lambda p, t: huber(p - t, 0.3),
        lambda p, t: F.huber_loss(p, t, delta=0.3), delta=0.3,
    ),
    entrywise(
        "binary cross-entropy", nn.binary_cross_entropy,
        lambda p, t: -t * math.log(p) - (1 - t) * math.log(1 - p),
        lambda p, t: F.binary_cross_entropy(p, t), values={"P": shares, "T": shares},
    ),
    entrywise(
        "binary cross-entropy of logits", nn.binary_cross_entropy,
        lambda z, t: math.log(1 + math.exp(z)) - t * z,
        lambda z, t: F.binary_cross_entropy_with_logits(z, t), values={"T": shares}, logits=True,
    ),
    entrywise(
        "hinge", nn.hinge_loss, lambda z, t: max(0, 1 - t * z),
        lambda z, t: (1 - t * z).clamp(min=0).mean(), values={"T": signs},
    ),
)  # fmt: skip


def samplewise(name, build, each, theirs, values=()):
    """A loss that is a number for each row of P and T; the mean of them."""
    return Case(
        name,
        build,
        lambda v: np.array(
            sum(each(p, t) for p, t in zip(v["P"], v["T"], strict=True)) / len(v["P"])
        ),
        lambda v: theirs(v["P"], v["T"]),
        values=dict(values),
    )


def logsumexp(row):
    return max(row) + math.log(sum(math.exp(z - max(row)) for z in row))


def two(layer, **settings):
    return lambda net: layer(net, net.input("P", n, k), net.input("T", n, k), **settings)


def with_integers(layer, **settings):
    return lambda net: layer(net, net.input("P", n, k), net.input("T", n, integer=True), **settings)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


SAMPLEWISE = (
    samplewise(
        "cross-entropy of probabilities", two(nn.cross_entropy),
        lambda p, t: -sum(y * math.log(x) for x, y in zip(p, t, strict=True)),
        lambda p, t: -(t * p.log()).sum(-1).mean(), {"P": chances, "T": one_hot},
    ),
    samplewise(
        "cross-entropy of logits", two(nn.cross_entropy, logits=True),
        lambda z, t: sum(y * (logsumexp(z) - x) for x, y in zip(z, t, strict=True)),
        lambda z, t: F.cross_entropy(z, t), {"T": chances},
    ),
    samplewise(
        "cross-entropy of logits with classes", with_integers(nn.cross_entropy, logits=True),
        lambda z, t: logsumexp(z) - z[t], lambda z, t: F.cross_entropy(z, t), {"T": classes},
    ),
    samplewise(
        "cross-entropy with classes", with_integers(nn.cross_entropy),
        lambda p, t: -math.log(p[t]), lambda p, t: F.nll_loss(p.log(), t),
        {"P": chances, "T": classes},
    ),
    samplewise(
        "negative log-likelihood", with_integers(nn.nll_loss), lambda p, t: -p[t],
        lambda p, t: F.nll_loss(p, t), {"T": classes},
    ),
    samplewise(
        "kl divergence", two(nn.kl_divergence),
        lambda p, t: sum(y * math.log(y / x) for x, y in zip(p, t, strict=True) if y > 0),
        lambda p, t: F.kl_div(p.log(), t, reduction="batchmean"), {"P": chances, "T": chances},
    ),
    samplewise(
        "kl of gaussians", two(nn.gaussian_kl),
        lambda m, l: sum(a * a + math.exp(b) - b - 1 for a, b in zip(m, l, strict=True)) / 2,
        lambda m, l: ((m**2 + l.exp() - l - 1).sum(-1) / 2).mean(),
    ),
    samplewise(
        "cosine", two(nn.cosine_loss),
        lambda u, v: 1 - dot(u, v) / math.sqrt(dot(u, u) * dot(v, v)),
        lambda u, v: (1 - F.cosine_similarity(u, v)).mean(),
    ),
    Case(
        "triplet",
        lambda net: nn.triplet_loss(
            net, net.input("A", n, k), net.input("P", n, k), net.input("B", n, k), margin=2
        ),
        lambda v: np.mean([
            max(0, dot(a - p, a - p) - dot(a - b, a - b) + 2)
            for a, p, b in zip(v["A"], v["P"], v["B"], strict=True)
        ]),
        lambda v: F.triplet_margin_with_distance_loss(
            v["A"], v["P"], v["B"], margin=2,
            distance_function=lambda a, b: ((a - b) ** 2).sum(-1),
        ),
    ),
)  # fmt: skip
CASES = (*ENTRYWISE, *SAMPLEWISE)
