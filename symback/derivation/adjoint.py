"""The adjoint of one tensor: from ∂L/∂v to its gradient, each line recorded as a step.

∂L/∂v[K]  =  Σ_u Σ_I ū[I] ∂u[I]/∂v[K]      chain rule, accumulate
          =  Σ … Π δ(position, K)           local derivatives
          =  Σ …                            the deltas are solved
          =  …                              tidied
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr

from symback.algebra.deltas import solve_deltas
from symback.algebra.letters import Index
from symback.algebra.nodes import Partial, Total
from symback.algebra.operators import Comparison
from symback.algebra.positions import Entry
from symback.algebra.terms import ONE, Term, Terms, expression_of, is_structural, product_parts
from symback.algebra.traversal import fresh_letter, rename
from symback.derivation.knowledge import Knowledge
from symback.derivation.local import local_derivative
from symback.derivation.range_moves import equality_is_delta
from symback.derivation.stabilise import Rewrite
from symback.derivation.sum_moves import each
from symback.derivation.tidy import in_reading_order, one_meaning, tidied
from symback.derivation.time_reads import TIME_RULES
from symback.network.wellformed import letters_of
from symback.record.steps import Step


@dataclass(frozen=True, slots=True)
class Consumer:
    """An equation that reads the tensor: its entry, its right-hand side, its adjoint.

    ``upstream`` are the factors of its adjoint: ū[I]; none for a scalar goal, deltas for a
    Jacobian.
    """

    entry: Entry
    expression: Expr
    upstream: tuple[Expr, ...]
    rewrites: tuple[Rewrite, ...] = ()
    is_goal: bool = False

    @property
    def letters(self) -> tuple[Index, ...]:
        return self.entry.positions


@dataclass(frozen=True, slots=True)
class Problem:
    """What the adjoint of one tensor depends on: nothing else may enter its derivation."""

    variable: Entry
    goal: Expr  # what is differentiated: L, Σ Y_bar·Y, or an entry of Y
    goal_letters: tuple[Index, ...]  # of a Jacobian; none for a scalar goal
    consumers: tuple[Consumer, ...]
    knowledge: Knowledge
    # What the goal itself adds, where it is the variable and depends on itself: ȳ[K].
    direct: tuple[Expr, ...] | None = None

    def in_reading_order(self, terms: Terms) -> Terms:
        """Put a positive term first, and give bound letters the names of the equations back."""
        read = (e for c in self.consumers for e in (c.entry, c.expression))
        known = tuple(dict.fromkeys(k for e in read for k in letters_of(e)))
        return in_reading_order(terms, own_letters(self), known)


def derive_steps(problem: Problem) -> tuple[Step, ...]:
    """Return the chain of steps from ∂goal/∂variable to the adjoint; never empty."""
    line = Total(problem.goal, problem.variable)
    if not problem.consumers:
        return (_step("constant", line, (), facts=(("variable", problem.variable),)),)
    consumers = _apart(problem)
    steps = [
        Step(
            "",
            r.rule,
            line,
            line,
            facts=(("equation", c.entry),),
            changed=((r.before, r.after),),
            cites=(c.entry.tensor,) + ((r.bypassed,) if r.bypassed else ()),
        )
        for c in consumers
        for r in c.rewrites
    ]
    terms, more = _chain_rule(problem, consumers, line)
    steps += more
    terms, more = _local_derivatives(problem, consumers, terms, more[-1].after if more else line)
    steps += more
    terms, more = _as_deltas(problem, terms, steps[-1].after)
    steps += more
    terms, more = _contracted(problem, terms, steps[-1].after)
    steps += more
    for rule, after, facts in tidied(terms, problem.knowledge):
        after = problem.in_reading_order(after)
        steps.append(_step(rule, steps[-1].after, after, facts))
    return tuple(steps)


def _step(rule: str, before: Expr, after: Terms, facts: tuple = (), **more) -> Step:
    return Step("", rule, before, expression_of(after), facts=tuple(facts), **more)


def own_letters(problem: Problem) -> tuple[Index, ...]:
    """Return the letters that are free in every line of a derivation."""
    return (
        tuple(k for k in problem.variable.positions if isinstance(k, Index)) + problem.goal_letters
    )


def _apart(problem: Problem) -> tuple[Consumer, ...]:
    """Rename the letters of the consumers apart from those of the variable."""
    own = own_letters(problem)
    result = []
    for consumer in problem.consumers:
        taken = {k.name for k in own} | {k.name for k in consumer.letters}
        mapping: dict[Index, Expr] = {}
        for letter in consumer.letters:
            if letter in own:
                mapping[letter] = fresh = fresh_letter(letter, taken)
                taken.add(fresh.name)
        result.append(
            replace(
                consumer,
                entry=rename(consumer.entry, mapping),
                expression=rename(consumer.expression, mapping),
                upstream=tuple(_upstream(f, mapping, problem) for f in consumer.upstream),
            )
        )
    return tuple(result)


def _upstream(factor: Expr, mapping: dict[Index, Expr], problem: Problem) -> Expr:
    """Rename the consumer's own letters in its adjoint, but not those of a Jacobian's goal."""
    if isinstance(factor, Entry) and problem.goal_letters:
        count = len(problem.goal_letters)
        rest = tuple(rename(p, mapping) for p in factor.positions[count:])
        return Entry(factor.tensor, *factor.positions[:count], *rest)
    if problem.goal_letters:
        # A seed δ(own letter, letter of the goal): only the first is the consumer's.
        return factor.func(rename(factor.args[0], mapping), factor.args[1])
    return rename(factor, mapping)


def _chain_rule(
    problem: Problem, consumers: tuple[Consumer, ...], line: Expr
) -> tuple[Terms, list[Step]]:
    terms = tuple(
        Term(ONE, (*c.upstream, _direct(c, problem.variable)), c.letters) for c in consumers
    )
    if len(consumers) == 1 and consumers[0].is_goal and not consumers[0].upstream:
        # ∂L/∂v is already the derivative of the one equation of L: no line to write.
        return terms, []
    if problem.direct is not None:
        terms = (Term(ONE, problem.direct, ()), *terms)
    readers = tuple(("readers", c.entry) for c in consumers)
    facts = (("tensor", problem.variable), ("reader", consumers[0].entry), *readers)
    rule = "chain rule" if len(terms) == 1 else "accumulate"
    return terms, [_step(rule, line, terms, facts, cites=tuple(c.entry.tensor for c in consumers))]


def _direct(consumer: Consumer, variable: Entry) -> Partial:
    """The derivative through one equation; of its right-hand side if a tensor is bypassed in it.

    That of a state by itself is written out too: ∂s[t]/∂s[u] alone would be a delta.
    """
    is_stable_form = any(r.rule not in TIME_RULES for r in consumer.rewrites)
    is_written_out = is_stable_form or consumer.entry.tensor == variable.tensor
    return Partial(consumer.expression if is_written_out else consumer.entry, variable)


def _local_derivatives(
    problem: Problem, consumers: tuple[Consumer, ...], terms: Terms, line: Expr
) -> tuple[Terms, list[Step]]:
    """Put each consumer's local derivative in place, one step for each, then open the brackets."""
    steps: list[Step] = []
    lines: list[Terms] = [(term,) for term in terms]
    opened: list[Terms] = list(lines)
    for place, consumer in enumerate(consumers, start=len(terms) - len(consumers)):
        # Why all names taken? Upstream factor and local derivative will stand in one product.
        taken = {k.name for k in (*own_letters(problem), *consumer.letters)}
        local, substep = local_derivative(
            consumer.expression, problem.variable, taken, problem.knowledge.named
        )
        free = (*own_letters(problem), *consumer.letters)
        local = tuple(one_meaning(t, free) for t in local)
        term = terms[place]
        coefficient, upstream = product_parts_of(term.factors[:-1])
        opened[place] = tuple(
            Term(t.coefficient * coefficient, (*upstream, *t.factors), (*term.letters, *t.letters))
            for t in local
        )
        lines[place] = (
            opened[place]
            if len(local) < 2
            else (Term(coefficient, (*upstream, expression_of(local)), term.letters),)
        )
        after = tuple(t for own in lines for t in own)
        facts = (("equation", Comparison("==", consumer.entry, consumer.expression)),)
        steps.append(
            _step(
                "local derivative",
                line,
                after,
                facts,
                changed=((_direct(consumer, problem.variable), expression_of(local)),),
                substeps=() if substep is None else (substep,),
                cites=(consumer.entry.tensor,),
            )
        )
        line = steps[-1].after
    terms = tuple(t for own in opened for t in own)
    if expression_of(terms) != line:
        steps.append(_step("distribute", line, terms))
    return terms, steps


def product_parts_of(factors: tuple[Expr, ...]) -> tuple:
    """Return (coefficient, factors) of a tuple of factors."""
    coefficient, result = ONE, ()
    for factor in factors:
        own, more = product_parts(factor)
        coefficient, result = coefficient * own, result + more
    return coefficient, result


def _as_deltas(problem: Problem, terms: Terms, line: Expr) -> tuple[Terms, list[Step]]:
    """Write brackets of equal positions as deltas, in one step."""
    move = each(equality_is_delta)(terms, problem.knowledge)
    if move is None:
        return terms, []
    return move[0], [_step("equality is a delta", line, *move)]


def _contracted(problem: Problem, terms: Terms, line: Expr) -> tuple[Terms, list[Step]]:
    """Solve all deltas in one step."""
    after, facts = (), ()
    for term in terms:
        solved, picks = solve_deltas(term, problem.knowledge.inside)
        after += () if solved is None else (solved,)
        for pick in picks:
            fact = ("picks", Comparison("==", pick.letter, pick.value))
            facts += () if fact in facts else (fact,)
            facts += () if pick.bracket is None else (("brackets", pick.bracket),)
    after = problem.in_reading_order(after)
    if not any(is_structural(f) for t in terms for f in t.factors):
        return after, []
    if expression_of(after) == line:
        return after, []
    return after, [_step("delta contraction", line, after, facts)]
