"""What is told of a finding: three hints of rising strength, and the right formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symback.checking.cases import Case, Finding
from symback.checking.catalogue import CATALOGUE, Mistake
from symback.checking.report import Diagnosis
from symback.network.tensors import Tensor

LONGEST_ANSWER = 400


def derivative_name(derivation: Any, name: str) -> str:
    """Return ∂L/∂W1 as text."""
    return f"∂{derivation.of}/∂{name}"


def diagnosis_of(derivation: Any, name: str, finding: Finding) -> Diagnosis:
    """Return the diagnosis that a finding is, for a claim about the adjoint of a tensor."""
    rows = [mistake.row for mistake in finding.mistakes]
    brief = [_brief(derivation, name, mistake) for mistake in finding.mistakes]
    where = [_where(derivation, name, mistake) for mistake in finding.mistakes]
    kinds = [CATALOGUE[mistake.row].kind_hint for mistake in finding.mistakes]
    causes = [_cause(derivation, mistake) for mistake in finding.mistakes]
    if finding.factor is not None:
        rows.append("constant factor")
        brief.append(f"exactly {finding.factor} times")
        where.append(f"Look at {derivative_name(derivation, name)} as a whole.")
        kinds.append(CATALOGUE["constant factor"].kind_hint)
        causes.append(factor_words(finding.factor, besides=bool(finding.mistakes)))
    if finding.axes is not None:
        rows.append("transposed")
        brief.append(axes_words(finding.axes))
        where.append(f"Look at the axes of {derivative_name(derivation, name)}.")
        kinds.append(CATALOGUE["transposed"].kind_hint)
        causes.append(CATALOGUE["transposed"].cause.format(what=axes_words(finding.axes)))
    hints = tuple(_joined(part) for part in (where, kinds, causes))
    stages = [mistake.stage for mistake in finding.mistakes]
    right = answer(derivation, [*stages, name])
    stages += [name] * (len(rows) - len(stages))
    return Diagnosis(tuple(rows), tuple(stages), " + ".join(brief), hints, right)


def _brief(derivation: Any, name: str, mistake: Mistake) -> str:
    here = (
        "" if mistake.stage in (name, "") else f" in {derivative_name(derivation, mistake.stage)}"
    )
    return f"{mistake.row}{here}"


def _joined(sentences: Sequence[str]) -> str:
    """Return one sentence, or two with numbers; both may be the same."""
    told = list(dict.fromkeys(sentences))
    if len(sentences) == 1:
        return told[0]
    if len(told) == 1:
        return f"Two mistakes. Twice: {told[0]}"
    return "Two mistakes. " + " ".join(f"({n}) {text}" for n, text in enumerate(told, 1))


def _where(derivation: Any, name: str, mistake: Mistake) -> str:
    if mistake.row in ("stale weights", "no update", "update uphill"):
        return "Look at when and how the parameters are updated."
    here = derivative_name(derivation, mistake.stage)
    if mistake.stage == name:
        return f"Look at {here}, its own line."
    return f"Look at {here}, on the way from {derivation.of} back to {name}."


def _cause(derivation: Any, mistake: Mistake) -> str:
    return CATALOGUE[mistake.row].cause.format(
        what=mistake.what,
        instead=mistake.instead,
        goal=derivation.of,
        adjoint=derivative_name(derivation, mistake.stage) if mistake.stage else "A gradient",
    )


def factor_words(factor: str, besides: bool = False) -> str:
    """Say which factor stands before all of it."""
    start = "Besides, all of it is" if besides else "It is"
    if factor == "-1":
        return f"{start} what it should be with the sign turned: exactly -1 times."
    return f"{start} exactly {factor} times what it should be."


def axes_words(axes: tuple[int, ...]) -> str:
    """Say how the axes were exchanged."""
    if axes == (1, 0):
        return "rows and columns are exchanged"
    return f"its axes stand in the order {', '.join(map(str, axes))}"


def answer(derivation: Any, names: Sequence[str]) -> str:
    """Return the right equations of these adjoints."""
    wanted = [n for n in dict.fromkeys(names) if n not in (derivation.of, "")]
    lines = []
    for name in wanted:
        text = str(derivation[name])
        lines.append(text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1] + "…")
    return "Right is:\n" + "\n".join(f"  {line}" for line in lines) if lines else ""


def unexplained(
    derivation: Any, name: str, case: Case, few_digits: bool
) -> Diagnosis:  # fmt: skip
    """Return the honest diagnosis that no known mistake explains the claim: where it is wrong."""
    wrong = places(case.claimed[0], case.right[0], case.allowed(0))
    where = f"Look at {derivative_name(derivation, name)}: {wrong}."
    brief, kind = "no known mistake", "None of the known mistakes, and no two of them, explain it."
    if few_digits:
        brief = "too few digits to tell why"
        kind = "Its digits are too few to tell the cause: many mistakes would fit them."
    return Diagnosis((), (), brief, (where, kind, kind), answer(derivation, [name]), known=False)


def places(claimed: np.ndarray, right: np.ndarray, allowed: float) -> str:
    """Say which entries differ: all, those of some rows, or how many and the worst."""
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(claimed - right) <= allowed)
    if not right.ndim:
        return f"{float(claimed):.6g} stands where {float(right):.6g} should"
    if not right.any():
        return "every entry should be 0"
    if wrong.all():
        return "every entry is wrong"
    for axis in range(right.ndim):
        others = tuple(a for a in range(right.ndim) if a != axis)
        lines = np.flatnonzero(wrong.any(axis=others))
        if len(lines) == 1 and right.shape[axis] > 1 and right.ndim > 1:
            return f"all wrong entries have {lines[0]} as position {axis + 1}"
    worst = np.unravel_index(
        int(np.argmax(np.where(wrong, np.abs(claimed - right), 0))), wrong.shape
    )
    place = ", ".join(str(int(i)) for i in worst)
    count = f"{int(wrong.sum())} of {wrong.size} entries are wrong"
    return f"{count}, entry [{place}] is {claimed[worst]:.6g} and should be {right[worst]:.6g}"


# Shapes ------------------------------------------------------------------------------------------


def shape_words(tensor: Tensor, claimed: np.ndarray, right: np.ndarray, allowed: float) -> str:
    """Say that the shape is not the tensor's, and what may have happened to it."""
    found, wanted = _shape(claimed.shape), _shape(right.shape)
    text = f"its shape is {found}, that of {tensor} is {wanted}"
    note = _shape_cause(tensor, claimed, right, allowed)
    return f"{text}: {note}" if note else text


def _shape(shape: tuple[int, ...]) -> str:
    return str(tuple(int(length) for length in shape)) if shape else "that of a number, ()"


def _shape_cause(tensor: Tensor, claimed: np.ndarray, right: np.ndarray, allowed: float) -> str:
    if right.ndim > 1 and claimed.shape == right.shape[::-1]:
        same = _same(claimed.T, right, allowed)
        return "transposed, else right" if same else "transposed?"
    if claimed.size == right.size and _same(claimed.reshape(right.shape), right, allowed):
        return "the entries are right"
    for axis in range(claimed.ndim):
        if claimed.ndim > right.ndim and claimed.sum(axis=axis).shape == right.shape:
            if _same(claimed.sum(axis=axis), right, allowed):
                return f"the sum over its axis {axis} is missing"
    if claimed.ndim > right.ndim:
        return "a sum is missing: it has an axis too many"
    if claimed.ndim < right.ndim:
        return "it has an axis too few: something was summed that should stay"
    return ""


def _same(claimed: np.ndarray, right: np.ndarray, allowed: float) -> bool:
    return claimed.shape == right.shape and bool(np.all(np.abs(claimed - right) <= allowed))
