"""What an optimiser carries from step to step, told step by step, with the bias of a mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.compiler.interpreter import evaluate
from symback.compiler.program import compile_network
from symback.explanation.texts import TEXTS, listed, say
from symback.network.network import Network
from symback.notation.layout import Typesetter
from symback.notation.tree import Call, Tree
from symback.render.document import Block, Line, Reference
from symback.render.parts import check, equation, heading, line, paragraph, reference, table
from symback.training.rule import GRADIENT, NEXT, Rule, state_names
from symback.training.unrolling import COUNT, MEAN, STEP, STEPS, Recurrence
from symback.training.unrolling import Line as Unrolled

SHOWN_STEPS = (1, 10, 100, 1000)
CHECKED_STEPS = 25


@dataclass(frozen=True)
class Teller:
    """What every part of the section has to know: the rule and how its formulas print."""

    rule: Rule
    show: Typesetter

    def state(self, one: Recurrence) -> Tree:
        """Return the symbol of a state, without the number of a step."""
        return self.show.name(one.state)

    def lines(self, one: Recurrence, left: Tree, lines: Sequence[Unrolled]) -> list[Line]:
        """Return lines of an unrolling, ``left`` before the first."""
        show, start = self.show, self.show(one.held(Integer(0)))
        words = {"t": show(STEPS), "k": show(STEP), "next": show(STEP + 1), "start": start}
        shown = []
        for number, made in enumerate(lines):
            why = say(f"unroll {made.reason}", **words)
            shown.append(line(None if number else left, show(made.expression), reason=why))
        return shown

    def number_of(self, expression: Expr, steps: int) -> float:
        """Return what an expression of the settings is after so many steps."""
        settings = {n: v for n, v in self.rule.settings.items() if not isinstance(v, tuple)}
        return float(evaluate(expression, settings, sizes={STEPS: steps}, number=float))


def carried_blocks(
    rule: Rule, show: Typesetter, letter: Index, found: Sequence[Recurrence]
) -> list[Block]:
    """Return the section on the states of a rule: unrolled, their weights added up, checked."""
    teller = Teller(rule, show)
    names = listed([teller.state(one) for one in found])
    key = "rule carried intro" if len(found) > 1 else "rule carried intro one"
    blocks: list[Block] = [
        heading(TEXTS["rule heading carried"]),
        paragraph(*say(key, names=names, letter=show.symbols.letter(letter.name))),
    ]
    told = False
    for one in found:
        blocks += _one(teller, one, told)
        told = told or one.kind != COUNT
    weighted = [one for one in found if one.kind != COUNT]
    if weighted:
        blocks.append(_shares(teller, weighted))
    return [*blocks, *(_check(teller, one, values) for one, values in _run(rule, found))]


def _one(teller: Teller, one: Recurrence, told: bool) -> list[Block]:
    """Return what is said of one state; ``told`` says that the series was added up already."""
    show = teller.show
    blocks: list[Block] = [
        heading(*say(f"rule heading {one.kind}", state=teller.state(one)), level=2),
        equation(
            *teller.lines(one, show(one.held(STEPS)), one.unrolled()),
            label=_label("sum", one),
        ),
    ]
    if one.kind == COUNT:
        return [*blocks, paragraph(*say("rule grows", state=teller.state(one)))]
    left, lines = one.series()
    rest = show(1 - one.factor)
    words = say(f"rule total {one.kind}", state=teller.state(one), total=show(one.total))
    if told:
        again = say("series again", factor=show(one.factor))
        sure = line(show(left), show(lines[-1].expression))
        blocks += [paragraph(*again), equation(sure, label=_label("series", one))]
    else:
        blocks += [
            paragraph(*say("series intro", rest=rest)),
            equation(*teller.lines(one, show(left), lines), label=_label("series", one)),
        ]
    blocks.append(paragraph(*words))
    return [*blocks, *(_expected(teller, one) if one.kind == MEAN else _long_run(teller, one))]


def _expected(teller: Teller, one: Recurrence) -> list[Block]:
    """Return the mean of a running mean, and what the rule makes of it."""
    show, state = teller.show, teller.state(one)
    each, last = one.driven(STEP), one.driven(STEPS)
    whole = one.weighted(each)
    held = mean_of(show(one.held(STEPS)))
    lines = [
        line(
            held, mean_of(show(whole)),
            reason=say("because unrolled", state=state, equation=_cited("sum", one)),
        ),
        line(None, show(whole, {each: mean_of(show(each))}), reason=say("because mean of sum")),
        line(None, show(whole, {each: mean_of(show(last))}), reason=say("because same mean")),
        line(
            None, show(one.total * last, {last: mean_of(show(last))}),
            reason=say("because weights", equation=_cited("series", one)),
        ),
    ]  # fmt: skip
    driver = show(last)
    blocks: list[Block] = [
        paragraph(*say("rule expected intro", driver=driver, state=show(one.held(STEPS)))),
        equation(*lines, label=_label("mean", one)),
    ]
    if one.corrected is None:
        words = say("rule not corrected", state=state, first=show(1 - one.factor))
        return [*blocks, paragraph(*words)]
    corrected = Entry(one.corrected, STEPS)
    quotient = one.held(STEPS) / one.total
    blocks += [
        paragraph(*say("rule corrected", state=state, total=show(one.total))),
        equation(
            line(
                mean_of(show(corrected)), show(quotient, {one.held(STEPS): held}),
                reason=say("because rule stated"),
            ),
            line(
                None, mean_of(driver),
                reason=say("because biased", equation=_cited("mean", one)),
            ),
        ),
        paragraph(*say("rule drifts", driver=driver)),
    ]  # fmt: skip
    return blocks


def _long_run(teller: Teller, one: Recurrence) -> list[Block]:
    """Return how many gradients a sum holds in the end."""
    show = teller.show
    most = one.weight / (1 - one.factor)
    found = show.number(round(teller.number_of(most, 1), 6))
    words = say(
        "rule long run", power=show(one.factor**STEPS), state=teller.state(one), most=found
    )
    return [paragraph(*words)]


def _label(what: str, one: Recurrence) -> str:
    return f"{what}:{one.state}"


def _cited(what: str, one: Recurrence) -> Reference:
    return reference(_label(what, one))


def mean_of(tree: Tree) -> Tree:
    """Return E(x)."""
    return Call(r"\operatorname{E}", "E", (tree,))


def _shares(teller: Teller, found: Sequence[Recurrence]) -> Block:
    show = teller.show
    totals = [[round(teller.number_of(o.total, steps), 6) for o in found] for steps in SHOWN_STEPS]
    rows = [
        (show.number(steps), *map(show.number, row))
        for steps, row in zip(SHOWN_STEPS, totals, strict=True)
    ]
    head = [show(STEPS), *(show(one.total) for one in found)]
    caption = say("rule shares caption", t=show(STEPS))
    return table(head, rows, align="r" * len(head), caption=caption)


def _run(rule: Rule, found: Sequence[Recurrence]) -> list[tuple[Recurrence, float]]:
    """Return what the compiled rule makes of each state when every gradient is 1."""
    network: Network = rule.network
    states = state_names(network)
    values = {n: np.zeros(1 if network[n].rank else ()) for n in states}
    values |= {GRADIENT: np.ones(1)} | {n: np.array(v) for n, v in rule.settings.items()}
    program = compile_network(network, [name + NEXT for name in states])
    for _ in range(CHECKED_STEPS):
        new = program({name: values[name] for name in program.inputs})
        values |= {name: new[name + NEXT] for name in states}
    return [(one, float(values[one.state][0])) for one in found]


def _check(teller: Teller, one: Recurrence, value: float) -> Block:
    show = teller.show
    expected = teller.number_of(one.total, CHECKED_STEPS)
    passed = bool(np.isclose(value, expected, rtol=1e-12, atol=0))
    words = say(
        "rule check carried", count=show.number(CHECKED_STEPS),
        state=show(one.held(Integer(CHECKED_STEPS))), found=show.number(value),
        expected=show.number(expected),
    )  # fmt: skip
    return check(passed, *words)
