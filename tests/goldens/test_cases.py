"""The known derivatives of expressions, losses and layers: interpreted, compiled, step by step."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from symback.compiler.interpreter import interpret
from symback.compiler.program import compile_network
from symback.derivation.derive import Derivation, derive
from symback.network.text_reader import parse
from symback.verification.referee import verify
from symback.verification.sampling import random_sample
from tests.goldens.cases import ACTIVATIONS, LOSSES, MATRIX_CALCULUS, Case
from tests.goldens.layers import LAYERS

CASES = (*MATRIX_CALCULUS, *ACTIVATIONS, *LOSSES, *LAYERS)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)


@cache
def derivation(case: Case) -> Derivation:
    return derive(parse(case.text), of=case.of)


@cache
def values(case: Case) -> dict[str, np.ndarray]:
    return random_sample(derivation(case).network, seed=1).values


def known(case: Case) -> dict[str, np.ndarray]:
    upstream = derivation(case).upstream
    given = SimpleNamespace(**values(case), G=values(case).get(upstream))
    return case.expected(given)


@each_case
def test_the_derived_gradient_is_the_known_one(case):
    found = interpret(derivation(case).network, values(case), number=float)
    for name, expected in known(case).items():
        array = found[derivation(case).adjoint_name(name)]
        assert array.shape == np.shape(expected)
        np.testing.assert_allclose(array, expected, rtol=1e-9, atol=1e-12, err_msg=name)


@each_case
def test_the_program_computes_the_known_gradient(case):
    d = derivation(case)
    program = compile_network(d.network, (), value=d.of, gradients=d.gradient_names)
    _, gradients = program(values(case))
    for name, expected in known(case).items():
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-9, atol=1e-11, err_msg=name)


@each_case
def test_every_gradient_and_step_is_right(case):
    report = verify(derivation(case), seed=2)
    assert report.passed, report
