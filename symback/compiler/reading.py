"""Stage read: the written form of an equation becomes a piece.

Input: a SymPy tree of ``algebra`` nodes. Output: a ``Piece`` in normal form, plus the checks that
reads need which may lie outside of their tensor. Functions become the ufuncs that compute them
(``runs_as``). What binds letters is read in ``binders``, what reads tensors in ``places``.
"""

from __future__ import annotations

import mpmath
from sympy import Expr, Float

from symback.algebra.letters import Index
from symback.algebra.nodes import Delta, InRange, Iverson, Padded, Where
from symback.algebra.operators import (
    Both,
    Comparison,
    Decimal,
    Either,
    Negative,
    Not,
    Operators,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries
from symback.compiler.binders import BINDERS
from symback.compiler.forms import Forms
from symback.compiler.meanings import is_about_letters
from symback.compiler.pieces import CONSTANT, MASK, ONE, READ, ZERO, Piece
from symback.compiler.places import ENTRIES, own_brackets, read_filled, read_place
from symback.compiler.ranges import RangeCheck
from symback.compiler.sums import LARGEST_PRODUCT
from symback.errors import NotYetError
from symback.network.network import Network
from symback.network.tensors import Equation

DIGITS = 40
Guards = tuple[Expr, ...]
MASKS = (Iverson, Delta)


class Reader:
    """Turns written expressions into pieces."""

    def __init__(self, network: Network, forms: Forms) -> None:
        self.network, self.forms = network, forms
        self.named: dict[str, tuple[tuple[Index, ...], Piece]] = {}
        self.kept: dict[str, tuple[Index, ...]] = {}
        self.checks: list[RangeCheck] = []
        self.arguments: dict[str, Piece] = {}

    def read(self, expression: Expr, guards: Guards = ()) -> Piece:
        """Return the piece of an expression that is used only where the guards hold."""
        form = FORMS.get(type(expression))
        if form is not None:
            return form(self, expression, guards)
        if not isinstance(expression, Operators) and not any(True for _ in entries(expression)):
            return self.forms.constant(expression)
        raise NotYetError(
            f"the program of network {self.network.name}",
            f"{type(expression).__name__} in {str(expression)[:60]}",
            "it is not supported in programs yet",
        )

    # Arithmetic ----------------------------------------------------------------------------------

    def _plus(self, node: Plus, guards: Guards) -> Piece:
        return self.forms.plus((ONE, self.read(a, guards)) for a in node.args)

    def _negative(self, node: Negative, guards: Guards) -> Piece:
        return self.forms.product(((self.read(node.args[0], guards), 1),), -ONE)

    def _times(self, node: Times, guards: Guards) -> Piece:
        own = tuple(a for a in node.args if isinstance(a, MASKS))
        if not own:
            return self.forms.product((self.read(a, guards), 1) for a in node.args)
        factors = [a for a in node.args if not isinstance(a, MASKS)]
        others = {a: self.read(a, guards + own) for a in factors}
        for entry in (a for a in factors if isinstance(a, Entry)):
            brackets = own_brackets(self, entry, own)
            # 0 times what is infinite would be no number.
            if brackets and all(others[a].form.finite for a in factors if a is not entry):
                others[entry] = self.read(Padded(entry), guards)
                own = tuple(mask for mask in own if mask not in brackets)
        masks = self._masks(own, guards)
        return self.masked(masks, self.forms.product((others[a], 1) for a in factors))

    def _quotient(self, node: Quotient, guards: Guards) -> Piece:
        above, below = node.args
        factors = above.args if isinstance(above, Times) else (above,)
        own = tuple(a for a in factors if isinstance(a, MASKS))
        divided = (self.read(below, guards + own), -1)
        if not own or divided[0].constant is not None:
            return self.forms.product(((self.read(above, guards), 1), divided))
        masks = self._masks(own, guards)
        rest = [(self.read(a, guards + own), 1) for a in factors if not isinstance(a, MASKS)]
        return self.masked(masks, self.forms.product((*rest, divided)))

    def _masks(self, masks: Guards, guards: Guards) -> list[Piece]:
        """Return the pieces of masks; those about values are read where those about ranges hold."""
        ranges = tuple(m for m in masks if is_about_letters(m))
        return [self.read(m, guards if m in ranges else guards + ranges) for m in masks]

    def masked(self, masks: list[Piece], rest: Piece) -> Piece:
        """Return masks · rest; a mask that is 0 wins over a rest that is infinite."""
        if not masks or rest.form.finite:
            return self.forms.product((a, 1) for a in (*masks, rest))
        conditions = [c for m in masks if m.form.kind == MASK for c in m.operands]
        others = [(m, 1) for m in masks if m.form.kind != MASK]
        held = self.forms.product((*others, (rest, 1)))
        return self._selected(conditions, held)

    def _selected(self, conditions: list[Piece], held: Piece) -> Piece:
        if not conditions:
            return held
        return self.forms.select(self.forms.both(*conditions), held, self.forms.constant(ZERO))

    def _power(self, node: Power, guards: Guards) -> Piece:
        base, exponent = (self.read(a, guards) for a in node.args)
        number = exponent.constant
        if number is ZERO:
            return self.forms.constant(ONE)
        if number is not None and number.is_Rational and abs(number) <= LARGEST_PRODUCT:
            if number.q == 1:
                return self.forms.product(((base, int(number)),))
            if number.q == 2:
                return self.forms.product(((self.forms.call("sqrt", base), int(number.p)),))
        return self._call("power", (base, exponent))

    # Functions -----------------------------------------------------------------------------------

    def _pointwise(self, node: Pointwise, guards: Guards) -> Piece:
        return self._function(node.name, tuple(self.read(a, guards) for a in node.arguments))

    def _function(self, name: str, arguments: tuple[Piece, ...]) -> Piece:
        if name == "erf":
            return self._call("erf", arguments)
        runs_as = pointwise_row(name).runs_as
        if isinstance(runs_as, str):
            return self._call(runs_as, arguments, name)
        # Why placeholders? The form may use an argument twice; it is to be read once.
        first = len(self.arguments)
        places = [f"sb_{first + number}" for number in range(len(arguments))]
        self.arguments.update(zip(places, arguments, strict=True))
        found = self.read(runs_as(*map(Entry, places)))
        for place in places:
            del self.arguments[place]
        return found

    def _call(self, ufunc: str, arguments: tuple[Piece, ...], name: str | None = None) -> Piece:
        values = [t.constant for t in arguments]
        if name and all(v is not None and v.is_number and v.is_finite for v in values):
            return self._folded(name, values)
        return self.forms.call(ufunc, *arguments)

    def _folded(self, name: str, values: list[Expr]) -> Piece:
        """Return a function of numbers as a number."""
        with mpmath.workdps(DIGITS):
            exact = pointwise_row(name).exact(*(mpmath.mpf(v.evalf(DIGITS)) for v in values))
            if (isinstance(exact, mpmath.mpf) and mpmath.isfinite(exact)) or isinstance(exact, int):
                return self.forms.constant(Float(exact, DIGITS))
        return self.forms.call(
            pointwise_row(name).runs_as, *(self.forms.constant(v) for v in values)
        )

    # Conditions ----------------------------------------------------------------------------------

    def _delta(self, node: Delta, guards: Guards) -> Piece:
        left, right = (self.place(a, guards) for a in node.args)
        return self.forms.mask(self.forms.compare("==", left, right))

    def _iverson(self, node: Iverson, guards: Guards) -> Piece:
        return self.forms.mask(self.read(node.args[0], guards))

    def _where(self, node: Where, guards: Guards) -> Piece:
        filled = read_filled(self, node)
        if filled is not None:
            return filled
        condition, then, otherwise = node.args
        return self.forms.select(
            self.read(condition, guards),
            self.read(then, (*guards, Iverson(condition))),
            self.read(otherwise, (*guards, Iverson(Not(condition)))),
        )

    def _comparison(self, node: Comparison, guards: Guards) -> Piece:
        return self.forms.compare(node.operator, *(self.read(a, guards) for a in node.args[1:]))

    def _in_range(self, node: InRange, guards: Guards) -> Piece:
        position, low, high = (self.place(a, guards) for a in node.args)
        return self.forms.both(
            self.forms.compare("<=", low, position), self.forms.compare("<", position, high)
        )

    # Tensors -------------------------------------------------------------------------------------

    def place(self, position: Expr, guards: Guards = ()) -> Piece:
        """Return a position as a piece of integers."""
        return read_place(self, position, guards)

    def name(self, equation: Equation, piece: Piece) -> None:
        """Note what an equation's tensor is, for those who read it.

        A tensor that is another one, or constant along some of its letters, is read as what it is.
        """
        if piece.form.infinite:
            self.forms.infinite.add(equation.target)
        is_other = piece.form.kind in (READ, CONSTANT)
        if is_other or set(piece.letters) != set(equation.letters):
            self.named[equation.target] = (equation.letters, piece)
            self.kept[equation.target] = tuple(k for k in equation.letters if k in piece.letters)


FORMS = {
    **BINDERS,
    **ENTRIES,
    Plus: Reader._plus,
    Times: Reader._times,
    Negative: Reader._negative,
    Quotient: Reader._quotient,
    Power: Reader._power,
    Pointwise: Reader._pointwise,
    Delta: Reader._delta,
    Iverson: Reader._iverson,
    Where: Reader._where,
    Comparison: Reader._comparison,
    InRange: Reader._in_range,
    Decimal: lambda reader, node, guards: reader.forms.constant(node.value),
    Both: lambda reader, node, guards: reader.forms.both(
        *(reader.read(a, guards) for a in node.args)
    ),
    Either: lambda reader, node, guards: reader.forms.either(
        *(reader.read(a, guards) for a in node.args)
    ),
    Not: lambda reader, node, guards: reader.forms.negation(reader.read(node.args[0], guards)),
}
