"""Hypothesis strategies: random well-formed networks, of tensors and of scalars, with small sizes.

A network grows equation by equation. Each move of ``MOVES`` reads tensors that are there, so that
diamonds, residuals and tied weights come about by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st
from sympy import Expr

from symback.algebra import functions as f
from symback.algebra.letters import Index
from symback.algebra.operators import Decimal
from symback.network.network import Network
from symback.network.tensors import Tensor

SMOOTH = ("tanh", "sigmoid", "sin", "cos", "softplus", "silu", "gelu", "gelu_tanh", "erf", "expm1")
KINKED = ("relu", "abs")


@dataclass
class Builder:
    """A network that grows: its letters, each width with a twin, and its activations so far."""

    draw: Callable
    net: Network
    rows: Index
    columns: tuple[tuple[Index, Index], ...]  # the letter of each width, and its twin
    active: list[Tensor] = field(default_factory=list)  # tensors over (rows, a width)
    read: set[str] = field(default_factory=set)
    numbers: count = field(default_factory=lambda: count(1))

    def name(self, stem: str) -> str:
        return f"{stem}{next(self.numbers)}"

    def choice(self, options):
        return self.draw(st.sampled_from(list(options)))

    def tensor(self, width: Index | None = None) -> Tensor:
        """Return an activation, late ones more often; of this width if one is given."""
        fitting = [t for t in self.active if width is None or t.letters[1] == width]
        found = fitting[-1 - self.choice([0, 0, 0, 1, 2]) % len(fitting)]
        self.read.add(found.name)
        return found

    def twin(self, letter: Index) -> Index:
        return next(b for a, b in self.columns if a == letter)

    def add(self, expression, width: Index) -> None:
        letters = (self.rows, width)
        self.active.append(self.net.define(self.name("Z"), letters, expression))


@st.composite
def networks(draw, most_equations: int = 6) -> Network:
    """Random networks: inputs X[n,a], a few equations, a loss."""
    sizes = [draw(st.sampled_from([1, 2, 3, 4, name])) for name in ("N", "J", "K")]
    n, a, b = (Index(name, size) for name, size in zip("nab", sizes, strict=True))
    columns = ((a, Index("a2", a.size)), (b, Index("b2", b.size)))
    build = Builder(draw, Network("random"), n, columns)
    build.active.append(build.net.input("X", n, a))
    for _ in range(draw(st.integers(0, most_equations - 2))):
        build.choice(MOVES)(build)
    if not build.net.parameters:
        _dense(build)
    loss = build.choice(LOSSES)(build)
    for left in [t for t in build.active if t.name not in build.read]:
        # Why? So that every equation is on a way to the loss.
        loss = loss + f.mean_over(f.cos(left.entry), *left.letters)
    build.net.loss("L", loss)
    return build.net


def _dense(build: Builder) -> None:
    """Z[n,v] = Σ_w T[n,w] W[w,v] + β[v]; the weight may be one that is there, or its transpose."""
    source = build.tensor()
    n, w = source.letters
    v = build.choice(build.columns)[0]
    summed = build.twin(w) if v == w else w
    known = [p for p in build.net.parameters if p.rank == 2]
    reads = []
    for weight in known:
        first, second = weight.shape
        reads += [weight[summed, v]] if (first, second) == (w.size, v.size) else []
        reads += [weight[v, summed]] if (second, first) == (w.size, v.size) else []
    if reads and build.choice([True, False]):
        entry = build.choice(reads)
    else:
        entry = build.net.parameter(build.name("W"), summed, v)[summed, v]
    total = f.sum_over(source[n, summed] * entry, summed)
    if build.choice([True, False]):
        total = total + build.net.parameter(build.name("beta"), v)[v]
    build.add(total, v)


def _pointwise(build: Builder) -> None:
    source = build.tensor()
    name = build.choice((*SMOOTH, *KINKED))
    build.add(f.call(name, source.entry), source.letters[1])


def _two_arguments(build: Builder) -> None:
    source = build.tensor()
    x, y = source.entry, build.tensor(source.letters[1]).entry
    forms = (
        f.leaky_relu(x, Decimal("0.1")), f.elu(x, 1), f.maximum(x, 2 * y - 1), f.minimum(x, y / 3),
        x + y, x - y * 2, x * y, y * x * y, x / (1 + y**2), x * f.exp(-(y**2)),
        f.where(x > y / 2, x * y, y), f.where(y < 0, 3 * x, x**2) + y,
    )  # fmt: skip
    build.add(build.choice(forms), source.letters[1])


def _power(build: Builder) -> None:
    source = build.tensor()
    x = source.entry
    forms = (x**2, x**3 / 4, f.sqrt(1 + x**2), (x**2 + 1) ** -1, (2 + x**2) ** Decimal("-0.5"),
             f.log(1 + x**2), -x / 2, 1 - x, f.exp(x / 3))  # fmt: skip
    build.add(build.choice(forms), source.letters[1])


def _along_the_row(build: Builder) -> None:
    source = build.tensor()
    n, w = source.letters
    t = build.twin(w)
    x, other = source.entry, source[n, t]
    forms = (
        f.softmax(x, w), x - f.logsumexp(other, t), x - f.mean_over(other, t),
        x / (1 + f.sum_over(other**2, t)), f.softmax(x * other, t, at=w),
        x * f.iverson(w <= 1), f.where(f.eq(w, 0), x**2, x), x * (w + 1) / w.size,
    )  # fmt: skip
    # Why not all of a single column? The second and third are then 0, at every kink that follows.
    build.add(build.choice(forms if w.size != 1 else forms[3:]), w)


def _broadcast(build: Builder) -> None:
    """A statistic over the rows, or a parameter of each column, spread over all rows."""
    source = build.tensor()
    n, w = source.letters
    if build.choice([True, False]):
        scale = build.net.parameter(build.name("gamma"), w)
    else:
        total = f.mean_over(source[n, w] ** 2, n)
        scale = build.net.define(build.name("s"), w, f.sqrt(total + Decimal("0.1")))
    form = build.choice([lambda x, s: x * s, lambda x, s: x + s, lambda x, s: x / (1 + s**2)])
    build.add(form(source.entry, scale[w]), w)


def _attention(build: Builder) -> None:
    """O[n,w] = Σ_m softmax_m(Σ_v T[n,v] U[m,v]) T[m,w]."""
    source = build.tensor()
    n, w = source.letters
    m, t = Index("m", n.size), build.twin(w)
    scores = f.sum_over(source[n, t] * build.tensor(w)[m, t], t)
    weights = build.net.define(build.name("P"), (n, m), f.softmax(scores, m))
    build.add(f.sum_over(weights[n, m] * source[m, w], m), w)


def _recurrent(build: Builder) -> None:
    """H[n,w] from H[n-1,…], the rows being steps; its initial value may be learned."""
    source = build.tensor()
    n, w = source.letters
    t, name = build.twin(w), build.name("H")
    initial = build.choice([None, None, Decimal("0.5"), "learned"])
    if initial == "learned":
        initial = f.tanh(build.net.parameter(build.name("gamma"), w)[w])
    h = build.net.state(name, n, w, initial=initial)
    x, before = source.entry, h[n - 1, w]
    weight = build.net.parameter(build.name("U"), t, w)
    forms = (
        f.tanh(x + f.sum_over(h[n - 1, t] * weight[t, w], t)),
        f.sin(x + before) / 2 + before * h[n - 2, w] / 4,
        f.sigmoid(x) * before + (1 - f.sigmoid(x)) * f.tanh(f.sum_over(weight[t, w], t)),
        x * Decimal("0.5") - h[n - 2, w] * f.mean_over(weight[t, w], t),
    )
    build.active.append(build.net.define(name, (n, w), build.choice(forms)))


MOVES = (
    _dense, _dense, _dense, _pointwise, _pointwise, _two_arguments, _two_arguments, _power,
    _along_the_row, _broadcast, _attention, _recurrent,
)  # fmt: skip


def _squared_error(build: Builder) -> Expr:
    source = build.tensor()
    T = build.net.input("T", *source.letters)
    return f.sum_over((source.entry - T.entry) ** 2, *source.letters) / 2


def _mean_error(build: Builder) -> Expr:
    source = build.tensor()
    return f.mean_over(f.sin(source.entry) + source.entry**2, *source.letters)


def _softmax_cross_entropy(build: Builder) -> Expr:
    source = build.tensor()
    n, w = source.letters
    Y = build.net.input("Y", n, w, one_hot=build.choice([True, False]))
    P = build.net.define("P", (n, w), f.softmax(source.entry, w))
    return -f.sum_over(Y.entry * f.log(P.entry), n, w) / n.size


def _sigmoid_cross_entropy(build: Builder) -> Expr:
    source = build.tensor()
    y = build.net.input("Y", *source.letters).entry
    a = build.net.define("A", source.letters, f.sigmoid(source.entry)).entry
    terms = -y * f.log(a) - (1 - y) * f.log(1 - a)
    return f.sum_over(terms, *source.letters) / source.letters[0].size


def _logsumexp_with_penalty(build: Builder) -> Expr:
    source = build.tensor()
    weight = build.net.parameters[0]
    penalty = Decimal("0.1") * f.sum_over(weight.entry**2, *weight.letters) if weight.rank else 0
    return f.logsumexp(source.entry, *source.letters) + penalty


LOSSES = (
    _squared_error, _mean_error, _softmax_cross_entropy, _sigmoid_cross_entropy,
    _logsumexp_with_penalty,
)  # fmt: skip


UNARY = (
    lambda x: x + x, lambda x: -x, lambda x: 1 - x, lambda x: x**2, lambda x: x**3 + x,
    lambda x: f.sqrt(x**2 + 1), lambda x: f.exp(x / 4), lambda x: x / (1 + x**2),
    *((lambda x, name=name: f.call(name, x)) for name in (*SMOOTH, *KINKED)),
)  # fmt: skip
BINARY = (
    lambda x, y: x + y, lambda x, y: x - 2 * y, lambda x, y: x * y, lambda x, y: x * x * y,
    lambda x, y: x / (1 + y**2), lambda x, y: f.tanh(x * y), lambda x, y: f.where(x > y, x * y, y),
    lambda x, y: f.maximum(x, y / 2), lambda x, y: (1 + x**2) ** y, lambda x, y: x * f.sigmoid(y),
)  # fmt: skip


@st.composite
def scalar_networks(draw, most_equations: int = 8) -> Network:
    """Random networks of scalars: every equation reads tensors that are there, often the same."""
    net = Network("scalars")
    known = [net.parameter("w"), net.parameter("v"), net.input("x")]
    unread = list(known)

    def operand():
        # Why the unread first? So that every tensor is on a way to the loss.
        return (unread.pop(0) if unread else draw(st.sampled_from(known))).entry

    for number in range(draw(st.integers(1, most_equations))):
        form = draw(st.sampled_from(UNARY + 2 * BINARY))
        value = form(operand()) if form in UNARY else form(operand(), operand())
        known.append(net.define(f"u{number}", (), value))
        unread.append(known[-1])
    total = draw(st.sampled_from(known)) ** 2
    for tensor in unread:
        total = total + tensor * 3
    net.loss("L", total)
    return net
