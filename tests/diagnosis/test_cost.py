"""What a program costs: the count is compared with what NumPy is seen to do."""

import importlib.util

import numpy as np
import pytest
from sympy import Symbol

import symback as sb
from symback.diagnosis.counts import counted
from symback.errors import DefinitionError, FileError, ValuesError
from tests.explanation.networks import DIGITS

N = Symbol("N", integer=True, positive=True)

LAYERS = {
    "dense": "parameter W[i,h] b[h]\nY[n,h] = tanh(sum(X[n,i]*W[i,h], i) + b[h])",
    "attention": (
        "parameter Q[i,h] K[i,h]\nindex m:N\nq[n,h] = sum(X[n,i]*Q[i,h], i)\n"
        "k[m,h] = sum(X[m,i]*K[i,h], i)\nS[n,m] = softmax(sum(q[n,h]*k[m,h], h)/2, m)\n"
        "Y[n,i] = sum(S[n,m]*X[m,i], m)"
    ),
    "three factors": "parameter A[i,h] B[h,i]\nY[n,h] = sum(X[n,i]*A[i,h]*B[h,i], i)",
    "normalised": (
        "parameter g[i]\nm[i] = mean(X[n,i], n)\nv[i] = mean((X[n,i] - m[i])**2, n)\n"
        "Y[n,i] = g[i]*(X[n,i] - m[i])/sqrt(v[i] + 0.001)"
    ),
    "relu": "parameter W[i,h]\nY[n,h] = relu(sum(X[n,i]*W[i,h], i))",
}
VALUES = {"N": 7, "i": 5, "h": 4}


def digits():
    return sb.derive(sb.parse(DIGITS))


def layer(text):
    return sb.derive(sb.parse(f"network layer\nindex n:N i:5 h:4\ninput X[n,i]\n{text}"), of="Y")


RECURRENT = """network r
index t:T n:N k:3 j:3
input X[t,n,k] Y[n,k]
parameter W[j,k] b[k]
state h[t,n,k]
Z[t,n,k] = X[t,n,k] + sum(h[t-1,n,j]*W[j,k], j) + b[k]
h[t,n,k] = tanh(Z[t,n,k])
loss L = sum((h[T-1,n,k] - Y[n,k])**2, n, k)
"""


class Counter:
    """Counts what NumPy's functions do in a program's source, from the arrays that they see."""

    def __init__(self, functions):
        self.found = {"multiplications": 0, "additions": 0, "functions": 0}
        self.functions = functions

    def wrapped(self, name, function):
        def call(*arguments, **keywords):
            result = function(*arguments, **keywords)
            self.note(name, arguments, result)
            return result

        return call

    def note(self, name, arguments, result):
        entries = np.size(result)
        if name in ("dot", "matmul", "vecdot"):
            length = np.shape(arguments[0])[-1]
            all_ones = any(np.ndim(a) == 1 and np.all(a == 1) for a in arguments[:2])
            self.found["multiplications"] += 0 if all_ones else entries * length
            self.found["additions"] += entries * (length - 1)
        elif name in ("add_reduce", "maximum_reduce"):
            kind = "additions" if name == "add_reduce" else "functions"
            self.found[kind] += np.size(arguments[0]) - entries
        elif name in ("add", "subtract", "negative"):
            self.found["additions"] += entries
        elif name in ("multiply", "divide"):
            self.found["multiplications"] += entries
        elif name != "positive":
            # It copies.
            self.found["functions"] += entries


def seen(d, tmp_path, values):
    """Run a derivation's own source with counting functions."""
    path = sb.lambdify(d).save(tmp_path / "program.py")
    spec = importlib.util.spec_from_file_location("program", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    call = module.bind(*(values[name] for name in sb.lambdify(d).inputs))
    counter = Counter(module)
    steps = [name for name in vars(module) if "_step" in name]
    functions = [module.run, *(getattr(module, name) for name in steps)]
    names = {name for function in functions for name in function.__code__.co_names}
    for name in sorted(names - {"each", *steps}):
        setattr(module, name, counter.wrapped(name, getattr(module, name)))
    call()
    return counter.found


@pytest.mark.parametrize("name", LAYERS)
def test_the_count_is_what_numpy_is_seen_to_do(name, tmp_path):
    d = layer(LAYERS[name])
    random = np.random.default_rng(0)
    lengths = {"N": 7}
    values = {
        t.name: random.random([lengths.get(str(s), None) or int(s) for s in t.shape])
        for t in (*d.network.inputs, *d.network.parameters)
    }
    found = sb.cost(d, sizes=lengths).everything
    assert seen(d, tmp_path, values) == {
        "multiplications": found.multiplications,
        "additions": found.additions,
        "functions": found.functions,
    }


def test_the_steps_of_a_recurrence_count_as_often_as_they_run(tmp_path):
    d = sb.derive(sb.parse(RECURRENT))
    random = np.random.default_rng(0)
    shapes = {"X": (5, 7, 3), "Y": (7, 3), "W": (3, 3), "b": (3,)}
    values = {name: random.random(shape) for name, shape in shapes.items()}
    found = sb.cost(d, sizes={"T": 5, "N": 7}).everything
    assert seen(d, tmp_path, values) == {
        "multiplications": found.multiplications,
        "additions": found.additions,
        "functions": found.functions,
    }
    rows = {row.name: row for row in sb.cost(d).rows}
    assert rows["Z"].products == ("T·N·3·3",)


def test_a_dense_layer_is_a_product_of_its_sizes():
    rows = {row.name: row for row in sb.cost(digits()).rows}
    assert rows["Z1"].count.multiplications == 2048 * rows["Z1"].count.functions + 64 * 32 * _n()
    assert rows["Z1"].products == ("N·32·64",)
    assert rows["W1_bar"].count.multiplications == 64 * 32 * _n()


def _n():
    return sb.parse(DIGITS).sizes["N"]


def test_rows_add_up_to_the_whole():
    found = sb.cost(digits())
    assert sum(row.count.total for row in found.rows) == found.everything.total
    assert found.forward.total + found.backward.total == found.everything.total


def test_sizes_come_by_name_by_letter_or_from_values():
    d = digits()
    values = {"X": np.zeros((32, 64)), "Y": np.eye(10)[np.zeros(32, int)]}
    by_name = sb.cost(d, sizes={"N": 32})
    assert by_name.everything.total.is_Integer
    assert by_name.everything == sb.cost(d, sizes={"n": 32}).everything
    assert by_name.everything == sb.cost(d, values).everything
    assert sb.cost(d).everything.changed(lambda e: e.subs(_n(), 32)) == by_name.everything


def test_the_backward_pass_costs_a_few_forward_passes_and_differences_thousands():
    found = sb.cost(digits(), sizes={"N": 32})
    assert 1 <= found.ratio <= 3
    assert found.differences == 2411
    assert found.central_differences == 4820
    assert found.saving > 1000
    assert abs(sb.cost(digits()).ratio - found.ratio) < 0.1


def test_the_inner_product_of_three_factors_is_made_two_and_two():
    d = sb.derive(
        sb.parse(
            "network chain\nindex n:10 i:20 h:30 k:40\ninput X[n,i]\nparameter A[i,h] B[h,k]\n"
            "Y[n,k] = sum(X[n,i]*A[i,h]*B[h,k], i, h)"
        ),
        of="Y",
    )
    forward = sb.cost(d).forward
    assert forward.multiplications == 10 * 20 * 30 + 10 * 30 * 40


def test_memory_is_that_of_the_buffers():
    d = digits()
    found = sb.cost(d, sizes={"N": 32})
    source = sb.lambdify(d).source
    lengths = [
        line.split("aligned((")[1].split(")")[0] for line in source.splitlines()
        if "= aligned((" in line
    ]  # fmt: skip
    held = sum(np.prod([32 if s == "N" else int(s) for s in text.replace(",", " ").split()])
               for text in lengths)  # fmt: skip
    assert found.memory == held
    assert found.forward_memory < found.memory


def test_what_is_no_size_is_refused():
    for sizes in ({"M": 3}, {"N": 0}, {"N": "3"}, {"i": 64}, {"N": True}):
        with pytest.raises(ValuesError):
            sb.cost(digits(), sizes=sizes)
    with pytest.raises(DefinitionError):
        sb.cost("a network")


def test_it_prints_shows_and_saves(tmp_path):
    found = sb.cost(digits(), sizes={"N": 32})
    page = str(found)
    assert "2411 forward passes" in page
    assert "N·32·64" in page
    assert "<svg" in found.svg()
    for suffix in ("svg", "html", "md", "tex", "txt"):
        assert found.save(tmp_path / f"cost.{suffix}").stat().st_size
    with pytest.raises(FileError):
        found.save(tmp_path / "cost.doc")


def test_a_network_is_derived_first_and_scalars_count_too():
    found = sb.cost(
        sb.parse("network s\ninput x y\nparameter w b\nloss E = (sigmoid(w*x + b) - y)**2/2")
    )
    assert found.parameters == 2
    assert found.everything.total.is_Integer
    assert counted(sb.parse(DIGITS), ["L"]).count.total == sb.cost(digits()).forward.total
