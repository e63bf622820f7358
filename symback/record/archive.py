"""Derivations as JSON, and back: a stored derivation is read and rendered without the engine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path

from sympy import Expr

from symback.algebra.evaluated import evaluated
from symback.algebra.letters import Index
from symback.algebra.positions import Entry
from symback.errors import FileError, NotYetError, SymbackError
from symback.files import read_text, write_whole
from symback.network.network import Network
from symback.network.tensors import Tensor
from symback.network.text_reader import parse
from symback.record.steps import AdjointRecord, Step
from symback.record.tree import expression_from, tree_of

SCHEMA = 1
LARGEST = 50_000_000
DEEPEST_STEP = 60


@dataclass(frozen=True)
class StoredGradient:
    """A gradient that was read from a file: what a Gradient says, without the engine."""

    tensor: Tensor
    record: AdjointRecord

    @property
    def indices(self) -> tuple[Index, ...]:
        return self.record.letters

    @property
    def adjoint(self) -> str:
        return self.record.adjoint

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.record.steps

    @property
    def written(self) -> Expr:
        return self.record.result

    @cached_property
    def expr(self) -> Expr:
        return evaluated(self.written)

    def __str__(self) -> str:
        return f"{Entry(self.adjoint, *self.indices)} = {self.written}"


@dataclass(frozen=True)
class StoredDerivation:
    """A derivation that was read from a file; it answers like a Derivation."""

    forward: Network
    network: Network
    of: str
    wrt: tuple[str, ...]
    upstream: str | None
    gradients: dict[str, StoredGradient]
    window: int | None = None

    @property
    def adjoints(self) -> tuple[str, ...]:
        return tuple(self.gradients)

    @property
    def differentiated(self) -> Network:
        """The network whose gradients these are; raises NotYetError for windows in time.

        A file holds how long they are, but not the equations with their states held fixed.
        """
        if self.window is not None:
            raise NotYetError(
                f"the check of {self.network.name} from a file",
                f"a derivation with windows of {self.window} steps",
                f"derive it anew: derive(d.forward, window={self.window})",
            )
        return self.network

    @property
    def gradient_names(self) -> dict[str, str]:
        return {name: self.gradients[name].adjoint for name in self.wrt}

    @property
    def goal_letters(self) -> tuple[Index, ...]:
        """The letters of what is differentiated, if no upstream adjoint sums over them."""
        return () if self.upstream else self.forward[self.of].letters

    def adjoint_name(self, name: str) -> str:
        """Return the name of a tensor's adjoint, formed as the derivation formed it."""
        return f"{name}{self._suffix}"

    @cached_property
    def _suffix(self) -> str:
        some = next(iter(self.gradients.values()))
        return some.adjoint.removeprefix(some.tensor.name)

    def __getitem__(self, name: object) -> StoredGradient:
        text = self.forward[name].name
        if text not in self.gradients:
            raise FileError(
                f"the gradient by {text}", "it was not stored", "store it, or derive it anew"
            )
        return self.gradients[text]

    def __repr__(self) -> str:
        return f"StoredDerivation(of {self.of} by {', '.join(self.wrt[:8])})"


def save(derivation: object, path: str | PathLike[str]) -> Path:
    """Write a derivation as .json, or its derived network as .symback; raises FileError."""
    suffix = Path(path).suffix.lower()
    if suffix not in (".json", ".symback"):
        asked = f"save the derivation as {str(path)[:200]!r}"
        raise FileError(asked, f"the suffix {suffix!r}", "use .json, or .symback for the network")
    text = stored(derivation) if suffix == ".json" else f"{derivation.network}\n"
    return write_whole(path, text)


def load(path: str | PathLike[str]) -> StoredDerivation:
    """Return the derivation in a .json file; raises FileError."""
    return restored(read_text(path, f"the derivation in {str(path)[:200]}", LARGEST))


def stored(derivation: object) -> str:
    """Return a derivation as JSON text: the networks in their text form, every record as a tree."""
    records = [_record_tree(derivation[name].record) for name in derivation.adjoints]
    document = {
        "schema": SCHEMA,
        "forward": str(derivation.forward),
        "network": str(derivation.network),
        "of": derivation.of,
        "wrt": list(derivation.wrt),
        "upstream": derivation.upstream,
        "records": records,
    }
    if getattr(derivation, "window", None) is not None:
        document["window"] = int(derivation.window)
    return json.dumps(document, ensure_ascii=False, indent=1)


def restored(text: str) -> StoredDerivation:
    """Return the derivation that ``stored`` wrote; raises FileError for anything else."""
    if len(text) > LARGEST:
        raise FileError(
            "reading a stored derivation", f"{len(text)} characters", f"at most {LARGEST}"
        )
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise FileError(
                "reading a stored derivation",
                f"schema {document['schema']!r}"[:60],
                f"this version reads {SCHEMA}",
            )
        forward, network = parse(document["forward"]), parse(document["network"])
        _check_same_forward(forward, network)
        records = [_record_from(tree) for tree in document["records"]]
        gradients = {r.tensor: StoredGradient(forward[r.tensor], r) for r in records}
        wrt = tuple(forward[name].name for name in document["wrt"])
        upstream = document["upstream"]
        if upstream is not None:
            upstream = network[upstream].name
        return StoredDerivation(
            forward, network, forward[document["of"]].name, wrt, upstream, gradients,
            _window_of(document),
        )  # fmt: skip
    except SymbackError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as problem:
        raise FileError(
            "reading a stored derivation",
            f"{type(problem).__name__}: {str(problem)[:80]}",
            "it is not in the form that symback writes",
        ) from None


def _window_of(document: dict) -> int | None:
    """Return the length of the windows in time; raises ValueError for what is none."""
    window = document.get("window")
    if window is not None and (type(window) is not int or window < 1):
        raise ValueError("a window")
    return window


def _check_same_forward(forward: Network, network: Network) -> None:
    """Refuse a forward pass that is not the one of the derived network."""
    derived = {e.target: (str(e), str(e.initial)) for e in network.equations}
    for equation in forward.equations:
        if derived.get(equation.target) != (str(equation), str(equation.initial)):
            raise FileError(
                "reading a stored derivation",
                f"the equation of {equation.target} differs between its two networks",
                "derive it anew",
            )


def _record_tree(record: AdjointRecord) -> dict:
    return {
        "tensor": record.tensor,
        "letters": [tree_of(k) for k in record.letters],
        "adjoint": record.adjoint,
        "of": record.of,
        "consumers": list(record.consumers),
        "steps": [_step_tree(s) for s in record.steps],
    }


def _step_tree(step: Step) -> dict:
    return {
        "id": step.identifier,
        "rule": step.rule,
        "before": tree_of(step.before),
        "after": tree_of(step.after),
        "facts": [[n, v if isinstance(v, str) else {"tree": tree_of(v)}] for n, v in step.facts],
        "changed": [[tree_of(a), tree_of(b)] for a, b in step.changed],
        "substeps": [_step_tree(s) for s in step.substeps],
        "cites": list(step.cites),
    }


def _record_from(tree: dict) -> AdjointRecord:
    letters = tuple(expression_from(k) for k in tree["letters"])
    texts = (tree["tensor"], tree["adjoint"], tree["of"], *tree["consumers"])
    if not all(isinstance(t, str) for t in texts) or not all(isinstance(k, Index) for k in letters):
        raise ValueError("a record's names")
    steps = tuple(_step_from(s) for s in tree["steps"])
    if not steps:
        raise ValueError("a record without steps")
    return AdjointRecord(*texts[:1], letters, *texts[1:3], tuple(tree["consumers"]), steps)


def _step_from(tree: dict, depth: int = 0) -> Step:
    if depth > DEEPEST_STEP:
        raise ValueError("steps nested too deep")
    facts = tuple(
        (str(n), v if isinstance(v, str) else expression_from(v["tree"])) for n, v in tree["facts"]
    )
    return Step(
        identifier=str(tree["id"]),
        rule=str(tree["rule"]),
        before=expression_from(tree["before"]),
        after=expression_from(tree["after"]),
        facts=facts,
        changed=tuple((expression_from(a), expression_from(b)) for a, b in tree["changed"]),
        substeps=tuple(_step_from(s, depth + 1) for s in tree["substeps"]),
        cites=tuple(str(c) for c in tree["cites"]),
    )
