import numpy as np
import pytest

from symback.algebra.functions import relu, softmax, sum_over, where
from symback.algebra.letters import indices
from symback.compiler.interpreter import interpret
from symback.diagrams.operations import operation_sign, operations_of
from symback.diagrams.richtext import to_unicode
from symback.network.network import Network
from tests.diagrams.networks import circuit, classifier, edge, graph_of, mazur


def test_cs231n_circuit_shows_the_published_numbers():
    net, at = circuit()
    graph = graph_of(net, "operations", at)
    signs = [to_unicode(n.label) for n in graph.nodes if n.kind == "operation"]
    assert signs == ["×", "×", "+", "−", "exp", "1 +"]
    flows = [(e.value, e.gradient) for e in graph.edges]
    for value, gradient in [
        ("2", "−0.1966"), ("−1", "0.3932"), ("−3", "−0.3932"), ("−2", "−0.5898"),
        ("1", "0.1966"), ("0.3679", "−0.5344"), ("1.368", "−0.5344"),
    ]:  # fmt: skip
        assert (value, gradient) in flows


def test_a_product_of_a_sum():
    net = Network("circuit")
    x, y, z = (net.input(name) for name in "xyz")
    net.loss("f", (x + y) * z)
    graph = graph_of(net, "operations", {"x": -2.0, "y": 5.0, "z": -4.0})
    shown = {(e.source, e.target): (e.value, e.gradient) for e in graph.edges}
    assert shown == {
        ("x", "sb_op_0"): ("−2", "−4"), ("y", "sb_op_0"): ("5", "−4"),
        ("sb_op_0", "f"): ("3", "−4"), ("z", "f"): ("−4", "3"),
    }  # fmt: skip


@pytest.mark.parametrize("made", [mazur, classifier, circuit])
def test_the_rewritten_network_computes_the_same(made):
    net, at = made()
    rewritten, looks = operations_of(net)
    assert [name for name, look in looks.items() if not look.generated] == [
        e.target for e in net.equations
    ]
    before, after = (interpret(n, at, number=float) for n in (net, rewritten))
    for equation in net.equations:
        assert np.allclose(before[equation.target], after[equation.target])


def test_conditions_and_parts_of_a_choice_are_kept():
    net = Network("choice")
    x = net.input("x")
    net.loss("L", where(x > 0, x * 2, x + 1))
    graph = graph_of(net, "operations", {"x": 3.0})
    assert edge(graph, "sb_op_0", "L").gradient == "1"


@pytest.mark.parametrize(
    ("write", "sign"),
    [
        (lambda x, y: x + y, "+"),
        (lambda x, y: x - y, "−"),
        (lambda x, y: x - y + x, "− +"),
        (lambda x, y: x + 1, "+ 1"),
        (lambda x, y: 1 - x, "1 −"),
        (lambda x, y: x * y, "×"),
        (lambda x, y: 2 * x, "× 2"),
        (lambda x, y: x / 2, "÷ 2"),
        (lambda x, y: 1 / x, "1 ÷"),
        (lambda x, y: x**3, "(·)³"),
        (lambda x, y: -x, "−"),
        (lambda x, y: relu(x), "relu"),
    ],
)
def test_signs_of_operations(write, sign):
    net = Network("sign")
    x, y = net.input("x"), net.input("y")
    net.define("z", (), write(x, y))
    assert to_unicode(operation_sign(net.equation("z").written)) == sign


def test_operations_over_letters_name_them():
    n, k = indices("n:N k:3")
    net = Network("letters")
    X = net.input("X", n, k)
    net.define("s", (n,), sum_over(X[n, k], k))
    net.define("P", (n, k), softmax(X[n, k], k))
    assert to_unicode(operation_sign(net.equation("s").written)) == "Σₖ"
    assert to_unicode(operation_sign(net.equation("P").written)) == "softmaxₖ"
