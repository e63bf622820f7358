"""``explanation``: from a derivation to a document, as a lecturer would write it on the board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sympy import Expr

from symback.errors import DefinitionError, DerivationError, NotYetError, ValuesError
from symback.explanation.adjoints import MANY_ALIKE, adjoint_blocks, cited_blocks
from symback.explanation.alike import backward_alike
from symback.explanation.brief import outline_blocks, plain_blocks
from symback.explanation.closing import closing_blocks
from symback.explanation.entry import entry_blocks
from symback.explanation.evidence import gathered
from symback.explanation.lesson import Lesson, new_lesson
from symback.explanation.locals import locals_of
from symback.explanation.matrix_form import matrix_adjoint
from symback.explanation.one_path import one_path
from symback.explanation.opening import conventions, forward_blocks, goal_blocks
from symback.explanation.order import kinds, named, needed, shape_of
from symback.explanation.program_lines import program_blocks
from symback.explanation.result import Explanation
from symback.explanation.scalar_form import in_scalars
from symback.explanation.stepping import stepped
from symback.explanation.symbols import symbol_table
from symback.explanation.texts import TEXTS, say
from symback.explanation.values import values_at
from symback.explanation.weights import many_blocks, similar_blocks, weight_blocks
from symback.explanation.written_out import entry_derivative
from symback.network.tensors import Tensor
from symback.notation.options import Notation
from symback.render.document import Block, Document
from symback.render.parts import document, heading

FORMS = ("index", "scalar", "matrix", "numpy")
DETAILS = (0, 1, 2, 3)
MOST_EQUATIONS = 1_000
# Of more weights than these, only the first of each kind has a section of its own.
MOST_ONE_BY_ONE = 12


def explanation(
    derivation: Any,
    name: object = None,
    *,
    weight: tuple[int, ...] | int | None = None,
    form: str = "index",
    detail: int = 2,
    at: Mapping[str, object] | None = None,
    update: Any = None,
    checks: bool = True,
    notation: Notation | str | None = None,
) -> Explanation:
    """Return the explanation of all gradients, of one (``name``), or of one entry (``weight``).

    ``detail`` is 0 (a sentence), 1 (an outline), 2 (every line) or 3 (also the algebra of local
    derivatives). ``at`` gives values, so that every step is followed with numbers; ``update`` is an
    optimiser whose step is then made. ``notation`` is a Notation or the name of a preset after a
    book; without one a network of scalars is printed with δ and ∂E/∂h1, others with bars.
    Raises SymbackError for what is not there.
    """
    _check(derivation, form, detail, at, update)
    names = _names(derivation, name)
    place = _place(derivation, names, name, weight)
    if form == "scalar" and any(t.rank for t in derivation.forward.tensors.values()):
        derivation, names, at = in_scalars(derivation, names, place, at)
        place = None
    lesson = new_lesson(derivation, notation, detail=detail, form=form)
    way = needed(lesson, names)
    lesson = replace(lesson, wanted=names, way=way, named=named(lesson, way))
    if at is not None and form != "numpy":
        lesson = _with_numbers(lesson, at, update, names, way)
    if checks and detail > 0 and form != "numpy":
        lesson = replace(lesson, evidence=gathered(lesson, names, at, place))
    if form == "numpy":
        made = document(_title(lesson, names, None), *program_blocks(lesson, names))
        return Explanation(made, derivation, way, detail, names, at)
    made = _page(lesson, names, way, place)
    return Explanation(made, derivation, way, detail, names, at)


def _check(derivation: Any, form: str, detail: int, at: object, update: object) -> None:
    if not hasattr(derivation, "forward") or not hasattr(derivation, "wrt"):
        raise DefinitionError(
            "explain: a derivation was asked for",
            type(derivation).__name__,
            "derive the network first: explain(derive(net))",
        )
    if getattr(derivation, "goal_letters", ()):
        raise NotYetError("explain a Jacobian", "only gradients are explained", "derive(net, of=…)")
    if len(derivation.forward.equations) > MOST_EQUATIONS:
        raise DefinitionError(
            f"explain {derivation.forward.name}",
            f"{len(derivation.forward.equations):,} equations; a page takes {MOST_EQUATIONS:,}",
            "write layers as tensors with indices: one equation then holds many",
        )
    if form not in FORMS:
        raise DefinitionError(
            f"explain: form={str(form)[:40]!r}", "no such form", f"use {', '.join(FORMS)}"
        )
    if isinstance(detail, bool) or detail not in DETAILS:
        raise DefinitionError(
            f"explain: detail={str(detail)[:40]}", "no such detail", "use 0, 1, 2 or 3"
        )
    if form == "matrix" and not any(t.rank for t in derivation.forward.tensors.values()):
        raise DefinitionError(
            "explain: form='matrix'", "a network of single numbers, which has no matrices",
            "use form='index', or write the network with tensors",
        )  # fmt: skip
    if update is not None and at is None:
        raise ValuesError("explain: an update was asked for", "no values", "give them: at={…}")
    if update is not None and getattr(derivation, "upstream", None):
        raise DefinitionError(
            "explain: an update was asked for",
            f"{derivation.of} is no single number",
            "derive a loss",
        )


def _names(derivation: Any, name: object) -> tuple[str, ...]:
    if name is None:
        return tuple(derivation.wrt)
    tensor = derivation.forward[name.name if isinstance(name, Tensor) else name]
    if tensor.name == derivation.of:
        raise DerivationError(
            f"explain {tensor.name}",
            "it is what is differentiated",
            "leave out the name for all gradients",
        )
    if tensor.integer:
        raise DerivationError(f"explain {tensor.name}", "it holds integers", "name a real tensor")
    return (tensor.name,)


def _place(
    derivation: Any, names: tuple[str, ...], name: object, weight: object
) -> tuple[int, ...] | None:
    """Return the place of the entry that was asked for; None for all entries."""
    if weight is None:
        return None
    if name is None:
        raise DefinitionError(
            f"explain: weight={weight}", "no tensor", 'name it: explain(d, "W1", weight=…)'
        )
    place = weight if isinstance(weight, tuple) else (weight,)
    tensor = derivation.forward[names[0]]
    whole = all(isinstance(i, int) and not isinstance(i, bool) for i in place)
    sizes = [int(s) if s.is_Integer else None for s in tensor.shape]
    inside = (
        len(place) == tensor.rank
        and whole
        and all(0 <= i and (s is None or i < s) for i, s in zip(place, sizes, strict=True))
    )
    if not inside:
        raise DefinitionError(
            f"explain: weight={str(weight)[:40]} of {tensor}", f"a tensor of shape {tensor.shape}",
            "give one index for each axis, counted from 0",
        )  # fmt: skip
    return place or None


def _with_numbers(
    lesson: Lesson,
    at: Mapping[str, object],
    update: Any,
    names: tuple[str, ...],
    way: tuple[str, ...],
) -> Lesson:
    derivation = lesson.derivation
    wanted = way if update is None else tuple(dict.fromkeys((*way, *derivation.adjoints)))
    outputs = [derivation.of, *(derivation.adjoint_name(n) for n in wanted)]
    lesson = replace(lesson, values=values_at(derivation.network, at, outputs))
    if lesson.is_scalar:
        slopes: dict[Expr, float] = {
            local.symbol: lesson.values.at(local.formula)
            for n in way
            for local in locals_of(lesson, n)
        }
        lesson = replace(lesson, local_values=slopes)
    if update is not None:
        lesson = replace(lesson, update=stepped(lesson, update, names))
    return lesson


# The page


def _page(
    lesson: Lesson, names: tuple[str, ...], way: tuple[str, ...], place: tuple[int, ...] | None
) -> Document:
    title = _title(lesson, names, place)
    if lesson.detail == 0:
        return document(title, *plain_blocks(lesson, names))
    if lesson.detail == 1:
        body = outline_blocks(lesson, names)
    else:
        body = [*goal_blocks(lesson, names), *forward_blocks(lesson)]
        body += one_path(lesson, names)
        body += _scalars(lesson, names, way) if lesson.is_scalar else _tensors(lesson, names, way)
        if place is not None:
            body += entry_blocks(lesson, names[0], place)
        body += closing_blocks(lesson, names)
    if lesson.detail == 1:
        return document(title, *body)
    # The opening comes last: it explains what the body has used.
    return document(title, *_opening(lesson, names, way), *body)


def _title(lesson: Lesson, names: tuple[str, ...], place: tuple[int, ...] | None) -> tuple:
    network, loss = lesson.network.name, lesson.loss
    if names == tuple(lesson.derivation.wrt) and place is None and len(names) > 1:
        return say("title whole", network=network)
    if place is not None:
        entry = entry_derivative(lesson, names[0], place)
        return say("title entry", loss=loss, name=entry, network=network)
    return say("title one", loss=loss, name=lesson.name(names[0]), network=network)


def _opening(lesson: Lesson, names: tuple[str, ...], way: tuple[str, ...]) -> list[Block]:
    shown = [s.after for n in way for s in lesson.gradient(n).steps]
    told = conventions(lesson, way, names)
    return [
        heading(TEXTS["heading symbols"]), symbol_table(lesson, way, shown),
        heading(TEXTS["heading conventions"]), told,
    ]  # fmt: skip


def _tensors(lesson: Lesson, names: tuple[str, ...], way: tuple[str, ...]) -> list[Block]:
    """Return the adjoints in the order of the backward pass, then the gradients that are wanted."""
    blocks: list[Block] = []
    inner = [n for n in way if n not in names]
    shapes = {n: shape_of(lesson, n) for n in way}
    count = Counter(shapes.values())
    first: dict[tuple, str] = {}
    known: set = set()
    for title, group in (("heading backward", inner), ("heading gradients", names)):
        if group:
            title += " one" * (title == "heading gradients" and len(names) == 1)
            blocks.append(heading(TEXTS[title]))
        shown: list[str] = []
        for name in (n for n in way if n in set(group)):
            if name in lesson.told:
                continue
            family = lesson.back_layers.get(name)
            if family in known:
                blocks += backward_alike(lesson, shown)
                continue
            known |= {family} - {None}
            shown.append(name)
            like = first.setdefault(shapes[name], name)
            if like != name and count[shapes[name]] > MANY_ALIKE:
                blocks += cited_blocks(lesson, name, like)
            else:
                tell = matrix_adjoint if lesson.form == "matrix" else adjoint_blocks
                blocks += tell(lesson, name)
    return blocks


def _scalars(lesson: Lesson, names: tuple[str, ...], way: tuple[str, ...]) -> list[Block]:
    """Return the weights one by one; the first of each kind in full, the others by its pattern."""
    blocks: list[Block] = []
    if len(names) == 1:
        before = [
            n for n in way if n in lesson.named and n not in names and _is_far(lesson, n, names[0])
        ]
        if before:
            blocks.append(heading(TEXTS["heading needed"]))
        blocks += _one_by_one(lesson, way, before)
        return [*blocks, heading(TEXTS["heading gradients one"]), *weight_blocks(lesson, names[0])]
    blocks.append(heading(TEXTS["heading backward"]))
    return [*blocks, *_one_by_one(lesson, way, [n for n in way if n in set(names)])]


def _one_by_one(lesson: Lesson, way: tuple[str, ...], names: list[str]) -> list[Block]:
    """Return the first of each kind in full, the others by its pattern."""
    kind = kinds(lesson, way)
    first: dict[int, str] = {}
    blocks: list[Block] = []
    later: list[tuple[str, str]] = []
    for name in names:
        if name in lesson.told:
            continue
        like = first.setdefault(kind[name], name)
        if like == name:
            blocks += weight_blocks(lesson, name)
        elif len(names) > MOST_ONE_BY_ONE:
            later.append((name, like))
        else:
            blocks += similar_blocks(lesson, name, like)
    return [*blocks, *(many_blocks(lesson, later) if later else [])]


def _is_far(lesson: Lesson, name: str, weight: str) -> bool:
    """Is a named adjoint more than one name away, so that it is not the weight's own story?"""
    nearest: set[str] = set()
    stack = list(lesson.consumers(weight))
    while stack:
        reader = stack.pop()
        if reader in lesson.named:
            nearest.add(reader)
        elif reader != lesson.of:
            stack += lesson.consumers(reader)
    return name not in nearest
