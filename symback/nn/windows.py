"""Windows that slide along axes: sizes, positions and padding of convolution and pooling.

Window p reads position stride·p + dilation·r − padding at its tap r. All of stride, dilation and
padding is in this one affine position; nothing else knows of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_

from sympy import Expr, Integer, oo

from symback.algebra.functions import padded, where
from symback.algebra.letters import Index, as_size
from symback.algebra.nodes import InRange
from symback.algebra.positions import Entry, affine
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import per_axis, whole
from symback.nn.names import bound, fresh

TAPS = ("r", "s", "u")
SAME, VALID = "same", "valid"


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis under windows: its letter, that of the windows, of the taps, and their positions."""

    source: Index
    out: Index
    tap: Index
    stride: int
    dilation: int
    before: Expr  # padding
    after: Expr

    @property
    def position(self) -> Expr:
        """stride·out + dilation·tap − before: where window ``out`` reads at ``tap``."""
        return affine(-self.before, {self.out: self.stride, self.tap: self.dilation})

    @property
    def is_padded(self) -> bool:
        return (self.before, self.after) != (0, 0)

    @property
    def inside(self) -> InRange:
        """The condition 0 ≤ position < size."""
        return InRange(self.position, Integer(0), self.source.size)


@dataclass(frozen=True, slots=True)
class Sliding:
    """How windows slide: one value, or one for each axis."""

    layer: str
    kernel: object
    stride: object
    padding: object
    dilation: object


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows over the last axes of X[samples, channel, axes]."""

    X: Tensor
    axes: tuple[Axis, ...]

    @property
    def samples(self) -> tuple[Index, ...]:
        """The letters before the channel."""
        return self.X.letters[: self.X.rank - len(self.axes) - 1]

    @property
    def places(self) -> tuple[Index, ...]:
        """The letters that count windows."""
        return tuple(axis.out for axis in self.axes)

    @property
    def taps(self) -> tuple[Index, ...]:
        """The letters within a window."""
        return tuple(axis.tap for axis in self.axes)

    @property
    def letters(self) -> tuple[Index, ...]:
        return (*self.places, *self.taps)

    @property
    def is_padded(self) -> bool:
        return any(axis.is_padded for axis in self.axes)

    def entry(self, channel: Expr) -> Entry:
        """Return X at a channel and the positions of the windows, which may lie outside."""
        return self.X[(*self.samples, channel, *(axis.position for axis in self.axes))]

    def read(self, channel: Expr) -> Expr:
        """Return the same, 0 outside of X."""
        return padded(self.entry(channel)) if self.is_padded else self.entry(channel)

    def largest(self, channel: Expr) -> Expr:
        """Return the same, −∞ outside of X: never the largest of a window."""
        conditions = [axis.inside for axis in self.axes if axis.is_padded]
        if not conditions:
            return self.entry(channel)
        inside = reduce(and_, conditions)
        return where(inside, self.entry(channel), -oo)


def windows(net: Network, X: Tensor, axes: int, sliding: Sliding) -> Windows:
    """Return the windows over the last ``axes`` letters of X. Raises DefinitionError."""
    given = [
        per_axis(getattr(sliding, what), axes, f"{sliding.layer}: {what}")
        for what in ("kernel", "stride", "padding", "dilation")
    ]
    made: list[Axis] = []
    for letter, stem, *settings in zip(X.letters[-axes:], TAPS, *given, strict=False):
        beside = (*X.letters, *(k for axis in made for k in (axis.out, axis.tap)))
        made.append(_axis(net, X, sliding.layer, letter, stem, settings, beside))
    return Windows(X, tuple(made))


def _axis(
    net: Network, X: Tensor, layer: str, letter: Index, stem: str, settings: list[object],
    beside: tuple[Index, ...],
) -> Axis:  # fmt: skip
    kernel, stride, padding, dilation = settings
    kernel = kernel if isinstance(kernel, Index) else as_size(kernel, f"{layer}: kernel")
    size = kernel.size if isinstance(kernel, Index) else kernel
    stride, dilation = whole(stride, f"{layer}: stride"), whole(dilation, f"{layer}: dilation")
    reach = dilation * (size - 1) + 1
    before, after = _padding(layer, padding, reach, stride)
    room = letter.size + before + after - reach
    if room.is_negative:
        raise DefinitionError(
            f"{layer} of {X}: windows of {reach} along {letter}",
            f"{letter.size + before + after} positions, padding included",
            "use a smaller kernel or dilation, or more padding",
        )
    count = room // stride + 1
    # Where the size stays the axis stays: its letter too, so that residuals can be added.
    out = letter if count == letter.size else fresh(net, letter.name, count, beside)
    beside = (*beside, out)
    tap = kernel if isinstance(kernel, Index) else bound(net, stem, size, beside)
    return Axis(letter, out, tap, stride, dilation, before, after)


def _padding(layer: str, padding: object, reach: Expr, stride: int) -> tuple[Expr, Expr]:
    """Return how many zeros stand before and after an axis: "same" adds reach − 1 in all."""
    if padding == VALID:
        return Integer(0), Integer(0)
    if padding == SAME:
        if stride != 1:
            raise DefinitionError(
                f'{layer}: padding="same" was asked for', f"stride {stride}",
                "give the padding as a number: with a stride, sizes differ anyhow",
            )  # fmt: skip
        before = (reach - 1) // 2
        return before, reach - 1 - before
    if isinstance(padding, str):
        raise DefinitionError(
            f"{layer}: padding={padding[:40]!r} was asked for", "no such padding",
            'use a number of zeros such as padding=1, "same" or "valid"',
        )  # fmt: skip
    count = Integer(whole(padding, f"{layer}: padding", 0))
    return count, count
