"""A gradient of a scalar as upstream factors times local derivatives: formula, numbers, table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Expr

from symback.algebra.positions import Entry
from symback.explanation.arrays import FEW_DIGITS
from symback.explanation.lesson import Lesson
from symback.explanation.locals import Local, locals_of, rule_words
from symback.explanation.opening import numbers_for
from symback.explanation.texts import TEXTS
from symback.notation.forms import added, multiplied
from symback.notation.tree import Number, Relation, Tree
from symback.render.document import Block
from symback.render.parts import inlines, table


@dataclass(frozen=True)
class Chain:
    """∂goal/∂name = Σ upstream·local, one term for each reader.

    An upstream factor is None (the goal itself), the name of a tensor whose adjoint is cited, or a
    chain that stands in brackets.
    """

    name: str
    terms: tuple[tuple[Chain | str | None, Local], ...]
    written: Expr

    def edges(self) -> Iterator[Local]:
        """Yield the local derivatives, from the output inwards."""
        for upstream, local in self.terms:
            if isinstance(upstream, Chain):
                yield from upstream.edges()
            yield local

    def cites(self) -> list[str]:
        """Return the tensors whose adjoints are cited, each once."""
        found: dict[str, None] = {}
        for upstream, _ in self.terms:
            if isinstance(upstream, Chain):
                found.update(dict.fromkeys(upstream.cites()))
            elif upstream is not None:
                found.setdefault(upstream)
        return list(found)

    def symbols(self, lesson: Lesson) -> Tree:
        """Return adjoints times local derivatives as ∂ ratios: δo1 ∂net_o1/∂w6."""
        return added(("+", multiplied(self._symbol_factors(lesson, u, e))) for u, e in self.terms)

    def _symbol_factors(
        self, lesson: Lesson, upstream: Chain | str | None, local: Local
    ) -> list[Tree]:
        own = lesson.show(local.symbol)
        if upstream is None:
            return [own]
        inner = (
            upstream.symbols(lesson) if isinstance(upstream, Chain) else lesson.adjoint(upstream)
        )
        return [inner, own]

    def formula(self, lesson: Lesson) -> Tree:
        """Return the recorded gradient, with chains that have no name put in."""
        parts = {
            lesson.adjoint_entry(u.name): u.formula(lesson)
            for u, _ in self.terms if isinstance(u, Chain)
        }  # fmt: skip
        return lesson.show(self.written, parts)

    def numbers(self, lesson: Lesson) -> Tree:
        """Return the factors' values in the place of the factors."""
        found = [self._number(lesson, upstream, local) for upstream, local in self.terms]
        return found[0] if len(found) == 1 else added(map(_signed, found))

    def _number(self, lesson: Lesson, upstream: Chain | str | None, local: Local) -> Tree:
        factors = []
        if isinstance(upstream, Chain):
            factors.append(upstream.numbers(lesson))
        elif upstream is not None:
            factors.append(lesson.number(lesson.values.at(lesson.adjoint_entry(upstream))))
        if not local.is_one or not factors:
            factors.append(lesson.number(lesson.values.at(local.formula)))
        return multiplied(factors)

    def inner_numbers(self, lesson: Lesson) -> Tree | None:
        """Return the line in which every product within a sum is worked out; None without a sum."""
        if len(self.terms) > 1:
            if all(len(_factors(self._number(lesson, u, e))) < 2 for u, e in self.terms):
                return None
            return added(_signed(lesson.number(self._value(lesson, u, e))) for u, e in self.terms)
        upstream, local = self.terms[0]
        inner = upstream.inner_numbers(lesson) if isinstance(upstream, Chain) else None
        if inner is None:
            return None
        value = lesson.number(lesson.values.at(local.formula))
        return multiplied([inner] if local.is_one else [inner, value])

    def _value(self, lesson: Lesson, upstream: Chain | str | None, local: Local) -> float:
        own = lesson.values.at(local.formula)
        if upstream is None:
            return own
        name = upstream.name if isinstance(upstream, Chain) else upstream
        return lesson.values.at(lesson.adjoint_entry(name)) * own


def _factors(tree: Tree) -> tuple[Tree, ...]:
    return getattr(tree, "factors", (tree,))


def _signed(tree: Tree) -> tuple[str, Tree]:
    """Return ("-", 2) for the number -2: a sum takes it away."""
    if isinstance(tree, Number) and tree.negative:
        return "-", replace(tree, negative=False)
    return "+", tree


def chain_of(lesson: Lesson, name: str) -> Chain:
    """Return the chain of a scalar's gradient, up to the adjoints that have names."""
    terms = []
    for local in locals_of(lesson, name):
        reader = local.reader
        upstream = (
            None
            if reader == lesson.of
            else reader
            if reader in lesson.named
            else chain_of(lesson, reader)
        )
        terms.append((upstream, local))
    return Chain(name, tuple(terms), lesson.gradient(name).written)


def factor_table(lesson: Lesson, chains: list[Chain]) -> Block:
    """Return the table of all factors: from which equation, by which rule, formula and numbers."""
    fresh = {chain.name for chain in chains}
    rows = []
    cited = dict.fromkeys(n for chain in chains for n in chain.cites() if n not in fresh)
    for name in cited:
        rows.append(_cited_row(lesson, name))
    seen: set[Expr] = set()
    for chain in chains:
        for local in chain.edges():
            if local.symbol not in seen:
                seen.add(local.symbol)
                rows.append(_local_row(lesson, local))
    columns = ["factor", "from", "rule", "formula"] + (
        ["numbers", "value"] if lesson.values else []
    )
    return table([TEXTS[f"factor head {c}"] for c in columns], rows, align="llllll"[: len(columns)])


def _cited_row(lesson: Lesson, name: str) -> list:
    symbol = lesson.adjoint(name)
    total = lesson.total(name)
    factor = symbol if symbol == total else Relation((symbol, total), ("==",))
    row = [factor, lesson.cited(name), TEXTS["factor cited"], ""]
    if lesson.values:
        row += ["", lesson.number(lesson.values.at(lesson.adjoint_entry(name)))]
    return row


def _local_row(lesson: Lesson, local: Local) -> list:
    row = [
        lesson.show(local.symbol), lesson.stage(local.reader),
        rule_words(lesson, local.step) if local.step else "",
        lesson.show(local.formula),
    ]  # fmt: skip
    if lesson.values:
        numbers = numbers_for(lesson, local.formula, FEW_DIGITS)
        put_in = isinstance(local.formula, Entry) or not numbers
        shown = inlines("") if put_in else lesson.show(local.formula, numbers)
        row += [shown, lesson.number(lesson.values.at(local.formula))]
    return row
