"""What there is to notice about a derived adjoint: why a sum stays or goes, where 1/N is, forks."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from sympy import Expr, Symbol

from symback.algebra.letters import Index
from symback.algebra.nodes import Binder, IndexMean, InRange, Iverson, Partial
from symback.algebra.operators import Pointwise
from symback.algebra.positions import Entry
from symback.algebra.terms import Term, base_and_exponent, terms_of
from symback.algebra.traversal import entries, free_letters, subexpressions
from symback.explanation.lesson import Lesson
from symback.explanation.symbols import sample_letter
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.through_time import shared_steps
from symback.explanation.windows import (
    gathered_words,
    maximum_words,
    shared_places,
    window_remarks,
)
from symback.network.tensors import PARAMETER
from symback.render.document import Inlines


def remarks(lesson: Lesson, name: str) -> list[Inlines]:
    """Return the sentences under a derivation, each a fact about it that the lines do not say."""
    if lesson.is_scalar:
        return [*_held_fixed(lesson, name), *_shared(lesson, name)]
    gradient = lesson.gradient(name)
    said: list[Inlines | Entering] = []
    for term in terms_of(gradient.written):
        reader = _reader(lesson, name, term)
        if reader is not None:
            said += [s for s in _about_term(lesson, name, reader, term) if s not in said]
    facts = _entered_together(lesson, name, said)
    return [*_held_fixed(lesson, name), *_shared(lesson, name), *facts, *_divisions(lesson, name)]


@dataclass(frozen=True, slots=True)
class Entering:
    """An entry of a reader that a tensor enters for every value of these letters."""

    reader: Entry
    letters: tuple[Index, ...]


def _entered_together(lesson: Lesson, name: str, said: list[Inlines | Entering]) -> list[Inlines]:
    """Return the sentences with readers that are entered for the same letters in one of them."""
    found: list[Inlines] = []
    told: set[tuple[Index, ...]] = set()
    for fact in said:
        if not isinstance(fact, Entering):
            found.append(fact)
        elif fact.letters not in told:
            told.add(fact.letters)
            alike = [f for f in said if isinstance(f, Entering) and f.letters == fact.letters]
            readers = listed([lesson.show(f.reader) for f in alike])
            letters = listed([lesson.symbols.letter(k.name) for k in fact.letters])
            variable = lesson.show(lesson.variable(name))
            found.append(say("contraction", tensor=variable, reader=readers, letters=letters))
    return found


def _held_fixed(lesson: Lesson, name: str) -> list[Inlines]:
    """Say what the direct part of a derivative of the goal is, where there are other paths."""
    variable = lesson.variable(name)
    direct = lesson.direct.get(Partial(Entry(lesson.of), variable))
    if direct is None:
        return []
    others = [lesson.name(n) for n in lesson.consumers(name) if n not in (lesson.of, name)]
    if name in lesson.consumers(name):
        others.append(say("other steps", tensor=lesson.name(name)))
    return [say(
        "held fixed", direct=direct, equation=lesson.stage(lesson.of),
        tensor=lesson.show(variable), others=listed([*others]),
    )]  # fmt: skip


def _shared(lesson: Lesson, name: str) -> list[Inlines]:
    """What is read several times gets every use's contribution."""
    uses = {
        reader: sum(e.tensor == name for e in entries(lesson.equation(reader).written))
        for reader in lesson.consumers(name)
    }
    if lesson.network[name].kind == PARAMETER:
        number = sum(uses.values())
        times = TEXTS["twice"] if number == 2 else say("times", number=str(number))
        return [say("tied", tensor=lesson.name(name), times=times)] if number > 1 else []
    return [
        say("places", tensor=lesson.name(name), number=str(number), equation=lesson.stage(reader))
        for reader, number in uses.items() if number > 1
    ]  # fmt: skip


def _reader(lesson: Lesson, name: str, term: Term) -> str | None:
    """Return the reader whose adjoint is a factor of a term; the only reader if there is one."""
    readers = lesson.consumers(name)
    for reader in readers:
        if any(
            e.tensor == lesson.derivation.adjoint_name(reader)
            for f in term.factors
            for e in entries(f)
        ):
            return reader
    return readers[0] if len(readers) == 1 else None


def _about_term(lesson: Lesson, name: str, reader: str, term: Term) -> list[Inlines | Entering]:
    picked = gathered_words(lesson, name, reader, term)
    if picked or (reader == lesson.of and not lesson.upstream):
        return picked
    read_at = [e for e in entries(lesson.equation(reader).written) if e.tensor == name]
    summed = [k for k in term.letters if k in _upstream_letters(lesson, reader, term)]
    shown = {k: lesson.symbols.letter(k.name) for k in term.letters}
    samples = sample_letter(lesson)
    variable = lesson.show(lesson.variable(name))
    learned = lesson.network[name].kind == PARAMETER
    alone = not any(_under_sum(lesson.equation(reader).written, e) for e in read_at)
    said = []
    if learned and samples in summed and not alone:
        said.append(say("batch sum", letter=shown[samples], tensor=variable))
        summed = [k for k in summed if k != samples]
    placed = shared_places(lesson, name, reader, term)
    stepped = shared_steps(lesson, name, reader, term)
    said += [say("steps shared", letter=shown[k], tensor=variable) for k in stepped]
    # A bracket keeps some values of these: a window says which.
    kept = {k for f in term.factors if isinstance(f, Iverson) for k in _in_ranges(f)}
    summed = [k for k in summed if k not in (*placed, *stepped) and k not in kept]
    if summed:
        letters = listed([shown[k] for k in summed])
        if alone:
            said.append(say("broadcast backward", tensor=variable, letters=letters))
        else:
            said.append(Entering(_entered(lesson, reader, term), tuple(summed)))
    if not learned and samples is not None and samples in lesson.equation(reader).letters:
        if _stays_in_its_row(lesson, name, reader, samples) and not alone:
            side = "column" if lesson.notation.layout == "columns" else "row"
            side = side if lesson.network[name].rank == 2 else "part"
            said.append(say(
                f"own {side}", letter=lesson.symbols.letter(samples.name),
                reader=lesson.name(reader), tensor=lesson.name(name),
            ))  # fmt: skip
    said += window_remarks(lesson, name, reader, term)
    said += maximum_words(lesson, name, reader, term)
    # In matrices this is said of ⊙.
    if lesson.form != "matrix" and not term.letters and _is_elementwise(lesson, reader, name):
        key = "elementwise" if lesson.once("elementwise") else "elementwise again"
        said.append(say(key, reader=lesson.name(reader), tensor=lesson.name(name)))
    return said


def _in_ranges(bracket: Iverson) -> set[Index]:
    return free_letters(bracket) if isinstance(bracket.args[0], InRange) else set()


def _stays_in_its_row(lesson: Lesson, name: str, reader: str, samples: Index) -> bool:
    """Are rows the samples of both tensors, and does each row of the reader read its own only?"""
    equation, tensor = lesson.equation(reader), lesson.network[name]
    led = equation.letters[:1] == tensor.letters[:1] == (samples,)
    read_at = [e.positions for e in entries(equation.written) if e.tensor == name]
    mixing = (n for n in subexpressions(equation.written) if isinstance(n, Binder))
    return led and all(p[0] == samples for p in read_at) and not any(
        samples in node.letters for node in mixing
    )  # fmt: skip


def _upstream_letters(lesson: Lesson, reader: str, term: Term) -> set[Index]:
    """Return the letters of the reader's adjoint in a term."""
    found = _upstream_entries(lesson, reader, term)
    return {p for e in found for p in e.positions if isinstance(p, Index)}


def _upstream_entries(lesson: Lesson, reader: str, term: Term) -> list[Entry]:
    adjoint = lesson.derivation.adjoint_name(reader)
    return [e for f in term.factors for e in entries(f) if e.tensor == adjoint]


def _entered(lesson: Lesson, reader: str, term: Term) -> Entry:
    """Return the entry of a reader whose adjoint stands in a term: z[t+1,n,k′] for z̄[t+1,n,k′]."""
    found = _upstream_entries(lesson, reader, term)
    return Entry(reader, *found[0].positions) if found else lesson.network[reader].entry


def _under_sum(expression: Expr, entry: Entry) -> bool:
    """Does an entry stand inside a sum over one of its own letters?"""
    return any(
        isinstance(node, Binder) and entry in set(entries(node.body))
        and set(node.letters) & free_letters(entry)
        for node in subexpressions(expression)
    )  # fmt: skip


def _is_elementwise(lesson: Lesson, reader: str, name: str) -> bool:
    """Is the reader a function of the tensor, entry by entry?"""
    equation = lesson.equation(reader)
    at = [e.positions for e in entries(equation.written) if e.tensor == name]
    functions = any(isinstance(n, Pointwise) for n in subexpressions(equation.written))
    return functions and bool(equation.letters) and all(p == equation.letters for p in at)


def _divisions(lesson: Lesson, name: str) -> list[Inlines]:
    """Say where a division by a size comes from: it is made once, at the goal."""
    sizes = _sizes_below(lesson.gradient(name).written)
    if lesson.consumers(name) == (lesson.of,) and sizes:
        return [say("divided here", size=_divisor(lesson, sizes), loss=lesson.loss)]
    first_parameter = not any(lesson.equation(n) is None for n in lesson.told if n != name)
    if lesson.network[name].kind != PARAMETER or sizes or not first_parameter:
        return []
    for other in lesson.told:
        divided = _sizes_below(lesson.gradient(other).written)
        if divided and lesson.consumers(other) == (lesson.of,):
            size = _divisor(lesson, divided)
            adjoint, equation = lesson.adjoint(other), lesson.cited(other)
            return [say("divided once", size=size, adjoint=adjoint, equation=equation)]
    return []


def _divisor(lesson: Lesson, sizes: list[Symbol]) -> Inlines:
    """Return what the goal is divided by: all sizes of a mean, also those that are numbers."""
    for node in subexpressions(lesson.equation(lesson.of).written):
        if isinstance(node, IndexMean):
            whole = prod(letter.size for letter in node.letters)
            if set(sizes) == whole.free_symbols:
                return listed([lesson.show(whole)])
    return listed([lesson.show(size) for size in sizes])


def _sizes_below(written: Expr) -> list[Symbol]:
    """Return the sizes by which an expression is divided."""
    found: dict[Symbol, None] = {}
    for term in terms_of(written):
        for factor in term.factors:
            base, exponent = base_and_exponent(factor)
            if isinstance(base, Symbol) and exponent.is_negative:
                found.setdefault(base)
    return list(found)
