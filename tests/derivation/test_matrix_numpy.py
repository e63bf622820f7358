"""A matrix formula as a line of NumPy: what a person would write, and its numbers."""

from __future__ import annotations

import numpy as np
import pytest

from symback.derivation.derive import derive
from symback.derivation.matrix import matrix_parts
from symback.derivation.matrix_numpy import numpy_line
from symback.network.text_reader import parse
from tests.derivation.networks import digits
from tests.derivation.test_matrix import WHOLE, known_values

LINES = {
    "W1": "W1_bar = X.T @ Z1_bar",
    "b1": "b1_bar = Z1_bar.sum(axis=0)",
    "Z1": "Z1_bar = A1_bar * (1 - A1**2)",
    "A1": "A1_bar = Z2_bar @ W2.T",
    "Z2": "Z2_bar = (P - Y) / N",
}


@pytest.mark.parametrize(("name", "expected"), LINES.items())
def test_a_line_is_what_a_person_would_write(name: str, expected: str) -> None:
    gradient = derive(digits())[name]
    part, _ = matrix_parts(gradient.written, gradient.indices)
    assert numpy_line(gradient.adjoint, part) == expected


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_line_computes_the_tensor(text: str) -> None:
    network = parse(text)
    every = [t.name for t in (*network.parameters, *network.inputs)]
    derivation = derive(network, every)
    known = known_values(derivation)
    stages = [(e.target, e.written, e.letters) for e in network.equations]
    gradients = [(d.adjoint, d.written, d.indices) for d in map(derivation.__getitem__, every)]
    for name, written, letters in [*stages, *gradients]:
        part, _ = matrix_parts(written, letters)
        if part is None:
            continue
        line = numpy_line(name, part)
        names = {"np": np, **known}
        exec(line, names)
        assert np.shape(names[name]) == known[name].shape, line
        assert np.allclose(names[name], known[name], rtol=1e-10), line
