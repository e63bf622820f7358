"""Stage read: the written form of an equation becomes a piece.

Input: a SymPy tree of ``algebra`` nodes. Output: a ``Piece`` in normal form, plus the range checks
that reads outside a tensor need when the sizes are known. Means become sums, functions the ufuncs
that compute them (``runs_as``), softmax and log-sum-exp max, exp and sum, which they share.
"""

from __future__ import annotations

import mpmath
from sympy import Expr, Float, Integer

from symback.algebra.letters import Index
from symback.algebra.nodes import (
    Bounded,
    Delta,
    IndexMean,
    IndexSum,
    InRange,
    Iverson,
    LogSumExp,
    Softmax,
    Where,
)
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
from symback.algebra.positions import Affine, Entry, is_affine, parts, surely_inside
from symback.algebra.traversal import entries, rename
from symback.compiler.forms import CONSTANT, MASK, ONE, READ, ZERO, Forms, Piece
from symback.compiler.meanings import is_about_letters
from symback.compiler.ranges import RangeCheck, is_renaming, shifted
from symback.compiler.sums import count, largest, total
from symback.errors import NotYetError
from symback.network.network import Network
from symback.network.tensors import Equation, Tensor

# Powers up to this are products; beyond it NumPy's power is faster and rounds once.
LARGEST_PRODUCT = 16
DIGITS = 40
Guards = tuple[Expr, ...]
MASKS = (Iverson, Delta)


class Reader:
    """Turns written expressions into pieces."""

    def __init__(self, network: Network, forms: Forms) -> None:
        self.network, self.forms = network, forms
        self._named: dict[str, tuple[tuple[Index, ...], Piece]] = {}
        self._kept: dict[str, tuple[Index, ...]] = {}
        self.checks: list[RangeCheck] = []
        self._arguments: dict[str, Piece] = {}

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
        masks = self._masks(own, guards)
        others = [self.read(a, guards + own) for a in node.args if not isinstance(a, MASKS)]
        return self._masked(masks, self.forms.product((a, 1) for a in others))

    def _quotient(self, node: Quotient, guards: Guards) -> Piece:
        above, below = node.args
        factors = above.args if isinstance(above, Times) else (above,)
        own = tuple(a for a in factors if isinstance(a, MASKS))
        divided = (self.read(below, guards + own), -1)
        if not own or divided[0].constant is not None:
            return self.forms.product(((self.read(above, guards), 1), divided))
        masks = self._masks(own, guards)
        rest = [(self.read(a, guards + own), 1) for a in factors if not isinstance(a, MASKS)]
        return self._masked(masks, self.forms.product((*rest, divided)))

    def _masks(self, masks: Guards, guards: Guards) -> list[Piece]:
        """Return the pieces of masks; those about values are read where those about ranges hold."""
        ranges = tuple(m for m in masks if is_about_letters(m))
        return [self.read(m, guards if m in ranges else guards + ranges) for m in masks]

    def _masked(self, masks: list[Piece], rest: Piece) -> Piece:
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
        first = len(self._arguments)
        places = [f"sb_{first + number}" for number in range(len(arguments))]
        self._arguments.update(zip(places, arguments, strict=True))
        found = self.read(runs_as(*map(Entry, places)))
        for place in places:
            del self._arguments[place]
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

    # Sums and what is made of them ---------------------------------------------------------------

    def _sum(self, node: IndexSum, guards: Guards) -> Piece:
        body, letters, bracket = node.body, [], []
        for binder in node.binders:
            if not isinstance(binder, Bounded):
                letters.append(binder)
            elif any(parts(bound)[1] for bound in (binder.low, binder.high)):
                letters.append(binder.letter)
                bracket += [
                    Comparison("<=", binder.low, binder.letter),
                    Comparison("<=", binder.letter, binder.high),
                ]
            else:
                letter, body = shifted(binder, body, node.letters)
                letters.append(letter)
        if any(k.size.is_Integer and k.size <= 0 for k in letters):
            return self.forms.constant(ZERO)
        if not bracket:
            return total(self.forms, self.read(body, guards), letters)
        condition = Both(*bracket)
        inside = self.read(body, (*guards, Iverson(condition)))
        mask = self.forms.mask(self.read(condition, guards))
        return total(self.forms, self._masked([mask], inside), letters)

    def _mean(self, node: IndexMean, guards: Guards) -> Piece:
        values = ONE
        for letter in node.letters:
            values = values * count(letter)
        summed = total(self.forms, self.read(node.body, guards), node.letters)
        return self.forms.product(((summed, 1),), ONE / values)

    def _exponentials(self, body: Piece, letters: tuple[Index, ...]) -> tuple[Piece, Piece]:
        """Return (m, e): m = max_letters body, e = exp(body - m), which cannot overflow."""
        highest = largest(self.forms, body, letters)
        shifted = self.forms.plus(((ONE, body), (-ONE, highest)))
        return highest, self.forms.call("exp", shifted)

    def _logsumexp(self, node: LogSumExp, guards: Guards) -> Piece:
        highest, exponentials = self._exponentials(self.read(node.body, guards), node.letters)
        summed = total(self.forms, exponentials, node.letters)
        return self.forms.plus(((ONE, self.forms.call("log", summed)), (ONE, highest)))

    def _softmax(self, node: Softmax, guards: Guards) -> Piece:
        letter, body, at = node.letters[0], node.body, node.at
        piece = self.read(body, guards)
        if letter not in piece.letters:
            return self.forms.constant(ONE / count(letter))
        highest, exponentials = self._exponentials(piece, (letter,))
        below = total(self.forms, exponentials, (letter,))
        if at == letter:
            above = exponentials
        elif isinstance(at, Index) and at not in piece.letters and at.size == letter.size:
            above = exponentials.at({letter: at})
        else:
            chosen = self.read(rename(body, {letter: at}), guards)
            above = self.forms.call("exp", self.forms.plus(((ONE, chosen), (-ONE, highest))))
        return self.forms.product(((above, 1), (below, -1)))

    # Conditions ----------------------------------------------------------------------------------

    def _delta(self, node: Delta, guards: Guards) -> Piece:
        left, right = (self.read(a, guards) for a in node.args)
        return self.forms.mask(self.forms.compare("==", left, right))

    def _iverson(self, node: Iverson, guards: Guards) -> Piece:
        return self.forms.mask(self.read(node.args[0], guards))

    def _where(self, node: Where, guards: Guards) -> Piece:
        condition, then, otherwise = node.args
        return self.forms.select(
            self.read(condition, guards),
            self.read(then, (*guards, Iverson(condition))),
            self.read(otherwise, (*guards, Iverson(Not(condition)))),
        )

    def _comparison(self, node: Comparison, guards: Guards) -> Piece:
        return self.forms.compare(node.operator, *(self.read(a, guards) for a in node.args[1:]))

    def _in_range(self, node: InRange, guards: Guards) -> Piece:
        position, low, high = (self.read(a, guards) for a in node.args)
        return self.forms.both(
            self.forms.compare("<=", low, position), self.forms.compare("<", position, high)
        )

    # Entries -------------------------------------------------------------------------------------

    def _affine(self, position: Affine, guards: Guards) -> Piece:
        constant, coefficients = parts(position)
        letters = ((Integer(c), self.forms.letter(k)) for k, c in coefficients.items())
        return self.forms.plus(letters, constant)

    def _entry(self, entry: Entry, guards: Guards) -> Piece:
        if entry.tensor in self._arguments:
            return self._arguments[entry.tensor]
        if not all(map(is_affine, entry.positions)):
            raise NotYetError(f"the program of {entry}", "a gather", "use a one-hot product")
        known = self._known(entry)
        if known is not None:
            return known
        tensor = self.network[entry.tensor]
        letters = tuple(dict.fromkeys(k for p in entry.positions for k in parts(p)[1]))
        if letters and letters == entry.positions and _fit(letters, tensor):
            return self.forms.leaf(READ, (entry.tensor,), letters)
        inside = all(map(surely_inside, entry.positions, tensor.shape))
        own = () if inside else tuple(self._static_guards(guards))
        if not inside:
            self.checks.append(RangeCheck(entry, own))
        kept = self._kept.get(entry.tensor, tensor.letters)
        positions = [p for k, p in zip(tensor.letters, entry.positions, strict=True) if k in kept]
        letters = tuple(dict.fromkeys(k for p in positions for k in parts(p)[1]))
        number = {k: i for i, k in enumerate(letters)}
        places = tuple(
            (constant, tuple((number[k], c) for k, c in coefficients.items()))
            for constant, coefficients in map(parts, positions)
        )
        sizes = tuple(k.size for k in letters)
        return self.forms.leaf(READ, (entry.tensor, places, sizes, bool(own)), letters)

    def name(self, equation: Equation, piece: Piece) -> None:
        """Note what an equation's tensor is, for those who read it.

        A tensor that is another one, or constant along some of its letters, is read as what it is.
        """
        is_other = piece.form.kind in (READ, CONSTANT)
        if is_other or set(piece.letters) != set(equation.letters):
            self._named[equation.target] = (equation.letters, piece)
            self._kept[equation.target] = tuple(k for k in equation.letters if k in piece.letters)

    def _known(self, entry: Entry) -> Piece | None:
        """Return what a tensor of another name is, if the entry only renames its letters."""
        if entry.tensor not in self._named:
            return None
        letters, piece = self._named[entry.tensor]
        mapping = dict(zip(letters, entry.positions, strict=True))
        mapping = {k: p for k, p in mapping.items() if k in piece.letters}
        return piece.at(mapping) if is_renaming(mapping) else None

    def _static_guards(self, guards: Guards) -> list[Piece]:
        """Return the guards that only read letters, as conditions."""
        static = [g for g in guards if not any(True for _ in entries(g))]
        return [self.read(g).operands[0] for g in static]


def _fit(letters: tuple[Index, ...], tensor: Tensor) -> bool:
    return all(k.size == size for k, size in zip(letters, tensor.shape, strict=True))


FORMS = {
    Plus: Reader._plus,
    Times: Reader._times,
    Negative: Reader._negative,
    Quotient: Reader._quotient,
    Power: Reader._power,
    Pointwise: Reader._pointwise,
    Entry: Reader._entry,
    Affine: Reader._affine,
    IndexSum: Reader._sum,
    IndexMean: Reader._mean,
    LogSumExp: Reader._logsumexp,
    Softmax: Reader._softmax,
    Delta: Reader._delta,
    Iverson: Reader._iverson,
    Where: Reader._where,
    Comparison: Reader._comparison,
    InRange: Reader._in_range,
    Index: lambda reader, node, guards: reader.forms.letter(node),
    Decimal: lambda reader, node, guards: reader.forms.constant(node.value),
    Both: lambda reader, node, guards: reader.forms.both(
        *(reader.read(a, guards) for a in node.args)
    ),
    Either: lambda reader, node, guards: reader.forms.either(
        *(reader.read(a, guards) for a in node.args)
    ),
    Not: lambda reader, node, guards: reader.forms.negation(reader.read(node.args[0], guards)),
}
