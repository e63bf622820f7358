"""``cost``: what a loss, its gradients and finite differences cost, symbolic in the sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Integer, Max, Mul, Symbol

from symback.charts.chart import Chart, bar_chart
from symback.derivation.derive import Derivation, derive
from symback.diagnosis.counts import Count, Counted, counted
from symback.diagnosis.paper import Paper, measured
from symback.errors import DefinitionError, ValuesError
from symback.network.network import Network
from symback.network.tensors import ADJOINT
from symback.network.values import checked_values
from symback.notation.layout import Typesetter
from symback.notation.options import Notation
from symback.notation.symbols import symbols_of
from symback.notation.tree import Number, Tree
from symback.render.document import Document, Inlines
from symback.render.parts import document, paragraph, sentence, table

FORWARD, BACKWARD = "forward", "backward"
# Bars that fit beside each other.
MOST_BARS = 8
# An open size that counts as large, to see which ratio remains.
LARGE = Integer(10) ** 12
TEXTS = {
    "what": "The operations of the compiled program. A contraction counts as the product of its "
    "sizes; more than two factors are contracted two and two, and what is shared is counted once. "
    "A division counts as a multiplication, a subtraction as an addition; calls of functions, "
    "comparisons and choices stand in a column of their own.",
    "ratio": "{of} alone takes {forward} operations, {of} and its gradients {all}: the backward "
    "pass costs {ratio} forward passes{where}.",
    "ratio open": "{of} alone takes {forward} operations, {of} and its gradients {all}.",
    "differences": "Finite differences by {names}, {parameters} in all, would take {passes} "
    "forward passes (central differences {central}){dearer}.",
    "dearer": ", {times} times the operations of the derivation",
    "memory": "Beside the values that are given, the arrays of {of} alone hold {forward} numbers, "
    "those of {of} and its gradients {all}; in float64 each takes 8 bytes.",
}


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one equation costs; ``products`` are its contractions as products of sizes."""

    part: str
    name: str
    equation: str
    count: Count
    products: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Cost(Paper):
    """The operations and the memory of a loss and its gradients: it prints as a table.

    ``rows`` are the equations of the program that computes both; ``forward`` is the program that
    computes the loss alone, ``backward`` what the gradients add to it. Numbers are SymPy
    expressions of the sizes that are open.
    """

    network: Network
    of: str
    wrt: tuple[str, ...]
    rows: tuple[CostRow, ...]
    forward: Count
    everything: Count
    forward_memory: Expr
    memory: Expr
    parameters: Expr
    sizes: Mapping[str, int]

    @property
    def backward(self) -> Count:
        """What the gradients add to the forward pass."""
        return self.everything - self.forward

    @property
    def ratio(self) -> float | None:
        """How many forward passes the backward pass costs.

        With one open size it is the ratio for large values of it; None with several.
        """
        return _quotient(self.backward.total, self.forward.total)

    @property
    def differences(self) -> Expr:
        """How many forward passes finite differences take: one for each number, and one more."""
        return self.parameters + 1

    @property
    def central_differences(self) -> Expr:
        """How many forward passes central differences take: two for each number."""
        return 2 * self.parameters

    @property
    def saving(self) -> float | None:
        """How many times the derivation's operations finite differences take; None as of ratio."""
        return _quotient(self.differences * self.forward.total, self.everything.total)

    caption = "The share of each equation in all operations."

    @cached_property
    def document(self) -> Document:
        """The table, and its sentences."""
        show = Typesetter(Notation(), symbols_of(self.network, self.of))
        named = ", ".join(f"{name} = {value:,}" for name, value in self.sizes.items())
        return document(
            f"What {self.of} and its gradients cost" + (f" ({named})" if named else ""),
            self._table(show), *(paragraph(*s) for s in self._sentences(show)),
            paragraph(TEXTS["what"]),
        )  # fmt: skip

    def _table(self, show: Typesetter):
        head = ("", "equation of", "multiplications", "additions", "functions", "contractions")
        rows: list[list[object]] = []
        for part in (FORWARD, BACKWARD):
            own = [row for row in self.rows if row.part == part]
            for place, row in enumerate(own):
                cells = [amount(show, n) for n in _numbers(row.count)]
                label = part if place == 0 else ""
                rows.append([label, show.name(row.name), *cells, "; ".join(row.products)])
        rows.append(["in all", "", *(amount(show, n) for n in _numbers(self.everything)), ""])
        return table(head, rows, align="llrrrl")

    def _sentences(self, show: Typesetter) -> list[Inlines]:
        of = show.name(self.of)
        forward = amount(show, self.forward.total)
        everything = amount(show, self.everything.total)
        if self.ratio is None:
            first = sentence(TEXTS["ratio open"], of=of, forward=forward, all=everything)
        else:
            first = sentence(
                TEXTS["ratio"], of=of, forward=forward, all=everything,
                ratio=measured(self.ratio), where=self._where,
            )  # fmt: skip
        dearer = ()
        if self.saving is not None:
            dearer = sentence(TEXTS["dearer"], times=measured(self.saving))
        shown = ", ".join(self.wrt[:6]) + ", …" * (len(self.wrt) > 6)
        second = sentence(
            TEXTS["differences"], parameters=amount(show, self.parameters), names=shown,
            passes=amount(show, self.differences),
            central=amount(show, self.central_differences), dearer=dearer,
        )  # fmt: skip
        third = sentence(
            TEXTS["memory"], of=of, forward=amount(show, self.forward_memory),
            all=amount(show, self.memory),
        )  # fmt: skip
        return [first, second, third]

    @property
    def _where(self) -> str:
        symbols = self.everything.total.free_symbols | self.forward.total.free_symbols
        return f" for large {next(iter(symbols))}" if symbols else ""

    def plot(self) -> Chart:
        """Return the operations of each equation as bars; sizes that are open count as large."""
        typical = {s: LARGE for row in self.rows for s in row.count.total.free_symbols}
        totals = {row: float(row.count.total.xreplace(typical)) for row in self.rows}
        whole = sum(totals.values()) or 1.0
        least = sorted(totals.values(), reverse=True)[:MOST_BARS][-1] if totals else 0.0
        rows = [row for row in self.rows if totals[row] and totals[row] >= least][:MOST_BARS]
        parts = {
            part: [100 * totals[row] / whole if row.part == part else 0.0 for row in rows]
            for part in (FORWARD, BACKWARD)
        }
        return bar_chart(
            f"Where the operations of {self.of} and its gradients are", parts,
            [row.name for row in rows], x_label="equation", y_label="per cent",
            note=f"the dearest {len(rows)} of {len(self.rows)} equations",
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Cost(of {self.of}: {self.forward.total} forward, {self.backward.total} backward)"


def cost(
    x: Derivation | Network,
    values: Mapping[str, object] | None = None,
    *,
    sizes: Mapping[str, int] | None = None,
) -> Cost:
    """Return how many operations and how much memory a loss and its gradients take.

    ``sizes`` puts numbers in for open sizes, by their names or by a letter: {"N": 32}; ``values``
    does so by the shapes of arrays. Raises DefinitionError, ValuesError.
    """
    d = derive(x) if isinstance(x, Network) else x
    if not isinstance(d, Derivation):
        raise DefinitionError(
            "cost: a derivation was asked for", type(x).__name__,
            "derive the network first: cost(derive(net))",
        )  # fmt: skip
    bound = _bound(d, values, sizes or {})
    gradients = [d.adjoint_name(n) for n in d.wrt if d.adjoint_name(n) in d.network]
    alone, both = counted(d.forward, [d.of]), counted(d.network, [d.of, *gradients])

    def put_in(number: Expr) -> Expr:
        return number.xreplace(bound).replace(Max, _unless_short)

    return Cost(
        d.network, d.of, d.wrt, tuple(_rows(both, put_in)),
        alone.count.changed(put_in), both.count.changed(put_in),
        put_in(alone.memory), put_in(both.memory),
        put_in(sum((Mul(*d.forward[n].shape) for n in d.wrt), Integer(0))),
        {symbol.name: int(value) for symbol, value in bound.items()},
    )  # fmt: skip


def _rows(program: Counted, put_in: Callable[[Expr], Expr]):
    for equation, count, products in program.parts:
        part = BACKWARD if equation.kind == ADJOINT else FORWARD
        yield CostRow(part, equation.target, str(equation), count.changed(put_in), products)


def _bound(
    d: Derivation, values: Mapping[str, object] | None, sizes: Mapping[str, object]
) -> dict[Symbol, Integer]:
    """Return the numbers of the sizes that are given; raises ValuesError for what is no size."""
    bound: dict[Symbol, Integer] = {}
    if values is not None:
        leaves = {t.name for t in (*d.network.inputs, *d.network.parameters)}
        needed = [getattr(n, "name", n) for n in values]
        known = [n for n in needed if n in leaves]
        found = checked_values(d.network, values, known, what="cost: values")[1]
        bound.update((symbol, Integer(value)) for symbol, value in found.items())
    for name, value in sizes.items():
        letter = d.network.letters.get(name)
        symbol = d.network.sizes.get(name, getattr(letter, "size", None))
        is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
        if not isinstance(symbol, Symbol) or not is_count:
            known = ", ".join(d.network.sizes) or "none is open"
            raise ValuesError(
                f"cost: sizes={{{str(name)[:40]!r}: {str(value)[:40]}}}",
                "no open size of the network" if is_count else "no number of entries",
                f"give positive integers for its open sizes: {known}",
            )
        bound[symbol] = Integer(value)
    return bound


def _unless_short(*sizes: Expr) -> Expr:
    """Return T - 2 for max(0, T - 2), as for every recurrence that has so many steps."""
    rest = [size for size in sizes if size != 0]
    return rest[0] if len(rest) == 1 else Max(*sizes)


def amount(show: Typesetter, number: Expr) -> Tree:
    """Return a count as a formula; a whole number with its thousands apart."""
    return Number(f"{int(number)}") if number.is_Integer and number >= 0 else show(number)


def _numbers(count: Count) -> tuple[Expr, Expr, Expr]:
    return count.multiplications, count.additions, count.functions


def _quotient(above: Expr, below: Expr) -> float | None:
    """Return a ratio of counts; that for large values where one size is open, None for several."""
    symbols = above.free_symbols | below.free_symbols
    if len(symbols) > 1 or below == 0:
        return None
    large = dict.fromkeys(symbols, LARGE)
    return float(above.xreplace(large) / below.xreplace(large))
