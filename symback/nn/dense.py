"""Dense layers, residual connections, embeddings: sums over features, and rows of a table."""

from __future__ import annotations

from symback.algebra.functions import sum_over
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import Activation, activated, letters_among, tensor_of
from symback.nn.finish import Finish
from symback.nn.layer import Layer, layer
from symback.nn.names import bound, letter_of, names_of


@layer
def dense(
    net: Network,
    X: object,
    units: object,
    *,
    activation: Activation = None,
    bias: bool = True,
    over: object = None,
    init: object = None,
    name: str | None = None,
) -> Tensor:
    """A[n,h] = f(Σ_i X[n,i]·W[i,h] + b[h]).

    ``units`` is a size or a letter; None gives one number for each sample, W[i]. The sum runs over
    the last letter of X, or over the letters ``over``: after a convolution over=(c, y, x), which
    needs no flattening. The weight is stored as W[in, out], the transpose of PyTorch's.

    Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors,
    Nature 323 (1986), equations 1 and 2.
    """
    X = tensor_of(net, X, "dense", 1, "(…, i)")
    summed = letters_among(X, X.letters[-1:] if over is None else over, "dense: over")
    kept = tuple(letter for letter in X.letters if letter not in summed)
    out = () if units is None else (letter_of(net, units, "h", "dense: units"),)
    # Why other letters? A layer back to the letters of its input sums over twins of them.
    twins = {k: bound(net, k.name, k.size, (*kept, *out)) if k in out else k for k in summed}
    inner = tuple(twins.values())
    target = (*kept, *out)
    if len(set(target)) < len(target):
        raise DefinitionError(
            f"dense: the units {out[0]} of {X}", "a letter of the samples", "use another letter"
        )
    finish = Finish("dense", bias, activation, init, name)
    names = finish.names(net)
    W = net.parameter(names["W"], *inner, *out, init=init)
    read = X[tuple(twins.get(k, k) for k in X.letters)]
    Z = sum_over(read * W.entry, *inner)
    return finish.define(net, names, target, Z, out[0] if out else None)


@layer
def activate(net: Network, X: object, function: Activation, *, name: str | None = None) -> Tensor:
    """A[…] = f(X[…]), entry by entry; softmax along the last letter.

    Source: the table of functions, docs/functions.md.
    """
    X = tensor_of(net, X, "activate", 0)
    names = names_of(net, name, "A")
    along = X.letters[-1] if X.letters else None
    return net.define(names["A"], X.letters, activated(X.entry, function, along, "activate"))


@layer
def residual(net: Network, X: object, *branch: object, name: str | None = None) -> Tensor:
    """Y[…] = X[…] + F[…], where F is a tensor of the shape of X, or layers that make it of X.

    Source: He, Zhang, Ren & Sun, Deep residual learning for image recognition, CVPR 2016,
    equation 1.
    """
    X = tensor_of(net, X, "residual", 0)
    F = X
    for step in branch:
        F = step(net, F) if isinstance(step, Layer) or callable(step) else net[step]
    if not branch or F.shape != X.shape:
        raise DefinitionError(
            f"residual: a branch of the shape of {X} was asked for",
            f"{F}, of shape {F.shape}; {X} has {X.shape}" if branch else "no branch",
            "let its last layer give as many: dense with a letter of X for units, conv2d with "
            'the channels of X and padding="same"',
        )
    names = names_of(net, name, "Y")
    return net.define(names["Y"], X.letters, X.entry + F[X.letters])


@layer
def embedding(
    net: Network, ids: object, rows: object, units: object, *, init: object = None,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Y[n,d] = E[ids[n],d]: row ids[n] of a table of vectors; ``ids`` is an integer tensor.

    ``rows`` and ``units`` are sizes or letters. The gradient is a scatter: rows that are read
    several times get the sum.

    Source: Bengio, Ducharme, Vincent & Jauvin, A neural probabilistic language model, JMLR 3
    (2003), the matrix C of section 2.
    """
    ids = tensor_of(net, ids, "embedding", 0)
    if not ids.integer:
        raise DefinitionError(
            "embedding: integers were asked for", f"the {ids.kind} {ids} of real numbers",
            f'declare it as integers: net.input("{ids.name}", …, integer=True)',
        )  # fmt: skip
    row = letter_of(net, rows, "w", "embedding: rows")
    unit = letter_of(net, units, "d", "embedding: units", (row,))
    names = names_of(net, name, "Y", "E")
    E = net.parameter(names["E"], row, unit, init=init)
    return net.define(names["Y"], (*ids.letters, unit), E[ids.entry, unit])
