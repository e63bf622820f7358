"""The builder: lowers pieces to values and collects the statements that make them.

Each form is lowered once; whoever needs it again reads the same value. The rules for the kinds of
form stand in ``elementwise``, ``entries`` and ``matrices``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from symback.algebra.letters import Index
from symback.compiler.forms import Forms
from symback.compiler.layout import ordered
from symback.compiler.names import Names
from symback.compiler.pieces import CONSTANT, Form, Piece
from symback.compiler.plan import (
    ARGUMENT,
    COMPUTED,
    CUT,
    PLACE,
    REAL,
    STATIC,
    Groups,
    Located,
    Number,
    Plan,
    Source,
    Statement,
    Value,
    View,
    arranged,
)
from symback.network.tensors import Tensor

Letters = tuple[Index, ...]
Rule = Callable[["Builder", Form, Letters], Source]


class Builder:
    """Values by form, and the plan so far."""

    def __init__(self, forms: Forms, names: Names, rules: Mapping[str, Rule]) -> None:
        self.forms, self.names, self.rules = forms, names, rules
        self.plan = Plan()
        self.tensors: dict[str, Located] = {}
        self.letters: dict[str, Letters] = {}
        self.given: dict[str, Tensor] = {}
        self.checked: set[tuple] = set()
        self.made_by: dict[Value, Statement] = {}
        self.copies: dict[Value, list[tuple[Value, tuple[int, ...]]]] = {}
        self.equation = "value"
        self.batch: frozenset[Index] = frozenset()
        self._known: dict[Form, Source] = {}
        self._derived: dict[tuple, Value] = {}

    # Lowering ------------------------------------------------------------------------------------

    def lower(self, piece: Piece, order: Letters = ()) -> Source:
        """Return the value of a piece; ``order`` says in which order axes are wished for."""
        form = piece.form
        found = self._known.get(form)
        if found is None:
            own = dict(zip(piece.letters, form.letters, strict=True))
            wished = tuple(own[k] for k in order if k in own)
            if form.kind == CONSTANT:
                found = Number(form.data[0])
            else:
                found = self.rules[form.kind](self, form, wished)
            self._known[form] = found
        if isinstance(found, Number) or form.letters == piece.letters:
            return found
        return found.renamed(dict(zip(form.letters, piece.letters, strict=True)))

    def known(self, piece: Piece) -> bool:
        """Is the piece computed already?"""
        return piece.form in self._known

    def remember(self, piece: Piece, source: Source) -> None:
        """Note that a source is the value of a piece."""
        if isinstance(source, Located):
            own = dict(zip(piece.letters, piece.form.letters, strict=True))
            source = source.renamed(own)
        self._known[piece.form] = source

    # Statements ----------------------------------------------------------------------------------

    def apply(
        self,
        function: str,
        sources: Iterable[Source],
        order: Letters = (),
        *,
        kind: str = REAL,
        note: object = None,
    ) -> Located:
        """Return function(*sources) entry by entry, over all letters of the sources."""
        sources = tuple(sources)
        axes = _result_axes([s for s in sources if isinstance(s, Located)], order)
        operands = tuple(arranged(s, axes) if isinstance(s, Located) else s for s in sources)
        return self.state(function, operands, axes, kind=kind, note=note)

    def state(
        self,
        function: str,
        operands: tuple[View | Number, ...],
        axes: Letters,
        *,
        extra: tuple[str, ...] = (),
        kind: str = REAL,
        out: Groups | None = None,
        note: object = None,
        parts: str = "",
        home: Value | None = None,
        every_call: bool = False,
    ) -> Located:
        """Add the statement and return its result.

        It is static if all that it reads is, unless it must run in every call.
        """
        static = not every_call and all(
            isinstance(o, Number) or o.value.root.origin == STATIC for o in operands
        )
        target = Value(self.fresh(), axes, STATIC if static else COMPUTED, kind, home=home)
        how = (extra, out, note, parts, self.equation)
        statement = Statement(target, function, operands, *how)
        (self.plan.static if static else self.plan.statements).append(statement)
        self.made_by[target] = statement
        return Located(target, axes)

    def fresh(self) -> str:
        """Return a new name for a part of the current equation."""
        return self.names.fresh(f"{self.equation}_1")

    def tensor(self, name: str) -> Located:
        """Return the value of a tensor; of one that the caller gives, as real numbers."""
        if name not in self.tensors:
            given = self.given[name]
            value = self._argument(name)
            if not given.letters:
                located = self.state("integer" if given.integer else "item", (View(value),), ())
                located.value.name = name
            elif given.integer:
                located = self.state("copy", (View(value),), given.letters)
            else:
                located = Located(value, given.letters)
            self.tensors[name] = located
        return self.tensors[name]

    def in_memory(self, letters: Letters) -> Letters:
        """Return the letters of a tensor in the order in which its axes are to be in memory."""
        return ordered(letters, self.batch)

    def laid_out(self, tensor: Located) -> Located:
        """Return a tensor with its axes in that order; a given one is copied once in every call."""
        axes = self.in_memory(tensor.axes)
        if tensor.value.origin != ARGUMENT or axes == tensor.axes:
            return tensor

        def copied() -> Value:
            return self.state("copy", (arranged(tensor, axes),), axes).value

        return Located(self.once(("laid out", tensor.value), copied), axes)

    def integers(self, name: str) -> Located:
        """Return the value of an integer tensor that the caller gives, as integers."""
        given, value = self.given[name], self._argument(name)
        if given.letters:
            return Located(value, given.letters)
        made = self.once(("integers", name), lambda: self._integer(value))
        return Located(made, ())

    def _integer(self, value: Value) -> Value:
        return self.state("integer", (View(value),), (), kind=PLACE).value

    def _argument(self, name: str) -> Value:
        if name not in self.plan.arguments:
            given = self.given[name]
            kind = PLACE if given.integer else REAL
            self.plan.arguments[name] = Value(name, given.letters, ARGUMENT, kind)
        return self.plan.arguments[name]

    def cut(self, parent: Value, text: str, axes: Letters, *, gapless: bool = False) -> Value:
        """Return a strided part of a value; ``text`` has {} where the parent's name goes."""
        place = (parent, text)
        if place not in self._derived:
            name = self.names.fresh(f"{parent.name}_part_1")
            gapless = gapless and parent.contiguous
            self._derived[place] = Value(
                name, axes, CUT, parent.kind, parent, text, gapless=gapless
            )
        return self._derived[place]

    def once(self, place: tuple, make: Callable[[], Value]) -> Value:
        """Return the value that was made for this place, or make it."""
        if place not in self._derived:
            self._derived[place] = make()
        return self._derived[place]


def _result_axes(sources: list[Located], order: Letters) -> Letters:
    """Return the axes of a result: those of the first operand that has them all, else as wished."""
    letters = dict.fromkeys(k for s in sources for k in s.axes)
    full = [s.axes for s in sources if len(s.axes) == len(letters)]
    if full:
        wished = tuple(k for k in order if k in letters)
        return wished if wished in full else full[0]
    return tuple(dict.fromkeys((*(k for k in order if k in letters), *letters)))
