"""Every symbol's names: how W1, net_h1, beta, Z1_bar or a generated letter n_1 are printed.

This is the one place that reads meaning from the letters of a name. A trailing number or what
follows an underscore is a subscript, a Greek name is its letter, _bar and _dot are accents, numbers
after a tensor's name (W1_0_1) are the place of a scalar in it. Two names of one network never print
alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from symback.network.latex_names import checked_latex
from symback.network.network import Network
from symback.network.scalar_names import latex_of_entry
from symback.notation.tree import Symbol

# name: (LaTeX, Unicode). "lam" stands for lambda, which is a keyword of Python.
GREEK: dict[str, tuple[str, str]] = {
    name: (rf"\{name}", letter)
    for name, letter in zip(
        "alpha beta gamma delta zeta eta theta iota kappa mu nu xi pi rho sigma tau upsilon chi "
        "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        "αβγδζηθικμνξπρστυχψωΓΔΘΛΞΠΣΥΦΨΩ",
        strict=True,
    )
} | {
    "epsilon": (r"\varepsilon", "ε"), "eps": (r"\varepsilon", "ε"), "lam": (r"\lambda", "λ"),
    "phi": (r"\varphi", "φ"), "ell": (r"\ell", "ℓ"),
}

# accent: (LaTeX over one letter, LaTeX over a word, combining character). The order of
# differentiation chooses the accent: the adjoint in a second derivation is not one of an adjoint.
ACCENTS: dict[str, tuple[str, str, str]] = {
    "bar": (r"\bar", r"\overline", "\u0304"),
    "bar2": (r"\tilde", r"\widetilde", "\u0303"),
    "bar3": (r"\hat", r"\widehat", "\u0302"),
    "dot": (r"\dot", r"\dot", "\u0307"),
    "dot2": (r"\ddot", r"\ddot", "\u0308"),
}
_ACCENTED = re.compile(r"(.+?)((?:_(?:bar|dot)\d*)+)\Z")
_PLACED = re.compile(r"([A-Za-z]\w*?)((?:_\d+)+)\Z")
_NUMBERED = re.compile(r"([A-Za-z]+)(\d*)\Z")
MOST_PRIMES = 3


@lru_cache(maxsize=4096)
def parsed(name: str) -> Symbol:
    """Return the symbol of a tensor or size that its name spells."""
    accented = _ACCENTED.match(name)
    if accented:
        inner = parsed(accented[1])
        return _with_accents(inner, tuple(accented[2].split("_")[1:]))
    placed = _PLACED.match(name)
    if placed:
        numbers = tuple(placed[2].split("_")[1:])
        stem = _NUMBERED.match(placed[1])
        if stem and (stem[2] or len(numbers) > 1):
            return Symbol(name, _lowered(stem[1]), numbers, layer=stem[2])
    first, *rest = [part for part in name.split("_") if part] or [name]
    numbered = _NUMBERED.match(first)
    base, digits = numbered.groups() if numbered else (first, "")
    return Symbol(name, base, ((digits,) if digits else ()) + tuple(rest))


def _with_accents(inner: Symbol, accents: tuple[str, ...]) -> Symbol:
    first_order = {"bar1": "bar", "dot1": "dot"}
    return replace(inner, accents=inner.accents + tuple(first_order.get(a, a) for a in accents))


def _lowered(base: str) -> str:
    """A scalar of the matrix W is a small w."""
    return base.lower() if len(base) == 1 else base


@lru_cache(maxsize=1024)
def parsed_letter(name: str) -> Symbol:
    """Return the symbol of an index letter; n_1, made to avoid a clash with n, is n′."""
    stem, underscore, number = name.rpartition("_")
    if underscore and number.isdigit() and 0 < int(number) <= MOST_PRIMES:
        return replace(parsed(stem), name=name, primes=int(number))
    return parsed(name)


@dataclass(frozen=True)
class Symbols:
    """The symbols of one network: names whose printed form was given or had to be kept apart.

    ``of`` is the tensor that is differentiated, for adjoints that print as ∂L/∂Z; ``ranks`` tells
    tensors from scalars; ``taken`` are the names of tensors, letters and sizes.
    """

    given: Mapping[str, Symbol] = field(default_factory=dict)
    of: str = ""
    ranks: Mapping[str, int] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def symbol(self, name: str) -> Symbol:
        """Return the symbol of a tensor or a size."""
        if name in self.given:
            return self.given[name]
        accented = _ACCENTED.match(name)
        if accented and accented[1] in self.given:
            return _with_accents(self.given[accented[1]], tuple(accented[2].split("_")[1:]))
        return parsed(name)

    def letter(self, name: str) -> Symbol:
        """Return the symbol of an index letter."""
        return self.given.get(name) or parsed_letter(name)

    def may_be_lowered(self, name: str) -> bool:
        """May a tensor named by a capital, W1, print as a small letter without a clash?"""
        capital = _NUMBERED.match(name)
        is_one = capital is not None and len(capital[1]) == 1 and capital[1].isupper()
        return is_one and name.lower() not in self.taken

    def with_given(self, **latex: str) -> Symbols:
        """Return symbols in which these tensors print as this LaTeX; raises DefinitionError."""
        given = dict(self.given)
        for name, text in latex.items():
            given[name] = replace(self.symbol(name), latex=checked_latex(text, name))
        return replace(self, given=given)


NONE = Symbols()


def adjoint_of(name: str) -> str:
    """Return the tensor whose adjoint (of the first order) has this name; "" if it is none."""
    accented = _ACCENTED.match(name)
    if not accented or not accented[2].endswith("_bar"):
        return ""
    return name.removesuffix("_bar")


def _is_spelled(name: str, latex: str, symbol: Symbol) -> bool:
    """Is the LaTeX of a scalar of a tensor only what its name spells, so that it can be styled?"""
    placed = _PLACED.match(name)
    if placed is None or not (symbol.layer or len(symbol.label) > 1):
        return False
    place = tuple(int(number) for number in placed[2].split("_")[1:])
    return latex == latex_of_entry(placed[1], place)


def symbols_of(network: Network, of: str = "") -> Symbols:
    """Return the symbols of a network: LaTeX names as given, and no two names alike.

    Of two names that would print alike (W1 and W_1) the later is printed as it is typed.
    """
    given: dict[str, Symbol] = {}
    seen: dict[tuple, str] = {}
    readers = [(parsed, network.tensors), (parsed_letter, network.letters), (parsed, network.sizes)]
    for read, names in readers:
        for name in names:
            symbol = read(name)
            latex = getattr(names[name], "latex", None) if read is parsed else None
            if latex and not _is_spelled(name, latex, symbol):
                symbol = replace(symbol, latex=latex)
            look = replace(symbol, name="", base=GREEK.get(symbol.base, ("", symbol.base))[1])
            if seen.setdefault(look, name) != name:
                symbol = Symbol(name, name, verbatim=True)
            if symbol != read(name):
                given[name] = symbol
    ranks = {name: tensor.rank for name, tensor in network.tensors.items()}
    taken = frozenset((*network.tensors, *network.letters, *map(str, network.sizes)))
    return Symbols(given, of or network.loss_name or "", ranks, taken)
