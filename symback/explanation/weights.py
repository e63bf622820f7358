"""One weight of a network of scalars: where it acts, the chain rule on all paths, the numbers."""

from __future__ import annotations

from symback.explanation.adjoints import chain as derivation_lines
from symback.explanation.adjoints import stable_forms
from symback.explanation.factors import Chain, chain_of, factor_table
from symback.explanation.lesson import RESULTS, Lesson
from symback.explanation.lines import valued
from symback.explanation.locals import independent, vanishing
from symback.explanation.opening import arrows, numbers_for
from symback.explanation.order import distances, needed, path_counts, paths, trunk
from symback.explanation.partials import folded, path_product
from symback.explanation.remarks import remarks
from symback.explanation.summary import summary
from symback.explanation.texts import TEXTS, capped, listed, say
from symback.notation.forms import added
from symback.render.document import Block, Inlines, Line
from symback.render.parts import equation, heading, inlines, line, paragraph, reference, strong

# More paths than these are not written out one by one.
MOST_PATHS = 8
# Longer paths are not written out either.
LONGEST_PATH = 24
MOST_NODES = 8
# After so many sentences on terms that vanish the reader knows.
MOST_VANISHING = 2
# Rules that leave nothing to be shown beside the row of a table.
EASY = ("local derivative", "turn the bracket")


def weight_blocks(lesson: Lesson, name: str, level: int = 2) -> list[Block]:
    """Return the whole derivation of one weight; what it derives on the way can then be cited."""
    blocks: list[Block] = [_heading(lesson, name, level)]
    front = summary(lesson, name)
    if front:
        blocks.append(paragraph(*front))
    if not lesson.consumers(name):
        return [*blocks, *_result_alone(lesson, name)]
    blocks.append(paragraph(strong(TEXTS["acts heading"]), *where_it_acts(lesson, name)))
    chains = fresh_chains(lesson, name)
    blocks += _chain_rule(lesson, name)
    blocks.append(paragraph(strong(TEXTS["locals heading"]), TEXTS["locals text"]))
    blocks.append(factor_table(lesson, chains))
    blocks += _found_in_steps(lesson, chains)
    gone = [
        words for chain in chains for local in chain.edges() if (words := vanishing(lesson, local))
    ][:MOST_VANISHING]
    others = independent(lesson, name)
    if others:
        nodes = listed([lesson.name(n) for n in others])
        gone.append(say(
            "independent", nodes=nodes, tensor=lesson.name(name), loss=lesson.loss,
            gradient=lesson.derivative(name), verb=TEXTS["does" if len(others) == 1 else "do"],
            it="it" if len(others) == 1 else "them",
        ))  # fmt: skip
    on_the_way = dict.fromkeys(local.variable for chain in chains for local in chain.edges())
    for passed in dict.fromkeys((*on_the_way, name)):
        gone += remarks(lesson, passed)
    if gone:
        blocks.append(paragraph(*listed(gone, "space", "space")))
    blocks += _put_together(lesson, chains)
    return [*blocks, *_ending(lesson, name)]


def similar_blocks(lesson: Lesson, name: str, like: str, level: int = 2) -> list[Block]:
    """Return the derivation of a weight whose like has been told in full: lines and numbers."""
    if not lesson.consumers(name):
        return [_heading(lesson, name, level), *_result_alone(lesson, name)]
    cited = say("similar", other=lesson.derivative(like), equation=lesson.cited(like))
    blocks: list[Block] = [_heading(lesson, name, level)]
    path = path_words(lesson, name)
    blocks.append(
        paragraph(*summary(lesson, name), *([" "] if lesson.values else []), *path, " ", *cited)
    )
    chains = fresh_chains(lesson, name)
    for chain in chains:
        lines = [
            line(lesson.result(chain.name), chain.symbols(lesson)),
            *chain_lines(lesson, chain),
        ]
        blocks.append(_told(lesson, chain, lines))
    return [*blocks, *_ending(lesson, name, brief=True)]


def many_blocks(lesson: Lesson, pairs: list[tuple[str, str]]) -> list[Block]:
    """Return what follows the pattern of what has been told: adjoints, then where the others are.

    ``pairs`` are (tensor, its like). Gradients of weights are rows of the table of results.
    """
    blocks: list[Block] = [heading(TEXTS["heading many"], level=2)]
    adjoints: list[Block] = []
    weights = {n: like for n, like in pairs if n in lesson.wanted and lesson.equation(n) is None}
    for name, _ in pairs:
        fresh = (c for c in fresh_chains(lesson, name) if c.name not in weights)
        adjoints += [_told(lesson, c, chain_lines(lesson, c, first=True)) for c in fresh]
    if adjoints:
        blocks += [paragraph(TEXTS["many adjoints"]), *adjoints]
    if not weights:
        return blocks
    lesson.told.update({name: lesson.told[like] for name, like in weights.items()})
    likes = [
        say("alike cited", adjoint=lesson.derivative(n), equation=lesson.cited(n))
        for n in dict.fromkeys(weights.values())
    ]
    words = say("many gradients", likes=listed([*likes]), results=reference(RESULTS))
    return [*blocks, paragraph(*words)]


def _heading(lesson: Lesson, name: str, level: int) -> Block:
    key = "heading adjoint" if name in lesson.signals else "heading weight"
    words = say(
        key, gradient=lesson.derivative(name), adjoint=lesson.adjoint(name),
        loss=lesson.loss, tensor=lesson.name(name),
    )  # fmt: skip
    return heading(*words, level=level)


def path_words(lesson: Lesson, name: str) -> Inlines:
    """Return where a weight acts, in one sentence."""
    count = path_counts(lesson, name)[name]
    if count == 1:
        return (*arrows(lesson, paths(lesson, name)[0]), *inlines("."))
    return (*where_it_acts(lesson, name),)


def _result_alone(lesson: Lesson, name: str) -> list[Block]:
    """Return what is left to say about a weight that does not reach the goal."""
    words = say("goal nothing", tensor=lesson.name(name), loss=lesson.loss)
    lines = [line(lesson.derivative(name), lesson.show(lesson.gradient(name).written))]
    lesson.told[name] = lesson.adjoint_label(name)
    return [paragraph(*words), equation(*lines, label=lesson.told[name])]


def where_it_acts(lesson: Lesson, name: str) -> Inlines:
    """Return the paths from a weight to the goal as a sentence."""
    counts = path_counts(lesson, name)
    count = counts[name]
    tensor = lesson.name(name)
    way = trunk(lesson, name)
    if count == 1:
        return say("acts one", path=arrows(lesson, paths(lesson, name)[0]), tensor=tensor)
    if count > MOST_PATHS:
        meeting = [n for n in counts if n not in (name, lesson.of) and len(lesson.consumers(n)) > 1]
        nodes = capped([lesson.name(n) for n in meeting], MOST_NODES)
        return (
            *arrows(lesson, way),
            *inlines(", "),
            *say("acts many", number=str(count), nodes=nodes),
        )
    if len(way) == 1:
        shown = [arrows(lesson, path) for path in paths(lesson, name)]
        readers = str(len(lesson.consumers(name)))
        return say(
            "acts several", tensor=tensor, number=readers,
            paths=listed(shown, "semicolon", "semicolon"),
        )  # fmt: skip
    ends = [arrows(lesson, path[len(way) - 1 :]) for path in paths(lesson, name)]
    return say(
        "acts fork", trunk=arrows(lesson, way), fork=lesson.name(way[-1]), number=str(count),
        paths=listed(ends, "semicolon", "semicolon"), tensor=tensor,
    )  # fmt: skip


def fresh_chains(lesson: Lesson, name: str) -> list[Chain]:
    """Return what must be derived for a weight and is not told yet, itself at the end."""
    found: dict[str, Chain] = {}
    stack = [name]
    while stack:
        tensor = stack[-1]
        if tensor in found:
            stack.pop()
            continue
        chain = chain_of(lesson, tensor)
        missing = [n for n in chain.cites() if n not in lesson.told and n not in found]
        if missing:
            stack += reversed(missing)
        else:
            found[tensor] = chain
            stack.pop()
    return list(found.values())


def _found_in_steps(lesson: Lesson, chains: list[Chain]) -> list[Block]:
    """Return the lines of those derivatives by the goal that took more than one rule to find."""
    blocks: list[Block] = []
    for name in dict.fromkeys(local.variable for chain in chains for local in chain.edges()):
        steps = [s for s in lesson.gradient(name).steps if s.rule not in EASY]
        if lesson.consumers(name) == (lesson.of,) and len(steps) > 0:
            blocks += stable_forms(lesson, name)
            blocks.append(paragraph(*say("in steps", derivative=lesson.total(name))))
            blocks.append(derivation_lines(lesson, name, numbered=False))
    return blocks


# (1) The chain rule


def _chain_rule(lesson: Lesson, name: str) -> list[Block]:
    count = path_counts(lesson, name)[name]
    goal = lesson.total(name)
    lines: list[Line] = []
    few = count <= MOST_PATHS and distances(lesson, needed(lesson, [name]))[name] <= LONGEST_PATH
    if few:
        products = [path_product(lesson, path) for path in paths(lesson, name)]
        for number, tree in enumerate(products):
            lines.append(line(None if number else goal, tree, relation="+" if number else "="))
    brackets = folded(lesson, name, to_the_goal=few)
    if brackets != added(("+", one.right) for one in lines):
        braced = count > 1
        lines.append(
            line(
                None if lines else goal, brackets, reason=TEXTS["because shared"] if braced else ()
            )
        )
    if count == 1 and len(lines) == 2:
        # One path: the line with names under it says the same.
        lines = [line(goal, brackets)]
    key = "chain many" if count > MOST_PATHS else "chain one path" if count == 1 else "chain paths"
    key = "chain long" if not few and count <= MOST_PATHS else key
    words = say(key, tensor=lesson.name(name), number=str(count))
    return [
        paragraph(strong(TEXTS["chain heading"]), *words),
        equation(*lines, label=f"chain:{name}", stacked=True),
    ]


# (3) Put together


def _put_together(lesson: Lesson, chains: list[Chain]) -> list[Block]:
    blocks: list[Block] = [paragraph(strong(TEXTS["together heading"]), TEXTS["together text"])]
    for chain in chains:
        blocks.append(_told(lesson, chain, chain_lines(lesson, chain, first=True)))
    return blocks


def _told(lesson: Lesson, chain: Chain, lines: list[Line]) -> Block:
    lesson.told[chain.name] = label = lesson.adjoint_label(chain.name)
    return equation(*lines, label=label)


def chain_lines(lesson: Lesson, chain: Chain, first: bool = False) -> list[Line]:
    """Return formula, numbers put in, and value of a chain; ``first`` puts its name in front."""
    formula = chain.formula(lesson)
    lines = [line(lesson.result(chain.name) if first else None, formula)]
    if lesson.values:
        value = lesson.number(lesson.values.at(lesson.adjoint_entry(chain.name)))
        numbers = chain.numbers(lesson)
        if numbers == value and chain.terms[0][0] is None:
            # One factor: its own numbers say more than its value once more.
            numbers = lesson.show(chain.written, numbers_for(lesson, chain.written))
        inner = chain.inner_numbers(lesson)
        if inner is not None:
            lines.append(line(None, numbers, numbers=True))
            numbers = inner
        lines += valued(numbers, value)
    return lines


def _ending(lesson: Lesson, name: str, brief: bool = False) -> list[Block]:
    blocks: list[Block] = []
    if lesson.evidence is not None:
        blocks += lesson.evidence.lines(lesson, name)
    if lesson.update is not None and lesson.values:
        words = None if brief else (strong(TEXTS["heading step"]), TEXTS["step text"])
        blocks += lesson.update.lines(lesson, name, words)
    return blocks
