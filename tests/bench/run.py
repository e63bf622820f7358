"""The benchmarks: programs against NumPy written by hand, and how long compiling takes.

    python -m tests.bench.run            all of them, one thread
    python -m tests.bench.run W3 W5      some

Times of the two are taken in turn, in short bursts; the ratio is that of the shortest of each.
Ratios inside one run count, times do not: the machine may be busy with other things.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # Before NumPy is loaded: two threads of BLAS would measure each other.
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

from symback.compiler.program import Program, compile_network  # noqa: E402
from symback.derivation.derive import derive  # noqa: E402
from symback.network.network import Network  # noqa: E402
from tests.bench import hand, networks  # noqa: E402

BURSTS, SECONDS = 200, 0.003

# name: (network, batch, the same by hand)
WORKLOADS: dict[str, tuple[Callable[[], Network], int, Callable]] = {
    "W1": (networks.neuron, 1, hand.neuron),
    "W3": (
        lambda: networks.classifier("digits", [64, 32, 10], "tanh"),
        64,
        lambda values: hand.classifier(values, "tanh"),
    ),
    "W4": (
        lambda: networks.classifier("wide", [784, 512, 10], "relu"),
        128,
        lambda values: hand.classifier(values, "relu"),
    ),
    "W5": (lambda: networks.layers(20), 32, hand.layers),
}


def compiled(network: Network, dtype: str) -> Program:
    """Return the program of the loss and its gradients."""
    d = derive(network)
    return compile_network(d.network, (), value=d.of, gradients=d.gradient_names, dtype=dtype)


def assert_same(bound, learned, value, gradients, dtype: str) -> None:
    """Assert that a bound program has the value and gradients of torch tensors."""
    tolerance = 1e-10 if dtype == "float64" else 1e-4
    assert np.isclose(bound(), value.item(), rtol=tolerance)
    for parameter, gradient in zip(learned, gradients, strict=True):
        scale = max(1.0, abs(gradient).max().item())
        error = abs(bound.grads[parameter] - gradient.numpy()).max() / scale
        assert error < tolerance, (parameter, error)


def shortest(*functions: Callable[[], object]) -> list[float]:
    """Return the shortest time of one call of each function, in turn, in seconds."""
    repeats = []
    for function in functions:
        function()
        start = time.perf_counter()
        function()
        repeats.append(max(1, int(SECONDS / max(1e-7, time.perf_counter() - start))))
    best = [float("inf")] * len(functions)
    for _ in range(BURSTS):
        for place, (function, repeat) in enumerate(zip(functions, repeats, strict=True)):
            start = time.perf_counter()
            for _ in range(repeat):
                function()
            best[place] = min(best[place], (time.perf_counter() - start) / repeat)
    return best


def compare(name: str, dtype: str) -> None:
    """Print the times of a workload: bound, called with values, by hand."""
    make, batch, by_hand = WORKLOADS[name]
    network = make()
    program = compiled(network, dtype)
    values = networks.values_for(network, batch, dtype)
    bound, other = program.bind(values), by_hand(values)
    loss, gradients = other()
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    assert np.isclose(bound(), loss, rtol=tolerance)
    for own, gradient in zip(bound.grads.values(), gradients, strict=True):
        np.testing.assert_allclose(own, gradient, atol=tolerance)
    fast, called, manual = shortest(bound, lambda: program(values), other)
    print(
        f"{name} {dtype}: bound {fast / manual:.3f}, called with values {called / manual:.3f} of "
        f"hand ({manual * 1e6:.1f} µs)"
    )


def compile_times() -> None:
    """Print how long deriving and compiling take for 100 and 1,000 layers."""
    for count in (100, 1000):
        network = networks.layers(count, width=8)
        start = time.process_time()
        d = derive(network)
        derived = d.network
        between = time.process_time()
        program = compile_network(derived, (), value=d.of, gradients=d.gradient_names)
        end = time.process_time()
        print(
            f"{count} layers: derived in {between - start:.2f} s, "
            f"compiled in {end - between:.2f} s, {len(program.plan.statements)} statements"
        )


def main(names: list[str]) -> None:
    """Run the benchmarks of these names, or all."""
    for name in names or WORKLOADS:
        if name in WORKLOADS:
            for dtype in ("float64", "float32") if name != "W1" else ("float64",):
                compare(name, dtype)
    if not names or "compile" in names:
        compile_times()


if __name__ == "__main__":
    main(sys.argv[1:])
