"""Formulas in index notation, in the language's own text form: sum(X[n,i]*Z1_bar[n,h], n)."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod

import numpy as np
from sympy import Expr

from symback.algebra.inward import from_sympy
from symback.algebra.letters import Index
from symback.algebra.traversal import free_letters
from symback.checking.arrays import Field, array_of
from symback.checking.in_time import states_of
from symback.checking.reading.names import Names
from symback.checking.reading.parts import Evaluation, Part, reads_of
from symback.checking.reading.text import Text
from symback.errors import SymbackError
from symback.network.tensors import ADJOINT, Tensor
from symback.network.text_expressions import read_expression
from symback.network.text_scope import Scope
from symback.network.text_source import Piece
from symback.network.wellformed import check_expression, is_guarded, letters_of

REDUCTIONS = ("sum", "mean", "softmax", "logsumexp", "prod", "first")
HALF = "write all in index notation, sum(X[n,i]*Z1_bar[n,h], n), or all in NumPy, X.T @ Z1_bar"
COMMENT = re.compile(r"#[^\n]*")


def index_part(
    text: Text, node: ast.expr, names: Names, own: Mapping[str, Part],
    letters: Sequence[Index] | None,
) -> Part:  # fmt: skip
    """Return the part that a formula in index notation spells; raises TextError.

    Its axes run over ``letters``, by default its free letters as they appear; free letters that are
    not among them become further axes.
    """
    ascii_names = {n: _ascii(n, names) for n in _names_in(node)}
    known = letters_in(node, names, own, letters or ())
    meant = {ascii_names[n]: _array_part(names, own, n) for n in ascii_names if n not in known}
    parts = {name: part for name, part in meant.items() if part is not None}
    tensors = dict(names.forward.tensors)
    tensors |= {name: _tensor(name, part, names) for name, part in parts.items()}
    known |= _made(names, ascii_names.values())
    scope = Scope(tensors, known, names.forward.sizes)
    adjoints = [name for name in parts if name not in names.forward.tensors]
    written = _expression(_piece(text, node, ascii_names), scope, adjoints)
    free = free_letters(written)
    axes = tuple(_appearing(node, free, names) if letters is None else letters)
    axes += tuple(k for k in _appearing(node, free, names) if k not in axes)
    shape = tuple(letter.size for letter in axes)
    return Part(text.of(node), shape, lambda at: _array(at, written, axes, parts),
                reads=reads_of(list(parts.values())))  # fmt: skip


def _made(names: Names, written: Iterable[str]) -> dict[str, Index]:
    """Return the letters that a derivation makes from the network's own: k_1 beside k."""
    stems = {name: name.rpartition("_")[0::2] for name in written}
    known = names.forward.letters
    return {
        name: Index(name, known[stem].size)
        for name, (stem, number) in stems.items()
        if stem in known and number.isdecimal() and name not in known
    }


def _expression(piece: Piece, scope: Scope, adjoints: Collection[str]) -> Expr:
    try:
        return _checked(piece, scope, generated=False)
    except SymbackError:
        # Why again? An adjoint may read Z_bar[t+1] beside a bracket, where people may not; and
        # without one people mean that nothing comes back from beyond the last step.
        ended = replace(piece, text=_ended(piece.text, adjoints))
        for again in (piece, ended):
            try:
                found = _checked(again, scope, generated=True)
            except SymbackError:
                continue
            if again is ended or is_guarded(found):
                return found
        raise


def _checked(piece: Piece, scope: Scope, generated: bool) -> Expr:
    what = "the formula"
    expression = read_expression(piece, scope, what, generated)
    try:
        written = from_sympy(expression, scope.tensors, what, scope.letters)
        check_expression(what, tuple(free_letters(written)), written, scope.tensors, generated)
    except SymbackError as error:
        raise piece.located(0, error) from None
    return written


def _ended(text: str, adjoints: Collection[str]) -> str:
    """Return a formula in which adjoints at t + 1 are 0 beyond their last step."""

    class Ending(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            name = getattr(node.value, "id", "")
            if name not in adjoints or not any(isinstance(n, ast.BinOp) for n in ast.walk(node)):
                return node
            return ast.Call(ast.Name("padded"), [node], [])

        def visit_Call(self, node: ast.Call) -> ast.expr:
            is_padded = getattr(node.func, "id", "") == "padded"
            return node if is_padded else self.generic_visit(node)

    return ast.unparse(Ending().visit(ast.parse(f"({text})", mode="eval")))


def is_index_notation(
    text: Text,
    node: ast.expr,
    names: Names,
    own: Mapping[str, Part],
    letters: Sequence[Index] | None = None,
) -> bool:
    """Is the formula in index notation, and not in NumPy style? Raises TextError if it is both."""
    known = letters_in(node, names, own, letters or ())
    index = next(_index_signs(node, {name for name in known if name not in own}), None)
    arrays = next(_array_signs(node, names, own, known), None)
    if index is not None and arrays is not None:
        found = f"{text.of(index)} is index notation, {text.of(arrays)} is NumPy"
        text.refuse(node, "a formula in one notation was asked for", found, HALF)
    return index is not None


def letters_on_the_left(
    text: Text, node: ast.Subscript, names: Names, tensor: Tensor | None
) -> tuple[Index, ...]:
    """Return the letters of W1_bar[i,h] = …; raises TextError for anything else there.

    Letters that the network has not are the person's own, with the sizes of the tensor's axes.
    """
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    known = names.forward.letters
    sizes = tensor.shape if tensor is not None and tensor.rank == len(items) else ()
    letters = []
    for place, item in enumerate(items):
        name = item.id if isinstance(item, ast.Name) else ""
        is_free = name and name not in names.forward.tensors and name not in names.forward.sizes
        letter = known.get(name) or (Index(name, sizes[place]) if is_free and sizes else None)
        letters.append(letter)
    if None in letters or len(set(letters)) < len(letters):
        helps = f"letters of the network, each once: {', '.join(known) or 'it has none'}"
        text.refuse(node, f"{text.of(node)}: letters were asked for", text.of(node.slice), helps)
    return tuple(letters)


def letters_in(
    node: ast.expr, names: Names, own: Mapping[str, Part], given: Sequence[Index]
) -> dict[str, Index]:
    """Return every letter of a formula by name: the network's, those given, and bound ones.

    A letter of the person's own that a sum binds, sum(X[m,i]*Z1_bar[m,h], m), runs over the axis on
    which it stands first.
    """
    known = dict(names.forward.letters) | {letter.name: letter for letter in given}
    bound = {name for name in _bound_names(node) if name not in known and name not in own}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Name):
            part = _array_part(names, own, inner.value.id)
            items = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
            for item, size in zip(items, part.shape if part else (), strict=False):
                name = item.id if isinstance(item, ast.Name) else ""
                if name in bound and name not in known:
                    known[name] = Index(name, size)
    return known


def _bound_names(node: ast.expr) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in REDUCTIONS:
            for binder in inner.args[1:]:
                first = binder.elts[0] if isinstance(binder, ast.Tuple) and binder.elts else binder
                if isinstance(first, ast.Name):
                    yield first.id


def _index_signs(node: ast.expr, letters: set[str]) -> Iterator[ast.AST]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Name):
            if letters.intersection(_names_in(inner.slice)):
                yield inner
        elif isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in REDUCTIONS:
            if any(letters.intersection(_names_in(binder)) for binder in inner.args[1:]):
                yield inner


def _array_signs(
    node: ast.expr, names: Names, own: Mapping[str, Part], letters: Mapping[str, Index]
) -> Iterator[ast.AST]:
    subscripted = {id(k.value) for k in ast.walk(node) if isinstance(k, ast.Subscript)}
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Attribute, ast.Slice)):
            yield inner
        elif isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.MatMult):
            yield inner
        elif isinstance(inner, ast.Name) and id(inner) not in subscripted:
            is_letter = inner.id in letters and inner.id not in own
            part = None if is_letter else _array_part(names, own, inner.id)
            if part is not None and part.shape:
                yield inner


def _names_in(node: ast.AST) -> list[str]:
    return list(dict.fromkeys(k.id for k in ast.walk(node) if isinstance(k, ast.Name)))


def _array_part(names: Names, own: Mapping[str, Part], name: str) -> Part | None:
    """Return what has values: the person's own part, a tensor, an adjoint; None for letters."""
    if name in own:
        return own[name]
    if name in names.forward.letters or name in names.forward.sizes:
        return None
    return names.part(name)


def _tensor(name: str, part: Part, names: Names) -> Tensor:
    """Return a tensor of the part's shape; only the sizes of its letters matter."""
    known = names.forward.tensors.get(name)
    if known is not None and known.shape == part.shape:
        return known
    letters = tuple(Index(f"axis{place}", size) for place, size in enumerate(part.shape))
    return Tensor(name, letters, ADJOINT)


def _appearing(node: ast.expr, free: set[Index], names: Names) -> list[Index]:
    """Return the free letters in the order in which they are read."""
    by_name = {letter.name: letter for letter in free}
    first = [by_name[name] for name in _names_in(node) if name in by_name]
    return first + sorted(free - set(first), key=lambda k: k.name)


def _ascii(name: str, names: Names) -> str:
    """Return the name as the language writes it: Z1_bar for Z̄1."""
    adjoint = None if name.isascii() else names.adjoint(name)
    return name if adjoint is None else f"{adjoint}_bar"


def _piece(text: Text, node: ast.expr, ascii_names: Mapping[str, str]) -> Piece:
    lines = [line.encode() for line in text.source.lines[node.lineno - 1 : node.end_lineno]]
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = lines[0][node.col_offset :]
    written = COMMENT.sub("", b"\n".join(lines).decode(errors="ignore"))
    for name, plain in ascii_names.items():
        if name != plain:
            written = written.replace(name, plain)
    return Piece(text.source, written, node.lineno - 1, text.offset(node))


def _array(
    at: Evaluation, written: Expr, letters: tuple[Index, ...], parts: Mapping[str, Part]
) -> np.ndarray:
    loops = at.lengths(tuple(k.size for k in {*letters, *letters_of(written)}))
    at.spend(prod(loops), str(written))
    tensors = {name: part.value(at) for name, part in parts.items()}
    states = states_of(at.point.derivation.forward)
    every = {**at.point.tensors, **tensors}
    return array_of(written, letters, Field(every, at.point.sizes, at.kind, states=states))
