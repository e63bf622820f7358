"""The parts that MathML is put together from: elements, letters, operators, and escaped words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

# What a form is printed as: elements that stand beside each other.
Elements = list[str]

# U+2062: screen readers say "times" where paper shows a space.
TIMES, APPLY = "\u2062", "\u2061"
THIN = "0.17em"


def escaped(words: str) -> str:
    """Return words as character data that is safe in an attribute, too.

    A character that XML cannot hold, or that turns the direction of reading, becomes U+FFFD.
    """
    if not words.isprintable():
        words = "".join(map(_visible, words))
    return escape(words, quote=True)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\t\n":
        return character
    kind = unicodedata.category(character)
    code = ord(character)
    if kind in ("Cc", "Cs", "Zl", "Zp") or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return "\ufffd" if unicodedata.bidirectional(character) in TURNING else character


TURNING = frozenset("LRE RLE LRO RLO PDF LRI RLI FSI PDI".split())


def element(tag: str, *children: str, **attributes: str) -> str:
    """Return one element; ``class_`` is the attribute class."""
    own = "".join(f' {key.rstrip("_")}="{value}"' for key, value in attributes.items())
    return f"<{tag}{own}>{''.join(children)}</{tag}>"


def row(elements: Iterable[str]) -> str:
    """Return elements as one: alone as it is, several in an mrow."""
    elements = list(elements)
    return elements[0] if len(elements) == 1 else element("mrow", *elements)


def operator(sign: str, **attributes: str) -> str:
    """Return an operator; its form says which space it asks for, wherever it stands."""
    return element("mo", escaped(sign), **attributes)


def infix(sign: str) -> str:
    """Return an operator between two operands, spaced so even where a row begins with it."""
    return operator(sign, form="infix")


def gap(sign: str, after: str) -> str:
    """Return an operator with no space before it and this much after it."""
    return operator(sign, lspace="0", rspace=after)


# By what LaTeX puts between two factors.
TIMES_SIGNS = {
    " ": gap(TIMES, "0"), r" \, ": gap(TIMES, THIN), r" \cdot ": infix("⋅"),
    r" \odot ": infix("⊙"), r" \times ": infix("×"), r" \bmod ": infix("mod"),
    "/": gap("/", "0"),
}  # fmt: skip


def letter(character: str, upright: bool = False) -> str:
    """Return one letter, slanted unless ``upright``."""
    # Capital Greek letters stand upright, as in LaTeX.
    upright = upright or "Α" <= character <= "Ω" or character == "∞"
    variant = {"mathvariant": "normal"} if upright else {}
    return element("mi", escaped(character), **variant)


def word(text: str) -> str:
    """Return a word of several letters, upright."""
    return element("mi", escaped(text)) if len(text) > 1 else letter(text, upright=True)


def digits(text: str) -> str:
    """Return digits, with a point or commas among them."""
    return element("mn", escaped(text))


def words(text: str) -> str:
    """Return text inside a formula; its spaces at the ends are kept."""
    return element("mtext", escaped(text).replace(" ", "\u00a0"))


def scripted(base: str, below: str = "", above: str = "") -> str:
    """Return a base with a subscript, a superscript, both or none."""
    if below and above:
        return element("msubsup", base, below, above)
    if below:
        return element("msub", base, below)
    return element("msup", base, above) if above else base


# Heights in em by ``tree.height``, as LaTeX's big brackets: a name under a brace does not stretch
# them, and a formula may be broken between two of them.
SIZES = ("", "", "1.2em", "2.4em", "2.4em", "3em")
FENCES = {"|": "||", "‖": "‖‖", "⌊": "⌊⌋", "[": "[]", "(": "()"}


def bracket(sign: str, tall: int, form: str) -> str:
    """Return a bracket for a content of this height; ``form`` is prefix or postfix."""
    size = SIZES[min(tall, len(SIZES) - 1)]
    if not size:
        return operator(sign, form=form, stretchy="false")
    return operator(sign, form=form, stretchy="true", minsize=size, maxsize=size)


def between(fence: str, inside: Elements, tall: int) -> str:
    """Return elements between brackets."""
    left, right = FENCES[fence]
    return element("mrow", bracket(left, tall, "prefix"), *inside, bracket(right, tall, "postfix"))
