"""form="numpy": under each formula the NumPy lines that compute it when the program runs."""

from __future__ import annotations

import re

from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.explanation.lesson import Lesson
from symback.explanation.order import needed
from symback.explanation.symbols import forward_names
from symback.explanation.texts import TEXTS, say
from symback.render.document import Block
from symback.render.parts import code, equation, heading, line, paragraph

_RUN = re.compile(r"^def run\(.*?^    return ", re.DOTALL | re.MULTILINE)
_ASSIGNED = re.compile(r"    (\w+?)(?:_\d+)? = ")


def program_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return every stage and every adjoint: its formula, and the lines of the program for it."""
    derivation = derive(lesson.network, names, lesson.of)
    program = compile_network(
        derivation.network, (), value=derivation.of, gradients=derivation.gradient_names
    )
    lines = _lines(program.source)
    blocks: list[Block] = [paragraph(*say("numpy intro")), heading(TEXTS["heading forward"])]
    for name in forward_names(lesson):
        stage = lesson.equation(name)
        if stage is not None:
            formula = line(lesson.show(stage.entry), lesson.show(stage.written))
            blocks += [equation(formula, label=lesson.forward_label(name))]
            blocks += _code(lines, name)
    blocks.append(heading(TEXTS["heading backward"]))
    for name in needed(lesson, names):
        written = lesson.show(lesson.gradient(name).written)
        blocks.append(
            equation(line(lesson.result(name), written), label=lesson.adjoint_label(name))
        )
        blocks += _code(lines, lesson.derivation.adjoint_name(name))
    return blocks


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


def _code(lines: dict[str, list[str]], name: str) -> list[Block]:
    """Return the lines for a tensor; none where it is the same array as another."""
    return [code("\n".join(lines[name]))] if name in lines else []
