"""How a page begins: the goal, the conventions, the forward pass."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from sympy import Expr

from symback.algebra.nodes import IndexSum, Partial
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.derivation.time_reads import TIME_RULES
from symback.explanation.alike import forward_alike, named
from symback.explanation.arrays import FEW_DIGITS, values_tables
from symback.explanation.functions import function_words
from symback.explanation.lesson import Lesson
from symback.explanation.lines import valued
from symback.explanation.locals import functions_differentiated, is_stable_form
from symback.explanation.matrices import forward_matrices, layout_words
from symback.explanation.matrix_form import matrix_stage
from symback.explanation.opened import opened_lines
from symback.explanation.order import path_counts, paths
from symback.explanation.program_lines import program_passage
from symback.explanation.symbols import forward_names, sample_letter
from symback.explanation.texts import TEXTS, capped, listed, say
from symback.explanation.through_time import forward_words, time_path_words
from symback.explanation.windows import padded_words
from symback.notation.tree import Fenced, Number, Relation, Tree, Words
from symback.record.steps import Step
from symback.render.document import Block, Equation, Inlines, Line
from symback.render.parts import equation, heading, inlines, items, line, paragraph, passage

MOST_PATHS = 4
MOST_GOALS = 12
MOST_GIVEN = 60
# A longer path shows its ends.
MOST_STOPS = 20

# The goal


def goal_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return what is wanted, and along which paths the goal is reached."""
    blocks: list[Block] = [heading(TEXTS["heading goal"])]
    loss = lesson.loss
    if lesson.upstream:
        given = lesson.show(Entry(lesson.upstream, *lesson.network[lesson.of].letters))
        words = say("goal upstream", goal=lesson.name(lesson.of), upstream=given,
                    gradient=lesson.adjoint(names[0]), sum=lesson.total(names[0]))  # fmt: skip
        blocks.append(paragraph(*words))
    if len(names) == 1:
        tensor = lesson.show(lesson.variable(names[0]))
        words = say("goal one", gradient=lesson.derivative(names[0]), loss=loss, tensor=tensor)
    else:
        tensors = capped(named(lesson, names), MOST_GOALS)
        one = TEXTS["goal number" if lesson.is_scalar else "goal entry"]
        words = say("goal many", loss=loss, tensors=tensors, one=one)
    blocks.append(paragraph(*words))
    followed = [n for n in names if n not in lesson.layers or n in lesson.layers[n].ends]
    if not (lesson.is_scalar and len(names) == 1):
        told = followed[:MOST_GOALS]
        rest = capped(named(lesson, followed[MOST_GOALS:]), MOST_GOALS)
        more = [say("goal others", tensors=rest)] if rest else []
        words = (path_words(lesson, name) for name in told)
        blocks.append(items(*words, *more, *time_path_words(lesson)))
    return blocks


def path_words(lesson: Lesson, name: str) -> Inlines:
    """Return the paths from a tensor to the goal; their number if there are many."""
    loss = lesson.loss
    count = path_counts(lesson, name).get(name, 0)
    if count == 0:
        return say("goal nothing", tensor=lesson.name(name), loss=loss)
    if count > MOST_PATHS:
        return (*inlines(lesson.name(name), ": "), *say("goal many paths", number=str(count)))
    shown = [arrows(lesson, path) for path in paths(lesson, name)]
    if count == 1:
        return say("goal path", path=shown[0])
    return say("goal paths", number=str(count), paths=listed(shown, "semicolon", "semicolon"))


def arrows(lesson: Lesson, path: Iterable[str]) -> Inlines:
    """Return w1 → net_h1 → h1; what a stable form bypasses stands in brackets: Z → (P) → L."""
    path = tuple(path)
    stops: list[Tree] = []
    for name, reader in pairwise((*path, "")):
        stops.append(lesson.name(name))
        stops += [Fenced("(", lesson.name(n)) for n in lesson.bypassed(name, reader)]
    if len(stops) > MOST_STOPS:
        stops = [*stops[: MOST_STOPS // 2], Words("…"), *stops[-MOST_STOPS // 4 :]]
    return listed([*stops], "arrow", "arrow")


# Conventions


def conventions(lesson: Lesson, names: tuple[str, ...], wanted: tuple[str, ...]) -> Block:
    """Return the conventions that the derivations of ``names`` use, each said once."""
    told = [
        *_order(lesson), *_layers(lesson), *_shape(lesson, wanted), *_adjoints(lesson, names),
        say("convention old"), *function_words(lesson, names), *_facts(lesson, names),
        *_kinks(lesson, names), *_padding(lesson), *_stable(lesson, names),
    ]  # fmt: skip
    if lesson.values:
        digits, few = str(lesson.notation.digits), str(min(lesson.notation.digits, FEW_DIGITS))
        told.append(say("convention rounding", digits=digits, few=few))
    return items(*told)


def _order(lesson: Lesson) -> list[Inlines]:
    found = []
    letter = sample_letter(lesson)
    ranked = [lesson.network[n] for n in forward_names(lesson) if lesson.network[n].rank]
    if ranked:
        example = max(ranked, key=lambda t: min(t.rank, 2))
        rows: Inlines = ()
        if letter is not None:
            first = next(t for t in lesson.network.inputs if t.letters[:1] == (letter,))
            rows = layout_words(lesson, first.name)
        found.append(say("convention order", entry=lesson.show(example.entry), rows=rows))
        if lesson.form == "matrix":
            found.append(say("convention matrices"))
        first_index = Number(str(lesson.notation.first_index))
        found.append(say("convention letters", first=first_index))
    return [*found, *_from_to(lesson)]


def _from_to(lesson: Lesson) -> list[Inlines]:
    """Say by one weight, the first of those used least often, from where to where weights lead."""
    found: dict[str, list[Inlines]] = {}
    for name in forward_names(lesson):
        ways = [
            say("means way", source=lesson.show(source), target=lesson.show(target))
            for source, target in lesson.roles.uses(name) if source is not None
        ]  # fmt: skip
        if ways:
            found[name] = ways
    if not found:
        return []
    name = min(found, key=lambda n: len(found[n]))
    entry = lesson.show(lesson.network[name].entry)
    return [say("convention from to", weight=entry, ways=listed([*found[name]]))]


def _layers(lesson: Lesson) -> list[Inlines]:
    """Say what ℓ means, by the first tensor that is written with it."""
    family = next((lesson.layers[n] for n in lesson.layers if n in lesson.folded), None)
    if family is None:
        return []
    first, last = lesson.name(family.members[0]), lesson.name(family.members[-1])
    pattern = family.tree(lesson.name(family.model))
    return [say("convention layer", pattern=pattern, first=first, last=last)]


def _shape(lesson: Lesson, wanted: tuple[str, ...]) -> list[Inlines]:
    ranked = [n for n in wanted if lesson.network[n].rank] or list(wanted)
    entry = lesson.show(lesson.variable(ranked[0]))
    key = "convention scalar" if lesson.is_scalar else "convention shape"
    loss = lesson.loss
    return [say(key, gradient=lesson.derivative(ranked[0]), entry=entry, loss=loss)]


def _adjoints(lesson: Lesson, names: tuple[str, ...]) -> list[Inlines]:
    found = []
    loss = lesson.loss
    signals = [n for n in names if n in lesson.signals and n in lesson.told]
    signals = signals if lesson.deltas else []
    computed = [n for n in names if lesson.equation(n) is not None]
    if signals:
        unit = lesson.name(lesson.roles.readers(signals[0])[0].target)
        derivative = lesson.total(signals[0])
        signal = lesson.adjoint(signals[0])
        found.append(say("convention signal", signal=signal, derivative=derivative, unit=unit))
    elif computed and lesson.notation.adjoint not in ("partial", "signal"):
        derivative = lesson.total(computed[0])
        adjoint = lesson.adjoint(computed[0])
        found.append(
            say(
                "convention adjoint",
                loss=loss,
                adjoint=adjoint,
                derivative=derivative,
                tensor=lesson.name(computed[0]),
            )
        )
    read = [n for n in names if lesson.consumers(n)]
    # Read by something else than the goal, the local derivative does not look like the whole.
    inner = next((n for n in read if lesson.consumers(n)[0] != lesson.of), None)
    inner = inner or next((n for n in read if lesson.upstream), None)
    if inner is not None:
        variable = lesson.variable(inner)
        reader = lesson.consumers(inner)[0]
        local = Partial(lesson.network[reader].entry, variable)
        found.append(say(
            "convention partial", total=lesson.total(inner),
            tensor=lesson.show(variable), loss=loss, local=lesson.show(local),
            reader=lesson.name(reader),
        ))  # fmt: skip
    return found


def _facts(lesson: Lesson, names: tuple[str, ...]) -> list[Inlines]:
    used: dict[Expr, str] = {}
    for step in _steps(lesson, names):
        if step.rule == "declared fact":
            facts = dict(step.facts)
            used.setdefault(facts["sum"], facts["fact"].tensor)
    found = []
    for tensor in used.values():
        letters = lesson.network[tensor].letters[:-1]
        shown = lesson.show(
            IndexSum(lesson.network[tensor].entry, lesson.network[tensor].letters[-1])
        )
        equal = Relation((shown, Number("1")), ("==",))
        key = "fact one hot" if letters else "fact one hot scalar"
        every = listed([lesson.symbols.letter(k.name) for k in letters])
        found.append(say(key, sum=equal, letters=every, tensor=lesson.name(tensor)))
    return [say("convention facts", facts=listed(found, "semicolon", "semicolon"))] if found else []


def _kinks(lesson: Lesson, names: tuple[str, ...]) -> list[Inlines]:
    used = [pointwise_row(f).convention for f in functions_differentiated(lesson, names)]
    said = [text for text in used if text]
    return (
        [say("convention kinks", conventions=listed([*said], "semicolon", "semicolon"))]
        if said
        else []
    )


def _padding(lesson: Lesson) -> list[Inlines]:
    stages = (n for n in forward_names(lesson) if lesson.equation(n) is not None)
    return [words for n in stages if n not in lesson.folded for words in padded_words(lesson, n)]


def _stable(lesson: Lesson, names: tuple[str, ...]) -> list[Inlines]:
    found: dict[str, dict[Expr, Inlines]] = {}
    for step in _steps(lesson, names):
        if is_stable_form(step) and step.rule not in TIME_RULES:
            before, after = step.changed[0]
            shown = {"after": lesson.show(after), "before": lesson.show(before), "rule": step.rule}
            found.setdefault(step.cites[0], {})[before] = say("stable place", **shown)
    return [
        say("convention stable", target=lesson.stage(target), places=listed([*places.values()]))
        for target, places in found.items()
    ]


def _steps(lesson: Lesson, names: tuple[str, ...]) -> Iterable[Step]:
    for name in names:
        yield from lesson.gradient(name).steps


# Forward pass


def forward_blocks(lesson: Lesson) -> list[Block]:
    """Return every stage with its formula and, where there are values, its number."""
    blocks: list[Block] = [heading(TEXTS["heading forward"]), paragraph(*say("forward intro"))]
    if lesson.values and lesson.is_scalar and len(lesson.values.given) <= MOST_GIVEN:
        given = [_equal(lesson, n) for n in forward_names(lesson) if n in lesson.values.given]
        blocks.append(passage("numbers", paragraph(*say("given", values=listed([*given])))))
    shown: list[str] = []
    for name in forward_names(lesson):
        stage = lesson.equation(name)
        if stage is None or name in lesson.folded:
            continue
        family = lesson.layers.get(name)
        if family is not None and name != family.members[0]:
            blocks += forward_alike(lesson, shown)
            continue
        shown.append(name)
        if lesson.form == "matrix":
            blocks += matrix_stage(lesson, name)
            continue
        lines = [line(lesson.show(stage.entry), lesson.show(stage.written))]
        if lesson.values and not stage.letters:
            lines += _computed(lesson, stage.written, name)
        stage = equation(*lines, label=lesson.forward_label(name))
        blocks += [stage] if lesson.is_scalar else _in_forms(lesson, name, stage)
    if lesson.values and not lesson.is_scalar:
        blocks += values_tables(lesson, forward_names(lesson), "values caption")
    return blocks


def _in_forms(lesson: Lesson, name: str, stage: Equation) -> list[Block]:
    """Return a stage of tensors index by index, as matrices, and as lines of the program."""
    blocks: list[Block] = [passage("index", stage)]
    said = forward_words(lesson, name)
    blocks += [paragraph(*listed(said, "space", "space"))] if said else []
    said = [*forward_matrices(lesson, name), *_repeated(lesson, name)]
    if said:
        blocks.append(passage("matrix", paragraph(*listed(said, "space", "space"))))
    own = lesson.equation(name)
    return [*blocks, *program_passage(lesson, name, own.written, own.letters)]


def _equal(lesson: Lesson, name: str) -> Tree:
    value = lesson.number(lesson.values.at(lesson.network[name].entry))
    return Relation((lesson.name(name), value), ("==",))


def _computed(lesson: Lesson, written: Expr, name: str) -> list[Line]:
    """Return the lines with numbers put in and the value; sums over an index are opened first."""
    held = lesson.network[name].entry
    value = lesson.number(lesson.values.at(held))
    parts = numbers_for(lesson, written)
    if parts is not None:
        return valued(lesson.show(written, parts), value)
    opened = opened_lines(lesson, value, written, {}, held)
    return [line(None, one.right, numbers=one.numbers) for one in opened]


def numbers_for(lesson: Lesson, expression: Expr, digits: int | None = None) -> dict | None:
    """Return the numbers of the scalars in an expression; None if it reads entries of tensors."""
    read = sorted(expression.atoms(Entry), key=str)
    if any(entry.positions for entry in read):
        return None
    return {entry: lesson.number(lesson.values.at(entry), digits) for entry in read}


def _repeated(lesson: Lesson, name: str) -> list[Inlines]:
    """Say what a forward equation repeats: a bias without a sample letter serves every sample."""
    stage = lesson.equation(name)
    for entry in sorted(stage.written.atoms(Entry), key=str):
        missing = [k for k in stage.letters if k not in entry.positions]
        learned = lesson.network[entry.tensor].kind == "parameter"
        if learned and lesson.roles.is_bias(entry.tensor) and missing and entry.positions:
            letters = [lesson.symbols.letter(k.name) for k in missing]
            return [say(
                "broadcast forward", tensor=lesson.name(entry.tensor), letters=listed(letters),
                none=listed(letters, last="or"), entry=lesson.show(entry),
            )]  # fmt: skip
    return []
