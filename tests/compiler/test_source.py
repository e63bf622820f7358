"""The text of programs: importable with NumPy alone, the same bits, tidy, with its equations."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from symback.algebra import functions as f
from symback.algebra.letters import indices
from symback.compiler.program import compile_network
from symback.derivation.derive import derive
from symback.errors import FileError
from symback.network.network import Network
from tests.compiler.support import random_values
from tests.compiler.test_lowering import TABLE, network
from tests.compiler.test_reductions import FORMS
from tests.compiler.test_reductions import network as forms_network
from tests.compiler.test_reductions import values as forms_values
from tests.derivation.networks import deep, digits, neuron


def compiled(net, dtype="float64"):
    d = derive(net)
    names = d.gradient_names
    return compile_network(d.network, (), value=d.of, gradients=names, dtype=dtype)


def imported(path):
    spec = importlib.util.spec_from_file_location("generated", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("net", [neuron(), deep(2, 3), digits()], ids=lambda net: net.name)
def test_the_text_computes_the_same_bits(net, dtype, tmp_path):
    program = compiled(net, dtype)
    values = random_values(net, {"N": 5})
    given = {name: np.array(value, dtype) for name, value in values.items()}
    module = imported(program.save(tmp_path / "grad.py"))
    loss, grads = module.value_and_gradients(**given)
    expected = program(values)
    assert loss == expected[0]
    assert list(grads) == list(expected[1])
    for name, gradient in grads.items():
        assert np.array_equal(gradient, expected[1][name])


@pytest.mark.parametrize("row", TABLE)
def test_every_form_has_a_text_that_runs(row, tmp_path):
    net = network()
    net.define("result", *TABLE[row])
    program = compile_network(net, ["result"])
    values = random_values(net, {"N": 3, "I": 4, "K": 2})
    given = {name: np.array(values[name], float) for name in program.inputs}
    module = imported(program.save(tmp_path / "outputs.py"))
    expected = program(given)["result"]
    assert np.array_equal(module.outputs(**given)["result"], expected, equal_nan=True)


@pytest.mark.parametrize("row", FORMS)
def test_windows_and_gathers_have_a_text_that_runs(row, tmp_path):
    net = forms_network()
    net.define("y", *FORMS[row])
    program = compile_network(net, ["y"])
    given = {n: np.asarray(a) for n, a in forms_values().items() if n in program.inputs}
    module = imported(program.save(tmp_path / "outputs.py"))
    assert np.array_equal(module.outputs(**given)["y"], program(given)["y"])


def test_the_text_needs_numpy_alone(tmp_path):
    path = compiled(digits()).save(tmp_path / "grad.py")
    check = "import sys, grad; assert not {'symback', 'sympy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=path.parent, check=True)


def test_a_bound_text_sees_what_is_written_into_its_arrays(tmp_path):
    program = compiled(digits())
    module = imported(program.save(tmp_path / "grad.py"))
    values = random_values(digits(), {"N": 4})
    run = module.bind(**values)
    first, *_ = run()
    values["W1"] *= 2
    assert run()[0] == program(values)[0] != first


def test_lines_stand_beside_their_equations():
    text = compiled(digits()).source
    assert "Z1 = add(Z1_1, b1, Z1_1)" in text
    assert "# Z1[n,h] = sum(X[n,i]*W1[i,h], i) + b1[h]" in text
    assert "# W1_bar[i,h] = sum(Z1_bar[n,h]*X[n,i], n)" in text
    assert "W1_bar = dot(X_T, Z1_bar, " in text
    assert all(len(line) <= 100 for line in text.splitlines())
    compile(text, "grad.py", "exec")


def test_numbers_are_written_as_formulas():
    text = compiled(neuron()).source
    assert "z = w * x + b" in text
    assert "z_bar = a_bar * a * (1.0 - a)" in text
    assert "numpy" not in text.split('"""')[2]


def test_a_wide_network_of_numbers_keeps_to_the_page(tmp_path):
    net = Network()
    x = net.input("x")
    for number in range(60):
        w = net.parameter(f"weight_{number}")
        x = net.define(f"hidden_{number}", (), f.tanh(w * x))
    net.loss("L", x**2)
    program = compiled(net)
    text = program.source
    assert all(len(line) <= 100 for line in text.splitlines())
    values = dict.fromkeys(program.inputs, 0.5)
    module = imported(program.save(tmp_path / "grad.py"))
    assert module.value_and_gradients(**values)[0] == program(values)[0]


def test_the_text_is_always_the_same():
    assert compiled(digits()).source == compiled(digits()).source == str(compiled(digits()))


def test_names_of_the_module_are_free_for_tensors(tmp_path):
    n = indices("n:N")
    net = Network()
    names = ("run", "bind", "views", "workspace", "value_and_gradients", "errstate", "found")
    names += ("operands", "aligned", "float64", "add", "numpy")
    for name in names:
        net.parameter(name, n)
    factors = [f.exp(t[n]) for t in net.parameters]
    net.loss("L", f.sum_over(sum(factors[1:], start=factors[0]), n))
    program = compiled(net)
    values = {name: np.full(2, 0.1) for name in names}
    module = imported(program.save(tmp_path / "grad.py"))
    goal = next(v for k, v in vars(module).items() if k.startswith("value_and_gradients"))
    loss, grads = goal(**values)
    assert loss == program(values)[0]
    assert list(grads) == list(names)


def test_a_folder_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(FileError):
        compiled(neuron()).save(tmp_path / "nowhere" / "grad.py")
