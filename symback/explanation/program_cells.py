"""The code of a notebook: the network, its derivation, its gradients, and the check of them.

The lines run from top to bottom with symback alone, and compute what the page above them says.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symback.explanation.texts_notebook import NOTEBOOK
from symback.network.network import Network
from symback.network.values import checked_values

# Of longer arrays the entries are not listed but packed; more than this in all is left out.
MOST_LISTED, MOST_PACKED = 400, 400_000
COLUMNS = 96
UNPACKED = '''def unpacked(text, kind, *shape):
    """Return the array that was packed into text."""
    return np.frombuffer(zlib.decompress(base64.b85decode(text)), kind).reshape(shape)
'''
DIFFERENCES = '''def value_at(name, place, change):
    """Return {what} after one entry was changed."""
    moved = np.array(values[name], dtype=float)
    moved[place] += change
    return {value}


step = 1e-6
print("entry         derived        by differences")
for name, gradient in gradients.items():
    for place in list(np.ndindex(np.shape(gradient)))[:5]:
        derived = float(np.asarray(gradient)[place])
        rise = value_at(name, place, step) - value_at(name, place, -step)
        entry = name + str(list(place) or "")
        print(f"{{entry:12}}  {{derived: .9f}}   {{rise / (2 * step): .9f}}")
        assert np.isclose(derived, rise / (2 * step), rtol=1e-5, atol=1e-7)'''
Cells = list[tuple[str, str]]


def program_cells(derivation: Any, names: Sequence[str], at: Mapping[str, object] | None) -> Cells:
    """Return cells, each a sentence and Python lines, that compute the gradients of ``names``."""
    forward = derivation.forward
    network = f"import numpy as np\nimport symback as sb\n\nnet = sb.parse({quoted(str(forward))})"
    made = f"d = sb.derive(net{_goal(derivation, names)})\nd"
    cells = [
        (NOTEBOOK["network"], f"{network}\nnet"),
        (NOTEBOOK["derivation"].format(name=f'"{names[0]}"'), made),
    ]
    arrays = _arrays(derivation, at) if at is not None else None
    if arrays is None or sum(array.size for array in arrays.values()) > MOST_PACKED:
        return [*cells, (NOTEBOOK["check random"], "print(sb.verify(d))")]
    is_loss = not forward[derivation.of].rank
    value = "f(values | {name: moved})[0]"
    if not is_loss:
        value = f'np.sum({value} * values["{derivation.upstream}"])'
    what = derivation.of if is_loss else f"the sum of {derivation.of} times {derivation.upstream}"
    result = "value" if is_loss else "output"
    return [
        *cells,
        _values(arrays),
        (NOTEBOOK["program"], f"f = sb.lambdify(d)\n{result}, gradients = f(values)\n"
                              f"print({result})\ngradients"),
        (NOTEBOOK["differences"], DIFFERENCES.format(what=what, value=value)),
        (NOTEBOOK["check"], "print(sb.verify(d, values))"),
    ]  # fmt: skip


def _goal(derivation: Any, names: Sequence[str]) -> str:
    """Return the arguments of ``derive`` that are not what it takes by itself."""
    forward: Network = derivation.forward
    of = "" if derivation.of == forward.loss_name else f', of="{derivation.of}"'
    usual = tuple(tensor.name for tensor in forward.parameters)
    listed = ", ".join(f'"{name}"' for name in names)
    return of if tuple(names) == usual else f"{of}, wrt=[{listed}]"


def _arrays(derivation: Any, at: Mapping[str, object]) -> dict[str, np.ndarray]:
    """Return the given values as arrays, in the order in which the network declares them."""
    network: Network = derivation.network
    given = {getattr(name, "name", name) for name in at}
    leaves = [t.name for t in network.given if t.name in given]
    return checked_values(network, at, leaves, what="the values of a notebook")[0]


# Python text


def quoted(text: str) -> str:
    """Return Python that is this text, on as many lines."""
    if '"""' in text or "\\" in text or not text.replace("\n", "").isprintable():
        lines = "\n".join(f"    {line!r}" for line in text.splitlines(keepends=True))
        return f"(\n{lines}\n)"
    return f'"""\n{text.strip()}\n"""'


def _values(arrays: Mapping[str, np.ndarray]) -> tuple[str, str]:
    packed = any(array.size > MOST_LISTED for array in arrays.values())
    head = f"import base64\nimport zlib\n\n\n{UNPACKED}\n\n" if packed else ""
    entries = "".join(f'    "{name}": {_array(array)},\n' for name, array in arrays.items())
    words = " ".join([NOTEBOOK["values"], *([NOTEBOOK["packed"]] if packed else [])])
    return words, f"{head}values = {{\n{entries}}}"


def _array(array: np.ndarray) -> str:
    if array.size <= MOST_LISTED:
        return _listed(array.tolist(), 4)
    data = zlib.compress(np.ascontiguousarray(array).tobytes(), 9)
    sizes = ", ".join(map(str, array.shape))
    return f'unpacked("{base64.b85encode(data).decode("ascii")}", "{array.dtype.str}", {sizes})'


def _listed(values: object, indent: int) -> str:
    """Return numbers as a nested list, one row to a line where it is long."""
    if not isinstance(values, list):
        return _number(values)
    inside = [_listed(value, indent + 4) for value in values]
    line = f"[{', '.join(inside)}]"
    if len(line) + indent <= COLUMNS - 12 and "\n" not in line:
        return line
    space = " " * (indent + 4)
    if not isinstance(values[0], list):
        return "[\n" + "\n".join(_filled(inside, space)) + f"\n{' ' * indent}]"
    return "[\n" + "".join(f"{space}{row},\n" for row in inside) + f"{' ' * indent}]"


def _filled(items: list[str], space: str) -> list[str]:
    """Return items with commas, as many to a line as there is room for."""
    lines = [space]
    for item in items:
        if len(lines[-1]) + len(item) > COLUMNS:
            lines.append(space)
        lines[-1] += f"{item}, "
    return [line.rstrip() for line in lines]


def _number(value: float) -> str:
    """Return the shortest Python that is this number."""
    short = f"{value:g}"
    if not np.isfinite(value):
        return f'float("{short}")'
    return short if float(short) == value else repr(value)
