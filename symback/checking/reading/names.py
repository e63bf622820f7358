"""How people write the adjoint of a tensor: W1_bar, dW1, W1_grad, dL_dW1, delta2, and the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from symback.checking.claim import ADJOINT
from symback.checking.reading.parts import Part, adjoint_part, size_part, tensor_part
from symback.errors import ValuesError
from symback.network.network import Network
from symback.network.tensors import CONSTANT, INPUT, PARAMETER

# {v} is the tensor, {g} what is differentiated. The first is how symback writes it.
SPELLINGS = (
    "{v}_bar", "d{v}", "d_{v}", "{v}_grad", "grad_{v}", "grad{v}", "g{v}", "d{g}_d{v}", "d{g}d{v}",
    "d{g}_{v}", "dL_d{v}", "dLd{v}", "{v}bar",
)  # fmt: skip
ERROR_TERM = re.compile(r"(?:delta|δ)_?(\w+)\Z|(\w+?)_?delta\Z", re.IGNORECASE)
FRACTION = re.compile(r"\s*[d∂](\w+)\s*/\s*[d∂](\w+)\s*\Z")
MACRON = "\u0304"
NAMES = 12  # that an error lists


@dataclass(frozen=True, slots=True)
class Names:
    """The tensors of a derivation, and every way to write the adjoint of one."""

    forward: Network
    goal: str
    adjoints: Mapping[str, str]  # as written -> the forward tensor
    tensors: Mapping[str, str]  # a person's name for a forward tensor -> its name

    def adjoint(self, written: str) -> str | None:
        """Return the forward tensor whose adjoint is written so; None for no such."""
        if written in self.forward.tensors:
            return None
        found = self.adjoints.get(written)
        return found or _error_term(self.forward, written)

    def part(self, name: str) -> Part | None:
        """Return the tensor, size or adjoint that a name means; None if it means nothing."""
        if name in self.forward.sizes:
            return size_part(name, self.forward.sizes[name])
        tensor = name if name in self.forward.tensors else self.tensors.get(name)
        if tensor is not None:
            return tensor_part(name, self.forward[tensor])
        adjoint = self.adjoint(name)
        return None if adjoint is None else adjoint_part(name, self.forward[adjoint])

    def part_of(self, tensor: str, about: str, text: str) -> Part:
        """Return a tensor or its adjoint as a part."""
        make = adjoint_part if about == ADJOINT else tensor_part
        return make(text, self.forward[tensor])

    def claimed(self, written: object) -> str:
        """Return the forward tensor that a claim is about: W1 for W1, dW1 and W1_bar.

        Raises ValuesError for a name that means none.
        """
        name = getattr(written, "name", written)
        name = without_fraction(name) if isinstance(name, str) else name
        if isinstance(name, str) and name in self.forward.tensors:
            return name
        written = (name, name.replace(".", "_")) if isinstance(name, str) else ()
        found = next(filter(None, map(self.adjoint, written)), None)
        if found is None:
            raise ValuesError(f"a claim about {str(name)[:60]!r}", "no such tensor",
                              self.helps(str(name)))  # fmt: skip
        return found

    def helps(self, name: str, own: Iterable[str] = ()) -> str:
        """Return what may have been meant by a name that means nothing."""
        known = (*own, *self.forward.tensors, *self.forward.sizes)
        spelled = {k.lower(): k for k in (*self.adjoints, *known)}
        # Why the length? Of two letters, one that fits is half.
        close = get_close_matches(name.lower(), spelled, 1, 0.5 if len(name) < 4 else 0.7)
        if close:
            return f"did you mean {spelled[close[0]]}?"
        listed = ", ".join(known[:NAMES]) + (", …" if len(known) > NAMES else "")
        first = next(iter(self.adjoints), "W_bar")
        return f"names: {listed}; adjoints are written {first}"


def without_fraction(written: str) -> str:
    """Return dE_dw for dE/dw and ∂E/∂w; any other text as it is."""
    match = FRACTION.match(written)
    return written if match is None else f"d{match[1]}_d{match[2]}"


def names_of(derivation: Any, aliases: Mapping[str, str] | None = None) -> Names:
    """Return the names of a derivation; ``aliases`` says further ones: {"dz": "Z1", "probs": "P"}.

    Where a person's lines define such a name, it is the adjoint of the tensor; where they only read
    it, it is the tensor, unless the alias is an adjoint itself: {"dout": "dY"}. Small letters stand
    for large ones where that is clear: x for X. Raises ValuesError for an alias of no tensor.
    """
    forward, goal = derivation.forward, derivation.of
    adjoints: dict[str, str] = {}
    for tensor in forward.tensors.values():
        if tensor.kind != CONSTANT and not tensor.integer:
            own = derivation.adjoint_name(tensor.name)
            for written in (own, *_spelled(tensor.name, goal)):
                adjoints.setdefault(written, tensor.name)
    # Why after all others? With tensors w1 and W1, dw1 is that of w1.
    for written, name in list(adjoints.items()):
        adjoints.setdefault(written.lower(), name)
    known = {*forward.tensors, *forward.sizes, *forward.letters, *adjoints}
    small = [name.lower() for name in forward.tensors]
    tensors = {
        name.lower(): name
        for name in forward.tensors
        if name.lower() not in known and small.count(name.lower()) == 1
    }
    names = Names(forward, goal, adjoints, tensors)
    if not isinstance(aliases or {}, Mapping):
        found = f"a {type(aliases).__name__}"
        raise ValuesError("check: names", found, 'say what your names mean: {"dz": "Z1"}')
    for written, meant in (aliases or {}).items():
        adjoints[written] = names.claimed(meant)
        if meant in forward.tensors:
            tensors[written] = meant
    return names


def _spelled(name: str, goal: str) -> Iterator[str]:
    for pattern in SPELLINGS:
        yield pattern.format(v=name, g=goal)
    yield unicodedata.normalize("NFKC", name[0] + MACRON + name[1:])


def _error_term(forward: Network, written: str) -> str | None:
    """Return Z2 for delta2, net_o1 for delta_o1: the first computed tensor whose name ends so.

    Why the first? A δ is the adjoint of what goes into a unit, and that is computed before the
    unit's output.
    """
    match = ERROR_TERM.match(written)
    if match is None:
        return None
    ending = match[1] or match[2]
    computed = (t for t in forward.tensors.values() if t.kind not in (INPUT, PARAMETER, CONSTANT))
    first = next((t.name for t in computed if t.name.endswith(ending)), None)
    return first or (ending if ending in forward.tensors else None)
