"""Trees as MathML, as browsers set it: one row of ``EMIT``, one short function for each form.

A formula on its own line stacks its fractions; within a line of prose it is ``flat``: a/b. Its
LaTeX goes with it as an annotation, for readers and programs that want to copy it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sympy import Expr

from symback.notation.big import body_place, is_sign, sharing
from symback.notation.latex import DISPLAY, INLINE, latex_of, product_sign
from symback.notation.latex_symbols import comma
from symback.notation.layout import layout
from symback.notation.mathml_symbols import (
    Scripted,
    joined,
    latex_atoms,
    linked,
    number_elements,
    symbol_mathml,
)
from symback.notation.mathml_text import (
    APPLY,
    THIN,
    TIMES,
    TIMES_SIGNS,
    Elements,
    between,
    bracket,
    element,
    escaped,
    gap,
    infix,
    letter,
    operator,
    row,
    scripted,
    word,
    words,
)
from symback.notation.options import DEFAULT, Notation
from symback.notation.symbols import NONE, Symbols
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
)
from symback.notation.unicode import relation_text

NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def mathml(
    expression: Expr,
    notation: Notation = DEFAULT,
    symbols: Symbols = NONE,
    parts: Mapping[Expr, object] | None = None,
    inline: bool = False,
) -> str:
    """Return an expression as MathML, fractions stacked unless ``inline``; raises NotYetError.

    ``parts`` replaces subexpressions by numbers or trees, as in ``layout``.
    """
    tree = layout(expression, notation, symbols, parts)
    place = {} if inline else {"display": "block"}
    return _math(tree, inline, True, xmlns=NAMESPACE, **place)


def mathml_of(tree: Tree, flat: bool = False, annotated: bool = True) -> str:
    """Return a tree as a math element of an HTML page; ``annotated`` adds its LaTeX."""
    return _math(tree, flat, annotated, **({} if flat else {"displaystyle": "true"}))


def _math(tree: Tree, flat: bool, annotated: bool, **attributes: str) -> str:
    shown = row(elements_of(tree, flat))
    if annotated:
        tex = escaped(latex_of(tree, INLINE if flat else DISPLAY))
        shown += element("annotation", tex, encoding="application/x-tex")
        shown = element("semantics", shown)
    return element("math", shown, **attributes)


def elements_of(tree: Tree, flat: bool = False) -> Elements:
    """Return a tree as elements that stand beside each other."""
    return EMIT[type(tree)](tree, flat)


def _one(tree: Tree, flat: bool) -> str:
    return row(elements_of(tree, flat))


def _bracketed(tree: Tree, flat: bool) -> str:
    return between("(", elements_of(tree, flat), 1 if flat else height(tree))


def _in(tree: Tree, place: int, flat: bool) -> Elements:
    """Return an operand, in brackets if it binds less tightly than its place asks for."""
    brackets = needs_brackets(tree, place, flat)
    return [_bracketed(tree, flat)] if brackets else elements_of(tree, flat)


# Symbols


def _parts(symbol: Symbol) -> Scripted:
    return symbol_mathml(symbol, _indices(symbol.indices), not comma(symbol.indices))


def _indices(indices: tuple[Tree, ...]) -> Elements:
    """Return index positions with what stands between them."""
    return joined([_index(index) for index in indices], comma(indices))


def _index(index: Tree) -> str:
    """Return one index; of a gather in brackets: E_{ids[n], j}."""
    if not isinstance(index, Symbol):
        return _one(index, True)
    if not index.indices:
        # Why not linked? A page links tensors to its picture, which has no letters.
        return _parts(index).element()
    inside = between("[", _indices(index.indices), 1)
    return row([*elements_of(replace(index, indices=()), True), gap(APPLY, "0"), inside])


def _below(base: str, positions: tuple[Tree, ...]) -> str:
    return element("msub", base, row(_indices(positions)))


# Arithmetic


def _sum(tree: Sum, flat: bool) -> Elements:
    shown: Elements = []
    for number, (sign, term) in enumerate(tree.terms):
        place = SUM if number == 0 and sign == "+" else PRODUCT if sign == "-" else SUM + 1
        is_open = isinstance(term, Cases) and number < len(tree.terms) - 1
        if number:
            shown.append(infix("−" if sign == "-" else "+"))
        elif sign == "-":
            shown.append(operator("−", form="prefix"))
        shown += _in(term, ATOM + 1 if is_open else place, flat)
    return shown


def _product(tree: Product, flat: bool) -> Elements:
    last = len(tree.factors) - 1
    shown: Elements = []
    before = None
    for number, factor in enumerate(tree.factors):
        if before is not None:
            sign = product_sign(before, factor, tree.sign)
            shown.append(gap(TIMES, THIN) if is_operator(before) else TIMES_SIGNS[sign])
        brackets = factor_needs_brackets(factor, number == last, flat)
        shown += [_bracketed(factor, flat)] if brackets else elements_of(factor, flat)
        before = factor
    return shown


def _fraction(tree: Fraction, flat: bool) -> Elements:
    if flat:
        top, bottom = _in(tree.top, PRODUCT, True), _in(tree.bottom, PRODUCT + 1, True)
        return [*top, gap("/", "0"), *bottom]
    return [element("mfrac", _one(tree.top, False), _one(tree.bottom, False))]


def _derivative(tree: Derivative, flat: bool) -> Elements:
    sign = letter("∂") if tree.sign == "∂" else letter("d", upright=True)
    top = [] if tree.top is None else _in(tree.top, ATOM - 1, True)
    bottom = _in(tree.bottom, ATOM - 1, True)
    ends = {"data-of": tree.top, "data-by": tree.bottom}
    linked = {key: escaped(end.name) for key, end in ends.items() if isinstance(end, Symbol)}
    if tree.sign == "∇":
        return [element("mrow", element("msub", letter("∇"), row(bottom)), *top, **linked)]
    if flat:
        return [element("mrow", sign, *top, gap("/", "0"), sign, *bottom, **linked)]
    return [element("mfrac", row([sign, *top]), row([sign, *bottom]), **linked)]


def _power(tree: Power, flat: bool) -> Elements:
    raised = _one(tree.exponent, True)
    base = tree.base
    if isinstance(base, Symbol) and not needs_brackets(base, ATOM, flat):
        parts = _parts(base)
        if not parts.above:
            return [linked(scripted(parts.base, parts.below, raised), base)]
    return [element("msup", row(_in(base, ATOM, flat)), raised)]


# Operators with a body


def _big(tree: Big, flat: bool) -> Elements:
    head = [_big_sign(tree.operator, bounds, flat) for bounds in sharing(tree)]
    if tree.body is None:
        return head
    return [*head, *_in(tree.body, body_place(tree), flat)]


BIG = {"Σ": "∑", "Π": "∏", "argmax": "arg max"}


def _big_sign(name: str, bounds: list[Bound], flat: bool) -> str:
    # The space after a word is that of an operator without brackets: mean_n x.
    space = {} if is_sign(name) else {"lspace": "0", "rspace": THIN, "form": "prefix"}
    sign = operator(BIG.get(name, name), movablelimits="false", **space)
    under = row(joined([_letter(bound, name) for bound in bounds], ","))
    high = bounds[0].high if is_sign(name) else None
    if flat:
        return scripted(sign, under, "" if high is None else _one(high, True))
    if high is None:
        return element("munder", sign, under)
    return element("munderover", sign, under, _one(high, True))


def _letter(bound: Bound, name: str) -> str:
    shown = _one(bound.letter, True)
    if bound.low is None:
        return shown
    low = elements_of(bound.low, True)
    if is_sign(name):
        return row([shown, infix("="), *low])
    return row([*low, infix("≤"), shown, infix("≤"), *elements_of(bound.high, True)])


def _call(tree: Call, flat: bool) -> Elements:
    first, *rest = latex_atoms(tree.latex) or [Scripted(word(tree.unicode))]
    over = row(joined([_one(part, True) for part in tree.over], ",")) if tree.over else ""
    head = [Scripted(first.base, first.below or over, first.above).element()]
    head += [atom.element() for atom in rest]
    if not tree.arguments:
        return head
    inside = joined([_one(argument, flat) for argument in tree.arguments])
    inside = [piece for part in inside for piece in (gap(",", THIN), part)][1:]
    tall = 1 if flat else max(height(argument) for argument in tree.arguments)
    # Without an operator before the bracket, readers would hear a product.
    shown = [*head, gap(APPLY, "0"), between("(", inside, tall)]
    return shown if tree.at is None else [element("msub", row(shown), _one(tree.at, True))]


def _fenced(tree: Fenced, flat: bool) -> Elements:
    return [between(tree.fence, elements_of(tree.body, flat), 1 if flat else height(tree.body))]


def _cases(tree: Cases, flat: bool) -> Elements:
    if flat:
        (value, condition), (other, _) = tree.rows[0], tree.rows[-1]
        shown = [elements_of(part, True) for part in (value, condition, other)]
        return [*shown[0], words(" if "), *shown[1], words(" else "), *shown[2]]
    rows = [
        element("mtr", element("mtd", *elements_of(value)), element("mtd", *_test(test)))
        for value, test in tree.rows
    ]
    table = element("mtable", *rows, columnalign="left left", class_="cases")
    return [element("mrow", operator("{", form="prefix", stretchy="true"), table)]


def _test(test: Tree | None) -> Elements:
    return [words("if "), *elements_of(test, True)] if test else [words("otherwise")]


# Conditions and the rest


def _relation(tree: Relation, flat: bool) -> Elements:
    shown = _in(tree.parts[0], SUM, flat)
    for sign, part in zip(tree.operators, tree.parts[1:], strict=True):
        shown += [infix(relation_text(sign)), *_in(part, SUM, flat)]
    return shown


def _logic(tree: Logic, flat: bool) -> Elements:
    if tree.word == "not":
        return [words("not "), *_in(tree.parts[0], ATOM, flat)]
    place = binding(tree) + 1
    shown = [_in(part, place, flat) for part in tree.parts]
    return [piece for part in shown for piece in (words(f" {tree.word} "), *part)][1:]


def _brace(tree: Brace, flat: bool) -> Elements:
    if flat:
        return elements_of(tree.body, True)
    brace = operator("⏟", stretchy="true")
    body = element("munder", _one(tree.body, False), brace, accentunder="true")
    return [element("munder", body, _one(tree.label, True))]


GLYPHS = {"-": "−", "·": "⋅"}


def _glyph(tree: Glyph, flat: bool) -> Elements:
    if tree.text in "()":
        form = "prefix" if tree.text == "(" else "postfix"
        return [bracket(tree.text, 1 if flat else tree.height, form)]
    spaced = {" ": gap(TIMES, THIN), ",": gap(",", THIN)}
    return [spaced.get(tree.text) or infix(GLYPHS.get(tree.text, tree.text))]


EMIT: dict[type[Tree], Callable[[Tree, bool], Elements]] = {
    Number: lambda tree, flat: number_elements(tree),
    Symbol: lambda tree, flat: [linked(_parts(tree).element(), tree)],
    Indexed: lambda t, flat: [_below(row(_in(t.body, ATOM, flat)), t.indices)],
    Sum: _sum,
    Product: _product,
    Fraction: _fraction,
    Derivative: _derivative,
    Power: _power,
    Big: _big,
    Call: _call,
    Kronecker: lambda tree, flat: [_below(letter("δ"), (tree.left, tree.right))],
    Fenced: _fenced,
    Root: lambda tree, flat: [element("msqrt", *elements_of(tree.body, flat))],
    Cases: _cases,
    Relation: _relation,
    Logic: _logic,
    Words: lambda t, flat: [letter("⊤", upright=True) if t.text == "⊤" else words(t.text)],
    Brace: _brace,
    Glyph: _glyph,
    Row: lambda t, flat: [piece for item in t.items for piece in elements_of(item, flat)],
}
