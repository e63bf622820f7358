"""Random networks of windows, pools and gathers: programs against the literal interpreter."""

import numpy as np
from hypothesis import given, note, settings
from hypothesis import strategies as st
from sympy import Integer, oo

from symback.algebra import functions as f
from symback.algebra.letters import Index, indices
from symback.algebra.nodes import InRange
from symback.algebra.positions import as_position
from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.network.network import Network

n, c, o = indices("n:N c:2 o:3")


class Maker:
    """A network that grows by windows over one axis of positions; ``width`` is its size so far."""

    def __init__(self, draw, width: int) -> None:
        self.draw, self.width, self.count = draw, width, 0
        self.net = Network("windows")
        self.last = self.net.input("X", n, c, Index("i0", width))

    def letter(self, name: str, size: int) -> Index:
        self.count += 1
        return Index(f"{name}{self.count}", size)

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def define(self, letters, expression) -> None:
        self.last = self.net.define(f"T{self.count}", letters, expression)
        self.width = int(letters[-1].size)

    def window(self):
        """Return (letter of the output, letter of the window, position, padding)."""
        size, stride, dilation = (self.number(1, 3) for _ in range(3))
        reach = dilation * (size - 1) + 1
        least = max(0, -(-(reach - self.width) // 2))
        pad = self.number(least, least + 1)
        positions = (self.width + 2 * pad - reach) // stride + 1
        p, r = self.letter("p", positions), self.letter("r", size)
        step = -1 if self.draw(st.booleans()) else 1
        place = stride * p + dilation * r - pad
        return p, r, self.width - 1 - place if step < 0 else place, pad

    def read(self, letter, place, pad):
        entry = self.last[n, letter, place]
        return f.padded(entry) if pad else entry

    def convolution(self):
        p, r, place, pad = self.window()
        w = self.net.parameter(f"W{self.count}", o, c, r)
        self.define((n, o, p), f.sum_over(self.read(c, place, pad) * w[o, c, r], c, r))
        q = self.letter("q", self.width)
        v = self.net.parameter(f"V{self.count}", c, o)
        self.define((n, c, q), f.tanh(f.sum_over(self.last[n, o, q] * v[c, o], o)))

    def depthwise(self):
        p, r, place, pad = self.window()
        w = self.net.parameter(f"W{self.count}", c, r)
        self.define((n, c, p), f.sum_over(self.read(c, place, pad) * w[c, r], r))

    def transposed(self):
        stride, size, pad = self.number(1, 3), self.number(1, 3), self.number(0, 1)
        z, r = self.letter("z", self.width), self.letter("r", size)
        y = self.letter("y", max(1, stride * (self.width - 1) + size - 2 * pad))
        w = self.net.parameter(f"W{self.count}", c, r)
        hit = f.delta(stride * z + r - pad, y)
        self.define((n, c, y), f.sum_over(self.last[n, c, z] * w[c, r] * hit, z, r))

    def pool(self):
        p, r, place, pad = self.window()
        reduce = self.draw(st.sampled_from([f.max_over, f.min_over, f.mean_over, f.product_over]))
        self.define((n, c, p), reduce(self.read(c, place, pad), r))

    def masked_pool(self):
        """The largest of what lies inside; 0 where nothing does."""
        p, r, place, _ = self.window()
        inside = InRange(as_position(place, "place"), Integer(0), Integer(self.width))
        entry = self.last[n, c, place]
        largest = f.max_over(f.where(inside, entry, -oo), r)
        count = f.sum_over(f.iverson(inside), r)
        self.define((n, c, p), f.where(count > 0, largest, 0))

    def gather(self):
        p = self.letter("p", self.number(1, 4))
        ids = self.net.input(f"ids{self.count}", p, integer=True)
        self.define((n, c, p), self.last[n, c, ids[p]] * (1 + p))

    def floors(self):
        stride = self.number(2, 3)
        p = self.letter("p", stride * self.width - self.number(0, 1))
        self.define((n, c, p), self.last[n, c, p // stride] * (1 + p % stride))

    def network(self) -> Network:
        for _ in range(self.number(1, 3)):
            self.draw(st.sampled_from(MOVES))(self)
        q = self.letter("q", self.width)
        self.net.loss("L", f.sum_over(f.sin(self.last[n, c, q]) * (1 + q), n, c, q))
        return self.net


MOVES = (Maker.convolution, Maker.depthwise, Maker.transposed, Maker.pool, Maker.masked_pool,
         Maker.gather, Maker.floors)  # fmt: skip


@st.composite
def windowed(draw):
    return Maker(draw, draw(st.integers(1, 6))).network()


def given_values(net, batch, seed):
    rng = np.random.default_rng(seed)
    values = {}
    for tensor in (*net.inputs, *net.parameters):
        shape = tuple(int(s) if s.is_Integer else batch for s in tensor.shape)
        # Zeros only: a position that is 0 lies in every tensor, whatever its width.
        draw = rng.integers(0, 1, shape) if tensor.integer else rng.normal(size=shape)
        values[tensor.name] = draw
    return values


@settings(max_examples=60, deadline=None, derandomize=True)
@given(windowed(), st.integers(1, 2), st.integers(0, 5))
def test_windows_pools_and_gathers_and_their_gradients_are_right(net, batch, seed):
    wrt = ["X", *(p.name for p in net.parameters)]
    note(str(net))
    d = derive(net, wrt=wrt)
    values = given_values(net, batch, seed)
    program = compile_network(d.network, (), value="L", gradients=d.gradient_names)
    expected = interpret(d.network, values, number=float)
    for _ in range(2):
        # Twice: what the first call leaves in memory must not show.
        loss, found = program({name: values[name] for name in program.inputs})
        np.testing.assert_allclose(loss, expected["L"], rtol=1e-11, atol=1e-11)
        for name, adjoint in d.gradient_names.items():
            np.testing.assert_allclose(found[name], expected[adjoint], rtol=1e-10, atol=1e-10)
