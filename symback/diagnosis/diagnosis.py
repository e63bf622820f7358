"""``diagnose``: what gradients do on their way from the goal to the parameters, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symback.charts.chart import Chart, Sheet
from symback.derivation.derive import Derivation
from symback.diagnosis.case import Case, Verdict
from symback.diagnosis.measures import Measures, measured, required
from symback.diagnosis.on_the_way import broken, exploding, vanishing
from symback.diagnosis.page import page
from symback.diagnosis.paper import Paper
from symback.diagnosis.parameters import large_steps, symmetric, without_gradient
from symback.diagnosis.pictures import sheet
from symback.diagnosis.recurrences import exploding_in_time, vanishing_in_time
from symback.diagnosis.texts import TEXTS
from symback.diagnosis.through_time import TimeWay, times
from symback.diagnosis.units import dead, saturated
from symback.diagnosis.ways import Way, ways
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.notation.layout import Typesetter
from symback.notation.options import Notation
from symback.notation.symbols import symbols_of
from symback.render.document import Document
from symback.training.optimisers import Optimizer
from symback.training.parameters import Parameters, Stepper

TENSOR, PARAMETER = "tensor", "parameter"
RULES: tuple[Callable[[Case], Iterator[Verdict]], ...] = (
    broken, vanishing, exploding, vanishing_in_time, exploding_in_time, without_gradient, dead,
    saturated, symmetric, large_steps,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of one tensor on the way, or of a parameter.

    ``mean``, ``deviation`` and ``size`` (root mean square) are of its values, ``gradient`` is the
    root mean square of its adjoint, ``zeros`` the share of its adjoint that is 0. Of a function
    ``flat`` is the share of entries with a small slope and ``dead`` counts the units that never
    answer. ``step`` is the share of a parameter that one update changes. NaN stands for nothing.
    """

    kind: str
    name: str
    shape: tuple[int, ...]
    mean: float
    deviation: float
    size: float
    gradient: float
    zeros: float
    flat: float = math.nan
    dead: int = 0
    step: float = math.nan


@dataclass(frozen=True, repr=False)
class Diagnosis(Paper):
    """Rows of numbers, verdicts with their causes, and the Jacobian products behind them."""

    derivation: Derivation
    measures: Measures
    ways: Mapping[str, Way]
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]
    case: Case

    caption = TEXTS["picture"]

    @cached_property
    def document(self) -> Document:
        """The page: verdicts, tables, and the product of local derivatives."""
        return page(self)

    @property
    def through_time(self) -> tuple[TimeWay, ...]:
        """What each recurrence does to a gradient that it carries back."""
        return self.case.times

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        """The verdicts that are no mere notes."""
        return tuple(v for v in self.verdicts if v.level == "warning")

    def plot(self) -> Chart | Sheet:
        """Return gradients, gains and activations along the longest way, as charts."""
        return sheet(self)

    def __repr__(self) -> str:
        kinds = ", ".join(dict.fromkeys(v.kind for v in self.verdicts)) or "no trouble"
        return f"Diagnosis(of {self.derivation.of}: {kinds})"


def diagnose(
    x: Derivation | Network,
    values: Mapping[str, object] | Sequence[Mapping[str, object]],
    *,
    update: Optimizer | None = None,
) -> Diagnosis:
    """Return the Diagnosis of gradients at values: one mapping, or several batches of them.

    With ``update``, an optimiser, also how much of each parameter its first step would change.
    Raises DefinitionError, ValuesError.
    """
    d = required(x)
    if update is not None and not isinstance(update, Optimizer):
        raise DefinitionError(
            f"diagnose: update={str(update)[:40]!r}", f"a {type(update).__name__}",
            "give an optimiser: update=sb.SGD(0.1)",
        )  # fmt: skip
    # Why so? Diagnosed values may hold anything; what is not finite becomes a verdict.
    with np.errstate(all="ignore"):
        measures = measured(d, values)
        found = ways(measures)
        steps = _steps(measures, update) if update else {}
        in_time = tuple(times(measures))
    show = Typesetter(Notation(), symbols_of(measures.derivation.network, d.of))
    rule = type(update).__name__ if update else ""
    case = Case(measures, found, steps, rule, show, in_time)
    verdicts = tuple(verdict for rule_of in RULES for verdict in rule_of(case))
    return Diagnosis(d, measures, found, tuple(_rows(case)), verdicts, case)


def _steps(measures: Measures, update: Optimizer) -> dict[str, tuple[float, float]]:
    """Return the root mean squares of one step, with the last batch, and of the weights."""
    d = measures.derivation
    names = [n for n in d.wrt if n in measures.arrays]
    if not names:
        return {}
    old = {n: measures.arrays[n] for n in names}
    parameters = Parameters(old, "float64")
    parameters.take({n: measures.arrays[d.adjoint_name(n)] for n in names})
    Stepper(update, parameters).step()
    return {n: (_rms(parameters.arrays[n] - old[n]), _rms(old[n])) for n in names}


def _rms(array: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(array))))


def _rows(case: Case) -> Iterator[Row]:
    m = case.measures
    learned = set(m.derivation.wrt)
    steepness = {one.use.target: one for one in m.steepness if one.use.whole}
    for name in (n for n in m.derivation.forward.tensors if n in m.adjoints):
        own, adjoint = m.forward[name], m.adjoints[name]
        is_parameter = name in learned
        update, size = case.steps.get(name, (math.nan, math.nan))
        slopes = steepness.get(name)
        yield Row(
            PARAMETER if is_parameter else TENSOR, name, m.lengths[name], own.mean, own.deviation,
            own.rms, adjoint.rms, adjoint.zeros / adjoint.count,
            slopes.flat_share if slopes else math.nan, slopes.dead_units if slopes else 0,
            update / size if size else math.nan,
        )  # fmt: skip
