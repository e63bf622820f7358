r"""Trees as LaTeX: one row of ``EMIT``, one short function for each form.

A formula on its own line stacks its fractions; within a line of prose it is ``flat``: a/b. With
``macros`` derivatives, adjoints, transposes and the like are \pd{E}{w_5}, \adj{Z}, X^{\transpose},
which a preamble can restyle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sympy import Expr

from symback.notation.big import body_place, is_sign, sharing
from symback.notation.latex_symbols import (
    comma,
    is_entry,
    joined,
    relation_latex,
    script,
    symbol_latex,
)
from symback.notation.latex_text import escaped
from symback.notation.layout import layout
from symback.notation.numbers import number_latex
from symback.notation.options import DEFAULT, Notation
from symback.notation.symbols import GREEK, NONE, Symbols
from symback.notation.tree import (
    ATOM,
    PRODUCT,
    SUM,
    Big,
    Bound,
    Brace,
    Call,
    Cases,
    Derivative,
    Fenced,
    Fraction,
    Glyph,
    Indexed,
    Kronecker,
    Logic,
    Number,
    Power,
    Product,
    Relation,
    Root,
    Row,
    Sum,
    Symbol,
    Tree,
    Words,
    binding,
    factor_needs_brackets,
    height,
    is_operator,
    needs_brackets,
    numeric,
    starts_with_number,
)


@dataclass(frozen=True, slots=True)
class Mode:
    """How a tree is to be printed."""

    flat: bool = False
    macros: bool = False


DISPLAY, INLINE, SCRIPT = Mode(), Mode(flat=True), Mode(flat=True)


def latex(
    expression: Expr,
    notation: Notation = DEFAULT,
    symbols: Symbols = NONE,
    parts: Mapping[Expr, object] | None = None,
    inline: bool = False,
) -> str:
    """Return an expression in LaTeX, fractions stacked unless ``inline``; raises NotYetError.

    ``parts`` replaces subexpressions by numbers or trees, as in ``layout``.
    """
    return latex_of(layout(expression, notation, symbols, parts), INLINE if inline else DISPLAY)


def latex_of(tree: Tree, mode: Mode = DISPLAY) -> str:
    """Return a tree in LaTeX."""
    return EMIT[type(tree)](tree, mode)


def _in(tree: Tree, place: int, mode: Mode) -> str:
    """Return an operand, in brackets if it binds less tightly than its place asks for."""
    text = latex_of(tree, mode)
    return _bracketed(text, tree, mode) if needs_brackets(tree, place, mode.flat) else text


# Brackets have fixed sizes, not \left and \right: a line may be broken inside them.
SIZES = ("", "", r"\bigl", r"\biggl", r"\biggl", r"\Biggl", r"\Biggl")


def bracket(sign: str, tall: int) -> str:
    """Return a bracket for a content of this height."""
    size = SIZES[min(tall, len(SIZES) - 1)]
    closes = sign in (")", "]") or sign.lstrip().startswith(r"\r")
    spaced = " " if closes and sign.startswith(" ") else ""
    return spaced + (size.replace("gl", "gr") if closes else size) + sign.lstrip()


def _bracketed(text: str, tree: Tree, mode: Mode) -> str:
    return _between("(", text, tree, mode)


def _between(fence: str, text: str, tree: Tree, mode: Mode) -> str:
    tall = 1 if mode.flat else height(tree)
    before, after = FENCES[fence]
    return f"{bracket(before, tall)}{text}{bracket(after, tall)}"


# Symbols


def _symbol(symbol: Symbol, mode: Mode) -> str:
    indices, glued = _indices(symbol.indices)
    return symbol_latex(symbol, indices, glued, mode.macros)


def _indices(indices: tuple[Tree, ...]) -> tuple[str, bool]:
    """Return index positions and whether they are single letters, which need no commas."""
    between = comma(indices)
    return joined(list(map(_index, indices)), between.replace(" ", r"\,")), not between


def _index(index: Tree) -> str:
    """Return one index; of a gather in brackets, E_{ids[n], j}: a smaller n could not be read."""
    if not is_entry(index):
        return latex_of(index, SCRIPT)
    return f"{latex_of(replace(index, indices=()), SCRIPT)}[{_indices(index.indices)[0]}]"


def _indexed(tree: Indexed, mode: Mode) -> str:
    return _in(tree.body, ATOM, mode) + script("_", _indices(tree.indices)[0])


# Arithmetic


def _sum(tree: Sum, mode: Mode) -> str:
    text = ""
    for number, (sign, term) in enumerate(tree.terms):
        place = SUM if number == 0 and sign == "+" else PRODUCT if sign == "-" else SUM + 1
        is_open = isinstance(term, Cases) and number < len(tree.terms) - 1
        shown = _in(term, ATOM + 1 if is_open else place, mode)
        text += ("-" if sign == "-" else "") if number == 0 else f" {sign} "
        text += shown
    return text


def product_sign(left: Tree, right: Tree, sign: str, mode: Mode = DISPLAY) -> str:
    r"""Return what stands between two factors: a thin space, a dot before numbers, ⊙, or ×."""
    if sign:
        return r" \had " if mode.macros and sign == "⊙" else GLYPHS[sign]
    if starts_with_number(right) or (numeric(right) and numeric(left)):
        return r" \cdot "
    is_coefficient = isinstance(left, Number) and left.mantissa.isdigit() and not left.negative
    is_letter = isinstance(right, Symbol) and (len(right.base) == 1 or right.base in GREEK)
    is_close = isinstance(right, Big) or (is_coefficient and is_letter)
    return " " if is_close or is_operator(left) else r" \, "


def _product(tree: Product, mode: Mode) -> str:
    last = len(tree.factors) - 1
    text, before = "", None
    for number, factor in enumerate(tree.factors):
        shown = latex_of(factor, mode)
        if factor_needs_brackets(factor, number == last, mode.flat):
            shown = _bracketed(shown, factor, mode)
        sign = "" if before is None else product_sign(before, factor, tree.sign, mode)
        text += sign + shown
        before = factor
    return text


def _fraction(tree: Fraction, mode: Mode) -> str:
    if mode.flat:
        return f"{_in(tree.top, PRODUCT, mode)}/{_in(tree.bottom, PRODUCT + 1, mode)}"
    return rf"\frac{{{latex_of(tree.top, mode)}}}{{{latex_of(tree.bottom, mode)}}}"


def _derivative(tree: Derivative, mode: Mode) -> str:
    top = "" if tree.top is None else _in(tree.top, ATOM - 1, INLINE)
    bottom = _in(tree.bottom, ATOM - 1, replace(mode, flat=True))
    if tree.sign == "∇":
        return rf"\nabla{script('_', bottom)} {top}"
    if mode.macros and not mode.flat:
        return rf"\{'pd' if tree.sign == '∂' else 'td'}{{{top}}}{{{bottom}}}"
    sign = r"\partial" if tree.sign == "∂" else r"\mathrm{d}"
    above, below = f"{sign} {top}".rstrip(), f"{sign} {bottom}"
    return f"{above}/{below}" if mode.flat else rf"\frac{{{above}}}{{{below}}}"


def _power(tree: Power, mode: Mode) -> str:
    raised = latex_of(tree.exponent, replace(SCRIPT, macros=mode.macros))
    return f"{_in(tree.base, ATOM, mode)}{script('^', raised)}"


# Operators with a body


BIG = {
    "Σ": r"\sum", "Π": r"\prod", "max": r"\max", "min": r"\min",
    "mean": r"\operatorname*{mean}", "argmax": r"\operatorname*{arg\,max}",
}  # fmt: skip


def _big(tree: Big, mode: Mode) -> str:
    head = "".join(_big_sign(tree.operator, bounds) for bounds in sharing(tree))
    if tree.body is None:
        return head + " "
    return f"{head} {_in(tree.body, body_place(tree), mode)}"


def _big_sign(operator: str, bounds: list[Bound]) -> str:
    letters = [_letter(bound, operator) for bound in bounds]
    under = script("_", joined(letters, ","))
    high = bounds[0].high if is_sign(operator) else None
    over = "" if high is None else script("^", latex_of(high, SCRIPT))
    return f"{BIG[operator]}{under}{over}"


def _letter(bound: Bound, operator: str) -> str:
    letter = latex_of(bound.letter, SCRIPT)
    if bound.low is None:
        return letter
    low, high = latex_of(bound.low, SCRIPT), latex_of(bound.high, SCRIPT)
    return f"{letter}={low}" if is_sign(operator) else rf"{low} \le {letter} \le {high}"


def _call(tree: Call, mode: Mode) -> str:
    over = joined([latex_of(letter, SCRIPT) for letter in tree.over], ",")
    head = tree.latex + (f"_{{{over}}}" if over else "")
    if not tree.arguments:
        return head
    tall = 1 if mode.flat else max(height(argument) for argument in tree.arguments)
    inside = ", ".join(latex_of(argument, mode) for argument in tree.arguments)
    text = f"{head}{bracket('(', tall)}{inside}{bracket(')', tall)}"
    return text if tree.at is None else f"{text}_{{{latex_of(tree.at, SCRIPT)}}}"


FENCES = {
    "‖": (r"\lVert ", r" \rVert"),
    "|": (r"\lvert ", r" \rvert"), "⌊": (r"\lfloor ", r" \rfloor"), "[": ("[", "]"),
    "(": ("(", ")"),
}  # fmt: skip


def _fenced(tree: Fenced, mode: Mode) -> str:
    return _between(tree.fence, latex_of(tree.body, mode), tree.body, mode)


def _cases(tree: Cases, mode: Mode) -> str:
    if mode.flat:
        (value, condition), (last, _) = tree.rows[0], tree.rows[-1]
        shown = [latex_of(part, mode) for part in (value, condition, last)]
        # A minus behind a word would be set as one between two terms.
        other = f"{{{shown[2]}}}" if shown[2].startswith("-") else shown[2]
        return rf"{shown[0]} \text{{ if }} {shown[1]} \text{{ else }} {other}"
    rows = [
        latex_of(value, mode)
        + (rf" & \text{{if }} {latex_of(test, INLINE)}" if test else r" & \text{otherwise}")
        for value, test in tree.rows
    ]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


# Conditions and the rest


def _relation(tree: Relation, mode: Mode) -> str:
    text = _in(tree.parts[0], SUM, mode)
    for sign, part in zip(tree.operators, tree.parts[1:], strict=True):
        text += f" {relation_latex(sign)} {_in(part, SUM, mode)}"
    return text


def _logic(tree: Logic, mode: Mode) -> str:
    if tree.word == "not":
        return rf"\text{{not }} {_in(tree.parts[0], ATOM, mode)}"
    place = binding(tree) + 1
    return rf" \text{{ {tree.word} }} ".join(_in(part, place, mode) for part in tree.parts)


def _kronecker(tree: Kronecker, mode: Mode) -> str:
    pair = _indices((tree.left, tree.right))[0]
    return rf"\kron{{{pair}}}" if mode.macros else rf"\delta_{{{pair}}}"


def _words(tree: Words, mode: Mode) -> str:
    if tree.text == "⊤":
        return r"\transpose" if mode.macros else r"\top"
    return rf"\text{{{escaped(tree.text)}}}"


def _brace(tree: Brace, mode: Mode) -> str:
    body = latex_of(tree.body, mode)
    if mode.flat:
        return body
    label = latex_of(tree.label, SCRIPT)
    return rf"\named{{{body}}}{{{label}}}" if mode.macros else rf"\underbrace{{{body}}}_{{{label}}}"


GLYPHS = {
    " ": r" \, ", "·": r" \cdot ", "⊙": r" \odot ", ",": ", ", "×": r" \times ",
    "mod": r" \bmod ", "/": "/",
}  # fmt: skip


def _glyph(tree: Glyph, mode: Mode) -> str:
    if tree.text in "()":
        return bracket(tree.text, tree.height)
    if mode.macros and tree.text == "⊙":
        return r" \had "
    return GLYPHS.get(tree.text) or f" {tree.text} "


EMIT: dict[type[Tree], Callable[..., str]] = {
    Number: lambda tree, mode: number_latex(tree),
    Symbol: _symbol,
    Indexed: _indexed,
    Sum: _sum,
    Product: _product,
    Fraction: _fraction,
    Derivative: _derivative,
    Power: _power,
    Big: _big,
    Call: _call,
    Kronecker: _kronecker,
    Fenced: _fenced,
    Root: lambda tree, mode: rf"\sqrt{{{latex_of(tree.body, mode)}}}",
    Cases: _cases,
    Relation: _relation,
    Logic: _logic,
    Words: _words,
    Brace: _brace,
    Glyph: _glyph,
    Row: lambda tree, mode: "".join(latex_of(item, mode) for item in tree.items).strip(),
}
