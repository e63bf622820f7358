"""The options of the commands for data: train, predict, export, diagnose, cost."""

from __future__ import annotations

from symback.cli import diagnosing, exporting, learning, predicting
from symback.cli.arguments import (
    Kinds,
    add_at,
    add_command,
    add_data,
    add_seed,
    add_source,
    add_to,
    add_wrt,
    clipping,
    ending,
    names,
    optimizer,
    schedule,
    whole,
)
from symback.cli.spellings import CLIPPINGS, SCHEDULES
from symback.training.metrics import KINDS as METRICS
from symback.training.optimisers import OPTIMISERS

SETTINGS = "adam:0.001,beta1=0.8"


def add_train(kinds: Kinds) -> None:
    """Add ``train``."""
    command = add_command(
        kinds, "train", learning.train, "learn the parameters from a data file",
        [
            "symback train digits.symback --data digits.npz --epochs 30 --batch 64 --save w.npz",
            "symback train house.symback --data house.csv --columns X=sqft,rooms Y=price \\\n"
            "              --scale X=standard Y=standard --epochs 200 --batch 32 --val 0.2 \\\n"
            "              --optimizer adam:0.01 --patience 20 --save house.npz",
            "symback train iris.symback --data iris.csv --columns X=.. --one-hot Y=species \\\n"
            "              --epochs 100 --metrics accuracy --val 0.3",
            "symback train house.symback @house.options     # words of the command, from a file",
        ],
    )  # fmt: skip
    add_source(command)
    add_data(command, "columns of the inputs' names")
    command.add_argument(
        "--val", metavar="SHARE|FILE", help="data held back: a share such as 0.2, or a file"
    )
    command.add_argument(
        "--epochs", type=whole(1), required=True, metavar="COUNT", help="passes over the data"
    )
    command.add_argument("--batch", type=whole(1), metavar="SIZE", help="samples in a step")
    command.add_argument(
        "--optimizer", type=optimizer, default="adam:0.001", metavar="NAME:RATE",
        help=f"{', '.join(OPTIMISERS)}, with settings: {SETTINGS} (default: adam:0.001)",
    )  # fmt: skip
    command.add_argument(
        "--schedule", type=schedule, metavar="NAME",
        help=f"how the rate changes: {', '.join(SCHEDULES)}; warmup:5+cosine is one after another",
    )  # fmt: skip
    command.add_argument(
        "--clip", type=clipping, metavar="NAME:LIMIT",
        help=f"bound the gradient by its {' or '.join(CLIPPINGS)}: norm:1",
    )  # fmt: skip
    command.add_argument(
        "--patience", type=whole(1), metavar="EPOCHS",
        help="end when the loss of --val has not become better for so long; save the best",
    )  # fmt: skip
    command.add_argument(
        "--metrics", type=names, metavar="A,B", help=f"measured on --val: {', '.join(METRICS)}"
    )
    add_seed(command, "seed of start, order and held-back share (default: 0)")
    command.add_argument(
        "--dtype", choices=("float64", "float32"), default="float64", help="how numbers are stored"
    )
    add_at(command, "parameters to start from, and inputs that the data does not hold")
    command.add_argument(
        "--save", type=ending(".npz"), metavar="FILE", help="write the parameters to an .npz file"
    )
    command.add_argument(
        "--history", action="append", default=[], metavar="FILE",
        type=ending(".json", ".csv", ".svg", ".png"),
        help="write the history as .json or .csv, or as a chart, .svg or .png; may be repeated",
    )  # fmt: skip
    command.add_argument(
        "--checkpoint", type=ending(".npz"), metavar="FILE",
        help="keep the training in an .npz file while it goes on",
    )  # fmt: skip
    command.add_argument(
        "--resume", action="store_true", help="go on from the file of --checkpoint if it is there"
    )


def add_predict(kinds: Kinds) -> None:
    """Add ``predict``."""
    command = add_command(
        kinds, "predict", predicting.predict, "outputs for new data, from saved parameters",
        [
            "symback predict house.symback --parameters house.npz --data new.csv --to prices.csv",
            "cat new.csv | symback predict iris.symback --parameters iris.npz --data -",
            "symback predict digits.symback --parameters w.npz --data d.npz --output P,A1 \\\n"
            "              --to p.npz",
        ],
    )  # fmt: skip
    add_source(command)
    command.add_argument(
        "--parameters", required=True, metavar="FILE", help="the .npz file that train has saved"
    )
    add_data(command, "those of the training", scale=False)
    command.add_argument(
        "--output", type=names, default=(), metavar="P,Q",
        help="which tensors (default: those that predict an input of the loss)",
    )  # fmt: skip
    add_at(command, "inputs that the data does not hold")
    _add_written(command, "write to a .csv or .npz FILE instead of printing", ".csv", ".npz")


def add_export(kinds: Kinds) -> None:
    """Add ``export``."""
    command = add_command(
        kinds, "export", exporting.export, "an importable module that needs only NumPy",
        [
            "symback export digits.symback --to grad.py",
            "symback export house.symback --forward --parameters house.npz --to house.py",
        ],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    command.add_argument(
        "--forward", action="store_true", help="the outputs only, without loss and gradients"
    )
    command.add_argument(
        "--output", type=names, default=(), metavar="P,Q", help="which tensors (with --forward)"
    )
    command.add_argument(
        "--parameters", metavar="FILE", help="an .npz file of parameters to write into the module"
    )
    command.add_argument(
        "--dtype", choices=("float64", "float32"), default="float64", help="how numbers are stored"
    )
    _add_written(command, "write to a .py FILE instead of printing", ".py")


def add_diagnose(kinds: Kinds) -> None:
    """Add ``diagnose``."""
    command = add_command(
        kinds, "diagnose", diagnosing.diagnose, "what gradients do on their way, and why",
        [
            "symback diagnose digits.symback --data digits.npz",
            "symback diagnose iris.symback --data iris.csv --columns X=.. --one-hot Y=species \\\n"
            "              --scale X=standard --update adam:0.01 --to start.html",
            "symback diagnose iris.symback --at iris.npz --data iris.csv   # after training",
        ],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    add_data(command, "columns of the inputs' names", required=False)
    add_at(command, "parameters (default: where training would start), and inputs")
    command.add_argument(
        "--update", type=optimizer, metavar="NAME:RATE",
        help="show too by how much the first step of this optimiser changes each parameter",
    )  # fmt: skip
    add_seed(command, "seed of the parameters that are not given (default: 0)")
    add_to(command, "write to FILE instead: a chart (.svg, .png), or .html, .tex, .md, .txt")


def add_cost(kinds: Kinds) -> None:
    """Add ``cost``."""
    command = add_command(
        kinds, "cost", diagnosing.cost, "the operations and memory of a loss and its gradients",
        ["symback cost digits.symback", "symback cost digits.symback --sizes N=64"],
    )  # fmt: skip
    add_source(command)
    add_wrt(command)
    command.add_argument(
        "--sizes", nargs="+", default=[], metavar="N=32", help="numbers for sizes that are open"
    )
    add_to(command, "write to FILE instead: a chart (.svg, .png), or .html, .tex, .md, .txt")


def _add_written(command: object, says: str, *suffixes: str) -> None:
    command.add_argument(
        "--to", action="append", default=[], metavar="FILE", type=ending(*suffixes), help=says
    )
