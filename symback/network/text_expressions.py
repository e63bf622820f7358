"""Expressions from text: an own visitor over Python's syntax tree, which builds our nodes.

Nothing is ever evaluated as Python. A form that is not in a table below is refused, at its place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce
from typing import NoReturn

from sympy import Expr, Integer, oo, pi

from symback.algebra.evaluated import evaluated
from symback.algebra.functions import LANGUAGE
from symback.algebra.nodes import InRange
from symback.algebra.operators import (
    Both,
    Comparison,
    Condition,
    Decimal,
    Not,
    Operators,
    Power,
    negative,
)
from symback.algebra.positions import Entry, as_position, floored
from symback.algebra.traversal import entries, subexpressions
from symback.errors import SymbackError
from symback.network.magnitude import check_numbers
from symback.network.text_operators import ARITHMETIC, COMPARISONS, LOGIC
from symback.network.text_scope import (
    USAGE,
    Scope,
    did_you_mean,
    function_like,
    is_pairwise,
)
from symback.network.text_source import Piece
from symback.network.text_tokens import check_tokens, syntax_error
from symback.network.wellformed import check_entry, check_extent, is_guarded

CONSTANTS = {"pi": pi, "oo": oo}


def read_expression(
    piece: Piece, scope: Scope, what: str = "the expression", generated: bool = False
) -> Expr:
    """Return the expression that a piece of text spells; raises TextError or NotYetError.

    ``what`` says in errors whose expression it is; ``generated``, that it is an adjoint's.
    """
    if not piece.text.strip():
        helps = "write numbers, entries such as X[n,i], and functions of these"
        raise piece.error(0, "an expression was asked for", "nothing", helps)
    check_tokens(piece)
    try:
        # The brackets let the lines of a continued expression stand as they are.
        tree = ast.parse(f"({piece.text})", mode="eval").body
        visitor = _Visitor(piece, scope, what)
        expression = visitor.value(tree)
        check_extent(what, expression)
        visitor.check_entries(is_guarded(expression), generated)
        return expression
    except SyntaxError as error:
        raise syntax_error(piece, error) from None
    except (RecursionError, MemoryError):
        asked = "an expression was asked for"
        helps = "give its parts names of their own"
        raise piece.error(0, asked, "one that nests too deep to read", helps) from None
    except SymbackError as error:
        raise piece.located(0, error) from None


class _Visitor:
    """Builds nodes from the syntax tree of one piece of text."""

    def __init__(self, piece: Piece, scope: Scope, what: str) -> None:
        self.piece, self.scope, self.what = piece, scope, what
        self.entries: dict[ast.AST, Entry] = {}
        self.padded: set[ast.AST] = set()  # where entries stand that may lie outside
        lengths = [len(line) + 1 for line in piece.text.split("\n")]
        self.starts = [sum(lengths[:number]) for number in range(len(lengths))]

    # Places ---------------------------------------------------------------------------------------

    def offset(self, node: ast.AST) -> int:
        """Return where a node begins in the piece; its text stands in one bracket more."""
        return self.starts[node.lineno - 1] + node.col_offset - (node.lineno == 1)

    def refuse(self, node: ast.AST, asked: str, found: str, helps: str = "") -> NoReturn:
        raise self.piece.error(self.offset(node), asked, found, helps)

    def placed(self, node: ast.AST, make: Callable[[], Expr]) -> Expr:
        """Return what ``make`` makes; its errors become errors of this place."""
        try:
            return make()
        except SymbackError as error:
            raise self.piece.located(self.offset(node), error) from None

    def check_entries(self, guarded: bool, generated: bool) -> None:
        """Raise TextError for the first entry that no tensor has."""
        for node, entry in self.entries.items():
            may_be_outside = guarded or node in self.padded
            try:
                check_entry(self.what, entry, self.scope.tensors, may_be_outside, generated)
            except SymbackError as error:
                raise self.piece.located(self.offset(node), error) from None

    # Values and conditions ------------------------------------------------------------------------

    def value(self, node: ast.AST) -> Expr:
        """Return the expression of a node; raises TextError for a condition."""
        expression = self.either(node)
        if isinstance(expression, Condition):
            helps = "write iverson(…) for 1 or 0, or where(…, a, b)"
            self.refuse(node, "a value was asked for", f"the condition {expression}", helps)
        return expression

    def condition(self, node: ast.AST) -> Condition:
        """Return the condition of a node; raises TextError for a value."""
        expression = self.either(node)
        if not isinstance(expression, Condition):
            # Why this hint? & binds tighter than <=, so 0 <= k & k < q compares with k & k.
            helps = "compare something: x[n] > 0; put comparisons in brackets: (0 <= k) & (k < q)"
            self.refuse(node, "a condition was asked for", f"the value {expression}", helps)
        return expression

    def either(self, node: ast.AST) -> Expr:
        visit = FORMS.get(type(node))
        if visit is None:
            found = "a comma" if isinstance(node, ast.Tuple) else "something not in the language"
            first = node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node
            self.refuse(first, "an expression was asked for", found)
        return visit(self, node)

    def position(self, node: ast.AST, what: str) -> Expr:
        value = self.value(node)
        return self.placed(node, lambda: as_position(value, what))

    # Forms ----------------------------------------------------------------------------------------

    def constant(self, node: ast.Constant) -> Expr:
        if type(node.value) is int:
            return Integer(node.value)
        if type(node.value) is not float:
            self.refuse(node, "a number was asked for", repr(node.value)[:40])
        start = self.offset(node)
        text = self.piece.text[start : start + node.end_col_offset - node.col_offset]
        return Decimal(text.replace("_", ""))

    def name(self, node: ast.Name) -> Expr:
        name, scope = node.id, self.scope
        if name in scope.tensors:
            tensor = scope.tensors[name]
            if tensor.rank:
                found = f"rank {tensor.rank}"
                self.refuse(node, f"the number {name}", found, f"write an entry of it: {tensor}")
            return Entry(name)
        found = scope.letters.get(name) or scope.sizes.get(name) or CONSTANTS.get(name)
        if found is None:
            asked = f"the name {name}"
            self.refuse(node, asked, "no tensor, letter or size of it", self.scope.meant(name))
        return found

    def subscript(self, node: ast.Subscript) -> Expr:
        if not isinstance(node.value, ast.Name):
            self.refuse(node, "an entry of a tensor", "brackets behind something else", "X[n,i]")
        name = node.value.id
        if name not in self.scope.tensors:
            known = self.scope.tensors
            helps = did_you_mean(name, known) or f"declare it: input {name}[…]"
            self.refuse(node, f"an entry of {name}", "no tensor of this name", helps)
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else (node.slice,)
        for item in items:
            self.check_letter(item)
        entry = Entry(name, *(self.position(item, f"{name}[…]") for item in items))
        self.entries[node] = entry
        return entry

    def binary(self, node: ast.BinOp) -> Expr:
        if isinstance(node.op, ast.Pow):
            return Power(self.value(node.left), self.value(node.right))
        # Why a loop? a + b + c is (a + b) + c to Python: a sum of 1000 terms nests 1000 deep.
        chain = []
        while isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
            chain.append(node)
            node = node.left
        result, left = self.either(node), node
        for step in reversed(chain):
            result = self.combined(step, left, result)
            left = step
        return result

    def combined(self, step: ast.BinOp, left: ast.AST, value: Expr) -> Expr:
        """Return value ∘ right for one operator of a chain; ``left`` is where the value stands."""
        kind = type(step.op)
        asks_conditions = kind in LOGIC
        if isinstance(value, Condition) != asks_conditions:
            (self.condition if asks_conditions else self.value)(left)
        if asks_conditions:
            return LOGIC[kind](value, self.condition(step.right))
        right = self.value(step.right)
        if kind is ast.FloorDiv:
            return self.placed(step, lambda: self.floor_division(step, value, right))
        if kind not in ARITHMETIC:
            self.refuse(step, "an expression was asked for", "an operator not in the language")
        return self.placed(step, lambda: ARITHMETIC[kind](value, right))

    def floor_division(self, node: ast.BinOp, *operands: Expr) -> Expr:
        for operand in operands:
            check_numbers("a size", operand)
        above, below = (evaluated(operand) for operand in operands)
        if any(isinstance(part, Operators) for e in (above, below) for part in subexpressions(e)):
            return floored(*operands)
        if not (above.is_integer and below.is_integer) or below.is_zero:
            found = f"{operands[0]} // {operands[1]}"
            self.refuse(node, "sizes were asked for", found, "// divides sizes; write / for values")
        return above // below

    def unary(self, node: ast.UnaryOp) -> Expr:
        if isinstance(node.op, ast.USub):
            return negative(self.value(node.operand))
        if isinstance(node.op, ast.UAdd):
            return self.value(node.operand)
        return Not(self.condition(node.operand))

    def logical(self, node: ast.BoolOp) -> Expr:
        return reduce(LOGIC[type(node.op)], [self.condition(value) for value in node.values])

    def compare(self, node: ast.Compare) -> Expr:
        operands = [self.value(o) for o in (node.left, *node.comparators)]
        kinds = [type(operator) for operator in node.ops]
        if kinds == [ast.LtE, ast.Lt]:
            low, middle, high = map(self.known_position, operands)
            if None not in (low, middle, high):
                return InRange(middle, low, high)
        comparisons = [
            Comparison(COMPARISONS[kind], left, right)
            for kind, left, right in zip(kinds, operands, operands[1:], strict=False)
        ]
        return reduce(Both, comparisons)

    def known_position(self, expression: Expr) -> Expr | None:
        """Return the expression as a position: no entry but of integers; None if it is none."""
        try:
            position = as_position(expression, "")
        except SymbackError:
            return None
        read = (self.scope.tensors.get(entry.tensor) for entry in entries(position))
        return position if all(tensor is not None and tensor.integer for tensor in read) else None

    # Calls ----------------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in LANGUAGE or is_pairwise(name, node):
            self.no_function(node, name)
        at = None
        for argument in node.keywords:
            if argument.arg != "at" or name not in ("softmax", "first"):
                found = f"{argument.arg or '**'}="
                self.refuse(argument.value, f"the arguments of {name}", found, "give values alone")
            at = self.position(argument.value, f"{name}: at")
        usage, fewest, most = USAGE.get(name, ("", 0, len(node.args)))
        if not fewest <= len(node.args) <= most:
            found = f"{len(node.args)} argument{'s' * (len(node.args) != 1)}"
            self.refuse(node, f"the arguments of {name}", found, f"write {usage}")
        read = ARGUMENTS.get(name, _Visitor.values)
        arguments = read(self, name, node.args)
        extra = () if at is None else (at,)
        return self.placed(node, lambda: LANGUAGE[name](*arguments, *extra))

    def values(self, name: str, nodes: list[ast.expr]) -> list[Expr]:
        return [self.value(n) for n in nodes]

    def reduced(self, name: str, nodes: list[ast.expr]) -> list[object]:
        """Return the arguments of a reduction: an expression, then letters or (i, low, high)."""
        return [self.value(n) for n in nodes[:1]] + [self.binder(name, n) for n in nodes[1:]]

    def binder(self, name: str, node: ast.expr) -> object:
        if isinstance(node, ast.Tuple) and len(node.elts) == 3:
            letter, low, high = node.elts
            what = f"{name}: a bound"
            bounds = self.position(low, what), self.position(high, what)
            return self.binder(name, letter), *bounds
        if isinstance(node, ast.Name) and node.id in self.scope.letters:
            return self.scope.letters[node.id]
        shown = node.id if isinstance(node, ast.Name) else "something else"
        helps = did_you_mean(shown, self.scope.letters) or f"declare it: index {shown}:64"
        if name in ("max", "min") and shown in self.scope.tensors:
            helps = f"of two values it is {function_like(name).removeprefix('write ')}"
        self.refuse(node, f"{name}: an index letter to run over", shown, helps)

    def chosen(self, name: str, nodes: list[ast.expr]) -> list[Expr]:
        """Return the arguments of where and iverson: a condition first."""
        return [self.condition(n) for n in nodes[:1]] + [self.value(n) for n in nodes[1:]]

    def outside(self, name: str, nodes: list[ast.expr]) -> list[Expr]:
        """Return the argument of padded, an entry whose positions may lie outside."""
        self.padded.update(nodes)
        return self.values(name, nodes)

    # What was meant -------------------------------------------------------------------------------

    def check_letter(self, node: ast.AST) -> None:
        """Raise TextError for an unknown name in the place of a letter."""
        if isinstance(node, ast.Name) and not self.scope.knows(node.id):
            helps = did_you_mean(node.id, self.scope.letters) or f"declare it: index {node.id}:64"
            self.refuse(node, f"the index letter {node.id}", "no letter of this name", helps)

    def no_function(self, node: ast.Call, name: str) -> NoReturn:
        tensor = self.scope.tensors.get(name)
        if not name:
            asked = "a function"
            self.refuse(node, asked, "brackets behind something else", "write * between them")
        if tensor is not None:
            helps = f"write {tensor}*(…) to multiply"
            self.refuse(node, f"the function {name}", f"the tensor {tensor}", helps)
        found = "two values, and it runs over letters"
        found = found if name in LANGUAGE else "no function of this name"
        self.refuse(node, f"the function {name}", found, function_like(name))


FORMS: dict[type[ast.AST], Callable[[_Visitor, ast.AST], Expr]] = {
    ast.Constant: _Visitor.constant,
    ast.Name: _Visitor.name,
    ast.Subscript: _Visitor.subscript,
    ast.BinOp: _Visitor.binary,
    ast.UnaryOp: _Visitor.unary,
    ast.BoolOp: _Visitor.logical,
    ast.Compare: _Visitor.compare,
    ast.Call: _Visitor.call,
}
# How the arguments of a function are read; those of all others are values.
ARGUMENTS: dict[str, Callable[[_Visitor, str, list[ast.expr]], list]] = {
    "sum": _Visitor.reduced,
    "mean": _Visitor.reduced,
    "logsumexp": _Visitor.reduced,
    "softmax": _Visitor.reduced,
    "max": _Visitor.reduced,
    "min": _Visitor.reduced,
    "prod": _Visitor.reduced,
    "first": _Visitor.reduced,
    "where": _Visitor.chosen,
    "iverson": _Visitor.chosen,
    "padded": _Visitor.outside,
}
