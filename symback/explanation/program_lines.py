"""form="numpy": under each formula the NumPy lines that compute it when the program runs."""

from __future__ import annotations

import re
from typing import Any

from sympy import Expr

from symback.algebra.letters import Index
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.derivation.matrix import matrix_parts
from symback.derivation.matrix_numpy import numpy_line
from symback.explanation.lesson import Lesson
from symback.explanation.order import needed
from symback.explanation.symbols import forward_names
from symback.explanation.texts import TEXTS, say
from symback.render.document import Block
from symback.render.parts import code, equation, heading, line, paragraph, passage

# Of a network with more equations the program is not shown beside every formula.
MOST_EQUATIONS = 80
_FUNCTION = re.compile(r"^(?=def )", re.MULTILINE)
_BODY = re.compile(r'^    """(.*?)"""\n(.*?)^    return ', re.DOTALL | re.MULTILINE)
_STEP = re.compile(r"(One of the .* steps|The step at .*) of the recurrence ")
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
            blocks += _code(lesson, name, stage.written, stage.letters, shown=True)
    blocks.append(heading(TEXTS["heading backward"]))
    for name in needed(lesson, names):
        gradient = lesson.gradient(name)
        formula = line(lesson.result(name), lesson.show(gradient.written))
        blocks.append(passage("index", equation(formula, label=lesson.adjoint_label(name))))
        held = lesson.derivation.adjoint_name(name)
        blocks += _code(lesson, held, gradient.written, gradient.indices, shown=True)
    return blocks


def program_passage(
    lesson: Lesson, name: str, written: Expr, letters: tuple[Index, ...]
) -> list[Block]:
    """Return the lines of NumPy for one tensor, for pages that can show them; or nothing.

    The program is compiled when its first line is asked for. A large one is left out: it belongs
    on a page of its own, form="numpy".
    """
    if not lesson.program:
        small = len(lesson.derivation.network.equations) <= MOST_EQUATIONS
        lesson.program.update(_compiled(lesson.derivation) if small else {"": []})
    return _code(lesson, name, written, letters, shown=False)


def _compiled(derivation: Any) -> dict[str, list[str]]:
    """Return the lines of the program of a derivation by the tensor to which they belong."""
    program = compile_network(
        derivation.network, (), value=derivation.of, gradients=derivation.gradient_names
    )
    return _lines(program.source)


def _lines(source: str) -> dict[str, list[str]]:
    """Return the lines of the program by the tensor to which they belong."""
    found: dict[str, list[str]] = {}
    functions = _FUNCTION.split(source)
    for function in [f for f in functions if f.startswith("def run(")]:
        _add_lines(found, function)
    for function in functions:
        # What a recurrence computes step by step stands in functions of its own.
        body = _BODY.search(function)
        if body is not None and _STEP.match(body[1]):
            steps: dict[str, list[str]] = {}
            _add_lines(steps, function)
            for name, lines in steps.items():
                found.setdefault(name, []).extend([f"# {body[1]}", *lines])
    return found


def _add_lines(found: dict[str, list[str]], function: str) -> None:
    """Add the lines of a function by what they assign, each with the comment above it."""
    waiting: list[str] = []
    name = ""
    for text in _BODY.search(function)[2].splitlines():
        assigned = _ASSIGNED.match(text)
        if assigned:
            name = assigned[1].removesuffix("_t")
            found.setdefault(name, []).extend([*waiting, text[4:]])
        elif text.startswith("    #"):
            waiting = [text[4:]]
            continue
        elif name:
            found[name].append(text[4:])
        waiting = []


def _code(
    lesson: Lesson, name: str, written: Expr, letters: tuple[Index, ...], shown: bool
) -> list[Block]:
    """Return the line of whole arrays and the program's lines for a tensor, as far as there are.

    The program has none where the tensor is the same array as another.
    """
    lines: list[str] = []
    part, _ = matrix_parts(written, letters)
    short = numpy_line(name, part) if part is not None and not lesson.is_scalar else None
    if short is not None:
        lines += [TEXTS["numpy short"], short]
    run = lesson.program.get(name, [])
    if run and lines:
        lines += ["", TEXTS["numpy run"]]
    lines += run
    return [passage("numpy", code("\n".join(lines)), shown=shown)] if lines else []
