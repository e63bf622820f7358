"""Recurrent layers: states that read themselves one step earlier, for any number of steps.

X has a time letter t, by default its first: X[t,n,i]. The states are h[t,n,k], time first. Each
pre-activation is a tensor of its own, so its adjoint is the δ_t of textbooks. ``initial`` is what
stands before step 0: a number, or a tensor over (n,k) or (k), such as a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symback.algebra.functions import call, sum_over
from symback.algebra.letters import Index
from symback.errors import DefinitionError
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.nn.arguments import Activation, activated, letters_among, tensor_of
from symback.nn.layer import layer
from symback.nn.names import bound, letter_of, names_of


@layer
def rnn(
    net: Network, X: object, units: object, *, activation: Activation = "tanh",
    time: object = None, initial: object = None, reverse: bool = False, bias: bool = True,
    init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """h[t,n,k] = f(Σ_i X[t,n,i]·W[i,k] + Σ_j h[t−1,n,j]·U[j,k] + b[k]).

    With ``reverse`` step t reads X[T−1−t,n,i].

    Source: Elman, Finding structure in time, Cognitive Science 14 (1990), figure 2; in equations:
    Goodfellow, Bengio & Courville, Deep learning, 2016, 10.8 to 10.11.
    """
    cell = _cell(net, X, "rnn", units, time, reverse)
    names = names_of(net, name, "h", "Z", "W", "U", "b", beside=cell.own)
    h = _state(net, cell, names["h"], initial)
    gates = Gates(cell, names, bias, init)
    Z = gates.sums(net, h, "")
    Z = net.define(names["Z"], cell.letters, Z)
    value = activated(Z.entry, activation, None, "rnn")
    return net.define(h.name, cell.letters, value)


@layer
def lstm(
    net: Network, X: object, units: object, *, peepholes: bool = False, time: object = None,
    initial: object = None, reverse: bool = False, bias: bool = True, init: object = None,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """h[t] = o⊙tanh(c[t]), c[t] = f⊙c[t−1] + i⊙g; i, f, o = σ(…), g = tanh(…) of X[t] and h[t−1].

    Each gate is σ(Σ X·W + Σ h[t−1]·U + b), with weights of its own: W_i, U_i, b_i. With
    ``peepholes`` i and f also read p⊙c[t−1], and o reads p⊙c[t]. ``initial`` is that of h, or a
    pair for h and c. The forget gate's bias starts at 0 as the others.

    Source: Hochreiter & Schmidhuber, Long short-term memory, Neural Computation 9 (1997); with
    forget gate and peepholes: Gers, Schraudolph & Schmidhuber, JMLR 3 (2002), equations 1 to 8.
    """
    cell = _cell(net, X, "lstm", units, time, reverse)
    roles = [f"{kind}_{gate}" for gate in "ifgo" for kind in "ZWUb"]
    names = names_of(net, name, "h", "c", *"ifgo", *roles, "p_i", "p_f", "p_o", beside=cell.own)
    starts = initial if isinstance(initial, (tuple, list)) else (initial, None)
    if len(starts) != 2:
        raise DefinitionError(
            "lstm: the initial values of h and c were asked for", f"{len(starts)} values",
            "give a pair (h0, c0), or h0 alone",
        )  # fmt: skip
    h, c = (_state(net, cell, names[s], start) for s, start in zip("hc", starts, strict=True))
    gates = Gates(cell, names, bias, init)
    made: dict[str, Expr] = {}
    for gate in "ifg":
        peep = c[cell.before] if peepholes and gate != "g" else None
        made[gate] = gates.gate(net, h, gate, "tanh" if gate == "g" else "sigmoid", peep)
    net.define(c.name, cell.letters, made["f"] * c[cell.before] + made["i"] * made["g"])
    made["o"] = gates.gate(net, h, "o", "sigmoid", c[cell.letters] if peepholes else None)
    return net.define(h.name, cell.letters, made["o"] * call("tanh", c[cell.letters]))


@layer
def gru(
    net: Network, X: object, units: object, *, time: object = None, initial: object = None,
    reverse: bool = False, bias: bool = True, init: object = None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """h[t] = (1 − z)⊙g + z⊙h[t−1], g = tanh(Σ X·W_g + b_g + r⊙u), u = Σ h[t−1]·U_g + b_u.

    r and z are σ(Σ X·W + Σ h[t−1]·U + b). The reset gate r acts behind the product with U_g, as
    in PyTorch and in Keras (reset_after); in the paper it acts before.

    Source: Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014,
    equations 5 to 8.
    """
    cell = _cell(net, X, "gru", units, time, reverse)
    roles = [f"{kind}_{gate}" for gate in "rzg" for kind in "ZWUb"]
    names = names_of(net, name, "h", *"rzg", *roles, "Z_u", "b_u", beside=cell.own)
    h = _state(net, cell, names["h"], initial)
    gates = Gates(cell, names, bias, init)
    r, z = (gates.gate(net, h, gate, "sigmoid") for gate in "rz")
    u = gates.hidden(net, h, "_g")
    if bias:
        u = u + net.parameter(names["b_u"], cell.unit).entry
    u = net.define(names["Z_u"], cell.letters, u)
    Z = gates.inner(net, "_g")
    if bias:
        Z = Z + net.parameter(names["b_g"], cell.unit).entry
    Z = net.define(names["Z_g"], cell.letters, Z + r * u.entry)
    g = net.define(names["g"], cell.letters, call("tanh", Z.entry))
    return net.define(h.name, cell.letters, (1 - z) * g.entry + z * h[cell.before])


@dataclass(frozen=True, slots=True)
class Cell:
    """What all recurrent layers share: X read at step t, and the letters of the states."""

    read: Expr
    feature: Index
    letters: tuple[Index, ...]  # of the states: time, samples, units
    twin: Index  # of the unit, to sum over

    @property
    def unit(self) -> Index:
        return self.letters[-1]

    @property
    def own(self) -> tuple[Index, Index]:
        """The letters that come with the layer."""
        return self.unit, self.twin

    @property
    def before(self) -> tuple[Expr, ...]:
        """The same letters one step earlier."""
        time, *others = self.letters
        return (time - 1, *others)


@dataclass(frozen=True, slots=True)
class Gates:
    """Weighted sums of X[t] and h[t−1], each gate with weights of its own."""

    cell: Cell
    names: dict[str, str]
    bias: bool
    init: object

    def inner(self, net: Network, suffix: str) -> Expr:
        """Return Σ_i X[t,n,i]·W[i,k]."""
        cell = self.cell
        name = self.names[f"W{suffix}"]
        W = net.parameter(name, cell.feature, cell.unit, init=self.init)
        return sum_over(cell.read * W.entry, cell.feature)

    def hidden(self, net: Network, h: Tensor, suffix: str) -> Expr:
        """Return Σ_j h[t−1,n,j]·U[j,k]."""
        cell = self.cell
        U = net.parameter(self.names[f"U{suffix}"], cell.twin, cell.unit, init=self.init)
        return sum_over(h[(*cell.before[:-1], cell.twin)] * U.entry, cell.twin)

    def sums(self, net: Network, h: Tensor, suffix: str) -> Expr:
        """Return Σ X·W + Σ h[t−1]·U + b."""
        Z = self.inner(net, suffix) + self.hidden(net, h, suffix)
        if self.bias:
            Z = Z + net.parameter(self.names[f"b{suffix}"], self.cell.unit).entry
        return Z

    def gate(
        self, net: Network, h: Tensor, gate: str, function: str, peep: Expr | None = None
    ) -> Expr:
        """Define Z = Σ X·W + Σ h[t−1]·U + b, p·peep added, and f(Z); return the entry of f(Z)."""
        Z = self.sums(net, h, f"_{gate}")
        if peep is not None:
            Z = Z + net.parameter(self.names[f"p_{gate}"], self.cell.unit).entry * peep
        Z = net.define(self.names[f"Z_{gate}"], self.cell.letters, Z)
        return net.define(self.names[gate], self.cell.letters, call(function, Z.entry)).entry


def _cell(net: Network, X: object, layer: str, units: object, time: object, reverse: bool) -> Cell:
    X = tensor_of(net, X, layer, 2, "(t, …, i)")
    (t,) = letters_among(X, X.letters[0] if time is None else time, f"{layer}: time")
    feature = X.letters[-1]
    if t == feature:
        raise DefinitionError(
            f"{layer} of {X}: the time {t}", "the letter of the features, which is the last",
            "give X the features last: X[t,n,i] or X[n,t,i]",
        )  # fmt: skip
    samples = tuple(letter for letter in X.letters[:-1] if letter != t)
    unit = letter_of(net, units, "u", f"{layer}: units", X.letters)
    if unit in X.letters:
        raise DefinitionError(
            f"{layer}: the units {unit} of {X}", "a letter of the input", "use another letter"
        )
    twin = bound(net, unit.name, unit.size, (*X.letters, unit))
    step = {t: t.size - 1 - t} if reverse else {}
    read = X[tuple(step.get(letter, letter) for letter in X.letters)]
    return Cell(read, feature, (t, *samples, unit), twin)


def _state(net: Network, cell: Cell, name: str, initial: object) -> Tensor:
    """Declare a state; a tensor as its initial value is read at the last letters of the state."""
    if isinstance(initial, (Tensor, str)):
        tensor = tensor_of(net, initial, "initial", 0)
        letters = cell.letters[1:][len(cell.letters) - 1 - tensor.rank :]
        if tensor.shape != tuple(letter.size for letter in letters):
            wanted = ", ".join(letter.name for letter in cell.letters[1:])
            raise DefinitionError(
                f"the initial value {tensor} of {name}", f"shape {tensor.shape}",
                f"it is over ({wanted}), or over the last of these",
            )  # fmt: skip
        initial = tensor[letters]
    return net.state(name, *cell.letters, initial=initial)
