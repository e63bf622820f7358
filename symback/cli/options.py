"""The options of each command, its help, and the texts that they are read from."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import symback as sb
from symback.cli import commands
from symback.cli.values import number
from symback.errors import SymbackError
from symback.notation.presets import PRESETS

NEURON = '"E = (sigmoid(w*x+b) - y)**2/2" --wrt w,b'
AT = "--at x=2,w=0.5,b=0,y=1"
OPTIMISERS = {"sgd": "SGD", "adam": "Adam"}
LEVELS = ("layers", "equations", "operations", "scalars")
FORMS = ("index", "matrix", "scalar", "numpy")


def names(text: str) -> tuple[str, ...]:
    """Return the names in ``w,b``."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def place(text: str) -> tuple[int, ...]:
    """Return the positions in ``3,5``; raises ArgumentTypeError."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no place; write 3,5") from None


def entry(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the name and the positions in ``W1[3,5]`` or ``w1``; raises ArgumentTypeError."""
    name, bracket, rest = text.partition("[")
    return name.strip(), place(rest.strip().removesuffix("]")) if bracket else ()


def optimizer(text: str) -> sb.Optimizer:
    """Return the optimiser that ``adam:0.001`` or ``sgd:0.5`` spells; raises ArgumentTypeError."""
    name, colon, rate = text.partition(":")
    if name.lower() not in OPTIMISERS:
        known = " or ".join(f"{n}:0.01" for n in OPTIMISERS)
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no optimiser; write {known}")
    kind = getattr(sb, OPTIMISERS[name.lower()])
    try:
        return kind(number(rate, name)) if colon else kind()
    except SymbackError as error:
        raise argparse.ArgumentTypeError(f"{text[:40]!r}: {error.found}") from None
    except TypeError:
        raise argparse.ArgumentTypeError(f"{name} needs a rate; write {name}:0.5") from None


def npz(text: str) -> str:
    """Return a path that ends in .npz; raises ArgumentTypeError before anything is learned."""
    if not text.endswith(".npz"):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} does not end in .npz")
    return text


def _whole(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is no whole number from {least}")
        return value

    return whole


FIRST_LINES = f"""symback: a network's equations in; every gradient derived, drawn, run and checked.

  symback explain {NEURON} \\
          {AT}
  symback draw    "f = (x + y)*z" --at x=-2,y=5,z=-4 --to circuit.svg
  symback derive  "q = x + y; f = q*z"
  symback verify  "L = (tanh(w*x) - y)**2" --wrt w
  symback train   house.symback --data house.csv --columns X=sqft,rooms Y=price --epochs 50
  symback example digits

symback COMMAND --help says more about each."""

NOT_YET = {
    "predict": ("outputs for new data, from saved parameters", "run.predict(values, name)"),
    "export": ("an importable NumPy module", 'sb.lambdify(sb.derive(network)).save("grad.py")'),
    "diagnose": ("what the gradients do on their way", "sb.lambdify(sb.derive(network))(values)"),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; each command's function is its default for ``run``."""
    top = argparse.ArgumentParser(
        prog="symback",
        description="Write a network's equations; get every gradient derived, drawn, run, checked.",
        epilog=FIRST_LINES.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"symback {sb.__version__}")
    kinds = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for add in (_explain, _derive, _draw, _verify, _check, _train, _example):
        add(kinds)
    for name, (says, instead) in NOT_YET.items():
        command = _command(kinds, name, commands.not_yet, f"{says} (not yet)", [])
        command.set_defaults(instead=instead)
        command.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return top


def _explain(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "explain", commands.explain, "the derivation of every gradient, step by step",
        [
            f"symback explain {NEURON} {AT}",
            f"symback explain {NEURON} {AT} --update sgd:0.5",
            "symback explain digits.symback --wrt W1 --weight 3,5 --to W1.tex",
        ],
    )  # fmt: skip
    _source(command)
    _wrt(command)
    _at(command, "values of inputs and parameters, to show the numbers beside the formulas")
    command.add_argument("--weight", type=place, metavar="I,J", help="one entry of --wrt's tensor")
    command.add_argument(
        "--form", choices=FORMS, default="index", help="how formulas are written (default: index)"
    )
    command.add_argument(
        "--notation", choices=tuple(PRESETS), help="symbols after a book (default: symback's own)"
    )
    command.add_argument(
        "--detail", type=int, choices=(0, 1, 2, 3), default=2,
        help="0 one sentence, 1 an outline, 2 the chain (default), 3 the algebra too",
    )  # fmt: skip
    command.add_argument(
        "--update", type=optimizer, metavar="sgd:RATE", help="show the step of this optimiser too"
    )
    _to(
        command,
        "write to FILE instead of printing, by its suffix: "
        ".html, .tex, .pdf, .md, .ipynb, .txt, .json",
    )


def _derive(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "derive", commands.derive, "the equations of all adjoints, without the steps",
        ['symback derive "f = (x + y)*z"', "symback derive digits.symback --network"],
    )  # fmt: skip
    _source(command)
    _wrt(command)
    _to(command, "write the recorded steps to a .json FILE instead")
    command.add_argument(
        "--network", action="store_true", help="print the whole derived network, as text form"
    )


def _draw(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "draw", commands.draw, "the graph of the equations, as SVG or DOT",
        ["symback draw digits.symback --to digits.svg", f"symback draw {NEURON} {AT} --to n.svg"],
    )  # fmt: skip
    _source(command)
    _wrt(command)
    _at(command, "values, to show each value and gradient in the picture")
    command.add_argument("--level", choices=LEVELS, default="equations", help="what a node is")
    command.add_argument(
        "--paths", type=entry, metavar="W", help="highlight every path of w1 or of an entry W1[3,5]"
    )
    command.add_argument(
        "--steps", action="store_true", help="the backward pass, a figure for each step"
    )
    command.add_argument(
        "--full", action="store_true", help="every node, also of a network that is drawn by layers"
    )
    _to(command, "the file to write: .svg, .dot, .tex, .png, .pdf (default: NETWORK.svg)")


def _verify(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "verify", commands.verify, "every gradient and every step, checked numerically",
        ["symback verify digits.symback", f"symback verify {NEURON} {AT}"],
    )  # fmt: skip
    _source(command)
    _wrt(command)
    _at(command, "values to check at (default: random ones)")
    command.add_argument(
        "--seed", type=_whole(0), default=0, metavar="NUMBER", help="seed of the random values"
    )


def _check(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "check", commands.check, "your own derivation: right, or where the mistake is",
        [
            'symback check "E = (w*x - y)**2" --wrt w "w = 2*(w*x - y)"',
            'symback check digits.symback "dW1 = X.T @ ((P - Y) @ W2.T * (1 - A1**2)) / N"',
            "symback check digits.symback backward.py --hints 1",
            "symback check mazur.symback E=0.291027924 --after --update sgd:0.5 --at start.json",
        ],
    )  # fmt: skip
    _source(command)
    command.add_argument(
        "claims", nargs="+", metavar="CLAIM",
        help="lines such as \"w = (a - y)*x\", a .py file of a backward pass (read, never run), or "
        "an .npz or .json file of gradients (with --at)",
    )  # fmt: skip
    _wrt(command)
    _at(command, "the values with which numbers were computed")
    command.add_argument(
        "--hints", type=int, choices=(0, 1, 2, 3, 4), default=4,
        help="0 verdicts, 1 where to look, 2 what kind of mistake, 3 the cause, 4 the answer "
        "(default)",
    )  # fmt: skip
    command.add_argument(
        "--map", metavar="dz=Z1", help="what names of your own mean, separated by commas"
    )
    command.add_argument(
        "--after", action="store_true", help="the claims are about values after the --update"
    )
    command.add_argument(
        "--update",
        type=optimizer,
        metavar="sgd:RATE",
        help="the update of --after, and of weights that were changed too early",
    )
    command.add_argument(
        "--seed", type=_whole(0), default=0, metavar="NUMBER", help="seed of the random values"
    )


def _train(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "train", commands.train, "learn the parameters from a data file",
        [
            "symback train digits.symback --data digits.npz --epochs 30 --batch 64 --save w.npz",
            "symback train house.symback --data house.csv --columns X=sqft,rooms Y=price \\\n"
            "              --epochs 50 --optimizer sgd:0.01",
        ],
    )  # fmt: skip
    _source(command)
    command.add_argument(
        "--data", required=True, metavar="FILE", help=".npz with an array for each input, or .csv"
    )
    command.add_argument(
        "--columns", nargs="+", default=[], metavar="X=a,b",
        help="which columns are which input (default: columns of the inputs' names)",
    )  # fmt: skip
    command.add_argument(
        "--epochs", type=_whole(1), required=True, metavar="COUNT", help="passes over the data"
    )
    command.add_argument("--batch", type=_whole(1), metavar="SIZE", help="samples in a step")
    command.add_argument(
        "--optimizer", type=optimizer, default="adam:0.001", metavar="NAME:RATE",
        help="adam:0.001 (default) or sgd:0.1",
    )  # fmt: skip
    command.add_argument(
        "--seed", type=_whole(0), default=0, metavar="NUMBER", help="seed of start and shuffling"
    )
    command.add_argument(
        "--dtype", choices=("float64", "float32"), default="float64", help="how numbers are stored"
    )
    _at(command, "parameters to start from")
    command.add_argument(
        "--save", type=npz, metavar="FILE", help="write the parameters to an .npz file"
    )


def _example(kinds: argparse._SubParsersAction) -> None:
    command = _command(
        kinds, "example", commands.example, "list the examples, or run one",
        ["symback example", "symback example digits --quick"],
    )  # fmt: skip
    command.add_argument("name", nargs="?", help="which example")
    command.add_argument("--quick", action="store_true", help="run it small, in a second or two")


def _command(
    kinds: argparse._SubParsersAction,
    name: str,
    run: Callable[[argparse.Namespace], int],
    says: str,
    examples: list[str],
) -> argparse.ArgumentParser:
    shown = "".join(f"\n  {line}" for line in examples)
    command = kinds.add_parser(
        name,
        help=says,
        description=f"{says[0].upper()}{says[1:]}.",
        epilog=f"examples:{shown}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(run=run, wrt=(), at=None, to=[])
    return command


def _source(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "source", metavar="FILE|EQUATIONS",
        help="a .symback file, or equations such as \"E = (w*x - y)**2\", several separated by ;",
    )  # fmt: skip


def _wrt(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--wrt", type=names, default=(), metavar="W,B", help="by what (default: all parameters)"
    )


def _at(command: argparse.ArgumentParser, says: str) -> None:
    command.add_argument(
        "--at", action="append", metavar="x=2,w=0.5|FILE", help=f"{says}; a .json or .npz file too"
    )


def _to(command: argparse.ArgumentParser, says: str) -> None:
    command.add_argument(
        "--to", action="append", default=[], metavar="FILE", help=f"{says}; may be repeated"
    )
