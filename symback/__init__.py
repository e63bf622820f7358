"""symback: the derivation of a network's gradients, and fast code from the same formulas.

``import symback as sb`` is the way in. Names that shadow a builtin or a SymPy function (``sb.sum``,
``sb.exp``) are attributes only; ``__all__`` leaves them out, the verbs excepted.
"""

import importlib

from sympy import oo as oo
from sympy import pi as pi

from symback.algebra.functions import absolute as abs  # noqa: F401
from symback.algebra.functions import cos as cos
from symback.algebra.functions import (
    delta,
    elu,
    eq,
    first,
    gelu,
    gelu_tanh,
    iverson,
    leaky_relu,
    logsumexp,
    maximum,  # noqa: F401
    minimum,  # noqa: F401
    ne,
    padded,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    stop_gradient,
    where,
)
from symback.algebra.functions import erf as erf
from symback.algebra.functions import exp as exp
from symback.algebra.functions import log as log
from symback.algebra.functions import max_over as max  # noqa: F401
from symback.algebra.functions import mean_over as mean
from symback.algebra.functions import min_over as min  # noqa: F401
from symback.algebra.functions import product_over as prod  # noqa: F401
from symback.algebra.functions import sign as sign
from symback.algebra.functions import sin as sin
from symback.algebra.functions import sqrt as sqrt
from symback.algebra.functions import sum_over as sum  # noqa: F401
from symback.algebra.functions import tanh as tanh
from symback.algebra.letters import Index, indices
from symback.errors import SymbackError
from symback.network.network import Network
from symback.network.tensors import Tensor

# What most programs need only later is imported when it is first asked for (PEP 562), so that
# ``import symback`` stays quick: the name, and the module that holds it.
_LATER = {
    "Derivation": "symback.derivation.derive",
    "Gradient": "symback.derivation.derive",
    "Notation": "symback.notation.options",
    **dict.fromkeys(
        (
            "AdaGrad",
            "Adam",
            "AdamW",
            "Momentum",
            "Nesterov",
            "Optimizer",
            "RMSProp",
            "SGD",
        ),
        "symback.training.optimisers",
    ),
    **dict.fromkeys(
        ("Cosine", "Exponential", "OneCycle", "Schedule", "StepDecay", "WarmUp"),
        "symback.training.schedules",
    ),
    **dict.fromkeys(("ClipNorm", "ClipValue"), "symback.training.clipping"),
    **dict.fromkeys(("EarlyStopping", "EveryStep"), "symback.training.callbacks"),
    "Checkpoint": "symback.training.checkpoint",
    "History": "symback.training.history",
    "Metric": "symback.training.metrics",
    "penalize": "symback.training.penalties",
    "rewrite": "symback.network.rewriting",
    **dict.fromkeys(("LBFGS", "NewtonCG", "minimize"), "symback.training.minimising"),
    **dict.fromkeys(
        (
            "check",
            "cost",
            "derive",
            "diagnose",
            "draw",
            "explain",
            "hessian",
            "hvp",
            "jacobian",
            "lambdify",
            "parse",
            "rate_range",
            "read",
            "scalarize",
            "train",
            "verify",
        ),
        "symback.workflow",
    ),
}

_PACKAGES = {"nn": "symback.nn", "zoo": "symback.zoo"}


def __getattr__(name: str) -> object:
    if name in _PACKAGES:
        return importlib.import_module(_PACKAGES[name])
    if name not in _LATER:
        raise AttributeError(f"module 'symback' has no attribute {name!r}")
    found = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER, *_PACKAGES})


__version__ = "0.1.0"
__all__ = [
    "LBFGS",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Checkpoint",
    "ClipNorm",
    "ClipValue",
    "Cosine",
    "Derivation",
    "EarlyStopping",
    "EveryStep",
    "Exponential",
    "Gradient",
    "History",
    "Index",
    "Metric",
    "Momentum",
    "Nesterov",
    "Network",
    "NewtonCG",
    "Notation",
    "OneCycle",
    "Optimizer",
    "RMSProp",
    "Schedule",
    "StepDecay",
    "SymbackError",
    "Tensor",
    "WarmUp",
    "check",
    "cost",
    "delta",
    "derive",
    "diagnose",
    "draw",
    "elu",
    "eq",
    "explain",
    "first",
    "gelu",
    "gelu_tanh",
    "hessian",
    "hvp",
    "indices",
    "iverson",
    "jacobian",
    "lambdify",
    "leaky_relu",
    "logsumexp",
    "mean",
    "minimize",
    "ne",
    "padded",
    "parse",
    "penalize",
    "rate_range",
    "read",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "stop_gradient",
    "train",
    "verify",
    "where",
]
