"""Stable forms: log of a softmax, of a logistic, of a sum of exponentials.

Applied before differentiation, so that forward and backward pass share their exponentials and the
gradient of softmax with cross-entropy is (P - Y)/N at once; and by the compiler, for what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr

from symback.algebra.letters import Index
from symback.algebra.nodes import IndexSum, LogSumExp, Softmax
from symback.algebra.operators import Negative, Plus, Pointwise
from symback.algebra.positions import Entry
from symback.algebra.traversal import entries, rebuilt, subexpressions, with_letters
from symback.network.network import Network
from symback.network.tensors import Equation


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One use of a stable form: by ``rule`` the part ``before`` was read as ``after``.

    ``bypassed`` is the tensor that the equation no longer reads there, if it read one.
    """

    rule: str
    before: Expr
    after: Expr
    bypassed: str | None


def stabilised_equations(network: Network) -> dict[str, tuple[Expr, tuple[Rewrite, ...]]]:
    """Return {target: (right-hand side in stable form, rewrites)} for the equations that change."""
    definitions = {e.target: e for e in network.equations}
    changed = {}
    for equation in network.equations:
        written, rewrites = stabilised(equation.written, definitions)
        if rewrites:
            changed[equation.target] = (written, rewrites)
    return changed


def stabilised(
    expression: Expr, definitions: Mapping[str, Equation]
) -> tuple[Expr, tuple[Rewrite, ...]]:
    """Return the expression with every logarithm in its stable form, and the rewrites."""
    rewrites: list[Rewrite] = []

    def change(node: Expr) -> Expr | None:
        if not (isinstance(node, Pointwise) and node.name == "log"):
            return None
        for argument, bypassed in _readings(node.args[1], definitions):
            for rule, form in STABLE_FORMS:
                after = form(argument)
                if after is not None:
                    rewrites.append(Rewrite(rule, node, after, bypassed))
                    return after
        return None

    if not any(isinstance(e, Pointwise) and e.name == "log" for e in subexpressions(expression)):
        return expression, ()
    return rebuilt(expression, change), tuple(rewrites)


def _readings(
    argument: Expr, definitions: Mapping[str, Equation]
) -> Iterator[tuple[Expr, str | None]]:
    """Yield the argument as it stands, then with a tensor in it replaced by its equation."""
    yield argument, None
    for entry in dict.fromkeys(entries(argument)):
        equation = definitions.get(entry.tensor)
        if equation is None or not _is_stable_part(equation.written):
            continue
        definition = with_letters(
            equation.written, dict(zip(equation.letters, entry.positions, strict=True))
        )
        opened = definition if argument == entry else _opened(argument, entry, definition)
        if opened is not None:
            yield opened, entry.tensor


def _is_stable_part(definition: Expr) -> bool:
    if isinstance(definition, (Softmax, IndexSum)):
        return True
    return isinstance(definition, Pointwise) and definition.name == "sigmoid"


def _opened(argument: Expr, entry: Entry, definition: Expr) -> Expr | None:
    """Open 1 - a for the tensor a; other arguments have no stable form."""
    if (
        isinstance(argument, Plus)
        and len(argument.args) == 2
        and argument.args[1] == Negative(entry)
    ):
        return Plus(argument.args[0], Negative(definition))
    return None


def _log_of_softmax(argument: Expr) -> Expr | None:
    if not isinstance(argument, Softmax):
        return None
    letter = argument.letters[0]
    return Plus(
        with_letters(argument.body, {letter: argument.at}),
        Negative(LogSumExp(argument.body, letter)),
    )


def _log_of_logistic(argument: Expr) -> Expr | None:
    if isinstance(argument, Pointwise) and argument.name == "sigmoid":
        return Negative(Pointwise("softplus", _negated(argument.args[1])))
    return None


def _negated(expression: Expr) -> Expr:
    return expression.args[0] if isinstance(expression, Negative) else Negative(expression)


def _log_of_one_minus_logistic(argument: Expr) -> Expr | None:
    if isinstance(argument, Plus) and len(argument.args) == 2 and argument.args[0] == 1:
        inner = argument.args[1]
        if isinstance(inner, Negative) and isinstance(inner.args[0], Pointwise):
            if inner.args[0].name == "sigmoid":
                return Negative(Pointwise("softplus", inner.args[0].args[1]))
    return None


def _log_of_sum_of_exponentials(argument: Expr) -> Expr | None:
    if isinstance(argument, IndexSum) and isinstance(argument.body, Pointwise):
        plain_letters = all(isinstance(b, Index) for b in argument.binders)
        if argument.body.name == "exp" and plain_letters:
            return LogSumExp(argument.body.args[1], *argument.letters)
    return None


def _log_of_one_plus_exponential(argument: Expr) -> Expr | None:
    if isinstance(argument, Plus) and len(argument.args) == 2 and 1 in argument.args:
        other = argument.args[1] if argument.args[0] == 1 else argument.args[0]
        if isinstance(other, Pointwise) and other.name == "exp":
            return Pointwise("softplus", other.args[1])
    return None


STABLE_FORMS: tuple[tuple[str, Callable[[Expr], Expr | None]], ...] = (
    ("log of softmax", _log_of_softmax),
    ("log of logistic", _log_of_logistic),
    ("log of one minus logistic", _log_of_one_minus_logistic),
    ("log of a sum of exponentials", _log_of_sum_of_exponentials),
    ("log of one plus exponential", _log_of_one_plus_exponential),
)
