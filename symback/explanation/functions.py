"""What functions mean and how they slope: σ(z) = 1/(1 + exp(−z)), da/dz = a(1 − a)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sympy import Expr, Integer, Rational, pi

from symback.algebra.letters import Index
from symback.algebra.nodes import IndexSum, LogSumExp, Softmax, Where
from symback.algebra.operators import (
    Comparison,
    Decimal,
    Negative,
    Plus,
    Pointwise,
    Power,
    Quotient,
    Times,
)
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.algebra.traversal import fresh_letter, subexpressions
from symback.explanation.lesson import Lesson
from symback.explanation.locals import functions_differentiated, is_stable_form
from symback.explanation.symbols import WHAT_FUNCTIONS_ARE, forward_names
from symback.explanation.texts import TEXTS, say
from symback.notation.symbols import parsed
from symback.notation.tree import Derivative, Relation, Tree
from symback.render.document import Inlines

ZERO, ONE, TWO = Integer(0), Integer(1), Integer(2)


def exp(argument: Expr) -> Expr:
    """Return exp(argument), as written."""
    return Pointwise("exp", argument)


def minus(left: Expr, right: Expr) -> Expr:
    """Return left − right, as written."""
    return Plus(left, Negative(right))


def _positive(z: Expr) -> Expr:
    return Comparison(">", z, ZERO)


def _gelu_tanh(z: Expr) -> Expr:
    inner = Plus(z, Times(Decimal("0.044715"), Power(z, Integer(3))))
    bend = Pointwise("tanh", Times(Pointwise("sqrt", Quotient(TWO, pi)), inner))
    return Times(Rational(1, 2), z, Plus(ONE, bend))


# function: what it stands for, in functions that need no explanation.
DEFINITIONS: dict[str, Callable[..., Expr]] = {
    "sigmoid": lambda z: Quotient(ONE, Plus(ONE, exp(Negative(z)))),
    "tanh": lambda z: Quotient(minus(exp(z), exp(Negative(z))), Plus(exp(z), exp(Negative(z)))),
    "softplus": lambda z: Pointwise("log", Plus(ONE, exp(z))),
    "relu": lambda z: Where(_positive(z), z, ZERO),
    "leaky_relu": lambda z, s: Where(_positive(z), z, Times(s, z)),
    "elu": lambda z, s: Where(_positive(z), z, Times(s, minus(exp(z), ONE))),
    "silu": lambda z: Quotient(z, Plus(ONE, exp(Negative(z)))),
    "gelu": lambda z: Quotient(
        Times(z, Plus(ONE, Pointwise("erf", Quotient(z, Pointwise("sqrt", TWO))))), TWO
    ),
    "gelu_tanh": _gelu_tanh,
    "log1p": lambda z: Pointwise("log", Plus(ONE, z)),
    "expm1": lambda z: minus(exp(z), ONE),
}
# Of these the derivative by the first argument is said; the second is a setting.
WITH_SETTING = ("leaky_relu", "elu")
# What the argument, the setting and the output may be called, as far as the network does not.
FREE = (("z", "x", "u", "r"), ("s", "c", "q", "g"), ("a", "y", "v", "p"))


def function_words(lesson: Lesson, names: tuple[str, ...]) -> list[Inlines]:
    """Return what the functions of the page mean, each with the derivative that is used."""
    differentiated = functions_differentiated(lesson, names)
    shown = list(_shown(lesson, names))
    read = [n.name for e in shown for n in subexpressions(e) if isinstance(n, Pointwise)]
    said = []
    for function in dict.fromkeys((*read, *differentiated)):
        words = _words(lesson, function, function in differentiated)
        said += [words] if words else []
    return [*said, *_along(lesson, shown)]


def _shown(lesson: Lesson, names: tuple[str, ...]) -> Iterator[Expr]:
    """Yield the forward equations of the page, and the stable forms that replace parts of them."""
    for name in forward_names(lesson):
        if lesson.equation(name) is not None:
            yield lesson.equation(name).written
    for name in names:
        for step in lesson.gradient(name).steps:
            if is_stable_form(step):
                yield step.changed[0][1]


def _words(lesson: Lesson, function: str, differentiated: bool) -> Inlines:
    row = pointwise_row(function)
    defined = DEFINITIONS.get(function)
    if row.arguments > 1 and function not in WITH_SETTING:
        return _capital(row.reason) if differentiated else ()
    z, s, a = map(Entry, _free_names(lesson, *FREE))
    arguments = (z, s)[: row.arguments]
    slope = row.derivatives[0](*arguments, a)
    if differentiated and slope == ZERO:
        return _capital(row.reason)
    if not differentiated and defined is None:
        return ()
    call = Pointwise(function, *arguments)
    chain = [a] * differentiated + [call] + ([defined(*arguments)] if defined else [])
    used = (*arguments, *([a] if differentiated else []))
    lesson.placeholders.update(dict.fromkeys(e.tensor for e in used))
    trees = tuple(map(lesson.typesetter, chain))
    relation = Relation(trees, ("==",) * (len(trees) - 1))
    known = WHAT_FUNCTIONS_ARE.get(function, "").split(" (")[0] if defined else ""
    called = say("convention function called", name=known) if known else ()
    if not differentiated:
        return say("convention function stated", relation=relation, called=called)
    own = TEXTS["convention function own"] if a in set(subexpressions(slope)) else ""
    return say(
        "convention function", relation=relation, called=called, own=own,
        slope=_slope(lesson, a, z, slope, row.arguments),
    )  # fmt: skip


def _slope(lesson: Lesson, output: Expr, argument: Expr, slope: Expr, arguments: int) -> Tree:
    sign = "d" if arguments == 1 else "∂"
    derivative = Derivative(lesson.typesetter(output), lesson.typesetter(argument), sign)
    return Relation((derivative, lesson.typesetter(slope)), ("==",))


def _capital(reason: str) -> Inlines:
    reason = reason.replace(" - ", " − ")
    return say("convention function words", reason=reason[:1].upper() + reason[1:])


def _free_names(lesson: Lesson, *wishes: tuple[str, ...]) -> list[str]:
    """Return the first of each row of names that the network does not use."""
    letters = {k.name for t in lesson.network.tensors.values() for k in t.letters}
    taken = letters | set(lesson.network.tensors)
    if lesson.notation.lowercase:
        # There Z1 is printed as z with a 1.
        taken |= {parsed(name).base.lower() for name in lesson.network.tensors}
    return [next((n for n in names if n not in taken), f"{names[0]}_0") for names in wishes]


def _along(lesson: Lesson, shown: Iterable[Expr]) -> list[Inlines]:
    """Say what softmax and logsumexp are, over the letter of their first use."""
    found: dict[type, Index] = {}
    for node in (n for e in shown for n in subexpressions(e)):
        if isinstance(node, (Softmax, LogSumExp)) and len(node.letters) == 1:
            found.setdefault(type(node), node.letters[0])
    (name,) = _free_names(lesson, FREE[0])
    said = []
    for kind, letter in found.items():
        other = fresh_letter(letter, {letter.name})
        own, every = Entry(name, letter), exp(Entry(name, other))
        if kind is Softmax:
            node = Softmax(own, letter, letter)
            meaning = Quotient(exp(own), IndexSum(every, other))
        else:
            node = LogSumExp(own, letter)
            meaning = Pointwise("log", IndexSum(exp(own), letter))
        lesson.placeholders[name] = None
        trees = (lesson.typesetter(node), lesson.typesetter(meaning))
        said.append(say("convention function stated", relation=Relation(trees, ("==",)), called=()))
    return said
