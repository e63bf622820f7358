"""Layers that are alike: tensors whose formulas differ by a number in the names, said once with ℓ.

W2 … W20 are a family if the formula of each is that of its neighbour with every number one higher,
but for what all of them share. What is said of a family is said of one member, its numbers made ℓ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr

from symback.algebra.canonical import shape_key
from symback.algebra.letters import Index
from symback.algebra.positions import Affine, Entry
from symback.explanation.texts import say
from symback.notation.numbered import LETTER, lettered, numbered
from symback.notation.symbols import adjoint_of
from symback.notation.tree import Number, Relation, Tree, Words
from symback.render.document import Formula, Inlines, Line, Text

# As many alike as are worth a letter.
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Family:
    """Tensors by ascending number, and what each name in the formulas of the second one becomes.

    ``shifts`` maps a name to (its number, what is added to ℓ): Z3 to (3, 0), A2 to (2, −1).
    """

    members: tuple[str, ...]
    numbers: tuple[int, ...]
    shifts: Mapping[str, tuple[int, int]] = field(hash=False)

    @property
    def model(self) -> str:
        """The member whose formulas are printed with ℓ."""
        return self.members[1]

    @property
    def ends(self) -> tuple[str, str]:
        """The first and the last member."""
        return self.members[0], self.members[-1]

    def tree(self, tree: Tree) -> Tree:
        """Return a formula of the model as one of every member."""
        return lettered(tree, self.shifts)

    def words(self, content: Inlines) -> Inlines:
        """Return words on the model as words on every member."""
        return tuple(
            Formula(self.tree(part.tree)) if isinstance(part, Formula) else part for part in content
        )

    def line(self, shown: Line) -> Line:
        """Return a line on the model as one on every member, with the range of ℓ."""
        left = None if shown.left is None else self.tree(shown.left)
        reason = (*self.words(shown.reason), Text(", " if shown.reason else ""), *self.where())
        return replace(shown, left=left, right=self.tree(shown.right), reason=reason)

    def where(self) -> Inlines:
        """Return the words: for ℓ = 2, …, 20."""
        return say("alike range", range=self.range())

    def range(self) -> Tree:
        """Return ℓ = 2, …, 20."""
        first, last = (Number(str(number)) for number in (self.numbers[0], self.numbers[-1]))
        ends = Words(f"{first.mantissa}, …, {last.mantissa}")
        return Relation((Words(LETTER), ends), ("==",))


def families(formulas: Mapping[str, tuple[Expr, ...]]) -> dict[str, Family]:
    """Return {member: its family} for all that belong to one; ``formulas`` say what each is."""
    stems: dict[tuple, dict[int, str]] = {}
    for name, expressions in formulas.items():
        found = numbered(name)
        if found is not None:
            letters: dict = {}
            tensors: dict = {}
            key = tuple(shape_key(e, letters, tensors) for e in expressions)
            stems.setdefault((found[0], key), {})[found[1]] = name
    made: dict[str, Family] = {}
    for named in stems.values():
        for run in _runs(named, formulas):
            family = _family(run, formulas)
            if family is not None:
                made |= dict.fromkeys(family.members, family)
    return made


def _runs(
    named: Mapping[int, str], formulas: Mapping[str, tuple[Expr, ...]]
) -> Iterable[list[tuple[int, str]]]:
    """Yield runs of neighbours in which every name moves by the same steps."""
    run: list[tuple[int, str]] = []
    moves = None
    for number in sorted(named):
        name = named[number]
        if run and number == run[-1][0] + 1:
            found = _moves(formulas[run[-1][1]], formulas[name])
            if found is not None and moves in (None, found):
                moves = found
                run.append((number, name))
                continue
        if len(run) >= FEWEST:
            yield run
        # The last of a run may begin another: A1 follows A0 unlike, and A2 follows A1.
        last = run[-1:] if run and number == run[-1][0] + 1 else []
        moves = _moves(formulas[last[0][1]], formulas[name]) if last else None
        run = [*last, (number, name)] if moves is not None else [(number, name)]
    if len(run) >= FEWEST:
        yield run


def _moves(one: tuple[Expr, ...], following: tuple[Expr, ...]) -> tuple[bool, ...] | None:
    """Return for each name whether its number goes up by one (else it stays); None otherwise."""
    moves = []
    for old, new in zip(_names(one), _names(following), strict=True):
        before, after = numbered(old), numbered(new)
        if old == new:
            moves.append(False)
        elif before and after and before[0] == after[0] and before[1] + 1 == after[1]:
            moves.append(True)
        else:
            return None
    return tuple(moves)


def _names(expressions: tuple[Expr, ...]) -> list[str]:
    """Return the names of tensors and letters in order; formulas of one shape have as many."""
    found: list[str] = []
    stack = list(reversed(expressions))
    while stack:
        node = stack.pop()
        if isinstance(node, Index):
            found.append(node.name)
        elif isinstance(node, Affine):
            found += [letter.name for letter in node.coefficients]
        else:
            if isinstance(node, Entry):
                found.append(node.tensor)
            stack += [a for a in reversed(node.args) if isinstance(a, Expr)]
    return found


def _family(run: list[tuple[int, str]], formulas: Mapping[str, tuple[Expr, ...]]) -> Family | None:
    """Return the family of a run; None where one name both stays and moves."""
    (own, name), (_, following) = run[1], run[2]
    moves = _moves(formulas[name], formulas[following]) or ()
    shifts = {name: (own, 0)}
    read = _names(formulas[name])
    for other, moving in zip(read, moves, strict=True):
        if moving:
            number = numbered(other)[1]
            shifts[adjoint_of(other) or other] = (number, number - own)
    stays = {adjoint_of(n) or n for n, moving in zip(read, moves, strict=True) if not moving}
    if stays & set(shifts):
        return None
    return Family(tuple(n for _, n in run), tuple(n for n, _ in run), shifts)


def grouped(names: Iterable[str], known: Mapping[str, Family]) -> list[str | Family]:
    """Return names in their order, each family once, where its first member stands."""
    found: dict[str | Family, None] = {}
    for name in names:
        found.setdefault(known.get(name, name))
    return list(found)
