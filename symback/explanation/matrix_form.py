"""form="matrix": every stage and every adjoint in whole matrices, made from the index form.

Each derivation goes from the chain rule to one entry of the result, then turns what must be turned
so that summed indices stand beside each other, and then reads the matrix product off.
"""

from __future__ import annotations

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.operators import Times
from symback.algebra.positions import Entry
from symback.algebra.terms import terms_of
from symback.derivation.matrix_parts import (
    Chain,
    Entrywise,
    Named,
    Ones,
    Part,
    Scaled,
    walk,
)
from symback.explanation.adjoints import CHAIN_RULES, chain, in_partials, readers, subject, together
from symback.explanation.lesson import Lesson
from symback.explanation.matrices import bare, is_entry_by_entry, is_mixed, signs, transposes
from symback.explanation.matrix_trees import (
    entry_tree,
    indexed_tree,
    matrix_of,
    matrix_tree,
    shaped_tree,
)
from symback.explanation.program_lines import program_passage
from symback.explanation.remarks import remarks
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.written_out import opened_sum, places_of
from symback.notation.tree import Indexed, Relation, Tree
from symback.render.document import Block, Inlines, Line
from symback.render.parts import equation, heading, line, paragraph, passage


def matrix_stage(lesson: Lesson, name: str) -> list[Block]:
    """Return a stage of the forward pass, one entry of it and then whole."""
    stage = lesson.equation(name)
    part, reason = matrix_of(lesson, stage.written, stage.letters)
    entry = line(lesson.show(stage.entry), lesson.show(stage.written))
    label = lesson.forward_label(name)
    if part is None or not _is_more(part):
        blocks = [equation(entry, label=label)]
        return blocks if part else [*blocks, paragraph(*say("no matrix form", reason=reason))]
    whole = line(lesson.name(name), shaped_tree(lesson, part))
    said = [*transposes(lesson, part), *signs(lesson, part)]
    blocks = [equation(entry), equation(whole, label=label, stacked=True), *together(said)]
    return [*blocks, *program_passage(lesson, name, stage.written, stage.letters)]


def _is_more(part: Part) -> bool:
    """Does the formula say more about whole matrices than the formula of one entry?"""
    return any(part.letters for part in walk(part)) and bool(
        {type(p) for p in walk(part)} - {Named, Ones, Scaled} or part.letters
    )


def matrix_adjoint(lesson: Lesson, name: str, level: int = 2) -> list[Block]:
    """Return the derivation of one adjoint in matrices; from now on it can be cited."""
    gradient = lesson.gradient(name)
    part, reason = matrix_of(lesson, gradient.written, gradient.indices)
    label = lesson.adjoint_label(name)
    blocks: list[Block] = [heading(*subject(lesson, name), level=level), *readers(lesson, name)]
    if part is None:
        blocks.append(chain(lesson, name))
        blocks.append(paragraph(*say("no matrix form", reason=reason)))
    else:
        blocks.append(equation(*_lines(lesson, name, part)))
        whole = line(bare(lesson, name), shaped_tree(lesson, part))
        blocks.append(equation(whole, label=label, stacked=True))
    lesson.told[name] = label
    if part is not None:
        said = [*transposes(lesson, part), *_why_entrywise(lesson, name, part)]
        blocks += together([*said, *signs(lesson, part), *remarks(lesson, name)])
        steps = [paragraph(TEXTS["index by index"]), chain(lesson, name, numbered=False)]
        blocks.append(passage("index", *steps, shown=False))
        held = lesson.derivation.adjoint_name(name)
        blocks += program_passage(lesson, held, gradient.written, gradient.indices)
        blocks += _expanded(lesson, name, part)
    if lesson.equation(name) is None and lesson.evidence is not None:
        blocks += lesson.evidence.lines(lesson, name)
    return blocks


# From one entry to the whole


def _lines(lesson: Lesson, name: str, part: Part) -> list[Line]:
    """Return the lines from the chain rule to an entry of the matrix formula."""
    gradient = lesson.gradient(name)
    left: Tree | None = lesson.result(name)
    lines: list[Line] = []
    for step in gradient.steps:
        if step.rule in CHAIN_RULES:
            pure = in_partials(lesson, name, step) or lesson.show(step.after)
            lines.append(line(left, pure, reason=TEXTS["because chain rule"]))
            left = None
            break
    goal = lesson.total(name)
    if left is not None and left != goal and not lesson.upstream:
        lines.append(line(left, goal, reason=TEXTS["because definition"]))
        left = None
    lines.append(line(left, lesson.show(gradient.written), reason=TEXTS["because index form"]))
    turned = _turned(part)
    rewritten = indexed_tree(lesson, part) if turned else None
    if rewritten is not None:
        pairs = [Relation((_as_held(lesson, t), entry_tree(lesson, t)), ("==",)) for t in turned]
        links = dict.fromkeys(k for t in turned for k in t.letters if k not in part.letters)
        letters = listed([lesson.symbols.letter(k.name) for k in links])
        reason = say("because turned", letters=letters, turned=listed([*pairs]))
        lines.append(line(None, rewritten, reason=reason))
    if gradient.indices:
        by = "because entry by entry" if is_entry_by_entry(part) else "because product"
        plain = not any(isinstance(p, (Chain, Entrywise)) for p in walk(part))
        shown = Indexed(matrix_tree(lesson, part), _indices(lesson, gradient.indices))
        lines.append(line(None, shown, reason=TEXTS["because whole" if plain else by]))
    return lines


def _turned(part: Part) -> list[Named]:
    """Return the matrices that a product has transposed."""
    found = [p for p in walk(part) if isinstance(p, Named) and p.transposed]
    return [p for p in dict.fromkeys(found) if len(p.letters) == 2]


def _as_held(lesson: Lesson, part: Named) -> Tree:
    letters = tuple(lesson.symbols.letter(k.name) for k in (part.column, part.row))
    return lesson.typesetter.entry(part.tensor, lesson.typesetter.placed(letters))


def _indices(lesson: Lesson, letters: tuple[Index, ...]) -> tuple[Tree, ...]:
    return lesson.typesetter.placed(tuple(lesson.symbols.letter(k.name) for k in letters))


def _why_entrywise(lesson: Lesson, name: str, part: Part) -> list[Inlines]:
    """Say once why ⊙ is there: the derivatives of a function entry by entry are diagonal."""
    gradient = lesson.gradient(name)
    consumers = lesson.consumers(name)
    local = _local_factor(lesson, name)
    if not is_mixed(part) or len(consumers) != 1 or local is None or len(gradient.indices) != 2:
        return []
    if not lesson.once("why not a product"):
        return []
    return [say(
        "why not a product", reader=lesson.name(consumers[0]), tensor=lesson.name(name),
        local=lesson.show(local),
    )]  # fmt: skip


def _local_factor(lesson: Lesson, name: str) -> Expr | None:
    """Return what multiplies the upstream adjoint in a gradient of one term without a sum."""
    terms = terms_of(lesson.gradient(name).written)
    consumers = lesson.consumers(name)
    if len(terms) != 1 or terms[0].letters or consumers[:1] in ((), (lesson.of,)):
        return None
    upstream = lesson.derivation.adjoint_name(consumers[0])
    rest = [f for f in terms[0].factors if not isinstance(f, Entry) or f.tensor != upstream]
    if len(rest) == len(terms[0].factors) or not rest or terms[0].coefficient != 1:
        return None
    return rest[0] if len(rest) == 1 else Times(*rest)


# And back to one entry


def _expanded(lesson: Lesson, name: str, part: Part) -> list[Block]:
    """Return one entry of the matrix formula, expanded back to a formula of numbers."""
    gradient = lesson.gradient(name)
    if not gradient.indices:
        return []
    places = places_of(gradient.indices)
    where = tuple(lesson.typesetter.position(places[k]) for k in gradient.indices)
    at = Indexed(matrix_tree(lesson, part), lesson.typesetter.placed(where))
    opened = opened_sum(lesson, terms_of(gradient.written), places)
    return [paragraph(TEXTS["one entry"]), equation(line(at, opened))]
