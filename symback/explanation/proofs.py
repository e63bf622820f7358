"""Why σ' = a(1 − a), and the like: proofs of derivatives that use a function's own output."""

from __future__ import annotations

from sympy import Expr, Integer

from symback.algebra.nodes import Partial
from symback.algebra.operators import Negative, Plus, Pointwise, Power, Quotient, Times
from symback.algebra.positions import Entry
from symback.explanation.functions import DEFINITIONS, exp, minus
from symback.explanation.lesson import Lesson
from symback.explanation.locals import functions_differentiated
from symback.explanation.texts import TEXTS, say
from symback.render.document import Block
from symback.render.parts import details, equation, heading, line

ONE, TWO, Z, A = Integer(1), Integer(2), Entry("z"), Entry("a")


_DECAY = exp(Negative(Z))
_BELOW = Plus(ONE, _DECAY)
_RISE, _FALL = exp(Z), exp(Negative(Z))
_DIFFERENCE, _SUM = minus(_RISE, _FALL), Plus(_RISE, _FALL)

# function: the lines of its derivative as (expression, why), all of one value. z is the argument,
# a the output.
PROOFS: dict[str, tuple[tuple[Expr, str], ...]] = {
    "sigmoid": (
        (Quotient(_DECAY, Power(_BELOW, TWO)), "proof quotient"),
        (Quotient(minus(_BELOW, ONE), Power(_BELOW, TWO)), "proof add one"),
        (minus(Quotient(ONE, _BELOW), Quotient(ONE, Power(_BELOW, TWO))), "proof split"),
        (minus(A, Power(A, TWO)), "proof output"),
        (Times(A, minus(ONE, A)), "proof factor"),
    ),
    "tanh": (
        (
            Quotient(minus(Power(_SUM, TWO), Power(_DIFFERENCE, TWO)), Power(_SUM, TWO)),
            "proof quotient",
        ),
        (minus(ONE, Quotient(Power(_DIFFERENCE, TWO), Power(_SUM, TWO))), "proof split"),
        (minus(ONE, Power(A, TWO)), "proof output"),
    ),
    "softplus": (
        (Quotient(_RISE, Plus(ONE, _RISE)), "proof chain"),
        (Quotient(ONE, _BELOW), "proof divide"),
        (Pointwise("sigmoid", Z), "proof definition"),
    ),
}  # fmt: skip


def proof_blocks(lesson: Lesson, names: tuple[str, ...]) -> list[Block]:
    """Return the proofs for the functions whose derivatives the page uses; none, no heading."""
    functions = [f for f in functions_differentiated(lesson, names) if f in PROOFS]
    if not functions:
        return []
    return [heading(TEXTS["heading functions"]), *(_proof(lesson, f) for f in functions)]


def _proof(lesson: Lesson, function: str) -> Block:
    definition, proof = DEFINITIONS[function](Z), PROOFS[function]
    call = Pointwise(function, Z)
    lines = [line(lesson.show(A), lesson.show(call)), line(None, lesson.show(definition))]
    for number, (expression, why) in enumerate(proof):
        left = None if number else lesson.show(Partial(A, Z))
        lines.append(line(left, lesson.show(expression), reason=TEXTS[why]))
    summary = say("proof", function=lesson.show(call))
    return details(summary, equation(*lines), level=3)
