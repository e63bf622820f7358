"""A gradient with the adjoints on the way put together: batch norm's backward pass in one line.

The sweep gives the adjoint of x by those of μ, σ² and x̂, as the chain rule says it. Here they are
put into one another, up to the tensor where all ways from x come together, and what is known of
whole sums is used: Σ (x - μ) = 0, and (x - μ)/σ is x̂. Each move is a recorded step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr

from symback.algebra.deltas import solve_deltas
from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.algebra.terms import (
    ONE,
    Term,
    Terms,
    clear_of,
    expression_of,
    multiplied_out,
    product_parts,
)
from symback.algebra.traversal import entries, free_letters, rebuilt, with_letters
from symback.derivation.adjoint import own_letters
from symback.derivation.fused_moves import gathering_moves, last_moves
from symback.derivation.knowledge import everything_known
from symback.derivation.tidy import NamedMoves, in_reading_order, tidied
from symback.errors import DefinitionError, DerivationError
from symback.record.steps import Step

Moved = tuple[str, Expr, tuple]  # a move: its rule, the line after it, its facts


@dataclass(frozen=True, slots=True)
class Route:
    """Where the ways from a tensor come together, and the tensors between."""

    join: str
    between: tuple[str, ...]  # in network order


class Fused:
    """∂of/∂tensor by the adjoint of ``join`` alone: its expression, and the steps that lead to it.

    The steps go on where those of the gradient end.
    """

    def __init__(self, derivation: Any, name: object, to: object = None) -> None:
        self.derivation, self.gradient = derivation, derivation[name]
        self.route = _route(derivation, self.gradient.tensor.name, to)
        self.goes_on = to is None
        self.knowledge = everything_known(derivation.forward)

    @property
    def indices(self) -> tuple[Index, ...]:
        """The free letters: those of the tensor."""
        return self.gradient.indices

    @property
    def written(self) -> Expr:
        """The last line, its factors in reading order."""
        return self.steps[-1].after if self.steps else self.gradient.written

    @cached_property
    def expr(self) -> Expr:
        """The last line as a SymPy expression."""
        return evaluated(self.written)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The lines from the gradient to its one line; each ``after`` is the next ``before``."""
        steps, line = [], self.gradient.written
        for rule, after, facts in self._moves(line):
            number = len(self.gradient.steps) + len(steps) + 1
            cites = tuple(v.tensor for n, v in facts if n == "named" and isinstance(v, Entry))
            identifier = f"{self.gradient.adjoint}.{number}"
            steps.append(Step(identifier, rule, line, after, tuple(facts), cites=cites))
            line = after
        return self.derivation.with_legal_letters(tuple(steps))

    def __str__(self) -> str:
        letters = (*self.derivation.goal_letters, *self.indices)
        return f"{Entry(self.gradient.adjoint, *letters)} = {self.written}"

    __repr__ = __str__

    # The moves ------------------------------------------------------------------------------------

    def _moves(self, line: Expr) -> Iterator[Moved]:
        definitions = {e.target: e for e in self.derivation.forward.equations}
        route = (n for n in (*self.route.between, self.route.join) if n in definitions)
        # Why nothing learned? x̂ is the value that the line is about, γ·x̂ + β is not.
        names = [definitions[n] for n in route if not _reads_learned(self.derivation, n)]
        gathering = gathering_moves(definitions, names)
        for name in self.route.between:
            for move in self._put_in(line, name, gathering):
                yield move
                line = move[1]
        join = self.route.join
        while self.goes_on and (above := self._plain_factor(line, join)):
            for move in self._put_in(line, join, gathering):
                yield move
                line = move[1]
            join = above
        terms = self._terms(line)
        yield from self._tidy(terms, last_moves(gathering))

    def _put_in(self, line: Expr, name: str, moves: NamedMoves) -> Iterator[Moved]:
        """Put the value of one adjoint in the place of its entries, and gather what is known."""
        source = self.derivation[name]
        letters = (*self.derivation.goal_letters, *source.indices)

        def value(node: Expr) -> Expr | None:
            if not isinstance(node, Entry) or node.tensor != source.adjoint:
                return None
            return with_letters(source.written, dict(zip(letters, node.positions, strict=True)))

        found = dict.fromkeys(e for e in entries(line) if e.tensor == source.adjoint)
        if not found:
            return
        try:
            after = rebuilt(line, value)
        except DefinitionError as error:
            raise DerivationError(
                _asked(self.gradient.tensor.name), f"{error.asked}: {error.found}",
                "read the tensor by a letter for each of its axes first",
            ) from None  # fmt: skip
        yield "substitute", after, tuple(("named", entry) for entry in found)
        terms = self._in_reading_order(
            tuple(t for own in self._terms(line) for t in self._with_values(own, value))
        )
        if expression_of(terms) != after:
            yield "distribute", expression_of(terms), ()
        picked = (solve_deltas(t, self.knowledge.inside)[0] for t in terms)
        solved = tuple(t for t in picked if t is not None)
        if expression_of(solved) != expression_of(terms):
            yield "delta contraction", expression_of(solved), ()
        yield from self._tidy(solved, moves)

    def _with_values(self, term: Term, value: Callable[[Expr], Expr | None]) -> Terms:
        """Return a term with the terms of a value in the place of each factor that has one."""
        taken = [k for factor in term.factors for k in free_letters(factor)]
        result: Terms = (Term(term.coefficient, (), term.letters),)
        for factor in term.factors:
            found = value(factor)
            own = (Term(ONE, (factor,)),) if found is None else self._opened(found)
            # Why not ``joined``? The letters of the term bind in its other factors too.
            result = tuple(
                Term(
                    a.coefficient * b.coefficient,
                    (*a.factors, *b.factors),
                    (*a.letters, *b.letters),
                )
                for a in result
                for b in (clear_of(t, (*a.letters, *taken)) for t in own)
            )
        return result

    def _tidy(self, terms: Terms, moves: NamedMoves) -> Iterator[Moved]:
        for rule, after, facts in tidied(terms, self.knowledge, moves):
            yield rule, expression_of(self._in_reading_order(after)), tuple(facts)

    def _terms(self, line: Expr) -> Terms:
        """Return a line as terms in reading order."""
        return self._in_reading_order(self._opened(line))

    def _opened(self, line: Expr) -> Terms:
        """Multiply out what reads adjoints, and the outermost sum; others stay as factors."""
        adjoints = {self.derivation.adjoint_name(n) for n in self.derivation.adjoints}
        adjoints |= {self.derivation.upstream}

        def opens(total: Expr) -> bool:
            return total is line or any(entry.tensor in adjoints for entry in entries(total))

        return multiplied_out(line, opens)

    def _in_reading_order(self, terms: Terms) -> Terms:
        known = tuple(self.derivation.forward.letters.values())
        return in_reading_order(terms, own_letters(self.gradient.problem), known)

    def _plain_factor(self, line: Expr, name: str) -> str | None:
        """Return the reader whose adjoint stands in this one with factors that all sums share.

        x̂ is read by y = γ·x̂ alone: its adjoint is ȳ·γ, and γ comes out of a sum over samples, in
        which it is the same. Then the line is as simple with ȳ in it.
        """
        if name == self.derivation.of:
            return None
        source = self.derivation[name]
        readers = _readers(self.derivation, name)
        coefficient, factors = product_parts(source.written)
        upstream = [f for f in factors if isinstance(f, Entry) and f.positions == source.indices]
        upstream = [f for f in upstream if f.tensor in map(self.derivation.adjoint_name, readers)]
        if len(readers) != 1 or len(upstream) != 1 or coefficient != 1:
            return None
        places = [e.positions for e in entries(line) if e.tensor == source.adjoint]
        same = {
            letter
            for axis, letter in enumerate(source.indices)
            if len({positions[axis] for positions in places}) == 1
        }
        others = [f for f in factors if f is not upstream[0]]
        return readers[0] if all(free_letters(f) <= same for f in others) else None


def _readers(derivation: Any, name: str) -> tuple[str, ...]:
    """Return the tensors that read this one on a way to the goal."""
    if name == derivation.of:
        return ()
    return tuple(c.entry.tensor for c in derivation[name].problem.consumers)


def _route(derivation: Any, name: str, to: object) -> Route:
    """Return where the ways from a tensor come together: at ``to``, or where its forks end.

    After a first fork others follow, as long as nothing on their ways is learned.
    """
    if to is not None:
        join = derivation.forward[to].name
        between = _between(derivation, name, join)
        if between is None:
            raise DerivationError(
                _asked(name), f"not every way from {name} to {derivation.of} passes {join}",
                "name a tensor that all ways pass",
            )  # fmt: skip
        return _in_order(derivation, join, between)
    start = name
    while len(_readers(derivation, start)) < 2:
        readers = _readers(derivation, start)
        if not readers or not _is_entry_by_entry(derivation, start, readers[0]):
            raise DerivationError(
                _asked(name), f"{name} reaches {derivation.of} by one way at first",
                "its gradient is in one piece already; say up to which tensor: to=…",
            )  # fmt: skip
        start = readers[0]
    join = _join(derivation, start)
    while len(_readers(derivation, join)) > 1:
        further = _join(derivation, join)
        on_the_way = {join, further, *(_between(derivation, join, further) or ())}
        if any(_reads_learned(derivation, t) for t in on_the_way):
            break
        join = further
    return _in_order(derivation, join, _between(derivation, name, join) or set())


def _asked(name: str) -> str:
    return f"the gradient of {name} with the adjoints on the way put together"


def _in_order(derivation: Any, join: str, between: set[str]) -> Route:
    order = list(derivation.forward.tensors)
    return Route(join, tuple(sorted(between, key=order.index)))


def _join(derivation: Any, name: str) -> str:
    """Return the first tensor that all ways from this one to the goal pass."""
    order = list(derivation.forward.tensors)
    for candidate in sorted(_above(derivation, name, None), key=order.index):
        if candidate != name and _between(derivation, name, candidate) is not None:
            return candidate
    raise DerivationError(
        _asked(name), f"the ways from {name} come back to it at other steps of a recurrence",
        "say up to which tensor: to=…",
    )  # fmt: skip


def _reads_learned(derivation: Any, name: str) -> bool:
    parameters = {p.name for p in derivation.forward.parameters}
    return any(e.tensor in parameters for e in entries(derivation.forward.equation(name).written))


def _is_entry_by_entry(derivation: Any, name: str, reader: str) -> bool:
    """Is one entry of the reader made of one entry of the tensor, at the same letters?"""
    equation = derivation.forward.equation(reader)
    read = [e for e in entries(equation.written) if e.tensor == name]
    return all(e.positions == equation.letters for e in read)


def _above(derivation: Any, name: str, without: str | None) -> set[str]:
    """Return the tensors that are reached from this one; not through ``without``."""
    found, stack = set(), [name]
    while stack:
        for reader in _readers(derivation, stack.pop()):
            if reader not in found and reader != without:
                found.add(reader)
                stack.append(reader)
    return found


def _between(derivation: Any, name: str, join: str) -> set[str] | None:
    """Return the tensors between a tensor and where it joins; None if a way passes by.

    In a recurrence, a way through other steps must pass the join too, so that none comes back.
    """
    around = _above(derivation, name, join)
    if name in around or (join != derivation.of and derivation.of in around):
        return None
    return around if join in _above(derivation, name, None) else None
