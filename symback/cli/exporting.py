"""``export``: a network as a module that needs only NumPy, with its parameters if wanted."""

from __future__ import annotations

import re
import sys
import textwrap
from argparse import Namespace
from collections.abc import Mapping

import numpy as np

import symback as sb
from symback.cli.complaints import note
from symback.cli.predicting import Trained, outputs_of, trained
from symback.cli.source import derivation_of, network_of
from symback.cli.units import Units
from symback.compiler.program import Program
from symback.errors import ValuesError
from symback.files import write_whole

WIDTH = 96
MOST_NUMBERS = 200_000


def export(options: Namespace) -> int:
    """Print the module, or write it to the files of --to."""
    if options.parameters is None:
        network = network_of(options.source, options.wrt)
        made = Trained(network, Units(), {}, network, {})
    else:
        made = trained(options.source, options.parameters)
    program = _program(options, made)
    source = program.source
    if options.parameters is not None:
        source += _with_parameters(program, made, options.dtype, source)
    for path in options.to:
        note(f"wrote {write_whole(path, source)}")
    if not options.to:
        sys.stdout.write(source)
    return 0


def _program(options: Namespace, made: Trained) -> Program:
    """Return the program of the outputs with --forward, else of the loss and its gradients."""
    if options.forward or options.output:
        outputs = options.output
        if not outputs and made.targets:
            outputs = outputs_of(made, ())
        return sb.lambdify(made.predicting, outputs or None, dtype=options.dtype)
    learned = tuple(t.name for t in made.network.parameters)
    options.wrt = options.wrt or learned
    return sb.lambdify(derivation_of(options, made.whole), dtype=options.dtype)


def _with_parameters(program: Program, made: Trained, dtype: str, source: str) -> str:
    """Return the text behind a module: its parameters, and a function that needs only data."""
    kinds = {name: made.whole[name] for name in program.inputs}
    arrays = {name: array.astype(dtype) for name, array in made.parameters(program).items()}
    data = [name for name in kinds if name not in arrays]
    _check_length(arrays)
    goal = "value_and_gradients" if program.value else "outputs"
    called = re.findall(rf"^def ({goal}\w*)\(", source, re.MULTILINE)[-1]
    own = {name: _fresh(name, source) for name in ("PARAMETERS", "CLASSES")}
    own["function"] = _fresh("learned" if program.value else "predict", source)
    text = ["\n", _dictionary(own["PARAMETERS"], arrays, dtype)]
    meant = {*data, *(made.targets.get(name) for name in program.outputs)}
    classes = {name: texts for name, texts in made.units.classes.items() if name in meant}
    if classes:
        text.append(f"{own['CLASSES']} = {{\n{_classes(classes)}}}\n")
    text.append(_function(own, called, data, kinds, dtype))
    numpy_there = re.search(r"^import numpy$", source, re.MULTILINE)
    return ("" if numpy_there else "\n\nimport numpy\n") + "\n".join(text)


def _check_length(arrays: Mapping[str, np.ndarray]) -> None:
    count = sum(array.size for array in arrays.values())
    if count > MOST_NUMBERS:
        raise ValuesError(
            "a module with its parameters was asked for", f"{count:,} numbers",
            f"up to {MOST_NUMBERS:,} are written into a module; leave --parameters out, and read "
            "the .npz file with numpy.load",
        )  # fmt: skip


def _fresh(name: str, source: str) -> str:
    while re.search(rf"\b{name}\b", source):
        name += "_"
    return name


def _dictionary(name: str, arrays: Mapping[str, np.ndarray], dtype: str) -> str:
    rows = []
    for tensor, array in arrays.items():
        numbers = f'"{tensor}": numpy.array({array.tolist()!r}, numpy.{dtype}),'
        rows += textwrap.wrap(
            numbers, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return "\n".join([f"{name} = {{", *rows, "}", ""])


def _classes(classes: Mapping[str, tuple[str, ...]]) -> str:
    return "".join(f'    "{name}": {tuple(texts)!r},\n' for name, texts in classes.items())


def _function(
    own: Mapping[str, str], called: str, data: list[str], kinds: Mapping[str, object], dtype: str
) -> str:
    """Return the function of the data alone, which may be lists or arrays of any type."""
    types = {name: "int64" if kinds[name].integer else dtype for name in data}
    given = "".join(
        f"        {name}=numpy.asarray({name}, numpy.{types[name]}, order='C'),\n".replace("'", '"')
        for name in data
    )
    shapes = ", ".join(str(kinds[name]) for name in data) or "nothing"
    return (
        f"\ndef {own['function']}({', '.join(data)}):\n"
        f'    """Return what {called} returns for {shapes}, with {own["PARAMETERS"]}."""\n'
        f"    return {called}(\n{given}        **{own['PARAMETERS']},\n    )\n"
    )
