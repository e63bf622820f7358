"""A rule of training as it runs: the same step with fewer operations on whole vectors.

Three named rewrites lead from the equations that are shown to those that run:

    change of variable   a state X_next = c·X + w·u runs as X/w, in which u has the weight 1
    put in               a vector that is read once stands where it is read
    taken out            numbers are taken out of vectors, and are computed once in a step

D. P. Kingma and J. Ba name the last one in section 2 of "Adam". Where the rewrites save
no operation the equations run as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sympy import Expr

from symback.algebra.operators import Decimal
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, rebuilt, rename
from symback.network.network import Network, reads
from symback.network.tensors import Equation
from symback.training.bounds import FROM_ZERO, Known, bounds_of, is_positive, known_bounds
from symback.training.factoring import ONE, Factoring, is_number, operations, times
from symback.training.rule import NEXT, RATE
from symback.training.unrolling import Recurrence, recurrences

CHANGED, PUT_IN, TAKEN_OUT = "changed", "put in", "taken out"
SUMMED, NUMBER = "sum", "c"
Equations = tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """The state ``name`` runs as ``runs``, which is the state over ``weight``, of this value."""

    name: str
    runs: str
    weight: Expr
    value: float


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One of the rewrites, and the equations as they are after it where it changed them."""

    kind: str
    equations: Equations


@dataclass(frozen=True, slots=True)
class Running:
    """A rule as it runs: first the equations ``numbers``, then ``vectors``, which read them.

    ``numbers`` read settings, scalar states and one another. ``changed`` are the states that run as
    another one, ``rewrites`` what led here, in order.
    """

    rule: Network
    numbers: Equations
    vectors: Equations
    changed: tuple[Changed, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()

    def network(self, equations: Sequence[Equation]) -> Network:
        """Return some of the equations as a network; what they do not compute are its inputs."""
        made = Network(self.rule.name)
        computed = {e.target for e in equations}
        every = {e.target: e.letters for e in (*self.numbers, *self.vectors)}
        for name in dict.fromkeys(name for e in equations for name in reads(e)):
            if name not in computed:
                made.input(name, *self._letters(name, every))
        for equation in equations:
            made.define(equation.target, equation.letters, equation.written)
        names = self._latex()
        for name in made.tensors:
            if names.get(name):
                made.set_latex(name, names[name])
        return made

    @property
    def whole(self) -> Network:
        """All equations that run, as one network."""
        return self.network((*self.numbers, *self.vectors))

    @property
    def every_name(self) -> Network:
        """The rule as it is shown, with all that only what runs reads as inputs besides."""
        made, own = self.rule.copy(), self._latex()
        new = {one.runs: self.rule[one.name].letters for one in self.changed}
        new |= {e.target: e.letters for e in (*self.numbers, *self.vectors)}
        for name in (n for n in new if n not in made):
            made.input(name, *new[name])
            if own.get(name):
                made.set_latex(name, own[name])
        return made

    def _letters(self, name: str, every: Mapping[str, tuple]) -> tuple:
        """Return the letters of a tensor that equations read and do not compute."""
        if name in self.rule:
            return self.rule[name].letters
        runs = {one.runs: self.rule[one.name].letters for one in self.changed}
        return runs[name] if name in runs else every[name]

    def _latex(self) -> dict[str, str | None]:
        """Return how tensors print: a changed state has a tilde, a number is c with its number."""
        own = {t.name: t.latex for t in self.rule.tensors.values()}
        for one in self.changed:
            tilde = rf"\tilde{{{own[one.name] or one.name}}}"
            own[one.runs] = tilde
        return own


def running(rule: Network, settings: Mapping[str, float]) -> Running:
    """Return a rule as it runs with these settings, of which the rate may change on the way."""
    known = {n: (v, v) for n, v in settings.items() if n != RATE and not rule[n].rank}
    bounds = known_bounds(rule, known | ({RATE: FROM_ZERO} if RATE in rule else {}))
    changed = _changed(rule, known)
    plain = _Taker(rule, bounds).taken(rule.equations)
    put_in = _put_in(_with_changed(rule, changed))
    tries = [_Taker(rule, bounds, opened).taken(put_in) for opened in (False, True)]
    best = min((plain, *tries), key=lambda made: sum(operations(e.written) for e in made[1]))
    numbers, vectors = best
    if best is plain:
        return Running(rule, numbers, vectors)
    stages = (rule.equations, _with_changed(rule, changed), put_in, (*numbers, *vectors))
    kinds = (CHANGED, PUT_IN, TAKEN_OUT)
    made = (_differing(a, b) for a, b in pairwise(stages))
    rewrites = tuple(Rewrite(k, new) for k, new in zip(kinds, made, strict=True) if new)
    used = {name for e in vectors for name in (e.target, *reads(e))}
    return Running(
        rule, numbers, vectors, tuple(one[0] for one in changed if one[0].runs in used), rewrites
    )


def _differing(old: Equations, new: Equations) -> Equations:
    before = set(old)
    return tuple(e for e in new if e not in before)


# Change of variable ------------------------------------------------------------------------------


def _changed(rule: Network, fixed: Known) -> tuple[tuple[Changed, Recurrence], ...]:
    """Return the states with a weight that is always the same number above 0, other than 1."""
    found = []
    for one in recurrences(rule):
        same = all(e.tensor in fixed for e in entries(one.weight))
        if one.weight != ONE and same and is_positive(one.weight, fixed):
            runs = _fresh(f"{one.state}_{SUMMED}", rule)
            value = bounds_of(one.weight, fixed)[0]
            found.append((Changed(one.state, runs, one.weight, value), one))
    return tuple(found)


def _with_changed(
    rule: Network, changed: Sequence[tuple[Changed, Recurrence]]
) -> Equations:
    """Return the equations, in which each changed state is its weight times what runs."""
    found = {made.name: (made, one) for made, one in changed}

    def change(node: Expr) -> Expr | None:
        state = node.tensor.removesuffix(NEXT) if isinstance(node, Entry) else None
        if state not in found:
            return None
        made, _ = found[state]
        runs = made.runs + node.tensor[len(state) :]
        return times(made.weight, Entry(runs, *node.positions))

    equations = []
    for equation in rule.equations:
        target, written = equation.target, None
        if target.endswith(NEXT) and target.removesuffix(NEXT) in found:
            made, one = found[target.removesuffix(NEXT)]
            written = times(one.factor, Entry(made.runs, *equation.letters)) + one.driver
            target = made.runs + NEXT
        written = rebuilt(equation.written, change) if written is None else written
        equations.append(replace(equation, target=target, written=written))
    return tuple(equations)


def _fresh(name: str, rule: Network) -> str:
    while name in rule or name + NEXT in rule or name in rule.letters or name in rule.sizes:
        name += "_"
    return name


# Put in ------------------------------------------------------------------------------------------


def _put_in(equations: Equations) -> Equations:
    """Return the equations without the vectors, states aside, that are read once in all."""
    kept = list(equations)
    for equation in equations:
        readers = [(e, read) for e in kept for read in entries(e.written)]
        readers = [(e, read) for e, read in readers if read.tensor == equation.target]
        if equation.target.endswith(NEXT) or not equation.letters or len(readers) != 1:
            continue
        reader, read = readers[0]
        value = rename(equation.written, dict(zip(equation.letters, read.positions, strict=True)))
        written = rebuilt(reader.written, lambda node, r=read, v=value: v if node == r else None)
        kept[kept.index(reader)] = replace(reader, written=written)
        kept.remove(equation)
    return tuple(kept)


# Taken out ---------------------------------------------------------------------------------------


class _Taker:
    """Takes numbers out of vectors and gives them names.

    ``opened`` says whether sums are multiplied out; None leaves all as it is written.
    """

    def __init__(self, rule: Network, bounds: Known, opened: bool | None = None) -> None:
        self._rule, self._bounds, self._opened = rule, dict(bounds), opened
        self._named: dict[Expr, Entry] = {}
        self._scalars = {t.name for t in rule.inputs if not t.rank}

    def taken(self, equations: Equations) -> tuple[Equations, Equations]:
        """Return the equations of numbers, and the others, which read them."""
        numbers: list[Equation] = []
        vectors: list[Equation] = []
        for equation in equations:
            if not equation.letters and self._is_once(equation.written):
                self._scalars.add(equation.target)
                numbers.append(equation)
            else:
                vectors.append(replace(equation, written=self._with_names(equation)))
        made = [Equation(e.tensor, (), x) for x, e in self._named.items()]
        return (*numbers, *_needed(made, vectors)), tuple(vectors)

    def _with_names(self, equation: Equation) -> Expr:
        written = equation.written
        if self._opened is None:
            return written
        if equation.letters:
            made = Factoring(self._is_positive, self._name, self._opened)(written)
            written = made if operations(made) < operations(written) else written
        return rebuilt(written, lambda node: self._name(node) if is_number(node) else None)

    def _is_once(self, number: Expr) -> bool:
        """Can the number be computed before any vector is?"""
        return is_number(number) and all(e.tensor in self._scalars for e in entries(number))

    def _is_positive(self, number: Expr) -> bool:
        return is_positive(number, self._bounds)

    def _name(self, number: Expr) -> Expr:
        """Return the name of a number that is worth one, else the number itself."""
        plain = isinstance(number, Entry | Decimal) or not number.args
        if plain or not self._is_once(number):
            return number
        if number not in self._named:
            # Why so? A rule may have such a name itself.
            count = len(self._named) + 1
            name = _fresh(f"{NUMBER}_{count}", self._rule)
            self._named[number] = Entry(name)
            self._scalars.add(name)
            self._bounds[name] = bounds_of(number, self._bounds)
        return self._named[number]


def _needed(made: Sequence[Equation], vectors: Sequence[Equation]) -> list[Equation]:
    """Return the named numbers that are read, by a vector or by another of them."""
    read = {name for e in vectors for name in reads(e)}
    kept = []
    for equation in reversed(made):
        if equation.target in read:
            kept.append(equation)
            read.update(reads(equation))
    return kept[::-1]
