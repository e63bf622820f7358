"""Index letters and their sizes.

A letter is a name with a size; a size is an integer, a symbol such as N, or an integer expression
of symbols such as H - R + 1. Everything is 0-based: the letter n of size N runs over 0 … N-1.
"""

from __future__ import annotations

import ast
import keyword
import re

from sympy import Add, Expr, Integer, Mul, Pow, Symbol, floor, preorder_traversal
from sympy.core.symbol import Str

from symback.algebra.operators import Operators
from symback.errors import DefinitionError

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
LONGEST_NAME = 64
LARGEST_SIZE = 10**9
LARGEST_SIZE_EXPONENT = 8


def checked_name(name: object, what: str) -> str:
    """Return ``name`` if it is a legal name of the language; else raise DefinitionError."""
    if not isinstance(name, str) or not NAME.match(name) or len(name) > LONGEST_NAME:
        shown = repr(name if len(repr(name)) < 80 else repr(name)[:80] + "…")
        raise DefinitionError(
            f"{what}: a name was asked for",
            f"{shown}, which is not a letter followed by letters, digits or _",
            "use a name such as W1, x_t or beta",
        )
    if keyword.iskeyword(name):
        raise DefinitionError(
            f"{what}: the name {name!r} was asked for",
            "it is a keyword of Python and could not stand in generated code",
            f"use {KEYWORD_SUGGESTIONS.get(name, name + '_')!r}",
        )
    return name


KEYWORD_SUGGESTIONS = {
    "lambda": "lam",
    "in": "inp",
    "is": "is_",
    "as": "a_s",
    "or": "or_",
    "del": "delta",
}


def size_symbol(name: str) -> Symbol:
    """Return the symbol of a size: the only plain SymPy symbols in our expressions."""
    return Symbol(checked_name(name, "size"), integer=True, positive=True)


def as_size(size: object, what: str = "size") -> Expr:
    """Return a size in SymPy: an integer, a symbol, or an integer expression of them.

    Every symbol becomes the integer and positive one of its name. Raises DefinitionError.
    """
    if isinstance(size, bool):
        raise DefinitionError(
            f"{what}: a size was asked for", f"{size!r}", "use an integer or a name"
        )
    if isinstance(size, str):
        return parse_size(size, what)
    if isinstance(size, int):
        size = Integer(size)
    if isinstance(size, Symbol):
        return size_symbol(size.name)
    if not isinstance(size, Expr) or not _is_size(size):
        raise DefinitionError(
            f"{what}: a size was asked for",
            f"{str(size)[:80]}",
            "use an integer, a name, or integers and names with + - * //",
        )
    if size.free_symbols:
        size = size.xreplace({symbol: size_symbol(symbol.name) for symbol in size.free_symbols})
        if not size.is_integer:
            raise DefinitionError(
                f"{what}: a size was asked for", f"{size}, perhaps a fraction", "divide with //"
            )
    if size.is_Integer and not 0 < int(size) <= LARGEST_SIZE:
        raise DefinitionError(
            f"{what}: a size was asked for", f"{size}", f"sizes run from 1 to {LARGEST_SIZE}"
        )
    return size


def _is_size(expression: Expr) -> bool:
    """Is this made of integers and symbols by + - * ** and floor alone?"""
    return all(
        isinstance(node, (Symbol, Add, Mul, Pow, floor)) or node.is_Rational
        for node in preorder_traversal(expression)
    )


def parse_size(text: str, what: str = "size") -> Expr:
    """Return the size that ``text`` spells: ``64``, ``N``, ``H-R+1``, ``(H-R-1)//2+1``."""
    try:
        if len(text) > 200:
            raise SyntaxError("too long")
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    size = None if tree is None else _size_of(tree, what)
    if size is None:
        raise DefinitionError(
            f"{what}: a size was asked for",
            f"{text[:80]!r}",
            "use an integer, a name, or H - R + 1",
        )
    return as_size(size, what)


def _size_of(tree: ast.AST, what: str) -> Expr | None:
    """Translate the syntax tree of a size; None where the form is not one of a size."""
    if isinstance(tree, ast.Constant) and type(tree.value) is int and tree.value <= LARGEST_SIZE:
        return Integer(tree.value)
    if isinstance(tree, ast.Name):
        return size_symbol(tree.id)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        operand = _size_of(tree.operand, what)
        return None if operand is None else -operand
    if isinstance(tree, ast.BinOp):
        left, right = _size_of(tree.left, what), _size_of(tree.right, what)
        if left is None or right is None:
            return None
        if isinstance(tree.op, ast.FloorDiv) and right.is_zero:
            return None
        if isinstance(tree.op, ast.Pow):
            is_small = right.is_Integer and 0 < right <= LARGEST_SIZE_EXPONENT
            return left**right if is_small and isinstance(left, Symbol) else None
        operator = SIZE_OPERATORS.get(type(tree.op))
        return None if operator is None else operator(left, right)
    return None


SIZE_OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
}


class Index(Operators, Expr):
    """An index letter: a name and a size. Two letters are equal when both are equal.

    In the position of an index it selects an entry; in arithmetic it is the number it stands for.
    """

    __slots__ = ()
    is_commutative = True
    is_integer = True

    def __new__(cls, name: str | Str, size: object) -> Index:
        text = name.name if isinstance(name, Str) else checked_name(name, "index letter")
        return Expr.__new__(cls, Str(text), as_size(size, f"index letter {text}"))

    @property
    def name(self) -> str:
        return self.args[0].name

    @property
    def size(self) -> Expr:
        return self.args[1]

    def _sympystr(self, printer: object) -> str:
        return self.name

    def _latex(self, printer: object) -> str:
        return self.name


def indices(text: str) -> Index | tuple[Index, ...]:
    """Return the letters that ``text`` spells: ``indices("n:N i:64")``; one letter for one word.

    Raises DefinitionError where a word is not name:size, or a letter occurs twice.
    """
    if not isinstance(text, str) or not text.split():
        raise DefinitionError(
            "indices: letters were asked for", f"{text!r}", 'write sb.indices("n:N i:64 h:32")'
        )
    letters = []
    for word in text.replace(",", " ").split():
        name, colon, size = word.partition(":")
        if not colon or not size:
            raise DefinitionError(
                f"indices: {word[:80]!r} was asked for",
                "a letter without a size",
                f'give it one, an integer or a name: "{name[:20]}:64" or "{name[:20]}:N"',
            )
        if any(letter.name == name for letter in letters):
            raise DefinitionError(
                f"indices: {text[:80]!r}", f"the letter {name!r} twice", "use two names"
            )
        letters.append(Index(name, size))
    return letters[0] if len(letters) == 1 else tuple(letters)
