"""The text form of a network, written: str(network), which parse reads back as an equal network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symback.algebra.letters import Index
from symback.algebra.plain import plain
from symback.network.network import Network
from symback.network.tensors import BUFFER, DEFINED, STATE, Equation, Tensor
from symback.network.wellformed import letters_of

WIDTH = 100
INDENT = "    "
# Where a line may be broken: behind a comma, and before the sign of a term.
BREAKS = re.compile(r"(?<=, )|(?= [-+] )|[()\[\]]")


def text_of(network: Network) -> str:
    """Return the text form: declarations, equations in order, then the LaTeX of names.

    Lines run to 100 columns where brackets allow to break them. Initial values that were given as
    an array are values, not text: a comment says where they were left out.
    """
    lines = [f"network {network.name}"]
    lines += _filled("index", map(_sized, _letters(network)))
    lines += _filled("input", map(_declared, network.inputs))
    lines += _filled("parameter", map(_declared, network.parameters))
    arrays = [t.name for t in network.parameters if t.init is not None and not _is_rule(t)]
    lines += _filled("# given as arrays, and left out, are the initial values of", arrays)
    lines += [f"constant {tensor.name} = {plain(tensor.value)}" for tensor in network.constants]
    lines += [f"random {tensor} {tensor.distribution}" for tensor in network.randoms]
    for tensor in (*network.buffers, *network.states):
        keyword = BUFFER if tensor.kind == BUFFER else STATE
        if tensor.initial is None:
            lines.append(f"{keyword} {tensor}")
        else:
            lines += _broken(f"{keyword} {tensor} initial", plain(tensor.initial))
    for equation in network.equations:
        lines += _broken(_left(equation.kind, equation), plain(equation.written))
    for keyword, beside in (("update", network.updates), ("prediction", network.predictions)):
        for equation in beside.values():
            lines += _broken(_left(keyword, equation), plain(equation.written))
    named = (f'{t.name} = "{t.latex}"' for t in network.tensors.values() if t.latex)
    lines += _filled("latex", named)
    return "\n".join(lines)


def _letters(network: Network) -> Iterable[Index]:
    """Return the letters in the order of the text: of what is given, of states, of equations."""
    found: dict[Index, None] = {}
    for tensor in (*network.given, *network.states):
        found.update(dict.fromkeys(tensor.letters))
        if tensor.initial is not None:
            found.update(dict.fromkeys(letters_of(tensor.initial)))
    beside = (*network.updates.values(), *network.predictions.values())
    for equation in (*network.equations, *beside):
        found.update(dict.fromkeys((*equation.letters, *letters_of(equation.written))))
    return found


def _sized(letter: Index) -> str:
    return f"{letter.name}:{plain(letter.size).replace(' ', '')}"


def _is_rule(tensor: Tensor) -> bool:
    return isinstance(tensor.init, str)


def _declared(tensor: Tensor) -> str:
    text = str(tensor) + " one_hot" * tensor.one_hot + " integer" * tensor.integer
    return f"{text} init {tensor.init}" if _is_rule(tensor) else text


def _left(keyword: str, equation: Equation) -> str:
    return f"{equation.entry} =" if keyword == DEFINED else f"{keyword} {equation.entry} ="


def _filled(keyword: str, words: Iterable[str]) -> Iterator[str]:
    """Yield lines that begin with the keyword and hold as many words as fit."""
    line = keyword
    for word in words:
        if len(line) + 1 + len(word) > WIDTH and line != keyword:
            yield line
            line = keyword
        line = f"{line} {word}"
    if line != keyword:
        yield line


def _broken(left: str, right: str) -> Iterator[str]:
    """Yield ``left right``, in brackets and on several lines if it is too long for one."""
    if len(left) + 1 + len(right) <= WIDTH:
        yield f"{left} {right}"
        return
    places = _break_places(right)
    line, done = f"{left} (", 0
    while len(line) + len(right) - done >= WIDTH:
        room = done + WIDTH - len(line)
        fitting = [p for p in places if done < p[1] <= room]
        fitting = fitting or [p for p in places if p[1] > max(room, done)][:1]
        if not fitting:
            break
        # The place in the fewest brackets; of these the last.
        place = min(fitting, key=lambda p: (p[0], -p[1]))[1]
        yield line + right[done:place].rstrip()
        line, done = INDENT, place + right[place:].startswith(" ")
    yield f"{line}{right[done:]})"


def _break_places(text: str) -> list[tuple[int, int]]:
    """Return (how many brackets are open, where) for each place where a line may be broken."""
    places, depth = [], 0
    for match in BREAKS.finditer(text):
        depth += (match[0] in "([") - (match[0] in ")]") if match[0] else 0
        if not match[0]:
            places.append((depth, match.start()))
    return places


# str() of a network is its text; the network itself cannot import its writer.
Network.__str__ = text_of
