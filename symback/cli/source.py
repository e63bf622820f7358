"""What a command works on: a network file, or equations typed on the command line."""

from __future__ import annotations

import os
import re
from argparse import Namespace

from symback.derivation.derive import Derivation, derive
from symback.errors import DefinitionError, FileError
from symback.network.names import CONSTANT_NAMES, LINE_KEYWORDS, checked_new_name
from symback.network.network import Network, reads
from symback.network.stages import staged
from symback.network.text_reader import parse, read

# A name that no number and no attribute ends in, and that is not called.
NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*(?!\w)(?!\s*\()")
TYPED = "the equations"
WORDS = (*CONSTANT_NAMES, "and", "or", "not")


def network_of(text: str, by: tuple[str, ...] = ()) -> Network:
    """Return the network of a file, or of equations with the names ``by`` as parameters.

    Text that holds an = is equations, one a line or separated by ``;``; anything else names a file.
    Names that are not defined are scalar inputs; without ``by`` all of them are parameters. The
    loss is the last equation that no other reads. Inner functions and sums become stages.
    Raises SymbackError.
    """
    if not any(mark in text for mark in "=;\n"):
        return read(_path(text))
    lines = [line.strip() for line in re.split(r"[;\n]", text) if line.strip()]
    if not lines or any(line.split()[0] in LINE_KEYWORDS for line in lines):
        return parse("\n".join(lines), TYPED)
    network = parse(_declared(lines, by), TYPED)
    return staged(network, loss=_goal(network))


def derivation_of(options: Namespace, network: Network | None = None) -> Derivation:
    """Return the derivation that source, --of and --wrt ask for; raises SymbackError."""
    network = network_of(options.source, options.wrt) if network is None else network
    if options.of is None:
        computed = [equation.target for equation in network.equations]
        check_loss(network, f"; or say of what: --of {computed[-1]}" if computed else "")
    if not options.wrt and not network.parameters:
        free = ",".join(t.name for t in network.inputs[:8])
        raise DefinitionError(
            f"the gradients of the network {network.name}", "no parameter to differentiate by",
            f"say by what, --wrt {free or 'w'}, or declare it: parameter w[i]",
        )  # fmt: skip
    return derive(network, wrt=options.wrt or None, of=options.of)


def check_loss(network: Network, other: str = "") -> None:
    """Raise DefinitionError for a network without a loss; ``other`` is what helps besides."""
    if network.loss_name is None:
        raise DefinitionError(
            f"the gradients of the network {network.name}", "no loss",
            f"add a line such as: loss L = mean((p[n] - y[n])**2, n){other}",
        )  # fmt: skip


def _path(text: str) -> str:
    """Return the path of a file that is there; raises FileError with what else could be meant."""
    if not os.path.exists(text):
        raise FileError(
            f"the network in {text[:200]!r}", "no such file, and no equation either: it has no =",
            'check the path, or write an equation, in quotes: "E = (w*x - y)**2"',
        )  # fmt: skip
    return text


def _declared(lines: list[str], by: tuple[str, ...]) -> str:
    """Return the text of a network: the lines as they are, then the declarations."""
    targets = [line.partition("=")[0].strip() for line in lines]
    names = [n for line in lines for n in NAME.findall(line.partition("=")[2])]
    free = [n for n in dict.fromkeys(names) if n not in (*targets, *WORDS)]
    unknown = [name for name in by if name not in (*free, *targets)]
    if unknown:
        raise DefinitionError(
            f"--wrt {','.join(by)[:60]}", f"no name {unknown[0][:40]!r} in the equations",
            f"their names: {', '.join((*free, *targets))}",
        )  # fmt: skip
    for name in free:
        checked_new_name(name, TYPED, {})
    parameters = [name for name in free if name in by or not by]
    inputs = [name for name in free if name not in parameters]
    # Why at the end? So that the places in errors are those of the equations.
    text = [*lines, "network equation"]
    text += [f"input {' '.join(inputs)}"] if inputs else []
    text += [f"parameter {' '.join(parameters)}"] if parameters else []
    return "\n".join(text)


def _goal(network: Network) -> str:
    """Return the last tensor that no equation reads."""
    read = {name for equation in network.equations for name in reads(equation)}
    return [e.target for e in network.equations if e.target not in read][-1]
