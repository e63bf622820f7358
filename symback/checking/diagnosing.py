"""The diagnosis of a wrong claim: a case for the search, and the words for what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symback.checking.cases import Case, Finding
from symback.checking.claim import ADJOINT, FORWARD, UPDATED, Claim
from symback.checking.comparison import Compared, Setting, true_value, valued
from symback.checking.report import Diagnosis
from symback.checking.search import DIGITS_OF_TWO, search
from symback.checking.tracks import tracks_to
from symback.checking.updates import stale, wrong_update
from symback.checking.words import diagnosis_of, places, unexplained
from symback.training.optimisers import SGD, Optimizer


def diagnosis(line: Compared, setting: Setting) -> Diagnosis:
    """Return why a claim is wrong."""
    claim, derivation = line.claim, setting.equations.derivation
    case = _case(line, setting)
    finding = _finding(claim, case, derivation, setting.update)
    if finding is not None:
        found = diagnosis_of(derivation, claim.name, finding)
        new = _new_value(case) if claim.about == UPDATED else ""
        return replace(found, answer=new or found.answer)
    found = unexplained(derivation, claim.name, case, case.digits < DIGITS_OF_TWO)
    if claim.about == ADJOINT:
        return found
    where = f"Look at {claim.name}: {places(case.claimed[0], case.right[0], case.allowed(0))}."
    return Diagnosis((), (), found.brief, (where, *found.hints[1:]), known=False)


def _new_value(case: Case) -> str:
    """Return the right number after the update; nothing for arrays or random values."""
    if len(case.points) > 1 or case.right[0].ndim:
        return ""
    return f"Right is:\n  {case.name} after the update = {float(case.right[0]):.10g}"


def _case(line: Compared, setting: Setting) -> Case:
    """Return the claim in float64, at all points."""
    claim, points = line.claim, tuple(setting.points(exact=False))
    if line.points and line.points[0].exact:
        line = valued(claim, points, points, tuple(true_value(claim, p, setting) for p in points))
    claimed = tuple(np.asarray(array).astype(float) for array in line.claimed)
    rate = setting.update.settings.get("rate") if setting.update else None
    numbers = {"the rate": rate} if rate else None
    tolerance = max(1e-9, line.tolerance)
    return Case(claim.name, points, claimed, line.right, tolerance, claim.rounding, numbers)


def _finding(claim: Claim, case: Case, derivation: Any, update: Optimizer | None) -> Finding | None:
    if not case.claimed or not all(np.all(np.isfinite(a)) for a in case.claimed):
        return None
    # Why nothing? Where all is 0, mistakes leave no trace, and any other number fits many.
    if claim.about == ADJOINT and not any(np.any(array) for array in case.right):
        return None
    if claim.about == UPDATED:
        return _finding_after(claim, case, derivation, update)
    if claim.about == FORWARD:
        return search(case, ())
    return _search(case, derivation, update, claim.reads)


def _search(
    case: Case, derivation: Any, update: Optimizer | None, known: Sequence[str] = ()
) -> Finding | None:
    """Look for one mistake, then for stale weights, then for two mistakes."""
    tracks = tracks_to(derivation, [case.name], case.points, known)
    return search(case, tracks, lambda: stale(case, derivation, update))


def _finding_after(claim: Claim, case: Case, derivation: Any, update: Optimizer) -> Finding | None:
    """A new weight tells its gradient; any other tensor is computed anew for each mistake."""
    if claim.name not in derivation.wrt or not isinstance(update, SGD):
        return wrong_update(case, derivation, update)
    old = [point.tensors[claim.name] for point in case.points]
    claimed = tuple((o - c) / update.rate for o, c in zip(old, case.claimed, strict=True))
    right = tuple(point.adjoints[claim.name] for point in case.points)
    implied = Case(
        claim.name, case.points, claimed, right,
        case.tolerance, case.rounding / update.rate, case.numbers,
    )  # fmt: skip
    return _search(implied, derivation, update)
