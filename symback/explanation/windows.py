"""Windows: positions that add letters, as convolutions and pooling read; who is what in them.

In X[n,c,2p+r] the letter p, one of the reader's own, says where the window stands; r, over which
the reader sums or takes a maximum, runs inside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, First, Padded
from symback.algebra.operators import Comparison
from symback.algebra.positions import Affine, Entry, combined, parts
from symback.algebra.terms import Term
from symback.algebra.traversal import entries, free_letters, fresh_letter, rename, subexpressions
from symback.explanation.lesson import Lesson
from symback.explanation.texts import listed, say
from symback.network.network import Network
from symback.network.tensors import PARAMETER, Equation
from symback.render.document import Inlines


@dataclass(frozen=True, slots=True)
class Window:
    """One axis of a read at a sum of letters: those that place the window, those inside it."""

    entry: Entry
    axis: int
    places: tuple[Index, ...]
    inside: tuple[Index, ...]

    @property
    def position(self) -> Affine:
        return self.entry.positions[self.axis]


def windows_of(equation: Equation) -> tuple[Window, ...]:
    """Return the windows through which an equation reads, in the order of writing, each once."""
    found: dict[Window, None] = {}
    for entry in entries(equation.written):
        for axis, position in enumerate(entry.positions):
            if isinstance(position, Affine) and len(position.coefficients) > 1:
                letters = tuple(position.coefficients)
                places = tuple(k for k in letters if k in equation.letters)
                inside = tuple(k for k in letters if k not in equation.letters)
                if places and inside:
                    found.setdefault(Window(entry, axis, places, inside))
    return tuple(found)


def letter_role(network: Network, letter: Index) -> tuple[str, tuple[Entry, ...]] | None:
    """Return ("window" or "tap", the entries read so) for a letter of windows; None for others.

    A letter that is also bare in what is read is an axis like others.
    """
    for role in ("tap", "window"):
        found: dict[Entry, None] = {}
        for equation in network.equations:
            for window in windows_of(equation):
                if letter in (window.inside if role == "tap" else window.places):
                    found.setdefault(window.entry)
        if found:
            return role, tuple(found)
    return None


def window_remarks(lesson: Lesson, name: str, reader: str, term: Term) -> list[Inlines]:
    """Return what there is to say of a term of an adjoint that came through a window."""
    equation = lesson.equation(reader)
    windows = windows_of(equation)
    own = [w for w in windows if w.entry.tensor == name]
    if own:
        return _through(lesson, name, reader, own, term)
    summed = shared_places(lesson, name, reader, term)
    if not summed:
        return []
    letters = listed([lesson.symbols.letter(k.name) for k in summed])
    return [say("window shared", tensor=lesson.show(lesson.variable(name)), letters=letters)]


def shared_places(lesson: Lesson, name: str, reader: str, term: Term) -> tuple[Index, ...]:
    """Return the summed letters that say where a window stands whose filter the tensor is."""
    if lesson.network[name].kind != PARAMETER:
        return ()
    equation = lesson.equation(reader)
    own = {p for e in entries(equation.written) if e.tensor == name for p in e.positions}
    windows = [w for w in windows_of(equation) if own & set(w.inside)]
    return tuple(dict.fromkeys(k for w in windows for k in w.places if k in term.letters))


def reader_entry(lesson: Lesson, name: str, reader: str) -> Entry:
    """Return the reader's entry, its places told apart from the letters of what it reads.

    X[n,x] is read by Z[n,x′] if Z[n,x] reads X[n,x+r].
    """
    entry = lesson.network[reader].entry
    return rename(entry, _told_apart(lesson, name, windows_of(lesson.equation(reader))))


def _told_apart(lesson: Lesson, name: str, windows: Iterable[Window]) -> dict[Index, Index]:
    """Return second letters for those of windows that are also letters of the tensor read."""
    own = lesson.variable(name).positions
    letters = (k for w in windows if w.entry.tensor == name for k in (*w.places, *w.inside))
    return {k: fresh_letter(k, lesson.network.letters) for k in letters if k in own}


def padded_words(lesson: Lesson, name: str) -> list[Inlines]:
    """Return where a stage reads outside of a tensor, which counts as 0."""
    nodes = subexpressions(lesson.equation(name).written)
    return [
        say("padding", entry=lesson.show(entry), tensor=lesson.name(entry.tensor),
            equation=lesson.stage(name))
        for entry in dict.fromkeys(n.entry for n in nodes if isinstance(n, Padded))
    ]  # fmt: skip


def _through(
    lesson: Lesson, name: str, reader: str, windows: list[Window], term: Term
) -> list[Inlines]:
    """Return what becomes of the letters of the windows on the way back."""
    letters = lesson.gradient(name).indices
    apart = _told_apart(lesson, name, windows)
    solved, conditions = [], []
    adjoint = _factor(term, lesson.derivation.adjoint_name(reader))
    for window in windows:
        own = letters[window.axis]
        conditions.append(Comparison("==", rename(window.position, apart), own))
        inner = (*window.places, *window.inside)
        solved += [apart.get(k, k) for k in inner if k not in term.letters]
    if adjoint is None or not solved:
        return []
    shown = [lesson.show(c) for c in dict.fromkeys(conditions)]
    said = [say(
        "window", tensor=lesson.show(lesson.variable(name)), reader=lesson.name(reader),
        condition=listed(shown),
        letters=listed([lesson.symbols.letter(k.name) for k in dict.fromkeys(solved)]),
    )]  # fmt: skip
    filters = [
        e.tensor for e in entries(lesson.equation(reader).written)
        if e.tensor != name and all(set(w.inside) & set(e.positions) for w in windows)
    ]  # fmt: skip
    if filters and all(_is_turned(w, letters[w.axis], adjoint) for w in windows):
        inside = dict.fromkeys(k for w in windows for k in w.inside)
        said.append(say(
            "window full", letters=listed([lesson.symbols.letter(k.name) for k in inside]),
            filter=lesson.name(filters[0]), adjoint=lesson.name(adjoint.tensor),
        ))  # fmt: skip
    return said


def _is_turned(window: Window, own: Index, adjoint: Entry) -> bool:
    """Does the adjoint read own − tap, for a window of stride 1 that reads place + tap?"""
    coefficients = parts(window.position)[1]
    if any(c != 1 for c in coefficients.values()) or len(coefficients) != 2:
        return False
    inside = combined(*((-1, k) for k in window.inside))
    wanted = parts(combined((1, own), (1, inside)))[1]
    return any(parts(p)[1] == wanted for p in adjoint.positions)


def gathered_words(lesson: Lesson, name: str, reader: str, term: Term) -> list[Inlines]:
    """Return what a gather leaves: who reads a row, and that what they send back is added there."""
    for factor in term.factors:
        if isinstance(factor, Delta):
            for position, own in (factor.args, factor.args[::-1]):
                if isinstance(position, Entry) and isinstance(own, Index):
                    letters = [k for k in term.letters if k in free_letters(position)]
                    return [say(
                        "gather", tensor=lesson.show(lesson.variable(name)),
                        condition=lesson.show(Comparison("==", position, own)),
                        letters=listed([lesson.symbols.letter(k.name) for k in letters]),
                    )]  # fmt: skip
    return []


def maximum_words(lesson: Lesson, name: str, reader: str, term: Term) -> list[Inlines]:
    """Return where a maximum sends what comes back."""
    if not any(isinstance(f, First) for f in term.factors):
        return []
    tensor = lesson.show(lesson.variable(name))
    return [say("maximum", reader=lesson.name(reader), tensor=tensor)]


def _factor(term: Term, tensor: str) -> Entry | None:
    """Return the factor of a term that is an entry of a tensor."""
    return next((f for f in term.factors if isinstance(f, Entry) and f.tensor == tensor), None)
