"""What parameters do: a weight leads from one entry to another, a bias is added."""

from __future__ import annotations

from sympy import Expr

from symback.algebra.positions import Entry
from symback.algebra.terms import Term, terms_of
from symback.algebra.traversal import entries
from symback.network.network import Network, reads
from symback.network.tensors import Equation

# Not a product of one parameter and one entry.
OTHER = object()


class Roles:
    """The readers and the role of each tensor, looked up once for the whole network."""

    def __init__(self, network: Network) -> None:
        self._readers: dict[str, list[Equation]] = {}
        for equation in network.equations:
            for name in reads(equation):
                self._readers.setdefault(name, []).append(equation)
        learned = [p.name for p in network.parameters]
        self._beside = {name: self._found(name) for name in learned}
        self._targets: dict[Entry, list[str]] = {}
        for name in learned:
            source, target = self.weight(name)
            if source is not None:
                self._targets.setdefault(target, []).append(name)

    def readers(self, name: str) -> tuple[Equation, ...]:
        """Return every equation that reads a tensor."""
        return tuple(self._readers.get(name, ()))

    def weight(self, name: str) -> tuple[Entry | None, Entry | None]:
        """Return (entry that a parameter weighs, entry it leads to); (None, target) for a bias.

        (None, None) for other tensors, and where it is used twice or is no factor of a sum.
        """
        found = self.uses(name)
        return found[0] if len(found) == 1 else (None, None)

    def uses(self, name: str) -> tuple[tuple[Entry | None, Entry], ...]:
        """Return (entry that it weighs, entry that it leads to) for each use of a parameter.

        The first is None where it is a bias. Nothing where a use is neither.
        """
        found = self._beside.get(name, ())
        return () if any(beside is OTHER for beside, _ in found) else found

    def is_bias(self, name: str) -> bool:
        """Does a parameter only ever stand alone as a term of a sum?"""
        found = self.uses(name)
        return bool(found) and all(beside is None for beside, _ in found)

    def rows_of(self, name: str) -> tuple[Entry, ...]:
        """Return the reads of a parameter whose row data choose, as E[ids[n],j]; each once."""
        found: dict[Entry, None] = {}
        for equation in self.readers(name):
            for entry in entries(equation.written):
                if entry.tensor == name and any(isinstance(p, Entry) for p in entry.positions):
                    found.setdefault(entry)
        return tuple(found)

    def leading_to(self, target: Entry) -> tuple[str, ...]:
        """Return the weights that lead to an entry."""
        return tuple(self._targets.get(target, ()))

    def _found(self, name: str) -> tuple:
        """Return (the one entry beside a parameter, target) for each term that holds it."""
        return tuple(
            (_beside(term, name), equation.entry)
            for equation in self.readers(name)
            for term in _terms(equation)
            if any(e.tensor == name for f in term.factors for e in entries(f))
        )


def _terms(equation: Equation) -> tuple[Term, ...]:
    return terms_of(equation.written)


def _beside(term: Term, name: str) -> Expr | object | None:
    own = [f for f in term.factors if isinstance(f, Entry) and f.tensor == name]
    # Rows that data choose are neither weights nor added: the parameter is a table.
    if any(isinstance(p, Entry) for entry in own for p in entry.positions):
        return OTHER
    others = [f for f in term.factors if f not in own]
    plain = len(own) == 1 and len(others) <= 1 and all(isinstance(f, Entry) for f in others)
    if not plain or term.coefficient != 1:
        return OTHER
    return others[0] if others else None
