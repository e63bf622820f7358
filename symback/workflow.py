"""The public verbs: each takes what people have in hand and calls the floor that does the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path

from symback.checking.checker import check as check
from symback.compiler.one_loop_program import compile_one_loop
from symback.compiler.program import Program, compile_network
from symback.derivation.derive import Derivation, derive
from symback.derivation.second import Hessian, Jacobian, hessian, hvp, jacobian
from symback.diagnosis.cost import Cost
from symback.diagnosis.cost import cost as cost
from symback.diagnosis.diagnosis import Diagnosis
from symback.diagnosis.diagnosis import diagnose as diagnose
from symback.diagrams.diagram import Diagram
from symback.diagrams.model import DiagramGraph
from symback.diagrams.plan import planned
from symback.diagrams.sketch import Sketch
from symback.errors import DefinitionError, NotYetError
from symback.explanation import display as display
from symback.explanation.optimisers import rule_explanation
from symback.explanation.result import Explanation
from symback.explanation.showing import attach
from symback.explanation.teacher import explanation
from symback.network.network import Network
from symback.network.scalarize import scalarize
from symback.network.text_reader import parse
from symback.network.text_reader import read as read_network
from symback.notation.options import Notation
from symback.record.archive import StoredDerivation
from symback.record.archive import load as load_derivation
from symback.training.loop import train
from symback.training.rates import rate_range as rate_range
from symback.training.rule import Rule
from symback.verification import referee
from symback.verification.report import Report

__all__ = [
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
]

# Why here? What shows a document in a notebook stands beside these on its floor.
for shown in (Cost, Diagnosis):
    attach(shown, lambda made: made.illustrated)


def read(path: str | PathLike[str]) -> Network | StoredDerivation:
    """Return the network in a .symback file, or the stored derivation in a .json file.

    Raises FileError and TextError.
    """
    return load_derivation(path) if Path(path).suffix.lower() == ".json" else read_network(path)


def lambdify(
    x: Network | Derivation | Jacobian | Hessian,
    outputs: Sequence[object] | None = None,
    *,
    dtype: str = "float64",
    backend: str = "numpy",
) -> Program:
    """Return the NumPy function of a network or derivation, from the expressions that it shows.

    Of a derivation: f(values) -> (loss, {name: gradient}). Of a network, or with ``outputs``:
    f(values) -> {name: array}. Any sizes, without compiling anew. With ``backend="numba"``, for a
    network that works entry by entry over one set of letters, it is one loop that Numba compiles.
    Raises NotYetError for any other network, and for an unknown backend.
    """
    if backend not in ("numpy", "numba"):
        raise NotYetError(
            f"lambdify with backend={str(backend)[:40]!r}", "no such backend",
            "use backend='numpy' or backend='numba'",
        )  # fmt: skip
    if isinstance(x, Jacobian):
        x, outputs = x.derivation, outputs or [x.derivation.adjoint_name(n) for n in x]
    if isinstance(x, Hessian):
        outputs = outputs or [x.block_name(a, b) for a in x.wrt for b in x.wrt]
    if isinstance(x, (Derivation, StoredDerivation)) and outputs is None:
        if backend == "numba":
            raise NotYetError(
                "lambdify a loss and its gradients with backend='numba'",
                "sums over letters, for which Numba has no loop here",
                "use backend='numpy', or name outputs made entry by entry: outputs=[…]",
            )
        return compile_network(x.network, (), dtype=dtype, value=x.of, gradients=x.gradient_names)
    network = x if isinstance(x, Network) else getattr(x, "network", None)
    if network is None:
        found = type(x).__name__
        raise DefinitionError("lambdify", f"a {found}", "give it a Network or a Derivation")
    names = [e.target for e in network.equations] if outputs is None else _names(outputs)
    compiled = compile_one_loop if backend == "numba" else compile_network
    return compiled(network, [network[n].name for n in names], dtype=dtype)


def _names(outputs: object) -> list[object]:
    return (
        [outputs]
        if isinstance(outputs, str) or not isinstance(outputs, Sequence)
        else list(outputs)
    )


def explain(
    x: Derivation | Rule,
    name: object = None,
    *,
    weight: tuple[int, ...] | int | None = None,
    form: str = "index",
    detail: int = 2,
    at: Mapping[str, object] | None = None,
    update: Rule | None = None,
    checks: bool = True,
    notation: Notation | str | None = None,
) -> Explanation:
    """Return the explanation of all gradients, of one (``name``), or of one entry (``weight``).

    ``form`` is index, scalar, matrix or numpy; ``detail`` is 0 (a sentence), 1 (an outline), 2
    (every line) or 3 (also the algebra of local derivatives). ``at`` gives values, so that every
    step is followed with numbers; ``update`` is an optimiser whose step is then made. ``notation``
    is a Notation or the name of a preset after a book; without one a network of scalars is printed
    with δ and ∂E/∂h1, others with bars. An optimiser, a schedule or a clipping explains its own
    equations; ``at`` then gives theta and theta_bar, or t and rate. Raises SymbackError.
    """
    if isinstance(x, Rule):
        others = {"name": name, "weight": weight, "update": update}
        asked = {key: value for key, value in others.items() if value is not None}
        asked |= {"form": form} if form != "index" else {}
        return rule_explanation(x, at=at, detail=detail, notation=notation, **asked)
    return explanation(
        x, name, weight=weight, form=form, detail=detail, at=at, update=update, checks=checks,
        notation=notation,
    )  # fmt: skip


def draw(
    x: Network | Derivation | StoredDerivation,
    *,
    level: str = "equations",
    at: Mapping[str, object] | None = None,
    weight: object = None,
    paths: Sequence[Sequence[str]] = (),
    collapse: bool = True,
    steps: int | None = None,
) -> Diagram:
    """Return the diagram of the computational graph; with ``at``, numbers on its edges.

    ``level`` is layers, equations, operations or scalars; what has more than 150 nodes is drawn by
    layers unless ``collapse`` is False. Every path from ``weight`` to the goal is highlighted: a
    name or, for one entry at level scalars, (name, place); so are ``paths``, sequences of names.
    ``steps`` draws a recurrence in time: h_0, h_1, … for so many steps, the first ones of ``at``.
    """
    drawing, at = planned(x, level, at, weight, paths, collapse, steps)
    if at is None:
        return _diagram(drawing, drawing.graph())
    network, wanted = drawing.program(at)
    needed = {t.name for t in network.given}
    values = {name: value for name, value in at.items() if getattr(name, "name", name) in needed}
    computed = compile_network(network, wanted)(values) if wanted else {}
    return _diagram(drawing, drawing.graph(at, computed))


def _diagram(drawing: Sketch, graph: DiagramGraph) -> Diagram:
    return Diagram(graph, captions=lambda: drawing.captions(graph))


def verify(
    derivation: Derivation,
    values: Mapping[str, object] | None = None,
    *,
    seed: int = 0,
    tolerance: float = 1e-6,
    steps: bool = True,
) -> Report:
    """Return a Report: gradients and program by differences, every step on both sides.

    Without values, sizes and values are random and stay away from kinks.
    """
    if not isinstance(derivation, (Derivation, StoredDerivation)):
        raise DefinitionError(
            "verify: a derivation was asked for", type(derivation).__name__,
            "derive the network first: verify(derive(net))",
        )  # fmt: skip
    program = lambdify(derivation)
    return referee.verify(
        derivation, values, seed=seed, tolerance=tolerance, steps=steps, program=program
    )
