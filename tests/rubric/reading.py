"""A finished page as a reader meets it: its blocks, formulas, numbers and words, in order.

Nothing here knows how the teacher works. What the rubric asks is asked of the document alone, of
the network, and of the numbers that the derivation's program gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property

from symback.compiler.program import compile_network
from symback.derivation.derive import Derivation
from symback.explanation.result import Explanation
from symback.network.network import Network
from symback.notation import tree
from symback.notation.tree import Derivative, Number, Symbol, Tree
from symback.render.document import (
    Block,
    Equation,
    Formula,
    Heading,
    Inlines,
    Line,
    Table,
    contents,
    numbering,
    shown,
)

DETAIL = 2


def parts(whole: object) -> Iterator[Tree]:
    """Yield a tree and all trees in it, outer before inner, in reading order."""
    if isinstance(whole, Tree):
        yield whole
    if isinstance(whole, tuple):
        for part in whole:
            yield from parts(part)
    elif is_dataclass(whole):
        for field in fields(whole):
            yield from parts(getattr(whole, field.name))


def symbols(whole: object) -> Iterator[Symbol]:
    """Yield the symbols of a tree, those of indices included."""
    return (part for part in parts(whole) if isinstance(part, Symbol))


def derivatives(whole: object) -> list[Derivative]:
    """Return ∂a/∂b for every one in a tree."""
    return [p for p in parts(whole) if isinstance(p, Derivative) and p.top is not None]


def is_pure(whole: Tree) -> bool:
    """Is a formula made of ∂ ratios only, added, multiplied and summed?"""
    if isinstance(whole, Derivative):
        return whole.top is not None
    if isinstance(whole, (tree.Sum, tree.Product, tree.Brace, tree.Big, tree.Fenced)):
        return all(map(is_pure, tree.children(whole)))
    return False


def inline_trees(content: Inlines) -> Iterator[Tree]:
    """Yield the formulas within a line of words."""
    return (part.tree for part in content if isinstance(part, Formula))


@dataclass(frozen=True)
class Section:
    """A heading and the blocks up to the next one."""

    title: Inlines
    blocks: tuple[Block, ...]

    @property
    def equations(self) -> list[Equation]:
        return [b for b in self.blocks if isinstance(b, Equation)]

    @property
    def lines(self) -> list[Line]:
        return [line for block in self.equations for line in block.lines]


@dataclass(frozen=True)
class Page:
    """An explanation with what it explains: ``values`` and ``rate`` as they were given to it."""

    explanation: Explanation
    derivation: Derivation
    values: dict | None = None
    rate: float | None = None

    @property
    def network(self) -> Network:
        return self.derivation.forward

    @cached_property
    def is_scalar(self) -> bool:
        return not any(t.rank for t in self.network.tensors.values())

    @cached_property
    def blocks(self) -> list[Block]:
        return list(shown(self.explanation.document.blocks, DETAIL))

    @cached_property
    def sections(self) -> list[Section]:
        found: list[tuple[Inlines, list[Block]]] = []
        for block in self.blocks:
            if isinstance(block, Heading):
                found.append((block.title, []))
            elif found:
                found[-1][1].append(block)
        return [Section(title, tuple(blocks)) for title, blocks in found]

    @cached_property
    def labels(self) -> dict[str, str]:
        return numbering(self.explanation.document)

    @cached_property
    def text(self) -> str:
        return self.explanation.text()

    @cached_property
    def words(self) -> str:
        """The whole page on one line, so that no line break hides a sentence."""
        return " ".join(self.text.split())

    @cached_property
    def equations(self) -> list[Equation]:
        return [b for b in self.blocks if isinstance(b, Equation)]

    @cached_property
    def tables(self) -> list[Table]:
        return [b for b in self.blocks if isinstance(b, Table)]

    @cached_property
    def trees(self) -> list[Tree]:
        """Every formula of the page: of equations, of words, of tables."""
        found: list[Tree] = []
        for block in self.blocks:
            if isinstance(block, Equation):
                found += [t for one in block.lines for t in (one.left, one.right) if t]
            found += [t for content in contents(block) for t in inline_trees(content)]
        return found

    @cached_property
    def worked(self) -> list[Section]:
        """The sections that derive one adjoint or gradient in full."""
        return [s for s in self.sections if any(map(self.chain_of, s.equations))]

    def chain_of(self, equation: Equation) -> bool:
        """Does an equation begin the chain rule of something: ∂E/∂w = …, or Z̄ = ∂L/∂Z = …?"""
        goal = self.derivation.of
        first = equation.lines[0]
        if first.left is None or len(equation.lines) + len(derivatives(first.right)) < 2:
            return False
        by_goal = [
            d for side in (first.left, first.right) for d in derivatives(side)
            if isinstance(d.top, Symbol) and d.top.name == goal
        ]  # fmt: skip
        return bool(by_goal)

    @cached_property
    def program_values(self) -> dict | None:
        """Every tensor and adjoint at the given values; None without values."""
        if self.values is None:
            return None
        whole = self.derivation.network
        names = [e.target for e in whole.equations]
        given = {t.name for t in (*whole.inputs, *whole.parameters)}
        return compile_network(whole, names)(
            {name: value for name, value in self.values.items() if name in given}
        )


def numbers(whole: object) -> Iterator[Number]:
    """Yield the numbers of a tree that are no positions or exponents of a formula."""
    return (part for part in parts(whole) if isinstance(part, Number))


def value_of(number: Number) -> float:
    """Return what a printed number says."""
    sign = -1 if number.negative else 1
    return sign * float(number.mantissa) * 10.0 ** (number.exponent or 0)


def half_a_digit(number: Number) -> float:
    """Return half of what one more in the last printed digit would make."""
    decimals = len(number.mantissa.partition(".")[2])
    return 0.5 * 10.0 ** ((number.exponent or 0) - decimals)
