"""What a rule carries from step to step, unrolled: X_t as a weighted sum of all gradients so far.

A state with X_next = c·X + w·u, where c and w are made of settings and u reads no state, is
X_t = w·Σ_k c^(t−k)·u_k after t steps from X_0 = 0. The weights are a geometric series; what they
add up to says how far a running mean lies below what it is the mean of (D. P. Kingma, J. Ba: Adam,
section 3), and how many gradients a velocity holds. Steps are counted from 1, as in that paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr, Integer, Symbol

from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.nodes import Bounded, IndexSum
from symback.algebra.operators import Plus, Power, Quotient, Times, product_of, sum_of
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, rebuilt
from symback.network.network import Network
from symback.training.rule import NEXT, THETA, state_names

ONE = Integer(1)
STEPS = Symbol("t")
STEP = Index("k", STEPS)
MEAN, SUM, COUNT = "mean", "sum", "count"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an unrolling: an expression equal to the one before, and in one word why.

    Entries have the number of the step as their only position.
    """

    expression: Expr
    reason: str


@dataclass(frozen=True, slots=True)
class Recurrence:
    """state_next = factor·state + weight·driver; the driver as the rule writes it, entry by entry.

    ``corrected`` is the tensor that is the state over the sum of the weights, if there is one.
    """

    state: str
    factor: Expr
    weight: Expr
    driver: Expr
    corrected: str | None = None

    @property
    def kind(self) -> str:
        """MEAN where weight = 1 − factor, COUNT where factor = 1, else SUM."""
        if self.factor == ONE:
            return COUNT
        return MEAN if _same(self.weight, 1 - self.factor) else SUM

    @property
    def total(self) -> Expr:
        """The sum of the weights after t steps."""
        if self.kind == COUNT:
            return product_of(_without_ones(self.weight, STEPS))
        rest = 1 - self.factor**STEPS
        if self.kind == MEAN:
            return rest
        return product_of(_without_ones(self.weight, Quotient(rest, 1 - self.factor)))

    def driven(self, step: Expr) -> Expr:
        """Return the driver at a step."""
        return at_step(self.driver, step)

    def held(self, step: Expr) -> Expr:
        """Return the state after a step."""
        return Entry(self.state, step)

    def unrolled(self) -> tuple[Line, ...]:
        """Return state_t, from the rule's own line to the sum over all steps."""
        once = self._after(self.held(STEPS - 1), STEPS)
        twice = self._after(self._after(self.held(STEPS - 2), STEPS - 1), STEPS)
        whole = self.weighted(self.driven(STEP))
        start = product_of(_without_ones(self._power(STEPS), self.held(Integer(0))))
        return (
            Line(once, "rule"),
            Line(twice, "before"),
            Line(sum_of([start, whole]), "all"),
            Line(whole, "start"),
        )

    def weighted(self, driver: Expr) -> Expr:
        """Return weight·Σ_k factor^(t−k)·driver over the steps k = 1 … t."""
        body = product_of(_without_ones(self._power(STEPS - STEP), driver))
        return product_of(_without_ones(self.weight, _summed(body)))

    def series(self) -> tuple[Expr, tuple[Line, ...]]:
        """Return (1 − factor)·Σ_k factor^(t−k) and the lines that make it 1 − factor^t."""
        c = self.factor
        weights = _summed(c ** (STEPS - STEP))
        later = c ** (STEPS - STEP + 1)
        shared = _summed(c ** (STEPS - STEP), last=STEPS - 1)
        return Times(1 - c, weights), (
            Line(weights - _summed(later), "opened"),
            Line((1 + shared) - (_summed(later, first=2) + c**STEPS), "ends"),
            Line((1 + shared) - (shared + c**STEPS), "shifted"),
            Line(1 - c**STEPS, "left"),
        )

    def _after(self, held: Expr, step: Expr) -> Expr:
        """Return the state after a step, ``held`` being the state before it."""
        kept = product_of(_without_ones(self.factor, held))
        return sum_of([kept, product_of(_without_ones(self.weight, self.driven(step)))])

    def _power(self, exponent: Expr) -> Expr:
        return ONE if self.factor == ONE else Power(self.factor, exponent)


def recurrences(rule: Network) -> tuple[Recurrence, ...]:
    """Return the states of a rule that are such recurrences, in the order of their equations."""
    states = state_names(rule)
    held = [n for n in states if n != THETA and rule[n].rank]
    found = (_recurrence(rule, name, states) for name in held)
    return tuple(one for one in found if one is not None)


def at_step(expression: Expr, step: Expr) -> Expr:
    """Return an expression over the entries of θ at a step: x[j] becomes x[step]."""

    def change(node: Expr) -> Expr | None:
        return Entry(node.tensor, step) if isinstance(node, Entry) and node.positions else None

    return rebuilt(expression, change)


def _recurrence(rule: Network, name: str, states: tuple[str, ...]) -> Recurrence | None:
    written = rule.equation(name + NEXT).written
    terms = written.args if isinstance(written, Plus) else (written,)
    own = rule[name].entry
    kept = [term for term in terms if own in set(entries(term))]
    rest = [term for term in terms if own not in set(entries(term))]
    if len(kept) != 1 or len(rest) != 1 or _reads(rest[0], states):
        return None
    factor = [f for f in _factors(kept[0]) if f != own]
    if len(factor) + 1 != len(_factors(kept[0])) or not all(_is_setting(f) for f in factor):
        return None
    weight = [f for f in _factors(rest[0]) if _is_setting(f)]
    driver = [f for f in _factors(rest[0]) if not _is_setting(f)]
    if not driver:
        return None
    made = Recurrence(name, product_of(factor), product_of(weight), product_of(driver))
    return Recurrence(name, made.factor, made.weight, made.driver, _corrected(rule, made))


def _corrected(rule: Network, one: Recurrence) -> str | None:
    """Return the tensor X_next/(1 − factor^T) of a mean X, with T the number of this step."""
    counters = {
        e.entry for e in rule.equations
        if not e.letters and _same(e.written, rule[e.target.removesuffix(NEXT)].entry + 1)
        and e.target.endswith(NEXT)
    }  # fmt: skip
    for equation in rule.equations:
        quotient = equation.written
        if not isinstance(quotient, Quotient) or one.kind != MEAN:
            continue
        top, bottom = quotient.args
        is_state = isinstance(top, Entry) and top.tensor == one.state + NEXT
        if is_state and any(_same(bottom, 1 - one.factor**counter) for counter in counters):
            return equation.target
    return None


def _summed(body: Expr, first: int = 1, last: Expr = STEPS) -> Expr:
    return IndexSum(body, Bounded(STEP, Integer(first), last))


def _factors(term: Expr) -> tuple[Expr, ...]:
    return term.args if isinstance(term, Times) else (term,)


def _is_setting(factor: Expr) -> bool:
    return not any(entry.positions for entry in entries(factor))


def _reads(expression: Expr, states: Iterable[str]) -> bool:
    changing = {name for state in states for name in (state, state + NEXT)}
    return any(entry.tensor in changing for entry in entries(expression))


def _without_ones(*factors: Expr) -> list[Expr]:
    return [f for f in factors if f != ONE] or [ONE]


def _same(left: Expr, right: Expr) -> bool:
    return evaluated(left) == evaluated(right)
