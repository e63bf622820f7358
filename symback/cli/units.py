"""Units: how what stands in a file becomes the numbers that a network reads, and back.

Classes are texts that become their positions in a list. A scale moves and divides: what the network
reads is (x − shift)/divisor, with an own shift and divisor for each position behind the samples'
axis. Both are kept in the file of the parameters, under names that no tensor can have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symback.cli.csv_files import Labels
from symback.cli.values import CLASSES, COLUMNS, DIVISOR, SHIFT, number
from symback.errors import ValuesError
from symback.network.network import Network
from symback.network.tensors import Tensor

NAMED_SCALES = {
    "standard": lambda x: (x.mean(axis=0), x.std(axis=0)),
    "minmax": lambda x: (x.min(axis=0), x.max(axis=0) - x.min(axis=0)),
}
SCALES = "X=standard (mean 0, deviation 1), X=minmax (0 to 1), or X=255 (divided by that)"


@dataclass(frozen=True, slots=True)
class Scale:
    """What the network reads is (x − shift)/divisor."""

    shift: np.ndarray
    divisor: np.ndarray


@dataclass(frozen=True, slots=True)
class Units:
    """Columns, classes and scales by tensor."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scales: Mapping[str, Scale] = field(default_factory=dict)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """All of it as arrays, for a file: X.columns, X.shift, X.divisor, Y.classes."""
        texts = ((self.columns, COLUMNS), (self.classes, CLASSES))
        found = {name + end: np.array(kept) for by, end in texts for name, kept in by.items()}
        for name, scale in self.scales.items():
            found |= {name + SHIFT: scale.shift, name + DIVISOR: scale.divisor}
        return found


def units_of(arrays: Mapping[str, np.ndarray]) -> Units:
    """Return the units among the arrays of a file of parameters."""

    def texts(end: str) -> dict[str, tuple[str, ...]]:
        found = {n.removesuffix(end): a for n, a in arrays.items() if n.endswith(end)}
        return {name: tuple(map(str, np.ravel(array))) for name, array in found.items()}

    scaled = [n.removesuffix(SHIFT) for n in arrays if n.endswith(SHIFT)]
    scales = {
        name: Scale(arrays[name + SHIFT], arrays[name + DIVISOR])
        for name in scaled
        if name + DIVISOR in arrays
    }
    return Units(texts(COLUMNS), texts(CLASSES), scales)


# Classes -----------------------------------------------------------------------------------------


def found_classes(
    data: Mapping[str, np.ndarray | Labels], wished: frozenset[str], network: Network
) -> dict[str, tuple[str, ...]]:
    """Return the classes of each tensor with labels: as numbers in order, else by the alphabet.

    Labels that are whole numbers are taken as they are, if the network says how many classes there
    are and no others were wished for.
    """
    labels = {name: found for name, found in data.items() if isinstance(found, Labels)}
    return {
        name: tuple(sorted(found.texts, key=_numerically))
        for name, found in labels.items()
        if name in wished
        or not network[name].shape[-1].is_Integer
        or not all(text.isdecimal() for text in found.texts)
    }


def encoded(
    data: Mapping[str, np.ndarray | Labels],
    classes: Mapping[str, tuple[str, ...]],
    network: Network,
) -> dict[str, np.ndarray]:
    """Return the data with integers for labels, ones and zeros if one-hot; raises ValuesError."""
    return {
        name: _encoded(network[name], found, classes.get(name))
        if isinstance(found, Labels)
        else found
        for name, found in data.items()
    }


def _encoded(tensor: Tensor, labels: Labels, classes: tuple[str, ...] | None) -> np.ndarray:
    if classes is None:
        every = range(len(labels.texts))
        return np.array([_class_number(tensor, labels, code) for code in every])[labels.codes]
    _check_count(tensor, labels, classes)
    places = {text: place for place, text in enumerate(classes)}
    unknown = [code for code, text in enumerate(labels.texts) if text not in places]
    if unknown:
        first = int(np.argmax(np.isin(labels.codes, unknown)))
        found = labels.texts[labels.codes.flat[first]]
        raise ValuesError(
            f"{labels.place(first)}: a class of {tensor} was asked for", repr(found[:40]),
            f"its classes: {_listed(classes)}",
        )  # fmt: skip
    numbers = np.array([places[text] for text in labels.texts])[labels.codes]
    return np.eye(len(classes))[numbers] if tensor.one_hot else numbers


def _class_number(tensor: Tensor, labels: Labels, code: int) -> int:
    """Return the class that a label spells, a whole number; raises ValuesError for another one."""
    text, count = labels.texts[code], int(tensor.shape[-1])
    if text.isdecimal() and len(text) < 19 and int(text) < count:
        return int(text)
    first = int(np.argmax(labels.codes == code))
    raise ValuesError(
        f"{labels.place(first)}: a class of {tensor} was asked for, 0 to {count - 1}",
        repr(text[:40]), f"--one-hot {tensor.name} makes classes of whatever stands there",
    )  # fmt: skip


def _check_count(tensor: Tensor, labels: Labels, classes: tuple[str, ...]) -> None:
    """Raise ValuesError unless there are as many classes as the tensor has room for."""
    asked = f"classes for {tensor} were asked for"
    found = f"{len(classes)} in {labels.place(0).partition(',')[0]}: {_listed(classes)}"
    if tensor.one_hot:
        size = tensor.shape[-1]
        if size.is_Integer and int(size) != len(classes):
            helps = f"index {tensor.letters[-1]}:{len(classes)}, or data with {size} classes"
            raise ValuesError(asked, found, helps)
    elif not tensor.integer and len(classes) != 2:
        raise ValuesError(
            asked, found,
            "two classes become 0 and 1; for more declare it one_hot, with a letter for the class",
        )  # fmt: skip


def _numerically(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(text[:30] for text in texts[:12]) + ", …" * (len(texts) > 12)


# Scales ------------------------------------------------------------------------------------------


def fitted_scales(
    wished: Mapping[str, str], data: Mapping[str, np.ndarray], network: Network
) -> dict[str, Scale]:
    """Return the scale of each tensor, measured on the data; raises ValuesError.

    What is the same in all samples is moved and not divided.
    """
    for name, how in wished.items():
        if name not in data:
            helps = f"the data is for {', '.join(data)}"
            raise ValuesError(f"--scale {name}={how[:40]}", f"no data for {name[:40]}", helps)
    return {name: _fitted(network[name], how, data[name]) for name, how in wished.items()}


def _fitted(tensor: Tensor, how: str, array: np.ndarray) -> Scale:
    asked = f"--scale {tensor.name}={how[:40]}"
    if tensor.one_hot or tensor.integer or not tensor.rank:
        kind = "one_hot" if tensor.one_hot else "integer" if tensor.integer else "a scalar"
        raise ValuesError(asked, f"{tensor}, which is {kind}", "scale what is measured")
    if how in NAMED_SCALES:
        shift, divisor = NAMED_SCALES[how](np.asarray(array, dtype=float))
    elif how[:1].isalpha():
        raise ValuesError(asked, "no such scale", f"write {SCALES}")
    else:
        shift, divisor = np.zeros(array.shape[1:]), np.full(array.shape[1:], number(how, asked))
        if not divisor.all():
            raise ValuesError(asked, "a division by 0", f"write {SCALES}")
    return Scale(np.asarray(shift), np.where(divisor == 0, 1.0, divisor))
