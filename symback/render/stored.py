"""Documents as JSON: a tree of a closed set of parts, written and read back without the engine.

What is read back may come from anywhere. A writer puts names, numbers and signs into LaTeX as they
are, so each is checked here against what can be made in the first place (``VALID``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from symback.algebra.pointwise import POINTWISE
from symback.errors import DefinitionError, FileError
from symback.network.latex_names import checked_latex
from symback.notation import tree
from symback.notation.latex import BIG
from symback.notation.latex_symbols import RELATIONS
from symback.notation.symbols import MOST_PRIMES
from symback.notation.unicode import FENCES, SIGNS
from symback.render import document
from symback.render.document import Document, check_labels

SCHEMA = 1
DEEPEST = 200
# A figure's picture as data is not stored: its SVG says the same, and is made harmless when shown.
DRAWING = "drawing"


def _all_match(pattern: str, texts: Iterable[str]) -> bool:
    return all(re.fullmatch(pattern, text) for text in texts)


NAME, CALLS = r"\w+", {
    (r"\operatorname{softmax}", "softmax"), (r"\operatorname{diag}", "diag"),
    (r"\operatorname{tr}", "tr"), (r"\operatorname{logsumexp}", "logsumexp"),
    *((row.latex, row.unicode) for row in POINTWISE.values()),
}  # fmt: skip
# kind: is such a part one that could have been made?
VALID: dict[type, Callable[..., bool]] = {
    tree.Number: lambda t: _all_match(r"\d+(\.\d*)?|\.\d+|∞", [t.mantissa]),
    tree.Symbol: lambda t: (
        _all_match(NAME, [t.name, t.base, *t.label])
        and _all_match(r"(bar|dot)[0-9]*", t.accents)
        and _all_match("[0-9]*", [t.layer])
        and _all_match(r"\w*", [t.adjoint_of])
        and 0 <= t.primes <= MOST_PRIMES
        and (not t.latex or t.latex == checked_latex(t.latex, t.name))
    ),
    tree.Indexed: lambda t: bool(t.indices),
    tree.Sum: lambda t: t.terms and all(sign in ("+", "-") for sign, _ in t.terms),
    tree.Product: lambda t: t.factors and t.sign in SIGNS,
    tree.Fraction: lambda t: True,
    tree.Derivative: lambda t: t.sign in ("∂", "d", "∇") and (t.top or t.sign != "∇"),
    tree.Power: lambda t: True,
    tree.Bound: lambda t: (t.low is None) == (t.high is None),
    tree.Big: lambda t: t.bounds and t.body is not None and t.operator in BIG,
    tree.Call: lambda t: t.arguments and (t.latex, t.unicode) in CALLS,
    tree.Kronecker: lambda t: True,
    tree.Fenced: lambda t: t.fence in FENCES,
    tree.Root: lambda t: True,
    tree.Cases: lambda t: bool(t.rows),
    tree.Relation: lambda t: (
        len(t.parts) == len(t.operators) + 1 and all(map(_is_relation, t.operators))
    ),
    tree.Logic: lambda t: t.parts and t.word in tree.LOGIC,
    tree.Words: lambda t: True,
    tree.Brace: lambda t: True,
    document.Text: lambda t: t.weight in ("", "emphasis", "strong"),
    document.Literal: lambda t: True,
    document.Formula: lambda t: True,
    document.Reference: lambda t: True,
    document.Heading: lambda t: 1 <= t.level <= 3,
    document.Paragraph: lambda t: True,
    document.Items: lambda t: True,
    document.Line: lambda t: _is_relation(t.relation),
    document.Equation: lambda t: bool(t.lines),
    document.Table: lambda t: (
        t.head
        and set(t.align) <= set("lcr")
        and {len(t.head), len(t.align)} | {len(row) for row in t.rows} == {len(t.head)}
    ),
    document.Figure: lambda t: True,
    document.Box: lambda t: True,
    document.Check: lambda t: True,
    document.Details: lambda t: True,
    document.Passage: lambda t: t.form in document.PASSAGES,
    document.Code: lambda t: True,
    document.Document: lambda t: True,
}
KINDS: dict[str, type] = {kind.__name__: kind for kind in VALID}


def _is_relation(sign: str) -> bool:
    return sign in RELATIONS or sign in ("=", "<", ">")


def to_json(made: Document) -> str:
    """Return the document as JSON text."""
    return json.dumps({"schema": SCHEMA, "document": _out(made)}, ensure_ascii=False, indent=1)


def _out(value: object) -> object:
    if isinstance(value, tuple):
        return [_out(item) for item in value]
    if type(value).__name__ in KINDS:
        own = {f.name: _out(getattr(value, f.name)) for f in fields(value) if f.name != DRAWING}
        return {"kind": type(value).__name__, **own}
    return value


def from_json(text: str) -> Document:
    """Return the document that ``to_json`` wrote; raises FileError for any other text."""
    try:
        stored = json.loads(text)
        if stored["schema"] != SCHEMA:
            raise ValueError(f"schema {stored['schema']!r}")
        made = _in(stored["document"], Document, 0)
        check_labels(made)
        return made
    except (ValueError, TypeError, KeyError, RecursionError, DefinitionError) as problem:
        raise FileError(
            "a stored document was asked for", f"{type(problem).__name__}: {str(problem)[:80]}",
            "use a file that symback wrote",
        ) from None  # fmt: skip


def _in(value: object, wanted: object, depth: int) -> object:
    """Return a stored value as what its field's type asks for; raises ValueError."""
    if depth > DEEPEST:
        raise ValueError(f"nested more than {DEEPEST} deep")
    if isinstance(wanted, UnionType):
        return _in_union(value, get_args(wanted), depth)
    if get_origin(wanted) is tuple:
        return _in_tuple(value, get_args(wanted), depth)
    if isinstance(value, dict):
        return _in_kind(value, wanted, depth)
    if type(value) is not wanted:
        raise ValueError(f"{str(value)[:40]!r} is not {wanted}")
    return value


def _in_union(value: object, choices: tuple, depth: int) -> object:
    if value is None and type(None) in choices:
        return None
    for choice in choices:
        try:
            return _in(value, choice, depth)
        except _WrongKind:
            continue
        except ValueError:
            if isinstance(value, dict):
                raise
    raise ValueError(f"{str(value)[:40]!r} is none of the kinds that can stand here")


class _WrongKind(ValueError):
    """A stored part of another kind than its place asks for."""


def _in_tuple(value: object, items: tuple, depth: int) -> tuple:
    if not isinstance(value, list):
        raise ValueError(f"{str(value)[:40]!r} is not a list")
    if len(items) == 2 and items[1] is Ellipsis:
        return tuple(_in(item, items[0], depth + 1) for item in value)
    if len(value) != len(items):
        raise ValueError(f"{len(value)} parts where {len(items)} belong")
    return tuple(_in(item, kind, depth + 1) for item, kind in zip(value, items, strict=True))


def _in_kind(value: dict, wanted: object, depth: int) -> object:
    kind = KINDS.get(str(value.get("kind")))
    if kind is None or not isinstance(wanted, type) or not issubclass(kind, wanted):
        raise _WrongKind(f"{str(value.get('kind'))[:40]!r} cannot stand here")
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name != DRAWING}
    own = {name: part for name, part in value.items() if name != "kind"}
    if set(own) - set(hints):
        raise ValueError(f"{kind.__name__} has no field {sorted(set(own) - set(hints))[0][:40]!r}")
    made = kind(**{name: _in(part, hints[name], depth + 1) for name, part in own.items()})
    if not VALID[kind](made):
        raise ValueError(f"a {kind.__name__} that cannot be printed: {str(own)[:60]}")
    return made
