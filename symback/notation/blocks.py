"""Trees as Unicode in two dimensions: stacked fractions, tall brackets, braces with names.

    ⎛ ∂E    ∂o1     ∂E    ∂o2   ⎞
    ⎜ ─── ─────── + ─── ─────── ⎟ · w5
    ⎝ ∂o1 ∂net_o1   ∂o2 ∂net_o2 ⎠
      └── δo1 ──┘   └── δo2 ──┘

What is one line high is printed by ``notation.unicode``; only taller forms have a row here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from symback.notation.big import body_place
from symback.notation.tree import (
    ATOM,
    PRODUCT,
    SUM,
    Big,
    Brace,
    Call,
    Cases,
    Derivative,
    Fenced,
    Fraction,
    Indexed,
    Power,
    Product,
    Relation,
    Root,
    Row,
    Sum,
    Tree,
    factor_needs_brackets,
    height,
    is_operator,
    needs_brackets,
)
from symback.notation.unicode import SIGNS, big_head, relation_text, text_of, width


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of equal width; ``base`` is the number of the base line.

    The last ``foot`` lines hold names under braces: brackets do not reach down to them.
    """

    lines: tuple[str, ...]
    base: int = 0
    foot: int = 0

    @property
    def width(self) -> int:
        return width(self.lines[0])

    @property
    def core(self) -> int:
        """The number of lines without the foot."""
        return len(self.lines) - self.foot


def block_of(tree: Tree) -> Block:
    """Return a tree set in two dimensions."""
    emit = EMIT.get(type(tree))
    if emit and (height(tree) > 1 or _has_brace(tree)):
        return emit(tree)
    return text_block(text_of(tree, True))


def _has_brace(tree: Tree) -> bool:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Brace):
            return True
        stack.extend(_parts(node))
    return False


def text_block(text: str) -> Block:
    """Return a text as a block of one line."""
    return Block((unicodedata.normalize("NFC", text),))


def padded(text: str, columns: int) -> str:
    """Return a text followed by spaces up to this width."""
    return text + " " * (columns - width(text))


def centred(text: str, columns: int) -> str:
    """Return a text in the middle of this width."""
    return padded(" " * ((columns - width(text)) // 2) + text, columns)


def beside(*blocks: Block) -> Block:
    """Return blocks beside each other, their base lines level."""
    above = max(block.base for block in blocks)
    below = max(block.core - block.base for block in blocks)
    foot = max(block.foot for block in blocks)
    rows = [""] * (above + below + foot)
    for block in blocks:
        blank = " " * block.width
        top = above - block.base
        core = [blank] * top + list(block.lines[: block.core])
        core += [blank] * (above + below - len(core)) + list(block.lines[block.core :])
        core += [blank] * (len(rows) - len(core))
        rows = [row + line for row, line in zip(rows, core, strict=True)]
    return Block(tuple(rows), above, foot)


def stacked(top: Block, bottom: Block) -> Block:
    """Return a fraction."""
    columns = max(top.width, bottom.width, 3)
    lines = [centred(line, columns) for line in top.lines]
    lines += ["─" * columns] + [centred(line, columns) for line in bottom.lines]
    return Block(tuple(lines), len(top.lines))


# fence: (left, right), each (one line; top, middle, bottom of several).
TALL = {
    "(": ("(⎛⎜⎝", ")⎞⎟⎠"),
    "[": ("[⎡⎢⎣", "]⎤⎥⎦"),
    "⌊": ("⌊⎢⎢⎣", "⌋⎥⎥⎦"),
    "|": ("|│││", "|│││"),
    "‖": ("‖║║║", "‖║║║"),
}


def fenced(block: Block, fence: str = "(") -> Block:
    """Return a block between brackets as tall as it is."""
    left, right = (_fence(signs, block) for signs in TALL[fence])
    space = text_block(" " if block.core > 1 else "")
    return beside(left, space, block, space, right)


def _fence(signs: str, block: Block) -> Block:
    if block.core == 1:
        return text_block(signs[0])
    lines = (signs[1], *signs[2] * (block.core - 2), signs[3])
    return Block(lines, block.base)


def _in(tree: Tree, place: int) -> Block:
    block = block_of(tree)
    return fenced(block) if needs_brackets(tree, place) else block


# Forms


def _sum(tree: Sum) -> Block:
    blocks = []
    for number, (sign, term) in enumerate(tree.terms):
        place = SUM if number == 0 and sign == "+" else PRODUCT if sign == "-" else SUM + 1
        is_open = isinstance(term, Cases) and number < len(tree.terms) - 1
        shown_sign = "−" if sign == "-" else "+"
        if number:
            blocks.append(text_block(f" {shown_sign} "))
        elif sign == "-":
            blocks.append(text_block(shown_sign))
        block = _in(term, ATOM + 1 if is_open else place)
        if not number and sign == "-" and block.core > 1:
            blocks.append(text_block(" "))
        blocks.append(block)
    return beside(*blocks)


def _product(tree: Product) -> Block:
    last = len(tree.factors) - 1
    blocks: list[Block] = []
    before: Tree | None = None
    for number, factor in enumerate(tree.factors):
        block = block_of(factor)
        if factor_needs_brackets(factor, number == last):
            block = fenced(block)
        if before is not None:
            ratios = (is_operator(before), _is_ratio(before) and _is_ratio(factor))
            blocks.append(text_block(" " if any(ratios) else _sign(tree.sign)))
        blocks.append(block)
        before = factor
    return beside(*blocks)


def _sign(sign: str) -> str:
    return SIGNS[sign] if sign == "/" else SIGNS[sign].center(3)


def _is_ratio(tree: Tree) -> bool:
    """Is this a derivative, or several with a brace or brackets round them?"""
    if isinstance(tree, Brace):
        return _is_ratio(tree.body)
    if isinstance(tree, Product):
        return all(_is_ratio(factor) for factor in tree.factors)
    if isinstance(tree, Sum):
        return all(_is_ratio(term) for _, term in tree.terms)
    return isinstance(tree, Derivative)


def _fraction(tree: Fraction) -> Block:
    return stacked(block_of(tree.top), block_of(tree.bottom))


def _derivative(tree: Derivative) -> Block:
    if tree.sign == "∇":
        return text_block(text_of(tree, True))
    top = "" if tree.top is None else text_of(tree.top, True)
    return stacked(
        text_block(tree.sign + top), text_block(tree.sign + text_of(tree.bottom, True))
    )


def _indexed(tree: Indexed) -> Block:
    indices = text_of(Indexed(Row(()), tree.indices), True)
    return beside(_in(tree.body, ATOM), text_block(indices))


def _power(tree: Power) -> Block:
    base = _in(tree.base, ATOM)
    raised = text_of(Power(Row(()), tree.exponent), True)
    exponent = Block((raised, *[" " * width(raised)] * (base.core - 1)), base.base)
    return beside(base, exponent)


def _big(tree: Big) -> Block:
    body = _in(tree.body, body_place(tree))
    return beside(text_block(big_head(tree) + " "), body)


def _call(tree: Call) -> Block:
    head = text_of(Call(tree.latex, tree.unicode, (), tree.over), True)
    inside = block_of(tree.arguments[0])
    for argument in tree.arguments[1:]:
        inside = beside(inside, text_block(", "), block_of(argument))
    after = "" if tree.at is None else f"[{text_of(tree.at, True)}]"
    return beside(text_block(head), fenced(inside), text_block(after))


def _cases(tree: Cases) -> Block:
    values = [text_of(value, True) for value, _ in tree.rows]
    tests = [f"if {text_of(test, True)}" if test else "otherwise" for _, test in tree.rows]
    columns = max(map(width, values)) + 2
    lines = [padded(v, columns) + t for v, t in zip(values, tests, strict=True)]
    longest = max(map(width, lines))
    rows = [padded(line, longest) for line in lines]
    rows.insert(len(rows) // 2, " " * longest)
    brace = ("⎧", *"⎪" * (len(rows) - 3), "⎨", "⎩") if len(rows) > 3 else ("⎧", "⎨", "⎩")
    return Block(tuple(f"{b} {row}" for b, row in zip(brace, rows, strict=True)), len(rows) // 2)


def _brace(tree: Brace) -> Block:
    body, label = block_of(tree.body), f" {text_of(tree.label, True)} "
    columns = max(body.width, width(label) + 4)
    body = beside(text_block(" " * ((columns - body.width) // 2)), body)
    body = beside(body, text_block(" " * (columns - body.width)))
    dashes = columns - 2 - width(label)
    under = f"└{'─' * (dashes // 2)}{label}{'─' * (dashes - dashes // 2)}┘"
    return Block((*body.lines, under), body.base, body.foot + 1)


def _relation(tree: Relation) -> Block:
    blocks = [_in(tree.parts[0], SUM)]
    for sign, part in zip(tree.operators, tree.parts[1:], strict=True):
        blocks += [text_block(f" {relation_text(sign)} "), _in(part, SUM)]
    return beside(*blocks)


def _parts(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, Product):
        return tree.factors
    if isinstance(tree, Sum):
        return tuple(term for _, term in tree.terms)
    return (tree.body,) if isinstance(tree, (Fenced, Root, Big)) and tree.body else ()


EMIT: dict[type[Tree], Callable[..., Block]] = {
    Sum: _sum,
    Product: _product,
    Fraction: _fraction,
    Derivative: _derivative,
    Indexed: _indexed,
    Power: _power,
    Big: _big,
    Call: _call,
    Fenced: lambda tree: fenced(block_of(tree.body), tree.fence),
    Root: lambda tree: beside(text_block("√"), fenced(block_of(tree.body))),
    Cases: _cases,
    Brace: _brace,
    Relation: _relation,
}
