"""What every part of an explanation has to know: the derivation, its print, numbers and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sympy import Expr

from symback.algebra.nodes import IndexSum, Partial, Softmax, Total
from symback.algebra.operators import Pointwise, Times
from symback.algebra.positions import Entry
from symback.algebra.traversal import fresh_letter
from symback.derivation.fused import Fused
from symback.derivation.fusions import fusions
from symback.explanation.families import Family, families
from symback.explanation.own_reads import own_derivatives
from symback.explanation.roles import Roles
from symback.explanation.texts import TEXTS, say
from symback.explanation.values import Values
from symback.network.network import Network, reads
from symback.network.recurrences import Recurrence, stages
from symback.network.tensors import ADJOINT, Equation
from symback.notation.layout import Typesetter
from symback.notation.options import Notation, chosen
from symback.notation.symbols import Symbols, parsed, symbols_of
from symback.notation.tree import Fenced, Indexed, Symbol, Tree, Words
from symback.render.document import Inlines, Reference
from symback.render.parts import inlines, reference

# A chain of adjoints without names of their own is not carried further than this.
LONGEST_UNNAMED = 3
# The label of the table that holds every gradient of a network of scalars.
RESULTS = "table:results"


@dataclass(frozen=True)
class Lesson:
    """The derivation that is explained, and everything that each part of the page asks for.

    ``signals`` are the arguments of a neuron's function, whose adjoints print as δ if ``deltas``;
    ``wanted`` are the tensors by which gradients are asked for, ``way`` these and all on the way to
    the goal, in the order of the backward pass; ``named`` are those of them whose adjoints get an
    equation of their own; ``told`` maps those whose adjoints are derived by now to the labels of
    their equations, and ``folded`` those whose forward equations are said once for many layers;
    ``local_values`` are the numbers of the local derivatives of scalars; ``said`` holds what is
    explained at length only once, ``placeholders`` the names that stand for any argument or value
    where functions are explained, ``program`` the lines of the program by tensor once they are
    needed.
    """

    derivation: Any
    notation: Notation
    symbols: Symbols
    signals: Mapping[str, Symbol]
    deltas: bool = False
    detail: int = 2
    form: str = "index"
    wanted: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    values: Values | None = None
    update: Any = None
    evidence: Any = None
    named: frozenset[str] = frozenset()
    local_values: dict[Expr, float] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    folded: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    placeholders: dict[str, None] = field(default_factory=dict)
    program: dict[str, list[str]] = field(default_factory=dict)

    # The network and its adjoints -----------------------------------------------------------------

    @property
    def network(self) -> Network:
        """The forward network."""
        return self.derivation.forward

    @property
    def of(self) -> str:
        return self.derivation.of

    @cached_property
    def is_scalar(self) -> bool:
        """Is every tensor of the network one number?"""
        return not any(tensor.rank for tensor in self.network.tensors.values())

    @cached_property
    def roles(self) -> Roles:
        """What each parameter does."""
        return Roles(self.network)

    @cached_property
    def layers(self) -> Mapping[str, Family]:
        """The tensors whose forward formulas are said once for many layers."""
        ranked = [t for t in self.network.tensors.values() if t.rank]
        return families({t.name: (t.entry, *self._formulas(t.name)) for t in ranked})

    def _formulas(self, name: str) -> list[Expr]:
        equation = self.equation(name)
        if equation is not None:
            return [equation.written]
        return [e for use in self.roles.uses(name) for e in use if e is not None]

    @cached_property
    def back_layers(self) -> Mapping[str, Family]:
        """The tensors whose adjoints or gradients are said once for many layers."""
        found: dict[str, Family] = {}
        for wanted in (False, True):
            found |= families({
                n: (self.variable(n), self.gradient(n).written) for n in self.way
                if self.network[n].rank and (n in self.wanted) is wanted
            })  # fmt: skip
        return found

    @cached_property
    def readers(self) -> dict[str, tuple[str, ...]]:
        """Who reads each tensor on the way to the goal, for tensors that were asked for so far."""
        return {}

    def consumers(self, name: str) -> tuple[str, ...]:
        """Return the equations that read a tensor on a way to the goal, in network order."""
        if name not in self.readers:
            self.readers[name] = () if name == self.of else self.gradient(name).record.consumers
        return self.readers[name]

    @cached_property
    def recurrences(self) -> Mapping[str, Recurrence]:
        """The recurrence of each tensor that is computed step by step."""
        return {t: r for r in stages(self.network) if isinstance(r, Recurrence) for t in r.targets}

    def onward(self, name: str) -> tuple[str, ...]:
        """Return the readers of the same step; paths along them do not run in circles."""
        inner = self.recurrences.get(name)
        if inner is None:
            return self.consumers(name)
        return tuple(t for t in self.consumers(name) if 0 in inner.lags(t, name))

    @cached_property
    def fusions(self) -> Mapping[str, Fused]:
        """The gradients that are worth putting together; none of a stored derivation."""
        return fusions(self.derivation) if hasattr(self.derivation, "fused") else {}

    def bypassed(self, name: str, reader: str) -> tuple[str, ...]:
        """Return the tensors that a stable form of the reader leaves out on the way to it."""
        if not reader or name == self.of:
            return ()
        steps = self.gradient(name).steps
        found = [
            c
            for s in steps
            if s.before == s.after and s.cites[:1] == (reader,)
            for c in s.cites[1:]
        ]
        return tuple(dict.fromkeys(found))

    def gradient(self, name: str) -> Any:
        """Return the recorded gradient by a tensor."""
        return self.derivation[name]

    def equation(self, name: str) -> Equation | None:
        return self.network.equation(name)

    def variable(self, name: str) -> Entry:
        """Return the entry by which the gradient is taken: the tensor at its own letters."""
        return Entry(name, *self.gradient(name).indices)

    def adjoint_entry(self, name: str) -> Entry:
        """Return the entry of the adjoint that holds the gradient by a tensor."""
        return Entry(self.derivation.adjoint_name(name), *self.gradient(name).indices)

    # Printing -------------------------------------------------------------------------------------

    @cached_property
    def typesetter(self) -> Typesetter:
        signals = self.signals if self.deltas else {}
        return Typesetter(self.notation, self.symbols, signals=signals)

    def show(self, expression: Expr, parts: Mapping[Expr, object] | None = None) -> Tree:
        """Return the formula of an expression, ``parts`` of it replaced by numbers or trees."""
        return self.typesetter(expression, {**self.direct, **self.own, **(parts or {})} or None)

    @cached_property
    def own(self) -> Mapping[Expr, Tree]:
        """The symbols ∂c[t′]/∂c[t] of derivatives of a state's equation by the state itself."""
        found = own_derivatives(self.derivation, self.way)
        return {formula: self.typesetter(symbol) for formula, symbol in found.items()}

    @cached_property
    def direct(self) -> Mapping[Expr, Tree]:
        """The symbols of ∂L/∂w for the goal's equation alone, where L answers to w elsewhere too.

        They read (∂L/∂w)_p, with p held fixed: ∂L/∂w counts every path.
        """
        found: dict[Expr, Tree] = {}
        for name in self.way:
            others = [n for n in self.consumers(name) if n != self.of]
            if others and self.of in self.consumers(name) and not self.upstream:
                direct = Partial(Entry(self.of), self.variable(name))
                held = [self.name(n) for n in others if n != name]
                # Where only the tensor itself reads it again, its other entries are held fixed.
                held = tuple(held) or (Words(TEXTS["direct"]),)
                found[direct] = Indexed(Fenced("(", self.typesetter(direct)), held)
        return found

    def name(self, name: str) -> Tree:
        """Return the symbol of a whole tensor."""
        return self.typesetter.name(name)

    def number(self, value: object, digits: int | None = None) -> Tree:
        """Return a number with the notation's digits, or with fewer."""
        if isinstance(value, float):
            # 0.39249999999999996 is 0.3925 and the rounding of one addition.
            value = float(f"{value:.14g}")
        if digits is None:
            return self.typesetter.number(value)
        few = replace(self.notation, digits=min(digits, self.notation.digits))
        return replace(self.typesetter, notation=few).number(value)

    @property
    def upstream(self) -> str | None:
        """The given adjoint of a goal that is no single number."""
        return getattr(self.derivation, "upstream", None)

    @cached_property
    def loss(self) -> Inlines:
        """What answers: the loss by name, or the loss beyond a goal that is no single number."""
        goal = self.name(self.of)
        return say("loss beyond", goal=goal) if self.upstream else inlines(goal)

    def derivative(self, name: str) -> Tree:
        """Return ∂L/∂W1[i,h]; for a goal that is no single number, the adjoint itself."""
        return self.adjoint(name) if self.upstream else self.total(name)

    def total(self, name: str) -> Tree:
        """Return ∂L/∂W1[i,h], or Σ Ȳ·∂Y/∂W1[i,h] for a goal that is no single number."""
        variable = self.variable(name)
        if not self.upstream:
            return self.show(Total(Entry(self.of), variable))
        own, taken = self.network[self.of].letters, {k.name for k in variable.positions}
        letters = []
        for letter in own:
            taken.add(letter.name)
            letters.append(fresh_letter(letter, taken) if letter in variable.positions else letter)
            taken.add(letters[-1].name)
        goal, given = Entry(self.of, *letters), Entry(self.upstream, *letters)
        return self.show(IndexSum(Times(given, Partial(goal, variable)), *letters))

    def adjoint(self, name: str) -> Tree:
        """Return the adjoint's own symbol: Z̄1[n,h], or δ."""
        return self.show(self.adjoint_entry(name))

    def result(self, name: str) -> Tree:
        """Return how the gradient by a tensor is called: ∂L/∂W1 for what nothing defines."""
        own = self.equation(name) is not None or self.notation.has_gradient_symbols
        return self.adjoint(name) if own else self.derivative(name)

    def once(self, key: str) -> bool:
        """Is this asked for the first time on this page?"""
        first = key not in self.said
        self.said.add(key)
        return first

    def has_symbol(self, name: str) -> bool:
        """Does the adjoint of a tensor print as a symbol of its own, not as ∂L/∂Z?"""
        if self.notation.adjoint == "signal":
            return self.deltas and name in self.signals
        return self.notation.adjoint != "partial"

    # Labels ---------------------------------------------------------------------------------------

    def forward_label(self, name: str) -> str:
        return f"eq:{name}"

    def adjoint_label(self, name: str) -> str:
        return f"adj:{name}"

    def stage(self, name: str) -> Reference:
        """Return a reference to the forward equation of a tensor."""
        return reference(self.folded.get(name) or self.forward_label(name))

    def cited(self, name: str) -> Reference:
        """Return a reference to the equation that derives an adjoint."""
        return reference(self.told[name])


def new_lesson(derivation: Any, notation: Notation | str | None, **more: Any) -> Lesson:
    """Return the lesson of a derivation in a notation, or in a preset by its name.

    Without one, a network of scalars is printed as books on single weights do it: ∂E/∂h1, and δ
    for the argument of a neuron's function; others with bars, Z̄1.
    """
    symbols = symbols_of(derivation.forward, derivation.of)
    tensors = derivation.forward.tensors.values()
    is_scalar = not any(t.rank for t in tensors)
    # In a second derivation ∂E/∂w and δ name adjoints of the first.
    is_first = not any(t.kind == ADJOINT for t in tensors)
    usual = Notation(adjoint="signal") if is_scalar and is_first else Notation()
    wanted = chosen(notation) or usual
    deltas = is_first and wanted.adjoint == "signal"
    signals = _signals(derivation) if deltas or (is_scalar and is_first) else {}
    return Lesson(derivation, wanted, symbols, signals, deltas=deltas, **more)


def _signals(derivation: Any) -> dict[str, Symbol]:
    """Return {tensor: its δ} for every tensor that a function alone reads: z where a = σ(z).

    A softmax is such a function too.
    """
    network = derivation.forward
    times_read = Counter(name for equation in network.equations for name in reads(equation))
    found: dict[str, Symbol] = {}
    for equation in network.equations:
        written = equation.written
        argument = written.args[1] if isinstance(written, Pointwise) else None
        argument = written.body if isinstance(written, Softmax) else argument
        if isinstance(argument, Entry) and network.equation(argument.tensor) is not None:
            if times_read[argument.tensor] == 1:
                found[argument.tensor] = _signal(argument.tensor)
    taken = set(network.tensors)
    names = [symbol.name for symbol in found.values()]
    clashing = len(set(names)) < len(names) or taken & set(names)
    if clashing:
        found = {n: Symbol(f"delta_{n}", "delta", (n,), adjoint_of=n) for n in found}
    return {} if {s.name for s in found.values()} & taken else found


def _signal(name: str) -> Symbol:
    """Return δ with the label of a tensor: δo1 for net_o1, δ1 for z1, δ for z."""
    own = parsed(name)
    text = "delta" + own.layer + "_".join(own.label)
    return Symbol(text, "delta", own.label, own.layer, adjoint_of=name)
