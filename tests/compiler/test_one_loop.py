"""Programs in one loop: the same bits as NumPy's, a text that runs alone, and what is refused."""

import importlib
import sys

import numpy as np
import pytest

import symback as sb
from symback.compiler import one_loop as module
from symback.compiler.one_loop_program import compile_one_loop
from symback.compiler.program import compile_network
from symback.errors import NotYetError
from symback.network.text_reader import parse

HEAD = "network one\nindex n:N h:H\ninput x[n,h] y[n,h] a b\n"
FORMULAS = [
    "x[n,h] + a*y[n,h] - b",
    "(x[n,h] - y[n,h])/(1 + abs(x[n,h]))",
    "sqrt(abs(x[n,h]))*x[n,h]**3",
    "maximum(x[n,h], a) + minimum(y[n,h], 0)",
    "sign(x[n,h])*where(x[n,h] > y[n,h], x[n,h], -y[n,h]/3)",
    "iverson((x[n,h] > 0) & ~(y[n,h] <= a)) + relu(y[n,h])",
    "x[n,h]*(a**b + sqrt(a))/N",
    "where(x[n,h] > y[n,h], oo, 1/x[n,h])",
    "x[n,h]",
]


def values(seed=0, shape=(3, 5)):
    generator = np.random.default_rng(seed)
    x, y = (generator.normal(size=shape) for _ in "xy")
    x[0, :4], y[0, :4] = (0.0, -0.0, np.nan, np.inf), (-0.0, 0.0, 1.0, -np.inf)
    return {"x": x, "y": y, "a": 0.7, "b": 1.5}


def given(program, seed=0):
    """Return the values that a program reads."""
    return {name: value for name, value in values(seed).items() if name in program.inputs}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_loop_has_the_same_bits_as_numpy(dtype):
    pytest.importorskip("numba")
    lines = [f"z{number}[n,h] = {formula}" for number, formula in enumerate(FORMULAS)]
    network = parse(HEAD + "\n".join([*lines, "w[n,h] = z0[n,h]*2 + x[n,h]"]))
    names = [equation.target for equation in network.equations]
    loop, plain = (
        make(network, names, dtype=dtype) for make in (compile_one_loop, compile_network)
    )
    found, expected = loop(values()), plain(values())
    for name, array in expected.items():
        assert found[name].dtype == array.dtype == dtype
        assert found[name].tobytes() == array.tobytes(), name


def test_numbers_are_computed_before_the_loop_and_are_results_too():
    pytest.importorskip("numba")
    network = parse(f"{HEAD}c = a**b\nz[n,h] = c*x[n,h]/(1 - c)")
    loop, plain = (make(network, ["z", "c"]) for make in (compile_one_loop, compile_network))
    found, expected = loop(given(loop)), plain(given(plain))
    assert found["c"] == expected["c"]
    assert found["z"].tobytes() == expected["z"].tobytes()


def test_arrays_with_gaps_and_bound_arrays_are_read_in_place():
    pytest.importorskip("numba")
    network = parse(f"{HEAD}z[n,h] = x[n,h] - a*y[n,h]")
    program = compile_one_loop(network, ["z"])
    whole = values(shape=(6, 10))
    cut = {n: w[::2, ::2] if np.ndim(w) else np.array(w) for n, w in whole.items() if n != "b"}
    target = np.empty((3, 5))
    bound = program.bind(cut, into={"z": target})
    for factor in (1, 2):
        whole["x"] *= factor
        assert bound()["z"] is target
        expected = cut["x"] - cut["a"] * cut["y"]
        np.testing.assert_array_equal(target, expected)


def test_the_text_of_a_program_runs_alone(tmp_path, monkeypatch):
    pytest.importorskip("numba")
    network = parse(f"{HEAD}z[n,h] = sqrt(abs(x[n,h]))*a - y[n,h]/b")
    program = compile_one_loop(network, ["z"])
    program.save(tmp_path / "looped.py")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("looped")
    monkeypatch.delitem(sys.modules, "looped")
    arrays = {name: np.asarray(value) for name, value in given(program).items()}
    found = module.outputs(**arrays)["z"]
    assert found.tobytes() == program(given(program))["z"].tobytes()
    assert "for n in range" in program.source
    assert "needs NumPy and Numba" in program.source


def test_programs_with_the_same_text_share_one_loop():
    pytest.importorskip("numba")
    network = parse(f"{HEAD}z[n,h] = x[n,h] + a")
    first, second = (compile_one_loop(network, ["z"]) for _ in "01")
    assert first._loop.compiled() is second._loop.compiled()


REFUSED = [
    ("z[n,h] = exp(x[n,h])", "exp"),
    ("z[n] = sum(x[n,h], h)", "z"),
    ("z[n,h] = x[n,h]*sum(y[n,h]*x[n,h], n, h)", ""),
    ("s[n] = x[n,0]\nz[n,h] = x[n,h] - s[n]", ""),
    ("z[h,n] = x[n,h] + 1", ""),
    ("z = a + b", "numbers only"),
]


@pytest.mark.parametrize(("lines", "found"), REFUSED, ids=[lines for lines, _ in REFUSED])
def test_what_is_no_loop_over_the_same_entries_is_refused(lines, found):
    pytest.importorskip("numba")
    with pytest.raises(NotYetError, match="one loop is made of") as error:
        compile_one_loop(parse(HEAD + lines), ["z"])
    assert found in error.value.found


def test_without_numba_the_error_names_the_extra(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", missing)
    with pytest.raises(NotYetError, match=r"symback\[numba\]"):
        compile_one_loop(parse(f"{HEAD}z[n,h] = x[n,h]"), ["z"])


def test_lambdify_takes_the_backend():
    pytest.importorskip("numba")
    network = parse(f"{HEAD}z[n,h] = x[n,h]*a\nloss L = sum(z[n,h]**2, n, h)")
    loop = sb.lambdify(network, outputs=["z"], backend="numba")
    assert "numba.njit" in loop.source
    with pytest.raises(NotYetError, match="outputs="):
        sb.lambdify(sb.derive(network, wrt=["a"]), backend="numba")
    with pytest.raises(NotYetError, match="no such backend"):
        sb.lambdify(network, outputs=["z"], backend="fortran")
