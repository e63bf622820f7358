"""The points of the rubric that a program can check: when each applies, and what it scores.

A score is 0, 1 or 2. Points that ask for taste are left to a reader; for those a program only sees
whether what is to be judged is there at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from sympy import Expr

from symback.algebra.nodes import Binder
from symback.algebra.operators import Pointwise
from symback.algebra.pointwise import POINTWISE
from symback.algebra.traversal import entries, free_letters, subexpressions
from symback.compiler.program import compile_network
from symback.network.graph import consumers, path_count
from symback.notation.tree import Brace, Derivative, Number, Power, Product, Symbol, Tree, Words
from symback.notation.unicode import width
from symback.render.document import Box, Check, Equation, Figure, Paragraph, Table, Text
from tests.rubric.reading import (
    Page,
    Section,
    derivatives,
    half_a_digit,
    is_pure,
    numbers,
    parts,
    symbols,
    value_of,
)

Score = Callable[[Page], int]


@dataclass(frozen=True)
class Point:
    """A row of the rubric: its number, what it asks, when it applies, and its score."""

    number: int
    title: str
    score: Score
    applies: Callable[[Page], bool] = lambda page: True


def share(found: int, whole: int) -> int:
    """Return 2 if all is well, 1 if most is, else 0."""
    return 2 if found >= whole else 1 if 2 * found >= whole else 0


def said(*patterns: str) -> Score:
    """Return a score: are these sentences on the page?"""
    return lambda page: share(sum(bool(re.search(p, page.words)) for p in patterns), len(patterns))


def has_tensors(page: Page) -> bool:
    return not page.is_scalar


def has_values(page: Page) -> bool:
    return page.values is not None


def functions(page: Page) -> set[str]:
    """Return the names of the functions that the network applies entry by entry."""
    nodes = (n for e in page.network.equations for n in subexpressions(e.written))
    return {n.name for n in nodes if isinstance(n, Pointwise)}


def has_batch(page: Page) -> bool:
    """Does an axis of symbolic size number samples that no parameter has?"""
    learned = {k.name for t in page.network.parameters for k in t.letters}
    return any(
        k.name not in learned and not k.size.is_Integer
        for t in page.network.inputs for k in t.letters
    )  # fmt: skip


def on_the_way(page: Page) -> list[str]:
    return [n for n in page.derivation.adjoints if n in page.network.tensors]


def is_shared(page: Page) -> bool:
    """Is a tensor on the way read more than once?"""
    readers = consumers(page.network)
    read = [e.tensor for q in page.network.equations for e in entries(q.written)]
    return any(len(readers[n]) > 1 or read.count(n) > 1 for n in on_the_way(page))


# Set-up


def symbol_table(page: Page) -> int:
    table = next((b for b in page.blocks if isinstance(b, Table)), None)
    first = next((b for b in page.blocks if isinstance(b, (Table, Equation))), None)
    if table is None or first is not table:
        return 0
    known = {s.name for row in table.rows for s in symbols(row[0])}
    families = {s.base for row in table.rows if "…" in str(row[0]) for s in symbols(row[0])}
    goal = page.derivation.of
    used = {
        s for b in page.equations for one in b.lines for s in symbols((one.left, one.right))
        if s.name not in known and s.base not in families and s.name not in ("e", "pi")
    }  # fmt: skip
    # ∂L/∂W1 is spelled with its parts; the letters made of a known one carry its name.
    unknown = {s.name for s in used if not s.accents and s.name != goal and not s.primes}
    return share(len(known) - len(unknown), len(known))


def conventions(page: Page) -> int:
    figure = any(isinstance(b, Figure) for b in page.blocks)
    return figure + bool(re.search(r"leads from|is added in|Every symbol is one", page.words))


def layout(page: Page) -> int:
    shapes = all(
        tuple(k.size for k in page.derivation[n].indices) == page.network[n].shape
        for n in page.derivation.wrt
    )
    told = re.search(r"A gradient has the shape|Every symbol is one number", page.words)
    return shapes + bool(told)


def one_meaning(page: Page) -> int:
    """No letter of a line is both bound and free, or bound inside its own sum; one size each."""
    lines = [s.after for n in on_the_way(page) for s in page.derivation[n].steps]
    clashes = 0
    for line in lines:
        binders = [node for node in subexpressions(line) if isinstance(node, Binder)]
        bound = {letter for node in binders for letter in node.letters}
        nested = any(
            set(inner.letters) & set(outer.letters)
            for outer in binders for inner in subexpressions(outer.body)
            if isinstance(inner, Binder)
        )  # fmt: skip
        clashes += nested or bool(bound & free_letters(line))
    sizes: dict[str, set] = {}
    for tensor in page.network.tensors.values():
        for letter in tensor.letters:
            sizes.setdefault(letter.name, set()).add(letter.size)
    return 2 if not clashes and all(len(s) == 1 for s in sizes.values()) else 0


def one_loss(page: Page) -> int:
    found = [d for t in page.trees for d in derivatives(t)]
    known = {*page.network.tensors, *(page.derivation.adjoint_name(n) for n in on_the_way(page))}
    of_network = [d for d in found if not isinstance(d.top, Symbol) or d.top.name in known]
    # The others are functions of one variable, where functions are explained.
    others = [d for d in found if d not in of_network]
    return all(d.sign == "∂" for d in of_network) + all(d.sign == "d" for d in others)


def loss_in_full(page: Page) -> int:
    """The equation of the loss has every tensor that the network's own has, and its ½ or mean."""
    equation = next(e for e in page.network.equations if e.target == page.derivation.of)
    wanted = {e.tensor for e in entries(equation.written)}
    for line in (one for b in page.equations for one in b.lines):
        if isinstance(line.left, Symbol) and line.left.name == page.derivation.of:
            return 2 if wanted <= {s.name for s in symbols(line.right)} else 1
    return 0


# Forward pass


def stages(page: Page) -> int:
    """Every stage has its equation before any derivative."""
    lefts = [b.lines[0].left for b in page.equations]
    first = next((i for i, b in enumerate(page.equations) if page.chain_of(b)), len(lefts))
    before = {t.name for t in lefts[:first] if isinstance(t, Symbol)}
    computed = {e.target for e in page.network.equations}
    alike = len(re.findall(r"alike", page.words))
    return share(len(computed & before) if not alike else len(computed), len(computed))


def goal(page: Page) -> int:
    place = next((i for i, b in enumerate(page.equations) if page.chain_of(b)), None)
    asked = re.search(r"We want", page.words)
    return 2 * (asked is not None and place is not None and "→" in page.words)


# Chain rule


def pure_partials(page: Page) -> int:
    """Each section that derives something in full begins with ∂ ratios only."""
    full = [s for s in page.worked if not cites_another(s)]
    good = sum(any(is_pure(line.right) for line in s.lines[:3]) for s in full)
    return share(good, len(full)) if full else 0


def cites_another(section: Section) -> bool:
    """Is a section told as the pattern of one before it?"""
    words = (part.text for block in section.blocks if isinstance(block, Paragraph)
             for part in block.content if isinstance(part, Text))  # fmt: skip
    return any("As for" in text for text in words)


def path_order(page: Page) -> int:
    """In every product of ∂ ratios each bottom is the next one's top."""
    chains = [
        chain for t in page.trees for p in parts(t) if isinstance(p, Product)
        for chain in runs(p.factors)
    ]  # fmt: skip
    pairs = [
        (a, b) for chain in chains for a, b in pairwise(chain)
        if isinstance(a.bottom, Symbol) and isinstance(b.top, Symbol)
    ]  # fmt: skip
    return share(sum(a.bottom.name == b.top.name for a, b in pairs), len(pairs))


def runs(factors: tuple[Tree, ...]) -> list[list[Derivative]]:
    """Return the ∂ ratios that stand side by side; a brace is looked through, a sum is a gap."""
    found: list[list[Derivative]] = [[]]
    for factor in factors:
        inner = factor.body if isinstance(factor, Brace) else factor
        if isinstance(inner, Derivative) and inner.top is not None:
            found[-1].append(inner)
        elif isinstance(inner, Product):
            found[-1] += [f for f in inner.factors if isinstance(f, Derivative)]
        else:
            found.append([])
    return found


def fork_terms(page: Page) -> int:
    """The sum over paths is written out, with as many terms as there are paths."""
    good = whole = 0
    for section in page.worked:
        if cites_another(section) or not section.lines:
            continue
        first, *others = section.lines
        names = [d.bottom.name for d in derivatives(first.left) if isinstance(d.bottom, Symbol)]
        if len(names) == 1 and is_pure(first.right) and names[0] in page.network.tensors:
            # A long sum goes on in lines that begin with their sign.
            more = takewhile(lambda line: line.relation in "+−-", others)
            terms = len(getattr(first.right, "terms", (first.right,))) + sum(1 for _ in more)
            whole += 1
            good += terms == path_count(page.network, names[0], page.derivation.of)
    return share(good, whole)


def local_once(page: Page) -> int:
    """No local derivative is derived twice."""
    goal = page.derivation.of
    made: list[str] = []
    for section in page.sections:
        for line in section.lines:
            if line.left is not None and derivatives(line.left) and line.reason:
                top = derivatives(line.left)[0].top
                if isinstance(top, Symbol) and top.name != goal:
                    made.append(str(line.left))
        for table in (b for b in section.blocks if isinstance(b, Table)):
            if len(table.head) >= 5 and "rule" in str(table.head):
                made += [str(row[0]) for row in table.rows if "cited" not in str(row[2])]
    return 2 if len(set(made)) == len(made) else 1


def named_rules(page: Page) -> int:
    """Each line of a derivation says by which rule it follows."""
    lines = [
        line for s in page.worked for b in s.equations if page.chain_of(b)
        for line in b.lines if not line.numbers
    ]  # fmt: skip
    factors = [row[2] for t in page.tables if "rule" in str(t.head) for row in t.rows]
    if page.is_scalar:
        return share(sum(map(bool, factors)), len(factors)) if factors else 0
    return share(sum(bool(line.reason) for line in lines), len(lines))


def through_output(page: Page) -> int:
    """σ' = a(1−a) and its like stand in terms of the output; the proof is one click away."""
    left = {
        n.name for name in on_the_way(page) for n in subexpressions(page.derivation[name].written)
        if isinstance(n, Pointwise)
    }  # fmt: skip
    return (not left & {"sigmoid", "tanh"}) + bool(
        re.search(r"written with its own output|through its own output", page.words)
    )


def _extent(expression: Expr) -> int:
    return sum(1 for _ in subexpressions(expression))


def bounded(page: Page) -> int:
    """No gradient is longer than its own equation asks for: adjoints are reused."""
    longest = max(_extent(page.derivation[n].written) for n in on_the_way(page))
    forward = max(_extent(e.written) for e in page.network.equations)
    return 2 if longest <= 12 + 3 * forward else 1 if longest <= 12 + 6 * forward else 0


def node_by_node(page: Page) -> int:
    return said(r"Upstream times local|chain rule")(page)


def accumulation(page: Page) -> int:
    return 2 * bool(re.search(r"contributions.{0,40} add|\(\+=\)|2 products|add up", page.words))


# Tensors


def scalar_first(page: Page) -> int:
    """Numbered entries are written out, one before the matrix formulas and one after."""
    places = [
        i for i, b in enumerate(page.equations)
        if any(isinstance(x, Number) for t in b.lines for s in symbols(t.right) for x in s.indices)
    ]  # fmt: skip
    adjoint = next((i for i, b in enumerate(page.equations) if page.chain_of(b)), 0)
    return any(i <= adjoint + 1 for i in places) + any(i > adjoint for i in places)


def shapes(page: Page) -> int:
    """Products of matrices show their shapes, and each transpose its reason."""
    shown = any(isinstance(p, Product) and p.sign == "×" for t in page.trees for p in parts(t))
    turned = any(
        isinstance(p, Power) and p.exponent == Words("⊤") for t in page.trees for p in parts(t)
    )
    return shown + (not turned or bool(re.search(r"the (first|last|second) index of", page.words)))


def hadamard(page: Page) -> int:
    signs = any(isinstance(p, Product) and p.sign == "⊙" for t in page.trees for p in parts(t))
    return signs + ("diagonal" in page.words)


# Numbers


def substituted(page: Page) -> int:
    """Symbolic, then numbers put in, then the result, for every gradient that is wanted."""
    if has_tensors(page):
        return 2 * any(any(n for n in numbers(one.right)) for b in page.equations
                       for one in b.lines if one.numbers)  # fmt: skip
    lines = [one for b in page.equations for one in b.lines if one.numbers]
    return share(len(lines), len(page.derivation.wrt))


def recomputed(page: Page) -> int:
    """What is printed in the table of results is the full-precision value, rounded."""
    if "computed in full" not in page.words:
        return 0
    values = page.program_values
    wanted = [float(values[page.derivation.adjoint_name(n)]) for n in page.derivation.wrt
              if not page.network[n].rank]  # fmt: skip
    printed = [n for t in page.trees for n in numbers(t)]
    good = sum(
        any(abs(value_of(n) - v) <= 1.001 * half_a_digit(n) for n in printed) for v in wanted
    )
    return share(good, len(wanted))


def update_line(page: Page) -> int:
    """Old, gradient, new, and the loss before and after a simultaneous step, recomputed."""
    found = re.search(r"The loss goes from ([\d.−]+) to ([\d.−]+),", page.words)
    if not found:
        return 0
    after = float(found[2].replace("−", "-"))
    network, goal = page.network, page.derivation.of
    gradients = page.program_values
    moved = dict(page.values)
    for name in page.derivation.wrt:
        step = gradients[page.derivation.adjoint_name(name)]
        moved[name] = page.values[name] - page.rate * step
    given = {t.name for t in (*network.inputs, *network.parameters)}
    loss = compile_network(network, [goal])({k: v for k, v in moved.items() if k in given})[goal]
    return 2 if abs(float(loss) - after) <= 0.6e-9 else 0


# Trust


def checks(page: Page) -> int:
    made = [b for b in page.blocks if isinstance(b, Check)]
    counted = len(made) + sum(len(t.rows) for t in page.tables if "difference" in str(t.head))
    return share(counted, len(page.derivation.wrt)) if all(c.passed for c in made) else 0


def lines_checked(page: Page) -> int:
    return said(r"hold on both sides|both sides")(page)


def referenced(page: Page) -> int:
    boxed = any(isinstance(b, Box) for b in page.blocks)
    return boxed + (not re.search(r"\b(see|shown|given|as) above\b", page.words))


def readable(page: Page) -> int:
    return 2 * all(width(line) <= 100 for line in page.text.splitlines())


KINKED = {name for name, row in POINTWISE.items() if row.convention}
POINTS = (
    Point(1, "symbol table first", symbol_table),
    Point(2, "index convention and picture", conventions),
    Point(3, "layout convention", layout),
    Point(4, "one symbol, one meaning", one_meaning),
    Point(5, "∂ throughout, the loss named the same", one_loss),
    Point(6, "the loss in full", loss_in_full),
    Point(7, "forward pass stage by stage", stages),
    Point(8, "goal and paths before the work", goal),
    Point(9, "chain rule in pure partials", pure_partials),
    Point(10, "product order is path order", path_order),
    Point(11, "as many terms as paths", fork_terms, lambda p: p.is_scalar),
    Point(13, "each local derivative once", local_once),
    Point(14, "a rule for each line", named_rules),
    Point(15, "derivatives through the output", through_output,
          lambda p: bool(functions(p) & {"sigmoid", "tanh"})),
    Point(16, "δ reused: no gradient grows", bounded),
    Point(17, "upstream times local", node_by_node),
    Point(18, "old weights throughout", said("no parameter changes before|before any weight")),
    Point(19, "fork adds", accumulation, is_shared),
    Point(20, "scalar example, then the pattern", scalar_first, has_tensors),
    Point(21, "shapes and transposes", shapes, has_tensors),
    Point(22, "⊙ and the diagonal Jacobian", hadamard,
          lambda p: has_tensors(p) and bool(functions(p) - {"log"})),
    Point(23, "batch sum and 1/N", said("the sum over|sum over .{1,8} stays", "division by|mean"),
          has_batch),
    Point(24, "broadcast forward, sum backward", said("broadcast"),
          lambda p: has_batch(p) and any(t.rank == 1 for t in p.network.parameters)),
    Point(25, "kinks declared", said("At a kink"), lambda p: bool(functions(p) & KINKED)),
    Point(26, "symbol = numbers = result", substituted, has_values),
    Point(27, "rounding stated; figures recomputed", recomputed, has_values),
    Point(28, "signs read out", said("goes? (up|down)|moves .{1,30} (up|down)", "largest"),
          has_values),
    Point(29, "update, loss before and after", update_line, lambda p: p.rate is not None),
    Point(30, "every gradient has its check", checks),
    Point(31, "every line checked", lines_checked),
    Point(32, "final box, no 'above'", referenced),
    Point(34, "no line too wide", readable),
)  # fmt: skip
