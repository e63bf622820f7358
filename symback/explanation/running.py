"""What runs of an optimiser: its rule by named rewrites, with fewer operations on vectors."""

from __future__ import annotations

import numpy as np

from symback.algebra.positions import Entry
from symback.compiler.program import compile_network
from symback.explanation.assignments import assignment
from symback.explanation.texts import TEXTS, listed, say
from symback.network.network import Network
from symback.notation.layout import Typesetter
from symback.notation.options import Notation
from symback.notation.symbols import symbols_of
from symback.render.document import Block, Line
from symback.render.parts import check, equation, heading, line, paragraph
from symback.training.factoring import operations
from symback.training.optimisers import Optimizer
from symback.training.rule import GRADIENT, NEXT, THETA, state_names
from symback.training.running import CHANGED, Changed, Rewrite, Running, running

CHECKED_STEPS, CHECKED_ENTRIES, AGREEING_DIGITS = 25, 4, 12


def running_blocks(rule: Optimizer, look: Notation) -> list[Block]:
    """Return the section on what runs; nothing for a rule that runs as it is written."""
    made = running(rule.network, rule.settings)
    if not made.rewrites:
        return []
    every = made.every_name
    show = Typesetter(look, symbols_of(every))
    before, after = (
        show.number(sum(operations(e.written) for e in equations))
        for equations in (rule.network.equations, made.vectors)
    )
    blocks: list[Block] = [
        heading(TEXTS["rule heading runs"]),
        paragraph(*say("rule runs intro", before=before, after=after)),
    ]
    for rewrite in made.rewrites:
        blocks += _rewrite(made, rewrite, show, every)
    return [*blocks, _check(rule, made, show)]


def _rewrite(made: Running, rewrite: Rewrite, show: Typesetter, every: Network) -> list[Block]:
    """Return what a rewrite does, and the equations that it made."""
    lines = [assignment(show, one, every) for one in rewrite.equations]
    if rewrite.kind != CHANGED:
        words = say(f"rule runs {rewrite.kind}")
        return [paragraph(*words), equation(*lines, label=f"runs:{rewrite.kind}")]
    names = listed([show.name(one.name) for one in made.changed])
    runs = listed([show.name(one.runs) for one in made.changed])
    number = "" if len(made.changed) > 1 else " one"
    return [
        paragraph(*say(f"rule runs changed{number}", names=names, runs=runs)),
        equation(*(_definition(made, one, show) for one in made.changed)),
        paragraph(*say(f"rule runs weights{number}")),
        equation(*lines, label=f"runs:{rewrite.kind}"),
    ]


def _definition(made: Running, one: Changed, show: Typesetter) -> Line:
    letters = made.rule[one.name].letters
    return line(show(Entry(one.runs, *letters)), show(Entry(one.name, *letters) / one.weight))


def _check(rule: Optimizer, made: Running, show: Typesetter) -> Block:
    """Return whether both forms make the same steps."""
    shown, runs = (_walked(network, rule) for network in (rule.network, made.whole))
    passed = bool(np.allclose(shown, runs, rtol=10.0**-AGREEING_DIGITS, atol=0))
    words = say(
        f"rule runs check {'passed' if passed else 'failed'}", count=show.number(CHECKED_STEPS),
        theta=show.name(THETA), digits=show.number(AGREEING_DIGITS),
    )  # fmt: skip
    return check(passed, *words)


def _walked(network: Network, rule: Optimizer) -> np.ndarray:
    """Return θ after some steps from 0, with gradients that are always the same random numbers."""
    generator = np.random.default_rng(0)
    states = state_names(network)
    values = {n: np.zeros(CHECKED_ENTRIES if network[n].rank else ()) for n in states}
    values |= {n: np.array(v) for n, v in rule.settings.items()}
    program = compile_network(network, [name + NEXT for name in states])
    for _ in range(CHECKED_STEPS):
        values[GRADIENT] = generator.normal(size=CHECKED_ENTRIES)
        new = program({name: values[name] for name in program.inputs})
        values |= {name: new[name + NEXT] for name in states}
    return values[THETA]
