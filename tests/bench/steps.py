"""The benchmark of training: a whole step against the bare call of loss and gradients.

    python -m tests.bench.steps

A step takes its samples, computes loss and gradients, makes the optimiser's step and checks that
nothing became infinite. Both are timed in turn; the ratio is that of the shortest times. The last
line says by how much the memory grew over 10,000 steps.
"""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Iterator
from itertools import chain, count

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # Before NumPy is loaded: two threads of BLAS would measure each other.
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402

from symback.derivation.derive import derive  # noqa: E402
from symback.training.engine import Plan, Training  # noqa: E402
from symback.training.optimisers import SGD, Adam, Momentum, Optimizer  # noqa: E402
from symback.training.preparation import prepared  # noqa: E402
from symback.training.sources import Batch  # noqa: E402
from tests.bench import networks  # noqa: E402
from tests.bench.run import shortest  # noqa: E402

OPTIMISERS = (SGD(1e-3), Momentum(1e-4), Adam(1e-5))
BATCHES = (32, 64, 128)
SAMPLES, MANY = 1437, 10_000


def training(optimizer: Optimizer, batch_size: int) -> Training:
    """Return a training of the digits network on numbers like those of the digits."""
    network = networks.classifier("digits", [64, 32, 10], "tanh")
    data = networks.values_for(network, SAMPLES, "float64")
    plan = Plan(derive(network), optimizer, 1, None, None, 0, "float64", True, ())
    inputs = {name: data[name] for name in ("X", "Y")}
    return prepared(
        plan, inputs, batch_size=batch_size, batch=None, parameters={}, validation=None,
        callbacks=(),
    )  # fmt: skip


def whole_batches(made: Training, batch_size: int) -> Iterator[Batch]:
    """Yield batches for ever, without the short ones at the end of each epoch."""
    epochs = (made.source.epoch(number, 0) for number in count(1))
    return (batch for batch in chain.from_iterable(epochs) if batch.length == batch_size)


def compare(optimizer: Optimizer, batch_size: int) -> None:
    """Print the time of a step, and its ratio to that of the bare call."""
    made = training(optimizer, batch_size)
    batches = whole_batches(made, batch_size)
    bare = next(batches).bound
    name = type(optimizer).__name__
    with np.errstate(all="ignore"):
        alone, step = shortest(bare, lambda: made.try_step(next(batches)))
    print(
        f"{name:9} batch {batch_size:4}: {step / alone:.2f} of the bare call ({alone * 1e6:.1f} µs)"
    )


def growth() -> int:
    """Return by how many bytes the memory grew over many steps, after some to begin with."""
    made = training(Adam(1e-5), 64)
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


if __name__ == "__main__":
    for chosen in OPTIMISERS:
        for size in BATCHES:
            compare(chosen, size)
    print(f"memory after {MANY:,} more steps: {growth():+,} bytes")
