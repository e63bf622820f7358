"""sketch(x, level): what is to be drawn, what must be computed for it, and the diagram.

A diagram needs numbers only if values are given, and this floor computes none: ``Sketch.program``
names a network and the tensors to ask of it, the caller runs it, ``Sketch.graph`` takes the
results.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from symback.derivation.derive import Derivation, derive
from symback.diagrams.backward import backward_order
from symback.diagrams.captions import captions
from symback.diagrams.edgewise import NO_NUMBERS, Flows, Numbers, derive_flows
from symback.diagrams.equations import Drawing, equations_graph
from symback.diagrams.layers import layers_graph
from symback.diagrams.model import DiagramGraph
from symback.diagrams.naming import namer_of
from symback.diagrams.operations import operations_of
from symback.diagrams.richtext import RichText, clip, plain
from symback.diagrams.routes import named_route, weight_routes
from symback.diagrams.scalars import scalars_graph
from symback.diagrams.steps import Timeline
from symback.errors import DefinitionError
from symback.network.network import Network, reads
from symback.network.recurrences import Recurrence, stages
from symback.network.values import checked_values
from symback.record.archive import StoredDerivation

BUILDERS = {
    "layers": layers_graph,
    "equations": equations_graph,
    "operations": equations_graph,
    "scalars": scalars_graph,
}
LEVELS = tuple(BUILDERS)
LONGEST_PART = 26


class Sketch:
    """A network at one level of detail, before its numbers are known."""

    def __init__(
        self,
        network: Network,
        of: str,
        level: str,
        paths: Sequence[Sequence[str]] = (),
        weight: str = "",
        derivation: Derivation | StoredDerivation | None = None,
    ) -> None:
        self.source, self.of, self.level = network, of, level
        self.wrt = derivation.wrt if derivation else ()
        # A rewritten network is derived anew, when it is asked for, and so is a stored one.
        own = isinstance(derivation, Derivation) and level != "operations"
        self._derivation = derivation if own else None
        self._gradients: dict[str, str] = {}
        self.network, self.looks = network, {}
        self.notes: tuple[str, ...] = ()
        self.timeline: Timeline | None = None
        if level == "operations":
            self.network, self.looks = operations_of(network)
        made = [name for name, look in self.looks.items() if look.generated]
        self.routes = [named_route(self.network, path, made) for path in paths]
        if weight:
            self.routes += weight_routes(self.network, weight, of)

    @cached_property
    def _flows(self) -> Flows | None:
        return derive_flows(self.network, self.of) if self.of else None

    @cached_property
    def _spelled(self) -> dict[str, RichText]:
        """How tensors print that stand for a part of an equation: as that part, in brackets."""
        namer = namer_of(self.source, self.of)
        return {
            name: (*plain("("), *clip(namer.formula(look.part), LONGEST_PART), *plain(")"))
            for name, look in self.looks.items()
            if look.part is not None
        }

    def captions(self, graph: DiagramGraph) -> list[RichText]:
        """Return what each step of the backward pass computes, with the numbers of the diagram."""
        names = [name for name in graph.backward if name != self.of]
        derivation = self._derivation or derive(self.network, names, self.of)
        return captions(derivation, graph.backward, self._gradients, self._spelled)

    def program(self, given: Collection[str]) -> tuple[Network, list[str]]:
        """Return a network to evaluate and the tensors to ask for, as far as ``given`` goes.

        Why not all? Before the targets are known a forward pass can be drawn, with no gradients.
        """
        network = self._flows.network if self._flows else self.network
        known = {getattr(name, "name", name) for name in given}
        known |= {tensor.name for tensor in network.constants}
        for stage in stages(network):
            group = stage.equations if isinstance(stage, Recurrence) else (stage,)
            targets = {equation.target for equation in group}
            if {name for equation in group for name in reads(equation)} <= known | targets:
                known |= targets
        forward = [e.target for e in self.network.equations if e.target in known]
        backward = self._flows.adjoints if self._flows else []
        # Half a backward pass would look like a whole one.
        return network, forward + (backward if known.issuperset(backward) else [])

    def graph(
        self,
        given: Mapping[str, object] | None = None,
        computed: Mapping[str, object] | None = None,
    ) -> DiagramGraph:
        """Return the diagram, with the numbers of the given and the computed tensors if any."""
        numbers = NO_NUMBERS
        if given is not None:
            network = self._flows.network if self._flows else self.network
            names = {getattr(name, "name", name) for name in given}
            needed = [t.name for t in network.given if t.name in names]
            values, _ = checked_values(network, given, needed, what="values to draw")
            known = {**values, **(computed or {})}
            if self._flows:
                numbers = self._flows.numbers(self.network, known)
            else:
                numbers = Numbers({n: known[n] for n in self.network.tensors if n in known}, {}, {})
        namer = namer_of(self.network, self.of, self._spelled)
        backward = backward_order(self.network, self.of, self.wrt)
        drawing = Drawing(
            self.network, self.of, namer, numbers, self.routes, self.looks, backward,
            in_time=self.timeline is not None,
        )  # fmt: skip
        self._gradients = {name: drawing.gradient(name) for name in backward}
        graph = BUILDERS[self.level](drawing)
        if self.timeline:
            graph = self.timeline.arranged(graph, self.level)
        return replace(graph, notes=(*self.notes, *graph.notes))


def sketch(
    x: Network | Derivation | StoredDerivation,
    level: str = "equations",
    paths: Sequence[Sequence[str]] = (),
    weight: object = "",
) -> Sketch:
    """Return the sketch of a network, or of the network whose gradients a derivation holds.

    ``paths`` are to be highlighted (each a sequence of names of tensors), and all paths of the
    ``weight`` to the goal. Raises DefinitionError.
    """
    asked = f"draw at level {str(level)[:40]!r}"
    if isinstance(x, (Derivation, StoredDerivation)):
        network, of, derivation = x.forward, x.of, x
    elif isinstance(x, Network):
        network, of, derivation = x, x.loss_name or "", None
    else:
        raise DefinitionError(
            asked, f"{type(x).__name__}, which cannot be drawn", "draw a Network or a Derivation"
        )
    if level not in LEVELS:
        raise DefinitionError(asked, "no such level", f"use one of {', '.join(LEVELS)}")
    known = [[network[name].name for name in path] for path in paths]
    chosen = network[weight].name if weight else ""
    return Sketch(network, of, level, known, chosen, derivation)
