"""The verbs: what they take, and what they say of what they cannot take."""

import pytest

import symback as sb
from symback.errors import NotYetError

NEURON = sb.parse("input x y\nparameter w b\nz = w*x + b\nloss L = (sigmoid(z) - y)**2")


@pytest.mark.parametrize(
    ("verb", "given", "helps"),
    [
        (sb.derive, "E = x**2", "symback.parse"),
        (sb.derive, sb.derive(NEURON), "d.network"),
        (sb.hessian, sb.derive(NEURON), "d.forward"),
        (lambda x: sb.jacobian(x, "z", "w"), 3, "symback.parse"),
        (sb.scalarize, sb.derive(NEURON), "d.forward"),
        (sb.verify, NEURON, "verify(derive(net))"),
        (sb.explain, NEURON, "explain(derive(net))"),
        (sb.draw, 3, "Network or a Derivation"),
        (sb.lambdify, 3, "Network or a Derivation"),
    ],
)
def test_what_a_verb_does_not_take_is_an_error_that_helps(verb, given, helps):
    with pytest.raises(sb.SymbackError) as error:
        verb(given)
    assert helps in str(error.value)


def test_a_stored_derivation_is_verified(tmp_path):
    stored = sb.read(sb.derive(NEURON).save(tmp_path / "neuron.json"))
    assert sb.verify(stored).passed


@pytest.mark.parametrize("level", ["layers", "equations", "operations", "scalars"])
def test_a_stored_derivation_is_drawn_like_the_one_that_was_stored(level, tmp_path):
    derivation = sb.derive(NEURON, "w")
    stored = sb.read(derivation.save(tmp_path / "neuron.json"))
    values = {"x": 2, "w": 0.5, "b": -0.3, "y": 1}
    drawn, again = (sb.draw(d, level=level, at=values, weight="w") for d in (derivation, stored))
    assert again.svg() == drawn.svg()
    assert [frame.svg() for frame in again.backward()] == [f.svg() for f in drawn.backward()]


@pytest.mark.parametrize("level", ["equations", "scalars"])
def test_a_drawing_with_values_that_are_no_mapping_says_what_they_must_be(level):
    with pytest.raises(sb.SymbackError, match="values to draw"):
        sb.draw(NEURON, level=level, at=5)


def test_a_gradient_that_was_altered_in_its_file_fails(tmp_path):
    path = sb.derive(NEURON).save(tmp_path / "neuron.json")
    text = path.read_text(encoding="utf-8")
    line = "adjoint w_bar = z_bar*x"
    assert line in text
    path.write_text(text.replace(line, f"{line}*2"), encoding="utf-8")
    assert not sb.verify(sb.read(path)).passed


def test_a_forward_pass_that_was_altered_in_its_file_is_refused(tmp_path):
    path = sb.derive(NEURON).save(tmp_path / "neuron.json")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sigmoid(z)", "tanh(z)", 1), encoding="utf-8")
    with pytest.raises(sb.SymbackError, match="the equation of L differs"):
        sb.read(path)


def test_sizes_that_no_memory_holds_are_verified_without_running_the_program():
    net = sb.parse(
        "index i:1000000000 j:1000000000\ninput x[j]\nparameter W[i,j]\n"
        "loss L = sum(W[i,j]*x[j], i, j)"
    )
    report = sb.verify(sb.derive(net))
    assert report.passed
    assert "not run" in report.rows[-1].note


def test_a_stored_derivation_with_windows_in_time_is_not_checked_as_if_it_had_none(tmp_path):
    net = sb.parse(
        "index t:T k:3\ninput X[t,k]\nparameter w[k]\nstate h[t,k]\n"
        "h[t,k] = tanh(w[k]*h[t-1,k] + X[t,k])\nloss L = sum(h[T-1,k], k)"
    )
    stored = sb.read(sb.derive(net, window=3).save(tmp_path / "d.json"))
    assert stored.window == 3
    with pytest.raises(NotYetError, match="windows of 3 steps"):
        sb.verify(stored)
