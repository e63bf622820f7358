"""Each line of a proof is worth the derivative of its function, in many digits."""

import mpmath
import pytest

from symback.algebra.operators import Pointwise
from symback.algebra.pointwise import pointwise_row
from symback.algebra.positions import Entry
from symback.compiler.interpreter import evaluate
from symback.explanation.functions import DEFINITIONS
from symback.explanation.proofs import PROOFS, A, Z
from symback.explanation.texts import TEXTS

POINTS = (-2.5, -0.3, 0.7, 3.0)


@pytest.mark.parametrize("function", PROOFS)
def test_every_line_of_a_proof_is_the_derivative(function):
    definition, lines = DEFINITIONS[function](Z), PROOFS[function]
    exact = pointwise_row(function).exact
    for point in POINTS:
        with mpmath.workdps(40):
            output = exact(mpmath.mpf(point))
            slope = mpmath.diff(exact, mpmath.mpf(point))
        world = {"z": mpmath.mpf(point), "a": output}
        assert abs(evaluate(definition, world) - output) < 1e-30
        for expression, why in lines:
            assert abs(evaluate(expression, world) - slope) < 1e-9, (str(expression), why)


def test_the_last_line_is_the_row_of_the_function():
    for function, lines in PROOFS.items():
        derivative = pointwise_row(function).derivatives[0](Z, A)
        world = {"z": mpmath.mpf("0.4"), "a": pointwise_row(function).exact(mpmath.mpf("0.4"))}
        assert abs(evaluate(lines[-1][0], world) - evaluate(derivative, world)) < 1e-30


def test_every_step_of_a_proof_says_why():
    assert all(why in TEXTS for lines in PROOFS.values() for _, why in lines)
    assert isinstance(Pointwise("tanh", Entry("z")), Pointwise)
