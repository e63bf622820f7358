"""form="numpy": under each formula the NumPy lines that compute it when the program runs."""

from __future__ import annotations

import re
from typing import Any

from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.explanation.lesson import Lesson
from symback.explanation.order import needed
from symback.explanation.symbols import forward_names
from symback.explanation.texts import TEXTS, say
from symback.render.document import Block
from symback.render.parts import code, equation, heading, line, paragraph, passage

# Of a network with more equations the program is not shown beside every formula.
MOST_EQUATIONS = 80
_RUN = re.compile(r"^def run\(.*?^    return ", re.DOTALL | re.MULTILINE)
_ASSIGNED = re.compile(r"    (\w+?)(?:_\d+)? = ")


def program_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return every stage and every adjoint: its formula, and the lines of the program for it."""
    derivation = derive(lesson.network, names, lesson.of)
    lesson.program.update(_compiled(derivation))
    blocks: list[Block] = [paragraph(*say("numpy intro")), heading(TEXTS["heading forward"])]
    for name in forward_names(lesson):
        stage = lesson.equation(name)
        if stage is not None:
            formula = line(lesson.show(stage.entry), lesson.show(stage.written))
            blocks.append(passage("index", equation(formula, label=lesson.forward_label(name))))
            blocks += _code(lesson, name, shown=True)
    blocks.append(heading(TEXTS["heading backward"]))
    for name in needed(lesson, names):
        formula = line(lesson.result(name), lesson.show(lesson.gradient(name).written))
        blocks.append(passage("index", equation(formula, label=lesson.adjoint_label(name))))
        blocks += _code(lesson, lesson.derivation.adjoint_name(name), shown=True)
    return blocks


def program_passage(lesson: Lesson, name: str) -> list[Block]:
    """Return the lines of the program for one tensor, for pages that can show them; or nothing.

    The program is compiled when its first line is asked for. A large one is left out: it belongs
    on a page of its own, form="numpy".
    """
    if not lesson.program:
        small = len(lesson.derivation.network.equations) <= MOST_EQUATIONS
        lesson.program.update(_compiled(lesson.derivation) if small else {"": []})
    return _code(lesson, name, shown=False)


def _compiled(derivation: Any) -> dict[str, list[str]]:
    """Return the lines of the program of a derivation by the tensor to which they belong."""
    program = compile_network(
        derivation.network, (), value=derivation.of, gradients=derivation.gradient_names
    )
    return _lines(program.source)


def _lines(source: str) -> dict[str, list[str]]:
    """Return the lines of the program by the tensor to which they belong."""
    found: dict[str, list[str]] = {}
    waiting: list[str] = []
    for text in _RUN.search(source).group().splitlines():
        assigned = _ASSIGNED.match(text)
        if assigned:
            found.setdefault(assigned[1], []).extend([*waiting, text[4:]])
        waiting = [text[4:]] if text.startswith("    #") else []
    return found


def _code(lesson: Lesson, name: str, shown: bool) -> list[Block]:
    """Return the lines for a tensor; none where it is the same array as another."""
    lines = lesson.program.get(name)
    return [passage("numpy", code("\n".join(lines)), shown=shown)] if lines else []
