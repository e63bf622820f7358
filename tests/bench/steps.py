"""The benchmark of training: a whole step against the bare call of loss and gradients.

    python -m tests.bench.steps              every optimiser, batch and backend
    python -m tests.bench.steps Adam numba   some

A step takes its samples, computes loss and gradients, makes the optimiser's step and checks that
nothing became infinite. The bare call is g(), with g = sb.lambdify(sb.derive(net)).bind(values).
Both are timed in turn; the ratio is that of the shortest times. The last line says by how much the
memory grew over 10,000 steps.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
import tracemalloc
from collections.abc import Iterator
from itertools import chain, count

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # Before NumPy is loaded: two threads of BLAS would measure each other.
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

from symback.compiler.program import compile_network  # noqa: E402
from symback.derivation.derive import derive  # noqa: E402
from symback.training.engine import Plan, Training  # noqa: E402
from symback.training.optimisers import OPTIMISERS, Adam, Optimizer  # noqa: E402
from symback.training.preparation import prepared  # noqa: E402
from symback.training.sources import Batch  # noqa: E402
from symback.training.updating import BACKENDS, NUMBA, NUMPY  # noqa: E402
from tests.bench import networks  # noqa: E402
from tests.bench.run import shortest  # noqa: E402

RATE = 1e-5
BATCHES = (32, 64, 128)
SAMPLES, MANY = 1437, 10_000


def training(optimizer: Optimizer, batch_size: int, backend: str) -> Training:
    """Return a training of the digits network on numbers like those of the digits."""
    network = networks.classifier("digits", [64, 32, 10], "tanh")
    data = networks.values_for(network, SAMPLES, "float64")
    plan = Plan(derive(network), optimizer, 1, None, None, 0, "float64", True, (), backend)
    inputs = {name: data[name] for name in ("X", "Y")}
    return prepared(
        plan, inputs, batch_size=batch_size, batch=None, parameters={}, validation=None,
        callbacks=(),
    )  # fmt: skip


def whole_batches(made: Training, batch_size: int) -> Iterator[Batch]:
    """Yield batches for ever, without the short ones at the end of each epoch."""
    epochs = (made.source.epoch(number, 0) for number in count(1))
    return (batch for batch in chain.from_iterable(epochs) if batch.length == batch_size)


def ratio(optimizer: Optimizer, batch_size: int, backend: str) -> tuple[float, float]:
    """Return the time of a step over that of the bare call, and the latter in microseconds."""
    made = training(optimizer, batch_size, backend)
    batches = whole_batches(made, batch_size)
    derivation = made.plan.derivation
    program = compile_network(
        derivation.network, (), value=derivation.of, gradients=derivation.gradient_names
    )
    bare = program.bind(next(batches).values | made.parameters.copies())
    with np.errstate(all="ignore"):
        alone, step = shortest(bare, lambda: made.try_step(next(batches)))
    return step / alone, alone * 1e6


def compare(name: str, backend: str) -> None:
    """Print the ratios of an optimiser for all batches."""
    found = [(size, *ratio(OPTIMISERS[name](RATE), size, backend)) for size in BATCHES]
    told = "   ".join(f"{size:3}: {step:.2f} ({alone:.1f} µs)" for size, step, alone in found)
    print(f"{name:9} {backend:6} {told}")


def growth() -> int:
    """Return by how many bytes the memory grew over many steps, after some to begin with."""
    made = training(Adam(RATE), 64, NUMPY)
    batches = whole_batches(made, 64)
    tracemalloc.start()
    for number in range(MANY + 100):
        made.try_step(next(batches))
        if number == 100:
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after - before


def main(wanted: list[str]) -> None:
    """Print the ratios of these optimisers and backends, or of all."""
    has_numba = importlib.util.find_spec("numba") is not None
    names = [name for name in OPTIMISERS if name in map(str.lower, wanted)] or list(OPTIMISERS)
    backends = [b for b in BACKENDS if b in wanted] or [NUMPY, *([NUMBA] if has_numba else [])]
    print("a step over the bare call of loss and gradients, by the size of the batch")
    for backend in backends:
        for name in names:
            compare(name, backend)
    print(f"memory after {MANY:,} more steps: {growth():+,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
