"""``check``: every claim compared at a few points, and the cause of each that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symback.checking.claim import ADJOINT, FORWARD, UPDATED, Claim
from symback.checking.claims import claims_of
from symback.checking.comparison import (
    CLOSE,
    EXACT_TOLERANCE,
    Compared,
    Setting,
    compared,
    setting_for,
)
from symback.checking.diagnosing import diagnosis
from symback.checking.points import Equations
from symback.checking.report import (
    ANSWER,
    FOLLOWS,
    NO_VALUE,
    RIGHT,
    SHAPE,
    WRONG,
    CheckReport,
    CheckRow,
)
from symback.checking.words import derivative_name, shape_words
from symback.derivation.derive import Derivation
from symback.errors import CheckError, DefinitionError, NotYetError
from symback.network.network import reads
from symback.training.optimisers import Optimizer


def check(
    derivation: Derivation,
    claims: object = None,
    *,
    at: Mapping[str, object] | None = None,
    after: object = None,
    update: Optimizer | None = None,
    hints: int = ANSWER,
    names: Mapping[str, str] | None = None,
    seed: int = 0,
) -> CheckReport:
    """Return a CheckReport: which claims about gradients are right; where one is not, why.

    ``claims`` maps tensors to what a person says that ∂L/∂tensor is: a formula in index notation or
    in NumPy style, lines of them, an array, a function; or it is a whole backward pass as lines, as
    a function or as a .py file. ``at`` are the values with which arrays were computed. ``after``
    are claims about tensors after one ``update``: new weights, the new loss. ``hints`` says how
    much is told: 0 the verdicts, 1 where to look, 2 what kind of mistake, 3 the cause, 4 the right
    formula too. ``names`` says what names in lines mean: {"dz": "Z1"}. Raises SymbackError for what
    cannot be read.
    """
    if not isinstance(derivation, Derivation):
        found = type(derivation).__name__
        helps = "derive the network first: check(derive(net), claims)"
        raise DefinitionError("check: a derivation was asked for", found, helps)
    if derivation.goal_letters:
        helps = "check the gradients of a scalar, or of sums of the entries"
        raise NotYetError("check of a Jacobian", "claims about Jacobians cannot be read yet", helps)
    found = claims_of(derivation, claims, at, names=names) if claims is not None else ()
    if after is not None:
        found += claims_of(derivation, after, at, about=UPDATED, names=names)
    return check_claims(derivation, found, hints=hints, update=update, seed=seed)


def check_claims(
    derivation: Any,
    claims: Sequence[Claim],
    *,
    hints: int = ANSWER,
    update: Optimizer | None = None,
    seed: int = 0,
) -> CheckReport:
    """Return a CheckReport: each claim right, or wrong with its cause where that is a known one.

    ``hints`` says how much is told: 0 the verdicts, 1 where to look, 2 what kind of mistake, 3 the
    cause, 4 the right formula too. ``update`` is the optimiser of claims about what comes after an
    update, and of weights that may have been updated too early. Raises CheckError.
    """
    _check_arguments(claims, hints, update)
    names = [name for claim in claims for name in (claim.name, *claim.reads)]
    equations = Equations(derivation, names)
    settings: dict[int, Setting] = {}
    pairs: list[tuple[Compared, Compared]] = []
    for claim in claims:
        if id(claim.values) not in settings:
            settings[id(claim.values)] = setting_for(equations, claim.values, update, seed)
        known = [own for _, own in pairs]
        pairs.append(compared(claim, settings[id(claim.values)], known))
    rows = [_row(line, own, settings[id(line.claim.values)], pairs) for line, own in pairs]
    text = "; ".join(dict.fromkeys(setting.text for setting in settings.values()))
    first = _first_wrong(derivation, rows)
    return CheckReport(derivation.forward.name, tuple(rows), text, first, int(hints))


def _check_arguments(claims: Sequence[Claim], hints: object, update: object) -> None:
    if not claims:
        raise CheckError("a check", "no claims", 'say what you think: {"W1": "X.T @ Z1_bar"}')
    if isinstance(hints, bool) or hints not in range(ANSWER + 1):
        helps = "0 verdicts, 1 where to look, 2 what kind, 3 the cause, 4 the answer"
        raise CheckError(f"a check with hints={str(hints)[:40]}", "no such strength", helps)
    if update is not None and not isinstance(update, Optimizer):
        found = type(update).__name__
        raise CheckError("a check after an update", f"update is a {found}", "update=sb.SGD(0.5)")
    if update is None and any(claim.about == UPDATED for claim in claims):
        found = "no update to take them after"
        raise CheckError("claims about values after an update", found, "add update=sb.SGD(0.5)")


# One claim ---------------------------------------------------------------------------------------


def _row(
    line: Compared,
    own: Compared,
    setting: Setting,
    others: Sequence[tuple[Compared, Compared]],
) -> CheckRow:
    """Return the row of one claim."""
    claim, derivation = line.claim, setting.equations.derivation
    row = CheckRow(claim.name, _subject(derivation, claim), RIGHT, claim.source, claim.place)
    if line.trouble:
        return replace(row, verdict=NO_VALUE, note=line.trouble.replace("\n", ";"))
    if not line.fits_shape:
        return replace(row, verdict=SHAPE, note=_shape_note(line, derivation))
    if not line.is_finite:
        return replace(row, verdict=NO_VALUE, note="it is not finite: what does it divide by?")
    row = replace(
        row,
        exact=not claim.rounding and own.agrees(EXACT_TOLERANCE * own.points[0].exact),
        approximate=own.agrees(CLOSE),
        difference=own.difference,
    )
    line_right, own_right = line.agrees(line.tolerance), own.agrees(own.tolerance)
    if line_right and own_right:
        return replace(row, note="to all the digits given" if claim.rounding else "")
    if line_right:
        note = f"from your {_wrong_below(claim, others)}; given that, this line is right"
        return replace(row, verdict=FOLLOWS, note=note)
    if own_right:
        # Why right? dZ = P - Y and then dW = A.T @ dZ / N is how courses teach it.
        return replace(row, note=f"it makes up for your {_wrong_below(claim, others)}")
    cause = diagnosis(line, setting)
    if _is_measured(line) and not cause.known:
        return replace(row, verdict=RIGHT, note="as exact as finite differences are")
    return replace(row, verdict=WRONG, diagnosis=cause, note=_made_up_for(claim, others))


def _is_measured(line: Compared) -> bool:
    """May these numbers be finite differences, right to a few digits less than float64 has?"""
    claim = line.claim
    return not claim.exact and not claim.rounding and line.agrees(CLOSE)


def _subject(derivation: Any, claim: Claim) -> str:
    if claim.about == FORWARD:
        return claim.name
    if claim.about == UPDATED:
        return f"{claim.name} after the update"
    return derivative_name(derivation, claim.name)


def _shape_note(line: Compared, derivation: Any) -> str:
    tensor = derivation.forward[line.claim.name]
    claimed, right = (np.asarray(a[0]).astype(float) for a in (line.claimed, line.right))
    return shape_words(tensor, claimed, right, line.allowed(0, 1e-9))


def _wrong_below(claim: Claim, others: Sequence[tuple[Compared, Compared]]) -> str:
    """Say on which wrong claims this one builds."""
    wrong = [
        own.claim.name
        for _, own in others
        if own.claim.name in claim.reads
        and own.claim.about == ADJOINT
        and not (own.claimed and own.agrees(own.tolerance))
    ]
    return ", ".join(dict.fromkeys(wrong)) or "lines before"


def _made_up_for(claim: Claim, others: Sequence[tuple[Compared, Compared]]) -> str:
    """Say which claims that build on this wrong one are right all the same."""
    right = [
        own.claim.name
        for line, own in others
        if claim.name in own.claim.reads
        and line.claimed
        and not line.agrees(line.tolerance)
        and own.claimed
        and own.agrees(own.tolerance)
    ]
    names = list(dict.fromkeys(right))
    return f"{', '.join(names)} {'makes' if len(names) == 1 else 'make'} up for it" if names else ""


# The order of the backward pass ------------------------------------------------------------------


def _first_wrong(derivation: Any, rows: Sequence[CheckRow]) -> int:
    """Return the place of the first wrong row in the order of the backward pass, or -1.

    A row that only follows from another one is not the first.
    """
    distance = _distances(derivation)
    wrong = [place for place, row in enumerate(rows) if not row.passed]
    own = [place for place in wrong if rows[place].verdict != FOLLOWS] or wrong
    return min(own, key=lambda place: (distance.get(rows[place].name, 0), place), default=-1)


def _distances(derivation: Any) -> dict[str, int]:
    """Return how many equations lie between the goal and each tensor, on the longest way."""
    network, found = derivation.forward, {derivation.of: 0}
    for equation in reversed(network.equations):
        if equation.target in found:
            for name in reads(equation):
                found[name] = max(found.get(name, 0), found[equation.target] + 1)
    return found
