"""How a page ends: every result once more, the update, the checks."""

from __future__ import annotations

from symback.derivation.rules import rule
from symback.explanation.alike import gradient_line
from symback.explanation.arrays import values_tables
from symback.explanation.evidence import checks_blocks, error_tree
from symback.explanation.families import Family, grouped
from symback.explanation.lesson import RESULTS, Lesson
from symback.explanation.matrices import gradient_formula
from symback.explanation.order import needed
from symback.explanation.proofs import proof_blocks
from symback.explanation.put_together import together_line
from symback.explanation.readout import read_out
from symback.explanation.texts import TEXTS, capped, say
from symback.render.document import Block, Inlines, Table
from symback.render.parts import (
    box,
    equation,
    heading,
    inlines,
    items,
    paragraph,
    passage,
    strong,
    table,
)

# Results of at most so many gradients stand in a frame.
MOST_BOXED = 12
MOST_NAMES = 12


def closing_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return the results of all gradients, the update and the checks as far as there are any."""
    blocks: list[Block] = []
    if len(names) > 1 or lesson.network[names[0]].rank:
        blocks += results(lesson, names)
    if lesson.update is not None:
        blocks += lesson.update.blocks(lesson, names)
    if lesson.evidence is not None:
        blocks += checks_blocks(lesson)
    if lesson.detail >= 3:
        blocks += [*rule_blocks(lesson, needed(lesson, names))]
        blocks += proof_blocks(lesson, needed(lesson, names))
    return blocks


def rule_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return the law of every rule that the derivations use, in the order of their first use."""
    used = dict.fromkeys(s.rule for n in names for s in lesson.gradient(n).record.walk())
    laws = (say("rule", rule=strong(r), law=rule(r).law) for r in used)
    return [heading(TEXTS["heading rules"]), items(*laws)]


def results(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return every gradient with the number of the equation that derives it."""
    blocks: list[Block] = [heading(TEXTS["heading results"])]
    if lesson.is_scalar:
        numbers = _numbers(lesson, names)
        blocks += [box(numbers)] if len(names) <= MOST_BOXED else [numbers]
        return [*blocks, *_read_out(lesson, names)]
    lines = []
    for one in grouped(names, lesson.back_layers):
        if isinstance(one, Family):
            lines.append(gradient_line(lesson, one))
            continue
        reason = say("because put together", equations=lesson.cited(one))
        lines.append(gradient_formula(lesson, one, reason))
        lines += together_line(lesson, one)
    blocks.append(box(equation(*lines)))
    if lesson.values:
        way = needed(lesson, names)
        blocks += values_tables(lesson, way, "values caption backward", adjoints=True)
        ends = [n for n in names if n not in lesson.back_layers or n in lesson.back_layers[n].ends]
        said = [read_out(lesson, n) for n in ends[:MOST_BOXED] if lesson.network[n].rank]
        if said:
            blocks.append(passage("numbers", paragraph(TEXTS["read sign"]), items(*said)))
    return blocks


def _numbers(lesson: Lesson, names: tuple[str, ...]) -> Table:
    compared = {n: lesson.evidence.comparison(n) if lesson.evidence else None for n in names}
    checked = all(found is not None for found in compared.values())
    rows = []
    for name in names:
        row = [
            lesson.derivative(name), lesson.show(lesson.gradient(name).written),
            _derived_in(lesson, name),
        ]  # fmt: skip
        if lesson.values:
            row.append(lesson.number(lesson.values.at(lesson.adjoint_entry(name))))
        if checked:
            found = compared[name]
            row += [lesson.number(found.difference), error_tree(found.error)]
        rows.append(row)
    parts = ["gradient", "formula", "equation"]
    parts += ["value"] if lesson.values else []
    parts += ["difference", "error"] if checked else []
    head = [TEXTS[f"results head {part}"] for part in parts]
    align, caption = "lllrrr"[: len(parts)], TEXTS["results caption"]
    return table(head, rows, align, caption=caption, label=RESULTS)


def _derived_in(lesson: Lesson, name: str) -> Inlines:
    """Return the number of the equation that derives a gradient, or of the one that it is like."""
    own = lesson.told[name] == lesson.adjoint_label(name)
    return inlines(lesson.cited(name)) if own else say("results like", equation=lesson.cited(name))


def _read_out(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Say which weights go up and which down, and how far apart the gradients are."""
    if not lesson.values:
        return []
    values = {n: lesson.values.at(lesson.adjoint_entry(n)) for n in names}
    up = [n for n, v in values.items() if v < 0]
    down = [n for n, v in values.items() if v > 0]
    words: list = []
    if up and down:
        words += say("results signs", up=_names(lesson, up), down=_names(lesson, down))
    elif up or down:
        key = "up" if up else "down"
        words += say("results signs one", names=_names(lesson, up or down), direction=TEXTS[key],
                     es="es" if len(up or down) == 1 else "")  # fmt: skip
    largest = max(names, key=lambda n: abs(values[n]))
    smallest = min((n for n in names if values[n]), key=lambda n: abs(values[n]), default=largest)
    if smallest != largest:
        words += say("space")
        words += say(
            "results range", largest=lesson.derivative(largest),
            largest_value=lesson.number(values[largest]),
            smallest=lesson.derivative(smallest), smallest_value=lesson.number(values[smallest]),
            ratio=lesson.number(float(f"{abs(values[largest] / values[smallest]):.3g}")),
        )  # fmt: skip
    return [paragraph(*words)] if words else []


def _names(lesson: Lesson, names: list[str]) -> Inlines:
    return capped([lesson.name(n) for n in names], MOST_NAMES)
