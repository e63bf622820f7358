"""The options of each command, its help, and the texts that they are read from."""

from __future__ import annotations

import argparse

import symback as sb
from symback.cli import commands
from symback.cli.arguments import (
    Kinds,
    Parser,
    add_at,
    add_command,
    add_seed,
    add_source,
    add_to,
    add_wrt,
    entry,
    optimizer,
    place,
)
from symback.cli.learning_options import (
    add_cost,
    add_diagnose,
    add_export,
    add_predict,
    add_train,
)
from symback.notation.presets import PRESETS

NEURON = '"E = (sigmoid(w*x+b) - y)**2/2" --wrt w,b'
AT = "--at x=2,w=0.5,b=0,y=1"
LEVELS = ("layers", "equations", "operations", "scalars")
FORMS = ("index", "matrix", "scalar", "numpy")

FIRST_LINES = f"""symback: a network's equations in; every gradient derived, drawn, run and checked.

  symback explain {NEURON} \\
          {AT}
  symback draw    "f = (x + y)*z" --at x=-2,y=5,z=-4 --to circuit.svg
  symback derive  "q = x + y; f = q*z"
  symback verify  "L = (tanh(w*x) - y)**2" --wrt w
  symback train   house.symback --data house.csv --columns X=sqft,rooms Y=price \\
          --scale X=standard Y=standard --epochs 500 --save house.npz
  symback example digits

symback COMMAND --help says more about each."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; each command's function is its default for ``run``."""
    top = Parser(
        prog="symback",
        description="Write a network's equations; get every gradient derived, drawn, run, checked.",
        epilog=FIRST_LINES.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        fromfile_prefix_chars="@",
    )
    top.add_argument("--version", action="version", version=f"symback {sb.__version__}")
    kinds = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for add in COMMANDS:
        add(kinds)
    return top


def _explain(kinds: Kinds) -> None:
    command = add_command(
        kinds, "explain", commands.explain, "the derivation of every gradient, step by step",
        [
            f"symback explain {NEURON} {AT}",
            f"symback explain {NEURON} {AT} --update sgd:0.5",
            "symback explain digits.symback --wrt W1 --weight 3,5 --to W1.tex",
        ],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    add_at(command, "values of inputs and parameters, to show the numbers beside the formulas")
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
    add_to(
        command,
        "write to FILE instead of printing, by its suffix: "
        ".html, .tex, .pdf, .md, .ipynb, .txt, .json",
    )


def _derive(kinds: Kinds) -> None:
    command = add_command(
        kinds, "derive", commands.derive, "the equations of all adjoints, without the steps",
        ['symback derive "f = (x + y)*z"', "symback derive digits.symback --network"],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    add_to(command, "write the recorded steps to a .json FILE instead")
    command.add_argument(
        "--network", action="store_true", help="print the whole derived network, as text form"
    )


def _draw(kinds: Kinds) -> None:
    command = add_command(
        kinds, "draw", commands.draw, "the graph of the equations, as SVG or DOT",
        ["symback draw digits.symback --to digits.svg", f"symback draw {NEURON} {AT} --to n.svg"],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    add_at(command, "values, to show each value and gradient in the picture")
    command.add_argument("--level", choices=LEVELS, default="equations", help="what a node is")
    command.add_argument(
        "--paths", type=entry, metavar="W", help="highlight every path of w1 or of an entry W1[3,5]"
    )
    command.add_argument(
        "--steps", action="store_true", help="the backward pass, a figure for each step"
    )
    command.add_argument(
        "--time", type=int, metavar="STEPS", help="a recurrence written out: its first STEPS"
    )
    command.add_argument(
        "--full", action="store_true", help="every node, also of a network that is drawn by layers"
    )
    add_to(command, "the file to write: .svg, .dot, .tex, .png, .pdf (default: NETWORK.svg)")


def _verify(kinds: Kinds) -> None:
    command = add_command(
        kinds, "verify", commands.verify, "every gradient and every step, checked numerically",
        ["symback verify digits.symback", f"symback verify {NEURON} {AT}"],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    add_at(command, "values to check at (default: random ones)")
    add_seed(command, "seed of the random values")


def _check(kinds: Kinds) -> None:
    command = add_command(
        kinds, "check", commands.check, "your own derivation: right, or where the mistake is",
        [
            'symback check "E = (w*x - y)**2" --wrt w "w = 2*(w*x - y)"',
            'symback check digits.symback "dW1 = X.T @ ((P - Y) @ W2.T * (1 - A1**2)) / N"',
            "symback check digits.symback backward.py --hints 1",
            "symback check mazur.symback E=0.291027924 --after --update sgd:0.5 --at start.json",
        ],
    )  # fmt: skip
    add_source(command)
    command.add_argument(
        "claims", nargs="+", metavar="CLAIM",
        help="lines such as \"w = (a - y)*x\", a .py file of a backward pass (read, never run), or "
        "an .npz or .json file of gradients (with --at)",
    )  # fmt: skip
    add_wrt(command)
    add_at(command, "the values with which numbers were computed")
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
    add_seed(command, "seed of the random values")


def _example(kinds: Kinds) -> None:
    command = add_command(
        kinds, "example", commands.example, "list the examples, or run one",
        ["symback example", "symback example digits --quick"],
    )  # fmt: skip
    command.add_argument("name", nargs="?", help="which example")
    command.add_argument("--quick", action="store_true", help="run it small, in a second or two")


COMMANDS = (
    _explain, _derive, _draw, _verify, _check, add_train, add_predict, add_export, add_diagnose,
    add_cost, _example,
)  # fmt: skip
