"""Stage plan, recurrences: what does not depend on other steps is computed before, for all steps.

Input: the piece that a step computes. Output: the piece in which every part that no step changes is
a row of an array over all steps. In sums and products such parts are merged first: an input's
projection and a bias are one array, made by one matrix product for all of time.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from symback.algebra.letters import Index
from symback.compiler.forms import Forms
from symback.compiler.pieces import ONE, PLUS, PRODUCT, SUM, ZERO, Form, Piece
from symback.compiler.sums import opened, opened_operands, total

Factor = tuple[Piece, int]


class Invariants:
    """Takes what is the same whatever other steps compute out of pieces.

    ``is_local`` says whether a tensor is computed by the steps, ``row`` returns the row of a piece
    at its time.
    """

    def __init__(
        self,
        forms: Forms,
        time: Index,
        is_local: Callable[[str], bool],
        row: Callable[[Piece], Piece],
    ) -> None:
        self.forms, self.time = forms, time
        self._is_local, self._row = is_local, row
        self._varying: dict[Form, bool] = {}

    def varies(self, piece: Piece) -> bool:
        """Does the piece read what a step computes?"""
        return self._varies(piece.form)

    def _varies(self, form: Form) -> bool:
        found = self._varying.get(form)
        if found is None:
            tensor = getattr(form.data, "tensor", None)
            found = tensor is not None and self._is_local(tensor)
            found = found or any(self._varies(operand.form) for operand in form.operands)
            self._varying[form] = found
        return found

    def taken_out(self, piece: Piece) -> Piece:
        """Return the piece with rows in place of all that depends on time and not on the steps."""
        if not self.varies(piece):
            return self._row(piece) if self.time in piece.letters else piece
        form = piece.form
        if form.kind == PRODUCT:
            return self._product(piece)
        if form.kind == PLUS:
            return self._plus(piece)
        if form.kind == SUM:
            body, bound = opened(piece)
            return total(self.forms, self.taken_out(body), bound)
        if form.bound:
            (body, *places), bound = opened_operands(piece)
            operands = (self.taken_out(body), *places)
            return self.forms.make(form.kind, form.data, operands, bound)
        if not form.operands:
            return piece
        return self.forms.make(form.kind, form.data, map(self.taken_out, piece.operands))

    def _product(self, piece: Piece) -> Piece:
        """coefficient · Π factor**exponent: rows of products that are no larger than a factor."""
        factors, coefficient = self.forms.factors(piece), piece.form.data[0]
        room = [set(factor.letters) - {self.time} for factor, _ in factors]
        varying = [(self.taken_out(f), e) for f, e in factors if self.varies(f)]
        fixed = [(f, e) for f, e in factors if not self.varies(f)]
        moving = [(f, e) for f, e in fixed if self.time in f.letters]
        groups: list[tuple[set[Index], list[Factor]]] = []
        for factor in sorted(moving, key=lambda f: -len(f[0].letters)):
            own = set(factor[0].letters)
            for letters, members in groups:
                if any((letters | own) - {self.time} <= each for each in room):
                    letters |= own
                    members.append(factor)
                    break
            else:
                groups.append((own, [factor]))
        left = []
        for factor in (f for f in fixed if f not in moving):
            fitting = (members for letters, members in groups if set(factor[0].letters) <= letters)
            next(fitting, left).append(factor)
        rows = []
        for _, members in groups:
            rows.append((self.taken_out(self.forms.product(members, coefficient)), 1))
            coefficient = ONE
        return self.forms.product((*varying, *left, *rows), coefficient)

    def _plus(self, piece: Piece) -> Piece:
        """constant + Σ weight · summand: all that does not vary is one row."""
        constant, summands = self.forms.summands(piece)
        varying = [(w, self.taken_out(t)) for w, t in summands if self.varies(t)]
        fixed = [(w, t) for w, t in summands if not self.varies(t)]
        covered = {k for _, t in fixed if self.time in t.letters for k in t.letters}
        merged = [(w, t) for w, t in fixed if covered and set(t.letters) <= covered]
        rest: list[tuple[Expr, Piece]] = [row for row in fixed if row not in merged]
        if merged:
            rest.append((ONE, self.taken_out(self.forms.plus(merged, constant))))
            constant = ZERO
        return self.forms.plus((*varying, *rest), constant)
