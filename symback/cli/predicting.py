"""``predict``: new data and saved parameters in, predictions in the units of the data out."""

from __future__ import annotations

import csv
import io
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from symback.cli.complaints import note
from symback.cli.data_options import loaded, request_of
from symback.cli.scaled import in_units
from symback.cli.source import network_of
from symback.cli.units import Units, units_of
from symback.cli.values import UNITS, values_of
from symback.compiler.program import Program, compile_network
from symback.errors import DefinitionError, FileError
from symback.files import write_whole
from symback.network.network import Network
from symback.network.tensors import BUFFER, INPUT, PARAMETER
from symback.network.values import checked_values
from symback.training.metrics import pairs_of
from symback.training.storage import load_arrays, save_arrays


@dataclass(frozen=True, slots=True)
class Trained:
    """A network with what was learned: it reads and predicts in the units of its data.

    ``targets`` maps a prediction to the input that it predicts, ``whole`` is the network with its
    scales as equations, ``values`` are its parameters and buffers and the constants of the scales;
    ``path`` is the file that they came from. ``predicting`` is the whole network at prediction.
    """

    network: Network
    units: Units
    targets: Mapping[str, str]
    whole: Network
    values: dict[str, np.ndarray]
    path: str = ""

    @property
    def predicting(self) -> Network:
        return self.whole.predictor()

    def parameters(self, program: Program) -> dict[str, np.ndarray]:
        """Return the parameters and buffers that a program needs; raises ValuesError."""
        needed = [name for name in program.inputs if self.whole[name].kind in (PARAMETER, BUFFER)]
        what = f"the parameters in {self.path}"
        return checked_values(self.whole, self.values, needed, check_finite=True, what=what)[0]


def trained(source: str, path: str) -> Trained:
    """Return the network of a file with the parameters of another; raises SymbackError."""
    network, arrays = network_of(source), load_arrays(path)
    units = units_of(arrays)
    targets = {prediction: target for target, prediction in _pairs(network)}
    whole, constants = in_units(network, units.scales, targets)
    learned = {name: array for name, array in arrays.items() if not name.endswith(UNITS)}
    return Trained(network, units, targets, whole, learned | constants, path)


def outputs_of(given: Trained, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tensors of these names, by default what predicts; raises DefinitionError."""
    if names or given.targets:
        return tuple(given.network[name].name for name in names) or tuple(given.targets)
    computed = ", ".join(e.target for e in given.network.equations[:20])
    raise DefinitionError(
        "an output was asked for", "no tensor that has the letters of a target",
        f"say which: --output P; there are {computed}",
    )  # fmt: skip


def predict(options: Namespace) -> int:
    """Print what the network predicts for new data, or write it to .csv or .npz files."""
    made = trained(options.source, options.parameters)
    outputs = outputs_of(made, options.output)
    program = compile_network(made.predicting, outputs)
    parameters, given = made.parameters(program), values_of(options.at)
    inputs = [n for n in program.inputs if made.whole[n].kind == INPUT and n not in given]
    data = _data(options, made, inputs) if inputs else {}
    predicted = program(parameters | given | data, check_finite=True)
    predictions = Predictions(made, predicted)
    for path in options.to:
        note(f"wrote {predictions.save(path)}")
    if not options.to:
        sys.stdout.write(predictions.table())
    return 0


def _pairs(network: Network) -> list[tuple[str, str]]:
    return pairs_of(network) if network.loss_name else []


def _data(options: Namespace, made: Trained, inputs: list[str]) -> dict[str, np.ndarray]:
    """Return the data that the inputs need, read as it was for training."""
    found = loaded(options.data, request_of(options, inputs), made.network, made.units)
    return {name: found.arrays[name] for name in inputs}


# What is written ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted arrays by tensor; of classes, the likeliest too."""

    made: Trained
    arrays: dict[str, np.ndarray]

    def save(self, path: str) -> Path:
        """Write a .csv with a line for each sample, or an .npz; raises FileError."""
        suffix = Path(path).suffix.lower()
        if suffix == ".npz":
            return save_arrays(path, self.arrays | dict(self._answers()))
        if suffix != ".csv":
            raise FileError(
                f"the predictions in {path[:200]!r}", f"the suffix {suffix!r}", "use .csv or .npz"
            )
        return write_whole(path, self.table())

    def table(self) -> str:
        """Return the text of a table with a line for each sample; raises FileError."""
        heads, columns = zip(*self._columns(), strict=True)
        lengths = {len(column) for column in columns}
        if len(lengths) > 1:
            raise FileError(
                f"a table of {', '.join(self.arrays)}",
                f"columns of {', '.join(map(str, sorted(lengths)))} lines",
                "ask for one of them, or write an .npz file: --to p.npz",
            )  # fmt: skip
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(zip(*columns, strict=True))
        return text.getvalue()

    def _columns(self) -> Iterator[tuple[str, list]]:
        """Yield the head and the cells of each column."""
        answers = dict(self._answers())
        for name, array in self.arrays.items():
            target = self.made.targets.get(name, "")
            if target in answers:
                yield self._head(target, target), answers[target].tolist()
            if array.ndim > 2:
                raise FileError(
                    f"a table of {self.made.network[name]}", f"an array of shape {array.shape}",
                    "write an .npz file: --to p.npz",
                )  # fmt: skip
            heads = self._heads(name, target, 1 if array.ndim < 2 else array.shape[1])
            cells = array.reshape(array.shape[0] if array.ndim else 1, -1)
            yield from zip(heads, cells.T.tolist(), strict=True)

    def _head(self, tensor: str, default: str) -> str:
        """Return the name of the one column that a tensor was in the data."""
        columns = self.made.units.columns.get(tensor, ())
        return columns[0] if len(columns) == 1 else default

    def _heads(self, name: str, target: str, width: int) -> list[str]:
        """Return the heads of a tensor's columns: those of its target, or P(class) of classes."""
        units = self.made.units
        if target in units.classes:
            classes = units.classes[target]
            return [f"{name}({c})" for c in (classes if width == len(classes) else classes[1:])]
        columns = units.columns.get(target, ())
        if len(columns) == width and not self.made.network[target].one_hot:
            return list(columns)
        return [name] if width == 1 else [f"{name}[{place}]" for place in range(width)]

    def _answers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield the class with the largest entry; of one number, the second from a half on."""
        for name, array in self.arrays.items():
            target = self.made.targets.get(name, "")
            one_hot = target and self.made.network[target].one_hot
            if one_hot or target in self.made.units.classes:
                places = array.argmax(axis=-1) if one_hot else (array >= 0.5).astype(int)
                classes = self.made.units.classes.get(target)
                yield target, places if classes is None else np.array(classes)[places]
