"""How long deriving takes: prints a table; fails only where the growth is not linear.

Times are of this machine. ``make bench`` runs this file, the test suite does not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import symback.algebra.functions as f
from symback.derivation.derive import derive
from symback.network.network import Network
from tests.derivation.networks import deep


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the best time of a few runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def scalar_network(*widths: int) -> Network:
    """A fully connected logistic network of scalars with half the squared error."""
    net = Network("scalars")
    layer = [net.input(f"x{i}") for i in range(widths[0])]
    targets = [net.input(f"t{k}") for k in range(widths[-1])]
    for depth, width in enumerate(widths[1:], start=1):
        after = []
        for j in range(width):
            terms = [net.parameter(f"w{depth}_{i}_{j}") * unit for i, unit in enumerate(layer)]
            total = terms[0]
            for term in (*terms[1:], net.parameter(f"b{depth}_{j}")):
                total = total + term
            z = net.define(f"z{depth}_{j}", (), total)
            after.append(net.define(f"a{depth}_{j}", (), f.sigmoid(z)))
        layer = after
    error = (targets[0] - layer[0]) ** 2 / 2
    for target, unit in zip(targets[1:], layer[1:], strict=True):
        error = error + (target - unit) ** 2 / 2
    net.loss("E", error)
    return net


def every_step(network: Network) -> int:
    """Derive a network and read every step; return their number."""
    derivation = derive(network)
    return sum(1 for name in derivation.adjoints for _ in derivation[name].record.walk())


def chain(length: int) -> Network:
    """A chain of tanh, all of one shape."""
    net = Network("chain")
    last = net.input("x")
    for number in range(length):
        last = net.define(f"a{number}", (), f.tanh(last))
    return net


def test_deriving_is_quick_and_grows_linearly() -> None:
    rows = []
    for widths in ((2, 2, 1), (3, 4, 4, 2)):
        network = scalar_network(*widths)
        steps = every_step(network)
        weights = len(network.parameters)
        shown = "-".join(map(str, widths))
        rows.append(
            (
                f"{shown} scalars, {weights} weights, all {steps} steps",
                seconds(lambda network=network: every_step(network)),
            )
        )
    times = {}
    for layers in (10, 100, 1000):
        network = deep(layers)
        times[layers] = seconds(lambda network=network: derive(network))
        rows.append((f"{layers} dense tanh layers, all gradients", times[layers]))
    network = chain(10_000)
    rows.append(
        ("10,000 equations in a chain", seconds(lambda: derive(network, "x", of="a9999"), 1))
    )
    rows.append(("import symback, beyond sympy and numpy", import_time()))
    print()
    for what, taken in rows:
        print(f"{what:58} {taken:8.3f} s")
    assert times[1000] < 30 * times[100]


def import_time() -> float:
    """Return what ``import symback`` costs after ``import sympy, numpy``: the best of five."""
    code = (
        "import sympy, numpy, time; start = time.perf_counter(); import symback; "
        "print(time.perf_counter() - start)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    return min(float(run.stdout) for run in runs)
