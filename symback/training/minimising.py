"""Full batches and SciPy's methods: L-BFGS by gradients, Newton's method by Hessian products.

Loss, gradient and the product of the Hessian with a direction are the derived ones, compiled; the
search along them is SciPy's.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from symback.compiler.program import compile_network
from symback.derivation.derive import Derivation, derive
from symback.derivation.second import hvp
from symback.errors import TrainingError
from symback.network.network import Network
from symback.training.faults import first_fault
from symback.training.history import History
from symback.training.interruption import Interruption
from symback.training.parameters import Parameters
from symback.training.run import Run
from symback.training.start import check_derivation, start_of

INTERRUPTED = "stopped by Ctrl-C; the parameters are those of the last whole iteration"


@dataclass(frozen=True, slots=True)
class Method:
    """The base of methods: its fields are SciPy's options under names of ours."""

    NAME: ClassVar[str] = ""
    OPTIONS: ClassVar[Mapping[str, str]] = {}
    BY_PRODUCTS: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            is_number = is_whole or (isinstance(value, float) and field.type == "float")
            if not is_number or not math.isfinite(value) or value <= 0:
                raise TrainingError(
                    f"{type(self).__name__}: {field.name}={str(value)[:40]} was asked for",
                    f"no {'finite' if field.type == 'float' else 'whole'} number above 0",
                    f"use a number such as {field.name}={field.default}",
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LBFGS(Method):
    """θ ← θ − α·H·θ̄, H made of the last ``memory`` steps and changes of the gradient.

    It ends where no entry of the gradient is above ``tolerance``. D. C. Liu, J. Nocedal: On the
    limited memory BFGS method for large scale optimization. Math. Programming 45 (1989) 503-528.
    """

    memory: int = 10
    tolerance: float = 1e-6

    NAME: ClassVar[str] = "L-BFGS-B"
    OPTIONS: ClassVar[Mapping[str, str]] = {"memory": "maxcor", "tolerance": "gtol"}


@dataclass(frozen=True, slots=True)
class NewtonCG(Method):
    """θ ← θ + α·p with ∇²L·p = −θ̄, solved by conjugate gradients from products ∇²L·p alone.

    It ends where θ moves by less than ``tolerance`` on average. J. Nocedal, S. J. Wright:
    Numerical Optimization, 2nd edition, Springer 2006, section 7.1.
    """

    tolerance: float = 1e-8

    NAME: ClassVar[str] = "Newton-CG"
    OPTIONS: ClassVar[Mapping[str, str]] = {"tolerance": "xtol"}
    BY_PRODUCTS: ClassVar[bool] = True


def minimize(
    network: Network | Derivation,
    data: Mapping[str, object],
    *,
    method: Method = LBFGS(),
    iterations: int = 200,
    parameters: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Run:
    """Make the loss on all samples small by a method of SciPy; return the Run.

    The history has the loss after each iteration; ``run.stopped`` says why it ended before it
    converged. Ctrl-C ends it early. Raises SymbackError; without SciPy one that names the extra.
    """
    if not isinstance(method, Method):
        raise TrainingError(
            f"minimize: method={str(method)[:40]} was asked for", f"a {type(method).__name__}",
            "use sb.LBFGS() or sb.NewtonCG(); sb.Adam and the like are for sb.train",
        )  # fmt: skip
    _check_whole("iterations", iterations, 1)
    _check_whole("seed", seed, 0)
    search = _scipy()
    derivation = network if isinstance(network, Derivation) else derive(network)
    check_derivation(derivation)
    net = derivation.forward
    _check_steady(net)
    start = start_of(
        net, derivation.of, data, parameters or {}, seed=seed, dtype="float64",
        batch_size=None, batch=None,
    )  # fmt: skip
    problem = _Problem(derivation, start.inputs | start.buffers, start.parameters)
    problem.check_start()
    history = History()

    # Why this name? By it SciPy knows that the callback wants the loss too.
    def note(intermediate_result: Any) -> None:
        history.add({"loss": float(intermediate_result.fun)})
        if stop.asked:
            raise StopIteration

    own = {name: getattr(method, name) for name in method.OPTIONS}
    options = {method.OPTIONS[name]: value for name, value in own.items()} | method_limits(method)
    with np.errstate(all="ignore"), Interruption() as stop:
        found = search(
            problem, problem.parameters.theta.copy(), method=method.NAME, jac=True, callback=note,
            hessp=problem.product if method.BY_PRODUCTS else None,
            options={"maxiter": int(iterations), **options},
        )  # fmt: skip
    problem.parameters.theta[:] = found.x
    stopped = INTERRUPTED if stop.asked else "" if found.success else _why(found, iterations)
    return Run(
        net, method, problem.parameters.copies(), history, seed=seed, dtype="float64",
        steps=int(found.nit), stopped=stopped, goal=derivation.of,
    )  # fmt: skip


def method_limits(method: Method) -> dict[str, float]:
    """Return options that let the tolerance alone decide when L-BFGS has converged."""
    return {"ftol": 0.0, "maxfun": 10**9} if method.NAME == LBFGS.NAME else {}


class _Problem:
    """Loss and gradient as functions of one vector: ``problem(theta)`` is (loss, gradient)."""

    def __init__(
        self,
        derivation: Derivation,
        inputs: Mapping[str, np.ndarray],
        parameters: Mapping[str, np.ndarray],
    ) -> None:
        self.derivation, self.inputs = derivation, dict(inputs)
        self.parameters = Parameters(parameters, "float64")
        program = compile_network(
            derivation.network, (), value=derivation.of, gradients=derivation.gradient_names
        )
        values = self.inputs | self.parameters.arrays
        self._bound = program.bind(values, into=self.parameters.gradients)
        self._products: Callable[[], object] | None = None
        self._direction: Parameters | None = None

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        self.parameters.theta[:] = theta
        return self._bound(), self.parameters.gradient.copy()

    def product(self, theta: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Return ∇²L·direction at θ."""
        if self._direction is None:
            self._products, self._direction = self._bound_products()
        self.parameters.theta[:], self._direction.theta[:] = theta, direction
        self._products()
        return self._direction.gradient.copy()

    def _bound_products(self) -> tuple[Callable[[], object], Parameters]:
        derivation, arrays = self.derivation, self.parameters.arrays
        second = hvp(derivation.forward, derivation.wrt, derivation.of)
        direction = Parameters(arrays, "float64")
        program = compile_network(
            second.network, (), value=second.of, gradients=second.gradient_names
        )
        dots = {f"{name}_dot": array for name, array in direction.arrays.items()}
        bound = program.bind(self.inputs | arrays | dots, into=direction.gradients)
        return bound, direction

    def check_start(self) -> None:
        """Raise TrainingError if the loss or its gradient is not finite where it begins."""
        with np.errstate(all="ignore"):
            loss, gradient = self(self.parameters.theta.copy())
        if math.isfinite(loss) and np.isfinite(gradient).all():
            return
        values = self.inputs | self.parameters.arrays
        found = first_fault(self.derivation.network, values, "float64")
        raise TrainingError(
            "minimize: the loss at the start", found or "a value that is not finite",
            "data of similar scale, or another start",
        )  # fmt: skip


def _check_steady(network: Network) -> None:
    """Raise TrainingError for a loss that is another one in each step."""
    changing = [*(t.name for t in network.randoms), *network.updates]
    if changing:
        raise TrainingError(
            f"minimize: the loss of network {network.name}",
            f"{', '.join(changing[:8])}, which each step of a training draws or changes",
            "use sb.train, or minimize the network that predicts: net.predictor()",
        )


def _check_whole(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise TrainingError(
            f"minimize: {name}={str(value)[:40]} was asked for", f"no whole number from {least}",
            f"use a number such as {name}=100",
        )  # fmt: skip


def _scipy() -> Callable:
    try:
        return importlib.import_module("scipy.optimize").minimize
    except ImportError:
        raise TrainingError(
            "minimize: a method of SciPy was asked for", "SciPy is not installed",
            'pip install "symback[scipy]", or use sb.train',
        ) from None  # fmt: skip


def _why(found: Any, iterations: int) -> str:
    if found.nit >= iterations:
        return f"stopped after {iterations} iterations, before it had converged"
    return f"stopped by SciPy: {str(found.message).strip()[:200]}"
