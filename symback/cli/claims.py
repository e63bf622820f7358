"""Claims from the command line: lines such as "w = (a - y)*x", a .py file, or a file of arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import symback as sb
from symback.cli.values import read_values
from symback.errors import ValuesError

ARRAYS = (".npz", ".json")
FORMS = 'write "w = (a - y)*x", or name a .py, .npz or .json file'


def read_claims(texts: Sequence[str], derivation: sb.Derivation, after: bool = False) -> object:
    """Return what sb.check takes: lines, the path of a .py file, or arrays by name; SymbackError.

    On the left of a line an input or parameter stands for its gradient: w = … is ∂E/∂w = …. With
    ``after`` every name stands for itself.
    """
    files = [text for text in texts if _is_file(text)]
    if files and len(texts) > 1:
        found = f"{files[0][:60]} and {len(texts) - 1} more"
        raise ValuesError("claims were asked for", found, "one file, or lines")
    if files:
        path = Path(files[0])
        return path if path.suffix.lower() == ".py" else read_values(files[0])
    lines = [line for text in texts for line in text.split(";") if line.strip()]
    if after:
        sides = (line.partition("=") for line in lines)
        return {name.strip(): value.strip() for name, _, value in sides}
    return [_of_gradient(line, derivation) for line in lines]


def read_names(text: str) -> Mapping[str, str]:
    """Return what names mean in ``dz=Z1,gw=W1``; raises ValuesError."""
    pairs = [part.split("=") for part in text.split(",") if part.strip()]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValuesError("--map: names were asked for", repr(text[:60]), "write dz=Z1,gw=W1")
    return {own.strip(): tensor.strip() for own, tensor in pairs}


def _is_file(text: str) -> bool:
    suffix = Path(text).suffix.lower() if "=" not in text and "\n" not in text else ""
    if suffix in (".py", *ARRAYS):
        return True
    if "=" not in text:
        raise ValuesError("a claim was asked for", repr(text[:60]), FORMS)
    return False


def _of_gradient(line: str, derivation: sb.Derivation) -> str:
    """Return the line with w = … written as w_bar = …; what is computed keeps its name."""
    left, equals, right = line.partition("=")
    name, bracket, letters = left.strip().partition("[")
    if name not in derivation.forward.tensors or right.startswith("="):
        return line
    computed = {equation.target for equation in derivation.forward.equations}
    if name in computed:
        return line
    return f"{derivation.adjoint_name(name)}{bracket}{letters}{equals}{right}"
