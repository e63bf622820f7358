"""The table of symbols: what every letter of the page means, its shape, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, Iverson, Softmax
from symback.algebra.operators import Pointwise
from symback.algebra.positions import Entry
from symback.algebra.terms import terms_of
from symback.algebra.traversal import entries
from symback.compiler.interpreter import needed_for
from symback.explanation.families import Family, grouped
from symback.explanation.lesson import Lesson
from symback.explanation.matrix_trees import ONE
from symback.explanation.texts import TEXTS, capped, listed, say
from symback.explanation.windows import letter_role
from symback.network.network import reads
from symback.network.tensors import BUFFER, CONSTANT, INPUT, PARAMETER, RANDOM, Equation, Tensor
from symback.network.wellformed import letters_of
from symback.notation.tree import Tree
from symback.render.document import Block, Inlines
from symback.render.parts import Part, inlines, table

Cells = tuple[Inlines, Inlines, Inlines, Inlines]
WHAT_FUNCTIONS_ARE = {
    "sigmoid": "logistic function",
    "tanh": "hyperbolic tangent",
    "relu": "positive part (relu)",
    "exp": "exponential",
    "log": "logarithm",
    "sqrt": "square root",
}
MOST_NAMES = 8
MOST_READERS = 4


def forward_names(lesson: Lesson) -> tuple[str, ...]:
    """Return the tensors on which the goal depends, itself included, in network order."""
    sources = {e.target: reads(e) for e in lesson.network.equations}
    wanted = needed_for(sources, [lesson.of])
    return tuple(name for name in lesson.network.tensors if name in wanted)


def symbol_table(lesson: Lesson, names: tuple[str, ...], shown: Iterable[Expr]) -> Block:
    """Return the table of the symbols that the derivations of ``names`` use.

    ``shown`` are the expressions that the page prints: special symbols are explained where used.
    """
    rows: list[Cells] = []
    done: set[str] = set()
    tensors = lesson.network.tensors
    data: dict[Cells, list[str]] = {}
    for one in grouped(forward_names(lesson), lesson.layers):
        if isinstance(one, Family):
            rows.append(_layers_row(one, _tensor_row(lesson, tensors[one.model])))
            continue
        name = one
        if tensors[name].kind == PARAMETER and lesson.is_scalar:
            if name not in done:
                group = _siblings(lesson, name)
                done |= set(group)
                rows.append(_weights_row(lesson, group))
        elif tensors[name].kind == INPUT and lesson.is_scalar:
            # Data that is read in the same equations shares a row.
            meaning = _tensor_row(lesson, tensors[name])[1:]
            known = data.setdefault(meaning, [])
            known.append(name)
            if len(known) == 1:
                rows.append(meaning)
        else:
            rows.append(_tensor_row(lesson, tensors[name]))
    shared = {cells: listed([lesson.name(n) for n in found]) for cells, found in data.items()}
    rows = [(shared[row], *row) if len(row) == 3 else row for row in rows]
    if lesson.upstream:
        target = tensors[lesson.of]
        entry = Entry(lesson.upstream, *target.letters)
        means = say("means upstream", tensor=lesson.show(target.entry), loss=lesson.loss)
        rows.append(_row(lesson.show(entry), means, _shape(lesson, target), "kind input"))
    for one in grouped((n for n in names if _has_symbol(lesson, n)), lesson.back_layers):
        if isinstance(one, Family):
            rows.append(_layers_row(one, _adjoint_row(lesson, one.model)))
        else:
            rows.append(_adjoint_row(lesson, one))
    if lesson.update is not None:
        means = say("means setting", rule=lesson.update.rule)
        for symbol in lesson.update.settings(lesson):
            rows.append(_row(symbol, means, TEXTS["scalar shape"], "kind constant"))
    shown = list(shown)
    rows += _letter_rows(lesson, shown)
    rows += _special_rows(lesson, shown)
    head = [TEXTS[f"symbols head {part}"] for part in ("symbol", "meaning", "shape", "kind")]
    return table(head, rows, align="llll")


def _row(symbol: Part | Inlines, means: Inlines, shape: Part | Inlines, kind: str) -> Cells:
    parts = (symbol, means, shape)
    cells = tuple(p if isinstance(p, tuple) else inlines(p) for p in parts)
    return (*cells, inlines(TEXTS[kind]))


def _layers_row(family: Family, row: Cells) -> Cells:
    """Return the row of one tensor as the row of all layers that are like it."""
    symbol, *others = (family.words(cell) for cell in row)
    return (*symbol, *inlines(", ", family.range())), *others


def _has_symbol(lesson: Lesson, name: str) -> bool:
    """Does the adjoint of a tensor print as a symbol of its own, on this page?"""
    if lesson.equation(name) is None and not lesson.upstream:
        return False
    return name in lesson.told and lesson.has_symbol(name)


def _adjoint_row(lesson: Lesson, name: str) -> Cells:
    derivative = lesson.total(name)
    means = say("means adjoint", derivative=derivative, equation=lesson.cited(name))
    return _row(lesson.adjoint(name), means, _shape(lesson, lesson.network[name]), "kind computed")


def _shape(lesson: Lesson, tensor: Tensor) -> Part:
    return lesson.typesetter.shape(tensor.shape) if tensor.rank else TEXTS["scalar shape"]


# Tensors


def _tensor_row(lesson: Lesson, tensor: Tensor) -> Cells:
    rows = {INPUT: _input, PARAMETER: _parameter, CONSTANT: _constant}
    rows |= {RANDOM: _drawn, BUFFER: _kept}
    means = rows.get(tensor.kind, _computed)(lesson, tensor)
    kind = tensor.kind if tensor.kind in rows else "computed"
    return _row(lesson.show(tensor.entry), means, _shape(lesson, tensor), f"kind {kind}")


def _drawn(lesson: Lesson, tensor: Tensor) -> Inlines:
    return say("means random", drawn=str(tensor.distribution))


def _kept(lesson: Lesson, tensor: Tensor) -> Inlines:
    return say("means buffer", where=_where_read(lesson, tensor.name))


def _input(lesson: Lesson, tensor: Tensor) -> Inlines:
    where = _where_read(lesson, tensor.name)
    if tensor.one_hot:
        return say("means one hot", letter=_letter(lesson, tensor.letters[-1]), where=where)
    return say("means integer" if tensor.integer else "means input", where=where)


def _where_read(lesson: Lesson, name: str) -> Inlines:
    """Return in which equations of the page a tensor is read; nothing if these are many."""
    told = set(forward_names(lesson))
    stages = [lesson.stage(e.target) for e in lesson.roles.readers(name) if e.target in told]
    stages = list(dict.fromkeys(stages))
    if not 0 < len(stages) <= MOST_READERS:
        return ()
    key = "means where one" if len(stages) == 1 else "means where many"
    return say(key, equations=listed([*stages]))


def _constant(lesson: Lesson, tensor: Tensor) -> Inlines:
    return say("means constant", value=lesson.show(tensor.value))


def _parameter(lesson: Lesson, tensor: Tensor) -> Inlines:
    uses = lesson.roles.uses(tensor.name)
    rows = lesson.roles.rows_of(tensor.name)
    if rows:
        return say("means table", rows=capped([lesson.show(row) for row in rows], MOST_NAMES))
    if not uses:
        return say("means parameter")
    if lesson.roles.is_bias(tensor.name):
        return say("means bias", target=listed([lesson.show(target) for _, target in uses]))
    ways = [
        say("means way", source=lesson.show(source), target=lesson.show(target))
        if source is not None
        else say("means added", target=lesson.show(target))
        for source, target in uses
    ]
    return say("means ways", ways=listed([*ways]))


def _siblings(lesson: Lesson, name: str) -> tuple[str, ...]:
    """Return the scalar weights that lead to the same place as one of them, itself first."""
    source, target = lesson.roles.weight(name)
    if source is None or target is None:
        return (name,)
    return lesson.roles.leading_to(target)


def _weights_row(lesson: Lesson, names: tuple[str, ...]) -> Cells:
    symbols = listed([lesson.name(name) for name in names])
    roles = lesson.roles
    source, target = roles.weight(names[0])
    if source is not None:
        sources = listed([lesson.show(roles.weight(n)[0]) for n in names])
        means = say("means parameter from to", source=sources, target=lesson.show(target))
    elif roles.is_bias(names[0]):
        readers = [lesson.show(e.entry) for e in roles.readers(names[0])]
        means = say("means bias", target=listed([*readers]))
    else:
        means = say("means parameter")
    return _row(symbols, means, TEXTS["scalar shape"], "kind parameter")


def _computed(lesson: Lesson, tensor: Tensor) -> Inlines:
    equation = lesson.equation(tensor.name)
    number = lesson.stage(tensor.name)
    if tensor.name == lesson.of:
        return say("means loss" if tensor.kind == "loss" else "means goal", equation=number)
    written = equation.written
    if (
        isinstance(written, Pointwise)
        and isinstance(written.args[1], Entry)
        and len(written.args) == 2
    ):
        name = WHAT_FUNCTIONS_ARE.get(written.name, written.name)
        source = lesson.show(written.args[1])
        return say("means function", function=name, source=source, equation=number)
    if isinstance(written, Softmax) and isinstance(written.body, Entry):
        letter = _letter(lesson, written.letters[0])
        source = lesson.show(written.body)
        return say("means softmax", source=source, letter=letter, equation=number)
    weighed = _weighed(lesson, equation)
    if weighed:
        sources = capped([lesson.name(n) for n in weighed], MOST_NAMES)
        return say("means linear", sources=sources, equation=number)
    read = [n for n in reads(equation) if lesson.network[n].kind != PARAMETER]
    sources = capped([lesson.name(n) for n in read or reads(equation)], MOST_NAMES)
    return say("means computed", sources=sources, equation=number)


def _weighed(lesson: Lesson, equation: Equation) -> list[str]:
    """Return the tensors of which an equation is the weighted sum; none if it is something else."""
    found: dict[str, None] = {}
    for term in terms_of(equation.written):
        entries_only = all(isinstance(f, Entry) for f in term.factors)
        if not entries_only or term.coefficient != 1 or not 0 < len(term.factors) <= 2:
            return []
        data = [f for f in term.factors if lesson.network[f.tensor].kind != PARAMETER]
        if len(term.factors) == 2:
            if len(data) != 1:
                return []
            found.setdefault(data[0].tensor)
    return list(found)


# Letters and special signs


def _letter(lesson: Lesson, letter: Index) -> Tree:
    return lesson.symbols.letter(letter.name)


def sample_letter(lesson: Lesson) -> Index | None:
    """Return the letter of the samples: it leads data, its size is open, no parameter has it.

    Data that is also read under another letter, as tokens are in attention, has no samples.
    """
    # Steps of time are no samples: they follow each other.
    times = {k for r in lesson.recurrences.values() for k in r.times.values()}
    learned = {k for t in lesson.network.parameters for k in t.letters} | times
    for tensor in lesson.network.inputs:
        if not tensor.letters:
            continue
        letter = tensor.letters[0]
        read_at = (
            e.positions[0] for equation in lesson.roles.readers(tensor.name)
            for e in entries(equation.written) if e.tensor == tensor.name
        )  # fmt: skip
        if (
            not letter.size.is_Integer
            and letter not in learned
            and all(position == letter for position in read_at)
        ):
            return letter
    return None


def _letter_rows(lesson: Lesson, shown: list[Expr]) -> list[Cells]:
    names = forward_names(lesson)
    used = dict.fromkeys(k for n in names for k in _letters_of(lesson, n))
    samples = sample_letter(lesson)
    rows, sizes = [], {}
    for letter in used:
        for symbol in sorted(letter.size.free_symbols, key=str):
            sizes.setdefault(symbol, []).append(letter)
        tensors = [lesson.network[n] for n in names if letter in lesson.network[n].letters]
        axes = capped([lesson.name(t.name) for t in tensors], MOST_NAMES)
        key = "sample" if letter == samples else "unit" if tensors else "bound"
        role = None if letter == samples else letter_role(lesson.network, letter)
        if any(letter in r.times.values() for r in lesson.recurrences.values()):
            means = say("means time letter", axes=axes)
        elif role is not None:
            shown_entries = capped([lesson.show(e) for e in role[1]], MOST_NAMES)
            means = say(f"means {role[0]} letter", entries=shown_entries)
        else:
            means = say(f"means {key} letter", axes=axes)
        rows.append(
            _row(_letter(lesson, letter), means, letter_range(lesson, letter), "kind letter")
        )
    for symbol, letters in sizes.items():
        whole = [k for k in letters if k.size == symbol]
        key = "means size" if whole else "means inner size"
        means = say(key, letters=listed([_letter(lesson, k) for k in whole or letters]))
        rows.append(_row(lesson.show(symbol), means, TEXTS["scalar shape"], "kind size"))
    made = dict.fromkeys(k for e in shown for k in letters_of(e) if k not in used)
    if made:
        primes = [_letter(lesson, k) for k in made]
        shape = inlines()
        rows.append(_row(listed([*primes]), say("means primed"), shape, "kind letter"))
    return rows


def _letters_of(lesson: Lesson, name: str) -> tuple[Index, ...]:
    equation = lesson.equation(name)
    own = lesson.network[name].letters
    return own if equation is None else (*own, *letters_of(equation.written))


def letter_range(lesson: Lesson, letter: Index) -> Inlines:
    """Return the first and last value of a letter: 0 … 63."""
    first = lesson.notation.first_index
    low, high = Integer(first), letter.size - 1 + first
    return inlines(lesson.show(low), " … ", lesson.show(high))


def _special_rows(lesson: Lesson, shown: list[Expr]) -> list[Cells]:
    rows = []
    if lesson.placeholders:
        names = listed([lesson.show(Entry(name)) for name in lesson.placeholders])
        rows.append(_row(names, say("means placeholder"), inlines(), "kind placeholder"))
    if lesson.said & {"ones add", "ones repeat"}:
        rows.append(_row(ONE, say("means ones"), inlines(), "kind computed"))
    deltas = next((d for e in shown for d in _sorted_atoms(e, Delta)), None)
    if deltas is not None:
        rows.append(_row(lesson.show(deltas), say("means delta"), inlines(), "kind computed"))
    bracket = next((b for e in shown for b in _sorted_atoms(e, Iverson)), None)
    if bracket is not None:
        rows.append(_row(lesson.show(bracket), say("means bracket"), inlines(), "kind computed"))
    return rows


def _sorted_atoms(expression: Expr, kind: type) -> list[Expr]:
    return sorted(expression.atoms(kind), key=str)
