"""Verdicts: planted faults are found and explained, and healthy networks raise no alarm."""

import numpy as np
import pytest

import symback as sb
from symback.errors import DefinitionError, FileError, ValuesError
from symback.zoo.digits import load_digits
from tests.diagnosis.networks import deep, two_layers, values


def kinds(found):
    return [verdict.kind for verdict in found.verdicts]


def diagnosed(network, *batches, **keywords):
    return sb.diagnose(sb.derive(network), *batches, **keywords)


def only(found, kind):
    (verdict,) = [v for v in found.verdicts if v.kind == kind]
    return verdict


# Vanishing and exploding -------------------------------------------------------------------------


def test_a_deep_sigmoid_network_vanishes_and_its_slope_is_named():
    network = deep("sigmoid")
    verdict = only(diagnosed(network, values(network)), "vanishing")
    assert verdict.about[:2] == ("W1", "b1")
    assert "V" not in verdict.about
    assert "σ′ is never more than 0.25" in str(verdict)
    assert "relu" in str(verdict.helps)


def test_of_one_slope_and_one_layer_no_mean_is_told():
    network = deep("tanh", layers=1)
    said = str(only(diagnosed(network, values(network, variance=1e-6)), "vanishing"))
    assert "the slope tanh′ is 1.0 (" in said
    assert "the weights of 1 layer multiply by" in said


def test_relu_with_he_neither_vanishes_nor_explodes():
    network = deep("relu", layers=10, width=64)
    found = diagnosed(network, values(network, variance=2.0))
    assert not {"vanishing", "exploding"} & set(kinds(found))


def test_tanh_with_glorot_raises_no_alarm():
    network = deep("tanh")
    assert diagnosed(network, values(network)).verdicts == ()


def test_large_weights_explode_and_the_weights_are_named():
    network = deep("relu")
    verdict = only(diagnosed(network, values(network, variance=40.0)), "exploding")
    assert "the weights of 6 layers multiply to" in str(verdict)
    assert "smaller weights" in str(verdict)


def test_small_weights_vanish_and_the_weights_are_named_not_the_function():
    network = deep("tanh")
    verdict = only(diagnosed(network, values(network, variance=0.01)), "vanishing")
    assert "larger weights" in str(verdict)


def test_two_layers_are_measured_from_the_last_layer_not_from_the_loss():
    # 1/N and a small residual make every adjoint small; that is no vanishing.
    network = two_layers()
    given = values(network, samples=5000)
    given["Y"] = np.tanh(given["X"] @ given["W1"]) @ given["W2"] + 1e-9
    assert diagnosed(network, given).verdicts == ()


def test_a_penalty_does_not_hide_a_gradient_that_vanished():
    network = deep("sigmoid")
    text = str(network).replace("n, k)/N", "n, k)/N + 0.001*sum(W1[i,h1]**2, i, h1)")
    found = diagnosed(sb.parse(text), values(network))
    assert "W1" in only(found, "vanishing").about


# The ways ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["sigmoid", "tanh", "relu", "gelu"])
def test_gains_multiply_to_the_ratio(function):
    network = deep(function)
    found = diagnosed(network, values(network))
    for way in found.ways.values():
        product = np.prod([f.gain * f.joined for f in way.factors])
        assert np.isclose(product, way.ratio, rtol=1e-9)


def test_a_gain_is_the_ratio_of_norms_that_numpy_finds():
    network = two_layers()
    given = values(network)
    x, y, w1, w2 = (given[n] for n in ("X", "Y", "W1", "W2"))
    a = np.tanh(x @ w1)
    o_bar = 2 * (a @ w2 - y) / len(x)
    a_bar = o_bar @ w2.T
    z_bar = a_bar * (1 - a**2)
    through_weights, through_slope = diagnosed(network, given).ways["W1"].factors
    per_unit = np.sqrt(6 / 3)
    norm = np.linalg.norm
    assert np.isclose(through_weights.gain, norm(a_bar) / norm(o_bar) / per_unit)
    assert np.isclose(through_slope.gain, norm(z_bar) / norm(a_bar))
    assert np.isclose(through_slope.expected, np.sqrt(np.mean((1 - a**2) ** 2)))
    assert np.isclose(through_weights.expected, np.sqrt(3 * np.mean(w2**2)))


def test_where_ways_join_each_has_its_own_part():
    network = sb.parse(
        "network fork\ninput x t\nparameter w u v\nh = w*x\np = u*h\nq = v*h\n"
        "loss E = (p + q - t)**2/2"
    )
    found = diagnosed(network, {"x": 1.0, "t": 0.0, "w": 1.0, "u": 3.0, "v": -1.0})
    (factor,) = found.ways["w"].factors
    assert (factor.reader, factor.variable) == ("p", "h")
    assert np.isclose(factor.gain, 3.0)
    assert np.isclose(factor.joined, 2 / 3)


def test_the_product_is_shown_as_matrices():
    network = deep("sigmoid", layers=2)
    page = str(diagnosed(network, values(network)))
    assert "∂Z/∂A2 · ∂A2/∂Z2 · ∂Z2/∂A1 · ∂A1/∂Z1" in page
    assert "W2ᵀ" in page
    assert "diag(A1·(1 − A1))" in page


def test_a_composite_equation_is_diagnosed_stage_by_stage():
    found = diagnosed(two_layers(), values(two_layers()))
    assert [row.name for row in found.rows if row.kind == "tensor"] == ["z", "A", "O"]


# Units -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["relu({})", "maximum({}, 0)", "maximum(0, {})"])
def test_a_dead_unit_is_found_by_its_slope(function):
    network = two_layers(function)
    bias = np.array([0, 0, -50.0, 0, 0, 0])
    verdict = only(diagnosed(network, values(network, b1=bias)), "dead")
    assert verdict.about == ("A",)
    assert "1 of 6 units" in str(verdict)
    assert "h = 2" in str(verdict)
    assert "all 50 samples" in str(verdict)


def test_a_unit_that_answers_in_one_of_several_batches_is_not_dead():
    network = two_layers("relu({})")
    bias = np.array([0, 0, -50.0, 0, 0, 0])
    quiet, awake = values(network, b1=bias), values(network, b1=bias, seed=1)
    awake["X"] = 1000 * awake["X"]
    assert kinds(diagnosed(network, [quiet, quiet])) == ["dead"]
    assert "dead" not in kinds(diagnosed(network, [quiet, awake]))
    assert "dead" not in kinds(diagnosed(network, [awake, quiet]))


def test_few_samples_make_a_note_and_no_warning():
    network = two_layers("relu({})")
    found = diagnosed(network, values(network, samples=2, b1=np.full(6, -0.8)))
    assert "dead" in kinds(found)
    assert "dead" not in [verdict.kind for verdict in found.warnings]


def test_saturation_is_found_in_hidden_functions_of_any_name():
    for function in ("tanh", "sigmoid", "erf"):
        network = two_layers(function + "({})")
        given = values(network)
        given["X"] = 100 * given["X"]
        verdict = only(diagnosed(network, given), "saturated")
        assert "Scale the inputs" in str(verdict)


def test_an_output_may_be_saturated_because_it_is_right():
    network = sb.parse(
        "network out\nindex n:N i:5\ninput X[n,i] y[n]\nparameter w[i]\n"
        "p[n] = sigmoid(sum(X[n,i]*w[i], i))\nloss L = sum((p[n] - y[n])**2, n)/N"
    )
    given = values(network, w=np.full(5, 50.0))
    given["y"] = (given["X"].sum(1) > 0).astype(float)
    assert "saturated" not in kinds(diagnosed(network, given))


# Parameters --------------------------------------------------------------------------------------


def test_a_parameter_that_nothing_reads_is_said_to_have_no_way():
    text = str(two_layers()).replace("W2[h,k]\nA", "W2[h,k] U[h]\nA")
    network = sb.parse(text)
    verdict = only(diagnosed(network, values(network)), "zero")
    assert verdict.about == ("U",)
    assert "read by no equation on the way to L" in str(verdict)


def test_weights_of_zero_are_named_as_the_cause():
    network = two_layers()
    verdict = only(diagnosed(network, values(network, W2=np.zeros((6, 3)))), "zero")
    assert verdict.about == ("W1", "b1")
    assert "because W2" in str(verdict)


def test_dead_units_are_named_as_the_cause():
    network = two_layers("relu({})")
    found = diagnosed(network, values(network, b1=np.full(6, -99.0)))
    (first, *_) = [v for v in found.verdicts if v.kind == "zero"]
    assert first.about == ("W1", "b1")
    assert "slope of relu is 0" in str(first)


@pytest.mark.parametrize("function", ["sign({})", "stop_gradient({})"])
def test_a_derivative_of_zero_is_named_as_the_cause(function):
    network = two_layers(function)
    verdict = only(diagnosed(network, values(network)), "zero")
    assert verdict.about == ("W1", "b1")
    assert "∂A/∂z is 0 by the equation of A" in str(verdict)


def test_at_a_minimum_a_gradient_of_zero_is_a_note():
    network = sb.parse("network c\nparameter w\nloss L = (w - 1)**2")
    found = sb.diagnose(network, {"w": 1.0})
    assert "L is stationary in w" in str(only(found, "zero"))
    assert found.warnings == ()


def test_a_symmetric_start_is_found_and_its_letter_named():
    network = two_layers()
    given = values(network, W1=np.full((5, 6), 0.1), W2=np.full((6, 3), 0.2))
    verdict = only(diagnosed(network, given), "symmetric")
    assert verdict.about == ("W1", "W2")
    assert "all 6 slices along h" in str(verdict)


def test_two_twins_among_other_units_are_found():
    network = two_layers()
    given = values(network)
    given["W1"][:, 4], given["W2"][4] = given["W1"][:, 1], given["W2"][1]
    assert "the slices 1, 4 along h" in str(only(diagnosed(network, given), "symmetric"))


def test_equal_weights_with_different_gradients_are_not_symmetric():
    network = two_layers()
    assert diagnosed(network, values(network, W1=np.full((5, 6), 0.1))).verdicts == ()


def test_weights_of_inputs_that_are_always_0_are_not_called_symmetric():
    # The corners of the digits are white in every image: their weights get no gradient at all.
    data = load_digits().train
    network = sb.parse(
        "network softmax\nindex n:N i:64 k:10\ninput X[n,i] Y[n,k] one_hot\nparameter W[i,k]\n"
        "loss L = -sum(Y[n,k]*log(softmax(sum(X[n,i]*W[i,k], i), k)), n, k)/N"
    )
    found = diagnosed(network, {"X": data.X, "Y": data.Y, "W": np.zeros((64, 10))})
    assert found.verdicts == ()


def test_a_step_that_is_too_large_is_measured_as_the_optimiser_makes_it():
    network = two_layers()
    given = values(network)
    found = diagnosed(network, given, update=sb.SGD(5.0))
    _, gradients = sb.lambdify(sb.derive(network))(given)
    rows = {row.name: row for row in found.rows}
    share = 5.0 * np.linalg.norm(gradients["W2"]) / np.linalg.norm(given["W2"])
    assert np.isclose(rows["W2"].step, share)
    assert "W2" in only(found, "steps").about
    assert "steps" not in kinds(diagnosed(network, given, update=sb.SGD(1e-4)))


# No false alarms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["tanh", "sigmoid", "softplus"])
def test_the_digits_after_training_raise_no_alarm(function):
    data = load_digits().train
    network = sb.parse(
        "network digits\nindex n:N i:64 h:32 k:10\ninput X[n,i] Y[n,k] one_hot\n"
        "parameter W1[i,h] b1[h] W2[h,k] b2[k]\nZ1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]\n"
        f"A1[n,h] = {function}(Z1[n,h])\nZ2[n,k] = sum(A1[n,h]*W2[h,k], h) + b2[k]\n"
        "P[n,k] = softmax(Z2[n,k], k)\nloss L = -sum(Y[n,k]*log(P[n,k]), n, k)/N"
    )
    samples = {"X": data.X, "Y": data.Y}
    run = sb.train(network, samples, optimizer=sb.Adam(1e-2), epochs=10, batch_size=64)
    found = diagnosed(network, samples | run.parameters, update=sb.Adam(1e-3))
    assert found.verdicts == ()
    assert "No trouble was found" in str(found)


# Values that break -------------------------------------------------------------------------------


def test_the_first_tensor_that_is_not_finite_is_named():
    network = two_layers("exp({})")
    given = values(network)
    given["X"][3, 2] = np.nan
    assert only(diagnosed(network, given), "broken").about == ("X",)
    given = values(network)
    given["W1"] = given["W1"] * 5000
    assert only(diagnosed(network, given), "broken").about == ("A",)


def test_values_that_do_not_fit_are_refused():
    network = two_layers()
    d = sb.derive(network)
    for wrong in ({}, [], "X", None, [3], values(network, W1=np.zeros((2, 2)))):
        with pytest.raises(ValuesError):
            sb.diagnose(d, wrong)
    with pytest.raises(DefinitionError):
        sb.diagnose("network", values(network))
    with pytest.raises(DefinitionError):
        sb.diagnose(d, values(network), update="sgd")


# Forms -------------------------------------------------------------------------------------------


def test_a_layer_without_a_loss_is_diagnosed_from_its_upstream_adjoint():
    network = sb.parse(
        "network layer\nindex n:N i:5 h:4\ninput X[n,i]\nparameter W[i,h]\n"
        "Y[n,h] = tanh(sum(X[n,i]*W[i,h], i))"
    )
    given = values(network, Y_bar=np.ones((50, 4)))
    found = sb.diagnose(sb.derive(network, of="Y"), given)
    assert found.verdicts == ()
    assert found.rows[-1].gradient > 0


def test_it_shows_and_saves_itself_the_same_each_time(tmp_path):
    network = deep("sigmoid")
    first, second = (diagnosed(network, values(network), update=sb.SGD(0.1)) for _ in range(2))
    assert str(first) == str(second)
    assert first.svg() == second.svg()
    for suffix in ("svg", "html", "md", "tex", "txt"):
        assert first.save(tmp_path / f"page.{suffix}").stat().st_size
    assert "img" in first._repr_html_()
    with pytest.raises(FileError):
        first.save(tmp_path / "page.doc")


def test_a_network_of_scalars_is_diagnosed_too():
    network = sb.parse("network s\ninput x y\nparameter w b\nloss E = (sigmoid(w*x + b) - y)**2/2")
    found = sb.diagnose(network, {"x": 1.0, "y": 0.0, "w": 0.5, "b": 0.0})
    assert found.verdicts == ()
    assert "x = 1" in str(found)
