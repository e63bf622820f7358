"""The page of a rule of training: its equations, what each symbol is, what the steps add up to.

Everything on it is read from the rule: a rule of one's own explains itself in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from symback.algebra.positions import Entry
from symback.algebra.traversal import entries
from symback.errors import DefinitionError, FileError, NotYetError, ValuesError
from symback.explanation.assignments import assignment, is_replaced
from symback.explanation.recurrences import carried_blocks
from symback.explanation.result import Explanation
from symback.explanation.running import running_blocks
from symback.explanation.texts import TEXTS, listed, say
from symback.explanation.values import Values, values_at
from symback.network.tensors import Equation, Tensor
from symback.notation.layout import Typesetter
from symback.notation.options import DEFAULT, Notation, chosen
from symback.notation.symbols import symbols_of
from symback.notation.tree import Relation, Tree
from symback.render.document import Block, Document, Line
from symback.render.notebook import notebook
from symback.render.parts import document, equation, heading, inlines, items, line, paragraph, table
from symback.training.clipping import Clipping
from symback.training.optimisers import Optimizer
from symback.training.rule import GRADIENT, NEXT, RATE, THETA, Rule, state_names
from symback.training.schedules import TIME, Schedule
from symback.training.unrolling import recurrences

# What a rule of each kind replaces, and does not carry from step to step itself.
REPLACED: dict[type[Rule], tuple[str, ...]] = {
    Optimizer: (THETA,), Clipping: (GRADIENT,), Schedule: (RATE, TIME),
}  # fmt: skip
# A schedule that lasts as long as the training is shown for this many epochs.
EPOCHS, MOMENTS = 10, 11
MOST_ROWS = 60


class RuleExplanation(Explanation):
    """A rule of training as a page: ``print`` it, show it in a notebook, or ``save`` it."""

    def __init__(self, page: Document, rule: Rule, detail: int) -> None:
        self.document, self.detail, self.rule = page, detail, rule
        self._names = self._wanted = ()

    def notebook(self, offline: bool = False) -> str:
        """Return the page as the text of a notebook, with a cell that shows the equations."""
        lines = f"import symback as sb\n\nrule = sb.{self.rule!r}\nrule.network"
        return notebook(self.document, [(TEXTS["rule heading"], lines)], offline)

    def save(self, path):
        """Write the page as the suffix says (html tex pdf md ipynb txt); return the path."""
        if str(path).lower().endswith(".json"):
            raise FileError(
                f"save the explanation as {str(path)!r}", "a rule has no recorded steps",
                "use .html, .tex, .pdf, .md, .ipynb or .txt",
            )  # fmt: skip
        return super().save(path)

    def __repr__(self) -> str:
        return f"RuleExplanation({self.rule!r}, detail={self.detail})"


def rule_explanation(
    rule: Rule,
    *,
    at: Mapping[str, object] | None = None,
    detail: int = 2,
    notation: Notation | str | None = None,
    **others: object,
) -> RuleExplanation:
    """Return the page of an optimiser, a schedule or a clipping; raises SymbackError.

    ``at`` gives theta and theta_bar (of a schedule t and rate), and one step is made with numbers.
    ``detail`` is 0 (the rule), 1 (and its symbols), 2 (and what the steps add up to).
    """
    if others:
        raise NotYetError(
            f"explain {type(rule).__name__} with {', '.join(sorted(others))}",
            "a rule of training is explained with at=, detail= and notation= only", "leave it out",
        )  # fmt: skip
    if isinstance(detail, bool) or detail not in (0, 1, 2, 3):
        raise DefinitionError(
            f"explain: detail={str(detail)[:40]}", "no such detail", "use 0, 1, 2 or 3"
        )
    # Why from 0? Steps are counted by the rule itself, and letters here are entries of θ.
    look = replace(chosen(notation) or DEFAULT, first_index=0, adjoint="bar")
    parts = rule.fitted(EPOCHS).parts if isinstance(rule, Schedule) else (rule,)
    blocks: list[Block] = []
    for place, part in enumerate(parts):
        page = _Page(part, Typesetter(look, symbols_of(part.network)))
        blocks += page.blocks(detail, is_first=place == 0)
    if at is not None:
        blocks += _Page(parts[0], Typesetter(look, symbols_of(parts[0].network))).numbers(at)
    elif isinstance(rule, Schedule) and detail > 1:
        blocks += _curve(parts, Typesetter(look))
    if detail > 1:
        blocks += running_blocks(rule, look) if isinstance(rule, Optimizer) else []
        blocks += _closing(parts)
    title = say(f"rule title {_kind(rule)}", name=type(rule).__name__)
    return RuleExplanation(document(title, *blocks), rule, detail)


def _kind(rule: Rule) -> str:
    return next(k.__name__.lower() for k in REPLACED if isinstance(rule, k))


@dataclass(frozen=True)
class _Page:
    """One rule and how its formulas print."""

    rule: Rule
    show: Typesetter

    @property
    def network(self):
        return self.rule.network

    @property
    def carried(self) -> list[str]:
        """What the rule carries from step to step besides θ: 0 at first."""
        replaced = next(names for kind, names in REPLACED.items() if isinstance(self.rule, kind))
        return [n for n in state_names(self.network) if n not in replaced]

    # The rule -------------------------------------------------------------------------------------

    def blocks(self, detail: int, is_first: bool) -> list[Block]:
        """Return the rule, the table of its symbols, and what the steps add up to."""
        name = type(self.rule).__name__
        title = TEXTS["rule heading"] if is_first else say("rule heading then", name=name)
        made: list[Block] = [heading(*([title] if is_first else title))]
        made.append(paragraph(*self._intro(is_first)))
        made.append(equation(*map(self._line, self.network.equations), label=f"rule:{name}"))
        found = recurrences(self.network)
        if detail > 0:
            made += [*(paragraph(*w) for w in [self._remarks()] if w), self._symbols()]
        if detail > 1 and found:
            letter = self.network[found[0].state].letters[0]
            made += carried_blocks(self.rule, self.show, letter, found)
        return made

    def _intro(self, is_first: bool) -> tuple:
        symbols = {
            "theta": THETA, "gradient": GRADIENT, "rate": RATE, "time": TIME,
        }  # fmt: skip
        known = {k: self.show.name(n) for k, n in symbols.items()}
        kind = _kind(self.rule)
        letters = {k: t.letters[0] for k, t in self.network.tensors.items() if t.letters}
        letter = self.show.symbols.letter(next(iter(letters.values())).name) if letters else ""
        return say(f"rule intro {kind}" if is_first else "rule then", letter=letter, **known)

    def _line(self, one: Equation) -> Line:
        return assignment(self.show, one, self.network)

    def _is_replaced(self, target: str) -> bool:
        return is_replaced(target, self.network)

    def _remarks(self) -> tuple:
        words = say("rule assigned") if self._reads_new else ()
        if not self.carried:
            return words
        plural = "are" if len(self.carried) > 1 else "is"
        names = listed([self.show.name(n) for n in self.carried])
        start = say("rule start", names=names, is_are=plural)
        return (*words, *inlines(" " if words else ""), *start)

    @property
    def _reads_new(self) -> bool:
        read = {e.tensor for one in self.network.equations for e in entries(one.written)}
        return any(self._is_replaced(name) for name in read)

    # Its symbols ----------------------------------------------------------------------------------

    def _symbols(self) -> Block:
        tensors = self.network.tensors.values()
        rows = [self._row(t) for t in tensors if not self._is_replaced(t.name)]
        head = [TEXTS[f"rule head {part}"] for part in ("symbol", "meaning", "value")]
        return table(head, rows, align="lll")

    def _row(self, tensor: Tensor) -> tuple:
        own = self.rule.MEANINGS.get(tensor.name)
        means = own or TEXTS.get(f"rule means {tensor.name}", "")
        return (self.show(tensor.entry), means, self._value(tensor.name))

    def _value(self, name: str) -> Tree | str | tuple:
        settings = self.rule.settings
        if name in settings:
            value = settings[name]
            numbers = value if isinstance(value, tuple) else (value,)
            return listed([self.show.number(x) for x in numbers], last="comma")
        if name == THETA:
            return TEXTS["rule value learned"]
        if name in self.network and self.network[name].kind != "input":
            return TEXTS["rule value computed"]
        return TEXTS["rule value state" if name in self.carried else "rule value given"]

    # Numbers --------------------------------------------------------------------------------------

    def numbers(self, at: Mapping[str, object]) -> list[Block]:
        """Return one step with numbers put in, for the first entry of θ."""
        values = self._values(at)
        given = [n for n in values.given if n not in self.rule.settings]
        letters = dict.fromkeys(self.network.letters.values(), 0)
        shown = [
            Relation((self.show(self.network[n].entry), self._number(values, n, letters)), ("==",))
            for n in given
        ]
        size = max((np.size(values.given[n]) for n in given), default=1)
        place = self.show.number(0)
        key = "rule numbers intro entry" if size > 1 else "rule numbers intro"
        words = say(key, values=listed([*shown]), place=place)
        lines = [made for one in self.network.equations for made in self._steps(values, one)]
        return [
            heading(TEXTS["rule heading numbers"]), paragraph(*words), equation(*lines),
            *(self._all(values, size) if size > 1 else []),
        ]  # fmt: skip

    def _values(self, at: Mapping[str, object]) -> Values:
        if not isinstance(at, Mapping):
            raise ValuesError("explain: at", f"a {type(at).__name__}", 'write {"theta": …}')
        named = {getattr(key, "name", key): _array(key, value) for key, value in at.items()}
        sizes = {v.size for n, v in named.items() if n in self.network and self.network[n].rank}
        size = max(sizes, default=1)
        given = {}
        for tensor in self.network.inputs:
            name, is_vector = tensor.name, bool(tensor.rank)
            if name in named:
                value = named[name]
                given[name] = np.atleast_1d(value) if is_vector else value
            elif name in self.rule.settings:
                given[name] = self.rule.settings[name]
            elif name in self.carried:
                given[name] = np.zeros(size if is_vector else ())
        unknown = {n: v for n, v in named.items() if n not in given}
        targets = [one.target for one in self.network.equations]
        return values_at(self.network, given | unknown, targets)

    def _steps(self, values: Values, one: Equation) -> list[Line]:
        letters = dict.fromkeys(one.letters, 0)
        numbers = {
            e: self.show.number(values.at(e, letters))
            for e in sorted(set(entries(one.written)), key=str)
            if set(e.positions) <= set(one.letters)
        }
        first = self._line(one)
        value = self.show.number(values.at(Entry(one.target, *one.letters), letters))
        put_in = self.show(one.written, numbers)
        if put_in in (value, first.right):
            return [first, line(None, value, numbers=True)]
        return [first, line(None, put_in, numbers=True), line(None, value, numbers=True)]

    def _number(self, values: Values, name: str, letters: Mapping) -> Tree:
        return self.show.number(values.at(self.network[name].entry, letters))

    def _all(self, values: Values, size: int) -> list[Block]:
        ranked = [t for t in self.network.tensors.values() if t.rank and t.name in values]
        ranked = [t for t in ranked if values.array(t.name).size == size]
        head = ["", *(self._head(t.name) for t in ranked)]
        rows = [
            (self.show.number(i), *(self.show.number(values.array(t.name)[i]) for t in ranked))
            for i in range(min(size, MOST_ROWS))
        ]
        return [table(head, rows, align="r" * len(head), caption=TEXTS["rule numbers all"])]

    def _head(self, name: str) -> Tree | tuple:
        if not self._is_replaced(name):
            return self.show.name(name)
        return inlines(TEXTS["rule head new"], self.show.name(name.removesuffix(NEXT)))


def _array(name: object, value: object) -> np.ndarray:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        helps = "give a number, or a list of them"
        raise ValuesError(f"explain: at, {str(name)[:40]}", str(value)[:40], helps) from None


def _curve(parts: tuple[Schedule, ...], show: Typesetter) -> list[Block]:
    """Return the rate at moments of a training, as a share of the optimiser's rate."""
    epochs = max(EPOCHS, *(float(p.settings.get("epochs", 0)) for p in parts))
    rows = []
    for moment in range(MOMENTS):
        time = epochs * moment / (MOMENTS - 1)
        rows.append((show.number(round(time, 6)), show.number(round(share_at(parts, time), 9))))
    head = (TEXTS["rule curve x"], TEXTS["rule curve y"])
    caption = say("rule curve caption", epochs=show.number(round(epochs, 6)))
    return [
        heading(TEXTS["rule heading curve"]), table(head, rows, align="rr", caption=caption),
    ]  # fmt: skip


def share_at(parts: tuple[Schedule, ...], time: float) -> float:
    """Return the rate at a time for an optimiser whose rate is 1, by the rules in turn."""
    rate = 1.0
    for part in parts:
        rule = part.network
        names = [n for n in (RATE + NEXT, TIME + NEXT) if n in rule]
        given = {RATE: rate, TIME: time, **part.settings}
        values = values_at(rule, {t.name: given[t.name] for t in rule.inputs}, names)
        rate = float(values.array(RATE + NEXT))
        time = float(values.array(TIME + NEXT)) if TIME + NEXT in rule else time
    return rate


def _closing(parts: tuple[Rule, ...]) -> list[Block]:
    """Return the remarks and sources of the rules."""
    made: list[Block] = []
    for title, field in (("remarks", "REMARKS"), ("sources", "SOURCES")):
        said = [one for part in parts for one in getattr(part, field)]
        if said:
            made += [heading(TEXTS[f"rule heading {title}"]), items(*said)]
    return made
